"""Spark in the place of DuckDB: the tables and the engine of one run, which `pipeline` uses as it does DuckDB's."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kg.mapping.duckdb_engine import Written
from kg.mapping.output import LINES, PARTIAL, Form
from kg.mapping.plan import MapPlan, Plan, Statement
from kg.mapping.spark_engine import SparkEngine
from kg.model import Relation
from kg.read.spark import SparkTables, check_spark, spark_session
from kg.resolve.spark_database import SparkDatabase

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class Spark:
    """A session at work: `tables` are read where its workers see them, `engine` writes."""

    engine: SparkEngine
    tables: SparkTables


@contextmanager
def spark_at(master: str, connection: duckdb.DuckDBPyConnection, target: Path) -> Iterator[Spark]:
    """Give Spark on a master; what is made on the way stands beside `target`, and is removed at the end."""
    with _session_beside(master, target) as (session, folder):
        yield Spark(SparkEngine(session), SparkTables(session, connection, folder))


@contextmanager
def database_at(master: str, connection: duckdb.DuckDBPyConnection, target: Path) -> Iterator[SparkDatabase]:
    """Give what runs a match on a master; what is made on the way as above."""
    with _session_beside(master, target) as (session, folder):
        yield SparkDatabase(connection, session, folder)


@contextmanager
def _session_beside(master: str, target: Path) -> Iterator[tuple["SparkSession", Path]]:
    folder = target.absolute().with_name(f"{PARTIAL}{target.name}.tables")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with spark_session(master) as session:
            yield session, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class LargeBySpark:
    """Writes plans over relations of DuckDB; `start` gives the Spark that does it, when it is first needed.

    `files` are those that workers may read themselves; other relations are copied to where they see them.
    """

    def __init__(self, start: Callable[[], Spark], files: Iterable[Path]) -> None:
        self._start = start
        self._spark: Spark | None = None
        named = [(path.name, path) for path in files]
        names = [name for name, _ in named]
        self._files = {name: path for name, path in named if names.count(name) == 1}

    def write(self, plan: Plan, out: Path, form: Form = LINES) -> Written:
        """Write the triples of a plan as DuckDB's engine would; KgError where Spark cannot."""
        spark = self._spark = self._spark or self._start()
        moved: dict[Relation, Relation] = {}

        def move(relation: Relation) -> Relation:
            if relation not in moved:
                moved[relation] = self._move(relation, spark.tables)
            return moved[relation]

        return spark.engine.write(Plan(tuple(_over(each, move) for each in plan.maps)), out, form)

    def _move(self, relation: Relation, tables: SparkTables) -> Relation:
        """Return the same rows where workers see them."""
        file = self._files.get(relation.file)
        found = tables.read(file) if file else None
        if found is None or found.columns != relation.columns:
            return tables.copy(relation)
        return replace(relation, sql=found.sql, sql_with_rows=found.sql_with_rows)


def _over(each: MapPlan, move: Callable[[Relation], Relation]) -> MapPlan:
    """Return the same map over moved relations."""

    def moved(statement: Statement) -> Statement:
        join = statement.join
        return statement if join is None else replace(statement, join=replace(join, relation=move(join.relation)))

    return replace(each, relation=move(each.relation), statements=tuple(map(moved, each.statements)))


@contextmanager
def large_by_spark(
    master: str, connection: duckdb.DuckDBPyConnection, folder: Path, files: Iterable[Path]
) -> Iterator[LargeBySpark]:
    """Give what writes large tables on a master; KgError at once where there is no Spark or no Java.

    Tables on the way stand in `folder`, which all workers must see.
    """
    check_spark()
    with ExitStack() as stack:
        yield LargeBySpark(lambda: stack.enter_context(spark_at(master, connection, folder / "large")), files)
