"""Parquet, workbooks, data frames, compressed tables, folders and patterns: what each gives as a relation."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import zstandard

import kg
from kg.errors import MappingError, ReadError
from kg.model import Problem
from kg.pipeline.mapfile import map_file
from kg.read.arrow import open_frame
from kg.read.parquet import struct_members
from kg.read.registry import find_files, open_source
from kg.read.source import Opened, Source
from kg.read.tables import connect
from tests.mapping.support import BASE, PREFIXES, triples_map

XSD = "http://www.w3.org/2001/XMLSchema#"
EVERYTHING = """SELECT 1::INTEGER AS i, 18446744073709551615::UBIGINT AS u, 1.5::DOUBLE AS d, 0.1::FLOAT AS f,
 1.50::DECIMAL(10,2) AS a,
 true AS b, DATE '2024-01-02' AS day, TIMESTAMP '2024-01-02 03:04:05.5' AS t, TIMESTAMPTZ '2024-01-02 03:04:05+08' AS z,
 TIME '03:04:05' AS at, '\\xDE\\xAD'::BLOB AS x, '中"' AS s, {'k': 1, 'm': {'z': 'q'}} AS st, [1] AS li,
 NULL::VARCHAR AS n, '' AS e"""


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    made = connect(threads=1)
    yield made
    made.close()


def rows(connection: duckdb.DuckDBPyConnection, opened: Opened) -> list[tuple[object, ...]]:
    found = connection.execute(opened.relation.sql_with_rows).fetchall()
    assert sorted(row[1:] for row in found) == sorted(connection.execute(opened.relation.sql).fetchall())
    return found


def test_parquet_has_natural_datatypes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "every[1] type.parquet"
    connection.execute(f"COPY ({EVERYTHING}) TO '{path}'").fetchall()
    opened = open_source(connection, Source(path, tmp_path))
    relation = opened.relation
    names = ["_row", *relation.columns, *(code for _, code in relation.forms)]
    assert dict(zip(names, rows(connection, opened)[0], strict=True)) == {
        "_row": 1, "i": "1", "u": "18446744073709551615", "d": "1.5", "f": "0.1", "a": "1.50", "b": "true",
        "day": "2024-01-02", "t": "2024-01-02T03:04:05.5", "z": "2024-01-01T19:04:05Z", "at": "03:04:05", "x": "DEAD",
        "s": '中"',
        "st.k": "1",
        "st.m.z": "q", "n": None, "e": "", "d (canonical)": "1.5E0", "f (canonical)": "1.0E-1", "a (canonical)": "1.5",
    }  # fmt: skip
    assert {name: iri.removeprefix(XSD) for name, iri in relation.datatypes} == {
        "i": "integer", "u": "integer", "d": "double", "f": "double", "a": "decimal", "b": "boolean", "day": "date",
        "t": "dateTime", "z": "dateTime", "at": "time", "x": "hexBinary", "st.k": "integer",
    }  # fmt: skip
    reason = "column 'li' holds values of type INTEGER[], which are not read"
    assert opened.problems == (Problem("read", path.name, None, "li", reason),)


def test_what_is_no_parquet(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_text("a,b\n")
    with pytest.raises(ReadError, match="is not a Parquet file that can be read"):
        open_source(connection, Source(tmp_path / "t.parquet", tmp_path))
    with pytest.raises(ReadError, match="no such file"):
        open_source(connection, Source(tmp_path / "u.parquet", tmp_path))


def test_struct_members() -> None:
    assert struct_members('STRUCT("a, ""b" VARCHAR, c STRUCT(d DECIMAL(5,2), e INTEGER[]))') == [
        ('a, "b', "VARCHAR"), ("c", "STRUCT(d DECIMAL(5,2), e INTEGER[])"),
    ]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    plain, merged = made.active, made.create_sheet("合并")
    assert plain is not None
    plain.title = "平"
    for row in (
        ["id", "name", "share", "day"],
        [1001, "甲", 1.5, pd.Timestamp("2024-01-02").to_pydatetime()],
        [],
        [2, "", True],
    ):
        plain.append(row)
    plain["B5"], plain["F5"] = "#DIV/0!", "too far"
    plain["A6"].value, plain["B6"].value, plain["B6"].data_type = 3, "#N/A", "e"
    for cells in (["code", "产值", None], [None, "2023", "2024"], ["a", 1, 2]):
        merged.append(cells)
    merged.merge_cells("A1:A2")
    merged.merge_cells("B1:C1")
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_every_sheet_can_be_named(connection: duckdb.DuckDBPyConnection, book: Path) -> None:
    opened = open_source(connection, Source(book, book.parent, iterator="平"))
    assert opened.relation.columns == ("id", "name", "share", "day")
    assert rows(connection, opened) == [
        (2, "1001", "甲", "1.5", "2024-01-02"),
        (4, "2", None, "true", None),
        (6, "3", None, None, None),
    ]
    assert [(problem.line, problem.value) for problem in opened.problems] == [
        (5, "#DIV/0!"), (5, ",,,,,too far"), (6, "#N/A"),
    ]  # fmt: skip
    with pytest.raises(ReadError, match="has several sheets, so one must be named"):
        open_source(connection, Source(book, book.parent))
    with pytest.raises(ReadError, match="has no sheet '无'; there are: '平', '合并'"):
        open_source(connection, Source(book, book.parent, iterator="无"))
    assert find_files("book.xlsx#合并", [book.parent]) == ([book], "合并")


def test_merged_headers_are_reported(connection: duckdb.DuckDBPyConnection, book: Path) -> None:
    opened = open_source(connection, Source(book, book.parent, iterator="合并"))
    assert rows(connection, opened) == [(3, "a", "1", "2")]
    reason = "the header has merged cells: rows 1 to 2 are read as the names 'code', '产值 / 2023', '产值 / 2024'"
    assert opened.problems == (Problem("read", "book.xlsx", 1, "合并", reason),)


def test_what_is_no_workbook(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_text("a,b\n")
    with pytest.raises(ReadError, match="is not a workbook"):
        open_source(connection, Source(tmp_path / "t.xlsx", tmp_path))
    with pytest.raises(ReadError, match="cannot be read: No such file"):
        open_source(connection, Source(tmp_path / "u.xlsx", tmp_path))


@pytest.mark.parametrize(
    ("module", "source", "extra"),
    [
        ("openpyxl", Source(Path("t.xlsx"), Path()), "excel"),
        ("adbc_driver_postgresql.dbapi", Source(Path(), Path(), "postgresql://h/d", iterator="t"), "databases"),
        ("pymysql", Source(Path(), Path(), "mysql://h/d", iterator="t"), "databases"),
    ],
)
def test_a_driver_that_is_missing_is_named(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, module: str, source: Source, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ReadError, match=rf"pip install 'cluster-kg\[{extra}\]'"):
        open_source(connection, source)


TABLE = "a,b\n1,甲\n2,\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.csv.gz", gzip.compress(TABLE.encode()), None),
        ("t.tsv.zst", zstandard.compress(TABLE.replace(",", "\t").encode()), None),
        ("t.csv.zst", zstandard.compress("a,b\n1,甲\n\n".encode()) + zstandard.compress(b"2,\n"), None),
        ("t.csv.gz", gzip.compress(TABLE.encode("gb18030")), "GB18030"),
        ("t.csv", TABLE.encode("utf-8-sig"), None),
        ("t.csv", TABLE.encode("utf-16"), "UTF-16"),
        ("t.csv", (TABLE * 3).encode("utf-16-le"), "UTF-16-LE"),
        ("t.csv", TABLE.encode("gb18030"), "GB18030"),
    ],
)
def test_compressed_and_encoded_tables(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, data: bytes, said: str | None
) -> None:
    (tmp_path / name).write_bytes(data)
    opened = open_source(connection, Source(tmp_path / name, tmp_path / "copies"))
    assert [row[1:] for row in rows(connection, opened)][:2] == [("1", "甲"), ("2", None)]
    reason = f"the table is not UTF-8: it was read as {said}"
    assert opened.problems == ((Problem("read", name, None, said, reason),) if said else ())


@pytest.mark.parametrize("name", ["t.csv.gz", "t.json.zst"])
def test_a_file_that_is_not_what_its_name_says(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(ReadError, match="is not what its name says, or is cut off"):
        open_source(connection, Source(tmp_path / name, tmp_path, references=("a",)))


def test_a_formulation_that_is_not_read(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="the reference formulation 'XPath' is not read; there are CSV, JSONPath"):
        open_source(connection, Source(tmp_path / "t.xml", tmp_path, formulation="XPath"))


def test_folders_and_patterns_keep_the_file_of_a_row(tmp_path: Path) -> None:
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "a.csv").write_text("id,day\n1,2024-01-02\n2,never\n")
    (folder / "b.csv").write_text("day,id\n2024-01-03,1\n")
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"id,day\n4,gone\n"))
    (folder / "notes.md").write_text("no table")
    day = 'rml:predicate ex:day ; rml:objectMap [ rml:reference "day" ; rml:datatype xsd:date ]'
    node = "rml:predicate ex:node ; rml:objectMap [ rml:termType rml:BlankNode ]"
    for source in ("registers", "registers/*.csv*", "*/[abc].*"):
        (tmp_path / "m.ttl").write_text(triples_map('rml:template "{id}"', day, node, source=source))
        written = kg.map(tmp_path / "m.ttl", tmp_path / "o.nt", base=BASE, ordered=True)
        lines = (tmp_path / "o.nt").read_text().splitlines()
        assert [line for line in lines if "^^" in line] == [
            f'<{BASE}1> <{BASE}day> "2024-01-0{i}"^^<{XSD}date> .' for i in (2, 3)
        ]
        assert len({line.split()[2] for line in lines if "_:" in line}) == 4, "rows of several files are several nodes"
        assert [(one.file, one.line, one.value) for one in written.problems] == [
            ("a.csv", 3, "never"),
            ("c.csv.gz", 2, "gone"),
        ]
    (folder / "d.csv").write_text("id,date\n")
    (tmp_path / "m.ttl").write_text(triples_map('rml:template "{id}"', source="registers"))
    with pytest.raises(ReadError, match=r"d\.csv: has not the columns of a\.csv: they differ in 'date', 'day'"):
        kg.map(tmp_path / "m.ttl", tmp_path / "o.nt", base=BASE)


def test_files_of_one_folder_may_differ_in_types(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('[{"v": 1}, {"v": 2}]')
    (tmp_path / "2.json").write_text('[{"v": "x"}, {"v": 0.5}]')
    source = 'rml:logicalSource [ rml:source "*.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ]'
    pom = 'rml:predicateObjectMap [ rml:predicate ex:v ; rml:objectMap [ rml:reference "$.v" ] ]'
    (tmp_path / "m.ttl").write_text(f"{PREFIXES}<#m> {source} ; rml:subject ex:s ; {pom} .")
    kg.map(tmp_path / "m.ttl", tmp_path / "o.nt", base=BASE)
    objects = {line.split(" ", 2)[2] for line in (tmp_path / "o.nt").read_text().splitlines()}
    assert objects == {f'"1"^^<{XSD}integer> .', f'"2"^^<{XSD}integer> .', f'"5.0E-1"^^<{XSD}double> .', '"x" .'}


def test_a_source_that_is_nowhere(tmp_path: Path) -> None:
    (tmp_path / "m.ttl").write_text(triples_map('rml:template "{id}"', source="no*.csv"))
    with pytest.raises(MappingError, match=r"its source 'no\*\.csv' is in none of: "):
        map_file(tmp_path / "m.ttl", tmp_path / "o.nt", base=BASE)


@pytest.mark.parametrize("kind", [pa.table, pd.DataFrame])
def test_frames_of_python(tmp_path: Path, kind: type) -> None:
    frame = kind({"id": ["a", "b"], "n": [1, 2], "x": [0.5, None]})
    pairs = [f'rml:predicate ex:{name} ; rml:objectMap [ rml:reference "{name}" ]' for name in ("n", "x")]
    (tmp_path / "m.ttl").write_text(triples_map('rml:template "{id}"', *pairs, source="people"))
    written = kg.map(tmp_path / "m.ttl", tmp_path / "o.nt", base=BASE, frames={"people": frame}, ordered=True)
    assert (written.triples, written.problems) == (3, ())
    assert (tmp_path / "o.nt").read_text().splitlines() == [
        f'<{BASE}a> <{BASE}n> "1"^^<{XSD}integer> .',
        f'<{BASE}a> <{BASE}x> "5.0E-1"^^<{XSD}double> .',
        f'<{BASE}b> <{BASE}n> "2"^^<{XSD}integer> .',
    ]


def test_what_is_no_frame(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ReadError, match="people: is a int, which cannot be read as a table"):
        open_frame(connection, "people", 5)
