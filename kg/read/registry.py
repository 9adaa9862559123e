"""Which reader opens which source. A new kind of input is one file beside this one, and a line here."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from kg.errors import ReadError
from kg.read.compressed import inner_suffix
from kg.read.json_tables import open_json
from kg.read.many import together
from kg.read.mysql import open_mysql
from kg.read.parquet import open_parquet
from kg.read.postgresql import open_postgresql
from kg.read.sheets import open_sheet
from kg.read.source import Opened, Read, Source
from kg.read.sqlite import open_sqlite
from kg.read.tables import open_csv

FILES: dict[str, Read] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), open_csv),
    **dict.fromkeys((".json", ".geojson", ".jsonl", ".ndjson"), open_json),
    **dict.fromkeys((".parquet", ".pq"), open_parquet),
    **dict.fromkeys((".xlsx", ".xlsm"), open_sheet),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), open_sqlite),
}
"""Readers by the end of a file's name, without that of compression."""

DATABASES: dict[str, Read] = {
    **dict.fromkeys(("postgresql", "postgres"), open_postgresql),
    **dict.fromkeys(("mysql", "mariadb"), open_mysql),
}
"""Readers by the scheme of an address."""

FORMULATIONS: dict[str, Read] = {
    **dict.fromkeys(("CSV", ""), open_csv),
    "JSONPath": open_json,
    **dict.fromkeys(("SQL2008Table", "SQL2008Query", "SQLTable", "SQLQuery"), open_sqlite),
}
"""Readers by the reference formulation of a mapping, for names that tell nothing."""

_PATTERN = re.compile(r"[*?\[]")


def is_address(path: str) -> bool:
    """Return whether a source is a database on a server."""
    return path.partition("://")[0] in DATABASES and "://" in path


def find_files(path: str, folders: Sequence[Path]) -> tuple[list[Path], str | None]:
    """Return the files that a source names, looked for in one folder after another, and the sheet it names.

    A folder gives its files of known kinds, a pattern what it matches, both in the order of their names.
    """
    for folder in folders:
        found = _in(folder, path)
        if found:
            return found, None
        file, mark, sheet = path.rpartition("#")
        if mark and (folder / file).is_file():
            return [folder / file], sheet
    return [], None


def _in(folder: Path, path: str) -> list[Path]:
    place = folder / path
    if place.is_file():
        return [place]
    if place.is_dir():
        return sorted(each for each in place.iterdir() if each.is_file() and inner_suffix(each) in FILES)
    if not _PATTERN.search(path):
        return []
    anchor = Path(place.anchor) if Path(path).is_absolute() else folder
    pattern = str(Path(path).relative_to(Path(path).anchor)) if Path(path).is_absolute() else path
    return sorted(each for each in anchor.glob(pattern) if each.is_file())


def open_source(connection: duckdb.DuckDBPyConnection, source: Source, files: Sequence[Path] = ()) -> Opened:
    """Return the relation of a database, or of one or more files of one kind; ReadError where it cannot be had."""
    if source.address:
        return DATABASES[source.address.partition("://")[0]](connection, source)
    opened = [_reader(file, source)(connection, replace(source, file=file)) for file in files or (source.file,)]
    relation = together(str(source.file), [each.relation for each in opened])
    rows_of = f"{source.file} {source.iterator or ''}".strip()
    problems = tuple(problem for each in opened for problem in each.problems)
    return Opened(replace(relation, rows_of=rows_of), problems)


def _reader(file: Path, source: Source) -> Read:
    """Return the reader of a file: by the formulation where that says JSON, else by its name."""
    by_name, by_formulation = FILES.get(inner_suffix(file)), FORMULATIONS.get(source.formulation)
    if by_formulation is None:
        known = ", ".join(sorted(filter(None, FORMULATIONS)))
        reason = f"the reference formulation {source.formulation!r} is not read; there are {known}"
        raise ReadError(reason, file=file, value=source.formulation)
    return open_json if by_formulation is open_json else by_name or by_formulation
