"""`python -m tests.bench match [N]`: kg match beside Splink and exact keys, on generated registers of N rows.

Then kg dedupe on the rows of both registers together, where every pair of rows of one firm counts.

The registers are of the unseen part: other characters, places and words than those that weights were set on. Splink
gets an environment of its own (SPLINK_PYTHON, or one made in the folder for temporary files) and the parts of names
that our own preparation makes, without the time for making them; of its thresholds the best by truth is taken.
"""

import csv
import os
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

from kg.read.tables import connect, open_table
from kg.resolve.database import Duckdb
from kg.resolve.lexicon import load_lexicon
from kg.resolve.match import Matching, dedupe_table, match_tables
from tests.bench.registers import Part, Registers, generate, write

ROOT = Path(__file__).parent.parent.parent
LEXICON = ROOT / "ontology" / "lexicon"
MEMORY = "1200MB"
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
        if arguments[2:] == ["dedupe"]:
            _dedupe(Path(arguments[1]))
        else:
            _work(Path(arguments[1]), prepare_only=arguments[2:] == ["parts"])
        return
    size = int(arguments[0]) if arguments else ROWS
    registers = generate(size, seed=SEED, part=Part.UNSEEN)
    sizes = f"{len(registers.left)} x {len(registers.right)} rows, {len(registers.truth)} true pairs"
    print(f"{sizes}, unseen part, seed {SEED}")
    print(f"{'':<24}{'precision':>10}{'recall':>9}{'F1':>9}{'seconds':>10}{'MB':>8}")
    with tempfile.TemporaryDirectory(prefix="kg-match-") as folder:
        _compare(registers, Path(folder))


def _compare(registers: Registers, folder: Path) -> None:
    write(registers.left, folder / "left.csv")
    write(registers.right, folder / "right.csv")
    print(_exact(registers), flush=True)
    seconds, megabytes = _timed([sys.executable, "-m", "tests.bench.match", "--worker", str(folder)])
    print(_judge("kg match", _pairs(folder / "links.csv"), registers.truth, seconds, megabytes), flush=True)
    write([*registers.left, *registers.right], folder / "both.csv")
    seconds, megabytes = _timed([sys.executable, "-m", "tests.bench.match", "--worker", str(folder), "dedupe"])
    print(_judge("kg dedupe", _pairs(folder / "same.csv"), registers.truth, seconds, megabytes), flush=True)
    _timed([sys.executable, "-m", "tests.bench.match", "--worker", str(folder), "parts"])
    python = splink_python()
    worker = str(Path(__file__).with_name("splink_worker.py"))
    for kind in ("names", "parts"):
        files = [str(folder / name) for name in ("left.parquet", "right.parquet", f"{kind}.csv")]
        seconds, megabytes = _timed([python, worker, kind, *files, MEMORY])
        best = _best(folder / f"{kind}.csv", registers.truth)
        print(_judge(f"Splink, {kind}", best, registers.truth, seconds, megabytes), flush=True)


def _work(folder: Path, *, prepare_only: bool) -> None:
    """Matches the registers of a folder; or writes the parts of their names, for Splink."""
    connection = connect(threads=2, memory_limit=MEMORY, temporary=folder / "spill")
    left, _ = open_table(connection, folder / "left.csv")
    right, _ = open_table(connection, folder / "right.csv")
    matching = match_tables(Duckdb(connection), left, right, lexicon=load_lexicon(LEXICON))
    matching.write(folder / "links.csv")
    if prepare_only:
        parts = "id, plain AS name, core, nullif(trade, '') AS trade, nullif(form, '') AS form"
        parts += ", branch, grp, body, city, code"
        for side, name in (("L", "left"), ("R", "right")):
            connection.execute(
                f"COPY (SELECT {parts} FROM {matching.prefix}_rows WHERE starts_with(id, '{side}')) "
                f"TO '{folder / name}.parquet'"
            )


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
