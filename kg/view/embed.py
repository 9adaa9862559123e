"""What the page carries: entities, facts and their evidence as compact JSON, every repeated value once."""

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

import pyoxigraph as ox

from kg.store.entities import Backing, Entity, Fact, pick_label
from kg.view.facets import confirmation_of, rank_of, text_of
from kg.view.kinds import Kind, legend_order
from kg.vocabulary import ALT_LABEL, TYPE

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Labels = Callable[[str], Mapping[str, str]]
"""Gives the labels by language of an entity or an ontology term (`EntityReader.labels`)."""

LEGAL_NAME = "https://schema.org/legalName"
OTHER_NAMES = (ALT_LABEL.value, LEGAL_NAME)

Key = TypeVar("Key", bound=Hashable)


class Numbers(Generic[Key]):
    """Gives each value a number in the order of first use, so that the page names it once."""

    def __init__(self) -> None:
        self.values: dict[Key, int] = {}

    def __getitem__(self, value: Key) -> int:
        return self.values.setdefault(value, len(self.values))


class Embedding:
    """Turns entities into the page's JSON; entities are numbered in the order given."""

    def __init__(self, entities: Mapping[str, Entity], kinds: Mapping[str, Kind], base: str, labels: Labels):
        """`kinds` knows all entities of the graph, `entities` those that the page carries."""
        self._entities = entities
        self._kinds = kinds
        self._base = base
        self._labels = labels
        self.number = {iri: number for number, iri in enumerate(entities)}
        self._legend = legend_order(kinds[iri] for iri in entities)
        self._predicates = Numbers[str]()
        self._evidence = Numbers[tuple[int, ...]]()
        self._backings = Numbers[Backing]()

    def kinds(self) -> list[Json]:
        """The kinds that occur, as the legend shows them."""
        return [self._kind(kind) for kind in self._legend]

    def entities(self) -> dict[str, Json]:
        """Entities by column; `facts` of one entity are [predicate, value, evidence] with numbers for what recurs."""
        own = list(self._entities.values())
        place = {kind: number for number, kind in enumerate(self._legend)}
        return {
            "id": [self.short(entity.iri) for entity in own],
            "kind": [place[self._kinds[entity.iri]] for entity in own],
            "zh": [entity.label("zh") for entity in own],
            "en": {str(n): entity.labels["en"] for n, entity in enumerate(own) if "en" in entity.labels},
            "names": {str(n): names for n, entity in enumerate(own) if (names := _other_names(entity))},
            "confirmation": [confirmation_of(entity) for entity in own],
            "facts": [[self._fact(fact) for fact in entity.facts if self._told(fact)] for entity in own],
            "left": {str(n): left for n, entity in enumerate(own) if (left := self._left(entity))},
        }

    def facet(self, values: Mapping[str, frozenset[str]]) -> dict[str, Json]:
        """Entity -> values of one facet, by number; values that the page does not carry are left out."""
        rows = {
            iri: sorted(self.number[value] for value in found if value in self.number)
            for iri, found in values.items()
            if iri in self.number
        }
        return {str(self.number[iri]): list(row) for iri, row in rows.items() if row}

    def tables(self) -> dict[str, Json]:
        """What the facts refer to by number: only complete after `entities`."""
        sources = {b.source: [b.grade, b.address] for b in self._backings.values}
        return {
            "predicates": [[self.short(iri), *self._both(iri)] for iri in self._predicates.values],
            "evidence": [list(row) for row in self._evidence.values],
            "backings": [_backing(backing) for backing in self._backings.values],
            "sources": {source: list(row) for source, row in sorted(sources.items())},
            "confirmations": self._named("confirmation/", {b.confirmation for b in self._backings.values}),
            "grades": self._named("grade/", {b.grade for b in self._backings.values}),
        }

    def short(self, iri: str) -> str:
        """The IRI without the base: what permalinks use."""
        return iri.removeprefix(self._base)

    def _kind(self, kind: Kind) -> Json:
        look: dict[str, Json] = {"family": kind.family, "shape": kind.shape, "size": kind.size}
        return [self.short(kind.iri), *self._both(kind.iri), look, kind.drawn, kind.shown]

    def _both(self, iri: str) -> list[Json]:
        labels = self._labels(iri) if iri else {}
        zh = labels.get("zh") or labels.get("") or labels.get("en") or ""
        return [zh, labels.get("en") or ""]

    def _named(self, folder: str, keys: set[str]) -> dict[str, Json]:
        """Labels of the keys, best confirmation first, taken from the graph itself."""
        found: dict[str, Json] = {}
        for key in sorted(keys - {""}, key=lambda key: (rank_of(key), key)):
            labels = self._labels(self._base + folder + key)
            found[key] = [pick_label(labels, key, "zh"), pick_label(labels, key, "en")]
        return found

    def _told(self, fact: Fact) -> bool:
        return fact.predicate != TYPE.value and not self._leads_out(fact)

    def _leads_out(self, fact: Fact) -> bool:
        target = text_of(fact.value)
        return isinstance(fact.value, ox.NamedNode) and target in self._kinds and target not in self.number

    def _left(self, entity: Entity) -> int:
        """How many facts tie the entity to one that the page does not carry."""
        incoming = sum(fact.subject not in self.number for fact in entity.incoming)
        return incoming + sum(self._leads_out(fact) for fact in entity.facts)

    def _fact(self, fact: Fact) -> Json:
        evidence = tuple(self._backings[backing] for backing in fact.backings)
        return [self._predicates[fact.predicate], self._value(fact.value), self._evidence[evidence]]

    def _value(self, term: object) -> Json:
        """An embedded entity is its number, a plain literal its text, anything else [text, language or "iri"]."""
        text = text_of(term)
        if isinstance(term, ox.NamedNode):
            return self.number.get(text, [text, "iri"])
        language = term.language if isinstance(term, ox.Literal) else None
        return [text, language] if language else text


def _backing(backing: Backing) -> list[Json]:
    """A claim as the page carries it: source, sentence and how it was read, who let it in and why (or how it was told).

    What it does not have is left out at the end.
    """
    row: list[Json] = [backing.source, backing.confirmation, list(backing.rows), backing.as_of]
    read: list[Json] = [backing.quote, backing.rule, backing.confidence, backing.article_date]
    judged: list[Json] = [backing.judged_by, backing.judged_on, backing.remark]
    if backing.judged_by or backing.remark:
        return row + read + judged
    return row + read if backing.quote else row


def _other_names(entity: Entity) -> list[Json]:
    names = {text_of(fact.value) for fact in entity.facts if fact.predicate in OTHER_NAMES}
    return [*sorted(names - set(entity.labels.values()))]
