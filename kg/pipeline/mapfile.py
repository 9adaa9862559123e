"""map_file(): one mapping alone, from its sources to a file of triples; and its plan as text."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyoxigraph as ox

from kg.errors import PublishError
from kg.mapping.duckdb_engine import DuckdbEngine, Written
from kg.mapping.explain import explain
from kg.mapping.output import TURTLE, Form, TooManyProblemsError, replacing, syntax_of
from kg.mapping.plan import Plan
from kg.mapping.turtle import prefixes_of
from kg.model import Problem
from kg.pipeline.inputs import plan_mapping, read_mapping
from kg.pipeline.limits import interruptible
from kg.pipeline.sources import Opener
from kg.pipeline.spark import spark_at
from kg.read.many import in_its_file
from kg.read.stamps import Stamps
from kg.read.tables import connect


@dataclass(frozen=True, slots=True)
class MapOptions:
    """`parts` files in a folder instead of one file; a stop above `max_problems`; `problems`, a CSV of them."""

    ordered: bool = False
    parts: int = 0
    max_problems: int = sys.maxsize
    problems: Path | None = None

    def allow(self, count: int) -> None:
        """TooManyProblemsError where so many problems are too many."""
        if count > self.max_problems:
            raise TooManyProblemsError(0, ())


PLAIN = MapOptions()
LOW = 4 << 20
"""Bytes: with fewer on the disk, that is why something failed."""


def map_file(  # noqa: PLR0913  # a run has that many sides; all but two have a default
    mapping: Path,
    target: Path,
    *,
    base: str,
    data: Path | None = None,
    master: str | None = None,
    frames: Mapping[str, object] | None = None,
    options: MapOptions = PLAIN,
) -> Written:
    """Runs one mapping alone and writes its triples; sources are looked for in `data`, beside the mapping, then here.

    Values that give no triple are the result's problems; KgError where the mapping or a source cannot be used, and
    then nothing is written. With `master`, the address of one, Spark does the work.
    `frames` are data frames or Arrow tables of Python, by the name that the mapping gives its source.
    """
    parsed = read_mapping(mapping, base=base)
    with (
        TemporaryDirectory(prefix="kg-") as folder,
        database(Path(folder) / "spill", target) as connection,
        spark_at(master, connection, target) if master else nullcontext() as spark,
    ):
        opener = Opener(connection, mapping, Path(folder), data, frames or {}, spark)
        relations, problems = opener.relations(parsed)
        planned = plan_mapping(mapping, parsed, relations, unsafe=True)
        form = form_of(options, planned, target, mapping, opener.stamps)
        with told(options, problems) as all_problems:
            form = replace(form, most_problems=form.most_problems - len(problems))
            engine = spark.engine if spark else DuckdbEngine(connection)
            written = engine.write(planned, target, form)
            all_problems.extend(in_its_file(problem, tuple(relations.values())) for problem in written.problems)
    return Written(written.triples, tuple(all_problems))


def explain_file(mapping: Path, *, base: str, data: Path | None = None) -> str:
    """What `map_file` would do with DuckDB, as text: nothing is written."""
    parsed = read_mapping(mapping, base=base)
    with TemporaryDirectory(prefix="kg-") as folder, database(Path(folder) / "spill", mapping) as connection:
        relations, _ = Opener(connection, mapping, Path(folder), data).relations(parsed)
        return explain(connection, plan_mapping(mapping, parsed, relations, unsafe=True))


@contextmanager
def database(temporary: Path, target: Path, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database; PublishError about `target` where it cannot go on, mostly because the disk is full."""
    try:
        with connect(memory_limit=memory, temporary=temporary) as connection, interruptible(connection):
            yield connection
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise PublishError(f"cannot go on: {_fullness(target)}{reason}", file=target) from error
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # how DuckDB tells of Ctrl-C
            raise KeyboardInterrupt from error
        raise


def _fullness(target: Path) -> str:
    """Says that the disk is full, if it is: DuckDB's own words are then of files that it could not make."""
    folder = next(path for path in (target, *target.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(folder).free
    return f"only {free / 1e6:.1f} MB are free on the disk; " if free < LOW else ""


def form_of(options: MapOptions, plan: Plan, target: Path, mapping: Path, stamps: Stamps) -> Form:
    """How the target is written; KgError where its name or the options ask for what there is not."""
    if options.parts and options.ordered:
        raise PublishError("sorted lines go into one file, not into parts", file=target)
    if not target.absolute().parent.is_dir():
        raise PublishError("its folder does not exist", file=target)
    turtle = syntax_of(target, plan) == TURTLE and not options.ordered  # sorted lines are valid Turtle too
    return Form(
        ordered=options.ordered,
        prefixes=prefixes_of(plan, _prefixes(mapping)) if turtle else None,
        parts=options.parts,
        most_problems=options.max_problems,
        verify=stamps.check,
    )


@contextmanager
def told(options: MapOptions, known: list[Problem]) -> Iterator[list[Problem]]:
    """Gives the list of all problems, which begins with those `known`; at the end it is written to the file asked for.

    TooManyProblemsError where there are more than allowed, with some of them.
    """
    problems = list(known)
    try:
        options.allow(len(known))
        yield problems
    except TooManyProblemsError as error:
        problems += error.problems
        raise TooManyProblemsError(error.count + len(known), tuple(problems)) from error
    finally:
        if options.problems is not None:
            from kg.export.tables import write_problems  # all that an export needs comes with it

            with replacing(options.problems) as partial:
                write_problems(dict.fromkeys(problems), partial)


def _prefixes(mapping: Path) -> Mapping[str, str]:
    """The prefixes of a mapping in Turtle; none of any other."""
    try:
        parser = ox.parse(mapping.read_bytes(), format=ox.RdfFormat.TURTLE)
        for _ in parser:
            pass
    except (SyntaxError, ValueError):
        return {}
    return dict(parser.prefixes)
