"""Which lines two sets of large parts do not share: found by DuckDB, in a tenth of the time that sorting takes.

Lines are told apart by their MD5 values (128 bits), as the names of parts are.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kg.errors import PublishError
from kg.store.lines import number_of_lines

MEMORY = "1500MB"
"""What may be held; more waits in files."""

_LINES = "columns = {line: 'VARCHAR'}, header = false, auto_detect = false, delim = chr(1), quote = '', escape = ''"
"""How DuckDB reads a file as lines: no line of N-Triples has the delimiter, as control characters are escaped."""

_TYPED = """contains(line, '"^^<')"""
_STEM = "split_part(line, '\"', 1)"
"""Subject and predicate of a line whose object is a literal."""


def write_unshared(before: Sequence[Path], after: Sequence[Path], folder: Path) -> tuple[Path, Path]:
    """Writes the lines of each side that the other has not, sorted; returns the two files.

    Lines of both sides are in both files where a reader may need them: those with a node without a name, and values of
    a subject and predicate of which one is gone, as a store may take two spellings for one value.
    PublishError where a part is damaged.
    """
    files = folder / "before.lines", folder / "after.lines"
    with _database(folder) as database:
        for name, parts in (("old", before), ("new", after)):
            database.execute(f"CREATE TABLE {name} AS SELECT md5_number(line) AS key FROM ({_select(parts)})")
            _check(database, name, parts)
        for name, other, parts in (("gone", "new", before), ("come", "old", after)):
            lines = f"SELECT line, md5_number(line) AS key FROM ({_select(parts)})"
            database.execute(
                f"CREATE TABLE {name} AS SELECT line FROM ({lines}) l LEFT JOIN {other} o ON o.key = l.key "
                "WHERE o.key IS NULL OR contains(line, '_:')"
            )
        stems = f"SELECT DISTINCT {_STEM} AS stem FROM gone WHERE {_TYPED}"
        kept = f"SELECT line FROM ({_select(after)}) WHERE {_TYPED} AND {_STEM} IN ({stems})"
        database.execute(f"CREATE TABLE kept AS {kept} AND md5_number(line) IN (SELECT key FROM old)")
        for file, name in zip(files, ("gone", "come"), strict=True):
            rows = f"SELECT line FROM {name} UNION SELECT line FROM kept ORDER BY line"
            database.execute(f"COPY ({rows}) TO {_text(file)} (FORMAT CSV, HEADER false, QUOTE '', DELIMITER '\\x01')")
    return files


def lines_about(parts: Sequence[Path], lines: Iterable[bytes], folder: Path) -> list[bytes]:
    """The lines of parts with subject and predicate of one of these lines; parts are only read if there are any."""
    stems = sorted({b" ".join(line.split(b" ", 2)[:2]).decode() for line in lines})
    if not stems:
        return []
    with _database(folder) as database:
        database.execute("CREATE TABLE stems AS SELECT unnest(?::VARCHAR[]) AS stem", [stems])
        stem = "split_part(line, ' ', 1) || ' ' || split_part(line, ' ', 2)"
        found = database.execute(f"SELECT line FROM ({_select(parts)}) WHERE {stem} IN (SELECT stem FROM stems)")
        return [line.encode() for (line,) in found.fetchall()]


@contextmanager
def _database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=config) as database:
            database.execute("SET enable_progress_bar = false")
            yield database
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise PublishError(f"the parts of a release cannot be compared: {reason}", file=folder) from error


def _check(database: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Path]) -> None:
    expected = sum(map(number_of_lines, parts))
    found = database.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    if found != expected:
        raise PublishError(f"the release is damaged: its parts have {found:,} lines, not {expected:,}", file=parts[0])


def select_lines(files: Sequence[Path], compression: str = "none") -> str:
    """A SELECT of the lines of files of N-Triples or N-Quads."""
    names = ", ".join(_text(path) for path in files)
    return f"SELECT line FROM read_csv([{names}], compression = '{compression}', {_LINES})"


def _select(parts: Sequence[Path]) -> str:
    return select_lines(parts, "zstd") if parts else "SELECT NULL::VARCHAR AS line WHERE false"


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
