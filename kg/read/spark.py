"""Tables on Spark: a session, and CSV files -> relations in Spark's SQL with the same rows as `tables` gives.

The workers read a large and sound file, once, into Parquet with every column as text. All else is copied from a
relation of DuckDB, so that one reader decides what a bad row is, and what the text of a typed value.
"""

import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kg.errors import EngineError
from kg.model import Relation
from kg.read.tables import GLOB, delimiter, read_header
from kg.read.typed import NUMBER
from kg.spark import pattern, spark_errors, words_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_log = logging.getLogger(__name__)

ROWS_A_FILE = 250_000
"""How many rows a file of Parquet holds: what one task reads at a time."""

SMALL_BYTES = 8 << 20
"""A file up to this size goes through the driver, which has done before the workers are told."""

PLAIN = frozenset({".csv", ".tsv", ".tab"})

FIRST_ROW = 2
"""The number of the first row under the header."""


@contextmanager
def spark_session(master: str) -> Iterator["SparkSession"]:
    """Give a session on a master; one that is at work already is used, and left alone, whatever its master."""
    _check_pyspark()
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        yield active.newSession()
        return
    _check_java()
    session = _start(master)
    try:
        yield session
    finally:
        with suppress(*spark_errors()):  # of a JVM that is gone nothing is left to be stopped
            session.stop()


def check_spark() -> None:
    """EngineError where there is no Spark or no Java to start a session with."""
    _check_pyspark()
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is None:
        _check_java()


def _check_pyspark() -> None:
    try:
        import pyspark.sql  # noqa: F401  # what tells that it is there
    except ImportError as error:
        raise EngineError("Spark is not installed; it is an extra: pip install 'cluster-kg[spark]'") from error


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home, "bin")) if home else None) is None:
        place = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise EngineError(f"Spark needs Java 17 or later, and there is no java {place}")


def _start(master: str) -> "SparkSession":
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("cluster-kg").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        for name in ("spark.driver.host", "spark.driver.bindAddress"):
            builder = builder.config(name, "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false")
    try:
        session = builder.getOrCreate()
    except spark_errors() as error:
        raise EngineError(f"Spark does not start on {master}: {words_of(error)}") from error
    session.sparkContext.setLogLevel("ERROR")
    return session


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the lines of a sound file end, and whether fields hold line breaks: then one task reads the whole file."""

    line_end: str
    broken_fields: bool


class SparkTables:
    """The tables of a session, kept in `folder`: all workers see it, and the caller removes it."""

    def __init__(self, session: "SparkSession", connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._session, self._connection, self._folder = session, connection, folder
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers = count()

    def read(self, path: Path, *, small: int = SMALL_BYTES) -> Relation | None:
        """Return the relation of a large and sound CSV file, read by the workers; None for any other file."""
        if GLOB & set(str(path)) or path.suffix.lower() not in PLAIN or path.stat().st_size <= small:
            return None
        header = read_header(path)
        try:
            layout = self._layout(path)
            return None if layout is None else self._by_workers(path, header, layout)
        except spark_errors() as error:  # what no worker can read may still be read by the driver
            _log.info("%s: left to the driver, as Spark says: %s", path, words_of(error))
            return None

    def copy(self, relation: Relation) -> Relation:
        """Return the same rows as a relation of Spark: DuckDB, on the driver, writes them where the workers read."""
        name = self._name()
        folder = self._folder / name
        folder.mkdir()
        columns = [str(column[0]) for column in self._connection.execute(f"DESCRIBE {relation.sql}").fetchall()]
        fields = [f"c{i}" for i in range(len(columns))]
        query = f"SELECT * FROM ({relation.sql_with_rows}) AS t(id, {', '.join(fields)})"
        file = str(folder / "rows.parquet").replace("'", "''")
        options = f"FORMAT parquet, ROW_GROUP_SIZE {ROWS_A_FILE}"
        self._connection.execute(f"COPY ({query}) TO '{file}' ({options})").fetchall()
        self._view(name, f"id BIGINT, {_texts(fields)}")
        return _over(relation, columns, name, "id")

    def _layout(self, path: Path) -> _Layout | None:
        """Return how to read a file, None if it is not plain CSV as RFC 4180 has it: quotes, line ends, UTF-8."""
        lines = self._session.read.text(pattern(path), lineSep="\n")
        sign = "\\t" if delimiter(path) == "\t" else ","
        field = f'(?:"(?:[^"]|"")*+"|[^"{sign}\\r]*+)'
        whole = f"\\A{field}(?:{sign}{field})*+\\r?\\z"
        inner = "contains(substr(value, 1, length(value) - 1), '\\r')"
        signs = {
            "lines": "count(*)",
            "odd": "count_if(length(value) % 2 <> length(replace(value, '\"', '')) % 2)",
            "returns": "count_if(endswith(value, '\\r'))",
            "inner": f"count_if({inner})",
            "wrong": f"count_if(NOT regexp_like(value, r'{whole}'))",
            "stray": f'count_if(regexp_like(value, r\'[^"{sign}\\r](?<!")"(?:"")*+[^"{sign}\\r]\'))',
            "loose": f"count_if({inner} AND NOT regexp_like(value, r'{whole}'))",
            "bad": r"""count_if(contains(value, chr(0)) OR NOT is_valid_utf8(value)
                OR regexp_like(value, r'\A[\x00-\x20]*\z'))""",
        }
        [row] = lines.selectExpr(*(f"{code} AS {name}" for name, code in signs.items())).collect()
        strict = not row["wrong"] if not row["odd"] else not (row["stray"] or row["loose"])
        if row["bad"] or row["odd"] % 2 or not strict or row["returns"] not in {0, row["lines"]}:
            return None
        line_end = "\r\n" if row["returns"] else "\n"
        return _Layout(line_end, bool(row["odd"] or (row["returns"] and row["inner"])))

    def _by_workers(self, path: Path, header: tuple[str, ...], layout: _Layout) -> Relation | None:
        """Return the relation of a file that has no bad row, None for any other."""
        name, columns = self._name(), [f"c{i}" for i in range(len(header))]
        read = self._csv(path, columns, layout).selectExpr(
            "monotonically_increasing_id() AS id",
            "_metadata.file_block_start AS split",
            "bad IS NOT NULL AS bad",
            *(f"nullif({column}, '') AS {column}" for column in columns),
        )
        read.write.option("maxRecordsPerFile", ROWS_A_FILE).parquet(f"file://{(self._folder / name).absolute()}")
        self._view(name, f"id BIGINT, split BIGINT, bad BOOLEAN, {_texts(columns)}")
        counts = f"SELECT split, min(id), count(*), count_if(bad) FROM {name} GROUP BY split ORDER BY split"
        splits = self._session.sql(counts).collect()
        if any(bad for *_, bad in splits):
            return None
        shifts, rows = ["(-1, 0)"], FIRST_ROW
        for split, first, times, _ in splits:
            shifts.append(f"({split}, {rows - first})")
            rows += times
        numbered = f"{name} JOIN (VALUES {', '.join(shifts)}) AS s(start, shift) ON start = split"
        made = Relation(path.name, header, "", "")
        return _over(made, header, name, "id + shift", numbered)

    def _csv(self, path: Path, columns: list[str], layout: _Layout) -> "DataFrame":
        return self._session.read.csv(
            pattern(path),
            schema=f"{_texts(columns)}, bad STRING",
            columnNameOfCorruptRecord="bad",
            sep=delimiter(path),
            quote='"',
            escape='"',
            header=True,
            encoding="UTF-8",
            multiLine=layout.broken_fields,
            unescapedQuoteHandling="RAISE_ERROR",
            # Without it, Spark guesses the line end of such a file, and changes those inside fields to it.
            lineSep=layout.line_end if layout.broken_fields or layout.line_end == "\n" else None,
            maxColumns=len(columns) + 1,
            maxCharsPerColumn=-1,
        )

    def _name(self) -> str:
        return f"table_{next(self._numbers)}"

    def _view(self, name: str, schema: str) -> None:
        self._session.read.schema(schema).parquet(pattern(self._folder / name)).createOrReplaceTempView(name)


def _texts(columns: list[str]) -> str:
    return ", ".join(f"{column} STRING" for column in columns)


def _over(relation: Relation, names: Iterable[str], view: str, number: str, numbered: str = "") -> Relation:
    """Return a relation over columns c0, c1, ... of a view: no name of a file reaches Spark's own names."""
    quoted = ("`" + name.replace("`", "``") + "`" for name in names)
    columns = ", ".join(f"c{i} AS {name}" for i, name in enumerate(quoted))
    rows = f"SELECT {number} AS {NUMBER}, {columns} FROM {numbered or view}"
    return replace(relation, sql=f"SELECT {columns} FROM {view}", sql_with_rows=rows)
