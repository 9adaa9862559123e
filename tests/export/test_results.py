"""Results as files: the standards' formats exactly, workbooks without formulas, nothing half written."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError, QueryError
from kg.export.results import DEFAULTS, FORMATS, format_for_path, write_result
from kg.store.graph import Graph
from kg.store.results import Answer, Kind, QueryResult, Solution
from kg.vocabulary import XSD
from tests.store.mini import BASE, make_release

HOSTILE = [
    "\x1b[31m红\u202e",
    "=cmd|' /C calc'!A0",
    "+1",
    "@x",
    'a"b,c;d\te',
    "two\r\nlines",
    "",
    " spaced ",
    "_x001B_",
]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with Graph.open(make_release(tmp_path_factory.mktemp("mini") / "release")) as graph:
        yield graph


def rows(*solutions: Solution, variables: tuple[str, ...] | None = None) -> QueryResult:
    names = variables or tuple(f"v{place}" for place in range(len(solutions[0])))
    return QueryResult(Kind.SELECT, names, solutions)


def written(result: QueryResult | Answer, name: str) -> bytes:
    stream = io.BytesIO()
    write_result(result, name, stream)
    return stream.getvalue()


def sheet(result: QueryResult) -> list[list[object]]:
    workbook = openpyxl.load_workbook(io.BytesIO(written(result, "xlsx")))
    return [[cell.value for cell in row] for row in workbook.worksheets[0].iter_rows()]


def number(text: str, datatype: str = "integer") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


# Text that an RDF literal can hold; every language and datatype goes on its own way through the formats.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
iris = st.sampled_from([ox.NamedNode("https://example.org/a"), ox.NamedNode("https://example.org/济南?q=1#x")])
literals = st.one_of(
    texts.map(ox.Literal),
    texts.map(lambda text: ox.Literal(text, language="zh")),
    texts.map(lambda text: ox.Literal(text, datatype=ox.NamedNode("https://example.org/d"))),
    st.integers().map(lambda value: number(str(value))),
)
triples = iris.map(lambda iri: ox.Triple(iri, iri, iri))
terms = st.one_of(st.none(), iris, literals, triples, st.just(ox.BlankNode("b1")))
tables = st.lists(st.tuples(terms, terms), max_size=5).map(
    lambda found: QueryResult(Kind.SELECT, ("a", "b"), tuple(found))
)


@given(tables)
def test_json_round_trips_through_another_reader(result: QueryResult) -> None:
    content = written(result, "json")
    assert json.loads(content)["head"] == {"vars": ["a", "b"]}
    found = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    assert [tuple(solution) for solution in found] == list(result.solutions)


@given(tables)
def test_tsv_round_trips_through_another_reader(result: QueryResult) -> None:
    found = ox.parse_query_results(written(result, "tsv"), ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == ["a", "b"]
    assert [tuple(solution) for solution in found] == list(result.solutions)


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_csv_round_trips_through_the_csv_module(found: list[tuple[str, str]]) -> None:
    result = QueryResult(Kind.SELECT, ("a", "b"), tuple((ox.Literal(one), ox.Literal(two)) for one, two in found))
    content = written(result, "csv").decode()
    assert [tuple(row) for row in csv.reader(io.StringIO(content, newline=""))] == [("a", "b"), *found]


def test_csv_is_the_standards() -> None:
    result = rows(
        (ox.NamedNode("https://e.org/a"), number("1.50", "decimal"), None, ox.BlankNode("b"), ox.Literal("=1"))
    )
    assert written(result, "csv") == b"v0,v1,v2,v3,v4\r\nhttps://e.org/a,1.50,,_:b,=1\r\n"


def test_oxigraph_writes_the_same_answers(graph: Graph) -> None:
    """Against the writers of the engine itself, on every label with its language (its TSV escapes less than ours)."""
    query = "SELECT ?s ?label { ?s rdfs:label ?label } ORDER BY ?s ?label"
    expected = {}
    for kind in (ox.QueryResultsFormat.CSV, ox.QueryResultsFormat.JSON):
        theirs = graph.store.query(query, prefixes=dict(graph.manifest.prefixes))
        assert isinstance(theirs, ox.QuerySolutions)
        expected[kind.file_extension] = theirs.serialize(format=kind) or b""
    assert written(graph.query(query), "csv") == expected["csv"]
    assert json.loads(written(graph.query(query), "json")) == json.loads(expected["srj"])


@pytest.mark.parametrize("answer", [True, False])
def test_an_ask_in_every_format(answer: bool) -> None:
    result = QueryResult(Kind.ASK, (), (), answer)
    assert json.loads(written(result, "json")) == {"head": {}, "boolean": answer}
    assert written(result, "csv") == written(result, "tsv") == str(answer).lower().encode()
    assert sheet(result) == [["ask"], [answer]]


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "xlsx"])
def test_no_rows_still_name_the_variables(name: str) -> None:
    result = QueryResult(Kind.SELECT, ("cluster", "数"), ())
    assert "数" in (str(sheet(result)) if name == "xlsx" else written(result, name).decode())


def test_workbooks_hold_texts_as_texts_and_numbers_as_numbers() -> None:
    for text in HOSTILE:
        content = io.BytesIO(written(rows((ox.Literal(text),)), "xlsx"))
        cell = openpyxl.load_workbook(content).worksheets[0]["A2"]
        assert cell.data_type == ("s" if text else "n")
        assert cell.hyperlink is None
    values = (number("7"), number("1.50", "decimal"), number("2e3", "double"), number("true", "boolean"))
    assert sheet(rows(values))[1] == [7, 1.5, 2000, True]
    assert sheet(rows((ox.NamedNode("https://e.org/a"),)))[1] == ["https://e.org/a"]


@pytest.mark.parametrize("text", ["9007199254740993", "0.1234567890123456789", "-99999999999999999999"])
def test_numbers_that_excel_would_round_stay_texts(text: str) -> None:
    (value,) = sheet(rows((number(text, "decimal"),)))[1]
    assert value == text


def test_workbook_columns_fit_chinese() -> None:
    result = rows((ox.Literal("烟台市先进结构材料产业集群"), ox.Literal("x" * 500)))
    workbook = openpyxl.load_workbook(io.BytesIO(written(result, "xlsx")))
    widths = {name: column.width for name, column in workbook.worksheets[0].column_dimensions.items()}
    assert workbook.worksheets[0].freeze_panes == "A2"
    assert (27 <= widths["A"] < 29, 60 <= widths["B"] < 62) == (True, True)


def test_workbooks_are_the_same_bytes_each_time(graph: Graph) -> None:
    result = graph.query("SELECT * { ?s ?p ?o }")
    assert written(result, "xlsx") == written(result, "xlsx")


def test_what_a_sheet_cannot_hold_is_an_error_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.xlsx"
    with pytest.raises(KgError, match="32,767 characters at most"):
        write_result(rows((ox.Literal("x" * 40_000),)), "xlsx", path)
    monkeypatch.setattr("kg.export.results.XLSX_ROWS", 3)
    with pytest.raises(KgError, match="rows at most: write csv"):
        write_result(rows(*[(number("1"),)] * 3), "xlsx", path)
    assert list(tmp_path.iterdir()) == []


def test_triples_are_turtle_with_the_releases_prefixes(graph: Graph) -> None:
    result = graph.query("CONSTRUCT { ?s a ckg:Cluster ; rdfs:label ?l } { ?s a ckg:Cluster ; rdfs:label ?l }")
    content = written(result, "turtle").decode()
    assert "@prefix ckg:" in content
    assert 'rdfs:label "Yantai materials"@en' in content
    expected = set(result.triples)
    for name, kind in (
        ("turtle", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        assert {quad.triple for quad in ox.parse(written(result, name), kind)} == expected
    assert written(result, "csv").decode().splitlines()[0] == "subject,predicate,object"
    assert DEFAULTS[result.kind] == "turtle"


def test_a_stream_is_written_as_it_comes(graph: Graph) -> None:
    query = "SELECT ?s { ?s rdfs:label ?l } ORDER BY ?s"
    with graph.stream(query, timeout=30) as answer:
        streamed = written(answer, "csv")
    assert streamed == written(graph.query(query), "csv")


def test_targets(graph: Graph, tmp_path: Path) -> None:
    result = graph.query("SELECT ?l { <place/370600> rdfs:label ?l }")
    text, wrapped = io.StringIO(), io.TextIOWrapper(io.BytesIO(), "ascii")
    write_result(result, "csv", text)
    write_result(result, "csv", wrapped)
    write_result(result, "csv", tmp_path / "out.csv")
    write_result(result, "csv", str(tmp_path / "other.csv"))
    assert text.getvalue().encode() == (tmp_path / "out.csv").read_bytes() == "l\r\n烟台市\r\n".encode()
    wrapped.seek(0)
    assert wrapped.buffer.read() == (tmp_path / "other.csv").read_bytes()
    assert not wrapped.closed


def test_a_query_that_fails_halfway_leaves_the_old_file(tmp_path: Path) -> None:
    def failing() -> Iterator[Solution]:
        yield (number("1"),)
        raise QueryError("stopped")

    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(QueryError):
        write_result(Answer(Kind.SELECT, ("n",), failing()), "csv", path)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="cannot be written"):
        write_result(rows((number("1"),)), "csv", tmp_path / "none" / "out.csv")


def test_formats_say_what_they_hold(graph: Graph) -> None:
    with pytest.raises(KgError, match="'turtle' cannot hold the result of this query \\(select\\); possible here: csv"):
        write_result(rows((number("1"),)), "turtle", io.BytesIO())
    with pytest.raises(KgError, match="'xml' is no format"):
        write_result(rows((number("1"),)), "xml", io.BytesIO())
    assert [format_for_path(Path(f"a{known.suffix}")) for known in FORMATS.values()] == list(FORMATS)
    assert format_for_path(Path("a.CSV")) == "csv"
    assert format_for_path(Path("a.pdf")) is None
    assert set(DEFAULTS.values()) <= set(FORMATS)


def test_decimals_keep_their_places() -> None:
    result = rows((number("1.50", "decimal"),))
    assert result.rows[0]["v0"] == Decimal("1.50")
    assert b"1.50" in written(result, "tsv")


def test_iris_of_the_base_stay_whole(graph: Graph) -> None:
    result = graph.query("SELECT ?s { ?s a ckg:City }")
    assert f"{BASE}place/370600".encode() in written(result, "csv")
