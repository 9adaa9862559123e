"""MySQL and MariaDB -> relations with natural datatypes, by PyMySQL: rows one by one, as the server writes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

_TINY, _BIT = 1, 16
_DATATYPES = {
    **dict.fromkeys((1, 2, 3, 8, 9, 13), "integer"),
    **dict.fromkeys((0, 246), "decimal"),
    **dict.fromkeys((4, 5), "double"),
    **dict.fromkeys((10, 14), "date"),
    **dict.fromkeys((7, 12), "dateTime"),
    11: "time",
    _BIT: "hexBinary",
}
"""Natural datatypes by the type codes of the protocol (FIELD_TYPE of PyMySQL); any other is text or bytes."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of a result, as the protocol describes it."""

    name: str
    code: int
    length: int
    is_binary: bool


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
        with (
            pymysql.connect(
                host=address.host,
                port=address.port or PORT,
                user=address.user or None,
                password=address.password.encode(),  # PyMySQL takes text for Latin-1
                database=address.name,
                charset="utf8mb4",
                conv=dict(encoders.items()),  # and no decoders
                cursorclass=SSCursor,
                local_infile=False,
            ) as database,
            database.cursor() as cursor,
        ):
            cursor.execute("START TRANSACTION READ ONLY")
            cursor.execute(query)
            described = vars(cursor)["_result"].fields  # the only place that knows what is bytes
            fields = [
                _Field(str(each.name), each.type_code, each.length, each.charsetnr == BINARY) for each in described
            ]
            return _opened(connection, fields, iter(cursor), file)
    except (pymysql.MySQLError, duckdb.Error) as error:
        raise ReadError(address.without_secrets(error), file=file) from (None if address.secrets else error)


def _opened(
    connection: duckdb.DuckDBPyConnection,
    fields: Sequence[_Field],
    rows: Iterator[Sequence[object]],
    file: str,
) -> Opened:
    check_columns([each.name for each in fields], file)
    problems: list[Problem] = []
    table = spool(connection, _texts(rows, file, problems), len(fields), of=file)
    columns = [_column(connection, table, f"c{i}", field) for i, field in enumerate(fields)]
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


def _column(connection: duckdb.DuckDBPyConnection, table: str, code: str, field: _Field) -> TypedColumn:
    """Return a column; tinyint(1) is what BOOLEAN makes, and is one as long as it holds nothing but 0 and 1."""
    name, datatype = field.name, _DATATYPES.get(field.code, "")
    if field.code == _TINY and field.length == 1:
        other = f"SELECT 1 FROM {table} WHERE {code} NOT IN ('0', '1') LIMIT 1"
        if not connection.execute(other).fetchall():
            return TypedColumn(name, f"CASE {code} WHEN '1' THEN 'true' WHEN '0' THEN 'false' END", "boolean")
    if datatype == "decimal":
        return TypedColumn(name, code, datatype, canonical_decimal(code))
    if datatype == "double":
        return TypedColumn(name, plain_double(code), datatype, canonical_double(code))
    if datatype in {"time", "dateTime"}:
        code = without_zeros(f"replace({code}, ' ', 'T')")
    return TypedColumn(name, code, datatype or ("hexBinary" if field.is_binary else ""))
