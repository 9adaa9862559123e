"""Items of an enumeration, each with its number and its own name."""

import pytest

from tests.extract.library import read

ABOUT = "苏州市高端纺织产业集群壮大。"


def figures(text: str) -> set[tuple[str, str, float]]:
    return {(one.subject, one.indicator, float(one.value)) for one in read(text).figures}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("按产值看,常熟市300亿元、张家港市280亿元和太仓市150亿元", {"常熟市": 300, "张家港市": 280, "太仓市": 150}),
        ("产值靠前的分别是南通市300亿元、盐城市约120亿元", {"南通市": 300, "盐城市": 120}),
        ("纺织产业产值400亿元、化工产业900亿元、装备制造产业600亿元", {"化工产业": 900, "装备制造产业": 600}),
        ("产值中,常熟300亿元、太仓150亿元", {"常熟": 300, "太仓": 150}),
    ],
)
def test_each_item_has_its_number(clause: str, expected: dict[str, float]) -> None:
    found = {
        subject: value for subject, indicator, value in figures(f"{ABOUT}{clause}。") if indicator == "output_value"
    }
    assert expected.items() <= found.items()


@pytest.mark.parametrize(
    "clause",
    [
        "规上纺织企业数常熟市120家、太仓市110家、昆山市90家",
        "其中,常熟市有120家规上企业、太仓市有110家、昆山市90家",
        "有规上企业常熟120家、太仓110家、昆山90家",
    ],
)
def test_what_is_counted_is_said_once(clause: str) -> None:
    found = figures(f"{ABOUT}{clause}。")
    assert {indicator for _, indicator, _ in found} == {"above_scale_enterprise_count"}
    assert {(subject.removesuffix("市"), value) for subject, _, value in found} == {
        ("常熟", 120),
        ("太仓", 110),
        ("昆山", 90),
    }


@pytest.mark.parametrize(
    "clause", ["产值500亿元、利税30亿元", "规上企业120家、高新技术企业80家", "在常熟市的产值500亿元"]
)
def test_an_item_without_a_name_is_that_of_the_one_before(clause: str) -> None:
    assert {subject for subject, *_ in figures(f"{ABOUT}集群{clause}。")} == {"苏州市高端纺织产业集群"}


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ("国内市场占有率达70%", {70}),
        ("产量占全国产量的65%、全球产量的33%", {65, 33}),
        ("在全国总产值中约占9.02%", {9.02}),
        ("全国60%的涤纶面料在这里织成", set()),
    ],
)
def test_a_share_of_the_country_is_that_of_the_one_spoken_of(said: str, shares: set[float]) -> None:
    found = figures(f"苏州市高端纺织产业集群产值1200亿元,{said}。")
    assert {(who, value) for who, key, value in found if key == "market_share"} == {
        ("苏州市高端纺织产业集群", share) for share in shares
    }
