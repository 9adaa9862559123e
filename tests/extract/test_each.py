"""Amounts that each of several has."""

import pytest

from tests.extract.library import read


def revenues(text: str) -> list[tuple[str, float]]:
    return [(one.subject, float(one.value)) for one in read(text).figures if one.indicator == "revenue"]


@pytest.mark.parametrize(
    "text",
    [
        "潍坊市产业集群多。主营业务收入超过500亿元的有两个,分别是诸城轻卡产业集群和高密家纺产业集群。",
        "潍坊市产业集群多。诸城轻卡、高密家纺2个产业集群主营业务收入过500亿元。",
    ],
)
def test_each_of_a_counted_few_passes_an_amount(text: str) -> None:
    assert [value for _, value in revenues(text)] == [500, 500]
    assert {name[:4] for name, _ in revenues(text)} == {"诸城轻卡", "高密家纺"}


@pytest.mark.parametrize(
    "text",
    [
        "宁晋县有单晶硅产业集群。全县单晶硅、电线电缆2大特色产业集群总营收为991亿元。",
        "宁晋县有单晶硅产业集群。全县单晶硅、电线电缆2大特色产业集群营收合计超991亿元。",
    ],
)
def test_what_they_have_together_is_none_of_them_s(text: str) -> None:
    assert [name for name, _ in revenues(text) if name != "宁晋县"] == []


def test_many_of_an_enumeration_pass_an_amount_together() -> None:
    text = "渭南市的航空、航天、机床、汽车、石油装备5个产业集群营收超3000亿元。"
    assert len(revenues(text)) <= 1
