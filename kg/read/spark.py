"""Tables on Spark: a session, and CSV files -> relations in Spark's SQL with the same rows as `tables` gives.

The workers read a sound file, once, into Parquet with every column as text. A file with anything odd in it goes through
`tables` on the driver instead, so that one reader decides what a bad row is.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kg.errors import KgError
from kg.model import Problem, Relation
from kg.read.tables import GLOB, NUMBER, delimiter, open_table, read_header

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROWS_A_FILE = 250_000
"""How many rows a file of Parquet holds: what one task reads at a time."""

SMALL_BYTES = 8 << 20
"""A file up to this size goes through the driver, which has done before the workers are told."""

_HEADER_ROWS = 2
"""The number of the first row under the header."""


@contextmanager
def spark_session(master: str) -> Iterator["SparkSession"]:
    """Give a session on a master; one that is at work already is used, and left alone, whatever its master."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise KgError("Spark is not installed; it is an extra: pip install 'cluster-kg[spark]'") from error
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active.newSession()
        return
    _check_java()
    session = _start(master)
    try:
        yield session
    finally:
        session.stop()


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home, "bin")) if home else None) is None:
        place = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise KgError(f"Spark needs Java 17 or later, and there is no java {place}")


def _start(master: str) -> "SparkSession":
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("cluster-kg").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        for name in ("spark.driver.host", "spark.driver.bindAddress"):
            builder = builder.config(name, "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false")
    try:
        session = builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        raise KgError(f"Spark does not start on {master}: {str(error).strip().partition(chr(10))[0]}") from error
    session.sparkContext.setLogLevel("ERROR")
    return session


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the lines of a sound file end, and whether fields hold line breaks: then one task reads the whole file."""

    line_end: str
    broken_fields: bool


class SparkTables:
    """Opens tables in a session. `folder` is seen by all workers, and belongs to the caller, who removes it."""

    def __init__(
        self,
        session: "SparkSession",
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        *,
        small: int = SMALL_BYTES,
    ) -> None:
        self._session, self._connection, self._folder, self._small = session, connection, folder, small
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, path: Path) -> tuple[Relation, list[Problem]]:
        """Return the relation of a table and the rows that are left out, as `open_table` does."""
        header = read_header(path)
        target = self._folder / f"table-{sum(1 for _ in self._folder.iterdir())}"
        layout = self._layout(path) if path.stat().st_size > self._small else None
        relation = None if layout is None else self._by_workers(path, header, layout, target)
        return (relation, []) if relation is not None else self._by_driver(path, header, target)

    def _layout(self, path: Path) -> _Layout | None:
        """Return how to read a file, None if it is not plain CSV as RFC 4180 has it: quotes, line ends, UTF-8."""
        if GLOB & set(str(path)) or path.suffix.lower() not in {".csv", ".tsv", ".tab"}:
            return None
        lines = self._session.read.text(_location(path), lineSep="\n")
        sign = "\\t" if delimiter(path) == "\t" else ","
        field = f'(?:"(?:[^"]|"")*+"|[^"{sign}\\r]*+)'
        whole = f"\\A{field}(?:{sign}{field})*+\\r?\\z"
        signs = {
            "lines": "count(*)",
            "odd": "count_if(length(value) % 2 <> length(replace(value, '\"', '')) % 2)",
            "returns": "count_if(endswith(value, '\\r'))",
            "inner": "count_if(contains(substr(value, 1, length(value) - 1), '\\r'))",
            "wrong": f"count_if(NOT regexp_like(value, r'{whole}'))",
            "stray": f"count_if(regexp_like(value, r'[^\"{sign}\\r](?<!\")\"(?:\"\")*+[^\"{sign}\\r]'))",
            "loose": "count_if(contains(substr(value, 1, length(value) - 1), '\\r') AND NOT contains(value, '\"'))",
            "bad": r"""count_if(contains(value, chr(0)) OR NOT is_valid_utf8(value)
                OR regexp_like(value, r'\A[\x00-\x20]*\z'))""",
        }
        [row] = lines.selectExpr(*(f"{code} AS {name}" for name, code in signs.items())).collect()
        strict = not row["wrong"] if not row["odd"] else not (row["stray"] or row["loose"])
        if row["bad"] or not strict or row["returns"] not in {0, row["lines"]}:
            return None
        line_end = "\r\n" if row["returns"] else "\n"
        return _Layout(line_end, bool(row["odd"] or (row["returns"] and row["inner"])))

    def _by_workers(self, path: Path, header: tuple[str, ...], layout: _Layout, target: Path) -> Relation | None:
        """Return the relation of a file that has no bad row, None for any other."""
        columns = [f"c{i}" for i in range(len(header))]
        read = self._csv(path, columns, layout).selectExpr(
            "monotonically_increasing_id() AS id",
            "_metadata.file_block_start AS split",
            "bad IS NOT NULL AS bad",
            *(f"nullif({column}, '') AS {column}" for column in columns),
        )
        read.write.option("maxRecordsPerFile", ROWS_A_FILE).parquet(_location(target))
        view = self._view(target, f"id BIGINT, split BIGINT, bad BOOLEAN, {_texts(columns)}")
        counts = f"SELECT split, min(id), count(*), count_if(bad) FROM {view} GROUP BY split ORDER BY split"
        splits = self._session.sql(counts).collect()
        if any(bad for *_, bad in splits):
            return None
        shifts, rows = [], _HEADER_ROWS
        for split, first, times, _ in splits:
            shifts.append(f"({split}, {rows - first})")
            rows += times
        if len(shifts) < 2:
            return _relation(path, header, view, f"id + {rows - splits[0][2] - splits[0][1] if splits else 0}")
        values = f"(VALUES {', '.join(shifts)}) AS s(number, shift) ON number = split"
        return _relation(path, header, view, "id + shift", f" JOIN {values}")

    def _csv(self, path: Path, columns: list[str], layout: _Layout) -> "DataFrame":
        return self._session.read.csv(
            _location(path),
            schema=f"{_texts(columns)}, bad STRING",
            columnNameOfCorruptRecord="bad",
            sep=delimiter(path),
            quote='"',
            escape='"',
            header=True,
            encoding="UTF-8",
            multiLine=layout.broken_fields,
            # Without it, Spark guesses the line end of such a file, and changes those inside fields to it.
            lineSep=layout.line_end if layout.broken_fields or layout.line_end == "\n" else None,
            maxColumns=len(columns) + 1,
            maxCharsPerColumn=-1,
        )

    def _by_driver(self, path: Path, header: tuple[str, ...], target: Path) -> tuple[Relation, list[Problem]]:
        """Return the relation of a table that DuckDB reads, and writes where the workers find it."""
        relation, problems = open_table(self._connection, path)
        return self.copy(relation, target), problems

    def copy(self, relation: Relation, target: Path) -> Relation:
        """Return the relation of Spark that holds what a relation of DuckDB does."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        columns = [f"c{i}" for i in range(len(relation.columns))]
        names = ", ".join(columns)
        query = f"SELECT * FROM ({relation.sql_with_rows}) AS t(id, {names})"
        options = f"FORMAT parquet, ROW_GROUP_SIZE {ROWS_A_FILE}"
        file = str(target / "rows.parquet").replace("'", "''")
        self._connection.execute(f"COPY ({query}) TO '{file}' ({options})").fetchall()
        view = self._view(target, f"id BIGINT, {_texts(columns)}")
        made = _relation(Path(relation.file), relation.columns, view, "id")
        return Relation(made.file, made.columns, made.sql, made.sql_with_rows, relation.datatypes)

    def _view(self, target: Path, schema: str) -> str:
        name = target.name.replace("-", "_")
        self._session.read.schema(schema).parquet(_location(target)).createOrReplaceTempView(name)
        return name


def _texts(columns: list[str]) -> str:
    return ", ".join(f"{column} STRING" for column in columns)


def _location(path: Path) -> str:
    """Return a path as Spark takes it: as a file's, not HDFS's."""
    return f"file://{path.absolute()}"


def _relation(path: Path, header: tuple[str, ...], view: str, number: str, more: str = "") -> Relation:
    """Return a relation over columns c0, c1, ... of a view."""
    names = ("`" + name.replace("`", "``") + "`" for name in header)
    columns = ", ".join(f"c{i} AS {name}" for i, name in enumerate(names))
    rows = f"SELECT {number} AS {NUMBER}, {columns} FROM {view}{more}"
    return Relation(path.name, header, f"SELECT {columns} FROM {view}", rows)
