"""Mapping + relations -> `Plan`: what is to be made, checked and free of any engine.

All that can be known without reading a row is decided here: that every column exists, which base a relative IRI gets,
what a term needs (percent-encoding, a check of its lexical form). An engine only turns it into its own language.
"""

import collections.abc as c
from dataclasses import dataclass
from enum import Enum
from hashlib import sha1
from pathlib import Path
from typing import TypeAlias

from kg.errors import MappingError, did_you_mean
from kg.mapping.template import Column, Parts, columns
from kg.mapping.triples_maps import DEFAULT_GRAPHS, IRI_TYPES, Mapping, ParentMap, TermMap, TermType, TriplesMap
from kg.mapping.words import (
    XSD_STRING,
    has_scheme,
    is_absolute_iri,
    is_language_tag,
    is_lexical_form,
    short_name,
)
from kg.model import Relation

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Encoding(Enum):
    """How a column's value goes into an IRI."""

    NONE = "as it is, then checked"
    IRI = "percent-encoded, 中文 kept"
    URI = "percent-encoded, ASCII only"


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI. `base` is put before a value that turns out to be relative; None where that is settled beforehand.

    Of an `unsafe` one only what would break its line is checked.
    """

    parts: Parts
    encoding: Encoding = Encoding.NONE
    base: str | None = None
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node, named by a value; by its map and row when `parts` is None."""

    parts: Parts | None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; at most one of language and datatype is there."""

    parts: Parts
    language: Parts | None = None
    datatype: Iri | None = None


Term: TypeAlias = Iri | Blank | Literal


@dataclass(frozen=True, slots=True)
class Join:
    """The rows of another relation that an object is made of: where all pairs (child, parent) are equal."""

    relation: Relation
    conditions: tuple[tuple[Parts, Parts], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a row says of its subject. Without `graph` in the default graph; with `join` the object is of the parent."""

    predicate: Term
    object: Term
    graph: Term | None = None
    join: Join | None = None


@dataclass(frozen=True, slots=True)
class MapPlan:
    """One triples map: a subject and a tuple of statements a row."""

    name: str
    relation: Relation
    subject: Term
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one or more mappings make."""

    maps: tuple[MapPlan, ...]


def plan(mapping: Mapping, relations: c.Mapping[str, Relation], *, unsafe: bool = False) -> Plan:
    """Return the checked plan of a mapping; `relations` are looked up by the key of the logical source.

    With `unsafe`, rml:UnsafeIRI may give what is no IRI, as the standard has it; a store would refuse that.
    """
    planner = _Planner(mapping, relations, unsafe=unsafe)
    return Plan(tuple(planner.map_plan(each) for each in mapping.triples_maps))


def term_columns(term: Term) -> tuple[str, ...]:
    """Return the columns that a term is made of."""
    found = columns(term.parts or ())
    if isinstance(term, Literal):
        found += columns(term.language or ()) + (term_columns(term.datatype) if term.datatype else ())
    return found


class _Planner:
    """Plans the triples maps of one mapping."""

    def __init__(self, mapping: Mapping, relations: c.Mapping[str, Relation], *, unsafe: bool) -> None:
        self.mapping, self.relations, self.unsafe = mapping, relations, unsafe
        self.by_name = {each.name: each for each in mapping.triples_maps}

    def map_plan(self, each: TriplesMap) -> MapPlan:
        """Return the plan of one triples map."""
        of_class = [
            Statement(Iri((RDF_TYPE,)), Iri((name,)), graph) for name in each.classes for graph in self.graphs(each)
        ]
        made = [
            self.statement(each, self.term(each, predicate), target, graph)
            for pom in each.predicate_objects
            for graph in self.graphs(each, pom.graphs)
            for predicate in pom.predicates
            for target in pom.objects
        ]
        statements = tuple(dict.fromkeys((*of_class, *made)))
        return MapPlan(each.name, self.relation(each), self.term(each, each.subject), statements)

    def statement(
        self, each: TriplesMap, predicate: Term, target: TermMap | ParentMap, graph: Term | None
    ) -> Statement:
        """Return one statement; the object of a parent map is the parent's subject."""
        if isinstance(target, TermMap):
            return Statement(predicate, self.term(each, target), graph)
        parent = self.by_name.get(target.triples_map)
        if parent is None:
            raise self.error(each, f"rml:parentTriplesMap {target.triples_map} is not in this mapping")
        made = self.term(parent, parent.subject)
        if not target.conditions:
            if parent.source.records != each.source.records:
                raise self.error(each, f"{parent.name} has another source: rml:parentTriplesMap needs a join condition")
            return Statement(predicate, made, graph)
        for child_side, parent_side in target.conditions:
            self.check_columns(each, child_side)
            self.check_columns(parent, parent_side)
        return Statement(predicate, made, graph, Join(self.relation(parent), target.conditions))

    def graphs(self, each: TriplesMap, more: tuple[TermMap, ...] = ()) -> tuple[Term | None, ...]:
        """Return the graphs of a statement: those of the subject and of the predicate-object map together."""
        found = dict.fromkeys(self.graph(each, term) for term in (*each.graphs, *more))
        return tuple(found) or (None,)

    def graph(self, each: TriplesMap, term: TermMap) -> Term | None:
        """Return a graph, None for the default graph."""
        return None if term.parts and term.parts[0] in DEFAULT_GRAPHS else self.term(each, term)

    def term(self, each: TriplesMap, term: TermMap) -> Term:
        """Return the plan of a term."""
        if term.parts is not None:
            self.check_columns(each, term.parts)
        if term.term_type is TermType.BLANK_NODE:
            return Blank(term.parts, self.scope(each))
        parts = term.parts or ()
        if term.term_type in IRI_TYPES:
            return self.iri(each, term, parts)
        language = self.language(each, term.language) if term.language else None
        if language is None and term.datatype is None and term.reference and isinstance(parts[0], Column):
            return self.natural(each, parts[0])
        made = Literal(parts, language, self.datatype(each, term))
        if made.datatype and not columns(parts + made.datatype.parts):
            value, name = "".join(map(str, parts)), str(made.datatype.parts[0])
            if not is_lexical_form(value, name):
                raise self.error(each, f"constant {value!r} is not a valid {short_name(name)}", value=value)
        return made

    def scope(self, each: TriplesMap) -> str:
        """Return what tells the rows of this map from those of any other, of this mapping or another one."""
        place = f"{Path(self.mapping.file).name}|{self.mapping.triples_maps.index(each)}|{each.source.key}"
        return sha1(place.encode(), usedforsecurity=False).hexdigest()[:10]

    def iri(self, each: TriplesMap, term: TermMap, parts: Parts) -> Iri:
        """Return the plan of an IRI, its base settled where the beginning is constant."""
        encoding = Encoding.NONE
        if not term.reference and columns(parts) and term.term_type in {TermType.IRI, TermType.URI}:
            encoding = Encoding[term.term_type.value]
        unsafe = self.unsafe and term.term_type in {TermType.UNSAFE_IRI, TermType.UNSAFE_URI} and bool(columns(parts))
        first = parts[0] if parts else ""
        if isinstance(first, Column) and encoding is Encoding.NONE:
            return Iri(parts, encoding, each.base, unsafe)
        relative = isinstance(first, Column) or not has_scheme(first)
        absolute = _merged((each.base, *parts)) if relative else parts
        example = "".join(part if isinstance(part, str) else "1" for part in absolute)
        if not is_absolute_iri(example):
            raise self.error(each, f"{example!r} is not a valid IRI", value=example)
        return Iri(absolute, encoding, unsafe=unsafe)

    def language(self, each: TriplesMap, term: TermMap) -> Parts:
        """Return the language of a literal; a constant one must be well-formed."""
        parts = term.parts or ()
        self.check_columns(each, parts)
        tag = "".join(part for part in parts if isinstance(part, str))
        if not columns(parts) and not is_language_tag(tag):
            raise self.error(each, f"{tag!r} is not a well-formed language tag (BCP 47)", value=tag)
        return tuple(part.lower() if isinstance(part, str) else part for part in parts)

    def datatype(self, each: TriplesMap, term: TermMap) -> Iri | None:
        """Return the stated datatype of a literal."""
        if term.datatype is None:
            return None
        made = self.term(each, term.datatype)
        return made if isinstance(made, Iri) and made.parts != (XSD_STRING,) else None

    def natural(self, each: TriplesMap, column: Column) -> Literal:
        """Return the natural RDF literal of a column (RML-Core, datatype conversions): its values in canonical form.

        Templates and stated datatypes get the values as the source writes them, which the standard allows: of the
        number 1.5 a stated xsd:decimal would otherwise be refused for the form 1.5E0.
        """
        relation = self.relation(each)
        form = (Column(dict(relation.forms).get(column.name, column.name)),)
        typed_by, datatype = dict(relation.typed_by).get(column.name), dict(relation.datatypes).get(column.name)
        if typed_by is not None:
            return Literal(form, datatype=Iri((Column(typed_by),)))
        return Literal(form, datatype=Iri((datatype,)) if datatype else None)

    def relation(self, each: TriplesMap) -> Relation:
        """Return the rows of a triples map."""
        found = self.relations.get(each.source.key)
        if found is None:
            raise self.error(each, f"there is no table for its source {each.source.path!r}")
        return found

    def check_columns(self, each: TriplesMap, parts: Parts) -> None:
        """Refuse a column that the table does not have."""
        relation = self.relation(each)
        for name in columns(parts):
            if name not in relation.columns:
                hint = did_you_mean(name, relation.columns)
                has = ", ".join(relation.columns)
                raise self.error(each, f"column {name!r} is not in {relation.file}; it has: {has}{hint}", value=name)

    def error(self, each: TriplesMap, reason: str, *, value: str | None = None) -> MappingError:
        """Return an error that names the triples map."""
        return MappingError(f"triples map {each.name}: {reason}", file=self.mapping.file, value=value)


def _merged(parts: Parts) -> Parts:
    """Return the same value with neighbouring constant texts as one."""
    merged: list[str | Column] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        else:
            merged.append(part)
    return tuple(merged)
