"""Expected counts are data; a mistake in them is explained."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ValidationError
from kg.model import Expectation
from kg.validate.expectations import measure, read_expectations, violation

STORE = ox.Store()
for name in "abc":
    STORE.add(
        ox.Quad(ox.NamedNode(f"https://example.org/{name}"), ox.NamedNode("https://example.org/p"), ox.Literal("x"))
    )
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <p> ?o }"


@pytest.mark.parametrize(
    ("bounds", "met"),
    [
        ({"equals": 3}, True),
        ({"equals": 2}, False),
        ({"at_least": 3}, True),
        ({"at_least": 4}, False),
        ({"at_most": 2}, False),
    ],
)
def test_bounds(bounds: dict[str, int], met: bool) -> None:
    measured = measure(
        STORE, Expectation("x", {"": "things"}, COUNT, **bounds), base="https://example.org/", prefixes={}
    )
    assert (measured.found, measured.met) == (3, met)


def test_an_unmet_one_says_what_was_found() -> None:
    measured = measure(
        STORE, Expectation("x", {"": "things"}, COUNT, at_least=4), base="https://example.org/", prefixes={}
    )
    assert violation(measured).message == "things: expected at least 4, found 3"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[[expect]]\nid = "a"\nequals = 1\n', "a lacks a query"),
        ('[[expect]]\nid = "a"\nquery = "ASK {}"\n', "expects nothing"),
        ('[[expect]]\nid = "a"\nquery = "x"\nequal = 1\n', "unknown key 'equal'"),
        ('[[expect]]\nid = "a"\nquery = "x"\nequals = "1"\n', "must be a whole number"),
        ("[[expect\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_explained(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "expectations.toml"
    path.write_text(text)
    with pytest.raises(ValidationError, match=reason):
        read_expectations(path)


@pytest.mark.parametrize("query", ["SELECT", "ASK { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o }", 'SELECT ("x" AS ?n) {}'])
def test_a_query_that_gives_no_number_is_refused(query: str) -> None:
    with pytest.raises(ValidationError, match=r"expectation x"):
        measure(STORE, Expectation("x", {}, query, equals=1), base="https://example.org/", prefixes={})
