"""Large tables in a build: their triples go from the engine into files, and from there into the store.

Nothing of them is held in memory or in tables of statements; what a build knows of them is how many there are, a hash,
and which sources an entity was derived from.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import pyoxigraph as ox

from kg.mapping import select, sql
from kg.mapping.duckdb_engine import Written
from kg.mapping.output import Form
from kg.mapping.plan import Plan
from kg.model import Dataset, Evidence
from kg.store.lines import open_rdf
from kg.store.loading import THREADS, Tell, join_packed, load_pieces, pack_pieces, packed_name
from kg.store.release import one_more_name
from kg.store.unshared import select_lines

PIECE_BYTES = 48 << 20
"""A piece gives a third of a million triples; a thread that loads one needs some 100 MB."""

MEMORY = "2GB"
"""What DuckDB may hold while large tables are built; it spills to disk beyond."""


@dataclass(frozen=True, slots=True)
class BulkPart:
    """The triples of one dataset: their files, their number, and an order-independent hash of their lines."""

    dataset: str
    pieces: tuple[Path, ...]
    triples: int
    hash: str

    @property
    def name(self) -> str:
        """The name of the part in a release."""
        return f"{self.dataset}-{self.triples:x}-{self.hash}.nq.zst"


class Writer(Protocol):
    """An engine as far as large tables need it."""

    def write(self, plan: Plan, out: Path, form: Form) -> Written:
        """Write the triples of a plan over relations of DuckDB."""


class Bulk:
    """The large datasets of one build."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, engine: Writer, folder: Path, *, limit: int):
        """Those without claims that may give more than `limit` triples are large; `folder` takes their files."""
        self._connection, self._engine, self._folder, self._limit = connection, engine, folder, limit
        self._written: dict[str, list[Path]] = {}
        self._known: dict[str, Path] = {}
        self.parts: list[BulkPart] = []

    def takes(self, dataset: Dataset, plan: Plan, rows: int) -> bool:
        """Whether a dataset is large."""
        each = sum(len(one.statements) for one in plan.maps)
        return dataset.evidence is not Evidence.STATEMENT and rows * each > self._limit

    def has(self, dataset: Dataset) -> bool:
        """Whether the triples of a dataset were written here."""
        return dataset.id in self._written

    def take(self, part: BulkPart, file: Path) -> None:
        """Takes a part as it was made before; `file` is its packed form."""
        self.parts.append(part)
        self._known[part.name] = file

    def write(self, dataset: Dataset, plan: Plan, *, subjects: str) -> Written:
        """Writes the triples of a dataset; creates `subjects`, a view (row, subject) that takes the place of a table.

        What it gives are the rows with a statement, as far as their own columns tell.
        """
        self._connection.execute(f"SET memory_limit = '{MEMORY}'")
        self._connection.execute(f"CREATE TEMP VIEW {subjects} AS {_subjects(plan)}")
        return self._write(dataset, plan, "triples")

    def derive(self, dataset: Dataset, plan: Plan) -> Written:
        """Writes what the entities of a dataset were derived from."""
        return self._write(dataset, plan, "derived")

    def close(self, dataset: Dataset) -> BulkPart:
        """Counts and hashes what was written of a dataset: its part is complete, and returned."""
        pieces = self._written[dataset.id]
        query = f"SELECT count(*), bit_xor(md5_number(line)) FROM ({select_lines(pieces)})"
        [(count, mixed)] = self._connection.execute(query).fetchall()
        self.parts.append(BulkPart(dataset.id, tuple(pieces), count, f"{(mixed or 0) % 2**128:032x}"))
        return self.parts[-1]

    def _write(self, dataset: Dataset, plan: Plan, kind: str) -> Written:
        folder = self._folder / "bulk" / f"{dataset.id}-{kind}.nt"
        folder.parent.mkdir(parents=True, exist_ok=True)
        written = self._engine.write(plan, folder, Form(parts=THREADS, part_bytes=PIECE_BYTES))
        self._written.setdefault(dataset.id, []).extend(sorted(folder.iterdir()))
        return written

    @property
    def triples(self) -> int:
        """The triples of all parts."""
        return sum(part.triples for part in self.parts)

    def hash(self, statements: str) -> str:
        """The hash of all statements of a build: those of the other datasets have the hash `statements`."""
        return "-".join((statements, *sorted(f"{part.triples:x}-{part.hash}" for part in self.parts)))

    def pack(self, parts: Path, tell: Tell) -> None:
        """Makes the parts of the release; the pieces stay."""
        parts.mkdir(parents=True, exist_ok=True)
        pack_pieces(self._pieces, triples=self.triples, tell=tell)
        for part in self.parts:
            if part.name in self._known:
                one_more_name(self._known[part.name], parts / part.name)
            else:
                join_packed([packed_name(piece) for piece in part.pieces], parts / part.name)

    def load(self, store: ox.Store, tell: Tell) -> None:
        """Loads everything into the store."""
        load_pieces(store, self._pieces, triples=self.triples, tell=tell)
        for part in self.parts:
            if part.name in self._known:
                with open_rdf(self._known[part.name]) as lines:
                    store.bulk_load(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True)

    def remove_pieces(self) -> None:
        """Removes what the parts were made of."""
        for piece in self._pieces:
            piece.unlink()

    @property
    def _pieces(self) -> list[Path]:
        return [piece for part in self.parts for piece in part.pieces]


def _subjects(plan: Plan) -> str:
    """A SELECT of row and subject of the rows that give a statement; joins count as given."""
    queries: list[str] = []
    for each in plan.maps:
        if each.statements:
            given = select.some_line(((each, each.statements),), select.faults_of(each))
            rows = select.rows(each.relation, numbered=True)
            queries.append(
                f"SELECT {select.ROW} AS row, {sql.guarded(each.subject, 'c')} AS subject FROM {rows} WHERE {given}"
            )
    return " UNION ALL ".join(queries)
