"""RML text -> `Mapping`: what a mapping file says, in one form for both vocabularies.

RML-Core (https://kg-construct.github.io/rml-core/spec/docs/) and the older RML on top of R2RML
(https://www.w3.org/TR/r2rml/) use the same local names, so terms are told apart by these alone.
"""

from collections import defaultdict
from dataclasses import replace
from typing import TypeAlias

import pyoxigraph

from kg.errors import MappingError, did_you_mean
from kg.mapping.addresses import AddressError, address, is_address
from kg.mapping.template import Column, Parts, TemplateError, parse_template
from kg.mapping.triples_maps import (
    IRI_TYPES,
    NAMESPACES,
    LogicalSource,
    Mapping,
    ParentMap,
    PredicateObjectMap,
    Slot,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.mapping.words import XSD_STRING

__all__ = ["LogicalSource", "Mapping", "parse"]

Node: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode
Object: TypeAlias = Node | pyoxigraph.Literal | pyoxigraph.Triple


def parse(text: str, *, file: str, base: str) -> Mapping:
    """Return what a mapping in Turtle says; relative IRIs are resolved against `base`. Raises MappingError."""
    try:
        quads = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as err:  # "Parser error at line 3 column 2: ...", and the line besides
        reason = err.msg.partition(": ")[2] or err.msg
        raise MappingError(f"not valid Turtle: {reason}", file=file, line=err.lineno) from err
    except ValueError as err:
        raise MappingError(str(err), file=file) from err
    return _Reader(quads, file=file, base=base).mapping()


D2RQ = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
"""How the RML-IO registry describes a database."""

PROPERTIES = frozenset(
    {slot.value for slot in Slot}
    | {f"{slot.value}Map" for slot in Slot}
    | {"baseIRI", "class", "logicalSource", "predicateObjectMap", "termType"}
    | {"column", "constant", "reference", "template", "inverseExpression"}
    | {"child", "childMap", "joinCondition", "parent", "parentMap", "parentTriplesMap"}
    | {"iterator", "path", "query", "referenceFormulation", "root", "source", "sqlVersion", "tableName"}
    | {"jdbcDSN", "jdbcDriver", "password", "username"}
)
"""What is read (inverseExpression, sqlVersion and jdbcDriver only help databases).

Any other property of the vocabularies is refused.
"""


class _Reader:
    """Reads the triples maps out of the triples of a mapping file."""

    def __init__(self, quads: list[pyoxigraph.Quad], *, file: str, base: str) -> None:
        self.file, self.base = file, base
        self.nodes: dict[Object, dict[str, list[Object]]] = defaultdict(dict)
        self.current = ""
        for quad in quads:
            name = _local_name(quad.predicate.value)
            if name is not None:
                self.nodes[quad.subject].setdefault(name, []).append(quad.object)

    def mapping(self) -> Mapping:
        """Return the mapping; a file without a triples map is an error."""
        starts = [node for node, found in self.nodes.items() if "logicalSource" in found or "logicalTable" in found]
        starts += [node for node, found in self.nodes.items() if "subjectMap" in found and node not in starts]
        if not starts:
            raise MappingError("no triples map: nothing here has rml:logicalSource", file=self.file)
        return Mapping(self.file, tuple(self.triples_map(node) for node in starts))

    def triples_map(self, node: Object) -> TriplesMap:
        """Return the triples map that `node` describes."""
        self.current = str(node)
        self.check_properties(node)
        base = self.one(node, "baseIRI")
        subject = self.slot(node, Slot.SUBJECT)
        if len(subject) != 1:
            raise self.error(f"has {len(subject) or 'no'} subject map{'s' if subject else ''}; it needs one")
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
        """Return the logical source of a triples map: a file or a database, by a string or as a node describes it."""
        logical = self.one(node, "logicalSource")
        if logical is None:
            raise self.error("has no rml:logicalSource (SQL tables, rr:logicalTable, are not read)")
        self.check_properties(logical)
        path = self.place(self.one(logical, "source"))
        formulation, iterator = self.one(logical, "referenceFormulation"), self.one(logical, "iterator")
        query, table = self.one(logical, "query"), self.one(logical, "tableName")
        named = "CSV" if formulation is None else _value(formulation).rpartition("#")[2].rpartition("/")[2]
        if query is not None or table is not None:
            named, iterator = ("SQLTable", table) if query is None else ("SQLQuery", query)
        return LogicalSource(path, named, None if iterator is None else _value(iterator))

    def place(self, node: Object | None) -> str:
        """Return the name of a file, or the address of a database (of D2RQ, as the RML-IO registry has it)."""
        if node is None or isinstance(node, pyoxigraph.Literal):
            return self.checked("" if node is None else node.value)
        self.check_properties(node)
        path, database = self.one(node, "path"), self.one(node, "jdbcDSN")
        if database is None:
            return self.checked(path.value if isinstance(path, pyoxigraph.Literal) else "")
        user, password = (self.one(node, name) for name in ("username", "password"))
        return self.address(_value(database), *(None if one is None else _value(one) for one in (user, password)))

    def checked(self, path: str) -> str:
        """Return a path as it is, an address if it tells no secret."""
        if not path:
            raise self.error("rml:source must be a file name, or have rml:path")
        return self.address(path) if is_address(path) else path

    def address(self, place: str, user: str | None = None, password: str | None = None) -> str:
        """Return the address of a database."""
        try:
            return address(place, user, password)
        except AddressError as err:
            raise self.error(f"rml:source: {err}") from None

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
        return ParentMap(str(target) if target else "", tuple(conditions))

    def join_side(self, node: Object, side: str) -> Parts:
        """Return the value that a join condition compares: a column, or an expression (rml:childMap, rml:parentMap)."""
        short, full = self.one(node, side), self.one(node, f"{side}Map")
        if short is not None:
            return (Column(_value(short)),)
        parts = None if full is None else self.expression(full, f"rml:{side}Map")[0]
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
        place = f"rml:{slot.value}Map"
        parts, reference = self.expression(node, place)
        constant = self.one(node, "constant")
        language = self.optional(node, Slot.LANGUAGE) if slot is Slot.OBJECT else None
        datatype = self.optional(node, Slot.DATATYPE) if slot is Slot.OBJECT else None
        if constant is not None:
            made = self.constant(constant, slot)
        else:
            literal = slot is Slot.LANGUAGE or (slot is Slot.OBJECT and (reference or language or datatype))
            made = TermMap(parts, TermType.LITERAL if literal else TermType.IRI, reference)
        declared = self.term_type(node, slot, default=made.term_type)
        if constant is not None and declared is not made.term_type and not {declared, made.term_type} <= IRI_TYPES:
            raise self.error(f"{place}: constant {_value(constant)!r} is not of type {declared.value}")
        if parts is None and declared is not TermType.BLANK_NODE:
            raise self.error(f"{place} has none of rml:template, rml:reference and rml:constant")
        if not language and not datatype:
            return replace(made, term_type=declared)
        if declared is not TermType.LITERAL:
            raise self.error(f"{place}: only a literal has a language or a datatype")
        if sum(each is not None for each in (language, datatype, made.language, made.datatype)) > 1:
            raise self.error(f"{place} has more than one language or datatype; a literal has one of them")
        return replace(made, term_type=declared, language=language, datatype=datatype)

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
            raise self.error(f"{place} has more than one of rml:template, rml:reference and rml:constant")
        if reference is not None:
            return (Column(_value(reference)),), True
        if constant is not None:
            return (_value(constant),), False
        if template is None:
            return None, False
        try:
            return parse_template(_value(template)), False
        except TemplateError as err:
            raise self.error(f"{place}: {err}", value=_value(template)) from err

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
        return list(dict.fromkeys(self.nodes.get(node, {}).get(name, ())))

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
                hint = did_you_mean(f"rml:{name}", (f"rml:{one}" for one in sorted(PROPERTIES)))
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
    return next((iri.removeprefix(each) for each in (*NAMESPACES, D2RQ) if iri.startswith(each)), None)


def _value(term: Object) -> str:
    """Return the text of a term."""
    return str(term) if isinstance(term, pyoxigraph.Triple) else term.value
