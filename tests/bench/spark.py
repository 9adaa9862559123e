"""Spark on this machine against DuckDB, in turn, on the shared workload: `python -m tests.bench spark [ROWS]`.

Each run is a process of its own that a user would start: `kg map`, sorted and unsorted, with and without Spark. The
rate of Spark without its start is what the sizing of the README rests on: it is taken from two sizes.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.support import generate

ENGINES = ("duckdb", "duckdb, sorted", "spark", "spark, sorted")
FIRST = 10
"""The smaller of the two sizes is a tenth of the larger."""


@dataclass(frozen=True, slots=True)
class Run:
    """One command run once."""

    seconds: float
    triples: int


def run(arguments: list[str]) -> None:
    """Generate the workload in two sizes, run each engine in turn, compare the sorted files, and print a table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place, name) for name in ("small", "large")]
        for folder, rows in zip(folders, (options.rows // FIRST, options.rows), strict=True):
            generate(folder, rows)
        runs: dict[tuple[str, Path], list[Run]] = {(name, folder): [] for folder in folders for name in ENGINES}
        for _ in range(options.rounds):
            for (name, folder), found in runs.items():
                found.append(_map(folder, name, options.master))
        for folder in folders:
            if (folder / "duckdb, sorted.nt").read_bytes() != (folder / "spark, sorted.nt").read_bytes():
                sys.exit(f"the sorted files of {folder.name} differ")
        best = {place: min(some, key=lambda one: one.seconds) for place, some in runs.items()}
    _print({name: [best[name, folder] for folder in folders] for name in ENGINES}, options.master)


def _map(folder: Path, name: str, master: str) -> Run:
    """Run `kg map` on the tables of a folder, as a user would."""
    out = folder / f"{name}.nt"
    command = [sys.executable, "-c", "from kg.cli import main; main()", "map", "map.ttl", "-o", out.name]
    command += ["--sorted"] if name.endswith("sorted") else []
    command += ["--engine", "spark", "--master", master] if name.startswith("spark") else []
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    with out.open("rb") as file:
        return Run(seconds, sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="spark", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--master", default="local[2]")
    return parser.parse_args(arguments)


def _print(best: dict[str, list[Run]], master: str) -> None:
    table = Table("engine", "triples", "seconds", "triples/s", "seconds, a tenth", "triples/s without the start")
    for name, (small, large) in best.items():
        more = large.seconds - small.seconds
        steady = f"{(large.triples - small.triples) / more:,.0f}" if more > 0 else "-"
        cells = (
            f"{large.seconds:.1f}",
            f"{large.triples / large.seconds:,.0f}",
            f"{small.seconds:.1f}",
            steady,
        )
        table.add_row(name.replace("spark", f"spark {master}"), f"{large.triples:,}", *cells)
    Console().print(table)
