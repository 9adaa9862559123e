"""The plan of a match on Spark: each work table is a folder of Parquet that all workers see, and a view of it.

pyspark is an extra (`pip install 'cluster-kg[spark]'`), imported by `kg match` and `kg dedupe` with `--engine spark`.
"""

import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kg.errors import EngineError
from kg.resolve.database import Database
from kg.resolve.dialect import text
from kg.resolve.dialect_spark import SparkDialect
from kg.spark import SETTINGS, pattern, told

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS_A_GROUP = 100_000
"""How many rows of a table of DuckDB one task reads at a time."""


class SparkDatabase(Database):
    """A session of Spark; its tables are in `folder`, the same path on all machines, which the caller removes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, session: "SparkSession", folder: Path) -> None:
        super().__init__(connection, SparkDialect())
        self._session, self._folder, self._numbers = session, folder, count()
        self._folders: dict[str, Path] = {}
        for name, value in SETTINGS.items():
            session.conf.set(name, value)

    def make(self, name: str, select: str) -> None:
        """Has the workers write the table into a folder of its own."""
        folder = self._written(select)
        self._view(name, folder)

    def append(self, name: str, select: str) -> None:
        """Has the workers write more files into the folder of the table."""
        folder = self._folders[name]
        with told(EngineError):
            self._session.sql(select).write.mode("append").parquet(f"file://{folder}")
        self._view(name, folder)

    def ask(self, select: str) -> duckdb.DuckDBPyConnection:
        """Return what the workers have written, read by DuckDB: the order of the files is that of the rows."""
        return self.connection.execute(f"SELECT * FROM {_read(self._written(select))}")

    def drop(self, name: str) -> None:
        """Drops the view and removes the folder."""
        self._session.catalog.dropTempView(name)
        shutil.rmtree(self._folders.pop(name))

    def take(self, name: str) -> None:
        """Has DuckDB write the table where the workers read."""
        folder = self._new()
        folder.mkdir(parents=True)
        file = text(str(folder / "part-0.parquet"))
        self.connection.execute(f"COPY {name} TO {file} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_A_GROUP})").fetchall()
        self._view(name, folder)

    def give(self, name: str) -> None:
        """Makes a table of DuckDB of what the workers have written."""
        self.connection.execute(f"CREATE TEMP TABLE {name} AS FROM {_read(self._folders[name])}").fetchall()

    def clear(self, prefix: str) -> None:
        """Drops the tables of DuckDB too."""
        super().clear(prefix)
        for name in [name for name in self._folders if name.startswith(f"{prefix}_")]:
            self.drop(name)

    def _new(self) -> Path:
        return self._folder.absolute() / f"table_{next(self._numbers)}"

    def _written(self, select: str) -> Path:
        folder = self._new()
        with told(EngineError):
            self._session.sql(select).write.parquet(f"file://{folder}")
        return folder

    def _view(self, name: str, folder: Path) -> None:
        with told(EngineError):
            self._session.read.parquet(pattern(folder)).createOrReplaceTempView(name)
        self._folders[name] = folder


def _read(folder: Path) -> str:
    """Return SQL of DuckDB: the rows of a folder of Parquet."""
    files = ", ".join(text(str(file)) for file in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}])"
