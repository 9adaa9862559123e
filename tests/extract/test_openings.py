"""What a clause opens with: an industry, a zone, a town, a county in short."""

import pytest

from tests.extract.library import read

ABOUT = "烟台市生物医药产业集群壮大。"


def figures(text: str) -> set[tuple[str, str, float]]:
    return {(one.subject, one.indicator, float(one.value)) for one in read(text).figures}


@pytest.mark.parametrize(
    ("clause", "subject"),
    [
        ("2021年,宁德锂电产业链有规上企业41家", "宁德锂电产业链"),
        ("江苏南通市船舶产业规上企业41家", "南通市船舶产业"),
        ("全市锂电新能源产业规上企业41家", "全市锂电新能源产业"),
        ("该市稀土产业规上企业41家", "稀土产业"),
        ("战略性新兴产业规上企业41家", "战略性新兴产业"),
        ("四大优势产业规上企业41家", "四大优势产业"),
        ("2020年,长沙经开区规上企业41家", "长沙经开区"),
        ("武进国家高新区规上企业41家", "武进国家高新区"),
        ("湖北荆州沙市区规上企业41家", "沙市区"),
        ("乐清柳市镇规上企业41家", "柳市镇"),
        ("1-8月,长乐镇规上企业41家", "长乐镇"),
        ("祁县玻璃器皿产业园规上企业41家", "祁县玻璃器皿产业园"),
    ],
)
def test_a_clause_opens_with_whom_it_speaks_of(clause: str, subject: str) -> None:
    assert figures(f"{ABOUT}\n{clause}。") == {(subject, "above_scale_enterprise_count", 41.0)}


@pytest.mark.parametrize(
    "clause",
    [
        "全国锂电产业规上企业41家",
        "围绕锂电产业,规上企业达到41家",
        "占全镇规上企业41家",
    ],
)
def test_an_industry_is_named_whole_and_is_no_nations(clause: str) -> None:
    assert not {
        subject for subject, *_ in figures(f"{ABOUT}\n{clause}。") if "产业" in subject and "集群" not in subject
    }


def test_industries_get_their_numbers_in_order() -> None:
    text = f"{ABOUT}\n光伏和锂电产业、船舶产业、汽车零部件产业产值分别增长15.0%、31.4%、15.9%。"
    assert figures(text) == {
        ("光伏和锂电产业", "growth_rate", 15.0),
        ("船舶产业", "growth_rate", 31.4),
        ("汽车零部件产业", "growth_rate", 15.9),
    }


def test_an_industry_carries_over_within_its_paragraph_only() -> None:
    text = f"{ABOUT}\n机器人产业发展迅速,已有60家企业。力争到2030年产值突破100亿元。\n产能占国内市场的40%。"
    assert ("机器人产业", "output_value", 100.0) in figures(text)
    assert not {indicator for _, indicator, _ in figures(text)} & {"market_share"}


def test_a_county_in_short_is_the_one_that_the_text_names_in_full() -> None:
    assert figures(f"{ABOUT}\n三门县是山区县。\n三门现有生产企业300余家。") == {("三门县", "enterprise_count", 300.0)}
    assert "三门县" not in {subject for subject, *_ in figures(f"{ABOUT}\n三门现有生产企业300余家。")}


def test_firms_of_its_trade_in_its_place_are_those_of_the_cluster() -> None:
    assert figures("安平县丝网产业集群壮大。\n如今,安平拥有丝网企业1.3万余家。") == {
        ("安平县丝网产业集群", "enterprise_count", 1.3)
    }


def test_a_number_in_a_description_is_that_of_the_cluster_described() -> None:
    text = "近年来,苏州吴中区衍生出了以200多家品牌企业为主要力量的苏州市智能制造产业集群。"
    assert figures(text) == {("苏州市智能制造产业集群", "enterprise_count", 200.0)}


def test_a_share_of_the_whole_country_goes_on_about_the_subject() -> None:
    text = f"{ABOUT}\n长沙工程机械产业产值突破1100亿元,占全国工程机械产业市场总量的23%。"
    assert ("长沙工程机械产业", "market_share", 23.0) in figures(text)


@pytest.mark.parametrize(
    "words",
    ["烟台200多家知名跨国企业的高管齐聚", "烟台全年生产铅笔100亿支", "工信部公布首批100家国家中小企业特色产业集群名单"],
)
def test_what_is_counted_is_no_firm_and_no_money(words: str) -> None:
    assert figures(f"{ABOUT}\n{words}。") == set()


def test_industries_of_the_clause_before_get_their_numbers_in_order() -> None:
    text = f"{ABOUT}\n船舶产业、汽车零部件产业继续增长,增速依次为4.6%和2.2%。"
    assert figures(text) == {("船舶产业", "growth_rate", 4.6), ("汽车零部件产业", "growth_rate", 2.2)}


def test_products_of_an_industry_are_not_the_industry() -> None:
    assert figures(f"{ABOUT}\n装备制造业产品里,汽车整车同比增长6.8%。") == set()


def test_a_number_in_parentheses_after_a_town_is_the_towns() -> None:
    text = f"{ABOUT}\n两个镇营收领先:繁昌区孙村镇(134.15亿元)、无为市高沟镇(334.52亿元)。"
    assert figures(text) >= {("孙村镇", "revenue", 134.15), ("高沟镇", "revenue", 334.52)}


@pytest.mark.parametrize("clause", ["全省营业收入超10亿元以上135个,超50亿元以上47个", "营收超百亿元的产业集群有76个"])
def test_a_number_that_only_says_what_is_counted_is_no_value(clause: str) -> None:
    assert "revenue" not in {indicator for _, indicator, _ in figures(f"{ABOUT}\n{clause}。")}


@pytest.mark.parametrize(
    ("clause", "subject"),
    [
        ("现代物流业规上企业41家", "现代物流业"),
        ("其中,人工智能服务业规上企业41家", "人工智能服务业"),
        ("坐落在巴南区的重庆国际生物城有规上企业41家", "重庆国际生物城"),
        ("“正安•国际吉他产业园”有规上企业41家", "正安•国际吉他产业园"),
    ],
)
def test_trades_and_parks_are_named_whole(clause: str, subject: str) -> None:
    assert figures(f"{ABOUT}\n{clause}。") == {(subject, "above_scale_enterprise_count", 41.0)}


@pytest.mark.parametrize("zone", ["江甲能源化工基地", "中国云谷", "钱甲世纪新区"])
def test_a_zone_without_a_place_is_one_if_it_is_named_again(zone: str) -> None:
    count = "above_scale_enterprise_count"
    assert (zone, count, 41.0) in figures(f"{ABOUT}\n{zone}有规上企业41家。{zone}很大。")
    assert (zone, count, 41.0) not in figures(f"{ABOUT}\n{zone}有规上企业41家。")


def test_the_goods_of_a_city_have_what_is_made_of_them() -> None:
    assert ("新材料", "output_value", 350.0) in figures("南京市产业集群壮大。本市新材料的工业总产值达到350亿元。")


def test_where_something_comes_into_being_is_not_who_has_it() -> None:
    assert not figures("顺德区家电产业集群\n广东诞生又一个工业强区,工业总产值1142亿元。")


def test_the_place_with_which_a_clause_opens_comes_before_an_unknown_industry_in_it() -> None:
    text = f"{ABOUT}\n杭州湾上虞经济技术开发区在新材料产业上有基础,现有新材料规上工业企业40多家。"
    assert ("杭州湾上虞经济技术开发区", "above_scale_enterprise_count", 40.0) in figures(text)


def test_the_only_district_of_a_text_is_the_whole_district() -> None:
    text = "佛山市顺德区产业集群多\n顺德每天新增1家企业,目前全区高新技术企业存量为2886家。"
    assert ("顺德区", "hightech_enterprise_count", 2886.0) in figures(text)


def test_what_stands_among_others_is_still_the_one_named() -> None:
    text = "合肥高新区产业集群多。合肥高新区规上工业增加值达238亿元,在各开发区中居首,同比增长10.5%。"
    assert ("合肥高新区", "growth_rate", 10.5) in figures(text)
