"""A shapes file -> `Shape` values: the part of SHACL Core that `constraints.py` can turn into SPARQL.

https://www.w3.org/TR/shacl/. What is beyond it (sh:sparql, rules, recursion) raises Unsupported: pySHACL takes over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias, TypeGuard

import pyoxigraph as ox

from kg.errors import ValidationError
from kg.vocabulary import RDF, RDFS

SH = "http://www.w3.org/ns/shacl#"
Node: TypeAlias = ox.NamedNode | ox.BlankNode
Term: TypeAlias = Node | ox.Literal

COUNTS = ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")
RANGES = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength", "maxLength")
PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
SINGLE = ("class", "datatype", "nodeKind", "pattern", "flags", "hasValue", "uniqueLang", "closed")
SIMPLE = (*COUNTS, *RANGES, *PAIRS, *SINGLE)
LISTS = ("in", "languageIn", "ignoredProperties")
NESTED = ("node", "not", "qualifiedValueShape", "property")
NESTED_LISTS = ("or", "and", "xone")
TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
DESCRIPTIVE = ("path", "message", "name", "description", "order", "group", "severity", "deactivated", "defaultValue")
UNDERSTOOD = frozenset((*SIMPLE, *LISTS, *NESTED, *NESTED_LISTS, *TARGETS, *DESCRIPTIVE))
KINDS = ("NodeShape", "PropertyShape", "IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral")
PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
PLAIN = UNDERSTOOD | {*KINDS, *PATHS, "IRIOrLiteral", "Violation", "Warning", "Info"}
"""Terms that are known without asking rdflib, which takes a while to load, for the whole vocabulary."""


class Unsupported(Exception):  # noqa: N818  # not an error: it hands over to another validator
    """A shapes file uses something that is not compiled; the text says what."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which nodes a shape is about: `kind` is the local name of the target property."""

    kind: str
    node: Term


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape where `path` (as SPARQL writes paths) is there.

    `parameters` are pairs (local name of the parameter, value); one that is stated twice stands there twice.
    """

    name: str
    path: str | None
    parameters: "tuple[tuple[str, Parameter], ...]"
    messages: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()

    def all(self, parameter: str) -> "list[Parameter]":
        """The values of a parameter."""
        return [value for name, value in self.parameters if name == parameter]

    def one(self, parameter: str) -> "Parameter | None":
        """The value of a parameter that is stated once."""
        return next(iter(self.all(parameter)), None)


Parameter: TypeAlias = Term | tuple[Term, ...] | Shape | tuple[Shape, ...]


def read_shapes(files: Sequence[Path]) -> list[Shape]:
    """The shapes with targets; ValidationError where a file is not valid Turtle or SHACL, Unsupported as above."""
    triples = read_turtle(files)
    _refuse_misspelt(triples, files)
    try:
        found = _Reader(triples).shapes()
    except ValidationError as error:
        raise ValidationError(error.reason, file=", ".join(map(str, files))) from error
    if files and not found:
        raise ValidationError(
            "no shape here has a target (sh:targetClass ...): nothing would be checked", file=files[0]
        )
    return found


def _refuse_misspelt(triples: Iterable[ox.Triple], files: Sequence[Path]) -> None:
    """ValidationError for a term that SHACL does not have but nearly: validators leave it out without a word."""
    terms = {term.value for triple in triples for term in (triple.predicate, triple.object) if _is_shacl(term)}
    unknown = sorted({iri.removeprefix(SH) for iri in terms} - PLAIN)
    if not unknown:
        return
    from rdflib.namespace import SH as VOCABULARY  # see PLAIN

    names = {str(term).removeprefix(SH) for term in dir(VOCABULARY)} | PLAIN | {"values"}
    for name in unknown:
        near = get_close_matches(name, sorted(names), n=1, cutoff=0.8)
        if name not in names and near:
            file, line = _place(name, files)
            raise ValidationError(f"SHACL has no sh:{name}; did you mean sh:{near[0]}?", file=file, line=line)


def _is_shacl(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode) and term.value.startswith(SH)


def _place(word: str, files: Sequence[Path]) -> tuple[Path, int | None]:
    """The file and the line on which a word first stands."""
    for path in files:
        for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
            if word in line:
                return path, number
    return files[0], None


def read_turtle(files: Iterable[Path]) -> list[ox.Triple]:
    """The statements of some Turtle files; ValidationError with the line where one is not valid."""
    return [quad.triple for path in files for quad in _parse(path)]


def _parse(path: Path) -> list[ox.Quad]:
    try:
        text = path.read_text("utf-8-sig")
        return list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri()))
    except SyntaxError as error:
        reason = error.msg.partition(": ")[2] or error.msg
        raise ValidationError(f"is not valid Turtle: {reason}", file=path, line=error.lineno) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ValidationError("is not UTF-8; save it as UTF-8", file=path, line=line) from error
    except OSError as error:
        raise ValidationError(f"cannot be read: {error.strerror or error}", file=path) from error


def subclasses(triples: Iterable[ox.Triple]) -> dict[str, set[str]]:
    """Each class with all that are below it, itself included (SHACL, section 2.1.3.1: SHACL instances)."""
    above: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate.value == RDFS + "subClassOf" and isinstance(triple.subject, ox.NamedNode):
            above[triple.subject.value].add(str(getattr(triple.object, "value", "")))
    below: dict[str, set[str]] = defaultdict(set)
    for name in list(above):
        for ancestor in _closure(name, above):
            below[ancestor].add(name)
    return below


def _closure(name: str, above: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += above.get(current, ())
    return seen


class _Reader:
    """Reads shapes out of the triples of a shapes graph."""

    def __init__(self, triples: Iterable[ox.Triple]):
        self._nodes: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
                self._nodes[triple.subject][triple.predicate.value].append(triple.object)
        self._open: list[Term] = []

    def shapes(self) -> list[Shape]:
        """The shapes that have targets, in a fixed order."""
        found = [self.shape(node) for node in list(self._nodes) if self._targets(node)]
        return sorted((shape for shape in found if shape), key=lambda shape: shape.name)

    def shape(self, node: Term) -> Shape:
        """The shape that a node describes; one that is deactivated has no parameters."""
        if node in self._open:
            raise Unsupported(f"a shape that refers to itself ({_text(node)})")
        self._refuse_unknown(node)
        self._open.append(node)
        deactivated = any(_text(value) == "true" for value in self._many(node, "deactivated"))
        path = self._many(node, "path")
        shape = Shape(
            name=_text(node),
            path=self._path(path[0]) if path else None,
            parameters=() if deactivated else tuple(self._parameters(node)),
            messages=tuple(_text(text) for text in sorted(self._many(node, "message"), key=_chinese_first)),
            targets=tuple(self._targets(node)),
        )
        self._open.pop()
        return shape

    def _parameters(self, node: Term) -> Iterator[tuple[str, Parameter]]:
        for pattern in self._many(node, "pattern"):
            _check_pattern(_text(pattern))
        for name in SIMPLE:
            yield from ((name, value) for value in self._many(node, name))
        for name in LISTS:
            yield from ((name, tuple(self._list(value))) for value in self._many(node, name))
        for name in NESTED:
            yield from ((name, self.shape(value)) for value in sorted(self._many(node, name), key=str))
        for name in NESTED_LISTS:
            yield from ((name, tuple(map(self.shape, self._list(value)))) for value in self._many(node, name))

    def _targets(self, node: Term) -> list[Target]:
        found = [Target(kind, value) for kind in TARGETS for value in self._many(node, kind)]
        types = {_text(kind) for kind in self._nodes[node][RDF + "type"]} if node in self._nodes else set()
        if RDFS + "Class" in types and types & {SH + "NodeShape", SH + "PropertyShape"}:
            found.append(Target("targetClass", node))
        return found

    def _refuse_unknown(self, node: Term) -> None:
        for predicate in self._nodes[node]:
            if predicate.startswith(SH) and predicate.removeprefix(SH) not in UNDERSTOOD:
                raise Unsupported(f"sh:{predicate.removeprefix(SH)}")

    def _path(self, node: Term) -> str:
        """A property path as SPARQL writes it (SHACL, section 2.3.1)."""
        if isinstance(node, ox.NamedNode):
            return str(node)
        if self._many(node, "inversePath"):
            return f"^{self._path(self._many(node, 'inversePath')[0])}"
        if self._many(node, "alternativePath"):
            return "(" + "|".join(map(self._path, self._list(self._many(node, "alternativePath")[0]))) + ")"
        for name, mark in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
            if self._many(node, name):
                return f"({self._path(self._many(node, name)[0])}){mark}"
        parts = list(map(self._path, self._list(node)))
        if not parts:
            raise ValidationError("a shape has a sh:path that is no property path")
        return "(" + "/".join(parts) + ")"

    def _list(self, node: Term) -> Iterator[Term]:
        while node in self._nodes and self._nodes[node][RDF + "first"]:
            yield self._nodes[node][RDF + "first"][0]
            node = self._nodes[node][RDF + "rest"][0]

    def _many(self, node: Term, name: str) -> list[Term]:
        return self._nodes[node].get(SH + name, []) if node in self._nodes else []


def _check_pattern(pattern: str) -> None:
    """ValidationError where a pattern is no regular expression: to SPARQL that is an error of every value."""
    found = ox.Store().query(f'SELECT ?matches {{ BIND(REGEX("", {ox.Literal(pattern)}) AS ?matches) }}')
    if isinstance(found, ox.QuerySolutions) and next(found)["matches"] is None:
        raise ValidationError(f"sh:pattern {pattern!r} is no regular expression")


def _text(term: Term) -> str:
    return term.value


def _chinese_first(term: Term) -> tuple[bool, str]:
    return _text(term).isascii(), _text(term)
