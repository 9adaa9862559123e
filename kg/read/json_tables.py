"""JSON and JSON Lines -> relations: the iterator gives the records, each reference a column.

DuckDB reads what has plain paths ($, $[*], $.a.b[*], references such as $.a['b c'][*].d) at full speed. Any other path
of RFC 9535 (filters, slices, .., unions) goes through the library python-jsonpath, as does a file that has a fault in
it, so that each bad line of JSON Lines becomes a Problem. A file of several documents gives the records of each.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import duckdb

from kg.errors import ReadError
from kg.json_paths import compiled, is_singular, normal, steps
from kg.model import RECORD, Problem
from kg.read.compressed import CHUNK, inner_suffix, open_bytes, size_of
from kg.read.encoding import in_utf8
from kg.read.json_values import JsonColumn, json_relation
from kg.read.source import Opened, Source
from kg.read.spool import spool
from kg.read.typed import quoted

if TYPE_CHECKING:
    from jsonpath import JSONPathMatch

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_log = logging.getLogger(__name__)

LINES = frozenset({".jsonl", ".ndjson"})
OBJECT_BYTES = 16 << 20
"""The largest record that DuckDB reads unless told otherwise."""

PATTERN = frozenset("*?[{")
"""What makes DuckDB read a file name as a pattern."""

_numbers = count(1)


def open_json(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a JSON file; ReadError where it, its iterator or a reference cannot be used at all."""
    file, notes = in_utf8(source.file, source.folder)
    iterator = source.iterator or "$"
    compiled(iterator)
    paths = {each: normal(each) for each in source.references if each != RECORD}
    several = {each: not is_singular(path) for each, path in paths.items()}
    columns = [JsonColumn(each, f"c{i}", several[each]) for i, each in enumerate(paths)]
    table, found = f"json_{next(_numbers)}", []
    if not _fast(connection, file, iterator, paths, table):
        found = _careful(connection, file, iterator, columns, table)
    columns += [JsonColumn(RECORD, "n")] if RECORD in source.references else []
    relation, problems = json_relation(connection, source.file.name, table, columns)
    return Opened(relation, (*notes, *found, *problems))


def _fast(
    connection: duckdb.DuckDBPyConnection, file: Path, iterator: str, paths: Mapping[str, str], table: str
) -> bool:
    """Create the table of records; return whether that could be done: paths are plain, and the file is sound."""
    parts, plain = steps(iterator), [steps(path) for path in paths.values()]
    if parts is None or PATTERN & set(str(file)):
        return False
    columns = ["n"]
    for i, one in enumerate(plain):
        if one is None:
            return False
        columns.append(f"{_several('record', one) if '*' in one else _single('record', one)} AS c{i}")
    try:
        connection.execute(
            f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM ({_records(file, parts)})"
        ).fetchall()
        rows = _rows(connection, table)
        return rows == _line_count(file) if _is_lines(file) and not parts else rows > 0
    except duckdb.Error as error:
        _log.info("%s: read by Python, as DuckDB says: %s", file, str(error).partition("\n")[0])
        return False


def _records(file: Path, parts: list[str]) -> str:
    """Return a SELECT of n and record: every record of the file, in order."""
    if _is_lines(file):
        form, size = "newline_delimited", OBJECT_BYTES
    elif parts[:1] == ["*"]:  # one element of the array at a time
        form, parts, size = "array", parts[1:], OBJECT_BYTES
    else:
        form, size = "unstructured", max(OBJECT_BYTES, size_of(file) + 1)
    documents = f"read_json_objects({quoted(str(file))}, format = '{form}', maximum_object_size = {size})"
    found = f"unnest({_several('json', parts)})" if "*" in parts else _single("json", parts)
    records = f"SELECT {found} AS record FROM {documents}"
    return f"SELECT row_number() OVER () AS n, record FROM ({records}) WHERE record IS NOT NULL"


def _single(code: str, parts: list[str]) -> str:
    return f"json_extract({code}, {quoted('$' + ''.join(parts))})"


def _several(code: str, parts: list[str], depth: int = 0) -> str:
    """Return the SQL of the list of values of a path with wildcards; that of an object gives its members."""
    star = parts.index("*")
    node = _single(code, parts[:star]) if star else code
    items = (
        f"CASE json_type({node}) WHEN 'ARRAY' THEN json_extract({node}, '$[*]') "
        f"WHEN 'OBJECT' THEN json_extract({node}, '$.*') END"
    )
    rest, item = parts[star + 1 :], f"x{depth}"
    if not rest:
        return items
    if "*" in rest:
        return f"flatten(list_transform({items}, lambda {item}: {_several(item, rest, depth + 1)}))"
    inner = f"list_transform({items}, lambda {item}: {_single(item, rest)})"
    return f"list_filter({inner}, lambda {item}: {item} IS NOT NULL)"


def _careful(
    connection: duckdb.DuckDBPyConnection, file: Path, iterator: str, columns: list[JsonColumn], table: str
) -> list[Problem]:
    """Create the table of records by Python; return a Problem for each bad line."""
    problems: list[Problem] = []
    chosen = _chosen(file, iterator, columns, problems)
    spooled = spool(connection, chosen, len(columns), of=file.name)
    listed = ", ".join(
        ["n", *(f"json_extract({each.code}, '{'$[*]' if each.several else '$'}') AS {each.code}" for each in columns)]
    )
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {listed} FROM {spooled}").fetchall()
    connection.execute(f"DROP TABLE {spooled}").fetchall()
    return problems


def _chosen(
    file: Path, iterator: str, columns: list[JsonColumn], problems: list[Problem]
) -> Iterator[tuple[int, list[str | None]]]:
    """Yield what the references give of each record, as JSON; rows of JSON Lines have the number of their line."""
    records, references = compiled(iterator), [compiled(normal(each.reference)) for each in columns]
    number = 0
    for line, document in _documents(file, problems):
        for record in _found(records.finditer(_whole(document))):
            number = line if line and iterator == "$" else number + 1
            values: list[str | None] = []
            for column, reference in zip(columns, references, strict=True):
                found = list(_found(reference.finditer(_whole(record))))
                value = found if column.several else found[0] if found else None
                values.append(None if value is None else json.dumps(value, ensure_ascii=False))
            yield number, values


def _whole(value: Json) -> Json:
    """The value as the library takes it for itself: a text it reads as a document, whatever stands in it."""
    return json.dumps(value) if isinstance(value, str) else value


def _found(matches: "Iterable[JSONPathMatch]") -> Iterator[Json]:
    """Yield the values of matches; a path that visits too deep a document is an error of the document."""
    from jsonpath import JSONPathError

    try:
        for match in matches:
            yield cast("Json", match.obj)
    except (JSONPathError, RecursionError) as error:
        raise ReadError(f"is nested too deeply to be read: {str(error).partition(chr(10))[0]}") from error


def _documents(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Json]]:
    """Yield the documents of a file with the numbers of their lines, 0 where a document is no line."""
    if _is_lines(file):
        yield from _lines(file, problems)
        return
    with open_bytes(file) as opened:
        text = opened.read().decode("utf-8-sig", "replace")
    decoder, position = json.JSONDecoder(), len(text) - len(text.lstrip())
    if position == len(text):
        raise ReadError("is empty; there is no JSON in it", file=file)
    while position < len(text):
        try:
            document, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise ReadError(
                f"is not valid JSON: {error.msg} (column {error.colno})", file=file, line=error.lineno
            ) from error
        except RecursionError as error:
            raise ReadError("is nested too deeply to be read", file=file) from error
        yield 0, document
        position += len(text[position:]) - len(text[position:].lstrip())


def _lines(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Json]]:
    with open_bytes(file) as opened:
        for number, line in enumerate(opened, 1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line.decode("utf-8-sig"))
            except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
                shown = line[:200].decode("utf-8", "backslashreplace").strip()
                problems.append(Problem("read", file.name, number, shown, f"the line is not valid JSON: {error}"))


def _is_lines(file: Path) -> bool:
    return inner_suffix(file) in LINES


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows)


def _line_count(file: Path) -> int:
    """Return the number of lines, the last one with or without its line feed."""
    feeds, last = 0, b"\n"
    with open_bytes(file) as opened:
        while chunk := opened.read(CHUNK):
            feeds, last = feeds + chunk.count(b"\n"), chunk[-1:]
    return feeds + (last != b"\n")
