"""What a difference means: the entities that are new, gone or changed, fact by fact in words, with the sources."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.store.counts import is_known
from kg.store.diff import Change, Difference, Sign
from kg.store.entities import Backing, Entity, Fact, Term, pick_label
from kg.store.graph import Graph
from kg.store.lines import sort_lines, split_line
from kg.view.explain import _Teller as Teller  # its words for facts and sources are these, too
from kg.view.terminal import PIPE, visible
from kg.vocabulary import LABEL, OBJECT, PREDICATE, PROVENANCE_GRAPH, SUBJECT, TYPE

FACTS_TOLD = 60
"""Changed facts of one entity that are told, unless all are asked for."""

LOOKED_AT = 50_000
"""Changed statements that are looked at, unless all are asked for: a page about more would be read by nobody."""

HELD = 100_000
"""Changed statements of one entity that are kept in memory; more are only counted."""

EVIDENCE = "="
"""Marks a fact that stayed, of which another source, row or confirmation speaks now."""

Backings = tuple[Backing, ...]


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact in words. `sign`: + new, - gone, ~ another value, = other evidence (`gained`, `lost`).

    `sources` back the fact as it is now, or was if it is gone.
    """

    sign: str
    predicate: str
    name: str
    before: str
    after: str
    sources: Backings = ()
    gained: Backings = ()
    lost: Backings = ()


@dataclass(frozen=True, slots=True)
class EntityChange:
    """An entity that is new (+), gone (-) or changed (~); facts of its records (figures, designations) are its own.

    `more` facts changed besides; of `moved` facts only the row changed that tells them.
    """

    sign: str
    iri: str
    id: str
    label: str
    classes: str
    facts: tuple[FactChange, ...]
    more: int = 0
    moved: int = 0

    @property
    def worth_telling(self) -> bool:
        """Whether more happened than that rows of its tables moved."""
        return bool(self.facts or self.more or self.sign != "~")


class Changes:
    """The changed entities of a difference, in the order of their IRIs."""

    def __init__(self, difference: Difference, *, everything: bool = False):
        """Looks at LOOKED_AT statements, and tells FACTS_TOLD facts of an entity, unless `everything` is asked for."""
        self.difference = difference
        self.everything = everything
        self.base = difference.graph_after.manifest.base
        self._claims = f"<{self.base}{PROVENANCE_GRAPH}>".encode()
        self._owners: dict[bytes, bytes] = {}

    @property
    def complete(self) -> bool:
        """Whether all changed statements are looked at."""
        return self.everything or self.difference.count <= LOOKED_AT

    def entities(self, language: str) -> Iterator[EntityChange]:
        """Every changed entity in the words of a language; one that only moved to other rows has no facts."""
        writer = _Writer(self.difference, language, None if self.everything else FACTS_TOLD)
        lines = sort_lines(self._keyed(), self.difference.file.parent)
        for owner, group in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
            held = [_unpack(line) for line in islice(group, HELD)]
            left = sum(1 for _ in group)
            yield writer.entity(owner[1:-1].decode(), held, left)

    def _keyed(self) -> Iterator[bytes]:
        """Every change with the entity that it belongs to: `<entity> TAB sign TAB statement`."""
        changes = islice(self.difference.changes(), None if self.everything else LOOKED_AT)
        for subject, group in groupby(changes, key=lambda change: change.line.partition(b" ")[0]):
            if not subject.startswith(b"_:"):
                yield from self._keyed_of(subject, group)

    def _keyed_of(self, subject: bytes, changes: Iterable[Change]) -> Iterator[bytes]:
        claim = False
        for change in changes:
            _, _, _, graph = split_line(change.line)
            claim = claim or graph == self._claims
            if not graph:
                yield b"\t".join((self._owner(subject), change.sign.encode(), change.line))
        if claim:
            for statement in self._claimed(subject):
                owner = self._owner(statement.partition(b" ")[0])
                yield b"\t".join((owner, EVIDENCE.encode(), statement))

    def _claimed(self, claim: bytes) -> Iterator[bytes]:
        """The statement that a claim speaks of, as a line."""
        for graph in (self.difference.graph_after, self.difference.graph_before):
            said = _about(graph, claim, self._claims)
            if SUBJECT in said and PREDICATE in said and OBJECT in said:
                yield f"{said[SUBJECT]} {said[PREDICATE]} {said[OBJECT]} .".encode()
                return

    def _owner(self, subject: bytes) -> bytes:
        """The entity that a record belongs to; any other entity belongs to itself."""
        if subject not in self._owners:
            if len(self._owners) > LOOKED_AT:
                self._owners.clear()
            self._owners[subject] = self._find_owner(subject)
        return self._owners[subject]

    def _find_owner(self, subject: bytes) -> bytes:
        node = ox.NamedNode(subject[1:-1].decode())
        for graph in (self.difference.graph_after, self.difference.graph_before):
            records = map(ox.NamedNode, graph.manifest.records)
            found = (graph.store.quads_for_pattern(None, one, node, ox.DefaultGraph()) for one in records)
            owners = sorted(str(quad.subject) for quads in found for quad in quads)
            if owners:
                return owners[0].encode()
        return subject


def _about(graph: Graph, subject: bytes, name: bytes) -> dict[ox.NamedNode, Term]:
    node, named = ox.NamedNode(subject[1:-1].decode()), ox.NamedNode(name[1:-1].decode())
    return {quad.predicate: quad.object for quad in graph.store.quads_for_pattern(node, None, None, named)}


@dataclass(frozen=True, slots=True)
class _Line:
    """A changed statement: its sign and terms."""

    sign: str
    subject: str
    predicate: str
    value: Term


def _unpack(packed: bytes) -> _Line:
    _, sign, line = packed.split(b"\t", 2)
    triple = next(iter(ox.parse(line, ox.RdfFormat.N_TRIPLES))).triple
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
    return _Line(sign.decode(), subject, triple.predicate.value, triple.object)


class _Writer:
    """Puts the changes of one entity after the other into the words of one language."""

    def __init__(self, difference: Difference, language: str, limit: int | None):
        self._before = Teller(difference.graph_before, language, PIPE, None)
        self._after = Teller(difference.graph_after, language, PIPE, None)
        self._language = language
        self._limit = limit
        self._told_values: dict[tuple[bool, str, Term], str] = {}

    def entity(self, iri: str, lines: list[_Line], left: int) -> EntityChange:
        """The entity with all that changed of it."""
        node = f"<{iri}>"
        known = is_known(self._before.graph, node), is_known(self._after.graph, node)
        teller = self._after if known[1] else self._before
        facts = _Facts(_read(self._before.graph, iri), _read(self._after.graph, iri))
        sign = {(False, True): "+", (True, False): "-"}.get(known, "~")
        told = [one for one in sorted(self._told(iri, lines, facts), key=_order) if not _in_heading(one, sign)]
        shown = told if self._limit is None else told[: self._limit]
        return EntityChange(
            sign=sign,
            iri=iri,
            id=iri.removeprefix(teller.graph.manifest.base),
            label=teller.name(iri),
            classes=teller.classes(facts.after if known[1] else facts.before),
            facts=tuple(shown),
            more=len(told) - len(shown) + left,
            moved=facts.moved,
        )

    def _told(self, iri: str, lines: list[_Line], facts: "_Facts") -> Iterator[FactChange]:
        records = dict.fromkeys(line.subject for line in lines if line.subject != iri)
        own = [line for line in lines if line.subject == iri]
        for record in records:
            yield from self._record(record, facts)
        changed = [line for line in own if line.sign != EVIDENCE and not _is_one_of(line.value, records)]
        for predicate, group in groupby(sorted(changed, key=_slot), key=_slot):
            yield from self._values(predicate[0], list(group), facts)
        same = {(line.predicate, line.value) for line in own if line.sign != EVIDENCE}
        for line in own:
            if line.sign == EVIDENCE and not _is_one_of(line.value, records):
                key = line.predicate, line.value
                yield from () if facts.is_changed(key, same) else self._evidence(line, facts)

    def _record(self, iri: str, facts: "_Facts") -> Iterator[FactChange]:
        """A record that is new, gone or says something else: the fact that points at it, in words."""
        old, new = facts.pointing_before(iri), facts.pointing_after(iri)
        pointing = new or old
        if pointing is None:
            return
        yield FactChange(
            sign="~" if old and new else "+" if new else "-",
            predicate=pointing.predicate,
            name=self._name(pointing.predicate),
            before=self._before.record_words(self._before.graph.reader.read(iri)) if old else "",
            after=self._after.record_words(self._after.graph.reader.read(iri)) if new else "",
            sources=pointing.backings,
        )

    def _values(self, predicate: str, lines: list[_Line], facts: "_Facts") -> Iterator[FactChange]:
        """The values of one property: one gone and one new are a change from the one to the other."""
        gone = [line for line in lines if line.sign == Sign.REMOVED]
        new = [line for line in lines if line.sign == Sign.ADDED]
        name = self._name(predicate)
        if len(gone) == len(new) == 1:
            backings = facts.backings_after(new[0])
            yield FactChange("~", predicate, name, self._old(gone[0]), self._new(new[0]), backings)
            return
        for line in gone:
            yield FactChange("-", predicate, name, self._old(line), "", facts.backings_before(line))
        for line in new:
            yield FactChange("+", predicate, name, "", self._new(line), facts.backings_after(line))

    def _evidence(self, line: _Line, facts: "_Facts") -> Iterator[FactChange]:
        """A fact that stayed, with the sources that it has won or lost; nothing if only its row is another."""
        before, after = facts.backings_before(line), facts.backings_after(line)
        gained, lost = _without_rows(after, before), _without_rows(before, after)
        if gained or lost:
            value = self._new(line)
            yield FactChange(EVIDENCE, line.predicate, self._name(line.predicate), value, value, after, gained, lost)
        else:
            facts.moved += 1

    def _old(self, line: _Line) -> str:
        return self._value(self._before, line)

    def _new(self, line: _Line) -> str:
        return self._value(self._after, line)

    def _value(self, teller: Teller, line: _Line) -> str:
        """The value in words; one that many entities have, such as their city, is looked up once."""
        key = teller is self._after, line.predicate, line.value
        if key not in self._told_values:
            if len(self._told_values) > LOOKED_AT:
                self._told_values.clear()
            self._told_values[key] = teller.value(Fact(line.subject, line.predicate, line.value, ()))
        return self._told_values[key]

    def _name(self, predicate: str) -> str:
        """What either graph calls a property: a file has facts and no ontology."""
        if predicate == TYPE.value:
            return words(self._language)["class"]
        labels = next(filter(None, (one.graph.reader.labels(predicate) for one in (self._after, self._before))), None)
        return visible(pick_label(labels, predicate, self._language)) if labels else self._after.name(predicate)


class _Facts:
    """What an entity said and says, to look the evidence of its changed facts up in."""

    def __init__(self, before: Entity, after: Entity):
        self.before, self.after = before, after
        self._before, self._after = ({_key(one): one for one in entity.facts} for entity in (before, after))
        self.moved = 0

    def backings_before(self, line: _Line) -> Backings:
        """What backed the fact."""
        return _backings(self._before, line)

    def backings_after(self, line: _Line) -> Backings:
        """What backs the fact."""
        return _backings(self._after, line)

    def pointing_before(self, record: str) -> Fact | None:
        """The fact that pointed at the record."""
        return _pointing(self._before, record)

    def pointing_after(self, record: str) -> Fact | None:
        """The fact that points at the record."""
        return _pointing(self._after, record)

    def is_changed(self, key: tuple[str, Term], changed: set[tuple[str, Term]]) -> bool:
        """Whether a fact is new or gone, or nowhere: then its evidence is told with it, or is evidence of nothing."""
        return key in changed or (key not in self._before) or (key not in self._after)


def _read(graph: Graph, iri: str) -> Entity:
    """The entity without what points at it: that can be a whole register, and nothing here tells it."""
    node, claims = ox.NamedNode(iri), ox.NamedNode(graph.manifest.base + PROVENANCE_GRAPH)
    store = graph.store
    quads = [
        quad
        for claim in store.quads_for_pattern(None, SUBJECT, node, claims)
        for quad in store.quads_for_pattern(claim.subject, None, None, claims)
    ]
    backings = graph.reader._backings(quads)
    found = [(one.predicate, one.object) for one in store.quads_for_pattern(node, None, None, ox.DefaultGraph())]
    facts = (
        Fact(iri, predicate.value, value, backings.get((node, predicate, value), ())) for predicate, value in found
    )
    types = sorted(value.value for predicate, value in found if predicate == TYPE and isinstance(value, ox.NamedNode))
    return Entity(iri, tuple(types), {}, tuple(facts), ())


def _key(fact: Fact) -> tuple[str, Term]:
    return fact.predicate, fact.value


def _backings(facts: Mapping[tuple[str, Term], Fact], line: _Line) -> Backings:
    fact = facts.get((line.predicate, line.value)) or facts.get((line.predicate, as_stored(line.value)))
    return fact.backings if fact else ()


def _pointing(facts: Mapping[tuple[str, Term], Fact], record: str) -> Fact | None:
    return next((fact for (_, value), fact in facts.items() if _is_one_of(value, (record,))), None)


def as_stored(value: Term) -> Term:
    """The term as a store gives it back: "1.50" comes back as "1.5"."""
    store = ox.Store()
    store.add(ox.Quad(LABEL, LABEL, value))
    return next(store.quads_for_pattern(None, None, None)).object


def _is_one_of(value: Term, iris: Iterable[str]) -> bool:
    return isinstance(value, ox.NamedNode) and value.value in iris


def _without_rows(backings: Backings, others: Backings) -> Backings:
    """The backings of which the others have none like it, wherever it stands in a table or an article."""
    known = {replace(other, rows=(), start="", end="") for other in others}
    return tuple(backing for backing in backings if replace(backing, rows=(), start="", end="") not in known)


def _slot(line: _Line) -> tuple[str, str]:
    """Where values replace each other: the property, and the language of a text."""
    language = line.value.language if isinstance(line.value, ox.Literal) else None
    return line.predicate, language or ""


def _in_heading(change: FactChange, sign: str) -> bool:
    """Whether the fact is a class, which stands behind the name already, unless the entity changed its class."""
    return change.predicate == TYPE.value and (sign != "~" or change.sign == EVIDENCE)


def _order(change: FactChange) -> tuple[bool, str, str, str, str]:
    return change.predicate != LABEL.value, change.predicate, change.sign, change.before, change.after


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def words(language: str) -> Mapping[str, str]:
    """The phrases of a language; KgError where there are none."""
    if language not in _texts():
        raise KgError(f"no language {language!r}; there are: {', '.join(_texts())}", value=language)
    return _texts()[language]


@dataclass(frozen=True, slots=True)
class Told:
    """Changed facts with what backs them, in words, once for all: lines of what became of it ("", "gained", "lost")."""

    facts: tuple[FactChange, ...]
    evidence: tuple[tuple[str, str], ...]


def by_evidence(changes: Changes, language: str, entity: EntityChange) -> list[Told]:
    """The facts of an entity, those of one evidence together."""
    graphs = changes.difference.graph_after, changes.difference.graph_before
    after, before = (Teller(graph, language, PIPE, None) for graph in graphs)
    groups: dict[tuple[bool, Backings, Backings, Backings], list[FactChange]] = defaultdict(list)
    for fact in entity.facts:
        sources = () if fact.sign == EVIDENCE else fact.sources
        groups[fact.sign == EVIDENCE, sources, fact.gained, fact.lost].append(fact)
    found = []
    for (stayed, sources, gained, lost), facts in groups.items():
        lines = [] if stayed else [("", line) for line in (before if _all_gone(facts) else after).evidence(sources)]
        lines += [("gained", line) for line in after.evidence(gained)] if gained else []
        lines += [("lost", line) for line in before.evidence(lost)] if lost else []
        found.append(Told(tuple(facts), tuple(lines)))
    return found


def _all_gone(facts: Iterable[FactChange]) -> bool:
    return all(fact.sign == "-" for fact in facts)


def class_name(difference: Difference, iri: str, language: str) -> str:
    """What the later graph calls a class, else the earlier one; the end of its IRI where neither has a label."""
    if not iri:
        return words(language)["no_class"]
    graphs = difference.graph_after, difference.graph_before
    labels = next(filter(None, (graph.reader.labels(iri) for graph in graphs)), {})
    return visible(pick_label(labels, iri, language))
