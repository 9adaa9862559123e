"""Results: plain values, rows, whole results, pandas."""

import sys
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg.errors import KgError
from kg.store.graph import Graph
from kg.store.results import Answer, Kind, QueryResult, Row, Value, to_value
from kg.vocabulary import XSD


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        (ox.NamedNode("https://example.org/a"), "https://example.org/a"),
        (ox.BlankNode("b"), "_:b"),
        (ox.Literal("烟台", language="zh"), "烟台"),
        (literal("007", "integer"), 7),
        (literal("12", "unsignedByte"), 12),
        (literal("1.50", "decimal"), Decimal("1.50")),
        (literal("1e3", "double"), 1000.0),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("2026-11-23", "date"), "2026-11-23"),
        (literal("many", "integer"), "many"),
        (literal("about 3", "decimal"), "about 3"),
        (literal("9" * 5000, "integer"), "9" * 5000),
    ],
)
def test_values_are_plain_python(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, value: Value) -> None:
    found = to_value(term)
    assert (found, type(found)) == (value, type(value))


def test_a_row_is_a_mapping_of_values_with_its_terms() -> None:
    row = Row(("s", "n"), (ox.NamedNode("https://example.org/a"), None))
    assert dict(row) == {"s": "https://example.org/a", "n": None}
    assert row.terms == {"s": ox.NamedNode("https://example.org/a"), "n": None}
    assert (len(row), list(row), "s" in row) == (2, ["s", "n"], True)
    assert repr(row) == "Row({'s': 'https://example.org/a', 'n': None})"
    with pytest.raises(KeyError):
        row["missing"]


def test_a_result_is_iterable_and_counts_its_rows() -> None:
    result = QueryResult(Kind.SELECT, ("n",), ((literal("1", "integer"),), (literal("2", "integer"),)))
    assert ([row["n"] for row in result], len(result), bool(result)) == ([1, 2], 2, True)
    assert result.rows[1]["n"] == 2
    assert (result.triples, result.boolean, bool(QueryResult(Kind.SELECT, ("n",), ()))) == ((), None, False)


def test_collecting_reads_no_more_than_it_must() -> None:
    rows = iter([(literal(str(number), "integer"),) for number in range(10)])
    result = Answer(Kind.SELECT, ("n",), rows).collect(limit=3)
    assert ([row["n"] for row in result], result.complete) == ([0, 1, 2], False)
    assert len(list(rows)) == 6


def test_results_are_frozen(mini: Graph) -> None:
    result = mini.query("ASK {}")
    with pytest.raises(AttributeError):
        result.boolean = False  # type: ignore[misc]


def test_to_pandas(mini: Graph) -> None:
    frame = mini.query("SELECT ?s ?none { ?s a ckg:Enterprise OPTIONAL { ?s ckg:none ?none } } ORDER BY ?s").to_pandas()
    assert list(frame.columns) == ["s", "none"]
    assert frame["s"].str.endswith("e1").tolist() == [True, False, False, False]
    empty = mini.query("SELECT ?s ?p { ?s ckg:none ?p }").to_pandas()
    assert (list(empty.columns), len(empty)) == (["s", "p"], 0)


def test_to_pandas_says_what_to_install(mini: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgError, match=r"pip install 'cluster-kg\[pandas\]'"):
        mini.query("SELECT * { ?s ?p ?o }").to_pandas()
