"""What the forms of a file hold: sorted lines, Turtle and parts say the same triples as plain lines."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from kg.errors import MappingError
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.explain import explain
from kg.mapping.output import Form, TooManyProblemsError
from kg.mapping.plan import Plan
from kg.mapping.turtle import prefixes_of
from tests.mapping.support import planned, table, triples_map

P = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ]'
Q = 'rml:predicate ex:q ; rml:objectMap [ rml:reference "v" ; rml:datatype xsd:string ]'
TYPES = "rml:predicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ; rml:object ex:T, ex:Tt"
SAME = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "w" ]'
NUMBER = 'rml:predicate ex:n ; rml:objectMap [ rml:reference "w" ; rml:datatype xsd:integer ]'
BY_COLUMN = 'rml:predicateMap [ rml:template "p/{w}" ] ; rml:objectMap [ rml:reference "v" ]'
HOSTILE = ["é", "z", "A", "中", "𠮷", 'a"b', "a\\b", "a\nb", "\t", "<x>", "a b", "", None, "#", "'"]


def hostile(connection: duckdb.DuckDBPyConnection) -> list[Sequence[str | None]]:
    return [[f"{i:x}/{value}", value, str(i % 7)] for i, value in enumerate(HOSTILE * 20)]


def plain(connection: duckdb.DuckDBPyConnection, made: Plan, folder: Path) -> list[bytes]:
    DuckdbEngine(connection).write(made, folder / "plain.nt")
    return (folder / "plain.nt").read_bytes().splitlines()


@pytest.mark.parametrize(
    "pairs",
    [(P,), (TYPES, P, Q), (P, SAME, NUMBER), (TYPES, BY_COLUMN, P)],
    ids=["one", "several", "two of one predicate", "a predicate of a column"],
)
@pytest.mark.parametrize("subject", ["x/{k}", "{k}", "x/{w}"])
def test_sorted_lines_are_the_sorted_plain_lines(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, pairs: tuple[str, ...], subject: str
) -> None:
    rows = table(connection, ["k", "v", "w"], hostile(connection))
    other = triples_map('rml:template "x/{k}/more"', SAME, name="#n")
    apart = triples_map('rml:template "a/{k}"', P, name="#o")
    made = planned(triples_map(f'rml:template "{subject}"', *pairs) + other + apart, rows)
    written = DuckdbEngine(connection).write(made, tmp_path / "sorted.nt", Form(ordered=True))
    found = (tmp_path / "sorted.nt").read_bytes().splitlines()
    assert found == sorted(plain(connection, made, tmp_path))
    assert len(found) == written.triples == len(set(found))


def test_turtle_says_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v", "w"], hostile(connection))
    text = triples_map('rml:template "x/{k}"', TYPES, P, SAME, NUMBER) + triples_map(
        'rml:template "n{w}" ; rml:termType rml:BlankNode', P, name="#n"
    )
    made = planned(text, rows)
    form = Form(prefixes=prefixes_of(made, {"ex": "http://example.com/", "0bad": "http://example.com/"}))
    written = DuckdbEngine(connection).write(made, tmp_path / "out.ttl", form)
    turtle = (tmp_path / "out.ttl").read_text("utf-8")
    assert turtle.startswith("@prefix ex: <http://example.com/> .\n@prefix rdf:")
    assert "ex:n" in turtle
    assert "^^xsd:integer" in turtle
    found = {str(quad) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert found == {line.decode().removesuffix(" .") for line in plain(connection, made, tmp_path)}
    assert len(found) == written.triples


def test_turtle_of_no_rows_is_a_header(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    made = planned(triples_map('rml:template "{k}"', P), table(connection, ["k", "v"], []))
    DuckdbEngine(connection).write(made, tmp_path / "out.ttl", Form(prefixes={"ex": "http://example.com/"}))
    assert (tmp_path / "out.ttl").read_text() == "@prefix ex: <http://example.com/> .\n"


def test_parts_together_are_the_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v", "w"], hostile(connection))
    made = planned(triples_map('rml:template "x/{k}"', P, Q), rows)
    written = DuckdbEngine(connection).write(made, tmp_path / "out.nt", Form(parts=2))
    parts = sorted((tmp_path / "out.nt").iterdir())
    assert parts[0].name == "part-00000.nt"
    found = [line for part in parts for line in part.read_bytes().splitlines()]
    assert sorted(found) == sorted(plain(connection, made, tmp_path))
    assert len(found) == written.triples


def test_parts_replace_parts_and_nothing_else(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    made = planned(triples_map('rml:template "{k}"', P), table(connection, ["k", "v"], [["1", "a"]]))
    out = tmp_path / "out.nt"
    for _ in range(2):
        DuckdbEngine(connection).write(made, out, Form(parts=2))
    (out / "mine.txt").touch()
    with pytest.raises(MappingError, match="more than the parts"):
        DuckdbEngine(connection).write(made, out, Form(parts=2))
    with pytest.raises(MappingError, match="is a folder"):
        DuckdbEngine(connection).write(made, out)
    assert (out / "mine.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out.nt"]


def test_too_many_problems_stop_before_anything_is_written(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = table(connection, ["k", "w"], [[str(i), "x"] for i in range(50)])
    made = planned(triples_map('rml:template "{k}"', NUMBER), rows)
    with pytest.raises(TooManyProblemsError) as caught:
        DuckdbEngine(connection).write(made, tmp_path / "out.nt", Form(most_problems=49))
    assert (caught.value.count, len(caught.value.problems)) == (50, 50)
    assert not list(tmp_path.iterdir())
    DuckdbEngine(connection).write(made, tmp_path / "out.nt", Form(most_problems=50))


def test_a_failed_check_at_the_end_leaves_the_old_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    def refuse() -> None:
        raise MappingError("changed")

    made = planned(triples_map('rml:template "{k}"', P), table(connection, ["k", "v"], [["1", "a"]]))
    (tmp_path / "out.nt").write_text("old")
    with pytest.raises(MappingError, match="changed"):
        DuckdbEngine(connection).write(made, tmp_path / "out.nt", Form(verify=refuse))
    assert (tmp_path / "out.nt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.nt"]


def test_the_plan_says_where_it_deduplicates_and_why(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [[str(i), "a", "b"] for i in range(40)]
    relation = table(connection, ["k", "v", "w"], [*rows, *rows[:10], ["1", "c", "d"]])
    text = triples_map('rml:template "x/{k}"', P) + triples_map('rml:template "y/{w}"', P, name="#n")
    shown = explain(connection, planned(text + triples_map("rml:constant ex:s", P, name="#o"), relation))
    assert "t.csv: 51 rows, columns k, v, w" in shown
    assert "rows repeat subjects: 51 rows give 40 subjects" in shown
    assert "over k, v: 51 rows become 41, and some subjects come again" in shown
    assert "over w, v: 51 rows become 2, and no two of them have one subject" in shown
    assert "no DISTINCT: one row gives each of these once" in shown
    assert "DISTINCT, because two rows of <http://example.com/#m> can have one subject" in shown
    assert "SQL: (SELECT" in shown


def test_the_plan_names_triples_that_two_maps_share(connection: duckdb.DuckDBPyConnection) -> None:
    relation = table(connection, ["k", "v"], [["1", "a"], ["2", "b"]])
    shown = explain(
        connection,
        planned(triples_map('rml:template "{k}"', P) + triples_map('rml:template "{v}"', P, name="#n"), relation),
    )
    assert 'DISTINCT, because <http://example.com/#m>\'s <http://example.com/{k}> <http://example.com/p> "{v}"' in shown
    assert "no two rows have one subject: 2 subjects counted" in shown
