"""Mappings of JSON: paths are checked, and what uses a path of several values gets rows of its own.

A record with two lists of a hundred items is not ten thousand rows: a triples map is taken apart by the lists that its
statements use, so that each part reads one row a record and combination of just those items (RML-Core, expressions: the
n-ary Cartesian product). Two term maps that use one list take their items independently of each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha1

from kg.errors import MappingError, ReadError
from kg.json_paths import compiled, is_singular, normal
from kg.mapping.template import Column, Parts, columns
from kg.mapping.triples_maps import (
    LogicalSource,
    Mapping,
    ParentMap,
    PredicateObjectMap,
    TermMap,
    TriplesMap,
    expressions,
)
from kg.model import RECORD

SUFFIXES = (".json", ".geojson", ".jsonl", ".ndjson")


def with_lists_apart(mapping: Mapping) -> Mapping:
    """Return the same mapping, its triples maps of JSON taken apart; MappingError for a path that is none."""
    if not any(is_json(source) for source in mapping.sources):
        return mapping
    return replace(mapping, triples_maps=tuple(_Splitter(mapping).parts()))


def is_json(source: LogicalSource) -> bool:
    """Return whether references to a source are JSONPath."""
    name = source.path.lower().removesuffix(".gz").removesuffix(".zst")
    return source.formulation == "JSONPath" or name.endswith(SUFFIXES)


class _Splitter:
    """Takes the triples maps of one mapping apart."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.by_name = {each.name: each for each in mapping.triples_maps}
        self.for_joins: dict[tuple[str, tuple[str, ...]], TriplesMap] = {}
        for each, parts in (
            (each, parts) for one in mapping.triples_maps for each, parts in expressions(one, self.by_name)
        ):
            self.check(each, parts)

    def parts(self) -> Iterator[TriplesMap]:
        """Yield the parts of every triples map, the one that keeps the name first, and what joins read besides."""
        for each in self.mapping.triples_maps:
            if is_json(each.source):
                yield from self.of_one(each)
            else:
                yield replace(each, predicate_objects=tuple(map(self.joined, each.predicate_objects)))
        yield from self.for_joins.values()

    def check(self, each: TriplesMap, parts: Parts) -> None:
        """Refuse an iterator or a reference that is no JSONPath, by the name of its map and property."""
        if not is_json(each.source):
            return
        paths = [("rml:iterator", each.source.iterator or "$")]
        paths += [("rml:reference" if len(parts) == 1 else "rml:template", normal(name)) for name in columns(parts)]
        for place, path in paths:
            try:
                compiled(path)
            except ReadError as error:
                reason = f"triples map {each.name}: {place} {error.reason}"
                raise MappingError(reason, file=self.mapping.file, value=path) from error

    def of_one(self, each: TriplesMap) -> Iterator[TriplesMap]:
        """Yield the parts of one triples map."""
        own = _lists((each.subject, *each.graphs))
        groups: dict[tuple[str, ...], list[PredicateObjectMap]] = {own: []}
        for pom in each.predicate_objects:
            if not self.used(pom):
                groups[own].append(self.joined(pom))
                continue
            for atom in _atoms(pom):
                apart = _independent(atom, own)
                groups.setdefault(_union(own, self.used(apart)), []).append(self.joined(apart))
        if len(groups) == 1 and not own:
            yield replace(each, predicate_objects=tuple(groups[own]))
            return
        for lists, poms in groups.items():
            yield _part(self.mapping.file, each, lists, poms, classes=lists == own)

    def used(self, pom: PredicateObjectMap) -> tuple[str, ...]:
        """Return the lists that a predicate-object map takes items of, in the rows of its own source."""
        terms = [*pom.predicates, *pom.graphs]
        sides: list[Parts] = []
        for one in pom.objects:
            if isinstance(one, TermMap):
                terms.append(one)
                continue
            sides += [child for child, _ in one.conditions]
            if not one.conditions and one.triples_map in self.by_name:
                terms.append(self.by_name[one.triples_map].subject)
        return _union(_lists(terms), *(_several(side) for side in sides))

    def joined(self, pom: PredicateObjectMap) -> PredicateObjectMap:
        """Return a predicate-object map whose joins read the parent's rows with the items that they compare."""
        return replace(
            pom, objects=tuple(self.parent(each) if isinstance(each, ParentMap) else each for each in pom.objects)
        )

    def parent(self, each: ParentMap) -> ParentMap:
        target = self.by_name.get(each.triples_map)
        if target is None or not is_json(target.source):
            return each
        compared = _union(*(_several(side) for _, side in each.conditions))
        if not compared:
            return each
        lists = _union(_lists((target.subject,)), compared)
        found = self.for_joins.setdefault(
            (target.name, lists), _part(self.mapping.file, replace(target, graphs=()), lists, [], classes=False)
        )
        return replace(each, triples_map=found.name)


def _part(
    file: str, each: TriplesMap, lists: tuple[str, ...], poms: Iterable[PredicateObjectMap], *, classes: bool
) -> TriplesMap:
    """Return the part of a triples map that uses `lists`; its fresh blank nodes are named by the record."""
    blank = sha1(f"{file}|{each.name}".encode(), usedforsecurity=False).hexdigest()[:10] + "-"

    def named(term: TermMap) -> TermMap:
        return replace(term, parts=(blank, Column(RECORD))) if term.parts is None else term

    return replace(
        each,
        name=each.name if classes else f"{each.name} with {', '.join(map(repr, lists))}",
        source=replace(each.source, lists=lists),
        subject=named(each.subject),
        classes=each.classes if classes else (),
        graphs=tuple(map(named, each.graphs)),
        predicate_objects=tuple(
            replace(
                pom,
                objects=tuple(named(one) if isinstance(one, TermMap) else one for one in pom.objects),
                graphs=tuple(map(named, pom.graphs)),
            )
            for pom in poms
        ),
    )


def _atoms(pom: PredicateObjectMap) -> Iterator[PredicateObjectMap]:
    """Yield one predicate-object map a predicate and object."""
    for predicate in pom.predicates:
        for one in pom.objects:
            yield PredicateObjectMap((predicate,), (one,), pom.graphs)


def _independent(atom: PredicateObjectMap, own: tuple[str, ...]) -> PredicateObjectMap:
    """Return an atom whose term maps share no list with the subject or each other: a name with a space is another."""
    taken = set(own)

    def apart(term: TermMap) -> TermMap:
        renamed = {name: _other(name, taken) for name in _lists((term,))}
        taken.update(renamed.values())
        return _renamed(term, renamed)

    def child(parts: Parts) -> Parts:
        return _with_names(parts, {name: _other(name, taken) for name in _several(parts)})

    objects = tuple(
        apart(one)
        if isinstance(one, TermMap)
        else replace(one, conditions=tuple((child(side), parent) for side, parent in one.conditions))
        for one in atom.objects
    )
    return PredicateObjectMap(tuple(map(apart, atom.predicates)), objects, tuple(map(apart, atom.graphs)))


def _other(name: str, taken: set[str]) -> str:
    while name in taken:
        name += " "
    return name


def _renamed(term: TermMap, names: dict[str, str]) -> TermMap:
    return replace(
        term,
        parts=None if term.parts is None else _with_names(term.parts, names),
        language=term.language and _renamed(term.language, names),
        datatype=term.datatype and _renamed(term.datatype, names),
    )


def _with_names(parts: Parts, names: dict[str, str]) -> Parts:
    return tuple(Column(names.get(one.name, one.name)) if isinstance(one, Column) else one for one in parts)


def _lists(terms: Iterable[TermMap]) -> tuple[str, ...]:
    """Return the references of term maps that may give several values, each once."""
    all_of = [one for term in terms for one in (term, term.language, term.datatype) if one is not None]
    return _union(*(_several(one.parts or ()) for one in all_of))


def _several(parts: Parts) -> tuple[str, ...]:
    return tuple(name for name in columns(parts) if name != RECORD and not is_singular(normal(name)))


def _union(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
