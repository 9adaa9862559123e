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
