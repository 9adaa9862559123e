"""Firms in lines under a heading, and firms that the text tells apart from products."""

import pytest

from tests.extract.library import read


def roles(text: str) -> dict[str, str]:
    return {firm.name: firm.role for firm in read(text).enterprises}


def test_lines_under_a_heading_are_firms_of_its_role() -> None:
    text = (
        "鄂州市光电子器件产业集群招商手册\n【龙头领航】\n芯甲光电　国内主要供应商\n乙航激光股份有限公司\n"
        "【骨干支撑】\n丙芯半导体、丁泓光缆\n【政策礼包】\n最高补助3000万元"
    )
    leader, member = "leader", "member"
    assert roles(text) == {"芯甲光电": leader, "乙航激光股份有限公司": leader, "丙芯半导体": member, "丁泓光缆": member}


@pytest.mark.parametrize(
    "text",
    [
        "芜湖市智能网联汽车产业集群签约项目27个,涵盖智能座舱、线控底盘、车规级芯片等领域。",
        "鄂州市光电子器件产业集群重点引进高纯石英、特种光纤涂料等环节企业。",
        "株洲市轨道交通装备集群形成以电力机车、城轨车辆、动车组等整车制造为主体的格局。",
        "高阳县纺织产业集群先后被评为中国毛毯之乡、中国纺织基地县。",
        "聊城市先进制造业集群壮大,成功创建阳谷化工新材料、莘县绿色食品加工2个国家级产业集群。",
        "苏州市纳米新材料集群集聚中外院士近20人。",
    ],
)
def test_products_and_honours_are_no_firms(text: str) -> None:
    assert roles(text) == {}


def test_a_group_and_a_company_of_the_group_are_two_firms() -> None:
    text = "徐州市工程机械产业集群的龙头甲工集团扩产。甲工集团工程机械有限公司总经理王某表示满意。"
    assert set(roles(text)) == {"甲工集团", "甲工集团工程机械有限公司"}


def test_letters_after_a_legal_name_are_its_short_name() -> None:
    text = "宁德市动力电池集群以甲德新能源科技股份有限公司(CATX)为龙头。CATX产值990亿元。"
    assert [(one.subject, int(one.value)) for one in read(text).figures] == [("甲德新能源科技股份有限公司", 990)]


def test_what_stands_before_the_name_of_a_cluster_ties_no_firm_to_it() -> None:
    text = "产业快讯\n本报讯\n甲速科技、乙亚汽车等企业在别处投产。\n另讯,烟台市生物医药产业集群扩容。"
    assert {firm.cluster for firm in read(text).enterprises} == {None}
