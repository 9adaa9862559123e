"""Where an enumeration before a head is parted, and where a joint belongs to a sector."""

import pytest

from tests.extract.library import read


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        ("无锡市软件和信息服务产业集群入选。", ["软件和信息服务"]),
        ("无锡市物联网、集成电路和生物医药产业集群入选。", ["物联网", "集成电路", "生物医药"]),
        ("南通市、泰州市船舶产业集群入选。", ["船舶"]),
        ("黑龙江将打造千亿级绿色食品、百亿级预制菜产业集群。", ["绿色食品", "预制菜"]),
        ("无锡市物联网和生物医药等2个产业集群入选。", ["物联网", "生物医药"]),
        ("无锡市软件和信息服务等产业集群入选。", ["软件和信息服务"]),
    ],
)
def test_a_joint_parts_names_or_stands_inside_one(text: str, sectors: list[str]) -> None:
    assert [item.sector for item in read(text).clusters] == sectors


def test_cities_side_by_side_share_a_cluster() -> None:
    (cluster,) = read("南通市、泰州市船舶产业集群入选。").clusters
    assert cluster.cities == ("南通市", "泰州市")
