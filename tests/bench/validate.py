"""Validation beside loading, and beside other validators: `python -m tests.bench validate [ROWS]`.

A project with one large table is built; its store is then checked by its shapes and its checks. pySHACL and rudof get
a slice, as they hold the whole graph in memory; what is compared is triples a second.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox

from kg.catalog import read_catalog
from kg.pipeline.validation import validate_store
from kg.store.oxigraph import open_store
from tests.bench.projects import write_large
from tests.bench.support import OURS, Run, generate, measured, python_of, show

SLICE = 5_000
ROOT = Path(__file__).parents[2]


def run(arguments: list[str]) -> None:
    """Builds, validates in each way, and prints a table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        project = write_large(place / "whole", generate(place / "tables", options.rows))
        output = project / "output"
        measured([*OURS, "build", project, "-o", output])
        triples = json.loads((output / "latest" / "manifest.json").read_text("utf-8"))["triples"]
        seconds = json.loads((output / "latest" / "build.json").read_text("utf-8"))["seconds"]
        part = write_large(place / "slice", generate(place / "few", min(SLICE, options.rows)))
        measured([*OURS, "build", part, "-o", part / "output"])
        count = json.loads((part / "output" / "latest" / "manifest.json").read_text("utf-8"))["triples"]
        runs = {
            "loading in that build": Run(seconds["load"], seconds["load"], 0, triples),
            "kg: shapes, checks, counts": _ours(project).of(triples),
            "pySHACL: shapes, a slice": _other("pyshacl", part).of(count),
            "rudof: shapes, a slice": _other("rudof", part).of(count),
        }
    show("validation", runs, yardstick="pySHACL: shapes, a slice")
    print("stages of the build:", seconds)


def _ours(project: Path) -> Run:
    code = f"from pathlib import Path; from tests.bench.validate import ours; ours(Path({str(project)!r}))"
    return measured([sys.executable, "-c", code], cwd=ROOT)


def ours(project: Path) -> None:
    """Checks the store of a project's release."""
    catalog = read_catalog(project / "data" / "catalog.toml")
    assert not validate_store(open_store((project / "output" / "latest").resolve()), catalog).violations


def _other(name: str, project: Path) -> Run:
    """Another validator on the default graph of a release."""
    store, data = open_store((project / "output" / "latest").resolve()), project / "data.nt"
    store.dump(str(data), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    worker = Path(__file__).with_name(f"{name}_worker.py")
    return measured([python_of("rudof"), worker, data, project / "ontology" / "shapes.ttl"])


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="validate", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=300_000)
    return parser.parse_args(arguments)
