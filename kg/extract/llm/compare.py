"""The readings of the rules and of a model, joined into one or held side by side.

Two claims are the same if they say the same of the same thing; their sentences may differ. A model adds to what the
rules read and takes nothing back: what it says otherwise of the same number or enterprise is told and left out.
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
        relations=_kept(one.relations, other.relations, _relation, shared=shared),
        supports=_kept(one.supports, other.supports, _relation, shared=shared),
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
    return *_number(item), item.year


def _number(item: Figure) -> Key:
    return item.subject, item.indicator, item.value, item.unit, item.status


def _relation(item: Relation) -> Key:
    return item.subject, item.predicate, item.object


def join(rules: Reading, model: Reading) -> tuple[Reading, list[str]]:
    """The reading of the rules with what only the model says, and what it says otherwise, in words."""
    roles: dict[Key, str] = {(one.name, one.cluster): one.role for one in rules.enterprises if one.cluster}
    years = {_number(one): one.year for one in rules.figures}
    contrary = [one for one in model.enterprises if roles.get((one.name, one.cluster), one.role) != one.role]
    other = [one for one in model.figures if one.year and years.get(_number(one)) not in {None, one.year}]
    refused = {(one.cluster, one.name) for one in contrary}
    known = {_relation(one) for one in rules.relations}
    added = tuple(
        one for one in model.relations if _relation(one) not in known and (one.subject, one.object) not in refused
    )
    joined = replace(
        rules,
        clusters=_clusters(rules.clusters, model.clusters),
        enterprises=_enterprises(rules.enterprises, model.enterprises),
        figures=(*rules.figures, *(one for one in model.figures if _number(one) not in years)),
        relations=(*rules.relations, *added),
        supports=(*rules.supports, *(one for one in model.supports if one in added)),
    )
    told = [f"{one.name} · {one.role}: the rules read {roles[one.name, one.cluster]}" for one in contrary]
    told += [f"{one.subject} · {one.source_value} · {one.year}: the rules read {years[_number(one)]}" for one in other]
    return joined, told


def _clusters(rules: Iterable[Cluster], model: Iterable[Cluster]) -> tuple[Cluster, ...]:
    """The clusters of the rules, with a list where only the model names one, then those of the model."""
    said = {one.name: one for one in model}
    kept = {one.name: _listed(one, said.get(one.name)) for one in rules}
    return (*kept.values(), *(one for name, one in said.items() if name not in kept))


def _listed(cluster: Cluster, said: Cluster | None) -> Cluster:
    if said is None or cluster.list_name or not said.list_name:
        return cluster
    return replace(cluster, list_name=said.list_name, stage=said.stage)


def _enterprises(rules: Iterable[Enterprise], model: Iterable[Enterprise]) -> tuple[Enterprise, ...]:
    """One enterprise a name, as everywhere in a reading: a tie of the model counts where the rules have none."""
    found: dict[str, Enterprise] = {}
    for one in (*rules, *model):
        before = found.get(one.name)
        found[one.name] = _tied(before, one) if before else one
    return tuple(found.values())


def _tied(before: Enterprise, one: Enterprise) -> Enterprise:
    if before.cluster or not one.cluster:
        return before
    return replace(one, printed=tuple(sorted({*before.printed, *one.printed})), known=before.known or one.known)


def counts(comparison: Comparison) -> Mapping[str, int]:
    """How many claims each part has."""
    parts = {"both": comparison.both, "rules": comparison.rules, "model": comparison.model}
    return {name: _count(part) for name, part in parts.items()}


def _count(reading: Reading) -> int:
    return len(reading.clusters) + len(reading.enterprises) + len(reading.figures) + len(reading.relations)
