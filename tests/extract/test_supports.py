"""Who supports which clusters."""

import pytest

from tests.extract.library import read

LIST = "安徽省经济和信息化厅公布2023年度安徽省先进制造业集群名单:\n1、芜湖市智能网联汽车集群\n2、滁州市智能家电集群\n"


@pytest.mark.parametrize(
    ("text", "departments"),
    [
        (f"{LIST}安徽省经济和信息化厅对新认定集群给予支持。", {"安徽省经济和信息化厅"}),
        (f"{LIST}我厅将对新认定集群在技术改造方面给予支持。", {"安徽省经济和信息化厅"}),
        (f"{LIST}厅方表示,将扶持上榜集群。", {"安徽省经济和信息化厅"}),
        (f"{LIST}该局将对新认定集群给予支持。", set()),
        (f"{LIST}安徽省经济和信息化厅提醒,江苏省经济和信息化厅也有名单。我厅将对新认定集群给予支持。", set()),
    ],
)
def test_who_is_meant_by_a_department_without_its_name(text: str, departments: set[str]) -> None:
    assert {item.object for item in read(text).relations if item.predicate == "supportedBy"} == departments
