"""A `Plan` run on DuckDB: a table of statements, or an N-Triples file."""

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from kg.mapping import select, sql
from kg.mapping.census import Census
from kg.mapping.grouping import Grouping
from kg.mapping.layout import Layout, as_lines, as_sorted_lines, as_turtle
from kg.mapping.output import COMPRESSIONS, LINES, PARTIAL, Form, TooManyProblemsError, replacing
from kg.mapping.plan import Plan
from kg.mapping.repeated import RepeatedRows
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

    def write(self, plan: Plan, out: Path, form: Form = LINES, *, ordered: bool = False) -> Written:
        """Write the triples, each once, to a file (a folder, if in parts); the statements of graphs as N-Quads.

        The name tells the compression (.gz, .zst). What stands there is replaced when all is done.
        """
        form = replace(form, ordered=True) if ordered else form
        with RepeatedRows(self._connection) as repeated:
            made = Grouping.of(self._connection, plan, repeated)
            layout = _layout(made, form)
            if made.problems > form.most_problems:
                raise TooManyProblemsError(made.problems, tuple(self._problems(made.faults, form.most_problems + 1)))
            numbered = any(select.is_numbered(each) for each in plan.maps)
            rows = self._copy(layout.query, out, form, sorted_=layout.in_order, numbered=numbered)
            lines = sum(made.census.lines(group, made.found) for group in layout.packed)
            if not layout.complete:
                lines += rows - sum(made.census.rows(group, made.found) for group in layout.packed)
        return Written(lines, tuple(self._problems(made.faults)))

    def _copy(self, query: str, out: Path, form: Form, *, sorted_: bool, numbered: bool) -> int:
        """Run a COPY; return its number of rows. Without an order to keep it is faster; row numbers need one.

        Sorted rows are written by one thread: several wait for each other, which takes twice the work and three times
        the memory (a million rows: 6.2 and 2.7 s, 3.0 and 1.0 GB).
        """
        self._connection.execute(f"SET preserve_insertion_order = {sorted_ or numbered}").fetchall()
        try:
            with replacing(out, form.verify) as partial:
                if form.parts:
                    return self._copy_parts(query, partial, form)
                if sorted_:
                    self._connection.execute("SET threads = 1").fetchall()
                return self._run(query, partial, form.header, "")
        finally:
            self._connection.execute("SET preserve_insertion_order = true").fetchall()
            self._connection.execute("RESET threads").fetchall()

    def _copy_parts(self, query: str, folder: Path, form: Form) -> int:
        """Write a file a thread, named like those of the other engine."""
        self._connection.execute(f"SET threads = {form.parts}").fetchall()
        suffixes = folder.name.removeprefix(PARTIAL).partition(".")[2]
        packed = COMPRESSIONS.get(Path(suffixes).suffix, "none")
        more = f", PER_THREAD_OUTPUT true, FILENAME_PATTERN 'part-{{i}}', FILE_EXTENSION {sql.text(suffixes or 'nt')}"
        return self._run(query, folder, form.header, f"{more}, COMPRESSION {packed}{form.limit()}")

    def _run(self, query: str, target: Path, header: str, more: str) -> int:
        """Run one COPY. A header is the name of the only column: it comes before the first row, in each file."""
        if header:
            query = f"SELECT line AS {sql.identifier(header.removesuffix(chr(10)))} FROM ({query})"
        options = COPY_OPTIONS.replace("HEADER false", f"HEADER {bool(header)}")
        copy = f"COPY ({query}) TO {sql.text(str(target))} ({options}{more})"
        [(rows,)] = self._connection.execute(copy).fetchall()
        return int(rows)

    def _problems(self, faults: dict[Relation, tuple[Fault, ...]], most: int | None = None) -> list[Problem]:
        """Return a Problem a bad value, `most` at most; only tables with faults are read again."""
        found = (
            Problem("map", relation.file, *record)
            for relation, of in faults.items()
            for record in self._connection.execute(f"{select.problem_query(relation, of)}{_limit(most)}").fetchall()
        )
        return list(islice(found, most))


def _limit(most: int | None) -> str:
    return "" if most is None else f" LIMIT {most}"


def _layout(made: Grouping, form: Form) -> Layout:
    if form.ordered:
        return as_sorted_lines(made.groups, made.found)
    if form.prefixes is not None:
        return as_turtle(made.groups, made.found, form.prefixes)
    return as_lines(made.groups, made.found, lambda group: made.census.sure(group, made.found))
