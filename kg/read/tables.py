"""CSV and TSV files, also compressed -> relations: every column as text, an empty field as NULL.

DuckDB reads a sound file at full speed. A file with anything odd in it (ragged rows, blank lines, bytes that are not
UTF-8, NUL) is read once more by Python's csv module, slowly, so that each bad row becomes a Problem with its number.
"""

import csv
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import count
from pathlib import Path

import duckdb

from kg.errors import ReadError
from kg.model import Problem, Relation
from kg.read.compressed import CHUNK, inner_suffix, open_bytes
from kg.read.encoding import in_utf8
from kg.read.header import check_names
from kg.read.source import Opened, Source
from kg.read.spool import LINE_BYTES
from kg.read.typed import NUMBER
from kg.read.typed import identifier as _identifier
from kg.read.typed import quoted as _quoted

__all__ = ["GLOB", "NUMBER", "connect", "delimiter", "open_csv", "open_table", "read_header"]

_log = logging.getLogger(__name__)

HELD_BYTES = 256 << 20
"""A file up to this size is held in DuckDB; a larger one is read again by each query: slower, but no memory."""

BLANK = re.compile(rb"\n[\n\r]")
BLANK_RETURN = re.compile(rb"\r\r")
"""Blank lines, which DuckDB leaves out without a word, though each is a row of a spreadsheet.

A pattern that begins with one letter is found several times as fast as any other.
"""

GLOB = frozenset("*?[{")
"""What makes DuckDB read a file name as a pattern."""

_numbers = count(1)


def connect(
    *, threads: int | None = None, memory_limit: str | None = None, temporary: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database that never loads an extension, nor reaches the network."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "async_threads": 0,  # else DuckDB 2.0 waits for ever where one of several files cannot be written
        "temp_directory": str(temporary or Path(tempfile.gettempdir()) / f"kg-{os.getpid()}"),
    }
    if threads is not None:
        config["threads"] = threads
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection


def open_csv(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a table in any encoding; ReadError when it is of no use at all."""
    file, notes = in_utf8(source.file, source.folder)
    relation, problems = open_table(connection, file)
    return Opened(relation, (*notes, *problems))


def open_table(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[Relation, list[Problem]]:
    """Return the relation of a table and the rows that are left out. Raises ReadError when it is of no use at all."""
    header = read_header(path)
    extent = _extent(path, len(header))
    if extent is not None:
        lines, size = extent
        try:
            relation = _fast(connection, path, header, size)
            if _is_whole(connection, relation, lines):
                return relation, []
        except duckdb.Error as err:
            _log.info("%s: read row by row, as DuckDB says: %s", path, str(err).partition("\n")[0])
    return _careful(connection, path, header)


def read_header(path: Path) -> tuple[str, ...]:
    """Return the column names of a table, checked."""
    try:
        with _text(path) as file:
            header = next(csv.reader(file, delimiter=delimiter(path), strict=True), None)
    except csv.Error as err:
        raise ReadError(f"the header cannot be read: {err}", file=path, line=1) from err
    if header is None:
        raise ReadError("is empty; a table needs a header row", file=path)
    _check_header(tuple(header), path)
    return tuple(header)


def delimiter(path: Path) -> str:
    """Return what separates the fields, told by the name of the file."""
    return "\t" if inner_suffix(path) in {".tsv", ".tab"} else ","


def _check_header(header: tuple[str, ...], path: Path) -> None:
    if header and header[0].startswith(("\udcff\udcfe", "\udcfe\udcff")):
        raise ReadError("is UTF-16; save it as UTF-8", file=path, line=1)
    if any(_is_broken(name) for name in header):
        raise ReadError("is not UTF-8: the header row cannot be read; save it as UTF-8", file=path, line=1)
    if any("\0" in name for name in header):
        raise ReadError("the header row holds a NUL character", file=path, line=1)
    check_names(header, path)


def _extent(path: Path, width: int) -> tuple[int, int] | None:
    """Return the lines and bytes of a file, None if it needs the careful way for what DuckDB would not report.

    Where every line ends in a line feed and has several fields, blank lines show in the number of lines; else a blank
    one and a row that ends in a carriage return would make up for each other.
    """
    if GLOB & set(str(path)):
        return None
    feeds, size, held = 0, 0, b""
    blank, telling = False, width > 1
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            edge = held + chunk[:1]
            blank = blank or BLANK.search(edge) is not None or BLANK.search(chunk) is not None
            if b"\r" in chunk:
                telling = False
            if b"\0" in chunk or (blank and not telling) or (not telling and _has_returns(edge, chunk)):
                return None
            feeds, size = feeds + chunk.count(b"\n"), size + len(chunk)
            held = chunk[-1:]
    return feeds + (held != b"\n"), size


def _has_returns(*pieces: bytes) -> bool:
    """Return whether a blank line that ends in a carriage return is in pieces of a file."""
    return any(BLANK_RETURN.search(piece) for piece in pieces)


def _fast(connection: duckdb.DuckDBPyConnection, path: Path, header: tuple[str, ...], size: int) -> Relation:
    """Return the relation of a sound file; this or a first read of it raises duckdb.Error for any other."""
    source = f"read_csv({_quoted(str(path))}, {_options(len(header), delimiter(path))})"
    if size > HELD_BYTES:
        return _relation(path, header, source, "row_number() OVER () + 1")
    name = f"table_{next(_numbers)}"
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}").fetchall()
    return _relation(path, header, name, "rowid + 2")


def _is_whole(connection: duckdb.DuckDBPyConnection, relation: Relation, lines: int) -> bool:
    """Return whether header and rows take all lines of the file, with the line feeds inside fields.

    It proves that no row is lost: DuckDB 2.0 drops a last row that is longer than its buffer without a word, and
    that is what a quote that is never closed makes of the rest of a large file. Every field is read by that, so that
    one that is not UTF-8 is found here.
    """
    fields = [_identifier(name) for name in relation.columns]
    inside = " + ".join(f"coalesce(strlen({it}) - strlen(replace({it}, chr(10), '')), 0)" for it in fields)
    broken = " OR ".join(f"contains({it}, chr(10))" for it in fields)
    lines_of_row = f"CASE WHEN {broken} THEN 1 + {inside} ELSE 1 END"
    query = f"SELECT coalesce(sum({lines_of_row}), 0) FROM ({relation.sql})"
    [(found,)] = connection.execute(query).fetchall()
    return lines == int(found) + 1 + sum(name.count("\n") for name in relation.columns)


def _careful(
    connection: duckdb.DuckDBPyConnection, path: Path, header: tuple[str, ...]
) -> tuple[Relation, list[Problem]]:
    """Return the relation of the sound rows, which go through a clean file, and a Problem for each other row."""
    problems: list[Problem] = []
    name = f"table_{next(_numbers)}"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as clean:
        writer = csv.writer(clean, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(range(len(header) + 1))
        longest = kept = 0
        for number, fields in _records(path):
            reason = _fault(fields, len(header))
            if reason:
                problems.append(Problem("read", path.name, number, _shown(fields), reason))
            elif fields:
                longest = max(longest, writer.writerow((number, *fields[: len(header)])))
                kept += 1
        clean.flush()
        size = f"max_line_size = {max(LINE_BYTES, 4 * longest)}"
        source = f"read_csv({_quoted(clean.name)}, {_options(len(header) + 1, ',')}, {size})"
        columns = ", ".join(f"c{i + 1} AS c{i}" for i in range(len(header)))
        made = f"CREATE TABLE {name} AS SELECT c0::BIGINT AS n, {columns} FROM {source}"
        [(read,)] = connection.execute(made).fetchall()
    if read != kept:
        raise ReadError(f"a row of {longest:,} characters is too long to be read", file=path)
    return _relation(path, header, name, "n"), problems


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows under the header with their numbers, blank rows as empty lists."""
    csv.field_size_limit(sys.maxsize)
    with _text(path) as file:
        reader = csv.reader(file, delimiter=delimiter(path), strict=True)
        try:
            next(reader)
            yield from enumerate(reader, 2)
        except csv.Error as err:
            raise ReadError(f"the quotes are broken: {err}", file=path, line=reader.line_num) from err


def _fault(fields: list[str], width: int) -> str:
    """Return why a row cannot be used, or nothing. Empty fields to the right of the table do no harm."""
    if fields and (len(fields) < width or any(fields[width:])):
        return f"the row has {len(fields)} fields, the header {width}"
    if any("\0" in field for field in fields):
        return "the row holds a NUL character"
    if any(_is_broken(field) for field in fields):
        return "the row holds bytes that are not UTF-8"
    return ""


def _is_broken(field: str) -> bool:
    """Return whether a text had bytes that are not UTF-8 (surrogateescape keeps them as lone surrogates)."""
    return not field.isascii() and any("\udc80" <= character <= "\udcff" for character in field)


def _shown(fields: list[str]) -> str:
    """Return a row as a Problem shows it: short, and printable."""
    joined = ",".join(fields)[:200]
    return joined.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


@contextmanager
def _text(path: Path) -> Iterator[Iterator[str]]:
    with open_bytes(path) as file, TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="") as text:
        yield text


def _relation(path: Path, header: tuple[str, ...], source: str, number: str) -> Relation:
    """Return a relation over columns c0, c1, ...: no name of the file reaches DuckDB's own names."""
    columns = ", ".join(f"c{i} AS {_identifier(name)}" for i, name in enumerate(header))
    rows = f"SELECT {number} AS {NUMBER}, {columns} FROM {source}"
    return Relation(path.name, header, f"SELECT {columns} FROM {source}", rows)


def _options(width: int, separator: str) -> str:
    """Return the options of read_csv: nothing is guessed but the kind of line end."""
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(width))
    return (
        f"header = true, auto_detect = false, delim = {_quoted(separator)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, allow_quoted_nulls = true, columns = {{{columns}}}"
    )
