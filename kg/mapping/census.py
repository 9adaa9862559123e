"""What the rows tell before anything is made of them, and what follows for the way a file is made."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.mapping import dialect, select
from kg.mapping.overlap import Place, overlapping
from kg.mapping.plan import MapPlan, Plan, Statement
from kg.mapping.select import Group
from kg.mapping.sql import Fault
from kg.model import Relation

MANY = 2_000_000
"""Of more keys the different ones are counted piece by piece."""

PIECES = 16
KEYS = "keys_of_census"


class Rows(Protocol):
    """What a query gives."""

    def fetchall(self) -> Sequence[Sequence[int]]:
        """Return all rows."""


class Database(Protocol):
    """What runs the queries of a census: a connection of DuckDB, or what looks like one."""

    def execute(self, query: str, /) -> Rows:
        """Run a query."""


class Census:
    """Counts over the relations of a plan, one scan each; what has been counted is not counted again."""

    def __init__(self, connection: Database, plan: Plan, *, known: "Census | None" = None) -> None:
        """Count over the relations of a plan; `known` has counted over some of them."""
        self._connection = connection
        self._counted: dict[tuple[Relation, str], int] = {} if known is None else known._counted
        self.maps: dict[Relation, list[MapPlan]] = {}
        for each in plan.maps:
            self.maps.setdefault(each.relation, []).append(each)

    def faults(self) -> dict[Relation, tuple[Fault, ...]]:
        """Return the faults that occur, of the relations that have some."""
        occurring = {}
        for relation, maps in self.maps.items():
            possible = list(dict.fromkeys(fault for each in maps for fault in select.faults_of(each)))
            counts = self.count(relation, map(select.fault_count, possible))
            found = tuple(fault for fault, times in zip(possible, counts, strict=True) if times)
            if found:
                occurring[relation] = found
        return occurring

    def unique(self) -> frozenset[MapPlan]:
        """Return the maps without two rows of one subject."""
        return frozenset(each for each in self._all() if len(set(self.keys(each))) <= 1)

    def keys(self, each: MapPlan) -> list[int]:
        """Return how many rows of a map have a subject, and how many different ones; nothing where all differ."""
        wanted = select.key_counts(each)
        key = select.key(each)
        if key is not None and (each.relation, wanted[1]) not in self._counted:
            [rows] = self.count(each.relation, wanted[:1])
            if rows > MANY:
                self.know(each.relation, wanted[1:], [self._different(each.relation, key)])
        return self.count(each.relation, wanted)

    def _different(self, relation: Relation, key: str) -> int:
        """Return the number of different keys.

        Their hashes are put aside first, 8 bytes each, as to count them at once takes six times the memory.
        """
        hashes = f"SELECT {dialect.current().hashed(key)} AS h FROM {select.rows(relation)} WHERE {key} IS NOT NULL"
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {KEYS} AS {hashes}").fetchall()
        different = 0
        for piece in range(PIECES):
            count = f"SELECT count(DISTINCT h) FROM {KEYS} WHERE h % {PIECES} = {piece}"
            [(found,)] = self._connection.execute(count).fetchall()
            different += found
        self._connection.execute(f"DROP TABLE {KEYS}").fetchall()
        return different

    def foresee(self) -> None:
        """Count in one scan what `faults`, `lines` and mostly `sure` ask for one by one."""
        for relation, aggregates in self.foreseen():
            self.count(relation, [each for each in aggregates if not each.startswith(select.DIFFERENT)])

    def foreseen(self) -> Iterator[tuple[Relation, tuple[str, ...]]]:
        """Yield what will be asked for, by relation."""
        for relation, maps in self.maps.items():
            faults = [select.fault_count(fault) for each in maps for fault in select.faults_of(each)]
            keys = [count for each in maps for count in select.key_counts(each)]
            direct = [(each, tuple(of for of in each.statements if of.join is None)) for each in maps]
            lines = [select.line_count(each, of, ()) for each, some in direct for of in some]
            group = tuple((each, some) for each, some in direct if some)
            yield relation, (*faults, *keys, *lines, *([select.row_count(group, ())] if group else []))

    def know(self, relation: Relation, aggregates: Iterable[str], values: Iterable[int]) -> None:
        """Take in the values of aggregates."""
        self._counted |= {(relation, each): value for each, value in zip(aggregates, values, strict=True)}

    def lines(self, group: Group, found: Collection[Fault]) -> int:
        """Return the number of lines of a group without joins."""
        wanted = [select.line_count(each, statement, found) for each, of in group for statement in of]
        return sum(self.count(group[0][0].relation, wanted))

    def rows(self, group: Group, found: Collection[Fault]) -> int:
        """Return the number of rows that give a line of a group."""
        return sum(self.count(group[0][0].relation, [select.row_count(group, found)]))

    def sure(self, group: Group, found: Collection[Fault]) -> frozenset[tuple[MapPlan, Statement]]:
        """Return the statements that all rows with a line of the group give, as far as it has been counted."""
        relation = group[0][0].relation
        rows = self._counted.get((relation, select.row_count(group, found)))
        return frozenset(
            (each, statement)
            for each, statements in group
            for statement in statements
            if rows and self._counted.get((relation, select.line_count(each, statement, found))) == rows
        )

    def count(self, relation: Relation, aggregates: Iterable[str]) -> list[int]:
        """Return the values of aggregates."""
        wanted = list(aggregates)
        fresh = list(dict.fromkeys(each for each in wanted if (relation, each) not in self._counted))
        if fresh:
            [values] = self._connection.execute(select.count_query(relation, fresh)).fetchall()
            self.know(relation, fresh, values)
        return [self._counted[relation, each] for each in wanted]

    def _all(self) -> Iterable[MapPlan]:
        return (each for maps in self.maps.values() for each in maps)


@dataclass(frozen=True, slots=True)
class Groups:
    """The statements of a plan: those that cannot give a triple twice (a group a relation), and those that can."""

    alone: tuple[Group, ...]
    shared: tuple[Group, ...]


def groups(plan: Plan, unique: Collection[MapPlan]) -> Groups:
    """Return the groups of a plan, `unique` being the maps without two rows of one subject.

    Two rows of a unique map never give one triple, and one row gives none twice unless its statements overlap: a join
    gives a row each object once (`select.rows`).
    """
    root = {(i, j): (i, j) for i, each in enumerate(plan.maps) for j in range(len(each.statements))}
    suspect = {place for place in root if plan.maps[place[0]] not in unique}

    def find(place: Place) -> Place:
        while root[place] != place:
            place = root[place]
        return place

    for one, other in overlapping(plan):
        suspect |= {one, other}
        root[find(one)] = find(other)
    first_of_map: dict[int, Place] = {}
    for place in sorted(suspect):
        if not _joined(plan, place):  # the direct statements of a map are read in one scan
            root[find(place)] = find(first_of_map.setdefault(place[0], place))
    shared: dict[Place, list[Place]] = {}
    for place in sorted(suspect):
        shared.setdefault(find(place), []).append(place)
    return Groups(_by_relation(plan, set(root) - suspect), tuple(_by_map(plan, group) for group in shared.values()))


def _joined(plan: Plan, place: Place) -> bool:
    return plan.maps[place[0]].statements[place[1]].join is not None


def _by_relation(plan: Plan, places: Iterable[Place]) -> tuple[Group, ...]:
    """Return a group a relation for direct statements and one a join."""
    found: dict[tuple[Relation, Place | None], dict[int, list[Statement]]] = {}
    for i, j in sorted(places):
        each = plan.maps[i]
        rows = found.setdefault((each.relation, (i, j) if _joined(plan, (i, j)) else None), {})
        rows.setdefault(i, []).append(each.statements[j])
    return tuple(tuple((plan.maps[i], tuple(of)) for i, of in maps.items()) for maps in found.values())


def _by_map(plan: Plan, places: Iterable[Place]) -> Group:
    """Return a group with one entry a map for its direct statements and one a join."""
    found: dict[tuple[int, int], list[Statement]] = {}
    for i, j in places:
        found.setdefault((i, j if _joined(plan, (i, j)) else -1), []).append(plan.maps[i].statements[j])
    return tuple((plan.maps[i], tuple(of)) for (i, _), of in found.items())
