"""Places of one name are told apart by the places around them."""

import pytest

from tests.extract.library import read


@pytest.mark.parametrize(
    ("text", "city", "province"),
    [
        ("徐州市鼓楼区新材料产业集群产值达到90亿元。", "徐州市", "江苏省"),
        ("福建省福州市传来消息,鼓楼区软件产业集群营收突破500亿元。", "福州市", "福建省"),
        ("深圳9个集群入选。其中有南山区的新能源产业集群。", "深圳市", "广东省"),
        ("北京市朝阳区人工智能产业集群营收突破500亿元。", "北京市", "北京市"),
        ("长春市汽车产业集群与朝阳区光电信息产业集群同在吉林省。", "长春市", "吉林省"),
    ],
)
def test_a_district_is_that_of_the_places_around_it(text: str, city: str, province: str) -> None:
    cluster = read(text).clusters[-1]
    assert (cluster.cities, cluster.province) == ((city,), province)


def test_a_district_that_nothing_tells_apart_is_no_place() -> None:
    assert [cluster.codes for cluster in read("鼓楼区软件产业集群营收突破500亿元。").clusters] in ([], [()])


def test_the_wider_of_two_places_of_one_name_is_meant_unless_the_text_has_the_other_in_full() -> None:
    assert read("吉林碳纤维产业集群产值达到90亿元。").clusters[0].codes == ("220000",)
    assert read("吉林市里工厂林立。吉林碳纤维产业集群产值达到90亿元。").clusters[0].codes == ("220200",)


def test_a_cluster_whose_place_nothing_tells_is_none_of_another_city() -> None:
    text = "烟台市生物医药产业集群壮大。鼓楼区生物医药产业集群产值300亿元。"
    found = {item.name: item.cities for item in read(text).clusters}
    assert found == {"烟台市生物医药产业集群": ("烟台市",), "鼓楼区生物医药产业集群": ()}


def test_the_short_name_of_a_city_is_not_read_across_that_of_a_county() -> None:
    text = "宁晋线缆有名,宁晋农机也有名。邢台市宁晋中低压电线电缆产业集群产值300亿元。"
    assert [item.cities for item in read(text).clusters] == [("邢台市",)]
