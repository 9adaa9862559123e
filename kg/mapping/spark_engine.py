"""A `Plan` run on Spark: the same SELECTs in Spark's SQL, their parts written by the workers.

The folder of `out` is one that all workers see (the same path on each): a local disk for local[N], a shared file
system for a cluster. pyspark is an extra (`pip install 'cluster-kg[spark]'`); only `kg map --engine spark` imports it.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from kg.errors import MappingError
from kg.mapping import select
from kg.mapping.census import Census, groups
from kg.mapping.dialect import speaking
from kg.mapping.dialect_spark import SparkDialect
from kg.mapping.duckdb_engine import Written
from kg.mapping.output import COMPRESSIONS, LINES, PART, PARTIAL, Form, TooManyProblemsError, replacing
from kg.mapping.plan import Plan
from kg.mapping.sql import Fault
from kg.model import Problem, Relation
from kg.spark import SETTINGS, pattern, told

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_CHUNK = 4 << 20
LINE_BYTES = 140
"""What a line has as a rule."""


class SparkEngine:
    """Runs plans in one session; the relations of a plan are SELECTs in Spark's SQL over what the session knows."""

    def __init__(self, session: "SparkSession") -> None:
        self._session = session
        for name, value in SETTINGS.items():
            session.conf.set(name, value)

    def write(self, plan: Plan, out: Path, form: Form = LINES, *, ordered: bool = False) -> Written:
        """Write the triples (N-Quads where there are graphs), each once, as lines: what prefixes a form has is ignored.

        As one file, compressed as its name says (.gz, .zst), the same bytes as DuckDB's when sorted; or as a folder of
        parts (plain or .gz), as many as the workers make, which in their order are that file. What stands there is
        replaced at the end.
        """
        with speaking(SparkDialect()), told(MappingError):
            census = SparkCensus(self._session, plan)
            census.foresee()
            faults = census.faults()
            found = frozenset(fault for each in faults.values() for fault in each)
            problems = tuple(self._problems(faults))
            if len(problems) > form.most_problems:
                raise TooManyProblemsError(len(problems), problems[: form.most_problems + 1])
            made = groups(plan, census.unique())
            query = select.file_query(made.alone, made.shared, found, ordered=ordered or form.ordered)
            with replacing(out, form.verify) as partial:
                triples = self._write(query, partial, form, _rows_a_part(plan, form))
        return Written(triples, problems)

    def _write(self, query: str, target: Path, form: Form, rows: int) -> int:
        """Write what a query gives to a file or a folder of parts, of so many rows each; return the number of lines."""
        if form.parts:
            return self._write_parts(query, target, rows, gzipped=target.suffix == ".gz")
        work = target.with_name(f"{target.name}.parts")
        try:
            self._run(query, work)
            return concatenate(_parts(work), target)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _write_parts(self, query: str, folder: Path, rows: int, *, gzipped: bool) -> int:
        if COMPRESSIONS.get(folder.suffix, "gzip") != "gzip":
            raise MappingError("Spark compresses parts as .gz only", file=folder.name.removeprefix(PARTIAL))
        self._run(query, folder, "gzip" if gzipped else "none", rows)
        suffixes = folder.name.removeprefix(PARTIAL).partition(".")[2] or "nt"
        lines = self._session.read.text(pattern(folder), lineSep="\n").count()
        kept = {part.rename(folder / f"{PART}{i:05}.{suffixes}") for i, part in enumerate(_parts(folder))}
        for path in set(folder.iterdir()) - kept:
            path.unlink()
        return lines

    def _run(self, query: str, folder: Path, compression: str = "none", rows: int = 0) -> None:
        """Run a query; its parts have so many rows at most, any number where that is 0."""
        writer = self._session.sql(query).write.option("maxRecordsPerFile", rows)
        writer.text(f"file://{folder.absolute()}", compression=compression, lineSep="\n")

    def _problems(self, faults: dict[Relation, tuple[Fault, ...]]) -> list[Problem]:
        """Return a Problem a bad value, in the order of their rows."""
        return [
            Problem("map", relation.file, *record)
            for relation, found in faults.items()
            for record in self._session.sql(select.problem_query(relation, found)).collect()
        ]


def _rows_a_part(plan: Plan, form: Form) -> int:
    """Return how many rows, each with a line a statement, a part of `part_bytes` has; 0 where no part is too long."""
    longest = max((len(each.statements) for each in plan.maps), default=0) * LINE_BYTES
    return max(form.part_bytes // max(longest, 1), 1) if form.part_bytes else 0


class SparkCensus(Census):
    """Counts over relations, all of them in one job: the relations are scanned at the same time."""

    def __init__(self, session: "SparkSession", plan: Plan) -> None:
        super().__init__(_Database(session), plan)
        self._session = session

    def foresee(self) -> None:
        """Count what `faults` and `unique` ask for.

        What counts distinct values has a scan of its own: in one scan with it, every other count would be kept once a
        distinct value and sent through the network.
        """
        wanted = [(relation, tuple(dict.fromkeys(each))) for relation, each in self.foreseen()]
        scans = [(relation, some) for relation, each in wanted for some in _scans(each)]
        if not scans:
            return
        counts = (select.count_query(relation, [f"array({', '.join(some)}) AS counts"]) for relation, some in scans)
        numbered = (f"SELECT {number} AS scan, counts FROM ({query})" for number, query in enumerate(counts))
        for record in self._session.sql(" UNION ALL ".join(numbered)).collect():
            relation, aggregates = scans[int(record["scan"])]
            self.know(relation, aggregates, record["counts"])


def _scans(aggregates: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    plain = tuple(each for each in aggregates if not each.startswith(select.DIFFERENT))
    yield from ((each,) for each in aggregates if each not in plain)
    if plain:
        yield plain


@dataclass(frozen=True, slots=True)
class _Database:
    """A session that is asked as a census asks."""

    session: "SparkSession"

    def execute(self, query: str, /) -> "_Rows":
        return _Rows(self.session.sql(query))


@dataclass(frozen=True, slots=True)
class _Rows:
    frame: "DataFrame"

    def fetchall(self) -> Sequence[Sequence[int]]:
        return self.frame.collect()


def concatenate(parts: Sequence[Path], target: Path) -> int:
    """Make one file of parts, each removed when it has been copied; return the number of lines."""
    lines = 0
    with _compressing(target) as write:
        for part in parts:
            with part.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    write(chunk)
                    lines += chunk.count(b"\n")
            part.unlink()
    return lines


@contextmanager
def _compressing(path: Path) -> Iterator[Callable[[bytes], object]]:
    with path.open("wb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield packed.write
        elif path.suffix == ".zst":
            with zstandard.ZstdCompressor().stream_writer(file) as packed:
                yield packed.write
        else:
            yield file.write


def _parts(folder: Path) -> list[Path]:
    """Return the parts that Spark wrote, in the order of its partitions."""
    return sorted(folder.glob("part-*"), key=lambda path: (int(path.name.split("-")[1]), path.name))
