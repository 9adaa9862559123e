"""Units: what each dataset gave in the build before, kept so that an unchanged one is not read and mapped again.

They stand in `output/cache/tables`, which may be removed at any time. A unit is used again only where all that it
depends on is the same, by content: the program, the table and the tables that its mapping joins, the mapping, what the
catalog says, and what the sources that its rows name confirm.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from kg.mapping.evidence import KNOWN_SOURCES
from kg.mapping.quads import QUADS, SOURCED
from kg.mapping.sql import identifier, text
from kg.model import Problem
from kg.pipeline.bulk import BulkPart
from kg.pipeline.fingerprints import of_file
from kg.store.release import one_more_name

CACHE = Path("cache", "tables")
INDEX = "index.json"
NAMED = "named_sources"
TABLES = (QUADS, SOURCED, NAMED)
"""What a unit holds of each of these tables: the rows of its dataset."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a dataset gave: its rows, triples and problems; `part` are the triples of a large one.

    `key` stands for all that it depends on but the sources. Its rows of TABLES are in files `<file>-<table>.parquet`,
    with these SHA-256 sums.
    """

    key: str
    dataset: str
    rows: int
    triples: int
    problems: tuple[Problem, ...]
    file: str = ""
    sums: tuple[str, ...] = ()
    part: BulkPart | None = None

    def to_json(self) -> dict[str, Any]:
        """The unit as JSON values."""
        part = self.part and {"name": self.part.name, "triples": self.part.triples, "hash": self.part.hash}
        return asdict(self) | {"part": part}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Unit":
        """The unit of JSON values; KeyError or TypeError where they are not one."""
        part = content["part"] and BulkPart(content["dataset"], (), content["part"]["triples"], content["part"]["hash"])
        problems = tuple(Problem(**one) for one in content["problems"])
        return cls(**{**content, "problems": problems, "sums": tuple(content["sums"]), "part": part})


class Units:
    """The units of an output folder; the output's lock must be held."""

    def __init__(self, output: Path, connection: duckdb.DuckDBPyConnection, *, fresh: bool = False):
        """With `fresh` none of them is used again."""
        self._folder, self._connection = output / CACHE, connection
        self._known = {} if fresh else {unit.dataset: unit for unit in self._read_index()}
        self._kept: list[Unit] = []
        self._sums: dict[Path, str] = {}
        connection.execute(f"CREATE TABLE {NAMED} (dataset VARCHAR, source VARCHAR, confirms VARCHAR, known BOOLEAN)")

    def find(self, dataset: str, key: str) -> Unit | None:
        """The unit of a dataset, if nothing that it depends on has changed; KNOWN_SOURCES must be there."""
        unit = self._known.get(dataset)
        if unit is None or unit.key != key or not self._is_whole(unit) or self._other_sources(unit):
            return None
        return unit

    def take(self, unit: Unit) -> None:
        """Adds the rows of a unit to the tables of the build."""
        for table in (QUADS, SOURCED):
            self._connection.execute(f"INSERT INTO {table} {self._select(unit, table)}")
        self._kept.append(unit)

    def part_of(self, unit: Unit) -> Path:
        """The file of a large unit's triples, packed."""
        assert unit.part is not None  # noqa: S101  # only large units are asked
        return self._folder / unit.part.name

    def note_sources(self, dataset: str, named: str, unsourced: str) -> None:
        """Notes which sources the rows of a dataset name (`named` is a table with the column source), and this one."""
        self._connection.execute(
            f"INSERT INTO {NAMED} SELECT DISTINCT {text(dataset)}, n.source, k.confirms, k.id IS NOT NULL "
            f"FROM (SELECT source FROM {named} UNION ALL SELECT {text(unsourced)}) n "
            f"LEFT JOIN {KNOWN_SOURCES} k ON k.id = n.source WHERE n.source IS NOT NULL"
        )

    def keep(self, made: Iterable[Unit], parts: Mapping[str, Path]) -> None:
        """Keeps the units of this build for the next one, and nothing else; `parts` are files of large ones by name."""
        new = list(made)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = f"{os.getpid()}-{os.urandom(4).hex()}"
        if new:
            sums = tuple(self._write(table, [unit.dataset for unit in new], file) for table in TABLES)
            self._kept += [Unit(**_fields(unit) | {"file": file, "sums": sums}) for unit in new]
        for name, path in parts.items():
            if not (self._folder / name).exists():
                one_more_name(path, self._folder / name)
        self._write_index()
        self._remove_others()

    def _read_index(self) -> list[Unit]:
        """What is known; nothing where the index is missing or damaged, as everything can be made again."""
        try:
            return [Unit.from_json(one) for one in json.loads((self._folder / INDEX).read_text("utf-8"))]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _write_index(self) -> None:
        """One rename: a build that is killed leaves the old index with all its files."""
        partial = self._folder / f"{INDEX}.partial"
        partial.write_text(json.dumps([unit.to_json() for unit in self._kept], ensure_ascii=False), "utf-8")
        partial.replace(self._folder / INDEX)

    def _remove_others(self) -> None:
        named = {INDEX} | {unit.part.name for unit in self._kept if unit.part}
        named |= {_name(unit.file, table) for unit in self._kept for table in TABLES}
        for path in self._folder.iterdir():
            if path.name not in named:
                path.unlink()

    def _is_whole(self, unit: Unit) -> bool:
        files = [self._folder / _name(unit.file, table) for table in TABLES]
        try:
            for path in files:
                self._sums[path] = self._sums.get(path) or of_file(path)  # many units share a file
            sound = [self._sums[path] for path in files] == list(unit.sums)
            return sound and (unit.part is None or self.part_of(unit).is_file())
        except OSError:
            return False

    def _other_sources(self, unit: Unit) -> bool:
        """Whether a source that its rows name is known now and was not, or confirms something else."""
        changed = self._connection.execute(
            f"SELECT 1 FROM ({self._select(unit, NAMED)}) n LEFT JOIN {KNOWN_SOURCES} k ON k.id = n.source "
            "WHERE (k.id IS NOT NULL) != n.known OR k.confirms IS DISTINCT FROM n.confirms LIMIT 1"
        ).fetchall()
        return bool(changed)

    def _select(self, unit: Unit, table: str) -> str:
        path = self._folder / _name(unit.file, table)
        return f"SELECT * FROM read_parquet({text(str(path))}) WHERE dataset = {text(unit.dataset)}"

    def _write(self, table: str, datasets: Iterable[str], file: str) -> str:
        path = self._folder / _name(file, table)
        names = ", ".join(text(dataset) for dataset in datasets)
        rows = f"SELECT * FROM {identifier(table)} WHERE dataset IN ({names}) ORDER BY dataset"
        self._connection.execute(f"COPY ({rows}) TO {text(str(path))} (FORMAT PARQUET, COMPRESSION ZSTD)")
        return of_file(path)


def _name(file: str, table: str) -> str:
    return f"{file}-{table}.parquet"


def _fields(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in unit.__slots__}
