"""The neighbourhood of one entity, read step by step: for graphs too large to be read whole."""

from collections.abc import Iterator

import pyoxigraph as ox

from kg.store.entities import Entity
from kg.store.graph import Graph
from kg.view.facets import text_of
from kg.view.kinds import KINDS
from kg.vocabulary import TYPE

ATTRIBUTES = frozenset(kind.iri for kind in KINDS if not kind.drawn)
"""Classes whose entities half the graph points at: they are named, and nothing is read through them."""


def read_around(graph: Graph, iri: str, *, hops: int, most: int) -> dict[str, Entity]:
    """The entity and what is at most `hops` away, at most `most` of them, and the bare names of what these refer to."""
    found = {iri: graph.reader.read(iri)}
    level = [iri]
    for _ in range(hops):
        reached = []
        for neighbour in sorted({other for near in level for other in _neighbours(found[near])}):
            if neighbour in found or len(found) >= most:
                continue
            types = _types(graph, neighbour)
            if ATTRIBUTES & set(types):
                found[neighbour] = Entity(neighbour, types, graph.reader.labels(neighbour), (), ())
            elif types:
                found[neighbour] = graph.reader.read(neighbour)
                reached.append(neighbour)
        level = reached
    return dict(sorted(found.items()))


def _types(graph: Graph, iri: str) -> tuple[str, ...]:
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, ox.DefaultGraph())
    return tuple(sorted(text_of(quad.object) for quad in quads))


def _neighbours(entity: Entity) -> Iterator[str]:
    for fact in entity.facts:
        if isinstance(fact.value, ox.NamedNode) and fact.predicate != TYPE.value:
            yield text_of(fact.value)
    for fact in entity.incoming:
        yield fact.subject
