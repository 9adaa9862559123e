"""kg diff, log, restore and gc as a user meets them: output, exit codes, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.store.release import locked, published_id
from tests.projects import rewrite, write_project
from tests.test_cli import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with two releases: in the second, a town has more people and another name."""
    folder = write_project(tmp_path / "project")
    assert run("build", cwd=folder).returncode == 0
    rewrite(folder / "data/towns.csv", "1200", "1300")
    rewrite(folder / "data/towns.csv", "乙镇", "丙镇")
    assert run("build", cwd=folder).returncode == 0
    return folder


def releases(project: Path) -> list[str]:
    """Ids, the newest first."""
    return [one["id"] for one in json.loads(run("log", "-f", "json", cwd=project).stdout)["releases"]]


def test_from_diff_to_gc(project: Path) -> None:
    new, old = releases(project)
    done = run("diff", cwd=project)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{old} → {new}\n")
    assert "1200 → 1300" in done.stdout
    assert "乙镇 → 丙镇" in done.stdout
    assert run("diff", old, new, cwd=project).stdout == run("diff", old[:6], cwd=project).stdout == done.stdout
    assert run("diff", f"output/releases/{old}", "output", cwd=project).stdout == done.stdout
    same = run("diff", new, "output/latest/graph.ttl", cwd=project)
    assert same.returncode == 0, same.stdout

    log = run("log", cwd=project).stdout
    assert f"release {new} (latest)" in log
    assert f"since     {old}" in log
    assert "facts     +2 −2: Place +2 −2" in log

    assert run("restore", old[:8], cwd=project).stderr == f"{old} is the latest now\n"
    assert published_id(project / "output") == old
    assert "甲镇" in run("query", "towns", cwd=project).stdout
    assert run("restore", old, cwd=project).stderr == f"{old} is the latest already\n"
    done = run("gc", "--keep", "1", cwd=project)
    assert (done.stdout, done.stderr) == (f"{new}\n", "removed: 1 releases\n")
    assert releases(project) == [old]


def test_formats(project: Path) -> None:
    content = json.loads(run("diff", "-f", "json", "--lang", "en", cwd=project).stdout)
    assert [one["id"] for one in content["entities"]] == ["town/a", "town/b"]
    assert run("diff", "-f", "md", cwd=project).stdout.startswith("# ")
    new, old = releases(project)
    patch = run("diff", "-f", "nt-patch", cwd=project).stdout.splitlines()
    store = ox.Store()
    for quad in ox.Store.read_only(str(project / f"output/releases/{old}/store")):
        store.add(quad)
    for line in patch:
        operation, _, rest = line.partition(" ")
        if operation in {"A", "D"}:
            [quad] = ox.parse(rest, ox.RdfFormat.N_QUADS)
            (store.add if operation == "A" else store.remove)(quad)
    assert set(map(str, store)) == set(map(str, ox.Store.read_only(str(project / f"output/releases/{new}/store"))))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diff", "nothing"], "no release 'nothing'"),
        (["diff", "nothing.nt", "output"], "no such file"),
        (["diff", "data/towns.csv", "output"], "no RDF format"),
        (["diff", "data", "output"], "no release at data"),
        (["diff", "bad.ttl", "output"], "is not valid Turtle"),
        (["diff", "-o", "data"], "run `kg build` first"),
        (["log", "-o", "data"], "run `kg build` first"),
        (["restore", "nothing"], "no release 'nothing'"),
        (["restore", "../.."], "no release"),
        (["gc", "--keep", "0"], "greater than or equal to 1"),
        (["gc"], "--keep"),
        (["gc", "--keep", "1", "-o", "nowhere"], "run `kg build` first"),
    ],
)
def test_usage_errors_exit_2(project: Path, arguments: list[str], message: str) -> None:
    (project / "bad.ttl").write_text("<a> <b> .")
    done = run(*arguments, cwd=project)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(releases(project)) == 2


def test_a_damaged_release_is_said(project: Path) -> None:
    new, old = releases(project)
    for path in (project / f"output/releases/{old}/parts").glob("towns-*"):
        path.write_bytes(path.read_bytes()[:-4])
    done = run("diff", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the release is damaged" in done.stderr
    (project / f"output/releases/{old}/manifest.json").write_text("{")
    assert f"damaged: output/releases/{old}" in run("log", cwd=project).stdout
    assert run("gc", "--keep", "1", cwd=project).returncode == 0
    assert published_id(project / "output") == new


def test_while_a_build_runs_nothing_is_changed(project: Path) -> None:
    old = releases(project)[1]
    with locked(project / "output"):
        for command in (["restore", old], ["gc", "--keep", "1"]):
            done = run(*command, cwd=project)
            assert done.returncode == 3
            assert "another build" in done.stderr
    assert len(releases(project)) == 2


def test_a_closed_pipe_is_no_error(project: Path) -> None:
    shell = """"$0" -c 'from kg.cli import main; main()' diff -f nt-patch | head -1"""
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("H id <uuid:")
    assert done.stderr == ""
