"""One stage on its own, wired as `build.py` wires them all: who is who in tables of companies."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kg.catalog import bundled_data
from kg.errors import PublishError
from kg.export.tables import write_csv
from kg.mapping.output import replacing
from kg.model import Problem, Relation
from kg.pipeline.mapfile import database
from kg.pipeline.spark import database_at
from kg.read.tables import open_table
from kg.resolve.database import Database, Duckdb
from kg.resolve.judgements import Judgements, read_judgements
from kg.resolve.lexicon import Lexicon, load_lexicon
from kg.resolve.match import Matching, dedupe_table, match_tables, options_of

MEMORY = "1200MB"
"""What the database may take; it spills to disk beyond. The process itself needs a little more."""


PAIR_COLUMNS = ("left_id", "right_id", "score", "reason", "left_name", "right_name")
"""The columns of a file of pairs that a person should judge."""

PAIRS = 10_000
"""So many of them are written, the likeliest."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What matching wrote: how many rows, how many pairs a person should judge, and what could not be used."""

    rows: int
    undecided: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """The file of judgements that count; where to write what a person should judge; with `master`, Spark's place."""

    judgements: Path | None = None
    undecided: Path | None = None
    master: str | None = None


PLAIN = MatchOptions()


def match_files(left: Path, right: Path, target: Path, options: MatchOptions = PLAIN) -> Linked:
    """Links the firms of two tables (columns id, name and what helps) and writes left_id, right_id, score, reason.

    What a person should judge goes into another file (PAIR_COLUMNS). With `master`, the address of one, Spark does the
    work. Where it fails nothing is written.
    """

    def link(database: Database, tables: list[Relation], given: Judgements) -> Matching:
        return match_tables(database, tables[0], tables[1], lexicon=_lexicon(), judgements=given)

    return _linked([left, right], target, link, options)


def dedupe_file(table: Path, target: Path, options: MatchOptions = PLAIN) -> Linked:
    """Finds the rows of a table that are one firm and writes id, entity_id, score, reason; the options as above."""

    def link(database: Database, tables: list[Relation], given: Judgements) -> Matching:
        return dedupe_table(database, tables[0], lexicon=_lexicon(), judgements=given)

    return _linked([table], target, link, options)


Link = Callable[[Database, list[Relation], Judgements], Matching]


def _linked(files: list[Path], target: Path, link: Link, options: MatchOptions) -> Linked:
    options_of(target)
    _check_folders(target, options.undecided)
    given, problems = (Judgements(), []) if options.judgements is None else read_judgements(options.judgements)
    with (
        TemporaryDirectory(prefix="kg-") as folder,
        database(Path(folder), target, MEMORY) as connection,
    ):
        opened = [open_table(connection, file) for file in files]
        tables = [relation for relation, _ in opened]
        with _plans_at(options.master, connection, target) as place:
            matching = link(place, tables, given)
            rows, left_open = _written(matching, tables, target, options.undecided), matching.count_undecided()
            matching.close()
    found = [*problems, *(problem for _, more in opened for problem in more), *matching.problems]
    return Linked(rows, left_open, tuple(found))


def _check_folders(*files: Path | None) -> None:
    """PublishError where there is no folder for a file."""
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise PublishError("its folder does not exist", file=file)


def _plans_at(
    master: str | None, connection: duckdb.DuckDBPyConnection, target: Path
) -> AbstractContextManager[Database]:
    """What runs the plan: DuckDB, or Spark on a master."""
    return database_at(master, connection, target) if master else nullcontext(Duckdb(connection))


def _written(matching: Matching, tables: list[Relation], target: Path, undecided: Path | None) -> int:
    """Writes both files, or none; returns the number of links."""
    with ExitStack() as stack:
        rows = matching.write(stack.enter_context(replacing(target)))
        if undecided is not None:
            partial = stack.enter_context(replacing(undecided))
            _write_pairs(matching.database.connection, matching, tables, partial)
    return rows


def _write_pairs(
    connection: duckdb.DuckDBPyConnection, matching: Matching, tables: list[Relation], target: Path
) -> None:
    """Writes what a person should judge, with the names as the tables have them."""
    left, right = tables[0], tables[-1]
    pairs = matching.undecided(PAIRS)
    wanted = [list({pair[side] for pair in pairs}) for side in (0, 1)]
    names = [
        dict(connection.execute(f"SELECT id, name FROM ({table.sql}) WHERE id IN (SELECT unnest(?))", [ids]).fetchall())
        for table, ids in zip((left, right), wanted, strict=True)
    ]
    rows = ([one, other, str(score), why, names[0][one], names[1][other]] for one, other, score, why in pairs)
    write_csv(target, PAIR_COLUMNS, rows)


def _lexicon() -> Lexicon:
    return load_lexicon(bundled_data().parent / "ontology" / "lexicon")
