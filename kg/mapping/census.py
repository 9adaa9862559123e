"""What one scan of the rows tells, and what follows for the way the lines of a file are made."""

from dataclasses import dataclass
from typing import TypeAlias

from kg.mapping.overlap import Place, overlapping
from kg.mapping.plan import MapPlan, Plan, Statement
from kg.mapping.sql import Fault
from kg.model import Relation

Group: TypeAlias = tuple[tuple[MapPlan, tuple[Statement, ...]], ...]
"""Some statements of some maps."""


@dataclass(frozen=True, slots=True)
class Census:
    """Of one relation: the faults that do occur, and the maps whose subject is another for each row."""

    relation: Relation
    found: tuple[Fault, ...]
    unique: tuple[MapPlan, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The statements of a plan: `alone` (a group a relation) cannot give a triple twice, those of a `shared` group can."""

    alone: tuple[Group, ...]
    shared: tuple[Group, ...]


def groups(plan: Plan, unique: frozenset[MapPlan]) -> Groups:
    """Return the groups of a plan, `unique` being the maps without two rows of one subject.

    Two rows of a unique map never give one triple, and one row gives none twice unless its statements overlap.
    """
    root = {(i, j): (i, j) for i, each in enumerate(plan.maps) for j in range(len(each.statements))}
    suspect = {place for place in root if plan.maps[place[0]] not in unique or _joined(plan, place)}

    def find(place: Place) -> Place:
        while root[place] != place:
            place = root[place]
        return place

    for one, other in overlapping(plan):
        suspect |= {one, other}
        root[find(one)] = find(other)
    for one, other in _neighbours(plan, suspect):
        root[find(one)] = find(other)
    shared: dict[Place, list[Place]] = {}
    for place in sorted(suspect):
        shared.setdefault(find(place), []).append(place)
    return Groups(_by_relation(plan, set(root) - suspect), tuple(_by_map(plan, group) for group in shared.values()))


def _neighbours(plan: Plan, suspect: set[Place]) -> list[tuple[Place, Place]]:
    """Return pairs of suspects of one map without a join: they are read in one scan."""
    direct = sorted(place for place in suspect if not _joined(plan, place))
    return [(one, other) for one, other in zip(direct, direct[1:], strict=False) if one[0] == other[0]]


def _joined(plan: Plan, place: Place) -> bool:
    return plan.maps[place[0]].statements[place[1]].join is not None


def _by_relation(plan: Plan, places: set[Place]) -> tuple[Group, ...]:
    found: dict[Relation, dict[int, list[Statement]]] = {}
    for i, j in sorted(places):
        each = plan.maps[i]
        found.setdefault(each.relation, {}).setdefault(i, []).append(each.statements[j])
    return tuple(tuple((plan.maps[i], tuple(of)) for i, of in maps.items()) for maps in found.values())


def _by_map(plan: Plan, places: list[Place]) -> Group:
    """Return a group with one entry a map for its direct statements and one a join."""
    found: dict[tuple[int, int], list[Statement]] = {}
    for i, j in places:
        found.setdefault((i, j if _joined(plan, (i, j)) else -1), []).append(plan.maps[i].statements[j])
    return tuple((plan.maps[i], tuple(of)) for (i, _), of in found.items())
