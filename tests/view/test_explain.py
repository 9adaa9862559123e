"""`kg explain`: an entity in sentences, with the sources under each."""

from collections.abc import Iterator

import pytest

from kg.errors import KgError, NotFoundError
from kg.store.graph import Graph
from kg.view.explain import explain
from kg.view.terminal import Terminal
from tests.store.mini import make_release

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
