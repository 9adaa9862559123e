"""What `write` promises beside its triples: which way it takes, files, order, compression."""

import gzip
from pathlib import Path

import duckdb
import pytest

from kg.mapping import census
from kg.mapping.census import Census, Groups, groups
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.plan import Plan
from kg.model import Problem
from tests.mapping.support import lines, planned, statements, table, triples_map

P = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ]'
Q = 'rml:predicate ex:q ; rml:objectMap [ rml:reference "v" ]'


def groups_of(connection: duckdb.DuckDBPyConnection, made: Plan) -> Groups:
    return groups(made, Census(connection, made).unique())


def test_a_unique_subject_takes_the_fast_way(connection: duckdb.DuckDBPyConnection) -> None:
    rows = table(connection, ["k", "v"], [["1", "a"], ["2", "a"], [None, "a"]])
    made = groups_of(connection, planned(triples_map('rml:template "{k}"', P, Q), rows))
    assert [len(of) for group in made.alone for _, of in group] == [2]
    assert not made.shared


@pytest.mark.parametrize("many", [0, census.MANY])
def test_different_subjects_are_counted_however_many(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(census, "MANY", many)
    for last, different in (("99", 100), ("98", 99)):
        rows = table(connection, ["k", "v"], [*([str(i), "a"] for i in range(99)), [last, "a"], [None, "a"]])
        made = planned(triples_map('rml:template "{k}"', P), rows)
        counted = Census(connection, made)
        assert counted.keys(made.maps[0]) == [100, different]
        assert (made.maps[0] in counted.unique()) is (different == 100)


def test_a_repeated_subject_is_made_distinct(connection: duckdb.DuckDBPyConnection) -> None:
    rows = table(connection, ["k", "v"], [["1", "a"], ["1", "a"]])
    made = groups_of(connection, planned(triples_map('rml:template "{k}"', P, Q), rows))
    assert not made.alone
    assert [len(of) for group in made.shared for _, of in group] == [2]


def test_only_what_two_maps_share_is_made_distinct(connection: duckdb.DuckDBPyConnection) -> None:
    rows = table(connection, ["k", "v"], [["1", "a"], ["2", "b"]])
    text = triples_map('rml:template "x/{k}"', P, Q) + triples_map('rml:template "x/{v}"', P, name="#n")
    made = groups_of(connection, planned(text, rows))
    assert [len(of) for group in made.alone for _, of in group] == [1]
    assert [len(of) for group in made.shared for _, of in group] == [1, 1]


def test_an_ordered_file_is_sorted_by_bytes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v"], [[str(i), value] for i, value in enumerate(["é", "z", "A", "中", "𠮷", "a"])])
    made = planned(triples_map('rml:template "x/{k}"', P, Q) + triples_map("rml:constant ex:s", P, name="#n"), rows)
    out = tmp_path / "out.nt"
    written = DuckdbEngine(connection).write(made, out, ordered=True)
    found = out.read_bytes().splitlines()
    assert found == sorted(set(found))
    assert written.triples == len(found) == 18


def test_compression_goes_by_the_name(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    made = planned(triples_map('rml:template "{k}"', P), table(connection, ["k", "v"], [["1", "a"]]))
    DuckdbEngine(connection).write(made, tmp_path / "a.nt.gz")
    DuckdbEngine(connection).write(made, tmp_path / "a.nt.zst")
    assert (
        gzip.decompress((tmp_path / "a.nt.gz").read_bytes()) == b'<http://example.com/1> <http://example.com/p> "a" .\n'
    )
    assert (tmp_path / "a.nt.zst").read_bytes()[:4] == b"\x28\xb5\x2f\xfd"


def test_a_failed_write_leaves_the_old_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v"], [["1", "a"]])
    made = planned(triples_map('rml:template "{k}"', P), rows)
    out = tmp_path / "it's.nt"
    out.write_text("old")
    connection.execute(f"DROP TABLE {rows.sql.rpartition(' ')[2]}").fetchall()
    with pytest.raises(duckdb.Error):
        DuckdbEngine(connection).write(made, out)
    assert [path.name for path in tmp_path.iterdir()] == ["it's.nt"]
    assert out.read_text() == "old"


def test_nothing_to_say_gives_an_empty_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for rows in ([], [["1", "a"]], [[None, None]]):
        subject = planned(triples_map('rml:template "{k}"'), table(connection, ["k", "v"], rows))
        assert lines(connection, subject, tmp_path)[0] == []
    empty = planned(triples_map('rml:template "{k}"', P), table(connection, ["k", "v"], [[None, "a"], ["1", None]]))
    assert lines(connection, empty, tmp_path)[1].triples == 0


def test_what_every_row_gives_stands_beside_what_some_give(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = table(connection, ["k", "v", "w"], [["1", "a", None], ["2", "b", 'say "so"'], [None, "c", "d"]])
    sometimes = 'rml:predicate ex:r ; rml:objectMap [ rml:reference "w" ; rml:language "EN" ]'
    made = planned(triples_map('rml:template "{k}"', sometimes, P, Q), rows)
    found, report = lines(connection, made, tmp_path)
    assert sorted(found) == statements(connection, made)[0]
    assert len(found) == report.triples == 5
    counted = Census(connection, made)
    counted.foresee()
    [group] = groups(made, counted.unique()).alone
    assert {statement.predicate.parts for _, statement in counted.sure(group, ())} == {
        ("http://example.com/p",),
        ("http://example.com/q",),
    }


def test_bad_values_are_counted_out(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v"], [["1", "12"], ["2", "x"], ["3", None]], file="f.csv")
    typed = 'rml:predicate ex:n ; rml:objectMap [ rml:reference "v" ; rml:datatype xsd:integer ]'
    found, report = lines(connection, planned(triples_map('rml:template "{k}"', P, typed), rows), tmp_path)
    assert len(found) == report.triples == 3
    assert report.problems == (Problem("map", "f.csv", 3, "x", "column 'v': not a valid xsd:integer"),)


def test_plans_of_several_mappings_are_one_set(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = table(connection, ["k", "v"], [["1", "a"], ["2", "b"]])
    plans = [planned(triples_map('rml:template "{k}"', *pairs), rows) for pairs in ((P, Q), (P,))]
    found, report = lines(connection, Plan(tuple(each for made in plans for each in made.maps)), tmp_path)
    assert len(found) == len(set(found)) == report.triples == 4
