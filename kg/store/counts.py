"""How much a difference changes: entities and facts by class, claims, the ontology. `kg log` keeps these numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby

import pyoxigraph as ox

from kg.store.diff import Change, Difference, Sign
from kg.store.graph import Graph
from kg.store.lines import split_line
from kg.vocabulary import ONTOLOGY_GRAPH, PREDICATE, PROVENANCE_GRAPH, RDFS, TYPE

SUBCLASS = ox.NamedNode(RDFS + "subClassOf")


@dataclass(slots=True)
class Tally:
    """How many are new, gone and (of entities) changed."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def total(self) -> int:
        """All of them."""
        return self.added + self.removed + self.changed

    def to_json(self) -> dict[str, int]:
        """The numbers that are not 0."""
        return {name: number for name, number in asdict(self).items() if number}

    def count(self, name: str, number: int = 1) -> None:
        """Counts more of what is added, removed or changed."""
        setattr(self, name, getattr(self, name) + number)


@dataclass(slots=True)
class ClassTally:
    """The entities of one class, and the facts about them."""

    entities: Tally = field(default_factory=Tally)
    facts: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class Counts:
    """The numbers of a difference. A claim counts once; `ontology` and `other` count statements of those graphs."""

    entities: Tally = field(default_factory=Tally)
    facts: Tally = field(default_factory=Tally)
    claims: Tally = field(default_factory=Tally)
    ontology: Tally = field(default_factory=Tally)
    other: Tally = field(default_factory=Tally)
    classes: dict[str, ClassTally] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.entities, self.facts, self.claims, self.ontology, self.other))

    def to_json(self) -> dict[str, object]:
        """The numbers as plain values, classes by IRI; what is 0 is left out."""
        content: dict[str, object] = {name: tally.to_json() for name in _TALLIES if (tally := getattr(self, name))}
        if self.classes:
            content["classes"] = {
                iri: {"entities": one.entities.to_json(), "facts": one.facts.to_json()}
                for iri, one in sorted(self.classes.items())
            }
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, object]) -> "Counts":
        """The numbers that `to_json` wrote; ValueError for anything else."""
        found = cls()
        for name in _TALLIES:
            setattr(found, name, _tally(content.get(name, {})))
        for iri, one in _mapping(content.get("classes", {})).items():
            parts = _mapping(one)
            found.classes[iri] = ClassTally(_tally(parts.get("entities", {})), _tally(parts.get("facts", {})))
        return found


_TALLIES = ("entities", "facts", "claims", "ontology", "other")


def _mapping(content: object) -> Mapping[str, object]:
    if not isinstance(content, Mapping):
        raise ValueError(f"numbers by name are needed here, not {content!r}")  # noqa: TRY004  # a file's content, not a caller's mistake
    return content


def _tally(content: object) -> Tally:
    values = _mapping(content)
    numbers = {name: values.get(name, 0) for name in ("added", "removed", "changed")}
    if not all(isinstance(number, int) for number in numbers.values()):
        raise ValueError(f"numbers are needed here, not {content!r}")
    return Tally(**numbers)  # type: ignore[arg-type]  # just checked


def count_changes(difference: Difference) -> Counts:
    """The numbers of a difference, in one pass over its changes."""
    counts = Counts()
    counter = _Counter(difference, counts)
    for subject, group in groupby(_split(difference.changes()), key=lambda change: change[1][0]):
        counter.count(subject, group)
    return counts


Split = tuple[Sign, tuple[bytes, bytes, bytes, bytes]]


def _split(changes: Iterable[Change]) -> Iterator[Split]:
    return ((change.sign, split_line(change.line)) for change in changes)


_NAMES = {Sign.ADDED: "added", Sign.REMOVED: "removed"}
_PREDICATE = str(PREDICATE).encode()


class _Counter:
    """Adds up the changes of one subject after the other."""

    def __init__(self, difference: Difference, counts: Counts):
        self._before, self._after = difference.graph_before, difference.graph_after
        self._classes = Classes(difference)
        self._counts = counts
        base = self._after.manifest.base
        self._claims = f"<{base}{PROVENANCE_GRAPH}>".encode()
        self._ontology = f"<{base}{ONTOLOGY_GRAPH}>".encode()

    def count(self, subject: bytes, changes: Iterable[Split]) -> None:
        """Counts all changes of this subject."""
        facts: Counter[Sign] = Counter()
        claims: Counter[Sign] = Counter()
        claim = False
        for sign, (_, predicate, _, graph) in changes:
            if not graph:
                facts[sign] += 1
            elif graph == self._claims:
                claim = True
                claims.update([sign] if predicate == _PREDICATE else [])
            else:
                tally = self._counts.ontology if graph == self._ontology else self._counts.other
                tally.count(_NAMES[sign])
        if claims or (claim and self._is_claim(subject)):
            self._count_claim(claims)
        if facts:
            self._count_facts(subject.decode(), facts)

    def _is_claim(self, subject: bytes) -> bool:
        """Whether the node states something: beside the claims stand the places in articles where they were read."""
        if subject.startswith(b"_:"):
            return False
        node, graph = (ox.NamedNode(name[1:-1].decode()) for name in (subject, self._claims))
        stores = (one.store for one in (self._after, self._before))
        return any(next(store.quads_for_pattern(node, PREDICATE, None, graph), None) for store in stores)

    def _count_claim(self, said: Mapping[Sign, int]) -> None:
        """A claim is new or gone with what it says; any other change is one of its rows, source or confirmation."""
        new, gone = said.get(Sign.ADDED, 0) > 0, said.get(Sign.REMOVED, 0) > 0
        self._counts.claims.count("changed" if new == gone else "added" if new else "removed")

    def _count_facts(self, subject: str, facts: Mapping[Sign, int]) -> None:
        change, graph = self._change(subject, facts)
        self._counts.entities.count(change)
        of_class = self._counts.classes.setdefault(self._classes.of(graph, subject), ClassTally())
        of_class.entities.count(change)
        for sign, number in facts.items():
            self._counts.facts.count(_NAMES[sign], number)
            of_class.facts.count(_NAMES[sign], number)

    def _change(self, subject: str, facts: Mapping[Sign, int]) -> tuple[str, Graph]:
        """Whether an entity is new, gone or changed, and a graph that knows it."""
        if subject.startswith("_:"):
            return ("removed", self._before) if Sign.ADDED not in facts else ("added", self._after)
        if Sign.REMOVED not in facts and not is_known(self._before, subject):
            return "added", self._after
        if Sign.ADDED not in facts and not is_known(self._after, subject):
            return "removed", self._before
        return "changed", self._after


def is_known(graph: Graph, subject: str) -> bool:
    """Whether a graph says anything of the entity `<iri>`."""
    node = ox.NamedNode(subject[1:-1])
    return next(graph.store.quads_for_pattern(node, None, None, ox.DefaultGraph()), None) is not None


class Classes:
    """The class by which an entity is counted, in either graph of a difference."""

    def __init__(self, difference: Difference):
        self._graphs = difference.graph_after, difference.graph_before
        self._above: dict[str, frozenset[str]] = {}

    def of(self, graph: Graph, subject: str) -> str:
        """The most special class of the entity `<iri>`, the first by name if there are several; empty for none."""
        if subject.startswith("_:"):
            return ""
        quads = graph.store.quads_for_pattern(ox.NamedNode(subject[1:-1]), TYPE, None, ox.DefaultGraph())
        types = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
        above = {upper for one in types for upper in self._superclasses(one)} if len(types) > 1 else set()
        return min(types - above or types, default="")

    def _superclasses(self, iri: str) -> frozenset[str]:
        if iri not in self._above:
            found: set[ox.NamedNode] = set()
            waiting = [ox.NamedNode(iri)]
            while waiting:
                new = set(self._directly_above(waiting.pop())) - found
                found |= new
                waiting += new
            self._above[iri] = frozenset(node.value for node in found) - {iri}
        return self._above[iri]

    def _directly_above(self, node: ox.NamedNode) -> Iterator[ox.NamedNode]:
        for graph in self._graphs:
            ontology = ox.NamedNode(graph.manifest.base + ONTOLOGY_GRAPH)
            quads = graph.store.quads_for_pattern(node, SUBCLASS, None, ontology)
            yield from (quad.object for quad in quads if isinstance(quad.object, ox.NamedNode))
