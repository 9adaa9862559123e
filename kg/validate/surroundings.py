"""What a validation must look at after a small change: nodes whose verdict may be another one, and all around them.

The graph before was valid, so that only what has changed can be wrong. A constraint of a shape looks at the statements
of its node, at those that point at it, and, where values must have a class or a shape, at theirs: so the nodes to look
at are those of the changed statements and all that lead to them by such paths.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.model import Violation
from kg.validate.shapes import Shape
from kg.vocabulary import OBJECT, SUBJECT, TYPE

Node = ox.NamedNode | ox.BlankNode
MOST_NODES = 50_000
MOST_QUADS = 400_000
"""Beyond these, the whole graph is looked at: it takes about as long."""

_DEPENDENT = frozenset({"class", "node", "not", "and", "or", "xone", "qualifiedValueShape"})
"""Parameters that look at the values of a value."""


class TooFarError(Exception):
    """A shape looks further than is followed here, or there is too much to look at."""


@dataclass(frozen=True, slots=True)
class Since:
    """A graph that was valid by the same rules; `nodes` are those of the statements that have changed since.

    `targets` is how many nodes the shapes described.
    """

    before: ox.Store
    nodes: frozenset[Node]
    targets: int


Step = tuple[str, bool]
"""A property (IRI), and whether it is followed from its value to what has it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far shapes look: by these properties, so many times."""

    by: frozenset[Step] = frozenset()
    times: int = 0

    def with_(self, *others: "Reach") -> "Reach":
        """As far as any of them."""
        every = (self, *others)
        return Reach(frozenset().union(*(one.by for one in every)), max(one.times for one in every))


def reach_of(shape: Shape) -> Reach:
    """How far a shape looks beyond its node's own statements; TooFarError where a path is more than a property."""
    if any(target.kind == "targetObjectsOf" for target in shape.targets):  # a value can be a literal: it is no node
        raise TooFarError
    inner = [one for name, value in shape.parameters for one in _shapes(name, value)]
    found = Reach().with_(*map(reach_of, (one for _, one in inner)))
    if shape.path is None:
        return found
    if any(name == "property" for name, _ in inner) or not _ALTERNATIVES.fullmatch(shape.path):
        raise TooFarError
    steps = {(iri, bool(inverse)) for inverse, iri in _STEP.findall(shape.path)}
    dependent = any(name in _DEPENDENT for name, _ in shape.parameters)
    return Reach(found.by | steps, found.times + 1) if dependent else found


_STEP = re.compile(r"(\^?)<([^<>]*)>")
_ALTERNATIVES = re.compile(r"\(?\^?<[^<>]*>(\|\^?<[^<>]*>)*\)?")
"""A property, an inverse one, or several of which each may be taken (SHACL, sections 2.3.1.1 to 2.3.1.4)."""


def _shapes(name: str, value: object) -> Iterator[tuple[str, Shape]]:
    values = value if isinstance(value, tuple) else (value,)
    return ((name, one) for one in values if isinstance(one, Shape))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`nodes` (IRIs, blank node identifiers) are those to look at; `store` holds all that their verdicts depend on."""

    nodes: frozenset[str]
    store: ox.Store

    def concerns(self, violation: Violation) -> bool:
        """Whether it is about one of the nodes: others are not wholly in the store."""
        return violation.entity in self.nodes


def surroundings(data: ox.Store, changed: Iterable[Node], reach: Reach, provenance: ox.NamedNode) -> Surroundings:
    """What is around changed nodes in a graph; TooFarError where that is too much."""
    nodes = set(changed)
    newest = nodes
    for _ in range(reach.times):
        newest = _around(data, newest, ((iri, not inverse) for iri, inverse in reach.by)) - nodes
        nodes |= newest
        _bound(len(nodes), MOST_NODES)
    store = ox.Store()
    _copy(data, store, nodes, provenance)
    _copy_values(data, store, nodes, reach)
    return Surroundings(frozenset(node.value for node in nodes), store)


def _around(data: ox.Store, nodes: Iterable[Node], steps: Iterable[Step]) -> set[Node]:
    """What nodes lead to by one step."""
    ways = [(ox.NamedNode(iri), inverse) for iri, inverse in steps]
    found: set[Node] = set()
    for node in nodes:
        for predicate, inverse in ways:
            subject, value = (None, node) if inverse else (node, None)
            quads = data.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())
            others = (quad.subject if inverse else quad.object for quad in quads)
            found.update(other for other in others if isinstance(other, Node))
        _bound(len(found), MOST_NODES)
    return found


def _copy(data: ox.Store, store: ox.Store, nodes: Iterable[Node], provenance: ox.NamedNode) -> None:
    """The statements of nodes, those that point at them, and the claims of both."""
    default = ox.DefaultGraph()
    for node in nodes:
        store.bulk_extend(data.quads_for_pattern(node, None, None, default))
        store.bulk_extend(data.quads_for_pattern(None, None, node, default))
        for predicate in (SUBJECT, OBJECT):
            for claim in data.quads_for_pattern(None, predicate, node, provenance):
                store.bulk_extend(data.quads_for_pattern(claim.subject, None, None, provenance))
        _bound(len(store), MOST_QUADS)


def _copy_values(data: ox.Store, store: ox.Store, nodes: Iterable[Node], reach: Reach) -> None:
    """The statements of what nodes lead to."""
    seen, newest = set(nodes), set(nodes)
    for _ in range(reach.times):
        newest = _around(data, newest, reach.by) - seen
        seen |= newest
        for node in newest:
            store.bulk_extend(data.quads_for_pattern(node, None, None, ox.DefaultGraph()))
        _bound(len(store), MOST_QUADS)


def _bound(number: int, most: int) -> None:
    if number > most:
        raise TooFarError


def nodes_of(quads: Iterable[ox.Quad]) -> frozenset[Node]:
    """The nodes that statements speak of or point at; a class is not said to be changed by one of its members."""
    found: set[Node] = set()
    for quad in quads:
        ends = (quad.subject,) if quad.predicate == TYPE else (quad.subject, quad.object)
        found.update(end for end in ends if isinstance(end, Node))
    return frozenset(found)
