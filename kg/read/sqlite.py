"""SQLite files -> relations with natural datatypes: of the declared type of a column, else of each value."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb

from kg.errors import ReadError
from kg.model import Problem
from kg.read.databases import check_columns, select_of
from kg.read.source import Opened, Source
from kg.read.spool import spool
from kg.read.typed import (
    TypedColumn,
    canonical_decimal,
    canonical_double,
    identifier,
    plain_double,
    quoted,
    typed_relation,
    without_zeros,
)
from kg.vocabulary import XSD

_KINDS = {int: "i", float: "d", str: "s", bytes: "b"}
_DATATYPES = {"i": "integer", "d": "double", "s": "string", "b": "hexBinary"}
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_DECLARED = (
    ("BOOL", "boolean"),
    ("DATETIME", "dateTime"),
    ("TIMESTAMP", "dateTime"),
    ("DATE", "date"),
    ("TIME", "time"),
)
_EXACT = re.compile(r"DECIMAL|NUMERIC")


def open_sqlite(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a table or query; ReadError where it cannot be had."""
    query, shown = select_of(source, identifier)
    if not source.file.is_file():
        raise ReadError("cannot be read: no such file", file=source.file)
    try:
        with closing(sqlite3.connect(f"{source.file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            declared = {} if shown == "a query" else _declared(database, shown)
            database.set_authorizer(_may)
            cursor = database.execute(query)
            names = [str(each[0]) for each in cursor.description]
            check_columns(names, str(source.file))
            return _Table(source.file, names, declared).opened(connection, cursor)
    except sqlite3.Error as error:
        raise ReadError(f"{shown} cannot be read: {error}", file=source.file) from error


def _may(action: int, *_: object) -> int:
    """Allow queries to read this file and nothing else (no ATTACH, no PRAGMA)."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _declared(database: sqlite3.Connection, table: str) -> dict[str, str]:
    name = table.rpartition(".")[2].strip('"`')
    rows = database.execute("SELECT name, type FROM pragma_table_info(?)", [name])
    return {str(column): str(kind).upper() for column, kind in rows}


class _Table:
    """The rows of one query, and which kinds of values each column was seen to hold."""

    def __init__(self, path: Path, names: list[str], declared: dict[str, str]) -> None:
        self.path, self.names, self.declared = path, names, declared
        self.kinds: list[set[str]] = [set() for _ in names]
        self.problems: list[Problem] = []

    def opened(self, connection: duckdb.DuckDBPyConnection, cursor: sqlite3.Cursor) -> Opened:
        """Return the relation; its table has a letter for the kind of each value in one more column."""
        table = spool(connection, self._rows(cursor), len(self.names) + 1, of=self.path.name)
        columns = [self._column(i, name) for i, name in enumerate(self.names)]
        return Opened(typed_relation(self.path.name, columns, table, "n"), tuple(self.problems))

    def _rows(self, cursor: sqlite3.Cursor) -> Iterator[tuple[int, list[str | None]]]:
        for number, row in enumerate(cursor, 1):
            letters = "".join(_KINDS.get(type(each), "-") for each in row)
            texts = [_text(each) for each in row]
            if any(each and "\0" in each for each in texts):
                self.problems.append(Problem("read", self.path.name, number, "", "the row holds a NUL character"))
                continue
            for kinds, letter in zip(self.kinds, letters, strict=True):
                kinds.add(letter)
            yield number, [*texts, letters]

    def _column(self, i: int, name: str) -> TypedColumn:
        code, kinds = f"c{i}", self.kinds[i] - {"-"}
        stated = self._stated(name, code, kinds)
        if stated is not None:
            return stated
        if kinds <= {"s"}:
            return TypedColumn(name, code)
        if kinds == {"d"}:
            return TypedColumn(name, plain_double(code), "double", canonical_double(code))
        if len(kinds) == 1:
            return TypedColumn(name, code, _DATATYPES[min(kinds)])
        letter = f"substr(c{len(self.names)}, {i + 1}, 1)"
        types = " ".join(f"WHEN {quoted(one)} THEN {quoted(XSD + datatype)}" for one, datatype in _DATATYPES.items())
        plain, form = (
            f"CASE {letter} WHEN 'd' THEN {of(code)} ELSE {code} END" for of in (plain_double, canonical_double)
        )
        return TypedColumn(name, plain, form=form, types=f"CASE {letter} {types} END")

    def _stated(self, name: str, code: str, kinds: set[str]) -> TypedColumn | None:
        """Return a column by its declared type, as far as SQLite has no such values itself and the values fit."""
        kind = self.declared.get(name, "")
        datatype = next((found for begin, found in _DECLARED if kind.startswith(begin)), None)
        if datatype == "boolean" and kinds <= {"i"}:
            return TypedColumn(
                name, f"CASE {code} WHEN '0' THEN 'false' WHEN '1' THEN 'true' ELSE {code} END", datatype
            )
        if datatype == "dateTime" and kinds <= {"s"}:
            return TypedColumn(name, without_zeros(f"replace({code}, ' ', 'T')"), datatype)
        if datatype in {"date", "time"} and kinds <= {"s"}:
            return TypedColumn(name, code, datatype)
        if _EXACT.match(kind) and kinds <= {"i", "d"}:
            return TypedColumn(name, code, "decimal", canonical_decimal(code))
        return None


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.hex().upper() if isinstance(value, bytes) else str(value)
