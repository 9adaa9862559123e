"""One picture a value of a filter: the province, field or list in the middle, what belongs to it around."""

from collections import Counter
from collections.abc import Mapping

import networkx as nx

from kg.view.kinds import Kind
from kg.view.layout import bouquet, finish
from kg.view.overview import MARKS, Values, most_connected

SCENES = 80
"""More values than this get no picture of their own; the page then draws what the opening picture has of them."""


def scenes(graph: "nx.Graph[str]", kinds: Mapping[str, Kind], values: Values) -> dict[str, dict[str, tuple[int, int]]]:
    """Places of the entities that belong to a facet's value, by value; for the values with most entities."""
    members: dict[str, set[str]] = {}
    for found in values.values():
        for iri, own in found.items():
            for value in own & graph.nodes:
                members.setdefault(value, set()).add(iri)
    sizes = Counter({value: len(own) for value, own in members.items()})
    chosen = sorted(sizes, key=lambda value: (-sizes[value], value))[:SCENES]
    return {value: scene(graph, value, members[value], kinds) for value in sorted(chosen)}


def scene(
    graph: "nx.Graph[str]", value: str, members: set[str], kinds: Mapping[str, Kind]
) -> dict[str, tuple[int, int]]:
    """The value in the middle and the nearest MARKS of its members around it; kinds that are off at first stay out."""
    inside = graph.subgraph({value, *(iri for iri in members if kinds[iri].shown)})
    rank = {iri: place for place, iri in enumerate(most_connected(inside, inside, len(inside)))}
    parents: dict[str, str | None] = {value: None}
    for parent, child in nx.bfs_edges(inside, value, sort_neighbors=lambda found: sorted(found, key=rank.__getitem__)):
        if len(parents) < MARKS:
            parents[child] = parent
    return finish(bouquet(parents))
