"""The readings of the rules and of a model, held side by side.

Two claims are the same if they say the same of the same thing; their sentences may differ.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from kg.extract.reading import Cluster, Enterprise, Figure, Reading, Relation
from kg.model import Problem

Item = TypeVar("Item", Cluster, Enterprise, Figure, Relation)
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What rules and model both say (as the rules have it), and what only one of them does; `name` is the model's."""

    name: str
    both: Reading
    rules: Reading
    model: Reading
    rejected: tuple[Problem, ...] = ()

    def to_json(self, threshold: float | None = None) -> dict[str, object]:
        """The parts as plain values, each as `Reading.to_json` gives it, and what was rejected with the reasons."""
        return {
            "model": self.name,
            "both": self.both.to_json(threshold),
            "only_rules": self.rules.to_json(threshold),
            "only_model": self.model.to_json(threshold),
            "rejected": [{"claim": one.value, "reason": one.reason} for one in self.rejected],
        }


def compare(name: str, rules: Reading, model: Reading, rejected: tuple[Problem, ...] = ()) -> Comparison:
    """The two readings of one text, held side by side."""
    return Comparison(
        name=name,
        both=_part(rules, model, shared=True),
        rules=_part(rules, model, shared=False),
        model=_part(model, rules, shared=False),
        rejected=rejected,
    )


def _part(one: Reading, other: Reading, *, shared: bool) -> Reading:
    """What of a reading the other says too, or does not say."""
    return replace(
        one,
        clusters=_kept(one.clusters, other.clusters, _cluster, shared=shared),
        enterprises=_kept(one.enterprises, other.enterprises, _enterprise, shared=shared),
        figures=_kept(one.figures, other.figures, _figure, shared=shared),
        relations=_kept(one.relations, other.relations, relation_key, shared=shared),
        supports=_kept(one.supports, other.supports, relation_key, shared=shared),
        mentions=(),
        problems=(),
    )


def _kept(
    ones: Iterable[Item], others: Iterable[Item], key: Callable[[Item], Key], *, shared: bool
) -> tuple[Item, ...]:
    known = {key(other) for other in others}
    return tuple(one for one in ones if (key(one) in known) == shared)


def _cluster(item: Cluster) -> Key:
    return (item.name,)


def _enterprise(item: Enterprise) -> Key:
    return item.name, item.cluster, item.role


def _figure(item: Figure) -> Key:
    return *number_key(item), item.year


def number_key(item: Figure) -> Key:
    """What a figure says, its year aside: a text that names no year means the same."""
    return item.code or item.subject, item.indicator, item.value, item.unit, item.status


def relation_key(item: Relation) -> Key:
    """What a relation says."""
    return item.subject, item.predicate, item.object


def counts(comparison: Comparison) -> Mapping[str, int]:
    """How many claims each part has."""
    parts = {"both": comparison.both, "rules": comparison.rules, "model": comparison.model}
    return {name: _count(part) for name, part in parts.items()}


def _count(reading: Reading) -> int:
    return len(reading.clusters) + len(reading.enterprises) + len(reading.figures) + len(reading.relations)
