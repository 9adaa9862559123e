"""What single sentences say: one phenomenon a test."""

import pytest

from kg.extract.marks import Kind
from kg.extract.normalize import Normaliser
from kg.extract.numerals import Numerals
from tests.extract.library import lexicon, read, reader

CLUSTER = "烟台市先进结构材料产业集群"


def names(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(cluster.name, cluster.cities) for cluster in read(text).clusters]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "烟台市生物医药、临沂市生物医药等2个产业集群入选。",
            [("烟台市生物医药", ("烟台市",)), ("临沂市生物医药", ("临沂市",))],
        ),
        (
            "南通市、泰州市、扬州市海工装备和高技术船舶集群",
            [("南通市、泰州市、扬州市海工装备和高技术船舶集群", ("南通市", "泰州市", "扬州市"))],
        ),
        ("青烟威船舶与海洋工程装备集群", [("青烟威船舶与海洋工程装备集群", ("青岛市", "烟台市", "威海市"))]),
        ("郑州经济技术开发区高端装备产业集群", [("郑州经济技术开发区高端装备产业集群", ("郑州市",))]),
        ("北京市海淀区人工智能产业集群", [("北京市海淀区人工智能产业集群", ("北京市",))]),
        ("扬州市、盐城市联合申报的晶硅光伏集群胜出", [("晶硅光伏集群", ("扬州市", "盐城市"))]),
        ("战略性新兴产业集群是一种产业组织形态。", []),
        ("加快打造世界级先进制造业集群。", []),
    ],
)
def test_clusters_are_named_as_printed(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert names(text) == expected


def places(text: str) -> list[str]:
    marks = reader()._marker.mark(text)
    return [mark.word for mark in marks.within(0, len(text)) if mark.kind & Kind.PLACE]


@pytest.mark.parametrize(
    ("text", "expected"), [("新兴城市", []), ("合作共赢", []), ("其中山东有7个", ["山东"]), ("兴城市", ["兴城市"])]
)
def test_words_are_not_taken_for_places(text: str, expected: list[str]) -> None:
    assert places(text) == expected


def figures(text: str) -> set[tuple[str, str, str, str]]:
    return {(item.subject, item.indicator, str(item.value), item.comparator) for item in read(text).figures}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CLUSTER}营业收入超过１ ０００亿元。", {(CLUSTER, "revenue", "1000", ">=")}),
        (f"{CLUSTER}规上企业比上年净增57家,总数达到412家。", {(CLUSTER, "above_scale_enterprise_count", "412", "=")}),
        (f"{CLUSTER}营业收入同比下降2.1%,比全市工业低3.4个百分点。", {(CLUSTER, "growth_rate", "-2.1", "=")}),
        (f"企业1100余家的{CLUSTER}榜上有名。", {(CLUSTER, "enterprise_count", "1100", ">=")}),
        (f"{CLUSTER}中,万华化学营业收入1700亿元。", {("万华化学", "revenue", "1700", "=")}),
        (f"网传{CLUSTER}产值已达4000亿元,官方予以否认。", set()),
    ],
)
def test_figures_have_their_subject(text: str, expected: set[tuple[str, str, str, str]]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        (f"{CLUSTER}入选国家先进制造业集群名单。", "selected"),
        (f"{CLUSTER}未能入选国家先进制造业集群名单。", "not-selected"),
        (f"{CLUSTER}正在争创国家先进制造业集群,有望进入名单。", "candidate"),
        (f"网传{CLUSTER}已入选国家先进制造业集群名单,该消息不实。", "candidate"),
    ],
)
def test_a_list_names_only_what_it_names(text: str, stage: str) -> None:
    (cluster,) = read(text).clusters
    assert cluster.stage == stage
    assert (cluster.list_name is not None) == (stage == "selected")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("九百零六", "906"),
        ("一千五百", "1500"),
        ("1,240.5", "1240.5"),
        ("二〇二三", "2023"),
        ("十", "10"),
        ("三点五", "3.5"),
    ],
)
def test_numerals(source: str, value: str) -> None:
    assert str(Numerals(lexicon()).value(source)) == value


def test_normalising_keeps_every_place() -> None:
    text = "臺州市醫藥產業集群，營業收入１０５０億元（２０２３年）。"
    normal = Normaliser(lexicon()).normalise(text)
    assert len(normal) == len(text)
    assert "产业集群" in normal
    assert "1050" in normal


def test_evidence_is_the_sentence_of_the_original() -> None:
    text = f"开头一句。{CLUSTER}以万华化学为龙头。结尾一句。"
    (firm,) = read(text).enterprises
    assert firm.evidence.quote == f"{CLUSTER}以万华化学为龙头。"
    assert text[firm.evidence.span.start : firm.evidence.span.end] == "万华化学"


def figures_of(text: str) -> set[tuple[str, str, float]]:
    return {(item.subject, item.indicator, float(item.value)) for item in read(text).figures}


def test_the_rows_of_a_table_are_read_under_its_headings() -> None:
    text = "集群名称\t营业收入(亿元)\t规上企业数\t龙头企业\n南通市高端纺织集群\t1860\t1120\t通绣家纺\n"
    name = "南通市高端纺织集群"
    assert figures_of(text) == {(name, "revenue", 1860.0), (name, "above_scale_enterprise_count", 1120.0)}
    assert [(item.name, item.role, item.cluster) for item in read(text).enterprises] == [("通绣家纺", "leader", name)]


@pytest.mark.parametrize(
    "words",
    [
        "产值超10亿元企业12家",
        "吸引了数百亿元投资",
        "成为全市首个千亿产业集群",
        "靠一两家大企业",
        ",其中电池产值300亿元",
    ],
)
def test_what_is_no_figure_of_a_cluster_is_left_out(words: str) -> None:
    core = {"revenue", "output_value", "scale", "enterprise_count", "investment"}
    assert not [item for item in figures_of(f"惠州市新型储能产业集群{words}。") if item[1] in core]


@pytest.mark.parametrize(
    ("words", "indicator", "value"),
    [
        ("企业逾万家", "enterprise_count", 1.0),
        ("产值近万亿元", "output_value", 1.0),
        ("现有上千家企业", "enterprise_count", 1000.0),
        ("营收同比增长:-1.3%", "growth_rate", -1.3),
    ],
)
def test_numbers_without_digits_and_with_a_sign_are_read(words: str, indicator: str, value: float) -> None:
    assert ("惠州市新型储能产业集群", indicator, value) in figures_of(f"惠州市新型储能产业集群{words}。")


def test_a_question_selects_nothing() -> None:
    text = "惠州市新型储能产业集群发展迅速。该集群已入选国家先进制造业集群?答:尚未入选。"
    assert [item.list_name for item in read(text).clusters] == [None]


def test_numbers_given_in_order_go_on_in_the_next_clause() -> None:
    text = "太原市特钢产业集群、大同市石墨产业集群分别实现产值655亿元、88.5亿元,同比分别增长4.4%、12.7%。"
    growth = {(subject, value) for subject, indicator, value in figures_of(text) if indicator == "growth_rate"}
    assert growth == {("太原市特钢产业集群", 4.4), ("大同市石墨产业集群", 12.7)}


STORAGE = "惠州市新型储能产业集群"


@pytest.mark.parametrize(
    "words",
    [
        "3至5家企业正筹备上市",
        "预计新增产值从30亿元到50亿元不等",
        "从3亿元产值起步",
        "企业有1600家吗?",
        ",甲岳重工、乙川药业等8家企业主板上市",
        "拟再投200亿元建设新项目",
    ],
)
def test_ranges_questions_and_parts_give_no_figure(words: str) -> None:
    core = {"revenue", "output_value", "scale", "enterprise_count"}
    assert not [item for item in figures_of(f"{STORAGE}{words}。") if item[1] in core]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("产值1600亿元(其中规上产值1402亿元)", {("output_value", 1600.0)}),
        ("主营业务收入:165.3亿元(+18.2%)", {("revenue", 165.3), ("growth_rate", 18.2)}),
        ("规上企业差不多1460家", {("above_scale_enterprise_count", 1460.0)}),
        ("产值346亿元,出口额118亿元,同比分别增长7.4%、5.2%", {("output_value", 346.0), ("growth_rate", 7.4)}),
        ("聚集甲岳重工等300多家企业", {("enterprise_count", 300.0)}),
    ],
)
def test_figures_of_one_cluster(words: str, expected: set[tuple[str, float]]) -> None:
    found = {(indicator, value) for name, indicator, value in figures_of(f"{STORAGE}{words}。") if name == STORAGE}
    assert expected <= found
    assert {item for item in found if item[0] != "export_value"} == expected


def ties(text: str) -> set[tuple[str, str, str | None]]:
    return {(item.name, item.role, item.cluster) for item in read(text).enterprises}


TWO = "徐州市工程机械产业集群、盐城市风电装备产业集群实力相当。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TWO}徐州有彭岳重工、汉川机械两家龙头。", ("彭岳重工", "leader", "徐州市工程机械产业集群")),
        (f"{TWO}徐州的彭岳重工、盐城的黄川风能规模都不小。", ("彭岳重工", "member", "徐州市工程机械产业集群")),
        (f"{TWO}彭岳重工、汉川机械是徐州的两块招牌。", ("汉川机械", "member", "徐州市工程机械产业集群")),
        (f"{STORAGE}集聚了三都岳铜箔、太川隔膜等80多家企业。", ("三都岳铜箔", "member", STORAGE)),
        (f"{STORAGE}以铜都有色集团为链主企业。", ("铜都有色集团", "leader", STORAGE)),
        (f"{STORAGE}由甲岳重工和泰和新材两家龙头企业领头。", ("甲岳重工", "leader", STORAGE)),
        (f"{STORAGE}由甲岳重工和泰和新材两家龙头企业领头。", ("泰和新材", "leader", STORAGE)),
    ],
)
def test_firms_have_the_cluster_of_their_words(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in ties(text)


@pytest.mark.parametrize(
    "words", ["集聚养殖、加工、物流企业63家", "主导产品为超薄电子玻璃、光伏玻璃", "聚集企业逾1100家"]
)
def test_products_and_trades_are_no_firms(words: str) -> None:
    assert ties(f"{STORAGE}{words}。") == set()


def test_two_places_before_a_number_have_no_count_of_their_own() -> None:
    text = "从一份名单看济南和烟台的两个集群\n烟台市先进结构材料产业集群发展快。"
    assert not [item for item in figures_of(text) if item[1] == "cluster_count"]


def test_a_list_of_one_cluster_is_not_that_of_the_next() -> None:
    text = (
        "蚌埠市硅基新材料产业集群\n代表企业有淮岳玻璃等。2019年列入国家首批战略性新兴产业集群名单。\n"
        "铜陵市铜基新材料产业集群\n以铜岳集团为链主企业。"
    )
    assert [bool(item.list_name) for item in read(text).clusters] == [True, False]


@pytest.mark.parametrize(
    ("clause", "year"),
    [
        ("比2019年增长20%", 2023),
        ("较2019年同期增长20%", 2023),
        ("是2019年的2倍,增长20%", 2023),
    ],
)
def test_a_year_to_which_one_is_compared_is_not_that_of_a_figure(clause: str, year: int) -> None:
    (figure,) = read(f"2023年,合肥市新型显示产业集群产值{clause}。").figures
    assert figure.year == year


def test_a_year_to_which_one_is_compared_is_that_of_the_figure_after_it() -> None:
    text = "2023年,合肥市新型显示产业集群产值100亿元,比2019年的50亿元翻一番。"
    assert [(str(item.value), item.year) for item in read(text).figures] == [("100", 2023), ("50", 2019)]


def test_a_year_that_only_a_date_could_tell_is_left_out() -> None:
    (figure,) = read(f"{STORAGE}2022年发展迅速,今年产值412亿元。").figures
    assert figure.year is None


def test_indented_paragraphs_are_no_table() -> None:
    text = f"\u3000\u3000{STORAGE}规上企业42家。\n\u3000\u3000该集群产值86亿元。\n\u3000\u3000该集群有龙头企业3家。"
    assert ("惠州市新型储能产业集群", "output_value", 86.0) in figures_of(text)


def test_columns_may_be_parted_by_spaces() -> None:
    text = "序号  集群名称  龙头企业  产值(亿元)\n1  南通市高端纺织集群  通岳家纺  1860\n"
    assert figures_of(text) == {("南通市高端纺织集群", "output_value", 1860.0)}
    assert ties(text) == {("通岳家纺", "leader", "南通市高端纺织集群")}


def test_a_kind_of_firms_is_no_count_of_all() -> None:
    counts = {
        value for _, key, value in figures_of(f"{STORAGE}企业652家,其中中小企业648家。") if key == "enterprise_count"
    }
    assert counts == {652.0}


def test_a_denial_goes_before_a_role() -> None:
    text = f"{STORAGE}里,甲岳药业、乙川制药生意兴隆。甲岳药业虽在惠州,却不算在集群里。"
    assert ties(text) == {("甲岳药业", "mentioned", None), ("乙川制药", "member", STORAGE)}


def test_a_name_ends_with_its_legal_form() -> None:
    assert ("甲岳科技有限公司", "leader", STORAGE) in ties(f"{STORAGE}龙头企业甲岳科技有限公司开放检测实验室。")


@pytest.mark.parametrize("words", ["四川轻化工大学为集群输送人才", "集聚武进区西太湖,生态优良"])
def test_schools_and_places_are_no_firms(words: str) -> None:
    assert [item for item in read(f"{STORAGE}。{words}。").enterprises if item.evidence.confidence > 0.5] == []


def test_spaced_thousands_in_a_cell() -> None:
    text = "集群名称\t营业收入(亿元)\n泸州市白酒集群\t1 108.3\n自贡市锅炉集群\t236.8\n"
    assert [str(item.value) for item in read(text).figures] == ["1108.3", "236.8"]
