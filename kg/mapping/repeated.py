"""Rows that say the same twice, put aside in tables of DuckDB before any line is made of them.

A row is some ten times as short as the lines that it gives, so rows are made distinct first; then only the rows of the
subjects that still come twice need DISTINCT on their lines.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import count

import duckdb

from kg.mapping import select, sql
from kg.mapping.census import Groups
from kg.mapping.overlap import overlapping
from kg.mapping.plan import MapPlan, Plan, term_columns
from kg.mapping.select import Group
from kg.mapping.template import columns
from kg.model import Relation


@dataclass(frozen=True, slots=True)
class Thinned:
    """A relation whose rows were made distinct: over which columns, and how many there were and are."""

    columns: tuple[str, ...]
    before: int
    after: int


class RepeatedRows:
    """Makes the tables, and drops them at the end of the `with`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._numbers = count()
        self._tables: list[str] = []
        self._relations: dict[tuple[Relation, tuple[str, ...]], Relation] = {}
        self.thinned: dict[Relation, Thinned] = {}

    def __enter__(self) -> "RepeatedRows":
        return self

    def __exit__(self, *_: object) -> None:
        for table in self._tables:
            self._connection.execute(f"DROP TABLE {table}").fetchall()

    def thin(self, plan: Plan, unique: Collection[MapPlan]) -> Plan:
        """Return the same plan over distinct rows, where a map is not unique; row numbers forbid it."""
        return Plan(tuple(each if each in unique or not _can_thin(each) else self._thin(each) for each in plan.maps))

    def split(self, plan: Plan, made: Groups) -> Groups:
        """Return the same groups, the rows of subjects that come once taken out of those that are made distinct."""
        apart = _apart(plan)
        alone, shared = list(made.alone), []
        for group in made.shared:
            halves = self._split(group) if _is_of_one_map(group) and group[0][0] not in apart else None
            alone += [halves[0]] if halves else []
            shared.append(halves[1] if halves else group)
        return Groups(tuple(alone), tuple(shared))

    def _thin(self, each: MapPlan) -> MapPlan:
        relation, used = each.relation, _used(each)
        if (relation, used) not in self._relations:
            listed = ", ".join(map(sql.identifier, used))
            table, after = self._table(f"SELECT DISTINCT {listed} FROM ({relation.sql})")
            made = _relation(relation, used, table)
            self._relations[relation, used] = made
            self.thinned[made] = Thinned(used, self._count(relation), after)
        return replace(each, relation=self._relations[relation, used])

    def _split(self, group: Group) -> tuple[Group, Group] | None:
        """Return the group over rows of subjects that come once, and over all others; None where most come again."""
        [(each, statements)] = group
        key, relation = select.key(each), each.relation
        if key is None or relation not in self.thinned:
            return None
        hashed = f"hash({key})"
        keys, repeated = self._table(f"SELECT {hashed} AS h FROM ({relation.sql}) AS c GROUP BY h HAVING count(*) > 1")
        if repeated * 4 > self.thinned[relation].after:
            return None
        halves = []
        for kind in ("ANTI", "SEMI"):
            rows = f"(SELECT c.* FROM ({relation.sql}) AS c {kind} JOIN {keys} ON h = {hashed})"
            halves.append(((replace(each, relation=_relation(relation, relation.columns, rows)), statements),))
        return halves[0], halves[1]

    def _table(self, query: str) -> tuple[str, int]:
        """Create a table; return its name and number of rows."""
        name = f"repeated_{id(self)}_{next(self._numbers)}"
        [(rows,)] = self._connection.execute(f"CREATE TEMP TABLE {name} AS {query}").fetchall()
        self._tables.append(name)
        return name, int(rows)

    def _count(self, relation: Relation) -> int:
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM ({relation.sql})").fetchall()
        return int(rows)


def _can_thin(each: MapPlan) -> bool:
    return bool(each.statements) and bool(_used(each)) and not select.is_numbered(each)


def _used(each: MapPlan) -> tuple[str, ...]:
    """Return the columns that a map reads of its own rows."""
    names = list(term_columns(each.subject))
    for statement in each.statements:
        names += [name for term in select.own_terms(statement) for name in term_columns(term)]
        if statement.join is not None:
            names += [name for child, _ in statement.join.conditions for name in columns(child)]
    return tuple(dict.fromkeys(names))


def _relation(of: Relation, names: tuple[str, ...], table: str) -> Relation:
    listed = ", ".join(map(sql.identifier, names))
    return Relation(
        of.file, names, f"SELECT {listed} FROM {table}", f"SELECT row_number() OVER () AS _row, {listed} FROM {table}"
    )


def _apart(plan: Plan) -> set[MapPlan]:
    """Return the maps with two statements that can give one triple."""
    pairs: Iterable[tuple[tuple[int, int], tuple[int, int]]] = overlapping(plan)
    return {plan.maps[one[0]] for one, other in pairs if one[0] == other[0]}


def _is_of_one_map(group: Group) -> bool:
    return len(group) == 1
