"""Spark links what DuckDB links, byte for byte: cases, generated registers, hostile names, a real master.

DuckDB's output is the yardstick: that it is right is what the other tests of this folder show.
"""

import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from pyspark.sql import SparkSession

from kg.errors import EngineError
from kg.model import Problem
from kg.pipeline.matching import MatchOptions, dedupe_file, match_files
from kg.read.spark import spark_session
from kg.read.tables import connect, open_table
from kg.resolve.database import Database, Duckdb
from kg.resolve.judgements import Judgements, read_judgements
from kg.resolve.lexicon import Lexicon
from kg.resolve.match import dedupe_table, match_tables
from kg.resolve.names import Names
from kg.resolve.spark_database import SparkDatabase
from tests.bench.registers import Part, generate, write
from tests.mapping.spark_cluster import SECONDS, cluster, environment
from tests.resolve.test_cases import CASES

SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Set for small tables: compiling queries takes longer than running them."""

LETTERS = "".join(map(chr, range(0x21, 0x30000)))
HAN = "".join(map(chr, (0x4DB6, 0x9FFC, 0x9FFD, 0x9FFF, 0x2A6DE, 0x2B739, 0x2EBF0, 0x31350, 0x323AF, 0x33479)))


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A session on two cores of this machine; the tests of the command line have Spark's own settings."""
    with spark_session("local[2]") as made:
        for name, value in SMALL.items():
            made.conf.set(name, value)
        yield made


@pytest.fixture
def database(session: SparkSession, tmp_path: Path) -> Iterator[SparkDatabase]:
    """A database of its own, in a folder whose name Hadoop would take for a pattern."""
    with connect(threads=1) as opened:
        yield SparkDatabase(opened, session, tmp_path / "tables {a,b} [c] 中'")


Outcome = tuple[list[tuple[str, str, float, str]], list[tuple[str, str, float, str]], tuple[Problem, ...]]
Agree = Callable[..., Outcome]


@pytest.fixture
def agree(database: SparkDatabase, lexicon: Lexicon) -> Agree:
    """What runs a match (of two files) or dedupe (of one) on both engines, compares all, and returns what they say."""

    def run(place: Database, files: Sequence[Path], judgements: Judgements) -> Outcome:
        tables = [open_table(place.connection, file)[0] for file in files]
        link = dedupe_table if len(tables) == 1 else match_tables
        found = link(place, *tables, lexicon=lexicon, judgements=judgements)
        pairs = [*found.undecided(), *found.linked()]
        outcome = list(found.rows()), pairs, found.problems
        found.close()
        return outcome

    def compare(*files: Path, judgements: Judgements = Judgements()) -> Outcome:  # noqa: B008  # it is frozen
        with connect(threads=1) as opened:
            wanted = run(Duckdb(opened), files, judgements)
        assert run(database, files, judgements) == wanted
        return wanted

    return compare


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path, agree: Agree) -> None:
    names = ["table"] if (case / "table.csv").exists() else ["left", "right"]
    judged = case / "judgements.csv"
    judgements = read_judgements(judged)[0] if judged.exists() else Judgements()
    assert agree(*(case / f"{name}.csv" for name in names), judgements=judgements)[0]


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registers")
    made = generate(20_000, seed=5, part=Part.UNSEEN)
    write(made.left, folder / "left.csv")
    write(made.right, folder / "right.csv")
    write([*made.left, *made.right], folder / "both.csv")
    return folder


def parts(database: Database, lexicon: Lexicon, names: list[str]) -> list[tuple[object, ...]]:
    database.connection.execute(
        "CREATE TEMP TABLE t_raw AS SELECT unnest(?) AS n, unnest(?::VARCHAR[]) AS id, unnest(?) AS name, "
        "unnest(?) AS city, NULL::VARCHAR AS code, unnest(?) AS address",
        [list(range(len(names))), [str(n) for n in range(len(names))], names, names[::-1], names[1:] + names[:1]],
    )
    database.take("t_raw")
    Names(database, lexicon, "t").prepare()
    return database.ask("SELECT * FROM t_rows ORDER BY n").fetchall()


def test_names_fall_into_the_same_parts(
    database: SparkDatabase, connection: duckdb.DuckDBPyConnection, lexicon: Lexicon
) -> None:
    """Every character that both engines know from of old, and all that a text may hold."""
    known = [c for c in LETTERS if unicodedata.ucd_3_2_0.category(c) not in {"Cn", "Cs", "Co"}]
    names = ["".join(known[at : at + 500]) for at in range(0, len(known), 500)]
    names += [f"苏州华{c}芯电子有限公司" for c in (*HAN, *"'\"\\$`(){}[]^&|#\n\r\0\u2028\u0085İΣ🙂")]
    names += [
        "${env:HOME}",
        "\\p{L}",
        "--",
        "ΑΣ",
        "",
        "()有限公司",
        "有限公司",
        "苏州",
        "(苏州)(苏州)",
        "㈱华芯",
        "a" * 1000,
    ]
    names += [f"苏州{'电子' * 498}", f"{'公司' * 500}"]
    assert parts(database, lexicon, names) == parts(Duckdb(connection), lexicon, names)


def test_bad_rows_and_hostile_names_come_out_alike(agree: Agree, tmp_path: Path) -> None:
    names = ["'; DROP TABLE x; --", "(((", ")", "[^a", "\\", "%_", "🙂🙂🙂", "𠮷野家", "()有限公司", "苏州"]
    names.append("华芯" * 600)
    rows = "".join(f'{n},"{name}",91350100M000100Y4{n % 4}\n' for n, name in enumerate(names))
    (tmp_path / "a.csv").write_text(f"id,name,code\n{rows}1,华芯,\n,无号,\n99,,\n", "utf-8")
    links, _, problems = agree(tmp_path / "a.csv")
    assert len(links) == len(names) - 1
    assert any("more than 1,000 characters" in problem.reason for problem in problems)


def test_an_empty_table(agree: Agree, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("id,name\n", "utf-8")
    assert agree(tmp_path / "none.csv", tmp_path / "none.csv") == ([], [], ())


def test_what_spark_cannot_do_is_one_line(database: SparkDatabase) -> None:
    with pytest.raises(EngineError, match=r"^Spark could not carry it out: .*no_such_table"):
        database.make("t", "SELECT * FROM no_such_table")


def test_the_work_tables_are_gone_after_clear(database: SparkDatabase) -> None:
    database.make("t_1", "SELECT 1 AS n")
    database.append("t_1", "SELECT 2 AS n")
    database.give("t_1")
    assert sorted(database.ask("SELECT n FROM t_1").fetchall()) == [(1,), (2,)]
    database.clear("t")
    assert database.connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
    with pytest.raises(EngineError):
        database.ask("SELECT n FROM t_1")


def command(folder: Path, master: str, verb: str, target: str, *tables: str) -> "subprocess.CompletedProcess[str]":
    """Run `kg match` or `kg dedupe` on Spark as a user does."""
    arguments = [verb, *tables, "-o", target, "--undecided", f"open-{target}", "--engine", "spark", "--master", master]
    return subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * SECONDS,
    )


def check(folder: Path, target: str, *tables: str) -> None:
    """Compare both files with those that DuckDB makes."""
    files, options = [folder / table for table in tables], MatchOptions(undecided=folder / f"open-duckdb-{target}")
    if len(files) == 1:
        dedupe_file(files[0], folder / f"duckdb-{target}", options)
    else:
        match_files(files[0], files[1], folder / f"duckdb-{target}", options)
    for name in ("", "open-"):
        assert (folder / f"{name}{target}").read_bytes() == (folder / f"{name}duckdb-{target}").read_bytes()
    assert not list(folder.glob(".partial*"))


@pytest.mark.parametrize(("verb", "tables"), [("match", ("left.csv", "right.csv")), ("dedupe", ("both.csv",))])
def test_the_command_on_this_machine(registers: Path, verb: str, tables: tuple[str, ...]) -> None:
    done = command(registers, "local[2]", verb, f"{verb}.csv", *tables)
    assert done.returncode == 1, done.stderr
    assert "pairs are left open" in done.stderr
    check(registers, f"{verb}.csv", *tables)


def test_a_master_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,华芯电子\n", "utf-8")
    (tmp_path / "links.csv").write_text("old", "utf-8")
    done = command(tmp_path, "spark://nowhere", "match", "links.csv", "a.csv", "a.csv")
    assert done.returncode == 3
    assert "error: Spark does not start on spark://nowhere: org.apache.spark.SparkException: Invalid" in done.stderr
    assert (tmp_path / "links.csv").read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "links.csv"]


def test_a_master_with_two_workers(tmp_path: Path) -> None:
    made = generate(1000, seed=5, part=Part.UNSEEN)
    write(made.left, tmp_path / "left.csv")
    write(made.right, tmp_path / "right.csv")
    (tmp_path / "spark").mkdir()
    with cluster(tmp_path / "spark") as workers:
        done = command(tmp_path, workers.master, "match", "links.csv", "left.csv", "right.csv")
        assert workers.executors() == 2, done.stderr
    check(tmp_path, "links.csv", "left.csv", "right.csv")
