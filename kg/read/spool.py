"""Rows that Python reads -> a table of DuckDB, by way of a temporary file: no library is needed, and it is quick.

Nothing is held in memory, and an empty text stays apart from no value.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import count

import duckdb

from kg.errors import ReadError
from kg.read.typed import quoted

NULL = "\x02"
"""What stands for no value in the file; no line of it has another character of this kind alone in a field."""

LINE_BYTES = 2 << 20
"""The longest row that DuckDB reads unless told otherwise."""

_numbers = count(1)


def spool(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[tuple[int, Sequence[str | None]]],
    width: Callable[[], int] | int,
    *,
    of: str,
) -> str:
    """Return the name of a table of the columns n (BIGINT) and c0, c1, ... with the rows of the file `of`.

    `width` may be asked for when all rows have been seen; rows that are shorter end in no values.
    """
    name = f"spooled_{next(_numbers)}"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        longest = kept = 0
        for number, values in rows:
            longest = max(longest, writer.writerow((number, *(NULL if each is None else each for each in values))))
            kept += 1
        file.flush()
        fields = width if isinstance(width, int) else width()
        typed = ", ".join(["n: 'BIGINT'", *(f"c{i}: 'VARCHAR'" for i in range(fields))])
        source = (
            f"read_csv({quoted(file.name)}, header = false, auto_detect = false, delim = ',', quote = '\"', "
            f"escape = '\"', strict_mode = true, null_padding = true, nullstr = {quoted(NULL)}, "
            f"allow_quoted_nulls = true, columns = {{{typed}}}, max_line_size = {max(LINE_BYTES, 4 * longest)})"
        )
        [(read,)] = connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}").fetchall()
    if read != kept:
        raise ReadError(f"a row of {longest:,} characters is too long to be read", file=of)
    return name
