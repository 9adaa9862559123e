"""What must hold for any text: it comes back from a literal as it was, and makes valid, distinct IRIs in a template."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyoxigraph
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.mapping import words
from kg.mapping.overlap import terms_meet
from kg.mapping.plan import Blank, Encoding, Iri, Literal, Term
from kg.mapping.template import Column, Parts
from kg.read.tables import connect
from tests.mapping.support import BASE, lines, planned, statements, table, triples_map

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ODD = st.text(st.sampled_from("a1 /%{}\"\\\n\r\t\b\f\x00\x07\x7f\x85\u200f\u2028\ue000\ufffe中é𠮷+&<>|^`'"), min_size=1)
VALUES = st.lists(TEXT | ODD, min_size=1, max_size=40, unique=True)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """One database for all examples of a test."""
    made = connect(threads=2)
    yield made
    made.close()


def han(texts: Iterable[str]) -> list[str]:
    """Return the Chinese characters of some texts."""
    return sorted(character for each in texts for character in each if "\u4e00" <= character <= "\u9fff")


def objects(text: str) -> set[str]:
    """Return the values of the objects, on which both parsers must agree."""
    ours = {str(quad.object.value) for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES)}
    assert ours == {str(each) for each in rdflib.Graph().parse(data=text, format="nt").objects()}
    return ours


@QUICK
@given(VALUES)
def test_any_text_comes_back_from_a_literal(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, values: list[str]
) -> None:
    text = triples_map("rml:constant ex:s", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ]')
    written, report = lines(database, planned(text, table(database, ["v"], [[each] for each in values])), tmp_path)
    assert objects("\n".join(written)) == set(values)
    assert report.triples == len(values)


@QUICK
@given(VALUES)
def test_a_literal_is_written_as_oxigraph_does(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, values: list[str]
) -> None:
    text = triples_map("rml:constant ex:s", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ]')
    written, _ = lines(database, planned(text, table(database, ["v"], [[each] for each in values])), tmp_path)
    subject, predicate = (pyoxigraph.NamedNode(f"http://example.com/{name}") for name in "sp")
    triples = (pyoxigraph.Triple(subject, predicate, pyoxigraph.Literal(each)) for each in values)
    assert set(written) == {f"{triple} ." for triple in triples}


@QUICK
@given(VALUES, st.sampled_from(["IRI", "URI"]))
def test_any_text_makes_a_valid_iri_of_its_own(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, values: list[str], term_type: str
) -> None:
    text = triples_map(f'rml:template "x/{{v}}" ; rml:termType rml:{term_type} ; rml:class ex:C')
    written, _ = lines(database, planned(text, table(database, ["v"], [[each] for each in values])), tmp_path)
    found = [quad.subject.value for quad in pyoxigraph.parse("\n".join(written), format=pyoxigraph.RdfFormat.N_TRIPLES)]
    assert all(words.is_absolute_iri(each) for each in found)
    assert {unquote(each.removeprefix("http://example.com/x/")) for each in found} == set(values)
    assert len(found) == len(values)
    assert all(each.isascii() for each in found) if term_type == "URI" else han(found) == han(values)


@QUICK
@given(VALUES)
def test_any_text_makes_a_blank_node_of_its_own(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, values: list[str]
) -> None:
    text = triples_map('rml:template "{v}" ; rml:termType rml:BlankNode ; rml:class ex:C')
    written, _ = lines(database, planned(text, table(database, ["v"], [[each] for each in values])), tmp_path)
    assert len(set(written)) == len(values)
    assert len(list(pyoxigraph.parse("\n".join(written), format=pyoxigraph.RdfFormat.N_TRIPLES))) == len(values)
    assert len(rdflib.Graph().parse(data="\n".join(written), format="nt")) == len(values)


@QUICK
@given(VALUES)
def test_a_reference_is_a_valid_iri_or_a_problem(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, values: list[str]
) -> None:
    text = triples_map('rml:reference "v" ; rml:class ex:C')
    candidates = {*values, *(f"http://a.example/{each}" for each in values)}
    made = planned(text, table(database, ["v"], [[each] for each in candidates]))
    written, report = lines(database, made, tmp_path)
    found = {quad.subject.value for quad in pyoxigraph.parse("\n".join(written), format=pyoxigraph.RdfFormat.N_TRIPLES)}
    good = candidates - {problem.value for problem in report.problems}
    assert found == {each if words.has_scheme(each) else BASE + each for each in good}
    assert all(not words.is_absolute_iri(each) for each in candidates - good)


CELL = st.none() | st.sampled_from(["a", "b", "中 ", "1", "x y", "2024-01-01"])
SUBJECTS = (
    'rml:template "s/{a}"',
    'rml:template "s/{a}/{b}"',
    'rml:reference "b"',
    "rml:constant ex:s",
    'rml:template "{b}" ; rml:termType rml:BlankNode',
)
OBJECTS = (
    'rml:objectMap [ rml:reference "c" ]',
    'rml:objectMap [ rml:reference "b" ]',
    'rml:objectMap [ rml:template "{b}{c}" ; rml:termType rml:Literal ]',
    'rml:objectMap [ rml:reference "c" ; rml:datatype xsd:integer ]',
    'rml:objectMap [ rml:reference "a" ; rml:languageMap [ rml:reference "c" ] ]',
    'rml:objectMap [ rml:template "s/{c}" ]',
    "rml:object ex:s",
    'rml:objectMap [ rml:parentTriplesMap <#other> ; rml:joinCondition [ rml:child "a" ; rml:parent "b" ] ]',
    'rml:objectMap [ rml:reference "b" ] ; rml:graphMap [ rml:template "g/{c}" ]',
)


@QUICK
@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=8),
    st.sampled_from(SUBJECTS),
    st.sampled_from(SUBJECTS),
    st.lists(st.sampled_from(OBJECTS), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_file_is_a_set_and_the_same_as_the_table(  # noqa: PLR0917
    database: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    rows: list[tuple[str | None, ...]],
    one: str,
    other: str,
    chosen: list[str],
    ordered: bool,
) -> None:
    pairs = [f"rml:predicate ex:p ; {each}" for each in chosen]
    text = triples_map(f"{one} ; rml:class ex:C", *pairs) + triples_map(other, *pairs[:1], name="#other")
    made = planned(text, table(database, ["a", "b", "c"], rows))
    written, report = lines(database, made, tmp_path)
    listed, problems = statements(database, made)
    assert sorted(written) == sorted(set(listed))
    assert report.triples == len(written)
    assert list(report.problems) == problems


WILD = st.sampled_from([Column("a"), Column("b")])
PARTS = st.lists(st.sampled_from(["a", "/", "a/b", "中"]) | WILD, min_size=1, max_size=4).map(tuple)
TERMS = st.builds(Iri, PARTS, st.sampled_from([Encoding.NONE, Encoding.IRI])) | st.builds(Blank, PARTS) | st.builds(
    Literal, PARTS, st.none() | st.just(("zh",)), st.none()
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(TERMS, TERMS)
def test_terms_that_are_equal_for_some_rows_meet(one: Term, other: Term) -> None:
    values = ["a", "中", "/", "b/a", "a/"]
    rows = list(itertools.product(values, values))
    same = type(one) is type(other) and getattr(one, "language", None) == getattr(other, "language", None)
    if same and {value(one, row) for row in rows} & {value(other, row) for row in rows}:
        assert terms_meet(one, other)


def value(term: Term, row: tuple[str, ...]) -> str:
    """Return the value of a term for a row, worked out without SQL."""
    encode = isinstance(term, Iri) and term.encoding is Encoding.IRI
    found = {name: cell.replace("/", "%2F") if encode else cell for name, cell in zip("ab", row, strict=True)}
    parts: Parts = term.parts or ()
    return "".join(part if isinstance(part, str) else found[part.name] for part in parts)
