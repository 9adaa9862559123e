"""From tables to the first SPARQL answer: `python -m tests.bench answer [ROWS]`.

Ours twice: mapping in parts that are loaded side by side, and a whole `kg build` (which also validates, hashes, packs
and reports); the switch for bulk provenance on and off, and without a store. Then Morph-KGC and one call of Oxigraph's
bulk loader, and rdflib on a slice. One round each: they take minutes. What the switch costs is printed by itself, for
the whole and, with claims for each statement, for a slice; `--switch` prints only the latter.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.pipeline.mapfile import MapOptions, map_file
from kg.store.loading import load_pieces
from tests.bench.projects import write_large
from tests.bench.support import OURS, Run, generate, measured, python_of, show
from tests.projects import rewrite

SLICE = 10_000
QUESTION = """SELECT ?cluster (COUNT(*) AS ?firms) { ?firm <http://kg.example.cn/ont#memberOf> ?cluster }
GROUP BY ?cluster ORDER BY DESC(?firms) LIMIT 5"""
YARDSTICK = "Morph-KGC, bulk_load"
ROOT = Path(__file__).parents[2]


def run(arguments: list[str]) -> None:
    """Generates the workload, runs each way once, and prints a table and the stages of the builds."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        part = generate(place / "slice", min(SLICE, options.rows))
        if options.switch:
            _cost_of_evidence(part, place)
            return
        tables = generate(place / "tables", options.rows)
        runs = {"kg map and load, in parts": _worker("ours", tables)}
        for title, evidence, more in (
            ("kg build", "entity", []),
            ("kg build, no provenance", "none", []),
            ("kg build --no-store", "entity", ["--no-store"]),
        ):
            project = write_large(place / f"{evidence}{len(more)}", tables, evidence=evidence)
            runs[title] = _build(project, more)
        runs[YARDSTICK] = _worker("morph", tables)
        runs["rdflib, a slice"] = _worker("rdflib", part)
        show("CSV to the first answer", runs, yardstick=YARDSTICK)
        _cost({"none": runs["kg build, no provenance"], "entity": runs["kg build"]}, options.rows)
        _cost_of_evidence(part, place)


def _cost_of_evidence(tables: Path, place: Path) -> None:
    """Builds a slice with each value of the catalog's `evidence`, and prints what they cost."""
    runs: dict[str, Run] = {}
    for evidence in ("none", "entity", "statement"):
        project = write_large(place / f"switch-{evidence}", tables, evidence="none" if evidence == "none" else "entity")
        if evidence == "statement":
            rewrite(project / "data" / "catalog.toml", 'evidence = "entity"', 'evidence = "statement"')
        runs[evidence] = _build(project, [])
    _cost(runs, min(SLICE, sum(1 for _ in (tables / "enterprises.csv").open(encoding="utf-8"))))


def _cost(runs: Mapping[str, Run], rows: int) -> None:
    """Prints the runs of each value of `evidence` in terms of the first, which keeps nothing."""
    first = next(iter(runs.values()))
    for name, run in runs.items():
        triples, seconds, cpu = run.triples / first.triples, run.seconds / first.seconds, run.cpu / first.cpu
        print(
            f'evidence = "{name}", {rows:,} rows: {run.triples:,} triples ({triples:.2f}x) in {run.seconds:.1f} s '
            f"({seconds:.2f}x), {run.cpu:.1f} CPU s ({cpu:.2f}x)"
        )


def _build(project: Path, options: list[str]) -> Run:
    output = project / "output"
    done = measured([*OURS, "build", project, "-o", output, *options])
    manifest = json.loads((output / "latest" / "manifest.json").read_text("utf-8"))
    seconds = json.loads((output / "latest" / "build.json").read_text("utf-8"))["seconds"]
    print("stages of", project.name, *options, seconds)
    return done.of(manifest["triples"])


def _worker(name: str, folder: Path) -> Run:
    code = f"from pathlib import Path; from tests.bench.answer import {name}; {name}(Path({str(folder)!r}))"
    done = measured([sys.executable, "-c", code], cwd=ROOT)
    return done.of(int((folder / f"{name}.count").read_text()))


def ours(folder: Path) -> None:
    """Maps into parts, loads them side by side, asks."""
    started = time.perf_counter()
    written = map_file(folder / "map.ttl", folder / "ours.nt", base="http://x/", options=MapOptions(parts=2))
    mapped = time.perf_counter() - started
    store = ox.Store(str(folder / "ours.store"))
    pieces = list((folder / "ours.nt").iterdir())
    load_pieces(store, pieces, triples=written.triples)
    _ask(store)
    (folder / "ours.count").write_text(str(written.triples))
    (folder / "ours.seconds").write_text(f"{mapped:.1f}")


def morph(folder: Path) -> None:
    """Maps by Morph-KGC, loads its file by one call, asks."""
    measured([python_of("morph"), "-m", "morph_kgc", folder / "morph2.ini"])
    store = ox.Store(str(folder / "morph.store"))
    store.bulk_load(path=str(folder / "morph2.nt"), format=ox.RdfFormat.N_TRIPLES)
    _ask(store)
    (folder / "morph.count").write_text(str(len(store)))


def rdflib(folder: Path) -> None:
    """Maps by a loop into a graph of rdflib, and asks that."""
    from tests.bench.engine import rdflib_graph  # it loads rdflib, which the others do not need

    graph = rdflib_graph(str(folder))
    assert list(graph.query(QUESTION))
    (folder / "rdflib.count").write_text(str(len(graph)))


def _ask(store: ox.Store) -> None:
    assert list(store.query(QUESTION))  # type: ignore[arg-type]  # a SELECT gives solutions


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="answer", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--switch", action="store_true", help="only what the switch for provenance costs, on a slice")
    return parser.parse_args(arguments)
