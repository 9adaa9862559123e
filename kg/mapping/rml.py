"""RML text -> `Mapping`: what a mapping file says, in one form for both vocabularies.

RML-Core (https://kg-construct.github.io/rml-core/spec/docs/) and the older RML on top of R2RML
(https://www.w3.org/TR/r2rml/) use the same local names, so terms are told apart by these alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import TypeAlias

import pyoxigraph

from kg.errors import MappingError
from kg.mapping.template import Column, Parts, TemplateError, columns, parse_template

RML = "http://w3id.org/rml/"
NAMESPACES = (RML, "http://semweb.mmlab.be/ns/rml#", "http://www.w3.org/ns/r2rml#")
DEFAULT_GRAPHS = tuple(namespace + "defaultGraph" for namespace in NAMESPACES)
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

Node: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode
Object: TypeAlias = Node | pyoxigraph.Literal | pyoxigraph.Triple


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
    """Where a triples map gets its rows: the path as the mapping writes it, and how references are read."""

    path: str
    formulation: str
    iterator: str | None = None

    @property
    def key(self) -> str:
        """What relations are looked up by: the path, with the iterator if there is one."""
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
            for owner, parts in _expressions(each, by_name):
                if owner.source == source:
                    used |= dict.fromkeys(columns(parts))
        return tuple(used)


def parse(text: str, *, file: str, base: str) -> Mapping:
    """Return what a mapping in Turtle says; relative IRIs are resolved against `base`. Raises MappingError."""
    try:
        quads = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as err:
        raise MappingError(
            f"not valid Turtle: {err.msg.partition(': ')[2] or err.msg}", file=file, line=err.lineno
        ) from err
    except ValueError as err:
        raise MappingError(str(err), file=file) from err
    return _Reader(quads, file=file, base=base).mapping()


PROPERTIES = frozenset(
    {slot.value for slot in Slot}
    | {f"{slot.value}Map" for slot in Slot}
    | {"baseIRI", "class", "logicalSource", "predicateObjectMap", "termType"}
    | {"column", "constant", "reference", "template", "inverseExpression"}
    | {"child", "childMap", "joinCondition", "parent", "parentMap", "parentTriplesMap"}
    | {"iterator", "path", "referenceFormulation", "root", "source"}
)
"""What is read (inverseExpression only helps databases); any other property of the vocabularies is refused."""


class _Reader:
    """Reads the triples maps out of the triples of a mapping file."""

    def __init__(self, quads: list[pyoxigraph.Quad], *, file: str, base: str) -> None:
        self.file, self.base = file, base
        self.nodes: dict[Object, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        self.current = ""
        for quad in quads:
            name = _local_name(quad.predicate.value)
            if name is not None:
                self.nodes[quad.subject][name].append(quad.object)

    def mapping(self) -> Mapping:
        """Return the mapping; a file without a triples map is an error."""
        starts = [node for node, found in self.nodes.items() if "logicalSource" in found or "logicalTable" in found]
        starts += [node for node, found in self.nodes.items() if "subjectMap" in found and node not in starts]
        if not starts:
            raise MappingError("no triples map: nothing here has rml:logicalSource", file=self.file)
        return Mapping(self.file, tuple(self.triples_map(node) for node in starts))

    def triples_map(self, node: Object) -> TriplesMap:
        """Return the triples map that `node` describes."""
        self.current = _name(node)
        self.check_properties(node)
        base = self.one(node, "baseIRI")
        subject = self.slot(node, Slot.SUBJECT)
        if len(subject) != 1:
            raise self.error(
                f"has {len(subject) or 'no'} subject maps; it needs one" if subject else "has no subject map"
            )
        home = self.one(node, "subjectMap")
        return TriplesMap(
            name=self.current,
            source=self.source(node),
            base=self.base if base is None else _value(base),
            subject=subject[0],
            classes=tuple(self.iri(each, "class") for each in self.many(home, "class")) if home else (),
            graphs=self.slot(home, Slot.GRAPH) if home else (),
            predicate_objects=tuple(self.predicate_object(each) for each in self.many(node, "predicateObjectMap")),
        )

    def source(self, node: Object) -> LogicalSource:
        """Return the logical source of a triples map: a file, named by a string or by a node with rml:path."""
        logical = self.one(node, "logicalSource")
        if logical is None:
            raise self.error("has no rml:logicalSource (SQL tables, rr:logicalTable, are not read)")
        self.check_properties(logical)
        place = self.one(logical, "source")
        path = place
        if place is not None and not isinstance(place, pyoxigraph.Literal):
            self.check_properties(place)
            path = self.one(place, "path")
        if not isinstance(path, pyoxigraph.Literal):
            raise self.error("rml:source must be a file name, or have rml:path")
        formulation, iterator = self.one(logical, "referenceFormulation"), self.one(logical, "iterator")
        named = "CSV" if formulation is None else _value(formulation).rpartition("#")[2].rpartition("/")[2]
        return LogicalSource(path.value, named, None if iterator is None else _value(iterator))

    def predicate_object(self, node: Object) -> PredicateObjectMap:
        """Return a predicate-object map, which needs at least one of each."""
        self.check_properties(node)
        predicates = self.slot(node, Slot.PREDICATE)
        parents = [each for each in self.many(node, "objectMap") if "parentTriplesMap" in self.nodes.get(each, ())]
        plain = self.slot(node, Slot.OBJECT, without=parents)
        objects: list[TermMap | ParentMap] = [*plain, *(self.parent(each) for each in parents)]
        if not predicates or not objects:
            raise self.error(f"has a predicate-object map without {'an object' if predicates else 'a predicate'}")
        return PredicateObjectMap(predicates, tuple(objects), self.slot(node, Slot.GRAPH))

    def parent(self, node: Object) -> ParentMap:
        """Return a referencing object map."""
        self.check_properties(node)
        target = self.one(node, "parentTriplesMap")
        conditions = []
        for condition in self.many(node, "joinCondition"):
            self.check_properties(condition)
            conditions.append((self.join_side(condition, "child"), self.join_side(condition, "parent")))
        return ParentMap(_name(target) if target else "", tuple(conditions))

    def join_side(self, node: Object, side: str) -> Parts:
        """Return the value that a join condition compares: a column, or an expression (rml:childMap, rml:parentMap)."""
        short, full = self.one(node, side), self.one(node, f"{side}Map")
        if short is not None:
            return (Column(_value(short)),)
        parts = None if full is None else self.expression(full, f"{side}Map")[0]
        if parts is None:
            raise self.error(f"has a join condition without rml:{side}")
        return parts

    def slot(self, node: Object, slot: Slot, *, without: list[Object] | None = None) -> tuple[TermMap, ...]:
        """Return the term maps of one place: shortcuts (rml:predicate) and full ones (rml:predicateMap)."""
        shortcuts = [self.constant(each, slot) for each in self.many(node, slot.value)]
        full = [each for each in self.many(node, f"{slot.value}Map") if each not in (without or [])]
        return (*shortcuts, *(self.term_map(each, slot) for each in full))

    def term_map(self, node: Object, slot: Slot) -> TermMap:
        """Return the term map that `node` describes, its term type decided by the rules of RML-Core."""
        self.check_properties(node)
        constant = self.one(node, "constant")
        if constant is not None:
            made = self.constant(constant, slot)
            declared = self.term_type(node, slot, default=made.term_type)
            if declared is not made.term_type and not {declared, made.term_type} <= IRI_TYPES:
                raise self.error(f"rml:{slot.value}Map: constant {_value(constant)!r} is not a {declared.value}")
            return made
        parts, reference = self.expression(node, f"{slot.value}Map")
        language = self.optional(node, Slot.LANGUAGE) if slot is Slot.OBJECT else None
        datatype = self.optional(node, Slot.DATATYPE) if slot is Slot.OBJECT else None
        literal = slot is Slot.LANGUAGE or (slot is Slot.OBJECT and (reference or language or datatype))
        term_type = self.term_type(node, slot, default=TermType.LITERAL if literal else TermType.IRI)
        if parts is None and term_type is not TermType.BLANK_NODE:
            raise self.error(f"rml:{slot.value}Map has none of rml:template, rml:reference and rml:constant")
        if (language or datatype) and term_type is not TermType.LITERAL:
            raise self.error(f"rml:{slot.value}Map: only a literal has a language or a datatype")
        if language and datatype:
            raise self.error(f"rml:{slot.value}Map has a language and a datatype; a literal has one of them")
        return TermMap(parts, term_type, reference, language, datatype)

    def optional(self, node: Object, slot: Slot) -> TermMap | None:
        """Return the term map of a place that holds at most one."""
        found = self.slot(node, slot)
        if len(found) > 1:
            raise self.error(f"an object map has {len(found)} of rml:{slot.value}; it may have one")
        return found[0] if found else None

    def expression(self, node: Object, place: str) -> tuple[Parts | None, bool]:
        """Return the value of an expression map, None when it states none, and whether it is a bare reference."""
        template, constant = self.one(node, "template"), self.one(node, "constant")
        reference = self.one(node, "reference") or self.one(node, "column")
        if sum(each is not None for each in (template, constant, reference)) > 1:
            raise self.error(f"rml:{place} has more than one of rml:template, rml:reference and rml:constant")
        if reference is not None:
            return (Column(_value(reference)),), True
        if constant is not None:
            return (_value(constant),), False
        if template is None:
            return None, False
        try:
            return parse_template(_value(template)), False
        except TemplateError as err:
            raise self.error(f"rml:{place}: {err}", value=_value(template)) from err

    def constant(self, term: Object, slot: Slot) -> TermMap:
        """Return the term map of a constant IRI or literal."""
        if isinstance(term, pyoxigraph.Literal):
            made = _literal(term)
        elif isinstance(term, pyoxigraph.NamedNode):
            made = TermMap((term.value,), TermType.IRI, reference=True)
        else:
            raise self.error(f"the constant of rml:{slot.value} must be an IRI or a literal, not a blank node")
        if made.term_type not in slot.allowed:
            raise self.error(f"{_value(term)!r} is a {made.term_type.value}, which cannot be a {slot.value}")
        return made

    def term_type(self, node: Object, slot: Slot, *, default: TermType) -> TermType:
        """Return the term type that `node` declares, or the default; one that cannot stand here is an error."""
        declared = self.one(node, "termType")
        if declared is None:
            return default
        name = _local_name(_value(declared)) or _value(declared)
        found = next((each for each in TermType if each.value == name), None)
        if found is None:
            raise self.error(f"{name!r} is not a term type; there are {', '.join(each.value for each in TermType)}")
        if found not in slot.allowed:
            raise self.error(f"rml:termType {name} cannot be a {slot.value}")
        return found

    def iri(self, term: Object, name: str) -> str:
        """Return the IRI of a property that takes nothing else."""
        if not isinstance(term, pyoxigraph.NamedNode):
            raise self.error(f"rml:{name} must be an IRI, not {_value(term)!r}")
        return term.value

    def many(self, node: Object, name: str) -> list[Object]:
        """Return the values of a property, in the order of the file, each once."""
        return list(dict.fromkeys(self.nodes[node][name])) if node in self.nodes else []

    def one(self, node: Object, name: str) -> Object | None:
        """Return the value of a property that may stand once."""
        found = self.many(node, name)
        if len(found) > 1:
            raise self.error(f"rml:{name} stands {len(found)} times where it may stand once")
        return found[0] if found else None

    def check_properties(self, node: Object) -> None:
        """Refuse a property that is misspelt or not known, which would otherwise be left out in silence."""
        for name in self.nodes.get(node, ()):
            if name not in PROPERTIES:
                near = get_close_matches(name, sorted(PROPERTIES), 1)
                hint = f"; did you mean rml:{near[0]}?" if near else ""
                raise self.error(f"rml:{name} is not a property that is read here{hint}")

    def error(self, reason: str, *, value: str | None = None) -> MappingError:
        """Return an error that names the triples map."""
        return MappingError(f"triples map {self.current}: {reason}", file=self.file, value=value)


def _literal(term: pyoxigraph.Literal) -> TermMap:
    """Return the term map of a constant literal."""
    language = TermMap((term.language,), TermType.LITERAL) if term.language else None
    typed = not language and term.datatype.value != XSD_STRING
    datatype = TermMap((term.datatype.value,), TermType.IRI, reference=True) if typed else None
    return TermMap((term.value,), TermType.LITERAL, True, language, datatype)


def _local_name(iri: str) -> str | None:
    """Return the local name of an IRI of one of the RML vocabularies."""
    return next((iri.removeprefix(each) for each in NAMESPACES if iri.startswith(each)), None)


def _value(term: Object) -> str:
    """Return the text of a term."""
    return str(term) if isinstance(term, pyoxigraph.Triple) else term.value


def _name(node: Object) -> str:
    """Return how a node of the mapping is called in messages and looked up."""
    return str(node)


def _expressions(each: TriplesMap, by_name: dict[str, TriplesMap]) -> Iterator[tuple[TriplesMap, Parts]]:
    """Yield every expression of a triples map, with the triples map whose rows it reads."""
    terms = [each.subject, *each.graphs]
    for pom in each.predicate_objects:
        terms += [*pom.predicates, *pom.graphs, *(term for term in pom.objects if isinstance(term, TermMap))]
        for parent in (term for term in pom.objects if isinstance(term, ParentMap)):
            yield from ((each, child) for child, _ in parent.conditions)
            if parent.triples_map in by_name:
                owner = by_name[parent.triples_map]
                yield from ((owner, side) for _, side in parent.conditions)
    for term in terms:
        for one in (term, term.language, term.datatype):
            if one is not None and one.parts is not None:
                yield each, one.parts
