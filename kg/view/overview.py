"""The opening picture: which entities are drawn before anyone clicks, and where they stand, in two arrangements."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from kg.store.entities import Entity, Fact
from kg.view.facets import text_of
from kg.view.kinds import CLUSTER, FIELD, MUNICIPALITY, PROVINCE, Kind
from kg.view.layout import Group, Point, arrange, bouquet, finish, on_circle
from kg.vocabulary import CKG

MARKS = 150
"""More marks than this are not legible at once (DESIGN: nothing draws 10,000 labelled nodes legibly)."""

ASPECTS = {"": 1.0, " tall": 0.24}
"""Each arrangement also for a screen that is higher than wide: ending of its name -> its width for its height."""

Values = Mapping[str, Mapping[str, frozenset[str]]]
"""Facet name -> entity -> its values."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The entities drawn at first, and their places by name of the arrangement; the first is the one it opens with."""

    drawn: tuple[str, ...]
    places: Mapping[str, Mapping[str, tuple[int, int]]]


def entity_graph(entities: Mapping[str, Entity], kinds: Mapping[str, Kind]) -> "nx.Graph[str]":
    """The drawn entities and what ties them, undirected; each edge lists its facts."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(iri for iri in entities if kinds[iri].drawn)
    for iri in list(graph):
        for fact in entities[iri].facts:
            target = text_of(fact.value)
            if target in graph and target != iri:
                _add_fact(graph, fact, target)
    return graph


def overview(
    graph: "nx.Graph[str]", entities: Mapping[str, Entity], kinds: Mapping[str, Kind], values: Values
) -> Overview:
    """Fields, provinces and the clusters that have both; for a graph without such, its best connected entities."""
    clusters = [iri for iri in graph if kinds[iri] is CLUSTER and iri in values["field"] and iri in values["province"]]
    if not clusters:
        return _communities(graph)
    used = {value for iri in clusters for name in ("field", "province") for value in values[name][iri]}
    anchors = [iri for iri in graph if iri in used]
    room = max(0, MARKS - len(anchors))
    members = sorted(most_connected(graph, clusters, room))
    places = {}
    for ending, aspect in ASPECTS.items():
        places["map" + ending] = finish(by_province(members, anchors, entities, kinds, values, aspect=aspect))
        places["field" + ending] = finish(by_field(members, anchors, kinds, values, aspect=aspect))
    return Overview(tuple(sorted([*anchors, *members])), places)


def neighbourhood(graph: "nx.Graph[str]", focus: str) -> Overview:
    """The focus in the middle, what is near it around; the nearest MARKS entities, the rest unfolds."""
    parents: dict[str, str | None] = {focus: None}
    for parent, child in nx.bfs_edges(graph, focus, sort_neighbors=sorted):
        if len(parents) < MARKS:
            parents[child] = parent
    return Overview(tuple(sorted(parents)), {"rings": finish(bouquet(parents))})


def most_connected(graph: "nx.Graph[str]", iris: Iterable[str], count: int) -> list[str]:
    """At most `count` of these entities, those with most neighbours first."""
    return sorted(iris, key=lambda iri: (-graph.degree[iri], iri))[:count]


def by_province(
    members: Sequence[str],
    anchors: Sequence[str],
    entities: Mapping[str, Entity],
    kinds: Mapping[str, Kind],
    values: Values,
    *,
    aspect: float,
) -> dict[str, Point]:
    """Clusters around their provinces, provinces about where they are on a map; fields in a line beside them."""
    provinces = [iri for iri in anchors if kinds[iri] in (PROVINCE, MUNICIPALITY)]
    fields = [iri for iri in anchors if kinds[iri] is FIELD]
    positions = _map_positions(provinces, entities)
    groups = [Group(iri, _members(iri, members, "province", "field", values), positions[iri]) for iri in provinces]
    places = arrange(groups, aspect=aspect)
    return places | (_column(fields, places) if aspect >= 1 else _row(fields, places))


def by_field(
    members: Sequence[str], anchors: Sequence[str], kinds: Mapping[str, Kind], values: Values, *, aspect: float
) -> dict[str, Point]:
    """Clusters around their fields; provinces on a ring outside, each as near to its clusters as the ring allows."""
    fields = [iri for iri in anchors if kinds[iri] is FIELD]
    groups = [
        Group(iri, _members(iri, members, "field", "province", values), on_circle(number, len(fields)))
        for number, iri in enumerate(fields)
    ]
    places = arrange(groups, aspect=aspect)
    provinces = [iri for iri in anchors if kinds[iri] in (PROVINCE, MUNICIPALITY)]
    return places | _ring(provinces, members, places, values)


def _add_fact(graph: "nx.Graph[str]", fact: Fact, target: str) -> None:
    if graph.has_edge(fact.subject, target):
        graph.edges[fact.subject, target]["facts"].append(fact)
    else:
        graph.add_edge(fact.subject, target, facts=[fact])


def _members(centre: str, members: Sequence[str], facet: str, then: str, values: Values) -> tuple[str, ...]:
    """The members whose first value is this centre, those with the same value of the other facet side by side."""
    own = [iri for iri in members if min(values[facet][iri]) == centre]
    return tuple(sorted(own, key=lambda iri: (sorted(values[then].get(iri, ())), iri)))


def _communities(graph: "nx.Graph[str]") -> Overview:
    chosen = graph.subgraph(most_connected(graph, graph, MARKS))
    found = nx.community.louvain_communities(chosen, seed=1) if chosen else []
    groups = []
    for number, community in enumerate(sorted(found, key=lambda members: (-len(members), min(members)))):
        centre, *others = most_connected(graph, community, len(community))
        groups.append(Group(centre, tuple(others), on_circle(number, len(found))))
    return Overview(tuple(sorted(chosen)), {"groups": finish(arrange(groups)) if groups else {}})


def _map_positions(provinces: Sequence[str], entities: Mapping[str, Entity]) -> dict[str, Point]:
    """Longitude and latitude, north above; who has none stands on a circle."""
    found = {}
    for number, iri in enumerate(provinces):
        given = {fact.predicate: text_of(fact.value) for fact in entities[iri].facts}
        longitude, latitude = given.get(CKG + "longitude"), given.get(CKG + "latitude")
        known = longitude is not None and latitude is not None
        found[iri] = (float(longitude or 0), -float(latitude or 0)) if known else on_circle(number, len(provinces))
    return found


def _column(iris: Sequence[str], places: Mapping[str, Point]) -> dict[str, Point]:
    """A column at the left of what is placed already, as high as it."""
    left = min(x for x, _ in places.values()) - 110
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    step = (bottom - top) / max(1, len(iris))
    return {iri: (left, top + step * (number + 0.5)) for number, iri in enumerate(iris)}


def _row(iris: Sequence[str], places: Mapping[str, Point]) -> dict[str, Point]:
    """A zigzag row above what is placed already, as wide as it."""
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    top = min(y for _, y in places.values()) - 100
    step = (right - left) / max(1, len(iris))
    return {iri: (left + step * (number + 0.5), top - 55 * (number % 2)) for number, iri in enumerate(iris)}


def _ring(
    provinces: Sequence[str], members: Sequence[str], places: Mapping[str, Point], values: Values
) -> dict[str, Point]:
    """On an ellipse around what is placed, in the order of the directions in which their clusters lie."""
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    middle = ((left + right) / 2, (top + bottom) / 2)
    wished = {}
    for iri in provinces:
        mine = [places[member] for member in members if iri in values["province"][member]]
        x, y = _mean(mine or [middle])
        wished[iri] = math.atan2(y - middle[1], x - middle[0])
    ordered = sorted(provinces, key=lambda iri: (wished[iri], iri))
    wide, high = (right - left) / math.sqrt(2) + 60, (bottom - top) / math.sqrt(2) + 60
    angles = [2 * math.pi * (number + 0.5) / len(ordered) - math.pi for number in range(len(ordered))]
    return {
        iri: (middle[0] + wide * math.cos(angle), middle[1] + high * math.sin(angle))
        for iri, angle in zip(ordered, angles, strict=True)
    }


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
