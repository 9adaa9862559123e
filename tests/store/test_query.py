"""Running queries: in this process and in a child, with the same answers, and an end when one is asked for."""

import math
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.store.graph import Graph
from kg.store.query import LONG
from kg.store.results import Kind
from tests.store.mini import BASE, make_release

ENDLESS = "SELECT (COUNT(*) AS ?count) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s . ?t ?u ?v }"
WAYS = pytest.mark.parametrize("timeout", [None, 30.0], ids=["here", "child"])


@WAYS
def test_known_prefixes_and_the_base_need_no_declaration(mini: Graph, timeout: float | None) -> None:
    result = mini.query("SELECT ?name { <cluster/c1> ckg:hasLeadEnterprise/rdfs:label ?name }", timeout=timeout)
    assert (result.kind, result.variables, result.complete) == (Kind.SELECT, ("name",), True)
    assert [row["name"] for row in result] == ["万华化学"]


@WAYS
def test_ask(mini: Graph, timeout: float | None) -> None:
    yes = mini.query("ASK { <cluster/c1> a ckg:Cluster }", timeout=timeout)
    no = mini.query("ASK { <cluster/c1> a ckg:Enterprise }", timeout=timeout)
    assert (yes.kind, yes.boolean, bool(yes), len(yes)) == ("ask", True, True, 0)
    assert (no.boolean, bool(no)) == (False, False)


@WAYS
def test_construct_and_describe_give_triples(mini: Graph, timeout: float | None) -> None:
    made = mini.query("CONSTRUCT { ?s ckg:leads ?o } { ?o ckg:hasLeadEnterprise ?s }", timeout=timeout)
    expected = ox.Triple(
        ox.NamedNode(f"{BASE}enterprise/e1"),
        ox.NamedNode("https://w3id.org/cluster-kg/ontology#leads"),
        ox.NamedNode(f"{BASE}cluster/c1"),
    )
    assert (made.kind, made.triples) == (Kind.GRAPH, (expected,))
    assert made.rows[0]["subject"] == f"{BASE}enterprise/e1"
    assert len(mini.query("DESCRIBE <place/370600>", timeout=timeout)) == 3


@WAYS
def test_the_terms_are_the_stores_own_whatever_their_text(mini: Graph, timeout: float | None) -> None:
    """Escapes, right-to-left marks and line ends go through the child unharmed."""
    query = (
        "SELECT * { <enterprise/e4> rdfs:label ?label OPTIONAL { <enterprise/e4> ckg:none ?none } BIND(1.50 AS ?d) }"
    )
    (row,) = mini.query(query, timeout=timeout)
    assert row.terms["label"] == ox.Literal("\x1b[31m红\u202e\n=cmd()", language="zh")
    assert (row["none"], row["d"]) == (None, Decimal("1.5"))
    assert dict(row) == dict(mini.query(query).rows[0])


@WAYS
def test_named_graphs_are_asked_by_name(mini: Graph, timeout: float | None) -> None:
    query = "SELECT (COUNT(DISTINCT ?c) AS ?n) { GRAPH <graph/provenance> { ?c a ckg:Claim } }"
    assert mini.query(query, timeout=timeout).rows[0]["n"] == 11
    assert not mini.query("ASK { ?c a ckg:Claim }", timeout=timeout)


@WAYS
def test_a_limit_keeps_the_first_rows_and_says_so(mini: Graph, timeout: float | None) -> None:
    query = "SELECT ?s { ?s rdfs:label ?l } ORDER BY ?s"
    everything = mini.query(query, timeout=timeout)
    first = mini.query(query, timeout=timeout, limit=3)
    assert (first.solutions, first.complete) == (everything.solutions[:3], False)
    assert mini.query(query, timeout=timeout, limit=len(everything)).complete


@WAYS
def test_rows_come_while_the_query_runs(mini: Graph, timeout: float | None) -> None:
    with mini.stream("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=timeout) as answer:
        assert len(next(answer.solutions)) == 9


@WAYS
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * { ?s ckx:a ?o }", "the prefix 'ckx:' is not known; did you mean 'ckg'?"),
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("INSERT DATA { <a> <b> <c> }", "can only be read"),
        ("SELECT * { ?s ?p ?o FILTER(<http://example.org/f>(?s)) }", "cannot be evaluated"),
        ("SELECT * { ?s ?p '\ud800' }", "cannot be evaluated"),
        ("", "the query ends too early"),
    ],
)
def test_errors_are_query_errors(mini: Graph, timeout: float | None, query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason.replace("?", r"\?")):
        mini.query(query, timeout=timeout)


def test_the_place_of_a_mistake_comes_out_of_the_child(mini: Graph) -> None:
    with pytest.raises(QueryError) as caught:
        mini.query("SELECT * {\n  ?s ckx:a ?o\n}", timeout=30)
    assert (caught.value.line, caught.value.column, caught.value.text) == (2, 6, "  ?s ckx:a ?o")


def test_an_endless_query_is_killed(mini: Graph) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"took more than 0\.5 seconds"):
        mini.query(ENDLESS, timeout=0.5)
    assert time.monotonic() - started < 5
    assert not _running_children()


def test_an_endless_answer_is_killed(mini: Graph) -> None:
    with pytest.raises(QueryError, match=r"took more than 0\.5 seconds"):
        mini.query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", timeout=0.5)
    assert not _running_children()


def test_a_stream_that_is_left_early_ends_its_child(mini: Graph) -> None:
    with mini.stream("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=math.inf) as answer:
        next(answer.solutions)
        assert _running_children()
    assert not _running_children()


def test_a_query_that_would_overflow_the_parser_cannot_hurt_this_process(mini: Graph) -> None:
    query = "SELECT (1" + "+1" * 60_000 + " AS ?n) {}"
    assert len(query) > LONG
    with pytest.raises(QueryError, match="ended early"):
        mini.query(query)


def test_many_values_are_no_problem(mini: Graph) -> None:
    values = " ".join(f"<enterprise/e{number}>" for number in range(2_000))
    assert len(mini.query(f"SELECT ?e {{ VALUES ?e {{ {values} }} ?e a ckg:Enterprise }}")) == 4


def test_a_missing_store_is_reported_by_the_child(tmp_path: Path) -> None:
    folder = make_release(tmp_path / "release")
    graph = Graph.open(folder)
    (folder / "store").rename(tmp_path / "gone")
    with pytest.raises(QueryError, match="the store cannot be opened"):
        graph.query("ASK {}", timeout=30)


def test_the_child_finds_the_package_wherever_it_runs(
    mini: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the user's, with a json.py of its own, is no place to import from."""
    (tmp_path / "json.py").write_text("raise SystemExit('wrong json')")
    monkeypatch.chdir(tmp_path)
    assert mini.query("ASK {}", timeout=30).boolean


@pytest.mark.slow
@pytest.mark.parametrize("group", [True, False], ids=["terminal", "process"])
def test_ctrl_c_stops_at_once_and_leaves_no_child(mini_folder: Path, group: bool) -> None:
    code = (
        "import sys; from kg.store.graph import Graph; graph = Graph.open(sys.argv[1]); print('ready', flush=True); "
        "graph.query(sys.argv[2], timeout=60)"
    )
    command = [sys.executable, "-c", code, str(mini_folder), ENDLESS]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        child = _wait_for_child(process.pid)
        started = time.monotonic()
        (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert "KeyboardInterrupt" in errors
    assert not Path(f"/proc/{child}").exists()


@pytest.mark.slow
def test_the_child_ends_even_when_its_parent_was_killed(mini_folder: Path) -> None:
    code = "import sys; from kg.store.graph import Graph; Graph.open(sys.argv[1]).query(sys.argv[2], timeout=2)"
    with subprocess.Popen([sys.executable, "-c", code, str(mini_folder), ENDLESS]) as process:
        child = _wait_for_child(process.pid)
        process.kill()
    _wait_until_gone(child)


def _running_children() -> list[int]:
    """Children of this process that answer queries; other tests may have children of their own."""
    return [child for child in _children(os.getpid()) if _answers(Path(f"/proc/{child}"))]


def _answers(process: Path) -> bool:
    zombie = " Z " in (process / "stat").read_text()
    return not zombie and b"kg.store.query" in (process / "cmdline").read_bytes()


def _children(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for file in lists for child in file.read_text().split()]


def _wait_for_child(parent: int) -> int:
    """The child of a process, once it is busy with the query."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in _children(parent):
            if _cpu_seconds(child) > 0.3:
                return child
        time.sleep(0.05)
    raise AssertionError("no child was started")


def _cpu_seconds(process: int) -> float:
    user = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11]
    return int(user) / os.sysconf("SC_CLK_TCK")


def _wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 20
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < deadline, "the child is still running"
        time.sleep(0.1)
