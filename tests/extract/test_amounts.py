"""Of which year a number is, and whose it is where its clause does not say."""

import pytest

from tests.extract.library import read


def figures(text: str) -> set[tuple[str, str, float, int | None]]:
    return {(one.subject, one.indicator, float(one.value), one.year) for one in read(text).figures}


def test_now_is_not_the_year_named_before() -> None:
    text = "永康市五金产业集群壮大。集群2005年有企业500家,如今企业超2000家。"
    assert {(value, year) for *_, value, year in figures(text)} == {(500.0, 2005), (2000.0, None)}


def test_a_number_goes_up_from_the_first_year() -> None:
    text = "永康市五金产业集群壮大。集群企业由2018年的200家增加到2023年的460家,产值由150亿元增至410亿元。"
    assert {(value, year) for _, key, value, year in figures(text) if key == "output_value"} == {
        (150.0, 2018),
        (410.0, 2023),
    }


def test_many_firms_around_one_are_those_of_the_cluster() -> None:
    text = "洛阳市农机装备产业集群壮大。链主企业中甲农机,集聚了规模以上企业160余家。"
    assert ("洛阳市农机装备产业集群", "above_scale_enterprise_count", 160.0, None) in figures(text)


def test_firms_that_one_leads_along_are_not_counted() -> None:
    text = "洛阳市农机装备产业集群壮大。龙头企业中甲农机带动周边68家中小企业协作。"
    assert not figures(text)


def test_what_one_is_led_by_is_not_the_subject() -> None:
    text = "洛阳市农机装备产业集群壮大。在链主企业中甲农机带动下,现有160余家企业落户。"
    assert {subject for subject, *_ in figures(text)} == {"洛阳市农机装备产业集群"}


def test_a_text_on_one_cluster_comes_back_to_it_in_a_new_paragraph() -> None:
    text = "洛阳市农机装备产业集群\n洛阳市农机装备产业集群壮大。\n全国农机市场规模6000亿元。\n现有规上企业160家。"
    assert ("洛阳市农机装备产业集群", "above_scale_enterprise_count", 160.0, None) in figures(text)


def test_several_industries_have_only_what_is_said_of_them() -> None:
    text = "泰州市产业集群壮大。三大主导产业产值2288亿元,增长6.5%;规上企业41家。"
    assert figures(text) == {
        ("三大主导产业", "output_value", 2288.0, None),
        ("三大主导产业", "growth_rate", 6.5, None),
    }


def test_growth_given_in_order_after_an_enumeration() -> None:
    text = "泰州市“一体多翼”产业集群产值3078亿元。光伏和锂电产业、海工装备和船舶产业的产值依次增长15%、31%。"
    found = {(subject, value) for subject, key, value, _ in figures(text) if key == "growth_rate"}
    assert found == {("光伏和锂电产业", 15.0), ("海工装备和船舶产业", 31.0)}


def test_this_firm_may_be_named_in_a_sentence_with_a_date() -> None:
    text = "邵东市打火机产业集群\n12月27日,东甲电气股份有限公司正在排产。该公司今年产值达22亿元。"
    assert {subject for subject, *_ in figures(text)} == {"东甲电气股份有限公司"}


def test_these_clusters_are_those_counted_before() -> None:
    text = "安徽省共有72个产业集群。到2023年,这72个集群有规上企业3692家。"
    assert ("安徽省", "above_scale_enterprise_count", 3692.0, 2023) in figures(text)


def subjects(text: str) -> list[tuple[str, str, int]]:
    return [(one.subject, one.indicator, int(one.value)) for one in read(text).figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小榄镇的五金产业集群有名。如今全镇有锁具企业180家。", [("小榄镇", "enterprise_count", 180)]),
        ("大塘镇现有企业39家,产业集群成形。", [("大塘镇", "enterprise_count", 39)]),
        (
            "清河县羊绒产业集群是县里的名片,2022年全行业产值为236亿元。",
            [("清河县羊绒产业集群", "output_value", 236)],
        ),
        ("璧山区制鞋产业集群兴旺,年产值40个亿。", [("璧山区制鞋产业集群", "output_value", 40)]),
        ("周口市的鹿邑县,做化妆刷的年产值超过30亿元。鹿邑县化妆刷产业集群。", [("鹿邑县", "output_value", 30)]),
        (
            "太和县生物医药产业集群里,甲贝制药、乙信制药等医药制造企业有62家。",
            [("太和县生物医药产业集群", "enterprise_count", 62)],
        ),
        (
            "上饶经开区产业集群壮大。“两光一车”产业去年实现主营业务收入711亿元。",
            [("“两光一车”产业", "revenue", 711)],
        ),
    ],
)
def test_whose_a_figure_is(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert subjects(text) == expected


def test_a_section_is_about_the_cluster_that_heads_it() -> None:
    text = (
        "1.泽州铸造专业镇\n泽州向来有“煤铁之乡”之称。\n全镇现有铸造企业199户。\n"
        "2.盐湖水泵专业镇\n盐湖区的水泵生产始于上世纪。现有水泵生产企业40户,规上企业15户。"
    )
    assert subjects(text) == [
        ("泽州铸造专业镇", "enterprise_count", 199),
        ("盐湖水泵专业镇", "enterprise_count", 40),
        ("盐湖水泵专业镇", "above_scale_enterprise_count", 15),
    ]


def test_a_zone_without_its_place_is_what_a_text_is_about_that_names_it_again_and_again() -> None:
    text = (
        "大龙开发区新型功能材料产业亮眼\n记者从大龙开发区获悉,区内规模以上企业共13家,完成工业产值131亿元。"
        "大龙开发区新型功能材料产业集群兴旺。"
    )
    assert subjects(text) == [
        ("大龙开发区", "above_scale_enterprise_count", 13),
        ("大龙开发区", "output_value", 131),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "宜宾市动力电池产业集群给谋划中的“万亿级”新能源产业集群添了一把力。",
        "柳州市有汽车产业集群,项目投产后产品卖到海外30多个国家。",
        "国家中小企业特色产业集群名单公布,共100家,天长市仪器仪表产业集群位列其中。",
    ],
)
def test_a_size_a_country_and_a_list_are_nobody_s_figures(text: str) -> None:
    assert subjects(text) == []


def test_a_zone_is_not_the_place_of_the_cluster_that_heads_a_section() -> None:
    text = "盐湖区水泵产业集群\n运城经济技术开发区去年产值30亿元。现有企业20户。"
    assert subjects(text) == [
        ("运城经济技术开发区", "output_value", 30),
        ("运城经济技术开发区", "enterprise_count", 20),
    ]
