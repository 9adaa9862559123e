"""Every serialisation holds the same statements, for readers that we did not write, whatever the labels hold."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.errors import NotFoundError, PublishError
from kg.export import EXPORTERS, export, export_all, list_exporters
from kg.export.content import Content
from kg.export.rdf import (
    XML_FORBIDDEN,
    write_jsonld,
    write_ontology,
    write_provenance,
    write_rdfxml,
    write_schemes,
    write_trig,
    write_turtle,
)
from kg.vocabulary import ONTOLOGY_GRAPH, PROVENANCE_GRAPH
from tests.export import small

Reader = Callable[[Path, str], set[str]]
WRITERS = {"turtle": write_turtle, "trig": write_trig, "jsonld": write_jsonld, "rdfxml": write_rdfxml}
READERS: dict[str, dict[str, Reader]] = {
    "turtle": {
        "oxigraph": small.read_oxigraph,
        "rdflib": small.read_rdflib,
        "rapper": small.read_rapper,
        "serdi": small.read_serdi,
    },
    "trig": {
        "oxigraph": small.read_oxigraph,
        "rdflib": small.read_rdflib,
        "rapper": small.read_rapper,
        "serdi": small.read_serdi,
    },
    "jsonld": {"oxigraph": small.read_oxigraph, "rdflib": small.read_rdflib},
    "rdfxml": {"oxigraph": small.read_oxigraph, "rdflib": small.read_rdflib, "rapper": small.read_rapper},
}
PAIRS = [(syntax, reader) for syntax, readers in READERS.items() for reader in readers]
LANGUAGES = st.sampled_from([None, "zh", "en", "zh-hant"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(autouse=True)
def _lexical_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib rewrites numbers when it reads them, unless it is told not to."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def write(content: Content, syntax: str) -> Path:
    target = content.folder / f"graph.{syntax}"
    assert WRITERS[syntax](content, target) == []
    return target


@pytest.mark.parametrize(("syntax", "reader"), PAIRS)
def test_every_reader_finds_the_same_statements(tmp_path: Path, syntax: str, reader: str) -> None:
    content = small.release(tmp_path, small.graph() + small.hostile())
    assert READERS[syntax][reader](write(content, syntax), syntax) == small.default_graph(content)


@pytest.mark.parametrize("syntax", WRITERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, LANGUAGES), max_size=20))
def test_random_literals_survive(
    tmp_path_factory: pytest.TempPathFactory, syntax: str, texts: list[tuple[str, str | None]]
) -> None:
    # Raptor and serd end strings at U+0000, as C does; XML has no way to hold control characters.
    held = [(XML_FORBIDDEN.sub("", text) if syntax == "rdfxml" else text.replace("\0", "")) for text, _ in texts]
    literals = [ox.Literal(text, language=language) for text, (_, language) in zip(held, texts, strict=True)]
    quads = [small.quad(f"thing/{n}", small.ckg("note"), literal) for n, literal in enumerate(literals)]
    content = small.release(tmp_path_factory.mktemp("random"), quads)
    path = write(content, syntax)
    for reader in READERS[syntax].values():
        assert reader(path, syntax) == small.default_graph(content)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters='<>"{}|^`\\ []%#'), min_size=1), max_size=8
    )
)
def test_random_iris_survive_in_turtle(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    quads = []
    for path in paths:
        try:
            value = ox.NamedNode(small.BASE + path)
        except ValueError:  # not an IRI after all
            continue
        quads.append(small.quad("thing", small.ckg("note"), value))
    content = small.release(tmp_path_factory.mktemp("iris"), quads, prefixes={"d": small.BASE + "d", "b": small.BASE})
    assert small.read_oxigraph(write(content, "turtle"), "turtle") == small.default_graph(content)
    assert small.read_oxigraph(write(content, "jsonld"), "jsonld") == small.default_graph(content)


@pytest.mark.parametrize(("syntax", "reader"), [pair for pair in PAIRS if pair != ("trig", "rdflib")])
def test_integers_keep_their_zeros(tmp_path: Path, syntax: str, reader: str) -> None:
    # rdflib reads a bare 007 of Turtle as 7, whoever wrote it: there only the value is compared.
    integer = "7" if (syntax, reader) == ("turtle", "rdflib") else "007"
    path = write(small.release(tmp_path, [small.quad("a", small.ckg("note"), small.typed("007", "integer"))]), syntax)
    expected = small.quad("a", small.ckg("note"), small.typed(integer, "integer"))
    assert READERS[syntax][reader](path, syntax) == {str(expected.triple)}


def test_trig_holds_all_graphs(tmp_path: Path) -> None:
    content = small.release(tmp_path, small.graph())
    graphs = {str(one.graph_name) for one in ox.parse(path=write(content, "trig"), format=ox.RdfFormat.TRIG)}
    names = ("graph/ontology", "graph/provenance", "source/s1", "source/s2")
    assert graphs == {"DEFAULT", *(f"<{small.BASE}{name}>" for name in names)}


def test_trig_opens_each_graph_once(tmp_path: Path) -> None:
    text = write(small.release(tmp_path, small.graph()), "trig").read_text("utf-8")
    assert text.count("<source/s1> {") == 1


def test_a_published_release_is_exported_from_its_trig(tmp_path: Path) -> None:
    content = small.release(tmp_path, small.graph())
    write_trig(content, tmp_path / "graph.trig")
    (tmp_path / "quads.nq").unlink()
    later = Content(tmp_path, content.manifest)
    assert set(map(str, later.quads)) == set(map(str, content.quads))


def test_provenance_holds_the_claims_only(tmp_path: Path) -> None:
    content = small.release(tmp_path, small.graph())
    write_provenance(content, tmp_path / "provenance.ttl")
    found = small.read_rapper(tmp_path / "provenance.ttl", "turtle")
    assert found == {str(triple) for triple in content.provenance}
    assert len(found) == 18


def test_the_ontology_nests_its_lists_and_loses_nothing(tmp_path: Path) -> None:
    content = small.release(tmp_path, small.graph())
    write_ontology(content, tmp_path / "ontology.ttl")
    text = (tmp_path / "ontology.ttl").read_text("utf-8")
    expected = rdflib.Graph().parse(data="".join(f"{one} .\n" for one in content.ontology), format="nt")
    assert "( ckg:Cluster )" in text
    assert isomorphic(rdflib.Graph().parse(data=text, format="turtle"), expected)


def test_turtle_is_readable(tmp_path: Path) -> None:
    text = write(small.release(tmp_path, small.graph()), "turtle").read_text("utf-8")
    assert text.startswith(f"@base <{small.BASE}> .\n@prefix ckg: <https://w3id.org/cluster-kg/ontology#> .\n")
    assert "\n\n<cluster/c1> a ckg:Cluster ;\n\trdfs:label " in text
    assert "37.50 ." in text


def test_addresses_of_other_hosts_are_written_in_full(tmp_path: Path) -> None:
    quads = [
        small.quad("a", small.ckg("note"), one) for one in (small.iri("https://other.example/x"), ox.Literal("<//y>"))
    ]
    content = small.release(tmp_path, quads)
    text = write(content, "turtle").read_text("utf-8")
    assert "<https://other.example/x>" in text
    assert '"<//y>"' in text


def test_prefixes_that_a_syntax_cannot_take_are_left_out(tmp_path: Path) -> None:
    prefixes = {
        "xmlish": "https://a.example/",
        "é": "https://b.example/",
        "all": small.BASE,
        "urn": "https://c.example/",
    }
    quads = [small.quad("x", small.iri(f"https://{host}.example/p"), small.iri("urn:y")) for host in "abc"]
    content = small.release(tmp_path, quads, prefixes=prefixes)
    for syntax, readers in READERS.items():
        for reader in readers.values():
            assert reader(write(content, syntax), syntax) == small.default_graph(content)


def test_xml_that_cannot_be_is_not_written_but_said(tmp_path: Path) -> None:
    quads = [
        small.quad("a", small.ckg("note"), ox.Literal("bell \x07")),
        small.quad("b", small.iri("https://other.example/terms/1"), ox.Literal("x")),
        small.quad("c", small.ckg("note"), ox.Literal("fine")),
    ]
    content = small.release(tmp_path, quads)
    problems = export_all(content)
    assert [(one.stage, one.file, one.value) for one in problems] == [
        ("export", "graph.rdf", "bell \x07"),
        ("export", "graph.rdf", "https://other.example/terms/1"),
    ]
    assert "U+0007" in problems[0].reason
    assert not (tmp_path / "graph.rdf").exists()
    assert small.read_oxigraph(tmp_path / "graph.ttl", "turtle") == small.default_graph(content)


def test_an_empty_graph_gives_valid_files(tmp_path: Path) -> None:
    content = small.release(tmp_path, [])
    assert export_all(content) == []
    for syntax, file in (
        ("turtle", "graph.ttl"),
        ("trig", "graph.trig"),
        ("jsonld", "graph.jsonld"),
        ("rdfxml", "graph.rdf"),
    ):
        for reader in READERS[syntax].values():
            assert reader(tmp_path / file, syntax) == set()


def test_one_format_is_exported_anywhere(tmp_path: Path) -> None:
    content = small.release(tmp_path / "release", small.graph())
    assert export("jsonld", content, tmp_path / "mine.json") == []
    assert small.read_rdflib(tmp_path / "mine.json", "jsonld") == small.default_graph(content)


def test_an_unknown_format_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no format 'docx'; there are turtle, trig"):
        export("docx", small.release(tmp_path, []), tmp_path / "x")


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=re.escape(str(tmp_path / "no" / "graph.ttl"))):
        export("turtle", small.release(tmp_path, []), tmp_path / "no" / "graph.ttl")


def test_the_list_of_formats_names_each() -> None:
    lines = list_exporters().splitlines()
    assert [line.split()[:2] for line in lines] == [[one.name, one.file] for one in EXPORTERS]


def test_formats_have_their_own_names_and_files() -> None:
    assert len({one.name for one in EXPORTERS}) == len({one.file for one in EXPORTERS}) == len(EXPORTERS)


BUNDLED = [("graph.ttl", "turtle"), ("graph.trig", "trig"), ("graph.jsonld", "jsonld"), ("graph.rdf", "rdfxml")]


@pytest.mark.parametrize(("file", "syntax"), BUNDLED)
def test_the_bundled_release_is_the_same_in_every_syntax(release_folder: Path, file: str, syntax: str) -> None:
    expected = {str(one.triple) for one in ox.parse(path=release_folder / "graph.nt", format=ox.RdfFormat.N_TRIPLES)}
    # rdflib takes seconds for the claims in graph.trig; the small releases above show that it reads them.
    readers = {name: read for name, read in READERS[syntax].items() if (name, syntax) != ("rdflib", "trig")}
    assert {name: read(release_folder / file, syntax) == expected for name, read in readers.items()} == dict.fromkeys(
        readers, True
    )


@pytest.mark.parametrize(("file", "graph"), [("provenance.ttl", PROVENANCE_GRAPH), ("ontology.ttl", ONTOLOGY_GRAPH)])
def test_the_bundled_claims_and_ontology_are_those_of_the_trig(release_folder: Path, file: str, graph: str) -> None:
    quads = ox.parse(path=release_folder / "graph.trig", format=ox.RdfFormat.TRIG)
    expected = sum(1 for one in quads if str(one.graph_name).endswith(f"/{graph}>"))
    assert len(small.read_rapper(release_folder / file, "turtle")) == expected
    assert len(small.read_serdi(release_folder / file, "turtle")) == expected


EXPORT_AGAIN = """
import sys
from pathlib import Path
from kg.export import export_all
from tests.export import small
export_all(small.release(Path(sys.argv[1]), small.graph() + small.hostile()))
"""


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        subprocess.run([sys.executable, "-c", EXPORT_AGAIN, str(tmp_path / seed)], check=True, env=environment)
    one, other = (
        {
            path.relative_to(tmp_path / seed): path.read_bytes()
            for path in (tmp_path / seed).rglob("*")
            if path.is_file()
        }
        for seed in ("1", "2")
    )
    assert len(one) > len(EXPORTERS)
    assert one == other


def test_sectors_are_the_schemes_with_their_concepts(release_folder: Path) -> None:
    graph = rdflib.Graph().parse(release_folder / "sectors.ttl")
    schemes = set(graph.subjects(rdflib.RDF.type, rdflib.SKOS.ConceptScheme))
    assert len(schemes) == 2
    concepts = {scheme: len(set(graph.subjects(rdflib.SKOS.inScheme, scheme))) for scheme in schemes}
    assert sorted(concepts.values()) == [17, 49]
    matches = [rdflib.SKOS.exactMatch, rdflib.SKOS.closeMatch, rdflib.SKOS.broadMatch]
    assert sum(len(list(graph.triples((None, match, None)))) for match in matches) == 17
    assert any(graph.objects(None, rdflib.PROV.wasAttributedTo))


def test_without_a_scheme_there_is_no_file_of_schemes(tmp_path: Path) -> None:
    target = tmp_path / "sectors.ttl"
    assert write_schemes(small.release(tmp_path / "release", []), target) == []
    assert not target.exists()
