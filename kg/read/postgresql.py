"""PostgreSQL -> relations with natural datatypes, by ADBC: rows come as Arrow, batch by batch."""

from itertools import count
from typing import TYPE_CHECKING

import duckdb

from kg.errors import ReadError
from kg.model import Problem
from kg.read.databases import check_columns, parse_address, select_of
from kg.read.source import Opened, Source
from kg.read.typed import TypedColumn, canonical_decimal, identifier, typed_column, typed_relation

if TYPE_CHECKING:
    from pyarrow import Field, RecordBatchReader

DUCKDB_TYPES = {
    "bool": "BOOLEAN",
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "BIGINT"),
    **dict.fromkeys(("float4", "float8"), "DOUBLE"),
    "numeric": "DECIMAL",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "bytea": "BLOB",
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "char", "citext", "uuid", "json", "jsonb"), "VARCHAR"),
}
"""The types that are read; of any other the driver gives its own bytes, so the query must cast it."""

_numbers = count(1)


def open_postgresql(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a table or query; ReadError, without secrets, where it cannot be had."""
    try:
        from adbc_driver_manager import Error
        from adbc_driver_postgresql.dbapi import connect
    except ImportError as error:
        raise ReadError("PostgreSQL needs ADBC: pip install 'cluster-kg[databases]'") from error
    address = parse_address(source.address)
    query, shown = select_of(source, identifier)
    file = f"{address.named} {shown}"
    try:
        with connect(address.url) as database, database.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(query)
            return _opened(connection, cursor.fetch_record_batch(), file)
    except (Error, duckdb.Error) as error:
        raise ReadError(address.without_secrets(error), file=file) from (None if address.secrets else error)


def _opened(connection: duckdb.DuckDBPyConnection, reader: "RecordBatchReader", file: str) -> Opened:
    fields = [(str(each.name), _type(each)) for each in reader.schema]
    check_columns([name for name, _ in fields], file)
    given, table = f"postgresql_{next(_numbers)}", f"table_of_postgresql_{next(_numbers)}"
    known = [(name, kind) for name, kind in fields if kind in DUCKDB_TYPES]
    if not known:
        raise ReadError("the query gives no column of a type that is read", file=file)
    connection.register(given, reader)
    listed = ", ".join(identifier(name) for name, _ in known)
    connection.execute(f"CREATE TABLE {table} AS SELECT {listed} FROM {given}").fetchall()
    connection.unregister(given)
    problems = tuple(
        Problem("read", file, None, name, f"column {name!r} has the type {kind}, which is not read: cast it in a query")
        for name, kind in fields
        if kind not in DUCKDB_TYPES
    )
    return Opened(typed_relation(file, (_column(*each) for each in known), table, "rowid + 1"), problems)


def _type(field: "Field") -> str:
    """Return the type as PostgreSQL calls it, which the driver hands on."""
    return str((field.metadata or {}).get(b"POSTGRESQL:type", b"?").decode())


def _column(name: str, kind: str) -> TypedColumn:
    code = identifier(name)
    if kind == "numeric":  # comes as text, so that no digit is lost
        return TypedColumn(name, code, "decimal", canonical_decimal(code))
    if kind == "float4":
        code = f"{code}::FLOAT"
    made = typed_column(name, code, DUCKDB_TYPES[kind])
    assert made is not None  # noqa: S101  # all of them are scalars
    return made
