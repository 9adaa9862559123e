"""What the graph says of one entity, in sentences, with the sources under each: what `kg explain` prints."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.store import entities
from kg.store.entities import Backing, Entity, Fact, Term, pick_label
from kg.store.graph import Graph
from kg.view.terminal import PIPE, Terminal, short_iri, visible
from kg.vocabulary import CKG, DERIVED_FROM, LABEL, PROVENANCE_GRAPH, TYPE

LIMIT = 20
"""Facts of one property that are written out."""

NAMES = tuple(node.value for node in entities.NAMES)
INDICATOR, UNIT = CKG + "indicator", CKG + "unit"
VALUE, SOURCE_VALUE, COMPARATOR = CKG + "value", CKG + "sourceValue", CKG + "comparator"
AMOUNT = frozenset({INDICATOR, COMPARATOR, VALUE, SOURCE_VALUE, UNIT})
"""Properties that make up the first words on a figure: revenue, at least, 1000, hundred million yuan."""

Backings = tuple[Backing, ...]
Told = tuple[str, Backings]


def explain(
    graph: Graph, name: str, language: str = "zh", *, terminal: Terminal = PIPE, limit: int | None = LIMIT
) -> str:
    """The entity of this name, id or IRI in words; a list where several have the name, NotFoundError for none."""
    teller = _Teller(graph, language, terminal, limit)
    found = graph.find(name)
    return "\n".join(teller.several(name, found) if len(found) > 1 else teller.whole(graph.reader.read(found[0])))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts facts into the words of one language."""

    graph: Graph
    language: str
    terminal: Terminal
    limit: int | None

    def several(self, name: str, found: list[str]) -> Iterator[str]:
        """What has this name, an id a line."""
        yield self.words("several", count=len(found), name=visible(name))
        for entity in map(self.graph.reader.read, found):
            yield f"  {self.identifier(entity.iri)}  {self.classes(entity)}  {self.name(entity.iri)}"

    def whole(self, entity: Entity) -> Iterator[str]:
        """All that is said of an entity."""
        yield self.terminal.bold(self.noted(self.name(entity.iri), self.classes(entity)))
        yield visible(entity.iri)
        names = [self.marked(self.value(fact), fact.backings) for fact in self.other_names(entity)]
        if names:
            yield self.words("other_names") + self.words("colon") + self.words("comma").join(names)
        backed = self.count_backed(entity)
        if backed:
            yield self.words("claims", count=backed)
        facts = [fact for fact in entity.facts if fact.predicate != TYPE.value]
        yield from self.section("outgoing", facts, self.about)
        yield from self.section("incoming", entity.incoming, self.mention)

    def section(self, title: str, facts: Iterable[Fact], tell: Callable[[Fact], Told]) -> Iterator[str]:
        """The facts under a title, those of one evidence together with it under them."""
        told: dict[Backings, list[str]] = defaultdict(list)
        left: list[str] = []
        for predicate, group in groupby(sorted(facts, key=_order), key=lambda fact: fact.predicate):
            same = list(group)
            for fact in same[: self.limit]:
                sentence, backings = tell(fact)
                told[backings].append(sentence)
            if self.limit is not None and len(same) > self.limit:
                more = self.words("more", count=len(same) - self.limit)
                left.append(self.name(predicate) + self.words("colon") + more)
        if told:
            yield from ("", self.terminal.bold(self.words(title)))
        for backings, sentences in told.items():
            yield from (self.marked(sentence, backings) for sentence in sentences)
            yield from (f"    {line}" for line in self.evidence(backings))
        yield from left

    def about(self, fact: Fact) -> Told:
        """A statement of the entity: property and value."""
        return self.name(fact.predicate) + self.words("colon") + self.value(fact), fact.backings

    def mention(self, fact: Fact) -> Told:
        """A statement that points at the entity; one of a record is told as a fact of the record's owner."""
        record = self.record(fact.subject)
        if record is None or not record.incoming:
            parts = (self.noted(self.name(fact.subject), self.identifier(fact.subject)), self.name(fact.predicate))
            return " → ".join((*parts, self.plain(fact))), fact.backings
        owner = record.incoming[0]
        return self.name(owner.subject) + self.words("colon") + self.record_words(record), owner.backings

    def value(self, fact: Fact) -> str:
        """The value of a fact: a name with its id, a record in words, a text."""
        if not isinstance(fact.value, ox.NamedNode):
            return self.text(fact.predicate, fact.value)
        record = self.record(fact.value.value)
        if record is not None:
            return self.record_words(record)
        return self.noted(self.name(fact.value.value), self.identifier(fact.value.value))

    def text(self, predicate: str, value: Term) -> str:
        """A literal: codes of the model in words, another language marked."""
        if not isinstance(value, ox.Literal):
            return visible(str(value))
        code = f"{predicate.removeprefix(CKG)}.{value.value}"
        if predicate.startswith(CKG) and code in _codes(self.language):
            return _codes(self.language)[code]
        foreign = value.language and value.language != self.language
        return visible(value.value) + (f" [{value.language}]" if foreign else "")

    def record(self, iri: str) -> Entity | None:
        """The record of this IRI; None for anything else."""
        return self.graph.reader.read(iri) if self.graph.reader.is_record(iri) else None

    def record_words(self, record: Entity) -> str:
        """A record on one line: a figure's indicator and amount, else the label; then all else that it says."""
        values = {fact.predicate: self.plain(fact) for fact in record.facts}
        if VALUE in values:
            number = values.get(SOURCE_VALUE, values[VALUE])
            parts = (values.get(INDICATOR, ""), values.get(COMPARATOR, ""), number, values.get(UNIT, ""))
            title, told = " ".join(filter(None, parts)), AMOUNT
        else:
            title, told = visible(record.label(self.language)), frozenset[str]()
        known = set(record.labels.values())
        left = [fact for fact in record.facts if fact.predicate not in {TYPE.value, LABEL.value, *told}]
        details = [
            self.name(fact.predicate) + self.words("colon") + self.plain(fact)
            for fact in sorted(left, key=_order)
            if not isinstance(fact.value, ox.Literal) or fact.value.value not in known
        ]
        return self.noted(title, self.words("comma").join(details))

    def plain(self, fact: Fact) -> str:
        """The value of a fact without its id."""
        if isinstance(fact.value, ox.NamedNode):
            return self.name(fact.value.value)
        return self.text(fact.predicate, fact.value)

    def evidence(self, backings: Backings) -> Iterator[str]:
        """A line a source: confirmation, grade, id, address, rows; a line that says so where there is none."""
        if not backings:
            yield self.terminal.dim(self.words("no_source"))
        for backing in backings:
            base = self.graph.manifest.base
            address = backing.address or pick_label(
                self.graph.reader.labels(f"{base}source/{backing.source}"), "", self.language
            )
            date = self.words("as_of", date=backing.as_of) if backing.as_of else ""
            parts = (self.coded("grade", backing.grade), backing.source, address, *self.rows(backing), date)
            line = f"{self.confirmation(backing)} {' · '.join(visible(part) for part in parts if part)}"
            yield self.terminal.dim(line) if _confirmed(backing) else line
            if backing.quote:
                yield f"    {self.quote(backing)}"
            if backing.judged_by:
                yield f"    {self.terminal.dim(self.judged(backing))}"
            elif backing.remark:
                yield f"    {visible(backing.remark)}"

    def quote(self, backing: Backing) -> str:
        """The sentence of an article, with the rule that read it and how sure it is."""
        sentence = visible(" ".join(backing.quote.split()))
        values = {"rule": visible(backing.rule), "confidence": backing.confidence, "date": backing.article_date}
        return self.words("quote", sentence=sentence) + self.terminal.dim(
            self.words("read" if backing.article_date else "read_undated", **values)
        )

    def judged(self, backing: Backing) -> str:
        """Who made the claim or let it in, when, and why."""
        told = self.words("judged", who=visible(backing.judged_by), date=visible(backing.judged_on))
        return told + (self.words("colon") + visible(backing.remark) if backing.remark else "")

    def rows(self, backing: Backing) -> Iterator[str]:
        """The rows that say so, a part a file; the characters of an article."""
        for row in backing.rows:
            file, mark, place = row.partition("#char=")
            start, _, end = place.partition(",")
            if mark:
                yield self.words("characters", file=file, start=start, end=end)
        rows = [row for row in backing.rows if "#char=" not in row]
        for file, locators in groupby(rows, key=lambda row: row.partition("#row=")[0]):
            numbers = [locator.partition("#row=")[2] for locator in locators]
            listed = self.words("rows_separator").join(filter(None, numbers))
            yield self.words("row", file=file, rows=listed) if listed else file

    def marked(self, sentence: str, backings: Backings) -> str:
        """The sentence, with how little it is confirmed where no source confirms it."""
        if not backings or any(map(_confirmed, backings)):
            return sentence
        marks = dict.fromkeys(self.confirmation(backing) for backing in backings)
        return f"{sentence} {self.terminal.warn(' '.join(marks))}"

    def confirmation(self, backing: Backing) -> str:
        """The confirmation in brackets."""
        return f"[{self.coded('confirmation', backing.confirmation)}]"

    def coded(self, kind: str, key: str) -> str:
        """What the graph calls a grade or a confirmation."""
        return self.name(f"{self.graph.manifest.base}{kind}/{key}") if key else ""

    def other_names(self, entity: Entity) -> list[Fact]:
        """The facts that name the entity, but for the name in the heading."""
        shown = entity.label(self.language)
        names = sorted((fact for fact in entity.facts if fact.predicate in NAMES), key=_order)
        return [fact for fact in names if isinstance(fact.value, ox.Literal) and fact.value.value != shown]

    def count_backed(self, entity: Entity) -> int:
        """How many claims have the entity as their source."""
        claims = ox.NamedNode(self.graph.manifest.base + PROVENANCE_GRAPH)
        node = ox.NamedNode(entity.iri)
        return sum(1 for _ in self.graph.store.quads_for_pattern(None, DERIVED_FROM, node, claims))

    def name(self, iri: str) -> str:
        """What the graph calls a node or a property; a short form of its IRI where it has no label."""
        labels = self.graph.reader.labels(iri)
        manifest = self.graph.manifest
        shown = pick_label(labels, iri, self.language) if labels else short_iri(iri, manifest.prefixes, manifest.base)
        return visible(shown)

    def classes(self, entity: Entity) -> str:
        """The labels of the entity's classes."""
        return self.words("comma").join(self.name(iri) for iri in entity.types)

    def identifier(self, iri: str) -> str:
        """The IRI relative to the base: what `kg explain` takes; nothing for IRIs elsewhere."""
        base = self.graph.manifest.base
        return visible(iri.removeprefix(base)) if iri.startswith(base) else ""

    def noted(self, text: str, note: str) -> str:
        """The text with a note in brackets, if the note says more."""
        return f"{text}{self.words('open')}{note}{self.words('close')}" if note and note != text else text

    def words(self, key: str, **values: object) -> str:
        """A phrase in this language."""
        return _phrases(self.language)[key].format(**values)


def _order(fact: Fact) -> tuple[int, str]:
    return NAMES.index(fact.predicate) if fact.predicate in NAMES else len(NAMES), fact.predicate


def _confirmed(backing: Backing) -> bool:
    """Whether the source confirms the fact, if only by a repost ("confirmed-by-repost")."""
    return backing.confirmation.startswith("confirmed")


@cache
def _texts() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _phrases(language: str) -> Mapping[str, str]:
    if language not in _texts():
        raise KgError(f"no language {language!r}; there are: {', '.join(_texts())}", value=language)
    return {key: text for key, text in _texts()[language].items() if isinstance(text, str)}


@cache
def _codes(language: str) -> Mapping[str, str]:
    words = _texts()[language]["words"]
    return {str(key): str(text) for key, text in words.items()} if isinstance(words, Mapping) else {}
