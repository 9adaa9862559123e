"""Random Unicode through the whole way and back: what a table says is what every reader of every format finds.

rapper (Raptor), serdi (Serd), rdflib, pyoxigraph and networkx read the files of a release that was built from the table.
"""

import csv
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg.export.property_graph import clean
from tests.projects import rewrite, write_project

Triples: TypeAlias = frozenset[tuple[str, str, str]]

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

hostile = st.sampled_from(
    "\"'\\<>&{}[]()%#?/:;,.=+-@ \t\n\r\x01\x0b\x1b\x7f\x85\u00a0\u00ad\u200b\u200e\u202e\u2028\u2066\ufeff\ufffd\ufffe\uffff"
    "\u0301\u3000\U0001f600\U0001f1e8\U00020000\U0010ffff甲é"
)
text = st.text(st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), hostile), min_size=1)
towns = st.lists(st.tuples(text, text), min_size=5, max_size=40, unique_by=lambda town: town[0])
SEVERAL = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def build(folder: Path, towns: Iterable[tuple[str, str]]) -> Path:
    """A release of the small project with these ids and names of towns."""
    write_project(folder)
    rewrite(folder / "data/expectations.toml", "equals = 2", "at_least = 1")
    with (folder / "data/towns.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([f"t{key}", name, "", "s1"] for key, name in towns)
    result = kg.build(folder, output=folder / "out")
    assert result.folder is not None, result.violations
    assert {problem.stage for problem in result.problems} <= {"export"}
    return result.folder


def by_pyoxigraph(path: Path, form: ox.RdfFormat) -> Triples:
    quads = ox.parse(path=path, format=form)
    return as_triples(quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph))


def as_triples(triples: Iterable[ox.Triple]) -> Triples:
    return frozenset((str(one.subject), str(one.predicate), str(one.object)) for one in triples)


def by_rdflib(path: Path, form: str) -> Triples:
    """rdflib rewrites numbers unless told not to."""
    rdflib.NORMALIZE_LITERALS = False
    try:
        dataset = rdflib.Dataset(default_union=False)
        dataset.parse(path, format=form)
        lines = dataset.default_graph.serialize(format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = True
    return from_lines(lines)


def by_rapper(path: Path, form: str) -> Triples:
    return from_lines(run("rapper", "--quiet", "--input", form, "--output", "ntriples", str(path)))


def by_serdi(path: Path, form: str) -> Triples:
    return from_lines(run("serdi", "-i", form, "-o", "nquads", str(path)))


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode(errors="replace")
    return done.stdout.decode()


def from_lines(lines: str) -> Triples:
    quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS)
    return as_triples(quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph))


READERS: dict[str, list[Callable[[Path], Triples]]] = {
    "graph.nt": [
        lambda path: by_rdflib(path, "nt"),
        lambda path: by_rapper(path, "ntriples"),
        lambda path: by_serdi(path, "ntriples"),
    ],
    "graph.ttl": [
        lambda path: by_pyoxigraph(path, ox.RdfFormat.TURTLE),
        lambda path: by_rdflib(path, "turtle"),
        lambda path: by_rapper(path, "turtle"),
        lambda path: by_serdi(path, "turtle"),
    ],
    "graph.trig": [
        lambda path: by_pyoxigraph(path, ox.RdfFormat.TRIG),
        lambda path: by_rdflib(path, "trig"),
        lambda path: by_serdi(path, "trig"),
    ],
    "graph.jsonld": [
        lambda path: by_pyoxigraph(path, ox.RdfFormat.JSON_LD),
        lambda path: by_rdflib(path, "json-ld"),
    ],
    "graph.rdf": [
        lambda path: by_pyoxigraph(path, ox.RdfFormat.RDF_XML),
        lambda path: by_rdflib(path, "xml"),
        lambda path: by_rapper(path, "rdfxml"),
    ],
}


@pytest.mark.slow
@SEVERAL
@given(towns)
def test_every_reader_finds_what_the_table_says(towns: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as name:
        release = build(Path(name), towns)
        master = by_pyoxigraph(release / "graph.nt", ox.RdfFormat.N_TRIPLES)
        labels = [str(ox.Literal(label, language="zh")) for _, label in towns]
        assert {value for _, predicate, value in master if predicate == f"<{LABEL}>"} >= set(labels)
        for file, readers in READERS.items():
            if file == "graph.rdf" and any(XML_FORBIDDEN.search(label) for _, label in towns):
                assert not (release / file).exists()
                continue
            for number, read in enumerate(readers):
                assert read(release / file) == master, f"{file}, reader {number}"
        check_property_graph(release, towns)


def check_property_graph(release: Path, towns: list[tuple[str, str]]) -> None:
    """networkx finds a node with the right label for each town; XML cannot hold all characters."""
    expected = sorted(clean(label) for _, label in towns)
    for graph in (networkx.read_graphml(release / "graph.graphml"), networkx.read_gexf(release / "graph.gexf")):
        found = [str(data["label"]) for node, data in graph.nodes(data=True) if str(node).startswith("town/t")]
        assert sorted(found) == expected


@pytest.mark.slow
@SEVERAL
@given(towns)
def test_ids_stay_apart(towns: list[tuple[str, str]]) -> None:
    """Two ids of a table never become one IRI, and each IRI is valid to every reader."""
    with TemporaryDirectory() as name:
        release = build(Path(name), towns)
        subjects = {one for one, _, _ in by_pyoxigraph(release / "graph.nt", ox.RdfFormat.N_TRIPLES)}
        assert len([one for one in subjects if "/town/t" in one]) == len(towns)
        assert all(rdflib.URIRef(one[1:-1]).n3() == one for one in subjects)
