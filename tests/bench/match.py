"""`python -m tests.bench match [N] [ours]`: kg match beside Splink and exact keys, on generated registers of N rows.

The same on Spark, which must write the same bytes; then kg dedupe on the rows of both registers together, where every
pair of rows of one firm counts. With `ours` Splink is left out.

The registers are of the unseen part: other characters, places and words than those that weights were set on. Splink
gets an environment of its own (SPLINK_PYTHON, or one made in the folder for temporary files) and the parts of names
that our own preparation makes, without the time for making them; of its thresholds the best by truth is taken.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from kg.pipeline.matching import MatchOptions, match_files
from kg.read.tables import connect, open_table
from kg.resolve.database import Duckdb
from kg.resolve.lexicon import load_lexicon
from kg.resolve.match import Matching, dedupe_table, match_tables
from tests.bench.registers import Part, Registers, generate, write

ROOT = Path(__file__).parent.parent.parent
LEXICON = ROOT / "ontology" / "lexicon"
MEMORY = "1200MB"
MASTER = "local[2]"
ROWS = 100_000
SEED = 7

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What one way of matching reached."""

    name: str
    precision: float
    recall: float
    seconds: float
    megabytes: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return (
            f"{self.name:<24}{self.precision:>10.4f}{self.recall:>9.4f}{self.f1:>9.4f}"
            f"{self.seconds:>10.1f}{self.megabytes:>8}"
        )


def run(arguments: list[str]) -> None:
    """Prints the table, row by row."""
    if arguments[:1] == ["--worker"]:
        works = {"dedupe": _dedupe, "parts": _parts, "spark": _spark, "match": _match}
        works[arguments[2]](Path(arguments[1]))
        return
    size = int(arguments[0]) if arguments else ROWS
    registers = generate(size, seed=SEED, part=Part.UNSEEN)
    sizes = f"{len(registers.left)} x {len(registers.right)} rows, {len(registers.truth)} true pairs"
    print(f"{sizes}, unseen part, seed {SEED}")
    print(f"{'':<24}{'precision':>10}{'recall':>9}{'F1':>9}{'seconds':>10}{'MB':>8}")
    with tempfile.TemporaryDirectory(prefix="kg-match-") as folder:
        _compare_ours(registers, Path(folder))
        if arguments[1:] != ["ours"]:
            _compare_splink(registers, Path(folder))


def _compare_ours(registers: Registers, folder: Path) -> None:
    write(registers.left, folder / "left.csv")
    write(registers.right, folder / "right.csv")
    print(_exact(registers), flush=True)
    seconds, megabytes = _timed(_worker(folder, "match"))
    print(_judge("kg match", _pairs(folder / "links.csv"), registers.truth, seconds, megabytes), flush=True)
    seconds, _ = _timed(_worker(folder, "spark"))
    megabytes = int((folder / "spark.mb").read_text())
    print(_judge(f"kg match, {MASTER}", _pairs(folder / "spark.csv"), registers.truth, seconds, megabytes), flush=True)
    if (folder / "spark.csv").read_bytes() != (folder / "links.csv").read_bytes():
        sys.exit("Spark writes other links than DuckDB")
    write([*registers.left, *registers.right], folder / "both.csv")
    seconds, megabytes = _timed(_worker(folder, "dedupe"))
    print(_judge("kg dedupe", _pairs(folder / "same.csv"), registers.truth, seconds, megabytes), flush=True)


def _compare_splink(registers: Registers, folder: Path) -> None:
    _timed(_worker(folder, "parts"))
    python = splink_python()
    worker = str(Path(__file__).with_name("splink_worker.py"))
    for kind in ("names", "parts"):
        files = [str(folder / name) for name in ("left.parquet", "right.parquet", f"{kind}.csv")]
        seconds, megabytes = _timed([python, worker, kind, *files, MEMORY])
        best = _best(folder / f"{kind}.csv", registers.truth)
        print(_judge(f"Splink, {kind}", best, registers.truth, seconds, megabytes), flush=True)


def _worker(folder: Path, work: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.match", "--worker", str(folder), work]


def _match(folder: Path) -> Matching:
    """Matches the registers of a folder."""
    connection = connect(threads=2, memory_limit=MEMORY, temporary=folder / "spill")
    left, _ = open_table(connection, folder / "left.csv")
    right, _ = open_table(connection, folder / "right.csv")
    matching = match_tables(Duckdb(connection), left, right, lexicon=load_lexicon(LEXICON))
    matching.write(folder / "links.csv")
    return matching


def _parts(folder: Path) -> None:
    """Writes the parts of the names too, for Splink."""
    matching = _match(folder)
    parts = "id, plain AS name, core, nullif(trade, '') AS trade, nullif(form, '') AS form"
    parts += ", branch, grp, body, city, code"
    for side, name in (("L", "left"), ("R", "right")):
        matching.database.connection.execute(
            f"COPY (SELECT {parts} FROM {matching.prefix}_rows WHERE starts_with(id, '{side}')) "
            f"TO '{folder / name}.parquet'"
        )


def _spark(folder: Path) -> None:
    """Matches the registers of a folder on Spark, and writes the megabytes that this program and its JVM took."""
    options = MatchOptions(master=MASTER)
    match_files(folder / "left.csv", folder / "right.csv", folder / "spark.csv", options)
    programs = ["self", *Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    (folder / "spark.mb").write_text(str(sum(map(_peak, programs))))


def _peak(program: str) -> int:
    """Return the most megabytes that a program has had."""
    [size] = re.findall(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{program}/status").read_text(), re.MULTILINE)
    return int(size) // 1024


def _dedupe(folder: Path) -> None:
    """Finds the rows of both registers together that are one firm, and writes every pair of them."""
    connection = connect(threads=2, memory_limit=MEMORY, temporary=folder / "spill")
    table, _ = open_table(connection, folder / "both.csv")
    with (folder / "same.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("left_id", "right_id"))
        writer.writerows(sorted(pairs_of(dedupe_table(Duckdb(connection), table, lexicon=load_lexicon(LEXICON)))))


def pairs_of(matching: Matching) -> set[Pair]:
    """Return every pair of rows that a dedupe takes for one firm; the row of the left register first."""
    firms: defaultdict[str, list[str]] = defaultdict(list)
    for identifier, firm, _, _ in matching.rows():
        firms[firm].append(identifier)
    return {pair for found in firms.values() for pair in combinations(sorted(found), 2)}


def _timed(command: Sequence[str]) -> tuple[float, int]:
    """Return the seconds and the peak megabytes of a program."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return time.perf_counter() - start, usage.ru_maxrss // 1024


def _exact(registers: Registers) -> Result:
    """Return what equal codes, or else equal names, reach."""
    start = time.perf_counter()
    codes = {row.code: row.id for row in registers.left if row.code}
    names = {row.name: row.id for row in registers.left}
    found = {(codes.get(row.code) or names.get(row.name), row.id) for row in registers.right}
    pairs = {(left, right) for left, right in found if left}
    return _judge("exact keys", pairs, registers.truth, time.perf_counter() - start, 0)


def _judge(name: str, found: Iterable[Pair], truth: set[Pair], seconds: float, megabytes: int) -> Result:
    pairs = set(found)
    right = len(pairs & truth)
    return Result(name, right / len(pairs) if pairs else 0.0, right / len(truth), seconds, megabytes)


def _pairs(path: Path) -> set[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["left_id"], row["right_id"]) for row in csv.DictReader(file)}


def _best(path: Path, truth: set[Pair]) -> set[Pair]:
    """Return the pairs above the threshold that gives the best F1: what no user could know."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(float(r["match_probability"]), (r["left_id"], r["right_id"])) for r in csv.DictReader(file)]
    rows.sort(reverse=True)
    right, best, size = 0, 0.0, 0
    for count, (_, pair) in enumerate(rows, 1):
        right += pair in truth
        if (f1 := 2 * right / (count + len(truth))) > best:
            best, size = f1, count
    return {pair for _, pair in rows[:size]}


def splink_python() -> str:
    """Return a Python that has Splink; makes one where there is none."""
    if given := os.environ.get("SPLINK_PYTHON"):
        return given
    folder = Path(tempfile.gettempdir()) / "kg-bench-splink"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "splink==5.0.0"], check=True)
    return str(python)


if __name__ == "__main__":
    run(sys.argv[1:])
