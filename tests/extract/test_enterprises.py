"""Which words are names of firms: what everybody knows, what an ending alone does not make one."""

import pytest

from tests.extract.library import read


def firms(text: str) -> list[str]:
    return [item.name for item in read(text).enterprises]


def test_firms_that_everybody_knows_may_hold_boundary_words_or_numerals() -> None:
    text = "南京市有以华为、中兴、三星、亚信等为龙头的通信软件产业集群。"
    assert firms(text) == ["华为", "中兴", "三星", "亚信"]


def test_a_name_with_a_legal_form_is_not_the_known_one_inside_it() -> None:
    text = "苏州市新能源产业集群里,中国石油大连石油化工有限公司有项目。"
    assert firms(text) == ["中国石油大连石油化工有限公司"]


@pytest.mark.parametrize(
    "text",
    [
        "苏州市生物医药产业集群名单公布,结果显示良好。",
        "乐清市电气产业集群做强智能箱式变电站、中高压电气。",
        "苏州市生物医药产业集群优化营商环境,盘活存量工业用地。",
        "邢台市有宁晋县、临西县。邢台市以沙河玻璃、临西轴承、宁晋线缆为突破,引领全市产业集群提档升级。",
        "长春市汽车产业集群依托千余户零部件企业,长期扮演重要角色。",
        "苏州市生物医药产业集群以骨干企业为龙头,构建以促进机构为核心的治理体系。",
    ],
)
def test_words_of_everyday_are_no_firms(text: str) -> None:
    assert firms(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("苏州市生物医药产业集群由甲重工有限公司(统一社会信用代码:91350100M000100Y43)领头。", "91350100M000100Y43"),
        ("苏州市生物医药产业集群由甲重工有限公司领头,其统一社会信用代码为91350100m000100y43。", "91350100M000100Y43"),
        ("苏州市生物医药产业集群由甲重工有限公司领头。订单号 91350100M000100Y43 已发货。", ""),
    ],
)
def test_the_official_code_after_a_name_is_the_firms(text: str, code: str) -> None:
    assert [(item.name, item.code) for item in read(text).enterprises] == [("甲重工有限公司", code)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("浙江甲威家具有限公司来自上海,苏州市家具产业集群壮大。", ["浙江甲威家具有限公司"]),
        ("苏州市家具产业集群由甲城产业发展有限公司建设。", ["甲城产业发展有限公司"]),
        ("苏州市仪器仪表产业集群里,德国普甲特公司投入2亿元。", ["德国普甲特公司"]),
        ("苏州市新材料产业集群包括甲同、大乙达等行业龙头企业。", ["甲同", "大乙达"]),
        ("苏州市汽车产业集群集聚了甲汽、乙通、丙马三大整车企业。", ["甲汽", "乙通", "丙马"]),
        ("苏州市家居产业集群壮大,年产值200亿的甲轮大业是最大的企业。", []),
        ("中国铝业之都临朐县有铝型材产业集群。", []),
        ("苏州市汽车产业集群进入宝马、奔驰的供应体系。", []),
        ("甲阳纺织有限公司\n地址:某路106号\n苏州市纺织产业集群壮大。", []),
        ("临沂市木业产业集群壮大。木业迈向高端。", []),
    ],
)
def test_what_is_a_firm_and_what_only_looks_like_one(text: str, names: list[str]) -> None:
    assert firms(text) == names


def test_two_firms_are_two_and_no_list_of_trades() -> None:
    assert firms("苏州市纺织产业集群里,恒远、盛山两大世界500强企业扎根于此。") == ["恒远", "盛山"]
    assert firms("苏州市纺织产业集群里,织造、印染、服装两大世界500强企业扎根于此。") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("据甲赛轴承(河北)工业发展有限公司介绍,订单翻番。", {"甲赛轴承(河北)工业发展有限公司"}),
        ("调研组看了二期项目(宏远达科技集团有限公司)。", {"宏远达科技集团有限公司"}),
        ("肉类加工大户双汇集团也在县里建了厂。", {"双汇集团"}),
        ("谈到老对手沪测科技,董事长表示乐观。", {"沪测科技"}),
        ("上下游聚拢了高压油管制造、机械配件加工、注塑机钢件配件制造等5家企业。", set()),
        ("要紧跟新一轮科技革命和产业变革的走势。", set()),
        ("北京管乐器厂跨地区联营。", {"北京管乐器厂"}),
        ("晚报讯(全媒体记者 李文)华瓷股份在深圳证券交易所挂牌。", {"华瓷股份"}),
    ],
)
def test_where_a_name_begins_and_what_is_none(text: str, names: set[str]) -> None:
    assert {item.name for item in read(f"临西县轴承产业集群壮大。{text}").enterprises} == names


def test_hong_kong_counts_firms_in_rooms() -> None:
    text = "东莞市终端产业集群聚集规上企业逾900间,以甲湾通讯、乙珀来两间整机厂为龙头。"
    assert {item.name for item in read(text).enterprises} == {"甲湾通讯", "乙珀来"}
    assert [int(item.value) for item in read(text).figures] == [900]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈尔滨市航空产业集群。哈尔滨西甲实业发展有限公司(下称西甲实业)扩产。", ["哈尔滨西甲实业发展有限公司"]),
        ("广水市冶金产业集群里,华甲公司入选百强,新乙公司和鑫丙公司也入选。", ["华甲公司", "新乙公司", "鑫丙公司"]),
        ("常州市新材料产业集群集聚起长甲股份、贝乙装饰等一批骨干企业。", ["长甲股份", "贝乙装饰"]),
        ("茂名市石化产业集群里,广东众和甲塑股份公司牵头。", ["广东众和甲塑股份公司"]),
        ("宝鸡市钛产业集群壮大。陕西乙方钛业有限公司交流发言。", ["陕西乙方钛业有限公司"]),
        ("宝鸡市钛产业集群有企业67户,其中不乏秦乙工业、渭东实业等重点企业。", ["秦乙工业", "渭东实业"]),
        ("宝鸡市钛产业集群壮大。秦思科、渭代瑞、宝高储能等11 家企业投产。", ["秦思科", "渭代瑞", "宝高储能"]),
    ],
)
def test_names_begin_and_end_where_they_do(text: str, expected: list[str]) -> None:
    assert firms(text) == expected


@pytest.mark.parametrize(
    "words",
    [
        "链主企业的实力和担当,由此可见一斑",
        "龙头企业还积极布局类脑智能、智能交互、深度学习等领域",
        "快递公司、贸易公司齐全,三家公司出口,全资子公司也在",
        "供水公司、排水公司把管网接到园区",
        "决定将广州花都皮具箱包、佛山顺德家电列为示范",
        "会客厅由1号展馆、2号展馆构成",
        "该馆以“云药、世界”为核心理念",
        "宁德时代动力产业园、比亚迪研究院建成",
    ],
)
def test_words_around_cues_are_no_firms(words: str) -> None:
    assert firms(f"合肥市人工智能产业集群壮大。{words}。") == []


def test_the_own_name_of_a_firm_stands_for_its_legal_name() -> None:
    text = (
        "宁德市锂电产业集群以宁德时光新能源科技股份有限公司、宁德新能源科技有限公司为龙头。"
        "宁德时光新能源科技股份有限公司产值990亿元,新能源科技产值394亿元。"
    )
    found = {(one.subject, int(one.value)) for one in read(text).figures}
    assert found == {("宁德时光新能源科技股份有限公司", 990), ("宁德新能源科技有限公司", 394)}


def test_a_legal_name_begins_with_its_place_after_a_sentence() -> None:
    text = "余江区眼镜产业集群兴旺。记者在江西余江眼镜工业园遇见广州霓光眼镜有限公司。"
    assert firms(text) == ["广州霓光眼镜有限公司"]


def test_a_place_inside_a_firm_s_own_name_is_part_of_it() -> None:
    text = "苏州市汽车产业集群兴旺。东岳汽车湖北专用车有限公司参加了会议。"
    assert firms(text) == ["东岳汽车湖北专用车有限公司"]


def test_leaders_have_a_nickname_together() -> None:
    text = "长沙市工程机械产业集群靠的是甲骏重工、乙岳重工、丙山智能这“三龙”一起撑起。"
    assert {(one.name, one.role) for one in read(text).enterprises} == {
        ("甲骏重工", "leader"),
        ("乙岳重工", "leader"),
        ("丙山智能", "leader"),
    }
