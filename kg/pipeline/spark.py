"""Spark in the place of DuckDB: the tables and the engine of one run, which `pipeline` uses as it does DuckDB's."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.mapping.spark_engine import SparkEngine
from kg.read.spark import SparkTables, spark_session


@dataclass(frozen=True, slots=True)
class Spark:
    """A session at work: `tables` are read where its workers see them, `engine` writes."""

    engine: SparkEngine
    tables: SparkTables


@contextmanager
def spark_at(master: str, connection: duckdb.DuckDBPyConnection, target: Path) -> Iterator[Spark]:
    """Give Spark on a master; what is made on the way stands beside `target`, and is removed at the end."""
    folder = target.absolute().with_name(f".partial-{target.name}.tables")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with spark_session(master) as session:
            yield Spark(SparkEngine(session), SparkTables(session, connection, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
