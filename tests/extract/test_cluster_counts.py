"""Numbers of clusters, each with the place that has them."""

import pytest

from tests.extract.library import read


@pytest.mark.parametrize(
    ("text", "place", "count"),
    [
        ("将长沙先进储能材料产业集群等14个集群确定为湖南省先进制造业集群。", "湖南省", 14),
        ("武汉市集成电路、新型显示器件和生物医药等3个产业集群入选。", "武汉市", 3),
        ("深圳的省级特色产业集群达到16个,其中国家级特色产业集群4个。", "深圳", 4),
    ],
)
def test_a_number_of_clusters_has_its_place(text: str, place: str, count: int) -> None:
    found = [(one.subject, int(one.value)) for one in read(text).figures if one.indicator == "cluster_count"]
    assert (place, count) in found


def test_the_clusters_of_several_cities_are_nobodys_number() -> None:
    text = "烟台市生物医药、临沂市生物医药等2个产业集群入选。"
    assert read(text).figures == ()
