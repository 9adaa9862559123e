"""GraphML and GEXF: what networkx reads back, whatever the labels hold."""

from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.export.property_graph import clean, property_graph, write_gexf, write_graphml
from kg.vocabulary import CKG
from tests.export import small


def read(path: Path) -> "nx.MultiDiGraph[str]":
    found = nx.read_gexf(path) if path.suffix == ".gexf" else nx.read_graphml(path, force_multigraph=True)
    return nx.MultiDiGraph(found)


WRITERS = {"graphml": write_graphml, "gexf": write_gexf}


def test_nodes_carry_labels_type_sources_and_values(tmp_path: Path) -> None:
    graph = property_graph(small.release(tmp_path, small.graph()))
    assert graph.nodes["cluster/c1"] == {
        "iri": small.BASE + "cluster/c1",
        "label": "烟台市先进结构材料产业集群",
        "label_zh": "烟台市先进结构材料产业集群",
        "label_en": "Yantai materials",
        "type": "Cluster",
        "sources": "s1 | s2",
        "confirmation": "confirmed",
        "note": "one | two",
    }
    assert graph.nodes["place/370600"]["latitude"] == 37.5


def test_edges_carry_label_sources_and_confirmation(tmp_path: Path) -> None:
    graph = property_graph(small.release(tmp_path, small.graph()))
    [edge] = graph["cluster/c1"]["enterprise/e1"].values()
    assert edge == {
        "label": "龙头企业",
        "label_en": "龙头企业",
        "predicate": CKG + "hasLeadEnterprise",
        "sources": "s1 | s2",
        "confirmation": "confirmed | confirmed-by-repost",
    }


def test_sources_and_confirmations_are_no_nodes(tmp_path: Path) -> None:
    graph = property_graph(small.release(tmp_path, small.graph()))
    assert sorted(graph) == ["cluster/c1", "enterprise/e1", "place/370600"]


@pytest.mark.parametrize("syntax", WRITERS)
def test_networkx_reads_back_the_same_graph(tmp_path: Path, syntax: str) -> None:
    content = small.release(tmp_path, small.graph() + small.hostile())
    path = tmp_path / f"graph.{syntax}"
    assert WRITERS[syntax](content, path) == []
    written, found = property_graph(content), read(path)
    assert set(found) == set(written)
    assert {name: data.get("note") for name, data in found.nodes(data=True)} == {
        name: data.get("note") for name, data in written.nodes(data=True)
    }
    pairs = [(one, other, data["predicate"]) for one, other, data in written.edges(data=True)]
    assert sorted((one, other, data["predicate"]) for one, other, data in found.edges(data=True)) == sorted(pairs)


@pytest.mark.parametrize("syntax", WRITERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_label_is_valid_xml(tmp_path_factory: pytest.TempPathFactory, syntax: str, text: str) -> None:
    folder = tmp_path_factory.mktemp("label")
    path = folder / f"graph.{syntax}"
    WRITERS[syntax](small.release(folder, [small.quad("a", small.LABEL, ox.Literal(text, language="zh"))]), path)
    assert read(path).nodes["a"]["label_zh"] == clean(text)


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("name", ["start", "parents", "viz", "id", "label", "type", "key", "weight"])
def test_a_property_may_have_a_name_that_the_format_uses(tmp_path: Path, syntax: str, name: str) -> None:
    content = small.release(tmp_path, [small.quad("a", small.ckg(name), ox.Literal("2019-10"))])
    path = tmp_path / f"graph.{syntax}"
    WRITERS[syntax](content, path)
    assert read(path).nodes["a"][f"{name}_"] == "2019-10"


def test_a_property_is_a_number_only_where_all_its_values_are(tmp_path: Path) -> None:
    quads = [
        small.quad("a", small.ckg("size"), small.typed("66", "integer")),
        small.quad("a", small.ckg("value"), small.typed("1.5", "decimal")),
        small.quad("b", small.ckg("value"), ox.Literal("about 2")),
    ]
    node = property_graph(small.release(tmp_path, quads)).nodes["a"]
    assert (node["size"], node["value"]) == (66.0, "1.5")


def test_gexf_names_no_day(tmp_path: Path) -> None:
    write_gexf(small.release(tmp_path, small.graph()), tmp_path / "graph.gexf")
    meta = ElementTree.parse(tmp_path / "graph.gexf").getroot()[0]
    assert meta.attrib == {}


def test_graphml_does_not_depend_on_lxml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = small.release(tmp_path, small.graph())
    write_graphml(content, tmp_path / "with.graphml")
    monkeypatch.setitem(__import__("sys").modules, "lxml", None)
    monkeypatch.setitem(__import__("sys").modules, "lxml.etree", None)
    write_graphml(content, tmp_path / "without.graphml")
    assert (tmp_path / "with.graphml").read_bytes() == (tmp_path / "without.graphml").read_bytes()


def test_clean_keeps_what_xml_holds() -> None:
    assert clean("a\r\nb\rc\td\x00\x1b\ufffe😀") == "a\nb\nc\td\ufffd\ufffd\ufffd😀"
