"""The handle of a release: names, bundled queries, other libraries' graphs."""

import doctest
from pathlib import Path

import networkx as nx
import pytest
import rdflib

from kg.errors import KgError, NotFoundError
from kg.store.graph import Graph
from tests.store.mini import BASE, CKG, make_release


def test_open_takes_a_release_an_output_folder_or_what_holds_one(tmp_path: Path) -> None:
    release = make_release(tmp_path / "output" / "releases" / "mini")
    (tmp_path / "output" / "latest").symlink_to("releases/mini")
    for path in (release, tmp_path / "output", tmp_path, str(tmp_path)):
        assert Graph.open(path).folder == release.resolve()
    with pytest.raises(NotFoundError, match="run `kg build` first"):
        Graph.open(tmp_path / "elsewhere")


def test_the_example_in_the_docstring_is_true(
    mini_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is skipped elsewhere, because it needs a release; here it has one."""
    (tmp_path / "output").symlink_to(mini_folder)
    monkeypatch.chdir(tmp_path)
    text = (Graph.__doc__ or "").replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {"Graph": Graph}, "Graph", None, None)
    assert len(example.examples) == 5
    assert doctest.DocTestRunner().run(example).failed == 0


def test_a_closed_graph_says_so(mini_folder: Path) -> None:
    with Graph.open(mini_folder) as graph:
        assert graph.query("ASK {}")
    with pytest.raises(KgError, match="was closed"):
        graph.query("ASK {}")


def test_the_handle_names_its_release(mini: Graph) -> None:
    assert (mini.manifest.id, mini.manifest.base) == ("mini", BASE)
    assert repr(mini).startswith("<Graph mini: ")


def test_labels_of_entities_and_terms(mini: Graph) -> None:
    assert mini.labels[f"{BASE}indicator/revenue"] == {"zh": "营业收入", "en": "revenue"}
    assert mini.labels[f"{CKG}Cluster"]["en"] == "cluster"


@pytest.mark.parametrize(
    "name", ["万华化学", "万华", "万华化学集团股份有限公司", "enterprise/e1", f"{BASE}enterprise/e1"]
)
def test_an_entity_is_found_by_label_other_name_id_or_iri(mini: Graph, name: str) -> None:
    assert mini.entity(name).iri == f"{BASE}enterprise/e1"


def test_facts_of_an_entity_come_with_their_sources(mini: Graph) -> None:
    cluster = mini.entity("cluster/c1")
    (fact,) = [fact for fact in cluster.facts if fact.predicate.endswith("hasLeadEnterprise")]
    (backing,) = fact.backings
    assert (backing.source, backing.grade, backing.confirmation) == ("s1", "government", "confirmed")
    assert (backing.address, backing.rows) == ("https://example.com/1", ("ties.csv#row=4", "ties.csv#row=9"))


def test_a_record_does_not_stand_beside_the_entity_that_it_is_about(mini: Graph) -> None:
    assert mini.find("烟台市先进结构材料产业集群") == [f"{BASE}cluster/c1"]
    assert mini.reader.is_record(f"{BASE}designation/d1")
    assert mini.reader.is_record(f"{BASE}figure/f1")
    assert not mini.reader.is_record(f"{BASE}cluster/c1")
    assert not mini.reader.is_record(f"{BASE}place/370600")
    assert not mini.reader.is_record(f"{BASE}confirmation/confirmed")


def test_several_of_one_name_are_listed(mini: Graph) -> None:
    assert [entity.iri for entity in mini.entities("同名公司")] == [f"{BASE}enterprise/e2", f"{BASE}enterprise/e3"]
    with pytest.raises(NotFoundError, match="2 entities are called '同名公司': enterprise/e2, enterprise/e3"):
        mini.entity("同名公司")


@pytest.mark.parametrize(
    ("name", "near"), [("万华化", "万华化学"), ("万花化学", "万华化学"), ("YANTAI", "Yantai materials")]
)
def test_a_name_that_is_not_there_gets_near_ones(mini: Graph, name: str, near: str) -> None:
    with pytest.raises(NotFoundError, match=f"did you mean .*{near}"):
        mini.entity(name)


def test_a_label_of_any_language_is_found(tmp_path: Path) -> None:
    folder = make_release(
        tmp_path / "release", extra='<place/1> rdfs:label "Пекин"@ru . <place/2> rdfs:label "Plain" .'
    )
    with Graph.open(folder) as graph:
        assert graph.entity("Пекин").iri == f"{BASE}place/1"
        assert graph.entity("Plain").iri == f"{BASE}place/2"


@pytest.mark.parametrize("name", ["zzz", "", "\udcff", '") } #', "a\nb", "<>", "\ufffe"])
def test_names_cannot_break_out_of_the_search(mini: Graph, name: str) -> None:
    with pytest.raises(NotFoundError):
        mini.entity(name + "!!")


def test_bundled_queries(mini: Graph) -> None:
    (query,) = mini.queries()
    assert (query.name, query.title(), query.title("en"), query.title("fr")) == (
        "leads",
        "谁是龙头企业",
        "Who leads",
        "谁是龙头企业",
    )
    assert query.remarks == {"en": "Only what a source says."}
    assert mini.query("leads").rows[0]["name"] == "万华化学"
    with pytest.raises(NotFoundError, match="did you mean 'leads'"):
        mini.query("lead")


def test_a_name_cannot_leave_the_folder_of_queries(mini: Graph) -> None:
    with pytest.raises(KgError):
        mini.query("../manifest")


def test_rdflib_gets_the_facts_with_prefixes(mini: Graph) -> None:
    graph = mini.to_rdflib()
    assert len(graph) == mini.manifest.triples
    assert graph.namespace_manager.expand_curie("ckg:Cluster") == rdflib.URIRef(f"{CKG}Cluster")
    label = rdflib.Literal("万华化学", lang="zh")
    assert (rdflib.URIRef(f"{BASE}enterprise/e1"), rdflib.RDFS.label, label) in graph


def test_rdflib_keeps_provenance_apart(mini: Graph) -> None:
    dataset = mini.to_rdflib_dataset()
    provenance = dataset.graph(rdflib.URIRef(f"{BASE}graph/provenance"))
    assert len(set(provenance.subjects(rdflib.RDF.type, rdflib.URIRef(f"{CKG}Claim")))) == 11
    assert len(dataset.default_graph) == mini.manifest.triples
    asked = dataset.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert [int(row[0]) for row in asked] == [mini.manifest.triples]  # type: ignore[index,arg-type]


def test_networkx_gets_entities_and_what_ties_them(mini: Graph) -> None:
    graph = mini.to_networkx()
    cluster, enterprise = f"{BASE}cluster/c1", f"{BASE}enterprise/e1"
    assert graph.nodes[cluster]["label"] == "烟台市先进结构材料产业集群"
    assert graph.nodes[cluster]["types"] == [f"{CKG}Cluster"]
    edge = graph.edges[cluster, enterprise, f"{CKG}hasLeadEnterprise"]
    assert (edge["label"], edge["sources"], edge["confirmations"]) == ("龙头企业", ["s1"], ["confirmed"])
    assert nx.has_path(graph, cluster, f"{BASE}indicator/revenue")
    assert f"{CKG}Cluster" not in graph
    assert mini.to_networkx("en").nodes[cluster]["label"] == "Yantai materials"
