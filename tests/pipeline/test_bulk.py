"""Large tables: the same graph by the fast way as by the ordinary one, and what a release of them has and has not."""

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import KgError
from kg.model import Problem
from kg.pipeline import bulk
from kg.pipeline.build import build
from kg.read.spark import SparkTables
from kg.store.lines import part_lines
from tests.projects import PREFIXES, rewrite, write_project

FIRMS = f"""{PREFIXES}
<#Firm> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "firms.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "enterprise/{{id}}" ; rml:class ckg:Enterprise ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "zh" ] ] ,
        [ rml:predicate ckg:locatedIn ; rml:objectMap [ rml:template "town/{{town}}" ] ] ,
        [ rml:predicate ckg:value ; rml:objectMap [ rml:reference "people" ; rml:datatype xsd:integer ] ] .
"""
DATASET = """
[[dataset]]
id = "firms"
file = "firms.csv"
mapping = "firms.rml.ttl"
title = "firms"
evidence = "entity"
source = "source_id"
"""
ROWS = (
    "id,name,town,people,source_id\n"
    + "".join(f'f{i},"公司 ""{i}""",a,{i},s{i % 2 + 1}\n' for i in range(300))
    + "f1,别名,b,1,s2\n,没有编号,a,1,s1\nf300,坏数,a,many,s1\nf301,没有来源,a,1,\nf302,来源不明,a,1,s9\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project")
    (folder / "data" / "firms.csv").write_text(ROWS, "utf-8")
    (folder / "ontology" / "mapping" / "firms.rml.ttl").write_text(FIRMS, "utf-8")
    with (folder / "data" / "catalog.toml").open("a", encoding="utf-8") as catalog:
        catalog.write(DATASET)
    return folder


def limited(project: Path) -> Path:
    """The same project with a limit that makes the table a large one."""
    rewrite(project / "data/catalog.toml", 'base = "', 'whole_files_limit = 1000\nbase = "')
    return project


def quads(folder: Path) -> set[str]:
    return {str(quad) for quad in ox.Store.read_only(str(folder / "store"))}


def test_the_same_graph_both_ways(project: Path, tmp_path: Path) -> None:
    ordinary = build(project, output=tmp_path / "one")
    large = build(limited(project), output=tmp_path / "two")
    assert ordinary.folder is not None
    assert large.folder is not None
    assert quads(large.folder) == quads(ordinary.folder)
    assert large.problems == ordinary.problems
    assert {problem.line for problem in large.problems} == {303, 304, 306}
    with kg.open(tmp_path / "one") as one, kg.open(tmp_path / "two") as two:
        assert one.manifest.triples == two.manifest.triples
        assert two.query("SELECT ?s { <enterprise/f302> prov:wasDerivedFrom ?s }").rows


def test_a_large_release_has_parts_and_a_store_but_no_whole_files(project: Path, tmp_path: Path) -> None:
    folder = build(limited(project), output=tmp_path / "out").folder
    assert folder is not None
    names = {path.name for path in folder.iterdir()}
    assert {"manifest.json", "parts", "problems.csv", "queries", "report.html", "report.json", "store"} <= names
    assert not {"graph.nt", "graph.ttl", "graph.html", "quads.nq"} & names
    [part] = (folder / "parts").glob("firms-*.nq.zst")
    lines = list(part_lines(part))
    assert len(lines) == len(set(lines)) > 1000
    assert not list((tmp_path / "out/releases").glob(".new-*"))


def test_the_same_rows_in_another_order_are_the_same_release(project: Path, tmp_path: Path) -> None:
    first = build(limited(project), output=tmp_path / "out")
    assert build(project, output=tmp_path / "out").changed is False
    head, *rows = (project / "data/firms.csv").read_text("utf-8").splitlines(keepends=True)
    clean = [row for row in rows if row.startswith("f") and int(row[1:].partition(",")[0]) < 300]
    (project / "data/firms.csv").write_text("".join((head, *clean)), "utf-8")
    second = build(project, output=tmp_path / "out")
    (project / "data/firms.csv").write_text("".join((head, *reversed(clean))), "utf-8")
    third = build(project, output=tmp_path / "out")
    assert first.release_id != second.release_id == third.release_id


def test_without_a_store_the_parts_are_there(project: Path, tmp_path: Path) -> None:
    folder = build(limited(project), output=tmp_path / "out", with_store=False).folder
    assert folder is not None
    assert not (folder / "store").exists()
    assert list((folder / "parts").glob("firms-*.nq.zst"))


def test_a_small_release_can_do_without_a_store_too(project: Path, tmp_path: Path) -> None:
    folder = build(project, output=tmp_path / "out", with_store=False).folder
    assert folder is not None
    assert not (folder / "store").exists()
    assert (folder / "graph.nt").is_file()


def test_a_large_table_is_validated(project: Path, tmp_path: Path) -> None:
    shape = (
        "<#Firm> a sh:NodeShape ; sh:targetClass ckg:Enterprise ; "
        'sh:property [ sh:path ckg:value ; sh:maxInclusive 298 ; sh:message "too many" ] .\n'
    )
    with (project / "ontology/shapes.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write(shape)
    result = build(limited(project), output=tmp_path / "out")
    assert result.folder is None
    assert [violation.value for violation in result.violations] == ["299"]


@pytest.mark.slow
def test_spark_writes_the_same_release(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its workers read the table themselves, and what DuckDB derived from copies; the parts have one hash and name."""
    monkeypatch.setattr(bulk, "PIECE_BYTES", 20_000)
    monkeypatch.setattr(SparkTables.read, "__kwdefaults__", {"small": 0})
    wanted = build(limited(project), output=tmp_path / "duckdb")
    made = build(project, output=tmp_path / "spark", master="local[2]")
    assert wanted.folder is not None
    assert made.folder is not None
    assert made.release_id == wanted.release_id
    assert made.problems == wanted.problems
    assert quads(made.folder) == quads(wanted.folder)
    [one], [other] = ((folder / "parts").glob("firms-*.nq.zst") for folder in (wanted.folder, made.folder))
    assert one.name == other.name
    assert sorted(part_lines(one)) == sorted(part_lines(other))
    assert not list((tmp_path / "spark").rglob(".partial-*"))


def test_without_spark_a_build_says_so_before_it_begins(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(KgError, match="Spark is not installed"):
        build(limited(project), output=tmp_path / "out", master="local[2]")
    assert not (tmp_path / "out" / "latest").exists()


def test_an_unknown_source_of_a_large_table_is_a_problem(project: Path, tmp_path: Path) -> None:
    result = build(limited(project), output=tmp_path / "out")
    reason = "is no id of the dataset sources: the row counts as unsourced"
    assert Problem("map", "firms.csv", 306, "s9", reason) in result.problems
