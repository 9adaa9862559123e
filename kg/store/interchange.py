"""A release as the graphs of other libraries: rdflib for RDF tools, networkx for graph analysis."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import KgError
from kg.store.entities import EntityReader, Fact, Term, pick_label
from kg.store.release import Manifest
from kg.vocabulary import TYPE

if TYPE_CHECKING:
    import networkx as nx
    import rdflib


def rdflib_graph(store: ox.Store, manifest: Manifest) -> "rdflib.Graph":
    """The default graph as an rdflib Graph; lexical forms are those of the store."""
    import rdflib

    graph = rdflib.Graph(base=manifest.base)
    _bind(graph, manifest.prefixes)
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


def rdflib_dataset(store: ox.Store, manifest: Manifest) -> "rdflib.Dataset":
    """All graphs of the store; a query on the Dataset sees the default graph, as one on the release does."""
    import rdflib

    dataset = rdflib.Dataset(default_union=False)
    _bind(dataset, manifest.prefixes)
    graphs: dict[object, rdflib.Graph] = {ox.DefaultGraph(): dataset.default_graph}
    for quad in store:
        graph = graphs.get(quad.graph_name)
        if graph is None:
            graph = graphs[quad.graph_name] = dataset.graph(rdflib.URIRef(quad.graph_name.value))
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return dataset


def _bind(graph: "rdflib.Graph", prefixes: Mapping[str, str]) -> None:
    for prefix, iri in prefixes.items():
        graph.bind(prefix, iri, replace=True)


def to_rdflib(term: Term) -> "rdflib.term.Identifier":
    """The term as rdflib has it; KgError for a triple term, which rdflib does not know."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return _uriref(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        raise KgError("rdflib has no triple terms (RDF 1.2)", value=str(term))
    datatype = None if term.language else _uriref(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


@lru_cache(maxsize=65_536)
def _uriref(iri: str) -> "rdflib.URIRef":
    import rdflib

    return rdflib.URIRef(iri)


def networkx_graph(
    reader: EntityReader, labels: Mapping[str, Mapping[str, str]], language: str
) -> "nx.MultiDiGraph[str]":
    """Nodes are entities (`label`, `labels`, `types`), edges are statements between two entities, keyed by predicate.

    An edge has `predicate`, `label`, `sources` (ids) and `confirmations`; rdf:type is an attribute, not an edge.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    entities = reader.read_all()
    for iri, entity in entities.items():
        graph.add_node(iri, label=entity.label(language), labels=dict(entity.labels), types=list(entity.types))
    for entity in entities.values():
        for fact in entity.facts:
            if isinstance(fact.value, ox.NamedNode) and fact.value.value in entities and fact.predicate != TYPE.value:
                name = pick_label(labels.get(fact.predicate, {}), fact.predicate, language)
                graph.add_edge(entity.iri, fact.value.value, key=fact.predicate, label=name, **_evidence(fact))
    return graph


def _evidence(fact: Fact) -> dict[str, object]:
    return {
        "predicate": fact.predicate,
        "sources": sorted({backing.source for backing in fact.backings}),
        "confirmations": sorted({backing.confirmation for backing in fact.backings}),
    }
