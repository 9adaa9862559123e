"""The vocabulary: every term is labelled, defined and used, and everything that the data uses is declared."""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN

import kg
from kg.vocabulary import XSD

ROOT = Path(__file__).parents[2]
ONTOLOGY = rdflib.URIRef("https://w3id.org/cluster-kg/ontology")
OWN = f"{ONTOLOGY}#"
BUILT_IN = (str(RDF), str(RDFS), str(OWL), XSD)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
HEADER = (
    OWL.versionIRI,
    OWL.versionInfo,
    DCTERMS.title,
    DCTERMS.description,
    DCTERMS.creator,
    DCTERMS.license,
    DCTERMS.created,
    DCTERMS.modified,
    VANN.preferredNamespacePrefix,
    VANN.preferredNamespaceUri,
)

ONTOLOGY_GRAPH = rdflib.Graph().parse(ROOT / "ontology" / "cluster.ttl")
SHAPES_GRAPH = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")


def of_type(*types: rdflib.term.Node) -> set[str]:
    """IRIs of the terms of these types."""
    return {str(term) for kind in types for term in ONTOLOGY_GRAPH.subjects(RDF.type, kind)}


def own(terms: set[str]) -> set[str]:
    """Those of the project's own namespace."""
    return {term for term in terms if term.startswith(OWN)}


def languages(term: str, path: rdflib.URIRef) -> list[str]:
    """The languages of the texts that a term has."""
    texts = ONTOLOGY_GRAPH.objects(rdflib.URIRef(term), path)
    return sorted(str(text.language) for text in texts if isinstance(text, rdflib.Literal))


CLASSES = of_type(OWL.Class)
DECLARED = CLASSES | of_type(RDFS.Datatype, *PROPERTIES)
OWN_TERMS = sorted(own(DECLARED))


@pytest.fixture(scope="module")
def used(release: kg.Graph) -> set[str]:
    """IRIs of all predicates, classes and datatypes in the facts and in the claims."""
    everything = "{ ?s ?p ?o } UNION { GRAPH <graph/provenance> { ?s ?p ?o } }"
    queries = (
        f"SELECT DISTINCT ?term {{ {everything.replace('?p', '?term')} }}",
        f"SELECT DISTINCT ?term {{ {everything.replace('?p', 'a').replace('?o', '?term')} }}",
        f"SELECT DISTINCT ?term {{ {everything} FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?term) }}",
    )
    return {str(row["term"]) for query in queries for row in release.query(query)}


@pytest.mark.parametrize("term", OWN_TERMS, ids=lambda term: term.removeprefix(OWN))
def test_own_term_is_labelled_defined_and_placed(term: str) -> None:
    assert languages(term, RDFS.label) == ["en", "zh"]
    assert languages(term, SKOS.definition) == ["en", "zh"]
    assert ONTOLOGY_GRAPH.value(rdflib.URIRef(term), RDFS.isDefinedBy) == ONTOLOGY


def test_reused_terms_are_labelled_and_name_their_vocabulary() -> None:
    for term in DECLARED - set(OWN_TERMS):
        assert languages(term, RDFS.label) == ["en", "zh"], term
        vocabulary = str(ONTOLOGY_GRAPH.value(rdflib.URIRef(term), RDFS.isDefinedBy))
        assert vocabulary.startswith("http"), term
        assert not vocabulary.startswith(OWN), term


def test_classes_are_upper_camel_and_properties_lower_camel() -> None:
    assert [term for term in own(CLASSES) if not re.fullmatch(r"([A-Z][a-z]+)+", term.removeprefix(OWN))] == []
    properties = own(of_type(*PROPERTIES))
    assert [term for term in properties if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", term.removeprefix(OWN))] == []


def test_a_term_has_one_kind() -> None:
    kinds = {*PROPERTIES, OWL.Class, RDFS.Datatype}
    for term in DECLARED:
        assert len(kinds & set(ONTOLOGY_GRAPH.objects(rdflib.URIRef(term), RDF.type))) == 1, term


def test_labels_tell_terms_of_one_kind_apart() -> None:
    for kind in (own(CLASSES), own(of_type(*PROPERTIES))):
        labels = [str(label) for term in kind for label in ONTOLOGY_GRAPH.objects(rdflib.URIRef(term), RDFS.label)]
        assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_header_is_complete() -> None:
    assert set(ONTOLOGY_GRAPH.subjects(RDF.type, OWL.Ontology)) == {ONTOLOGY}
    assert [name for name in HEADER if ONTOLOGY_GRAPH.value(ONTOLOGY, name) is None] == []
    assert languages(str(ONTOLOGY), DCTERMS.title) == languages(str(ONTOLOGY), DCTERMS.description) == ["en", "zh"]
    assert str(ONTOLOGY_GRAPH.value(ONTOLOGY, VANN.preferredNamespaceUri)) == OWN
    version = str(ONTOLOGY_GRAPH.value(ONTOLOGY, OWL.versionInfo))
    assert str(ONTOLOGY_GRAPH.value(ONTOLOGY, OWL.versionIRI)) == f"{ONTOLOGY}/{version}"


@pytest.mark.parametrize("name", [OWL.imports, RDFS.domain, RDFS.range])
def test_nothing_is_imported_and_no_property_infers_a_type(name: rdflib.URIRef) -> None:
    assert list(ONTOLOGY_GRAPH.subject_objects(name)) == []


def test_everything_the_data_uses_is_declared(used: set[str]) -> None:
    assert sorted(term for term in used - DECLARED if not term.startswith(BUILT_IN)) == []


def test_every_own_term_is_used_in_the_data(used: set[str]) -> None:
    assert sorted(set(OWN_TERMS) - used) == []


def test_every_reused_term_is_used_in_the_data_or_in_the_ontology(used: set[str]) -> None:
    inside = {str(term) for triple in ONTOLOGY_GRAPH for term in triple[1:] if isinstance(term, rdflib.URIRef)}
    assert sorted(DECLARED - used - inside) == []


def test_shapes_and_queries_use_declared_terms_only() -> None:
    named = {str(term) for triple in SHAPES_GRAPH for term in triple if isinstance(term, rdflib.URIRef)}
    queries = [path.read_text("utf-8") for path in sorted((ROOT / "ontology").glob("*/*.rq"))]
    assert queries
    named |= {OWN + name for text in queries for name in re.findall(r"\bckg:(\w+)", text)}
    assert sorted(own(named) - DECLARED) == []
