"""What comes in the way of a build, such as Ctrl-C in each stage: it publishes nothing, and leaves no half release."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.pipeline.build import build
from tests.projects import PREFIXES, rewrite, write_project

pytestmark = pytest.mark.slow

SECONDS = 60.0
"""How long a build may take to end, on a machine that has other work."""

PAIRS = f"""{PREFIXES}
<#Firm> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "firms.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "enterprise/{{id}}" ; rml:class ckg:Enterprise ] ;
    rml:predicateObjectMap [ rml:predicate ckg:near ; rml:objectMap [ rml:parentTriplesMap <#Firm> ;
        rml:joinCondition [ rml:child "town" ; rml:parent "town" ] ] ] .
"""
DATASET = """
[[dataset]]
id = "firms"
file = "firms.csv"
mapping = "firms.rml.ttl"
title = "firms"
evidence = "none"
"""


def stop(arguments: list[str], output: Path, *, after: str) -> tuple[int, str]:
    """Builds, presses Ctrl-C when a stage has been told as done, and returns exit code and what was said."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", "build", *arguments, "-o", str(output)]
    said: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        limit = threading.Timer(SECONDS, process.kill)
        limit.start()
        for line in process.stderr:
            said.append(line)
            if f" {after} " in line:
                process.send_signal(signal.SIGINT)
        limit.cancel()
    return process.returncode, "".join(said)


def published(output: Path) -> list[str]:
    """What stands where releases go: whole ones, and half ones if there are any."""
    return [path.name for path in (output / "releases").iterdir()] + [path.name for path in output.glob("latest")]


@pytest.mark.parametrize("after", ["read", "extract", "map", "validate"])
def test_ctrl_c_in_a_stage_publishes_nothing(tmp_path: Path, after: str) -> None:
    code, said = stop([], tmp_path / "out", after=after)
    assert code == 130, said
    assert "Traceback" not in said
    assert not published(tmp_path / "out")


def test_ctrl_c_in_a_long_join_of_a_large_table(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    rows = "".join(f"{i},a\n" for i in range(30_000))  # 900 million pairs
    (project / "data" / "firms.csv").write_text(f"id,town\n{rows}", "utf-8")
    (project / "ontology" / "mapping" / "firms.rml.ttl").write_text(PAIRS, "utf-8")
    with (project / "data" / "catalog.toml").open("a", encoding="utf-8") as catalog:
        catalog.write(DATASET)
    rewrite(project / "data/catalog.toml", 'base = "', 'whole_files_limit = 1000\nbase = "')
    code, said = stop([str(project)], tmp_path / "out", after="read")
    assert code == 130, said
    assert "Traceback" not in said
    assert not published(tmp_path / "out")


def test_a_table_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, output = write_project(tmp_path / "project"), tmp_path / "out"
    make: Callable[..., object] = DuckdbEngine.statements

    def change(*arguments: object, **named: object) -> object:
        with (project / "data" / "towns.csv").open("a", encoding="utf-8") as table:
            table.write("c,丙镇,5,s1\n")
        monkeypatch.undo()
        return make(*arguments, **named)

    monkeypatch.setattr(DuckdbEngine, "statements", change)
    with pytest.raises(ReadError, match=r"towns\.csv: changed while it was read"):
        build(project, output=output)
    assert not published(output)
    rewrite(project / "data" / "expectations.toml", "equals = 2", "equals = 3")
    assert build(project, output=output).folder is not None, "what was made of the half is not taken for the whole"


def test_the_release_before_stays(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    command = [sys.executable, "-c", "from kg.cli import main; main()", "build", str(project), "-o"]
    subprocess.run([*command, str(tmp_path / "out")], check=True, capture_output=True)
    before = (tmp_path / "out" / "latest").readlink()
    code, said = stop([str(project), "--force"], tmp_path / "out", after="map")
    assert code == 130, said
    assert (tmp_path / "out" / "latest").readlink() == before
    assert published(tmp_path / "out") == [before.name, "latest"]
