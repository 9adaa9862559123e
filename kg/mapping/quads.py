"""All statements of a build, collected as a set of quads: counted, hashed and written from here.

Terms are N-Triples text as the engine made them. `graph` is NULL in the default graph.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from kg.mapping.duckdb_engine import COPY_OPTIONS
from kg.mapping.evidence import CLAIM_ROW, CLAIMS
from kg.mapping.sql import text
from kg.vocabulary import CLAIM, PROVENANCE_GRAPH, TYPE

QUADS = "quads"
SOURCED = "sourced"
_TRIPLE = "concat_ws(' ', subject, predicate, object)"
_LINE = f"{_TRIPLE} || coalesce(' ' || graph, '') || ' .'"


def nothing_known(_: Path) -> bool:
    """No part is known."""
    return False


class QuadTables:
    """The quads of every dataset, and for each source the triples that it backs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, base: str):
        self._connection = connection
        self._base = base
        connection.execute(
            f"CREATE TABLE {QUADS} (dataset VARCHAR, subject VARCHAR, predicate VARCHAR, object VARCHAR, graph VARCHAR)"
        )
        connection.execute(
            f"CREATE TABLE {SOURCED} "
            "(dataset VARCHAR, source VARCHAR, subject VARCHAR, predicate VARCHAR, object VARCHAR)"
        )

    def add(self, dataset: str, statements: str) -> int:
        """Adds a table of statements as a dataset's; returns how many of them are distinct."""
        return self._number(
            f"INSERT INTO {QUADS} SELECT DISTINCT {text(dataset)}, subject, predicate, object, graph FROM {statements}"
        )

    def add_claims(self, statements: str) -> None:
        """Adds the statements that were made of the claims relation, each to the dataset of its claim."""
        self._connection.execute(
            f"INSERT INTO {QUADS} SELECT DISTINCT c.dataset, s.subject, s.predicate, s.object, s.graph "
            f"FROM {statements} s JOIN (SELECT {CLAIM_ROW} AS row, dataset FROM {CLAIMS}) c ON c.row = s.row"
        )

    def add_backed(self, dataset: str, statements: str, backings: str) -> None:
        """Adds, for each source, the triples of the rows of a dataset that it backs."""
        self._connection.execute(
            f"INSERT INTO {SOURCED} SELECT DISTINCT {text(dataset)}, b.source, s.subject, s.predicate, s.object "
            f"FROM {statements} s JOIN {backings} b ON b.row = s.row WHERE s.graph IS NULL"
        )

    def add_terms(self, dataset: str, quads: Iterable[tuple[str, str, str, str]]) -> None:
        """Adds quads that are given as N-Quads terms (the ontology)."""
        rows = [(dataset, *quad) for quad in quads]
        if rows:
            self._connection.executemany(f"INSERT INTO {QUADS} VALUES (?, ?, ?, ?, ?)", rows)

    def about(self, things: Iterable[str]) -> list[tuple[str, str, str]]:
        """The triples of the default graph that speak of or point at things (N-Triples terms), sorted."""
        return self._connection.execute(
            f"WITH wanted AS (SELECT DISTINCT unnest(?::VARCHAR[]) AS node) "
            f"SELECT DISTINCT subject, predicate, object FROM {QUADS} WHERE graph IS NULL "
            "AND (subject IN (SELECT node FROM wanted) OR object IN (SELECT node FROM wanted)) ORDER BY ALL",
            [list(things)],
        ).fetchall()

    def count(self) -> int:
        """Distinct triples of the default graph."""
        return self._number(f"SELECT count(DISTINCT ({_TRIPLE})) FROM {QUADS} WHERE graph IS NULL")

    def count_claims(self) -> int:
        """Distinct claims."""
        graph = text(f"<{self._base}{PROVENANCE_GRAPH}>")
        of_claims = f"predicate = {text(str(TYPE))} AND object = {text(str(CLAIM))} AND graph = {graph}"
        return self._number(f"SELECT count(DISTINCT subject) FROM {QUADS} WHERE {of_claims}")

    def hash(self) -> str:
        """An order-independent hash of the set of quads: the number of lines and the xor of their MD5 values."""
        [(count, mixed)] = self._connection.execute(
            f"SELECT count(*), bit_xor(md5_number(line)) FROM (SELECT DISTINCT {_LINE} AS line FROM {QUADS})"
        ).fetchall()
        return f"{count:x}-{(mixed or 0) % 2**128:032x}"

    def write_triples(self, path: Path) -> None:
        """The default graph as sorted N-Triples."""
        self._copy(f"SELECT DISTINCT {_LINE} AS line FROM {QUADS} WHERE graph IS NULL", path)

    def write_quads(self, path: Path) -> None:
        """Everything that goes into the store, as sorted N-Quads."""
        self._copy(f"SELECT DISTINCT {_LINE} AS line FROM {QUADS}", path)

    def write_dataset(self, path: Path) -> None:
        """Everything with one more graph a source, as sorted N-Quads."""
        graph = f"'<' || {text(self._base + 'source/')} || source || '>'"
        sourced = f"SELECT DISTINCT {_TRIPLE} || ' ' || {graph} || ' .' AS line FROM {SOURCED}"
        self._copy(f"SELECT DISTINCT {_LINE} AS line FROM {QUADS} UNION ALL {sourced}", path)

    def write_parts(self, folder: Path, known: Callable[[Path], bool] = nothing_known) -> list[Path]:
        """One sorted, compressed N-Quads file a dataset, named by the dataset and the hash of its lines.

        A file of that name has that content wherever it stands: `known` may bring it, and says whether it did.
        """
        folder.mkdir(parents=True, exist_ok=True)
        datasets = self._connection.execute(
            f"SELECT dataset, count(*), bit_xor(md5_number({_LINE})) FROM {QUADS} GROUP BY dataset ORDER BY dataset"
        ).fetchall()
        parts = []
        for dataset, count, mixed in datasets:
            part = folder / f"{dataset}-{count:x}-{mixed % 2**128:032x}.nq.zst"
            if not known(part):
                lines = f"SELECT {_LINE} AS line FROM {QUADS} WHERE dataset = {text(dataset)}"
                self._copy(lines, part, compression="zstd")
            parts.append(part)
        return parts

    def _copy(self, select: str, path: Path, *, compression: str = "none") -> None:
        """Writes sorted lines; no character of a line is quoted, as N-Quads escapes line breaks itself."""
        self._connection.execute(
            f"COPY (SELECT line FROM ({select}) ORDER BY line) TO {text(str(path))} "
            f"({COPY_OPTIONS}, COMPRESSION {compression})"
        )

    def _number(self, query: str) -> int:
        [(number,)] = self._connection.execute(query).fetchall()
        return int(number)
