"""Numbers of clusters, each with the place that has them."""

import pytest

from tests.extract.library import read


@pytest.mark.parametrize(
    ("text", "place", "count"),
    [
        ("将长沙先进储能材料产业集群等14个集群确定为湖南省先进制造业集群。", "湖南省", 14),
        ("武汉市集成电路、新型显示器件和生物医药等3个产业集群入选。", "武汉市", 3),
        ("深圳的省级特色产业集群达到16个,其中国家级特色产业集群4个。", "深圳", 4),
    ],
)
def test_a_number_of_clusters_has_its_place(text: str, place: str, count: int) -> None:
    found = [(one.subject, int(one.value)) for one in read(text).figures if one.indicator == "cluster_count"]
    assert (place, count) in found


def test_the_clusters_of_several_cities_are_nobodys_number() -> None:
    text = "烟台市生物医药、临沂市生物医药等2个产业集群入选。"
    assert read(text).figures == ()


def counts(text: str) -> list[tuple[str, str, float]]:
    """Numbers of clusters and of large ones, with their places."""
    return [
        (one.subject, one.indicator, float(one.value))
        for one in read(text).figures
        if one.indicator.startswith("cluster_count")
    ]


def test_numbers_in_parentheses_and_one_after_another_have_their_own_places() -> None:
    expected = [("江苏", "cluster_count", 17), ("浙江", "cluster_count", 16), ("广东", "cluster_count", 12)]
    assert counts("百强产业集群集中在东部,其中江苏(17个)、浙江(16个)、广东(12个)居前三。") == expected
    assert counts("百强产业集群集中在东部,其中江苏17个、浙江16个、广东12个。") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江省中小企业特色产业集群(不含宁波)增至33个。", ("浙江省", "cluster_count", 33)),
        ("泉州市千亿产业集群从5个增加到9个。", ("泉州市", "cluster_count_over_100bn_yuan", 9)),
        ("苏州市、无锡市等地的集群入选。目前,全省省级产业集群达到43个。", ("江苏省", "cluster_count", 43)),
        ("山东省特色产业集群名单公布,烟台市生物医药产业集群入选。全省上榜36家。", ("山东省", "cluster_count", 36)),
        ("潍坊市的省级特色产业集群发展到8家。", ("潍坊市", "cluster_count", 8)),
        ("山东省千亿级产业集群达到9个。", ("山东省", "cluster_count_over_100bn_yuan", 9)),
    ],
)
def test_a_number_after_the_clusters_is_that_of_the_place_before_them(
    text: str, expected: tuple[str, str, float]
) -> None:
    assert counts(text) == [expected]


def test_a_number_after_clusters_of_several_cities_is_not_the_first_ones() -> None:
    text = "沈阳市浑南区软件产业集群、本溪市溪湖区生物医药产业集群、锦州市太和区特种合金产业集群3个集群上榜。"
    assert counts(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("泉州市有11个产业集群入选,漳州、龙岩各有2个集群入选。", {("漳州", 2), ("龙岩", 2)}),
        ("先进制造业集群达到80个。江苏14个居首,广东和浙江各8个。", {("广东", 8), ("浙江", 8)}),
        ("2024年度江西省先进制造业集群名单对外发布,一共9个:", {("江西省", 9)}),
        ("3月22日,山东省发展改革委公布了13个省级战略性新兴产业集群名单。", {("山东省", 13)}),
        ("株洲锚定目标,国省级产业集群达15个,其中国家先进制造业集群3个。", {("株洲", 15), ("株洲", 3)}),
        ("云南省大丰收:昆明市花卉、玉溪市蔬菜等4个产业集群入选。", {("云南省", 4)}),
        ("安徽省天长市智能仪器仪表产业集群榜上有名,全省仅有5家获评。", {("安徽省", 5)}),
    ],
)
def test_numbers_of_several_places_and_of_the_place_around(text: str, places: set[tuple[str, int]]) -> None:
    assert places <= {(place, int(count)) for place, indicator, count in counts(text) if indicator == "cluster_count"}


def test_two_clusters_that_were_told_of_are_not_counted() -> None:
    assert counts("洛阳、新乡的两个产业集群仅通过初审。云南绿色能源充足,为两大产业集群提供了支撑。") == []


def test_one_cluster_each_of_which_more_is_said_is_not_counted() -> None:
    assert counts("名单上济南和烟台各有一个集群很能说明龙头带动的含义。") == []
    assert counts("名单上济南和烟台各有一个集群。") == [("济南", "cluster_count", 1), ("烟台", "cluster_count", 1)]


def test_an_enumeration_before_a_number_makes_it_a_count_of_all() -> None:
    text = "南通加快成形:一头是船舶海工、高端纺织、新能源等6大重点产业集群。六大重点产业集群产值1.08万亿元。"
    assert counts(text) == [("南通", "cluster_count", 6)]
    assert ("南通", 1.08) in {(one.subject, float(one.value)) for one in read(text).figures}


def test_clusters_of_a_size_are_listed_and_not_counted() -> None:
    sized = "营收超过千亿元的有贵溪铜加工、上饶光伏等6个,超过500亿元的有安义铝合金、南康家具等18个"
    text = f"江西省级产业集群共118个,{sized}。"
    found = {(one.subject, one.indicator, float(one.value)) for one in read(text).figures}
    assert found == {
        ("江西省", "cluster_count", 118.0),
        ("贵溪铜加工", "revenue", 1000.0),
        ("上饶光伏", "revenue", 1000.0),
        ("安义铝合金", "revenue", 500.0),
        ("南康家具", "revenue", 500.0),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("许昌市推进产业集群培育。目前,市级产业集群累计已有48个。", [("许昌市", 48)]),
        ("河南省推进产业集群培育。目前,省级产业集群已有14个。", [("河南省", 14)]),
        ("许昌市推进产业集群培育。目前,省级产业集群已有14个。", []),
    ],
)
def test_the_level_of_clusters_says_whose_they_are(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(one.subject, int(one.value)) for one in read(text).figures] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湖北省印发方案。方案明确,到2027年建设省级特色产业集群50个,创建国家级特色产业集群30个。", [50, 30]),
        ("河北省特色产业集群壮大。2021年,超百亿元产业集群达76个,其中超千亿元的4个、超500亿元的8个。", [76, 4, 8]),
        ("第一批名单公布。其中北京、武汉上榜的产业集群各有四个;深圳、合肥入选的产业集群则各为三个。", [4, 4, 3, 3]),
        ("河北省邢台市40多个特色县域产业集群活力不断。", [40]),
        ("浙江的集群多。浙江一省拿下5席,数量为全国最多。", [5]),
        ("我省的集群多。山西省的省级专业镇由此达到18个。", [18]),
    ],
)
def test_clusters_are_counted_by_size_by_level_and_over_sentences(text: str, expected: list[int]) -> None:
    assert [int(value) for _, _, value in counts(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "工信部公布名单。累计认定产业集群66个。",
        "山东省入选的集群不少。“这7个产业集群具有良好的发展基础。”",
        "南安市水暖器材产业集群兴旺。400多家生产企业组成水暖器材集群。",
        "滁州市的集群壮大。三个集群共有规上企业688家。",
    ],
)
def test_what_is_the_nation_s_or_only_pointed_at_is_not_counted(text: str) -> None:
    assert counts(text) == []


def test_a_number_of_clusters_that_is_passed_says_so() -> None:
    assert [one.comparator for one in read("河北省邢台市40多个特色产业集群活力不断。").figures] == [">="]


def test_a_zone_has_the_clusters_that_are_inside() -> None:
    text = "大连经济技术开发区归大连市金州区。区内现有石油化工、装备制造、电子信息3大千亿级产业集群。"
    assert [(place, value) for place, _, value in counts(text)] == [("大连经济技术开发区", 3)]


def test_a_number_of_clusters_may_be_aimed_at() -> None:
    text = "湖北省印发方案,到2027年重点建设省级特色产业集群50个。湖北省现有省级特色产业集群20个。"
    found = [(int(one.value), one.status, one.year) for one in read(text).figures]
    assert found == [(50, "target", 2027), (20, "actual", None)]


def test_what_a_paragraph_aims_at_are_also_its_numbers_further_on() -> None:
    text = "力争到2027年,安徽省特色产业集群的实力明显增强。百亿级集群达60个。目前,安徽省百亿级集群有20个。"
    assert [(int(one.value), one.status) for one in read(text).figures] == [(60, "target"), (20, "actual")]
