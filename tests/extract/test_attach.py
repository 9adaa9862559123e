"""Whose a number is: an industry's, one of several firms', the firm named last."""

import pytest

from tests.extract.library import read


def figures(text: str) -> set[tuple[str, str, float]]:
    return {(one.subject, one.indicator, float(one.value)) for one in read(text).figures}


def test_the_industry_of_a_cluster_is_the_cluster() -> None:
    text = "高阳县纺织产业集群壮大。2017年,高阳县纺织业实现产值约350亿元。"
    assert figures(text) == {("高阳县纺织产业集群", "output_value", 350.0)}


def test_an_industry_that_is_no_cluster_has_its_own_figures() -> None:
    found = figures("烟台市生物医药产业集群壮大。石油化工产业产值达到9000亿元。")
    assert found == {("石油化工产业", "output_value", 9000.0)}


def test_the_industry_of_one_city_is_not_the_cluster_of_three() -> None:
    text = "泰州市、连云港市、无锡市生物医药集群壮大。无锡生物医药产业产值达1409亿元。"
    assert figures(text) == {("无锡生物医药产业", "output_value", 1409.0)}


def test_this_firm_is_the_one_named_last() -> None:
    text = "潮州市卫浴陶瓷产业集群\n说到龙头,绕不开古巷镇的韩甲卫浴。这家1996年起步的企业,去年产值27亿元。"
    assert figures(text) == {("韩甲卫浴", "output_value", 27.0)}


def test_each_of_the_firms_of_the_clause_before() -> None:
    text = "济宁市工程机械产业集群里,泰甲重工、岱乙机械两家龙头各有千秋,营收均在80亿元以上。"
    assert figures(text) == {("泰甲重工", "revenue", 80.0), ("岱乙机械", "revenue", 80.0)}


def test_a_word_in_the_name_of_a_place_is_not_each() -> None:
    text = "成都德阳高端能源装备集群已集聚了包括东甲电气、国乙重装等龙头企业在内的2600多家企业。"
    assert figures(text) == {("成都德阳高端能源装备集群", "enterprise_count", 2600.0)}


def test_growth_of_a_city_among_others_is_that_of_its_cluster() -> None:
    text = (
        "柳州市工程机械产业集群营业收入524亿元,济宁市工程机械产业集群营业收入876亿元。"
        "增速上,柳州同比下降1.4%,济宁同比增长5.2%。"
    )
    assert ("柳州市工程机械产业集群", "growth_rate", -1.4) in figures(text)


def test_conditions_of_an_application_are_no_figures() -> None:
    text = "深圳市福田区5G产业集群入选。按照申报条件,集群近3年产值须在40亿元以上。"
    assert figures(text) == set()


def test_an_attribute_before_a_cluster_is_its_own() -> None:
    assert figures("产值达1200亿元的苏州市生物医药产业集群榜上有名。") == {
        ("苏州市生物医药产业集群", "output_value", 1200.0)
    }


def test_numbers_of_firms_after_a_firm_are_not_its_own() -> None:
    text = "烟台市起重装备产业集群壮大。甲起重机械有限公司等5家企业协办了展会,营业收入12亿元。"
    assert figures(text) == {("甲起重机械有限公司", "revenue", 12.0)}


def test_the_larger_firms_of_an_industry_are_the_clusters() -> None:
    text = "长沙工程机械产业集群壮大。长沙工程机械规模以上企业总产值约2900亿元。"
    assert figures(text) == {("长沙工程机械产业集群", "output_value", 2900.0)}


def test_profit_is_no_tax() -> None:
    text = "苏州市生物医药产业集群实现利税30亿元,利润20亿元。"
    assert figures(text) == {("苏州市生物医药产业集群", "tax", 30.0), ("苏州市生物医药产业集群", "profit", 20.0)}


def test_what_a_project_will_make_is_not_its_clusters() -> None:
    text = "苏州市生物医药产业集群建设提速。甲药项目开工,建成后年产值可达20亿元。"
    assert figures(text) == set()


def test_totals_of_all_clusters_of_a_province_are_for_a_person_to_decide() -> None:
    text = "河北省石家庄市获悉。前三季度全省县域特色产业集群营业收入15897亿元,同比增长9.2%。"
    found = {(one.subject, one.indicator): one.evidence.confidence for one in read(text).figures}
    assert set(found) == {("河北省", "revenue"), ("河北省", "growth_rate")}
    assert max(found.values()) < 0.7


def test_the_whole_county_is_the_county() -> None:
    text = "高阳县纺织产业集群壮大。全县拥有规上企业59家。"
    assert figures(text) == {("高阳县", "above_scale_enterprise_count", 59.0)}


def test_this_cluster_under_another_name_is_the_cluster_of_the_text() -> None:
    text = "黄石市钢铁产业集群壮大。前10个月,这个黑色金属产业集群的产值已达185亿元。"
    assert figures(text) == {("黄石市钢铁产业集群", "output_value", 185.0)}


def test_a_trade_stands_between_which_firms_are_counted_and_the_word_for_firms() -> None:
    text = "绍兴市纺织产业集群共有纺织类企业近9000家,其中规上纺织企业737家。"
    assert figures(text) == {
        ("绍兴市纺织产业集群", "enterprise_count", 9000.0),
        ("绍兴市纺织产业集群", "above_scale_enterprise_count", 737.0),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("洛阳市还有年产值突破300亿元的光伏材料产业集群。", {("光伏材料产业集群", 300)}),
        ("丹东市仪表产业集群壮大。甲曜仪表所在的丹东市仪表产业集群,产值达到102亿元。", {("丹东市仪表产业集群", 102)}),
        (
            "大渡口区有五大产业集群:大数据智能化、生物医药、新材料、小面、生态环保。目前,大渡口区集聚的生物医药企业450家。",
            {("大渡口区", 5), ("生物医药", 450)},
        ),
        ("安平丝网集群入选。上半年河北省县域特色产业集群营收1600亿元。", {("河北省", 1600)}),
        ("张家口市氢能产业集群壮大。北京冬奥会带来机会,18家企业在这里培育。", set()),
        ("宁德市电池集群壮大。两家新能源龙头企业合计产值1384亿元。", set()),
        (
            "兴城泳装产业集群壮大。现有企业300家,全国泳装市场有它一席。总产值100亿元。",
            {("兴城泳装产业集群", 300), ("兴城泳装产业集群", 100)},
        ),
        ("沧州市管道集群有规上企业266家,并非视频所称“只剩90家”。", {("沧州市管道集群", 266)}),
    ],
)
def test_whose_a_number_is_that_stands_beside_a_place_or_firms(text: str, found: set[tuple[str, int]]) -> None:
    assert {(one.subject, int(one.value)) for one in read(text).figures} == found


def test_after_an_enumeration_none_of_its_clusters_is_meant() -> None:
    text = "烟台市有生物医药、清洁能源、绿色食品三大产业集群。规上企业达到94家,甲岳药业扩产。"
    found = read(text)
    assert not [one for one in found.figures if one.subject in ("绿色食品", "清洁能源", "生物医药")]
    assert not [one for one in found.enterprises if one.cluster]
