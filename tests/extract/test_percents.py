"""What a percentage says: growth, a share, or nothing that counts."""

import pytest

from tests.extract.library import read


def rates(text: str) -> list[tuple[str, str, float]]:
    return [(one.subject, one.indicator, float(one.value)) for one in read(text).figures if one.unit == "%"]


@pytest.mark.parametrize(
    "said",
    ["都是这里生产制造的", ",都是这里生产制造的", "均由当地企业供应"],
)
def test_a_part_of_what_all_make_that_is_made_here_is_a_share(said: str) -> None:
    text = f"恒州市有玉溪市玩具产业集群。玉溪市玩具产业集群有企业300家。全国60%的木制玩具、40%的拼图{said}。"
    assert [(kind, value) for _, kind, value in rates(text)] == [("market_share", 60), ("market_share", 40)]


def test_who_makes_it_is_whose_share_it_is() -> None:
    text = "德阳市高端装备产业集群声名在外。全国水泵的55%、阀门的20%都是德阳制造。"
    assert rates(text) == [("德阳", "market_share", 55), ("德阳", "market_share", 20)]


def test_a_part_of_what_all_make_is_no_share_where_nobody_is_said_to_make_it() -> None:
    assert rates("德阳市高端装备产业集群声名在外。全国55%的水泵用于农业。") == []


def test_the_name_of_what_grows_is_no_growth() -> None:
    text = "芜湖市汽车产业集群壮大。汽车产业营收3000亿元,其增加值已占工业增加值的27%。"
    assert rates(text) == [("芜湖市汽车产业集群", "market_share", 27)]


def test_a_share_goes_on_over_the_years() -> None:
    text = "柳州市有汽车产业集群。战略性新兴产业在规模以上工业总产值中的比重,2020年为10.8%,2024年升到29%。"
    assert [value for _, kind, value in rates(text) if kind == "market_share"] == [10.8, 29]


def test_a_share_in_the_whole_province_is_that_of_the_one_spoken_of() -> None:
    text = "江西有118个省级产业集群。2025年江西118个集群实现营业收入3万亿元,在全省规模以上工业营业收入中约占84.4%。"
    assert rates(text) == [("江西", "market_share", 84.4)]


@pytest.mark.parametrize(
    ("said", "value", "comparator"),
    [("约占三成份额", 30, "~"), ("占近七成", 70, "~"), ("占四成以上", 40, ">="), ("占一成五左右", 15, "~")],
)
def test_tenths_of_a_whole_are_a_percentage(said: str, value: int, comparator: str) -> None:
    found = read(f"廉江市小家电产业集群在国内市场{said}。").figures
    assert [(int(one.value), one.unit, one.comparator) for one in found] == [(value, "%", comparator)]


def test_words_that_begin_like_tenths_are_none() -> None:
    assert rates("廉江市小家电产业集群占比高。协会五成员单位参会,分会三成立于廉江。") == []


def test_a_percentage_of_something_else_takes_no_kind_from_the_clause_before() -> None:
    text = "廉江市小家电产业集群占全国份额的30%,八成产品销往海外。"
    assert rates(text) == [("廉江市小家电产业集群", "market_share", 30)]
