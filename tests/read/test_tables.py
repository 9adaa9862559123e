"""Tables as relations: what is read, what is a Problem, what is an error."""

import csv
import io
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.model import Problem
from kg.read import tables
from kg.read.tables import connect, open_table


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return connect(threads=2)


def read(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[tuple[object, ...]], list[Problem]]:
    relation, problems = open_table(connection, path)
    without = connection.execute(relation.sql).fetchall()
    rows = connection.execute(relation.sql_with_rows).fetchall()
    assert [row[1:] for row in rows] == without
    return rows, problems


def file(tmp_path: Path, data: bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"a,b\n1,2\n", [(2, "1", "2")]),
        (b"a,b\n1,2", [(2, "1", "2")]),
        (b"a,b\r\n1,\r\n,2\r\n", [(2, "1", None), (3, None, "2")]),
        (b"a,b\r1,2\r3,4\r", [(2, "1", "2"), (3, "3", "4")]),
        (b"a,b\r\n1,2\n3,4\r\n", [(2, "1", "2"), (3, "3", "4")]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [(2, "1", "2")]),
        (b'\xef\xbb\xbf"a",b\n1,""\n', [(2, "1", None)]),
        (b'a,b\n"1\n\n2\r\n3\r4","x,""y"""\n5,6\n', [(2, "1\n\n2\r\n3\r4", 'x,"y"'), (3, "5", "6")]),
        (b"a,b\n1,2\n\n3,4\n\n", [(2, "1", "2"), (4, "3", "4")]),
        (b"a,b\n1,2,\n3,4,,\n\n", [(2, "1", "2"), (3, "3", "4")]),
        (b"a,b\n,\n3,4\n", [(2, None, None), (3, "3", "4")]),
        (b"a,b\nNULL,1.50\n001,1e5\n", [(2, "NULL", "1.50"), (3, "001", "1e5")]),
        (b"a,b\n", []),
        (b"a,b", []),
        (b"a,b\n1," + b"x" * 3_000_000 + b"\n", [(2, "1", "x" * 3_000_000)]),
        (b'a,b\n"\r",1\n\n,"\n\r"\n', [(2, "\r", "1"), (4, None, "\n\r")]),
        ('甲,"b ; ""x"\n中文,\'; --\n'.encode(), [(2, "中文", "'; --")]),
    ],
)
def test_rows(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes, rows: list[tuple[object, ...]]
) -> None:
    assert read(connection, file(tmp_path, data)) == (rows, [])


@pytest.mark.parametrize(
    ("data", "kept", "problems"),
    [
        (b"a,b\n1\n3,4\n", [3], [(2, "1", "the row has 1 fields, the header 2")]),
        (b"a,b\n3,4\n5,6,7\n", [2], [(3, "5,6,7", "the row has 3 fields, the header 2")]),
        (b"a,b\n1\x00,2\n3,4\n", [3], [(2, "1\\x00,2", "the row holds a NUL character")]),
        (b"a,b\n1,2\n\xff\xfe,4\n", [2], [(3, "\\udcff\\udcfe,4", "the row holds bytes that are not UTF-8")]),
    ],
)  # fmt: skip
def test_bad_rows_are_problems(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    data: bytes,
    kept: list[int],
    problems: list[tuple[int, str, str]],
) -> None:
    rows, found = read(connection, file(tmp_path, data))
    assert [row[0] for row in rows] == kept
    assert found == [Problem("read", "t.csv", *each) for each in problems]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "t.csv: is empty; a table needs a header row"),
        (b"\na,b\n1,2\n", "t.csv:1: row 1 is blank; it must be the header"),
        (b"a,b,a\n1,2,3\n", "t.csv:1: two columns have one name (case aside): 'a', 'a'"),
        (b"a,A\n1,2\n", "t.csv:1: two columns have one name (case aside): 'a', 'A'"),
        (b"a,,c\n1,2,3\n", "t.csv:1: column 2 has no name"),
        (b"_row,a\n1,2\n", "t.csv:1: a column cannot be called '_row': that is the number of the row"),
        ("a,b\n".encode("utf-16"), "t.csv:1: is UTF-16; save it as UTF-8"),
        ("名称\n".encode("gb18030"), "t.csv:1: is not UTF-8: the header row cannot be read; save it as UTF-8"),
        (b'"a,b\n1,2\n', "t.csv:1: the header cannot be read: unexpected end of data"),
        (b"a\0,b\n1,2\n", "t.csv:1: the header row holds a NUL character"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "t.csv:4: the quotes are broken: unexpected end of data"),
        (b'a,b\n"1"x,2\n', "t.csv:2: the quotes are broken: ',' expected after '\"'"),
    ],
)
def test_a_table_of_no_use(connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        open_table(connection, file(tmp_path, data))
    assert str(caught.value).removeprefix(f"{tmp_path}/") == message


def test_a_missing_file_and_a_folder(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.csv: cannot be read: No such file"):
        open_table(connection, tmp_path / "none.csv")
    with pytest.raises(ReadError, match="cannot be read"):
        open_table(connection, tmp_path)


@pytest.mark.parametrize("name", ["x[1]*.csv", "it's.csv", "表 格.csv", "--.csv"])
def test_any_file_name(connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    assert read(connection, file(tmp_path, b"a\n1\n", name)) == ([(2, "1")], [])


def test_tabs_by_the_name(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert read(connection, file(tmp_path, b'a\tb\n1,5\t"2\t3"\n', "t.tsv")) == ([(2, "1,5", "2\t3")], [])


def test_a_large_file_is_not_held(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "HELD_BYTES", 10)
    path = file(tmp_path, b"a,b\n" + b"".join(b"%d,x\n" % i for i in range(5000)))
    rows, problems = read(connection, path)
    assert ([row[0] for row in rows], problems) == (list(range(2, 5002)), [])
    assert "read_csv" in open_table(connection, path)[0].sql


def test_a_quote_that_is_never_closed_loses_no_row_in_silence(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = b"1," + b"x" * 98 + b"\n"
    path = file(tmp_path, b"a,b\n" + rows * 10 + b'1,"x\n' + rows * 350_000)
    with pytest.raises(ReadError, match="the quotes are broken"):
        open_table(connection, path)


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n3,4\n",
        b"a,b\n1,2\n3,4",
        b"a,b\r\n1,2\r\n3,4\r\n",
        b'"a\n\r",b\n"1\n2","3\r\n"\n5,"\n6"\n',
        b'a,b\n1,"2\n\n3"\n',
        b"a,b\n",
    ],
)
def test_all_lines_of_a_file_are_accounted_for(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(tables, "BLANK", re.compile(rb"no such line"))
    path = file(tmp_path, data)
    assert "rowid" in open_table(connection, path)[0].sql_with_rows, "read the fast way"
    monkeypatch.setattr(tables, "_extent", lambda _path, _width: (77, 0))
    assert "rowid" not in open_table(connection, path)[0].sql_with_rows, "read the careful way"


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (b"a,b\n\n1,2\r3,4", [3, 4]),
        (b"a,b\n1,2\n\n3,4\n", [2, 4]),
        (b"a,b\r\n1,2\r\n\r\n3,4\r\n", [2, 4]),
        (b"a,b\r1,2\r\r3,4\r", [2, 4]),
        (b"a\n1\n\n2\n", [2, 4]),
    ],
)
def test_a_blank_line_is_a_row_of_the_spreadsheet(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes, numbers: list[int]
) -> None:
    rows, _ = read(connection, file(tmp_path, data))
    assert [row[0] for row in rows] == numbers


def test_nothing_is_loaded_from_the_network() -> None:
    query = "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions'"
    assert connect().execute(query).fetchall() == [("false",), ("false",)]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.text(
    "\",\r\n 'x", max_size=5
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_what_csv_writes_comes_back(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, rows: list[tuple[str, str]], newline: str
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    found, problems = read(connection, file(tmp_path, text.getvalue().encode()))
    expected = [(number, a or None, b or None) for number, (a, b) in enumerate(rows, 2)]
    kept = [row for row in found if row[1:] != (None, None)]
    assert (kept, problems) == ([row for row in expected if row[1:] != (None, None)], [])
