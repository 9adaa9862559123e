"""Rows that say the same twice: the triples are those of the plain way, each once."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.mapping.plan import Plan
from tests.mapping.support import lines, planned, statements, table, triples_map

P = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ]'
Q = 'rml:predicate ex:q ; rml:objectMap [ rml:reference "w" ; rml:datatype xsd:integer ]'
JOIN = (
    "rml:predicate ex:j ; rml:objectMap [ rml:parentTriplesMap <#n> ; "
    'rml:joinCondition [ rml:child "v" ; rml:parent "w" ] ]'
)
VALUES = st.sampled_from(["a", "b", "1", "2", None, "x y"])


def check(connection: duckdb.DuckDBPyConnection, made: Plan, folder: Path) -> None:
    """The file is the set of the statements, and the count is right."""
    found, written = lines(connection, made, folder)
    expected, _ = statements(connection, made)
    assert sorted(found) == sorted(set(expected))
    assert written.triples == len(found)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=12))
@pytest.mark.parametrize("subject", ["x/{k}", "x/{k}/{v}", "x/{w}"])
def test_joins_and_repeated_rows_give_each_triple_once(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    subject: str,
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    relation = table(connection, ["k", "v", "w"], rows)
    parent = triples_map('rml:template "n/{k}"', name="#n")
    check(connection, planned(triples_map(f'rml:template "{subject}"', P, Q, JOIN) + parent, relation), tmp_path)


def test_a_few_repeated_subjects_among_many(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [[str(i), f"v{i}", str(i)] for i in range(100)]
    relation = table(connection, ["k", "v", "w"], [*rows, *rows[:30], ["3", "other", "3"], [None, "none", "0"]])
    check(connection, planned(triples_map('rml:template "x/{k}"', P, Q), relation), tmp_path)


def test_the_tables_are_dropped(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    relation = table(connection, ["k", "v"], [["1", "a"], ["1", "a"]])
    before = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    lines(connection, planned(triples_map('rml:template "x/{k}"', P), relation), tmp_path)
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == before
