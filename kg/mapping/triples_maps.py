"""What an RML mapping says: triples maps and their term maps, as frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kg.mapping.template import Parts, columns

NAMESPACES = ("http://w3id.org/rml/", "http://semweb.mmlab.be/ns/rml#", "http://www.w3.org/ns/r2rml#")
DEFAULT_GRAPHS = frozenset(namespace + "defaultGraph" for namespace in NAMESPACES)


class TermType(Enum):
    """What a term map makes (RML-Core, term types); the local names of the vocabulary."""

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"


IRI_TYPES = frozenset({TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI})


class Slot(Enum):
    """A place of a term map: its shortcut property, and the term types that may stand there, the default first."""

    SUBJECT = "subject"
    PREDICATE = "predicate"
    OBJECT = "object"
    GRAPH = "graph"
    LANGUAGE = "language"
    DATATYPE = "datatype"

    @property
    def allowed(self) -> frozenset[TermType]:
        """The term types that may stand here."""
        if self is Slot.OBJECT:
            return frozenset(TermType)
        if self is Slot.LANGUAGE:
            return frozenset({TermType.LITERAL})
        blank = {TermType.BLANK_NODE} if self in {Slot.SUBJECT, Slot.GRAPH} else set()
        return IRI_TYPES | blank


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """Where a triples map gets its rows: the path (or address) as the mapping writes it, and how references are read.

    `lists` are the references with several values whose items each have a row (`kg.mapping.lists`).
    """

    path: str
    formulation: str
    iterator: str | None = None
    lists: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What relations are looked up by: the path, with the iterator and the lists if there are any."""
        return " ".join((self.records, *map(repr, self.lists)))

    @property
    def records(self) -> str:
        """What two sources share whose rows are those of the same records."""
        return self.path if self.iterator is None else f"{self.path} {self.iterator}"


@dataclass(frozen=True, slots=True)
class TermMap:
    """How a term is made from a row. `parts` is None for a fresh blank node a row.

    `reference` tells a bare column (or constant) from a template, whose columns are made safe for IRIs.
    """

    parts: Parts | None
    term_type: TermType
    reference: bool = False
    language: "TermMap | None" = None
    datatype: "TermMap | None" = None


@dataclass(frozen=True, slots=True)
class ParentMap:
    """An object that is the subject of another triples map; conditions are pairs (of the child, of the parent)."""

    triples_map: str
    conditions: tuple[tuple[Parts, Parts], ...]


@dataclass(frozen=True, slots=True)
class PredicateObjectMap:
    """Every predicate with every object, in every graph of this map and of the subject."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ParentMap, ...]
    graphs: tuple[TermMap, ...]


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """One rml:TriplesMap."""

    name: str
    source: LogicalSource
    base: str
    subject: TermMap
    classes: tuple[str, ...]
    graphs: tuple[TermMap, ...]
    predicate_objects: tuple[PredicateObjectMap, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file."""

    file: str
    triples_maps: tuple[TriplesMap, ...]

    @property
    def sources(self) -> tuple[LogicalSource, ...]:
        """The distinct logical sources, in the order of the file."""
        return tuple(dict.fromkeys(each.source for each in self.triples_maps))

    def references(self, source: LogicalSource) -> tuple[str, ...]:
        """Return the columns that the mapping uses of `source`: all that a reader of nested data must give."""
        by_name = {each.name: each for each in self.triples_maps}
        used: dict[str, None] = {}
        for each in self.triples_maps:
            for owner, parts in expressions(each, by_name):
                if owner.source == source:
                    used |= dict.fromkeys(columns(parts))
        return tuple(used)


def expressions(each: TriplesMap, by_name: dict[str, TriplesMap]) -> Iterator[tuple[TriplesMap, Parts]]:
    """Yield every expression of a triples map, with the triples map whose rows it reads."""
    terms = [each.subject, *each.graphs]
    for pom in each.predicate_objects:
        terms += [*pom.predicates, *pom.graphs, *(term for term in pom.objects if isinstance(term, TermMap))]
        for parent in (term for term in pom.objects if isinstance(term, ParentMap)):
            yield from ((each, child) for child, _ in parent.conditions)
            if parent.triples_map in by_name:
                owner = by_name[parent.triples_map]
                yield from ((owner, side) for _, side in parent.conditions)
                if not parent.conditions and owner.subject.parts is not None:
                    yield each, owner.subject.parts
    for term in terms:
        for one in (term, term.language, term.datatype):
            if one is not None and one.parts is not None:
                yield each, one.parts
