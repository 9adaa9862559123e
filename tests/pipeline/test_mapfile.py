"""What can go wrong while a mapping runs: nothing half is left, and the message says what it was."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import PublishError, ReadError
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.output import TooManyProblemsError
from kg.pipeline.mapfile import MapOptions, database, explain_file, map_file
from kg.read import tables
from kg.read.stamps import Stamps

BASE = "https://example.org/"
MAPPING = """@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#m> rml:logicalSource [ rml:source [ rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "x/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] ,
        [ rml:predicate ex:n ; rml:objectMap [ rml:reference "n" ; rml:datatype xsd:integer ] ] .
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "m.rml.ttl"
    path.write_text(MAPPING, "utf-8")
    rows = "".join(f"{i},名称{i},{'x' if i % 10 == 0 else i}\n" for i in range(100))
    (tmp_path / "t.csv").write_text(f"id,name,n\n{rows}", "utf-8")
    return path


def left(folder: Path) -> set[str]:
    """What a run has left beside its input."""
    return {path.name for path in folder.iterdir()} - {"m.rml.ttl", "t.csv"}


@pytest.mark.parametrize("name", ["o.nt", "o.nq", "o.ttl", "o.nt.gz", "o.ttl.zst"])
def test_the_name_tells_syntax_and_compression(mapping: Path, tmp_path: Path, name: str) -> None:
    written = map_file(mapping, tmp_path / name, base=BASE)
    assert (written.triples, len(written.problems), left(tmp_path)) == (190, 10, {name})


def test_an_unknown_ending_and_a_missing_folder_are_refused(mapping: Path, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"nothing is written as '\.csv'; there are \.nt \.nq \.ttl"):
        map_file(mapping, tmp_path / "o.csv", base=BASE)
    with pytest.raises(PublishError, match="its folder does not exist"):
        map_file(mapping, tmp_path / "none" / "o.nt", base=BASE)
    with pytest.raises(PublishError, match="one file, not into parts"):
        map_file(mapping, tmp_path / "o.nt", base=BASE, options=MapOptions(ordered=True, parts=2))
    assert not left(tmp_path)


def test_graphs_need_a_file_that_has_them(mapping: Path, tmp_path: Path) -> None:
    mapping.write_text(MAPPING.replace('"x/{id}"', '"x/{id}" ; rml:graph ex:g'), "utf-8")
    for name in ("o.nt", "o.ttl.gz"):
        with pytest.raises(PublishError, match=r"end the name in \.nq"):
            map_file(mapping, tmp_path / name, base=BASE)
    map_file(mapping, tmp_path / "o.nq", base=BASE)
    assert b" <https://example.org/g> .\n" in (tmp_path / "o.nq").read_bytes()


def test_problems_go_to_a_file(mapping: Path, tmp_path: Path) -> None:
    options = MapOptions(problems=tmp_path / "p.csv")
    map_file(mapping, tmp_path / "o.nt", base=BASE, options=options)
    lines = (tmp_path / "p.csv").read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["stage,file,line,value,reason", "map,t.csv,2,x,column 'n': not a valid xsd:integer"]
    assert len(lines) == 11


def test_too_many_problems_write_nothing_but_their_file(mapping: Path, tmp_path: Path) -> None:
    with (tmp_path / "t.csv").open("a") as table:
        table.write("ragged\n")
    options = MapOptions(max_problems=10, problems=tmp_path / "p.csv")
    with pytest.raises(TooManyProblemsError, match="11 problems are more than --max-problems allows; nothing was"):
        map_file(mapping, tmp_path / "o.nt", base=BASE, options=options)
    assert left(tmp_path) == {"p.csv"}
    assert len((tmp_path / "p.csv").read_text("utf-8-sig").splitlines()) == 12


def test_a_source_that_changes_is_told(mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write: Callable[..., object] = DuckdbEngine.write

    def change(*arguments: object) -> object:
        with (tmp_path / "t.csv").open("a") as table:
            table.write("100,late,1\n")
        return write(*arguments)

    monkeypatch.setattr(DuckdbEngine, "write", change)
    (tmp_path / "o.nt").write_text("old")
    with pytest.raises(ReadError, match=r"t\.csv: changed while it was read"):
        map_file(mapping, tmp_path / "o.nt", base=BASE)
    assert ((tmp_path / "o.nt").read_text(), left(tmp_path)) == ("old", {"o.nt"})


def test_another_file_of_the_same_size_and_time_is_a_change(tmp_path: Path) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (file, other):
        path.write_text("same")
        os.utime(path, ns=(1, 1))
    stamps = Stamps()
    stamps.add([file, tmp_path / "none"])
    stamps.check()
    other.replace(file)
    with pytest.raises(ReadError, match="changed while it was read"):
        stamps.check()


@pytest.mark.parametrize("options", [[], ["--parts", "2"], ["--sorted"]])
def test_a_full_disk_leaves_nothing(mapping: Path, tmp_path: Path, options: list[str]) -> None:
    rows = "".join(f"{i},{'名称' * 50}{i},{i}\n" for i in range(20_000))
    (tmp_path / "t.csv").write_text(f"id,name,n\n{rows}", "utf-8")

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", "map", mapping, "-o", tmp_path / "o.nt", *options],
        preexec_fn=small_disk,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "error: " in done.stderr
    assert "cannot go on" in done.stderr
    assert "Traceback" not in done.stderr
    assert not left(tmp_path)


def test_bad_rows_far_down_are_told_with_their_lines(
    mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "HELD_BYTES", 1 << 20)
    rows = [f"{i},名称{i},{i}\n" for i in range(2, 150_001)]
    rows[140_000 - 2] = "140000,名称,many\n"
    for end, wanted in (([], {140_000}), (["one field\n"], {140_000, 150_001})):
        (tmp_path / "t.csv").write_text("".join(("id,name,n\n", *rows, *end)), "utf-8")
        options = MapOptions(problems=tmp_path / "p.csv")
        written = map_file(mapping, tmp_path / "o.nt", base=BASE, options=options)
        assert {problem.line for problem in written.problems} == wanted
        assert written.triples == 2 * len(rows) - 1
        told = (tmp_path / "p.csv").read_text("utf-8-sig").splitlines()[1:]
        assert {int(line.split(",")[2]) for line in told} == wanted


def test_a_full_disk_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    full = pytest.raises(PublishError, match=r"cannot go on: only 1\.0 MB are free on the disk; IO Error")
    with full, database(tmp_path / "spill", tmp_path / "o.nt") as connection:
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path}/none/x.csv'")


@pytest.mark.slow
def test_ctrl_c_leaves_nothing(mapping: Path, tmp_path: Path) -> None:
    join = (
        " , [ rml:predicate ex:j ; rml:objectMap [ rml:parentTriplesMap <#m> ; "
        'rml:joinCondition [ rml:child "name" ; rml:parent "name" ] ] ] .\n'
    )
    mapping.write_text(MAPPING.rstrip().removesuffix(".") + join, "utf-8")
    rows = "".join(f"{i},same,{i}\n" for i in range(30_000))  # 900 million pairs
    (tmp_path / "t.csv").write_text(f"id,name,n\n{rows}", "utf-8")
    command = [
        sys.executable,
        "-c",
        "from kg.cli import main; main()",
        "map",
        str(mapping),
        "-o",
        str(tmp_path / "o.nt"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        ends = time.monotonic() + 60
        while not left(tmp_path) and time.monotonic() < ends:
            time.sleep(0.05)
        assert left(tmp_path) == {".partial-o.nt"}
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not left(tmp_path)


def test_explain_writes_nothing(mapping: Path, tmp_path: Path) -> None:
    shown = explain_file(mapping, base=BASE)
    assert "t.csv: 100 rows, columns id, name, n" in shown
    assert "checked in each row, as some have it: column 'n': not a valid xsd:integer" in shown
    assert not left(tmp_path)
