"""Where the plan of a match runs: work tables made of SELECTs, on DuckDB here or on another engine elsewhere.

DuckDB on this machine always takes the tables in and gives the outcome; `take` and `give` carry tables to where the
plan runs and back.
"""

import sys
from abc import ABC, abstractmethod

import duckdb

from kg.resolve.dialect import DUCKDB, Dialect

PIECE = 3_000_000
"""So many pairs does DuckDB compare at a time: what bounds memory."""


class Database(ABC):
    """What runs a plan, and the DuckDB that stands before and behind it; work tables go by one name in both.

    `piece` is how many pairs are compared at a time.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, dialect: Dialect, piece: int = sys.maxsize) -> None:
        self.connection, self.dialect, self.piece = connection, dialect, piece

    @abstractmethod
    def make(self, name: str, select: str) -> None:
        """Makes a work table."""

    @abstractmethod
    def append(self, name: str, select: str) -> None:
        """Appends rows to a work table."""

    @abstractmethod
    def ask(self, select: str) -> duckdb.DuckDBPyConnection:
        """Return the rows of a SELECT, to be fetched, in their order."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Drops a work table."""

    @abstractmethod
    def take(self, name: str) -> None:
        """Carries a table of `connection` to where the plan runs."""

    @abstractmethod
    def give(self, name: str) -> None:
        """Carries a work table of the plan to `connection`."""

    def clear(self, prefix: str) -> None:
        """Drops all work tables of a prefix."""
        names = self.connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, ?)", [f"{prefix}_"]
        ).fetchall()
        for (name,) in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")


class Duckdb(Database):
    """DuckDB alone: the plan runs where the tables are."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection, DUCKDB, PIECE)

    def make(self, name: str, select: str) -> None:
        """Makes a temporary table."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchall()

    def append(self, name: str, select: str) -> None:
        """Inserts the rows."""
        self.connection.execute(f"INSERT INTO {name} {select}").fetchall()

    def ask(self, select: str) -> duckdb.DuckDBPyConnection:
        """Return the connection, which is to be fetched from."""
        return self.connection.execute(select)

    def drop(self, name: str) -> None:
        """Drops the table."""
        self.connection.execute(f"DROP TABLE {name}")

    def take(self, name: str) -> None:
        """Leaves the table where it is."""

    def give(self, name: str) -> None:
        """Leaves the table where it is."""
