"""Which numbers of a clause are figures, and of what."""

import pytest

from tests.extract.library import read

ABOUT = "台州市泵业集群壮大。集群"


def figures(clause: str) -> set[tuple[str, float]]:
    return {(one.indicator, float(one.value)) for one in read(f"{ABOUT}{clause}。").figures}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("企业达到670个", {("enterprise_count", 670.0)}),
        ("水泵企业168个,工人多", {("enterprise_count", 168.0)}),
        ("泵和电机生产及配套企业1200余家", {("enterprise_count", 1200.0)}),
        ("现有600余户铸件及电机加工和销售企业", {("enterprise_count", 600.0)}),
        ("产值300亿元,增12%", {("output_value", 300.0), ("growth_rate", 12.0)}),
        ("产值300亿元,比增8.9%", {("output_value", 300.0), ("growth_rate", 8.9)}),
        ("产值300亿元,降3.5%", {("output_value", 300.0), ("growth_rate", -3.5)}),
        ("总产值、增加值、利税同比分别增长10.1%、9.5%、7.8%", {("growth_rate", 10.1), ("growth_rate", 9.5)}),
    ],
)
def test_short_ways_to_say_it(clause: str, expected: set[tuple[str, float]]) -> None:
    assert figures(clause) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "里有成千上万家企业",
        "每平方公里产值首次超过百亿元",
        "里一吨铸铁卖7万元",
        "所在的区是首个万亿产值强区",
        "的领头人是又一家百亿产值工业企业的厂长",
        "办展会,220余家国内外企业前来参展",
        "里有48家企业拿到绿色工厂称号",
        "所在地区一般公共预算收入突破50亿元",
        "新增专利1643个,增长18.1%",
        "里5个品牌、企业3个新品发布",
    ],
)
def test_what_is_no_figure_of_a_cluster(clause: str) -> None:
    assert not {(key, value) for key, value in figures(clause) if key not in ("patent_count", "funding")}
