"""Parquet files -> relations with natural datatypes; members of structs are columns such as address.city."""

import re
from collections.abc import Iterator

import duckdb

from kg.errors import ReadError
from kg.model import Problem
from kg.read.source import Opened, Source
from kg.read.typed import TypedColumn, identifier, quoted, typed_column, typed_relation

PATTERN = re.compile(r"([*?\[])")
"""What makes DuckDB read a file name as a pattern; a class of one sign stands for the sign itself."""


def open_parquet(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a Parquet file; it is not held in memory. ReadError where it cannot be read."""
    name = PATTERN.sub(r"[\1]", str(source.file))
    rows = f"read_parquet({quoted(name)}, file_row_number = true)"
    try:
        if not source.file.is_file():
            raise ReadError("cannot be read: no such file", file=source.file)
        described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {rows}").fetchall()
    except duckdb.Error as error:
        raise ReadError(f"is not a Parquet file that can be read: {_first_line(error)}", file=source.file) from error
    return opened(source.file.name, [(str(each[0]), str(each[1])) for each in described], rows, "file_row_number + 1")


def opened(file: str, described: list[tuple[str, str]], rows: str, number: str) -> Opened:
    """Return the relation of columns given with DuckDB's types; those of several values are left out, and said."""
    columns: list[TypedColumn] = []
    problems: list[Problem] = []
    for name, code, kind in _scalars(described):
        column = typed_column(name, code, kind)
        if column is None:
            reason = f"column {name!r} holds values of type {kind[:60]}, which are not read"
            problems.append(Problem("read", file, None, name, reason))
        else:
            columns.append(column)
    if not columns:
        raise ReadError("has no column that can be read", file=file)
    return Opened(typed_relation(file, columns, rows, number), tuple(problems))


def _scalars(described: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the name, SQL and type of each column, of structs those of their members."""
    for name, kind in described:
        yield from _members(name, identifier(name), kind)


def _members(name: str, code: str, kind: str) -> Iterator[tuple[str, str, str]]:
    if not (kind.startswith("STRUCT(") and kind.endswith(")")):
        yield name, code, kind
        return
    for member, of in struct_members(kind):
        yield from _members(f"{name}.{member}", f"struct_extract({code}, {quoted(member)})", of)


def struct_members(kind: str) -> list[tuple[str, str]]:
    """Return the members of a struct type with their types.

    >>> struct_members('STRUCT(k INTEGER, "a b" STRUCT(z DECIMAL(10,2)))')
    [('k', 'INTEGER'), ('a b', 'STRUCT(z DECIMAL(10,2))')]
    """
    parts, depth, inside, held = [], 0, False, ""
    for sign in kind.removeprefix("STRUCT(")[:-1]:
        inside ^= sign == '"'
        depth += 0 if inside else (sign == "(") - (sign == ")")
        if sign == "," and depth == 0 and not inside:
            parts.append(held.strip())
            held = ""
        else:
            held += sign
    members = (re.fullmatch(r'(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)', part, re.DOTALL) for part in (*parts, held.strip()))
    return [((found[1] or found[2]).replace('""', '"'), found[3]) for found in members if found]


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
