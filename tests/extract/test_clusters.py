"""Which words name clusters, and where those without a place are."""

import pytest

from tests.extract.library import read


def clusters(text: str) -> dict[str, tuple[str, ...]]:
    return {item.name: item.cities for item in read(text).clusters}


def test_a_planned_cluster_has_a_place_and_is_less_sure_than_one_that_is_there() -> None:
    (planned,) = read("海口:园区新貌\n海口正加快打造百亿级节能环保产业集群。").clusters
    assert (planned.sector, planned.cities, planned.evidence.rule) == ("节能环保", ("海口市",), "bare-name-planned")
    assert planned.evidence.confidence < 0.7


@pytest.mark.parametrize(
    "text",
    [
        "海口:园区新貌\n海口不会跟风搞什么节能环保产业集群。",
        "合肥:会议召开\n2023年现代纺织产业集群高质量发展论坛在合肥召开。",
        "9个纺织服装产业集群列入2024年百强。",
        "今年将开展战略性新兴产业融合集群的状况调查。",
        "统计局要做一次战略性新兴产业融合集群发展状况调查。",
        "湖北:重点支持武汉、襄阳等领域培育千亿级集群。",
    ],
)
def test_talk_events_and_numbers_are_no_clusters(text: str) -> None:
    assert clusters(text) == {}


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        ("无锡市:千亿级的产业集群2个(新材料、集成电路)。", ["新材料", "集成电路"]),
        (
            "大渡口区的五大百亿级产业集群:大数据、生物医药、生态环保、新材料、重型汽车。",
            ["大数据", "生物医药", "生态环保", "新材料", "重型汽车"],
        ),
        (
            "武汉市集成电路、新型显示器件、下一代信息网络和生物医药产业集群。",
            ["集成电路", "新型显示器件", "下一代信息网络", "生物医药"],
        ),
        ("青岛市智能家电集群入选。青岛市智能家电和轨道交通装备集群各有所长。", ["智能家电", "轨道交通装备"]),
        ("长三角(含江西)大飞机集群入选。", ["大飞机"]),
        ("福州市马尾区用户侧新型储能产业集群、晋江市运动鞋原辅材料产业集群。", ["用户侧新型储能", "运动鞋原辅材料"]),
        ("沈阳市机器人、长春市汽车及智能制造集群。", ["机器人", "汽车及智能制造"]),
    ],
)
def test_names_are_parted_where_the_text_parts_them(text: str, sectors: list[str]) -> None:
    assert [item.sector for item in read(text).clusters] == sectors


def test_a_name_without_a_place_is_where_its_part_of_the_sentence_is() -> None:
    text = "广东四会市:玉器名城\n广东四会市,玉器之乡;山东曹县,打造集生产、销售于一体的汉服产业集群。"
    assert clusters(text)["汉服产业集群"] == ("曹县",)


def test_among_the_clusters_of_many_cities_one_without_a_place_has_none() -> None:
    text = "绍兴市:新一批集群出炉\n包头市稀土新材料集群、哈尔滨市航空集群、苏州市高端仪器集群、某某煤化工集群。"
    assert {name: cities for name, cities in clusters(text).items() if "煤化工" in name} in (
        {},
        {"某某煤化工集群": ()},
    )


def test_where_a_report_was_sent_from_is_not_where_its_clusters_are() -> None:
    text = "中新网乌鲁木齐2月15日电 新疆加快发展煤化工产业集群。"
    (found,) = read(text).clusters
    assert (found.cities, found.province) == ((), "新疆维吾尔自治区")


def test_a_district_stands_for_itself_where_its_city_is_not_named() -> None:
    assert clusters("余江区眼镜产业集群入选。") == {"余江区眼镜产业集群": ("余江区",)}
    assert clusters("鹰潭市余江区眼镜产业集群入选。") == {"鹰潭市余江区眼镜产业集群": ("鹰潭市",)}


def test_names_of_a_place_and_its_goods_need_no_head_where_several_stand_together() -> None:
    found = clusters("安平丝网、清河羊绒、河间再制造等特色产业集群名气渐大。")
    assert found == {"安平丝网": ("安平县",), "清河羊绒": ("清河县",), "河间再制造": ("河间市",)}


def test_a_run_of_first_characters_means_the_places_that_the_text_names() -> None:
    text = "永康市、武义县、缙云县共建五金集群。\n永武缙五金产业集群入选国家级名单。"
    assert clusters(text)["永武缙五金产业集群"] == ("永康市", "武义县", "缙云县")
    assert clusters("永武缙五金产业集群入选国家级名单。") == {"永武缙五金产业集群": ()}


def test_each_size_begins_a_name() -> None:
    found = read("黑龙江将打造千亿级绿色食品、百亿级预制菜产业集群。").clusters
    assert [item.sector for item in found] == ["绿色食品", "预制菜"]


def test_parentheses_in_a_name_are_kept_whole() -> None:
    text = "入选名单的5个集群分别是南康现代家具、贵溪铜基新材料、浮梁陶瓷、永修有机硅、南城校具(教育装备)。"
    assert clusters(text)["南城校具(教育装备)"] == ("南城县",)


def test_the_owner_of_a_site_is_no_place_of_its_texts() -> None:
    text = "南昌市人民政府网站 南昌发布\n网站首页\n余江区眼镜产业集群产值达30亿元。"
    assert clusters(text) == {"余江区眼镜产业集群": ("余江区",)}


def test_an_enumeration_by_provinces_goes_on_after_commas() -> None:
    text = "依次为:江苏省苏锡常智能传感器、通泰扬海工装备,浙江省杭绍甬化纤新材料,河南省郑许超硬制品集群。"
    assert clusters(text) == {
        "江苏省苏锡常智能传感器": ("苏州市", "无锡市", "常州市"),
        "通泰扬海工装备": ("南通市", "泰州市", "扬州市"),
        "浙江省杭绍甬化纤新材料": ("杭州市", "绍兴市", "宁波市"),
        "河南省郑许超硬制品集群": ("郑州市", "许昌市"),
    }


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("洛阳市轴承集群壮大。周口市此前呼声颇高的生物基纺织集群落选。", ("周口市",)),
        ("洛阳市轴承集群壮大。周口地区的生物基纺织集群落选。", ("周口市",)),
        ("园区里铸件下线\n周口发展快。周口有企业。周口有政策。生物基纺织产业集群壮大。", ("周口市",)),
    ],
)
def test_where_a_cluster_is_whose_place_stands_apart(text: str, places: tuple[str, ...]) -> None:
    assert [found for name, found in clusters(text).items() if "纺织" in name] == [places]


def test_among_known_sectors_an_unknown_one_is_a_cluster_too() -> None:
    text = "肃宁县:集群建商会\n商会由石油化工、高端装备、药包材、电线电缆等9个特色产业集群组建。"
    assert "药包材" in clusters(text)


def test_the_cluster_of_a_place_is_the_one_that_it_has() -> None:
    text = "长春市汽车产业集群与十堰市商用车产业集群相比。长春的集群有规上企业382家;十堰的集群规上企业246家。"
    assert {(one.subject, int(one.value)) for one in read(text).figures} == {
        ("长春市汽车产业集群", 382),
        ("十堰市商用车产业集群", 246),
    }


def test_who_runs_a_cluster_and_what_a_picture_shows_are_no_lines_of_a_list() -> None:
    text = "首批产业集群名单\n1.深圳市内衣协会\n2.中山市灯饰广场外景\n3.佛山市陶瓷\n"
    assert clusters(text) == {"佛山市陶瓷": ("佛山市",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "南通市六大产业集群产值分别为:新能源产业集群300亿元、船舶海工产业集群200亿元。",
            {"新能源产业集群": ("南通市",), "船舶海工产业集群": ("南通市",)},
        ),
        (
            "烟台市已培育绿色石化、高端装备2个千亿级和汽车、食品精深加工2个百亿级产业集群。",
            dict.fromkeys(("绿色石化", "高端装备", "汽车", "食品精深加工"), ("烟台市",)),
        ),
        (
            "顺德区培育出家用电器、机械装备两个3000亿级产业集群。",
            {"家用电器": ("顺德区",), "机械装备": ("顺德区",)},
        ),
        (
            "德阳市“硫磷钛”循环经济产业集群入选。",
            {"德阳市“硫磷钛”循环经济产业集群": ("德阳市",)},
        ),
        (
            "成都市轨道交通产业集群(与眉山市联合申报)入选。",
            {"成都市轨道交通产业集群": ("成都市", "眉山市")},
        ),
        (
            "包头市2个集群入选\n入选的2个集群是:生物制造(与通辽市、赤峰市联合申报)、绒纺(与鄂尔多斯市联合申报)。",
            {"生物制造": ("包头市", "通辽市", "赤峰市"), "绒纺": ("包头市", "鄂尔多斯市")},
        ),
        (
            "甘肃优势产业集群发展快\n甘肃有马铃薯产业集群、旱塬谷苗产业集群、食用菌产业集群。",
            {"马铃薯产业集群": (), "旱塬谷苗产业集群": (), "食用菌产业集群": ()},
        ),
        (
            "烟台市产业\n烟台市已培育生物医药、清洁能源2个产业集群,建起龙口高端铝材、莱州水泥机械产业集群。",
            {
                "生物医药": ("烟台市",),
                "清洁能源": ("烟台市",),
                "龙口高端铝材": ("龙口市",),
                "莱州水泥机械产业集群": ("莱州市",),
            },
        ),
    ],
)
def test_names_of_enumerations_have_their_places(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert clusters(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "佛山市有很多产业集群,前景可期。",
        "佛山市的家电企业在国内机器人产业集群里属规模最大之列。",
        "佛山市带着中小企业集群出海。",
        "佛山市手握国家中小企业特色产业集群等多项荣誉。",
        "贺州市3个集群跻身自治区先进制造业集群。",
    ],
)
def test_general_talk_names_no_cluster(text: str) -> None:
    assert clusters(text) == {}


def test_what_a_cluster_is_to_become_is_that_cluster() -> None:
    text = "乐清市电气产业集群壮大。乐清市加快打造世界级先进智能电气产业集群。"
    assert clusters(text) == {"乐清市电气产业集群": ("乐清市",)}


def test_a_zone_lies_in_the_city_of_headline_and_sentence() -> None:
    text = "中山市特色产业集群公布\n中山市有火炬高新区健康医药产业集群。"
    assert clusters(text) == {"火炬高新区健康医药产业集群": ("中山市",)}


def test_the_caption_of_a_picture_is_no_headline() -> None:
    text = "产业集群添动力\n(图:南昌市的厂房。李甲供图)\n全省有马铃薯产业集群。"
    assert clusters(text) == {"马铃薯产业集群": ()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "海南省“三大”战略性支柱产业集群具体有:绿色石化、软件与信息服务、生物医药与健康。",
            {"绿色石化": (), "软件与信息服务": (), "生物医药与健康": ()},
        ),
        (
            "“长沙工程机械”“株洲市先进轨道交通装备”两大集群一起上榜。",
            {"长沙工程机械": ("长沙市",), "株洲市先进轨道交通装备": ("株洲市",)},
        ),
        (
            "重点培育肥东县、长丰县先进光伏,肥西县光储设备及组件,凤台县光伏储能等集群。",
            {
                "肥东县、长丰县先进光伏": ("肥东县", "长丰县"),
                "肥西县光储设备及组件": ("肥西县",),
                "凤台县光伏储能": ("凤台县",),
            },
        ),
        (
            "曲靖市有有机硅新材料、稀贵和液态金属、烟草3个百亿级产业集群。",
            {"有机硅新材料": ("曲靖市",), "稀贵和液态金属": ("曲靖市",), "烟草": ("曲靖市",)},
        ),
        (
            "宁夏有吴忠、中卫、宁东基地特色精细化工材料产业集群。",
            {"吴忠、中卫、宁东基地特色精细化工材料产业集群": ("吴忠市", "中卫市")},
        ),
    ],
)
def test_announced_names_are_found_whole(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert clusters(text) == expected


def test_a_line_of_a_date_is_no_headline() -> None:
    text = "2026-01-24\n星期六\n包头市2个集群入选\n入选的2个集群是:稀土材料、风电装备。"
    assert set(clusters(text).values()) == {("包头市",)}


def test_no_name_begins_with_a_dash() -> None:
    assert clusters("--国家工程机械先进制造业集群(徐州)大会召开") == {"国家工程机械先进制造业集群": ("徐州市",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "第二批专业镇公布,泽州铸造专业镇、盐湖水泵专业镇在列。",
            {"泽州铸造专业镇": ("泽州县",), "盐湖水泵专业镇": ("盐湖区",)},
        ),
        ("金湖县仪器仪表特色产业基地获批。", {"金湖县仪器仪表特色产业基地": ("金湖县",)}),
        ("该镇获评中国红木家具生产专业镇。产业集群壮大。", {}),
        ("全省213个产业集群专业镇营收7741亿元。", {}),
    ],
)
def test_towns_and_bases_of_one_trade_are_clusters_where_place_and_trade_are_named(
    text: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert clusters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("郑州市现已形成汽车及零部件、电子信息、新材料等产业集群。", ["汽车及零部件", "电子信息", "新材料"]),
        ("晋江市千亿产业集群已有两个(制鞋、纺织服装)。", ["制鞋", "纺织服装"]),
        (
            "仁怀市酱香白酒、正安县吉他制造等一批链条完整的特色产业集群舞起龙头。",
            ["仁怀市酱香白酒", "正安县吉他制造"],
        ),
    ],
)
def test_an_enumeration_says_what_there_is(text: str, expected: list[str]) -> None:
    assert [one.name for one in read(text).clusters] == expected


@pytest.mark.parametrize(
    "text", ["郑州市要形成汽车、电子信息、新材料等产业集群。", "郑州市发展汽车、电子信息、新材料等产业集群。"]
)
def test_an_enumeration_of_what_there_may_be_names_no_cluster(text: str) -> None:
    assert read(text).clusters == ()


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("大盘绿色石化集群入选名单。", ("大连市", "盘锦市")),
        ("宝汉天工业母机集群入选名单。", ("宝鸡市", "汉中市", "天水市")),
        ("绥哈大齐玉米生物制造先进制造业集群入选名单。", ("绥化市", "哈尔滨市", "大庆市", "齐齐哈尔市")),
        ("榆鄂宁现代煤化工集群入选名单。", ("榆林市",)),
        ("文山市的三七产业集群兴旺。", ("文山市",)),
        ("恩施市富硒食品产业集群兴旺。", ("恩施市",)),
    ],
)
def test_first_characters_stand_for_cities_and_a_city_for_itself(text: str, cities: tuple[str, ...]) -> None:
    assert [one.cities for one in read(text).clusters] == [cities]


def test_a_sector_is_given_out_as_printed() -> None:
    found = read("莆田市荔城區黃金珠寶産業集群入選名單,這是福建省的産業集群。")
    assert [one.sector for one in found.clusters] == ["黄金珠宝"]
    shape = found.to_json()
    assert [one["sector"] for one in shape["clusters"] if isinstance(one, dict)] == ["黃金珠寶"]
    assert ["莆田市荔城區黃金珠寶産業集群", "inSector", "黃金珠寶"] in shape["relations"]


def test_what_a_place_holds_may_stand_in_parentheses_in_a_name() -> None:
    found = read("孝感市(高新区、汉川)纺织服装产业集群入选名单。").clusters
    assert [(one.name, one.cities, one.sector) for one in found] == [
        ("孝感市(高新区、汉川)纺织服装产业集群", ("孝感市",), "纺织服装")
    ]
