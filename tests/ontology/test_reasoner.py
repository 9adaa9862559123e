"""The logic: a reasoner finds no contradiction in the bundled graph, and does find planted ones."""

import shutil
from pathlib import Path

import pytest
import rdflib
from owlready2 import JAVA_EXE, OwlReadyInconsistentOntologyError, World, sync_reasoner

import kg

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/cluster-kg/"
PREFIXES = f"@prefix : <{BASE}ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <{BASE}> .\n"
CONTRADICTIONS = {
    "cluster and enterprise": "<enterprise/e001> a :Enterprise , :Cluster .",
    "enterprise and issuer": "<issuer/ndrc> a :Issuer , :Enterprise .",
    "figure and source": "<figure/f001> a :Figure , :Source .",
    "city and district": "<place/370600> a :City , :District .",
    "field and direction": "<sector/field/it> a :Field , :Direction .",
    "list and programme": "<list/x> a :List , :Programme .",
    "scheme and one of its concepts": "<sector/scheme/2018> a skos:ConceptScheme , :Sector .",
}


def is_consistent(graph: rdflib.Graph, folder: Path) -> bool:
    """Whether HermiT finds a model of the graph, and none of its classes empty."""
    path = folder / "graph.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
    world = World()
    with world.get_ontology(path.as_uri()).load():
        try:
            # dcterms:W3CDTF and xsd:date are not among the datatypes of OWL 2.
            sync_reasoner(world, ignore_unsupported_datatypes=True, debug=0)
        except OwlReadyInconsistentOntologyError:
            return False
    return not list(world.inconsistent_classes())


@pytest.fixture
def ontology() -> rdflib.Graph:
    """The ontology, as a graph of its own that a test may add to."""
    return rdflib.Graph().parse(ROOT / "ontology" / "cluster.ttl")


def test_java_is_here() -> None:
    assert shutil.which(JAVA_EXE)


@pytest.mark.slow
def test_ontology_and_bundled_graph_agree(ontology: rdflib.Graph, release: kg.Graph, tmp_path: Path) -> None:
    assert is_consistent(ontology + release.to_rdflib(), tmp_path)


@pytest.mark.slow
def test_a_contradiction_in_the_bundled_graph_is_found(
    ontology: rdflib.Graph, release: kg.Graph, tmp_path: Path
) -> None:
    graph = ontology + release.to_rdflib()
    enterprise = next(graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{BASE}ontology#Enterprise")))
    graph.add((enterprise, rdflib.RDF.type, rdflib.URIRef(f"{BASE}ontology#Cluster")))
    assert not is_consistent(graph, tmp_path)


@pytest.mark.parametrize("planted", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_planted_contradiction_is_found(planted: str, ontology: rdflib.Graph, tmp_path: Path) -> None:
    assert not is_consistent(ontology.parse(data=PREFIXES + planted), tmp_path)


def test_a_leader_may_also_be_a_member(ontology: rdflib.Graph, tmp_path: Path) -> None:
    both = "<cluster/x> a :Cluster ; :hasLeadEnterprise <enterprise/y> ; :hasMember <enterprise/y> ."
    assert is_consistent(ontology.parse(data=PREFIXES + both), tmp_path)
