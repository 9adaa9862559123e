"""A `Plan` run on DuckDB: a table of statements, or an N-Triples file."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.mapping import select, sql
from kg.mapping.census import Census, Groups, groups
from kg.mapping.plan import Plan
from kg.mapping.sql import Fault
from kg.model import Problem, Relation

COPY_OPTIONS = "FORMAT CSV, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01'"
"""A text as it is: no line of N-Triples has the delimiter, as control characters are escaped."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a file got: its number of triples, and the values that gave none."""

    triples: int
    problems: tuple[Problem, ...]


class DuckdbEngine:
    """Runs plans on one connection; the relations of a plan are read through it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def statements(self, plan: Plan, *, into: str) -> list[Problem]:
        """Create the table `into` (row, subject, predicate, object, graph: N-Triples terms); give the bad values.

        One row a statement and source row, not deduplicated; graph is NULL for the default graph.
        """
        columns = "row BIGINT, subject VARCHAR, predicate VARCHAR, object VARCHAR, graph VARCHAR"
        self._connection.execute(f"CREATE OR REPLACE TABLE {sql.identifier(into)} ({columns})").fetchall()
        for each in plan.maps:
            for query in select.statement_queries(each):
                self._connection.execute(f"INSERT INTO {sql.identifier(into)} {query}").fetchall()
        return self._problems(Census(self._connection, plan).faults())

    def write(self, plan: Plan, out: Path, *, ordered: bool = False) -> Written:
        """Write the triples to a file (N-Quads where there are graphs), each once; sorted by line if `ordered`.

        The name of the file decides its compression (.gz, .zst). A file that stands there is replaced when all is done.
        """
        census = Census(self._connection, plan)
        census.foresee()
        faults = census.faults()
        found = frozenset(fault for each in faults.values() for fault in each)
        made = groups(plan, census.unique())
        query = select.file_query(made.alone, made.shared, found, ordered=ordered)
        rows = self._copy(query, out, keep_order=any(select.is_numbered(each) for each in plan.maps))
        triples = rows if ordered else _triples(rows, made, census, found)
        return Written(triples, tuple(self._problems(faults)))

    def _copy(self, query: str, out: Path, *, keep_order: bool) -> int:
        """Run a COPY; return its number of rows. Without an order to keep it is faster; row numbers need one."""
        partial = out.with_name(f".partial-{out.name}")
        self._connection.execute(f"SET preserve_insertion_order = {keep_order}").fetchall()
        try:
            copy = f"COPY ({query}) TO {sql.text(str(partial))} ({COPY_OPTIONS})"
            [(rows,)] = self._connection.execute(copy).fetchall()
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
            self._connection.execute("SET preserve_insertion_order = true").fetchall()
        return int(rows)

    def _problems(self, faults: dict[Relation, tuple[Fault, ...]]) -> list[Problem]:
        """Return a Problem a bad value; only tables with faults are read again."""
        return [
            Problem("map", relation.file, *record)
            for relation, found in faults.items()
            for record in self._connection.execute(select.problem_query(relation, found)).fetchall()
        ]


def _triples(rows: int, made: Groups, census: Census, found: Collection[Fault]) -> int:
    """Return the number of lines of a file of so many rows: a row of direct statements has several, any other one."""
    packed = [group for group in made.alone if not select.is_joined(group)]
    lines = sum(census.lines(group, found) for group in packed)
    if made.shared or len(packed) < len(made.alone):
        lines += rows - sum(census.rows(group, found) for group in packed)
    return lines
