"""A `Plan` run on DuckDB: a table of statements, or an N-Triples file."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.mapping import select, sql
from kg.mapping.census import Census, Groups, groups
from kg.mapping.plan import MapPlan, Plan
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
        self.connection = connection

    def statements(self, plan: Plan, *, into: str) -> list[Problem]:
        """Create the table `into` (row, subject, predicate, object, graph: N-Triples terms); give the bad values.

        One row a statement and source row, not deduplicated; graph is NULL for the default graph.
        """
        columns = "row BIGINT, subject VARCHAR, predicate VARCHAR, object VARCHAR, graph VARCHAR"
        self.connection.execute(f"CREATE OR REPLACE TABLE {sql.identifier(into)} ({columns})")
        for each in plan.maps:
            for query in select.statement_queries(each):
                self.connection.execute(f"INSERT INTO {sql.identifier(into)} {query}")
        return [problem for each in self._censuses(plan) for problem in self._problems(each)]

    def write(self, plan: Plan, out: Path, *, ordered: bool = False) -> Written:
        """Write the triples to a file (N-Quads where there are graphs), each once; sorted by line if `ordered`.

        The name of the file decides its compression (.gz, .zst). A file that stands there is replaced when all is done.
        """
        censuses = self._censuses(plan, keys=not ordered)
        found = frozenset(fault for census in censuses for fault in census.found)
        unique = frozenset(each for census in censuses for each in census.unique)
        made = groups(plan, unique)
        partial = out.with_name(f".partial-{out.name}")
        try:
            rows = self._copy(_query(made, found, ordered=ordered), partial)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
        problems = tuple(problem for census in censuses for problem in self._problems(census))
        return Written(rows + self._surplus(made, found), problems)

    def _copy(self, query: str, out: Path) -> int:
        """Run a COPY; return its number of rows. Order is kept only where the query sorts."""
        self.connection.execute("SET preserve_insertion_order = false")
        try:
            [(rows,)] = self.connection.execute(f"COPY ({query}) TO {sql.text(str(out))} ({COPY_OPTIONS})").fetchall()
        finally:
            self.connection.execute("SET preserve_insertion_order = true")
        return int(rows)

    def _censuses(self, plan: Plan, *, keys: bool = False) -> list[Census]:
        """Return what is known of the rows of each relation after one scan of it."""
        by_relation: dict[Relation, list[MapPlan]] = {}
        for each in plan.maps:
            by_relation.setdefault(each.relation, []).append(each)
        return [self._census(relation, maps, keys=keys) for relation, maps in by_relation.items()]

    def _census(self, relation: Relation, maps: list[MapPlan], *, keys: bool) -> Census:
        faults = tuple(dict.fromkeys(fault for each in maps for fault in select.faults_of(each)))
        counts = [select.fault_count(fault) for fault in faults]
        counts += [count for each in maps for count in select.key_counts(each)] if keys else []
        counted = self._count(relation, counts, numbered=any(select.needs_row(each) for each in maps))
        found = tuple(fault for fault in faults if counted[select.fault_count(fault)])
        pairs = [(each, *select.key_counts(each)) for each in maps] if keys else []
        return Census(relation, found, tuple(each for each, all_, own in pairs if counted[all_] == counted[own]))

    def _count(self, relation: Relation, counts: Iterable[str], *, numbered: bool) -> dict[str, int]:
        """Return the value of each aggregate."""
        distinct = list(dict.fromkeys(counts))
        if not distinct:
            return {}
        [values] = self.connection.execute(select.count_query(relation, distinct, numbered=numbered)).fetchall()
        return dict(zip(distinct, values, strict=True))

    def _surplus(self, made: Groups, found: frozenset[Fault]) -> int:
        """Return by how many the lines of a file exceed the rows that COPY counted: a row of a group has many lines."""
        surplus = 0
        for maps in made.alone:
            numbered = any(select.needs_row(each) for each, _ in maps)
            lines = [select.line_count(each, statement, found) for each, of in maps for statement in of]
            rows = select.row_count(maps, found)
            counted = self._count(maps[0][0].relation, (*lines, rows), numbered=numbered)
            surplus += sum(counted[line] for line in lines) - counted[rows]
        return surplus

    def _problems(self, census: Census) -> list[Problem]:
        """Return a Problem a bad value; read only where the census found one."""
        if not census.found:
            return []
        query = f"{select.problem_query(census.relation, census.found)} ORDER BY row, reason, value"
        return [Problem("map", census.relation.file, *record) for record in self.connection.execute(query).fetchall()]


def _query(made: Groups, found: frozenset[Fault], *, ordered: bool) -> str:
    """Return the SELECT of all lines of a file."""
    if ordered:
        everything = [pair for group in (*made.alone, *made.shared) for pair in group]
        return f"{select.distinct_query(everything, found)} ORDER BY line"
    queries = [select.lines_query(group, found) for group in made.alone]
    queries += [select.distinct_query(group, found) for group in made.shared]
    return " UNION ALL ".join(f"({query})" for query in queries)
