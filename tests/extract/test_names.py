"""How names of clusters are built: counties in short, places side by side, zones, sectors in parentheses."""

import pytest

from tests.extract.library import read


@pytest.mark.parametrize(
    ("text", "cities", "sector"),
    [
        ("河北高阳纺织产业集群年产值突破300亿元。", ("高阳县",), "纺织"),
        ("安平县是丝网之乡。安平丝网产业集群产值达到90亿元。", ("安平县",), "丝网"),
        ("成都德阳高端能源装备集群产值达到90亿元。", ("成都市", "德阳市"), "高端能源装备"),
        ("郑南商许超硬材料集群由郑州、南阳、商丘、许昌共建。", ("郑州市", "南阳市", "商丘市", "许昌市"), "超硬材料"),
        ("河南省超硬材料产业集群(郑州市、许昌市)入围。", ("郑州市", "许昌市"), "超硬材料"),
        ("山东济南市中区(能源互联网)特色产业集群在列。", ("济南市",), "能源互联网"),
        ("黑龙江传来消息,哈大齐精密铸造集群名列第二。", ("哈尔滨市", "大庆市", "齐齐哈尔市"), "精密铸造"),
        ("广州市海珠区智能制造系统集成服务产业集群", ("广州市",), "智能制造系统集成服务"),
        ("武汉东湖高新区国家地球空间信息及应用服务创新型产业集群", ("武汉市",), "地球空间信息及应用服务"),
        ("咸宁高新区军民结合产业集群", ("咸宁市",), "军民结合"),
    ],
)
def test_places_and_sector_of_a_name(text: str, cities: tuple[str, ...], sector: str) -> None:
    cluster = read(text).clusters[0]
    assert (cluster.cities, cluster.sector) == (cities, sector)


def test_a_zone_of_no_known_place_is_no_part_of_the_sector_and_gives_no_city() -> None:
    text = "上饶市数字经济产业集群在列。\n赣江新区生物医药产业集群在列。"
    assert [(one.cities, one.sector) for one in read(text).clusters] == [(("上饶市",), "数字经济"), ((), "生物医药")]


def test_as_many_as_are_counted_stand_in_an_enumeration() -> None:
    four = "决定认定蚌埠市硅基新材料、滁州市智能家电、芜湖市机器人及智能装备等3个产业集群。"
    assert [one.sector for one in read(four).clusters] == ["硅基新材料", "智能家电", "机器人及智能装备"]


def test_a_name_and_its_places_are_one_cluster() -> None:
    text = "滇中数控机床产业集群名列第二。\n滇中数控机床产业集群由昆明、楚雄两地共建。"
    assert [one.cities for one in read(text).clusters] == [("昆明市", "楚雄彝族自治州")]


def test_a_short_name_that_the_text_defines_is_its_cluster() -> None:
    text = "成都德阳高端能源装备集群(以下简称“成德集群”)壮大。\n成德集群产值达到90亿元。"
    reading = read(text)
    assert len(reading.clusters) == 1
    assert [figure.subject for figure in reading.figures] == ["成都德阳高端能源装备集群"]


def test_words_before_a_head_do_not_hide_an_enumeration() -> None:
    text = "青岛节能环保、淄博新型功能材料等2个化工和医药相关的产业集群在列。"
    assert [one.name for one in read(text).clusters] == ["青岛节能环保", "淄博新型功能材料"]


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("玉屏县锰系材料产业集群产值20亿元。", ("玉屏侗族自治县",)),
        ("成(都)德(阳)高端能源装备集群集聚了2600多家企业。", ("成都市", "德阳市")),
        ("泰安市岱岳区新型建材产业“雁阵形”集群营业收入360亿元。", ("泰安市",)),
        ("深圳-东莞锂电产业集群壮大。", ("深圳市", "东莞市")),
    ],
)
def test_places_as_texts_write_them(text: str, cities: tuple[str, ...]) -> None:
    assert [item.cities for item in read(text).clusters] == [cities]


@pytest.mark.parametrize("text", ["云南开展产业集群调研。", "昆明召开全国优势特色产业集群大会。", "增强集群竞争力。"])
def test_what_is_done_is_no_sector(text: str) -> None:
    assert read(text).clusters == ()


def test_the_first_characters_of_cities_stand_for_them() -> None:
    text = "内蒙古自治区有包通风电装备集群、呼通赤巴生物制造集群、乌海市精细化工集群。"
    cities = {item.name: item.cities for item in read(text).clusters}
    assert cities["包通风电装备集群"] == ("包头市", "通辽市")
    assert cities["呼通赤巴生物制造集群"] == ("呼和浩特市", "通辽市", "赤峰市", "巴彦淖尔市")


def test_first_characters_in_quotes_or_with_a_boundary_word_among_them() -> None:
    text = "名单包括“武襄十随”汽车集群、成德绵自凉航空航天集群。"
    cities = {item.name: item.cities for item in read(text).clusters}
    assert cities["“武襄十随”汽车集群"] == ("武汉市", "襄阳市", "十堰市", "随州市")
    assert cities["成德绵自凉航空航天集群"][-2:] == ("自贡市", "凉山彝族自治州")


def test_a_county_is_no_run_of_first_characters() -> None:
    assert [item.cities for item in read("清河羊绒产业集群壮大。清河县是羊绒之都。").clusters] == [("清河县",)]


def test_all_clusters_of_a_sector_are_none_and_a_venue_is_no_place_of_theirs() -> None:
    assert read("全国纺织产业集群工作会在北京人民大会堂举行。").clusters == ()


def test_clusters_after_a_sentence_on_several_of_a_city_are_of_that_city() -> None:
    text = "产业观察\n本周要闻\n正阳县已建成三大产业集群。食品加工产业集群。装备制造产业集群。"
    assert {item.name: item.cities for item in read(text).clusters} == {
        "食品加工产业集群": ("正阳县",),
        "装备制造产业集群": ("正阳县",),
    }
