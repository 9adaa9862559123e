"""Data frames and Arrow tables of Python -> relations with natural datatypes."""

from itertools import count

import duckdb

from kg.errors import ReadError
from kg.read.parquet import opened
from kg.read.source import Opened

_numbers = count(1)


def open_frame(connection: duckdb.DuckDBPyConnection, name: str, frame: object) -> Opened:
    """Return the relation of a pandas or polars data frame, or of an Arrow table or reader; its rows are copied.

    ReadError for anything else. Row numbers are those of a table with a header: the first row is row 2.
    """
    given, table = f"frame_{next(_numbers)}", f"framed_{next(_numbers)}"
    try:
        connection.register(given, frame)
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {given}").fetchall()
        connection.unregister(given)
    except (duckdb.Error, TypeError, ImportError) as error:
        reason = f"is a {type(frame).__name__}, which cannot be read as a table: {str(error).partition(chr(10))[0]}"
        raise ReadError(reason, file=name) from error
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return opened(name, [(str(each[0]), str(each[1])) for each in described], table, "rowid + 2")
