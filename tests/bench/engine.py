"""The mapping engine beside others, in turn on one machine: `python -m tests.bench engine [ROWS]`.

Each is a program that is run from start to end; the best of the rounds counts. Three workloads: shared, one with
a join by name, one with repeated rows and overlapping maps. rdflib gets a slice, as it takes minutes for the whole.
`--alone` runs only our engine; its times are then those of 1 million rows, to see how they grow.
"""

import argparse
import csv
import runpy
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import rdflib

from tests.bench.support import (
    OURS,
    WORKLOAD,
    Run,
    count_lines,
    generate,
    measured,
    python_of,
    show,
    versions_of,
    with_duplicates,
    with_joins,
)

SLICE = 10_000
TABLES = ("cities", "sectors", "clusters", "enterprises")
YARDSTICK = "Morph-KGC"


def run(arguments: list[str]) -> None:
    """Generates the workloads, runs each engine in turn, and prints a table a workload."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as place:
        plain = generate(Path(place, "plain"), options.rows)
        if options.alone:
            _grow(plain, Path(place), options.rows)
            return
        print(versions_of("morph"), "·", versions_of("maplib"), "·", f"rdflib {rdflib.__version__}")
        part = generate(Path(place, "slice"), min(SLICE, options.rows))
        rdflib_run = ("rdflib loop, a slice", lambda: _rdflib(part))
        maplib_run = ("maplib (OTTR, no check of duplicates)", lambda: _maplib(plain))
        _compare("plain", plain, options.rounds, [_sorted(plain), maplib_run, rdflib_run])
        _compare("joins by name", with_joins(plain, Path(place, "joins")), options.rounds, [])
        _compare("duplicates", with_duplicates(plain, Path(place, "duplicates")), options.rounds, [])


Engine = tuple[str, Callable[[], Run]]


def _compare(title: str, folder: Path, rounds: int, more: list[Engine]) -> None:
    engines: list[Engine] = [("kg map", lambda: _ours(folder)), *more]
    engines += [(YARDSTICK, lambda: _morph(folder)), ("cat of the same bytes", lambda: _cat(folder))]
    runs: dict[str, list[Run]] = {name: [] for name, _ in engines}
    for number in range(rounds):
        for name, engine in engines:
            if number == 0 or name not in {"maplib (OTTR, no check of duplicates)", "rdflib loop, a slice"}:
                runs[name].append(engine())
    show(title, {name: min(each, key=lambda one: one.seconds) for name, each in runs.items()}, yardstick=YARDSTICK)


def _ours(folder: Path, *options: str) -> Run:
    out = _gone(folder / "ours.nt")
    return measured([*OURS, "map", folder / "map.ttl", "-o", out, *options]).of(count_lines(out))


def _gone(path: Path) -> Path:
    """The path, at which nothing is left of the round before: to remove gigabytes takes its time too."""
    path.unlink(missing_ok=True)
    return path


def _sorted(folder: Path) -> Engine:
    return "kg map --sorted", lambda: _ours(folder, "--sorted")


def _morph(folder: Path) -> Run:
    out = _gone(folder / "morph2.nt")
    made = measured([python_of("morph"), "-m", "morph_kgc", folder / "morph2.ini"])
    return made.of(count_lines(out))


def _cat(folder: Path) -> Run:
    ours = folder / "ours.nt"
    return measured(["sh", "-c", 'cat "$0" > "$1"', ours, _gone(folder / "cat.nt")]).of(count_lines(ours))


def _maplib(folder: Path) -> Run:
    out = folder / "maplib.nt"
    return measured([python_of("maplib"), Path(__file__).with_name("maplib_worker.py"), folder, out]).of(
        count_lines(out)
    )


def _rdflib(folder: Path) -> Run:
    out = folder / "rdflib.nt"
    code = f"from tests.bench.engine import build_rdflib; build_rdflib({str(folder)!r}, {str(out)!r})"
    return measured([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).of(count_lines(out))


def _grow(plain: Path, place: Path, rows: int) -> None:
    """Prints time a triple and peak at 1 million rows and at `rows`, each beside `cat`: the disk slows down too."""
    million = generate(place / "million", 1_000_000)
    sizes = {"1,000,000 rows": million, f"{rows:,} rows": plain, "1,000,000 rows again": million}
    runs: dict[str, Run] = {}
    for name, folder in sizes.items():
        runs[name] = _ours(folder)
        runs[f"cat of {name}"] = _cat(folder)
        _gone(folder / "cat.nt")
    show("growth", runs, yardstick="1,000,000 rows")


def build_rdflib(folder: str, out: str) -> None:
    """Maps the usual way: a loop that adds to a graph, which is serialised at the end."""
    rdflib_graph(folder).serialize(out, format="nt", encoding="utf-8")


def rdflib_graph(folder: str) -> rdflib.Graph:
    """The graph of that loop."""
    spec = runpy.run_path(str(WORKLOAD / "kgspec.py"))["SPEC"]
    graph = rdflib.Graph()
    for table in TABLES:
        (prefix, key), cls, properties = spec[table]
        with (Path(folder) / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                subject = rdflib.URIRef(prefix + quote(row[key], safe=""))
                graph.add((subject, rdflib.RDF.type, rdflib.URIRef(cls)))
                for predicate, kind, *rest in properties:
                    made = _object(kind, rest, row)
                    if made is not None:
                        graph.add((subject, rdflib.URIRef(predicate), made))
    return graph


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
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--alone", action="store_true", help="only our engine, beside itself at 1 million rows")
    return parser.parse_args(arguments)
