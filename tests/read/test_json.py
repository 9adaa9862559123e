"""JSON and JSON Lines as sources: what each path gives, fast and slow alike, and what is a Problem or an error."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.json_paths import is_singular, normal, steps
from kg.model import Problem
from kg.read import json_tables
from kg.read.registry import open_source
from kg.read.source import Opened, Source
from kg.read.tables import connect

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    made = connect(threads=1)
    yield made
    made.close()


def opened(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    data: str | bytes,
    iterator: str | None,
    *references: str,
    name: str = "d.json",
) -> Opened:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return open_source(connection, Source(path, tmp_path / "copies", "", "JSONPath", iterator, references))


def rows(connection: duckdb.DuckDBPyConnection, found: Opened) -> list[tuple[object, ...]]:
    return sorted(connection.execute(found.relation.sql_with_rows).fetchall(), key=repr)


def texts(connection: duckdb.DuckDBPyConnection, found: Opened) -> list[tuple[object, ...]]:
    """Return row numbers and texts, without the columns of datatypes."""
    return [row[: len(found.relation.columns) + 1] for row in rows(connection, found)]


DOCUMENT = """{"a": [{"id": 1, "n": 1.50, "l": [1, 2, 2], "o": {"x y": [{"z": "q"}, {"w": 0}, {"z": "r"}]}},
  {"id": "two", "n": null, "l": [], "t": ""}], "m": {"k": {"id": 5}, "j": {"id": 6}}, "s": ["x", 2]}"""


@pytest.fixture(params=["by DuckDB", "by Python"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by Python":
        monkeypatch.setattr(json_tables, "steps", lambda _: None)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("iterator", "references", "expected"),
    [
        ("$.a[*]", ["$.id", "n"], [(1, "1", "1.5"), (2, "two", None)]),
        ("$.a[*]", ["$.id", "$.l[*]"], [(1, "1", "1"), (1, "1", "2"), (2, "two", None)]),
        ("$.a[*]", ["$.t"], [(1, None), (2, "")]),
        ("$.a[0]", ["$.o['x y'][*].z"], [(1, "q"), (1, "r")]),
        ("$.a[0]", ["$['l'][1]", '$["id"]'], [(1, "2", "1")]),
        ("$.m[*]", ["id"], [(1, "5"), (2, "6")]),
        ("$.s[*]", ["$"], [(1, "x"), (2, "2")]),
        ("$", ["$.a[*].id", "$.m[*].id"], [(1, "1", "5"), (1, "1", "6"), (1, "two", "5"), (1, "two", "6")]),
        ("$.a[?@.id == 1]", ["$.l[-1]"], [(1, "2")]),
        ("$..id", ["$"], [(1, "1"), (2, "two"), (3, "5"), (4, "6")]),
        ("$.none[*]", ["id"], []),
    ],
)
def test_rows(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    iterator: str,
    references: list[str],
    expected: list[tuple[object, ...]],
) -> None:
    found = opened(connection, tmp_path, DOCUMENT, iterator, *references)
    assert texts(connection, found) == expected
    assert found.relation.columns == tuple(references)
    assert not found.problems


def test_a_text_among_the_records_is_no_document_of_its_own(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A text that looks like a document, whole or broken, has nothing inside that a path could find."""
    data = '["[", "{\\"a\\": 1}", "x", {"a": 2}]'
    for plain in (steps, lambda _: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_tables, "steps", plain)
            found = opened(connection, tmp_path, data, "$[*]", "$.a")
        assert [row[-1] for row in rows(connection, found)] == [None, None, None, "2"]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(values, max_size=4))
def test_both_ways_give_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path, records: list[object]) -> None:
    """Whatever the values are, the library and DuckDB's own paths give one relation."""
    import json

    found = []
    for plain in (steps, lambda _: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_tables, "steps", plain)
            one = opened(connection, tmp_path, json.dumps(records), "$[*]", "$.a", "$.b[*]", "$[*].c")
            found.append((rows(connection, one), one.relation.datatypes, one.relation.typed_by, one.problems))
    assert found[0] == found[1]


def test_natural_datatypes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    data = (
        '[{"i": -5, "d": 100.0, "b": true, "s": "x", "m": 1}, {"i": 7, "d": 2.5e-7, "b": false, "m": "y"}, {"m": 0.5}]'
    )
    relation = opened(connection, tmp_path, data, "$[*]", "i", "d", "b", "s", "m").relation
    assert relation.datatypes == (("i", XSD + "integer"), ("d", XSD + "double"), ("b", XSD + "boolean"))
    [form] = [code for name, code in relation.forms if name == "d"]
    [kind] = [code for name, code in relation.typed_by if name == "m"]
    found = connection.execute(f'SELECT d, "{form}", b, m, "{kind}" FROM ({relation.sql})').fetchall()
    assert found == [
        ("100.0", "1.0E2", "true", "1", XSD + "integer"),
        ("2.5E-7", "2.5E-7", "false", "y", XSD + "string"),
        (None, None, None, "0.5", XSD + "double"),
    ]


def test_lines_have_their_numbers(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    data = b'{"a": 1}\n\n{"a": 2\n\xff\n{"a": 3}'
    found = opened(connection, tmp_path, data, None, "a", name="d.jsonl")
    assert texts(connection, found) == [(1, "1"), (5, "3")]
    assert [(problem.line, problem.value) for problem in found.problems] == [(3, '{"a": 2'), (4, "\\xff")]
    assert {problem.reason.partition(":")[0] for problem in found.problems} == {"the line is not valid JSON"}


@pytest.mark.parametrize(
    ("name", "pack"),
    [("d.jsonl.gz", gzip.compress), ("d.ndjson.zst", zstandard.compress), ("d.json.gz", gzip.compress)],
)
def test_compressed(connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, pack: object) -> None:
    assert callable(pack)
    found = opened(connection, tmp_path, pack(b'{"a": 1}\n{"a": 2}\n'), None, "a", name=name)
    assert texts(connection, found) == [(1, "1"), (2, "2")]


def test_other_encodings_are_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = '[{"名称": "烟台市集群"}, {"名称": "北京市"}]'
    for encoding, said in (("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("utf-8-sig", None)):
        found = opened(connection, tmp_path, text.encode(encoding), "$[*]", "$.名称")
        assert texts(connection, found) == [(1, "烟台市集群"), (2, "北京市")]
        assert [problem.value for problem in found.problems] == ([said] if said else [])


def test_what_gives_no_value_is_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = opened(connection, tmp_path, '[{"a": [1]}, {"a": {}}, {"a": 1}]', "$[*]", "a", "nmae")
    assert found.problems == (
        Problem("read", "d.json", 1, "[1]", "the reference 'a' gives an array, which is no value of its own"),
        Problem("read", "d.json", 2, "{}", "the reference 'a' gives an object, which is no value of its own"),
        Problem("read", "d.json", None, "nmae", "no record has a value for the reference 'nmae'"),
    )
    assert texts(connection, found) == [(1, None, None), (2, None, None), (3, "1", None)]


@pytest.mark.parametrize(
    ("data", "iterator", "message"),
    [
        ("", "$", r"d\.json: is empty; there is no JSON in it"),
        ('{"a": 1,\n "b" 2}', "$", r"d\.json:2: is not valid JSON: Expecting ':' delimiter \(column 6\)"),
        ("[1]", "$.[*]", r"'\$\.\[\*\]' is not valid JSONPath \(RFC 9535\): .*; no dot stands before \["),
        ("[1]", "a[*]", r"'a\[\*\]' is not valid JSONPath"),
        ("[" * 5000 + "]" * 5000, "$[?@.a]", "is nested too deeply to be read"),
    ],
)
def test_of_no_use(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: str, iterator: str, message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        opened(connection, tmp_path, data, iterator, "a")


def test_paths() -> None:
    assert [normal(path) for path in ("$.a ", "a.b[0]", "the name", "it's", "名称")] == [
        "$.a", "$.a.b[0]", "$['the name']", r"$['it\'s']", "$.名称",
    ]  # fmt: skip
    assert [is_singular(path) for path in ("$", "$.a['b'][0]", "$[*]", "$..a", "$[0:1]", "$[?@.a]")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert steps("$.a['b c'][2][*].d") == ['."a"', '."b c"', "[2]", "*", '."d"']
    assert [steps(path) for path in ("$..a", "$.a[?@.b]", "$[1:2]", "$['x*']", "$.*")] == [None] * 5
