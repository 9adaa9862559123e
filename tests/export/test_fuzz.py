"""Random Unicode through the whole way and back: what a table says is what every reader of every format finds.

rapper (Raptor), serdi (Serd), rdflib, pyoxigraph and networkx read the files of a release that this table was built to.
"""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kg
from kg.export.property_graph import clean
from kg.export.rdf import XML_FORBIDDEN
from tests.export.small import read_oxigraph, read_rapper, read_rdflib, read_serdi
from tests.projects import rewrite, write_project

Reader = Callable[[Path, str], set[str]]
FILES: dict[str, tuple[str, tuple[Reader, ...]]] = {
    "graph.ttl": ("turtle", (read_oxigraph, read_rdflib, read_rapper, read_serdi)),
    "graph.trig": ("trig", (read_oxigraph, read_rdflib, read_serdi)),
    "graph.jsonld": ("jsonld", (read_oxigraph, read_rdflib)),
    "graph.rdf": ("rdfxml", (read_oxigraph, read_rdflib, read_rapper)),
}

hostile = st.sampled_from(
    "\"'\\<>&{}[]()%#?/:;,.=+-@ \t\n\r\x01\x0b\x1b\x7f\x85\u00a0\u00ad\u0301\u200b\u200e\u202e\u2028\u2066\u3000"
    "\ufeff\ufffd\ufffe\uffff\U0001f600\U0001f1e8\U00020000\U0010ffff甲é"
)
text = st.text(st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), hostile), min_size=1)
towns = st.lists(st.tuples(text, text), min_size=5, max_size=40, unique_by=lambda town: town[0])

SEVERAL = settings(
    max_examples=10,
    # Making a failing table smaller would take minutes; the few rows that fail are named as they are.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def _lexical_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib rewrites numbers when it reads them, unless it is told not to."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


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


@pytest.mark.slow
@SEVERAL
@given(towns)
def test_every_reader_finds_what_the_table_says(towns: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as name:
        release = build(Path(name), towns)
        triples = [quad.triple for quad in ox.parse(path=release / "graph.nt", format=ox.RdfFormat.N_TRIPLES)]
        check_master(release, triples, towns)
        for file, (syntax, readers) in FILES.items():
            if syntax == "rdfxml" and any(XML_FORBIDDEN.search(label) for _, label in towns):
                assert not (release / file).exists()
                continue
            for read in readers:
                found, wanted = read(release / file, syntax), set(map(str, triples))
                assert found == wanted, f"{file} by {read.__name__}: {sorted(found ^ wanted)[:4]}"
        check_property_graph(release, towns)


def check_master(release: Path, triples: list[ox.Triple], towns: list[tuple[str, str]]) -> None:
    """The N-Triples hold each label, and a subject for each id: no two of them become one IRI."""
    named = [one for one in triples if "/town/t" in str(one.subject)]
    assert len({one.subject for one in named}) == len(towns)
    labels = {one.object for one in named if one.predicate.value.endswith("#label")}
    assert labels == {ox.Literal(label, language="zh") for _, label in towns}
    wanted = set(map(str, triples))
    assert read_rapper(release / "graph.nt", "ntriples") == wanted
    assert read_serdi(release / "graph.nt", "ntriples") == wanted


def check_property_graph(release: Path, towns: list[tuple[str, str]]) -> None:
    """networkx finds a node with the label of each town, as far as XML can hold it."""
    expected = sorted(clean(label) for _, label in towns)
    for graph in (networkx.read_graphml(release / "graph.graphml"), networkx.read_gexf(release / "graph.gexf")):
        found = [str(data["label"]) for node, data in graph.nodes(data=True) if str(node).startswith("town/t")]
        assert sorted(found) == expected
