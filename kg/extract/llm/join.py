"""The readings of the rules and of a model, joined into one.

A model adds to what the rules read and takes nothing back: what it says otherwise than the rules of the same number, or
of an enterprise in the same sentence, is told and left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.extract.llm.compare import number_key, relation_key
from kg.extract.reading import Cluster, Enterprise, Evidence, Figure, Reading
from kg.model import Span


@dataclass(frozen=True, slots=True)
class Joined:
    """The reading of the rules with what only the model says, and what it says otherwise, in words."""

    reading: Reading
    contrary: tuple[str, ...]


def join(rules: Reading, model: Reading) -> Joined:
    """Both readings of one text as one."""
    ties = {one: other for one in model.enterprises if (other := _other_tie(one, rules))}
    counts = {one: number for one in model.figures if (number := _other_figure(one, rules))}
    refused = {(one.cluster, one.name) for one in ties}
    read = {number_key(one) for one in rules.figures}
    known = {relation_key(one) for one in rules.relations}
    added = tuple(
        one for one in model.relations if relation_key(one) not in known and (one.subject, one.object) not in refused
    )
    reading = replace(
        rules,
        clusters=_clusters(rules.clusters, model.clusters),
        enterprises=_enterprises(rules.enterprises, (one for one in model.enterprises if one not in ties)),
        figures=(*rules.figures, *(one for one in model.figures if number_key(one) not in read and one not in counts)),
        relations=(*rules.relations, *added),
        supports=(*rules.supports, *(one for one in model.supports if one in added)),
    )
    told = [f"{_tie(one)}: the rules read {_tie(other)}" for one, other in ties.items()]
    told += [f"{_count(one)}: the rules read {_count(other)}" for one, other in counts.items()]
    return Joined(reading, tuple(told))


def _other_tie(said: Enterprise, rules: Reading) -> Enterprise | None:
    """What the rules read of an enterprise that the model ties to another cluster there, or with another role."""
    for one in rules.enterprises:
        if one.name != said.name or not one.cluster or not said.cluster or not _sure(one.evidence, rules):
            continue
        same_place = _meet(one.evidence.sentence, said.evidence.sentence)
        if one.role != said.role if one.cluster == said.cluster else same_place:
            return one
    return None


def _other_figure(said: Figure, rules: Reading) -> Figure | None:
    """What the rules read in the number that the model takes for something else, or for that of another year."""
    for one in rules.figures:
        if number_key(one) == number_key(said):
            if one.year and said.year and one.year != said.year:
                return one
        elif _meet(one.evidence.span, said.evidence.span) and _sure(one.evidence, rules):
            return one
    return None


def _sure(evidence: Evidence, rules: Reading) -> bool:
    return evidence.confidence >= rules.threshold


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _tie(item: Enterprise) -> str:
    return f"{item.name} · {item.role} · {item.cluster}"


def _count(item: Figure) -> str:
    year = f" · {item.year}" if item.year else ""
    return f"{item.subject} · {item.indicator} · {item.source_value} · {item.status}{year}"


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
