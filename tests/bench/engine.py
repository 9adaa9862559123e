"""The mapping engine against a plain rdflib loop, in turn on one machine: `python -m tests.bench engine [ROWS]`.

The tables are those of the shared workload, whose generator needs numpy and pyarrow (--python names an interpreter that
has them). rdflib gets a slice, as it takes minutes for the whole; what is compared is triples a second.
"""

import argparse
import csv
import multiprocessing
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import rdflib
from rich.console import Console
from rich.table import Table

from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.plan import plan
from kg.mapping.rml import parse
from kg.read.tables import connect, open_table

WORKLOAD = Path(__file__).parents[3] / "shared" / "bench"
BASE = "http://kg.example.cn/id/"
SLICE = 10_000
TABLES = ("cities", "sectors", "clusters", "enterprises")


@dataclass(frozen=True, slots=True)
class Run:
    """One engine run once, in a process of its own."""

    triples: int
    seconds: float
    cpu: float
    peak_mb: int


def run(arguments: list[str]) -> None:
    """Generate the workload, run each engine in turn, and print a table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as place:
        whole, part = Path(place, "whole"), Path(place, "slice")
        _generate(whole, options.rows, options.python)
        _generate(part, min(SLICE, options.rows), options.python)
        engines: dict[str, tuple[Callable[[Path], int], Path]] = {
            "kg": (build, whole),
            "kg, sorted": (build_ordered, whole),
            "rdflib loop": (build_rdflib, part),
        }
        runs: dict[str, list[Run]] = {name: [] for name in engines}
        for _ in range(options.rounds):
            for name, (engine, folder) in engines.items():
                runs[name].append(_alone(engine, folder))
        _print(runs)


def build(folder: Path, *, ordered: bool = False) -> int:
    """Map the tables of a folder to N-Triples; return the number of triples."""
    connection = connect()
    mapping = parse((folder / "map.ttl").read_text(encoding="utf-8"), file="map.ttl", base=BASE)
    relations = {source.key: open_table(connection, folder / source.path)[0] for source in mapping.sources}
    return DuckdbEngine(connection).write(plan(mapping, relations), folder / "out.nt", ordered=ordered).triples


def build_ordered(folder: Path) -> int:
    """Do the same, sorted."""
    return build(folder, ordered=True)


def build_rdflib(folder: Path) -> int:
    """Do the same the usual way: a loop that adds to a graph, which is serialised at the end."""
    spec = runpy.run_path(str(WORKLOAD / "kgspec.py"))["SPEC"]
    graph = rdflib.Graph()
    for table in TABLES:
        (prefix, key), cls, properties = spec[table]
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                subject = rdflib.URIRef(prefix + quote(row[key], safe=""))
                graph.add((subject, rdflib.RDF.type, rdflib.URIRef(cls)))
                for predicate, kind, *rest in properties:
                    made = _object(kind, rest, row)
                    if made is not None:
                        graph.add((subject, rdflib.URIRef(predicate), made))
    graph.serialize(folder / "rdflib.nt", format="nt", encoding="utf-8")
    return len(graph)


def _object(kind: str, rest: list[str], row: dict[str, str]) -> rdflib.URIRef | rdflib.Literal | None:
    value = row[rest[1] if kind == "iri" else rest[0]]
    if not value:
        return None
    if kind == "iri":
        return rdflib.URIRef(rest[0] + quote(value, safe=""))
    if kind == "lang":
        return rdflib.Literal(value, lang=rest[1])
    return rdflib.Literal(value, datatype=rdflib.URIRef(rest[1]) if kind == "typed" else None, normalize=False)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="engine", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="an interpreter with numpy and pyarrow")
    return parser.parse_args(arguments)


def _generate(folder: Path, rows: int, python: str) -> None:
    """Write the tables and their mapping."""
    generator = [python, str(WORKLOAD / "gen.py"), str(rows), str(folder), "--no-parquet"]
    made = subprocess.run(generator, capture_output=True, text=True, check=False)
    if made.returncode:
        sys.exit(f"the workload cannot be generated: {made.stderr.strip().rpartition(chr(10))[2]}")
    writer = [sys.executable, str(WORKLOAD / "mk_rml.py"), str(folder), "csv", str(folder)]
    subprocess.run(writer, check=True, cwd=WORKLOAD, env={"PYTHONDONTWRITEBYTECODE": "1"})


def _alone(engine: Callable[[Path], int], folder: Path) -> Run:
    """Run an engine in a fresh process, so that its peak of memory is its own; starting it is not timed."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_timed, engine, folder).result()


def _timed(engine: Callable[[Path], int], folder: Path) -> Run:
    wall, cpu = time.perf_counter(), time.process_time()
    triples = engine(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Run(triples, time.perf_counter() - wall, time.process_time() - cpu, peak)


def _print(runs: dict[str, list[Run]]) -> None:
    """Print the best run of each engine, and how many times as many triples a second as the last it makes."""
    best = {name: min(each, key=lambda one: one.seconds) for name, each in runs.items()}
    yardstick = list(best.values())[-1]
    table = Table("engine", "triples", "seconds", "CPU s", "triples/s", "peak MB", "x rdflib")
    for name, one in best.items():
        rate = one.triples / one.seconds
        ratio = rate / (yardstick.triples / yardstick.seconds)
        cells = (
            f"{one.triples:,}",
            f"{one.seconds:.2f}",
            f"{one.cpu:.2f}",
            f"{rate:,.0f}",
            f"{one.peak_mb}",
            f"{ratio:.1f}",
        )
        table.add_row(name, *cells)
    Console().print(table)
