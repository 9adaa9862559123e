"""MySQL and MariaDB -> relations with natural datatypes, by PyMySQL: rows come one by one, as the server writes them."""

from collections.abc import Iterator, Sequence

import duckdb

from kg.errors import ReadError
from kg.model import Problem
from kg.read.databases import check_columns, parse_address, select_of
from kg.read.source import Opened, Source
from kg.read.spool import spool
from kg.read.typed import TypedColumn, canonical_decimal, canonical_double, plain_double, typed_relation, without_zeros

PORT = 3306
BINARY = 63
"""The character set of what is bytes, as the protocol numbers them."""

_DECIMALS, _INTEGERS, _DOUBLES = {0, 246}, {2, 3, 8, 9, 13}, {4, 5}
_TINY, _DATE, _TIMES, _MOMENTS, _BIT = 1, {10, 14}, {11}, {7, 12}, 16
_TEXTS = {249, 250, 251, 252, 253, 254, 15}
"""Type codes of the protocol (FIELD_TYPE of PyMySQL)."""


def open_mysql(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a table or query; ReadError, without secrets, where it cannot be had."""
    try:
        import pymysql
        from pymysql.converters import encoders
        from pymysql.cursors import SSCursor
    except ImportError as error:
        raise ReadError("MySQL and MariaDB need PyMySQL: pip install 'cluster-kg[databases]'") from error
    address = parse_address(source.address)
    query, shown = select_of(source, lambda name: "`" + name.replace("`", "``") + "`")
    file = f"{address.named} {shown}"
    try:
        with pymysql.connect(
            host=address.host,
            port=address.port or PORT,
            user=address.user or None,
            password=address.password.encode(),  # PyMySQL takes text for Latin-1
            database=address.name,
            charset="utf8mb4",
            conv=encoders,  # and no decoders
            cursorclass=SSCursor,
            local_infile=False,
        ) as database, database.cursor() as cursor:
            cursor.execute("START TRANSACTION READ ONLY")
            cursor.execute(query)
            result = cursor._result  # noqa: SLF001  # the only place that knows what is bytes
            fields = [(str(each.name), each.type_code, each.length, each.charsetnr) for each in result.fields]
            return _opened(connection, fields, iter(cursor), file)
    except (pymysql.MySQLError, duckdb.Error) as error:
        raise ReadError(address.without_secrets(error), file=file) from (None if address.secrets else error)


def _opened(
    connection: duckdb.DuckDBPyConnection,
    fields: Sequence[tuple[str, int, int, int]],
    rows: Iterator[Sequence[object]],
    file: str,
) -> Opened:
    check_columns([name for name, *_ in fields], file)
    problems: list[Problem] = []
    table = spool(connection, _texts(rows, file, problems), len(fields), of=file)
    columns = [_column(connection, table, f"c{i}", *field) for i, field in enumerate(fields)]
    return Opened(typed_relation(file, columns, table, "n"), tuple(problems))


def _texts(
    rows: Iterator[Sequence[object]], file: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str | None]]]:
    """Yield rows as text, bytes as hexadecimal digits."""
    for number, row in enumerate(rows, 1):
        values = [each.hex().upper() if isinstance(each, bytes) else each for each in row]
        texts = [None if each is None else str(each) for each in values]
        if any(each and "\0" in each for each in texts):
            problems.append(Problem("read", file, number, "", "the row holds a NUL character"))
        else:
            yield number, texts


def _column(  # noqa: PLR0913  # a field of the protocol
    connection: duckdb.DuckDBPyConnection, table: str, code: str, name: str, kind: int, length: int, charset: int
) -> TypedColumn:
    """Return a column; tinyint(1) is what BOOLEAN makes, and is one as long as it holds nothing but 0 and 1."""
    if kind == _TINY and length == 1:
        other = f"SELECT 1 FROM {table} WHERE {code} NOT IN ('0', '1') LIMIT 1"
        if not connection.execute(other).fetchall():
            return TypedColumn(name, f"CASE {code} WHEN '1' THEN 'true' WHEN '0' THEN 'false' END", "boolean")
    if kind in _INTEGERS or kind == _TINY:
        return TypedColumn(name, code, "integer")
    if kind in _DECIMALS:
        return TypedColumn(name, code, "decimal", canonical_decimal(code))
    if kind in _DOUBLES:
        return TypedColumn(name, plain_double(code), "double", canonical_double(code))
    if kind in _DATE:
        return TypedColumn(name, code, "date")
    if kind in _TIMES:
        return TypedColumn(name, without_zeros(code), "time")
    if kind in _MOMENTS:
        return TypedColumn(name, without_zeros(f"replace({code}, ' ', 'T')"), "dateTime")
    return TypedColumn(name, code, "hexBinary" if kind == _BIT or (kind in _TEXTS and charset == BINARY) else "")
