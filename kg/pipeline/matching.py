"""One stage on its own, wired as `build.py` wires them all: who is who in tables of companies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kg.catalog import bundled_data
from kg.export.tables import write_csv
from kg.model import Problem, Relation
from kg.pipeline.limits import interruptible
from kg.read.tables import connect, open_table
from kg.resolve.judgements import Judgements, read_judgements
from kg.resolve.lexicon import Lexicon, load_lexicon
from kg.resolve.match import Matching, dedupe_table, match_tables

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


def match_files(
    left: Path, right: Path, target: Path, *, judgements: Path | None = None, undecided: Path | None = None
) -> Linked:
    """Links the firms of two tables (columns id, name and what helps) and writes left_id, right_id, score, reason.

    What a person should judge goes into the file `undecided` (PAIR_COLUMNS).
    """

    def link(connection: duckdb.DuckDBPyConnection, tables: list[Relation], given: Judgements) -> Matching:
        return match_tables(connection, tables[0], tables[1], lexicon=_lexicon(), judgements=given)

    return _linked([left, right], target, judgements, link, undecided)


def dedupe_file(table: Path, target: Path, *, judgements: Path | None = None, undecided: Path | None = None) -> Linked:
    """Finds the rows of a table that are one firm and writes id, entity_id, score, reason; `undecided` as above."""

    def link(connection: duckdb.DuckDBPyConnection, tables: list[Relation], given: Judgements) -> Matching:
        return dedupe_table(connection, tables[0], lexicon=_lexicon(), judgements=given)

    return _linked([table], target, judgements, link, undecided)


Link = Callable[[duckdb.DuckDBPyConnection, list[Relation], Judgements], Matching]


def _linked(files: list[Path], target: Path, judgements: Path | None, link: Link, undecided: Path | None) -> Linked:
    given, problems = (Judgements(), []) if judgements is None else read_judgements(judgements)
    with (
        TemporaryDirectory(prefix="kg-") as folder,
        connect(memory_limit=MEMORY, temporary=Path(folder)) as connection,
        interruptible(connection),
    ):
        opened = [open_table(connection, file) for file in files]
        matching = link(connection, [relation for relation, _ in opened], given)
        rows, left_open = matching.write(target), matching.count_undecided()
        if undecided is not None:
            _write_pairs(connection, matching, [relation for relation, _ in opened], undecided)
        matching.close()
    found = [*problems, *(problem for _, more in opened for problem in more), *matching.problems]
    return Linked(rows, left_open, tuple(found))


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
