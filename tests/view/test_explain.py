"""`kg explain`: an entity in sentences, with the sources under each."""

from collections.abc import Iterator

import pytest

from kg.errors import KgError, NotFoundError
from kg.store.graph import Graph
from kg.view.explain import explain
from kg.view.terminal import Terminal
from tests.store.mini import make_release

JUDGED = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix oa: <http://www.w3.org/ns/oa#> .
<enterprise/e2> owl:differentFrom <enterprise/e3> . <enterprise/e1> ckg:hasMember <enterprise/e2> .
GRAPH <graph/ontology> { owl:differentFrom rdfs:label "不同事物"@zh , "different from"@en . }
GRAPH <graph/provenance> {
    <claim/j1> a ckg:Claim ; rdf:subject <enterprise/e2> ; rdf:predicate owl:differentFrom ;
        rdf:object <enterprise/e3> ; prov:wasDerivedFrom <source/none> ; ckg:confirmation <confirmation/unconfirmed> ;
        ckg:locator <data/judgements.csv#row=2> ;
        ckg:judgedBy "Li" ; ckg:judgedOn "2026-05-06" ; rdfs:comment "two\\u001B[31m towns" .
    <claim/j2> a ckg:Claim ; rdf:subject <enterprise/e1> ; rdf:predicate ckg:hasMember ;
        rdf:object <enterprise/e2> ; prov:wasDerivedFrom <source/s1> ; ckg:confirmation <confirmation/confirmed> ;
        ckg:locator <data/articles/a.txt#char=0,9> ; oa:hasTarget <target/t> ; ckg:rule "beside" ;
        ckg:confidence "0.5" ; ckg:articleDate "2026-01-31" ; ckg:judgedBy "Li" , "Wu" ; ckg:judgedOn "2026-05-07" .
    <target/t> oa:hasSelector <selector/t> . <selector/t> oa:exact "万华化学带动同名公司。" .
}
"""

CLUSTER = """\
烟台市先进结构材料产业集群（产业集群）
https://example.org/cluster/c1
别的名称：Yantai materials [en]

关于它的事实
名称：Yantai materials [en]
    没有记录来源
名称：烟台市先进结构材料产业集群
ckg:hasDesignation：烟台市先进结构材料产业集群（ckg:stage：入选）
位于：烟台市（place/370600）
    [已证实] 政府网页 · s1 · https://example.com/1 · clusters.csv 第 2 行
有指标值：营业收入 不少于 1000 亿元（时期：2023；口径：全市同业；性质：实际）
    [已证实] 政府网页 · s1 · https://example.com/1 · figures.csv 第 3 行
龙头企业：万华化学（enterprise/e1）
    [已证实] 政府网页 · s1 · https://example.com/1 · ties.csv 第 4、9 行"""

ENTERPRISE = """\
万华化学 (enterprise)
https://example.org/enterprise/e1
other names: 万华 [zh]; 万华化学集团股份有限公司 [zh] [unconfirmed]

What is said of it
label: 万华化学 [zh]
skos:altLabel: 万华 [zh]
    no source recorded
legal name: 万华化学集团股份有限公司 [zh] [unconfirmed]
    [unconfirmed] no source · none · 无来源 · legal.csv row 2

Where it is mentioned
Yantai materials (cluster/c1) → has lead enterprise → 万华化学
    [confirmed] government page · s1 · https://example.com/1 · ties.csv row 4, 9"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with Graph.open(make_release(tmp_path_factory.mktemp("mini") / "release")) as graph:
        yield graph


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with Graph.open(make_release(tmp_path_factory.mktemp("judged") / "release", extra=JUDGED)) as graph:
        yield graph


def test_an_entity_in_chinese(graph: Graph) -> None:
    assert explain(graph, "烟台市先进结构材料产业集群") == CLUSTER


def test_an_entity_in_english_by_another_name(graph: Graph) -> None:
    assert explain(graph, "万华", "en") == ENTERPRISE


def test_what_no_source_confirms_is_marked_in_words_and_in_colour(graph: Graph) -> None:
    assert "万华化学集团股份有限公司 [未证实]" in explain(graph, "enterprise/e1")
    assert "\x1b[33m[未证实]\x1b[0m" in explain(graph, "enterprise/e1", terminal=Terminal(80, colour=True))


def test_a_record_is_told_as_a_fact_of_its_owner(graph: Graph) -> None:
    told = explain(graph, "indicator/revenue", "en")
    assert "Yantai materials: revenue at least 1000 hundred million yuan (period: 2023; " in told
    assert "figures.csv row 3" in told


def test_a_record_explained_itself(graph: Graph) -> None:
    told = explain(graph, "figure/f1")
    assert told.startswith("1000亿元（指标值）")
    assert "Yantai" not in told
    assert "烟台市先进结构材料产业集群（cluster/c1） → 有指标值 → 1000亿元" in told


def test_a_source_says_how_much_rests_on_it(graph: Graph) -> None:
    assert "以它为来源的陈述：10 条" in explain(graph, "source/s1")
    assert "statements that it backs: 1\n" in explain(graph, "source/none", "en")


def test_several_of_one_name_are_listed(graph: Graph) -> None:
    assert explain(graph, "同名公司").split("\n") == [
        "有 2 个条目叫“同名公司”，请改用其中一个编号：",
        "  enterprise/e2  企业  同名公司",
        "  enterprise/e3  企业  同名公司",
    ]


def test_a_name_that_is_not_there(graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="did you mean 万华化学"):
        explain(graph, "万华化学公司")


def test_a_language_that_is_not_there(graph: Graph) -> None:
    with pytest.raises(KgError, match="no language 'fr'; there are: zh, en"):
        explain(graph, "万华", "fr")


def test_labels_cannot_steer_the_terminal(graph: Graph) -> None:
    told = explain(graph, "enterprise/e4")
    assert told.startswith("\\x1b[31m红\\u202e\\n=cmd()（企业）")
    assert "\x1b" not in told


def test_many_facts_of_a_property_are_cut_with_a_count(graph: Graph) -> None:
    told = explain(graph, "confirmation/confirmed", limit=0)
    assert "名称：……另有 2 条" in told
    assert "另有" not in explain(graph, "confirmation/confirmed", limit=None)


def test_who_judged_two_ids_is_told_with_the_day_and_the_reason_at_both(judged: Graph) -> None:
    told = explain(judged, "enterprise/e2").split("\n")
    place = told.index("不同事物：同名公司（enterprise/e3） [未证实]")
    assert told[place + 1 : place + 3] == [
        "    [未证实] 无来源 · none · 无来源 · judgements.csv 第 2 行",
        "        Li 于 2026-05-06 认定：two\\x1b[31m towns",
    ]
    told = explain(judged, "enterprise/e3", "en").split("\n")
    assert told[-3] == "同名公司 (enterprise/e2) → different from → 同名公司 [unconfirmed]"
    assert told[-1] == "        decided by Li on 2026-05-06: two\\x1b[31m towns"


def test_who_let_a_claim_of_an_article_in_is_told_under_its_sentence(judged: Graph) -> None:
    told = explain(judged, "enterprise/e1").split("\n")
    place = told.index("        “万华化学带动同名公司。”（规则 beside，把握 0.5，文章日期 2026-01-31）")
    assert told[place - 2] == "ckg:hasMember：同名公司（enterprise/e2）"
    assert told[place + 1] == "        Li; Wu 于 2026-05-07 认定"
