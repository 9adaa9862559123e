"""All or nothing: whatever ends a build, `latest` opens and answers, and the next build cleans up."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

import pytest

import kg
from tests.fire.support import QUIET, UNPRIVILEGED, run_kg, spawn_kg
from tests.projects import ROOT, rewrite, write_project

STAGES = ("read", "map", "validate", "publish")


@dataclass(slots=True)
class Victim:
    """The process of `victim.py`."""

    process: "subprocess.Popen[str]"

    def line(self) -> str:
        return cast("IO[str]", self.process.stdout).readline().strip()

    def ask(self, project: Path, output: Path, **options: object) -> int:
        """Starts a build; returns its process id."""
        request = {"project": str(project), "output": str(output), **options}
        stream = cast("IO[str]", self.process.stdin)
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        return int(self.line())

    def rest(self) -> tuple[list[str], dict[str, Any]]:
        """The stages that still begin, and how the build ended."""
        lines = []
        while not (line := self.line()).startswith('{"code"'):
            assert line or self.process.poll() is None
            lines.append(line)
        return lines, json.loads(line)

    def wait_for(self, stage: str) -> float:
        """When the stage begins."""
        while (line := self.line()) != stage:
            assert line in STAGES
        return time.monotonic()

    def time(self, project: Path, output: Path) -> dict[str, float]:
        """How long each stage of a forced build takes."""
        self.ask(project, output, force=True)
        begun = [self.wait_for(stage) for stage in STAGES]
        assert self.rest() == ([], {"code": 0})
        ends = [*begun[1:], time.monotonic()]
        return {stage: end - start for stage, start, end in zip(STAGES, begun, ends, strict=True)}

    def count_steps(self, project: Path, output: Path, *, force: bool) -> int:
        """How often a build changes something in the output folder."""
        lines, code = self.build(project, output, force=force, die_at=0)
        assert code == 0
        return int(lines[-1])

    def build(self, project: Path, output: Path, **options: object) -> tuple[list[str], int]:
        self.ask(project, output, **options)
        lines, end = self.rest()
        return lines, end["code"]


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.fire.victim"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=QUIET) as process:
        yield Victim(process)
        cast("IO[str]", process.stdin).close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two towns, of which the second has as many people as the build before had, and one more."""
    write_project(tmp_path / "project")
    rewrite(tmp_path / "project/data/towns.csv", "乙镇,,s2", "乙镇,0,s2")
    return tmp_path / "project"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


def change(project: Path, people: int) -> None:
    table = project / "data/towns.csv"
    table.write_text(re.sub("乙镇,[0-9]+,", f"乙镇,{people},", table.read_text("utf-8")), "utf-8")


def people(output: Path) -> int:
    """What the latest release answers; every file that a reader opens is there and whole."""
    with kg.open(output) as graph:
        [row] = graph.query("SELECT ?n { <town/b> ckg:value ?n }")
        lines = (graph.folder / "graph.nt").read_bytes().count(b"\n")
        [counted] = graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert int(str(counted["n"])) == graph.manifest.triples == lines
        assert (graph.folder / "report.html").stat().st_size > 1000
        assert "</html>" in (graph.folder / "graph.html").read_text("utf-8")[-100:]
        assert "甲镇" in graph.entity("甲镇").label()
        return int(str(row["n"]))


def leftovers(output: Path) -> list[str]:
    """What is neither a release nor the link to one."""
    names = {path.name for path in output.iterdir()} - {"latest", "releases", ".lock", "cache"}
    names |= {path.name for path in (output / "cache").rglob("*.partial")}
    return sorted(names | {path.name for path in (output / "releases").iterdir() if path.name.startswith(".")})


@pytest.mark.slow
def test_killed_at_random_moments_of_every_stage(victim: Victim, project: Path, output: Path) -> None:
    chance = random.Random(20261123)
    victim.build(project, output)
    seconds = victim.time(project, output)
    hit: Counter[str] = Counter()
    known = 0
    for number in range(1, 121):
        change(project, number)
        stage = STAGES[number % len(STAGES)]
        process = victim.ask(project, output)
        victim.wait_for(stage)
        time.sleep(chance.uniform(0, seconds[stage]))
        with_signal(process, signal.SIGKILL)
        begun, end = victim.rest()
        hit[([stage, *begun])[-1] if end["code"] == -signal.SIGKILL else "done"] += 1
        assert end["code"] in (-signal.SIGKILL, 0)
        found = people(output)
        assert found in (known, number) if end["code"] else found == number
        known = found
    assert min(hit[stage] for stage in STAGES) >= 15, hit
    change(project, 1000)
    assert victim.build(project, output)[1] == 0
    assert (people(output), leftovers(output)) == (1000, [])


def with_signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


@pytest.mark.slow
@pytest.mark.parametrize("force", [False, True])
def test_killed_before_a_step_on_the_disk(victim: Victim, project: Path, output: Path, force: bool) -> None:
    """Every step that swaps the release in, and some of all others.

    `force` publishes the same release again, which is the one that `latest` names.
    """
    victim.build(project, output)
    change(project, 0 if force else 1000)
    steps = victim.count_steps(project, output, force=force)
    chosen = [*range(1, 6), *range(6, steps - 25, 7), *range(steps - 25, steps + 1)]
    for number in chosen:
        change(project, 0 if force else number)
        before = people(output)
        _, code = victim.build(project, output, force=force, die_at=number)
        assert (code, people(output) in {before, number}) == (-signal.SIGKILL, True)
    assert len(chosen) > 40, "the build changes less than it must"
    change(project, 7)
    assert victim.build(project, output)[1] == 0
    assert (people(output), leftovers(output)) == (7, [])


@pytest.mark.slow
@pytest.mark.parametrize("file_bytes", [0, 300, 5_000, 40_000, 300_000])
def test_a_file_that_cannot_grow(victim: Victim, project: Path, output: Path, file_bytes: int) -> None:
    """A limit on the size of each file stops writers as a full disk does, and needs no right to mount one."""
    assert victim.build(project, output)[1] == 0
    change(project, 7)
    said, code = victim.build(project, output, file_bytes=file_bytes, cli=True)
    err = json.loads(said[-1])["err"]
    assert (
        code,
        re.search(r"error: .*(cannot write there|cannot go on|cannot be written|cannot write it)", err) is None,
    ) == (3, False), err
    assert (people(output), leftovers(output)) == (0, [])
    assert victim.build(project, output)[1] == 0
    assert people(output) == 7


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of this size at the folder; False where this user may mount none."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("free_kilobytes", [0, 16, 100, 300, 500, 700])
def test_a_full_disk(victim: Victim, project: Path, tmp_path: Path, free_kilobytes: int) -> None:
    """Where none can be mounted, the limit on the size of files takes its place."""
    with small_disk(tmp_path / "disk", 16) as mounted:
        output, ballast = tmp_path / "disk/out", tmp_path / "disk/ballast"
        assert victim.build(project, output)[1] == 0
        change(project, 7)
        if mounted:
            fill(ballast, keep=free_kilobytes << 10)
            said, code = victim.build(project, output, cli=True)
        else:
            said, code = victim.build(project, output, cli=True, file_bytes=free_kilobytes << 5)
        err = json.loads(said[-1])["err"]
        assert (code, "error: " in err) == (3, True), err
        assert (people(output), leftovers(output)) == (0, [])
        ballast.unlink(missing_ok=True)
        assert victim.build(project, output)[1] == 0
        assert (people(output), leftovers(output)) == (7, [])


def fill(file: Path, *, keep: int) -> None:
    """Fills the disk but for `keep` bytes."""
    free = shutil.disk_usage(file.parent).free
    with file.open("wb") as out:
        out.write(bytes(max(free - keep, 0)))


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "releases"])
def test_a_folder_that_may_not_be_written(project: Path, output: Path, folder: str) -> None:
    kg.build(project, output=output)
    change(project, 7)
    (output / folder).chmod(0o555)
    process = spawn_kg("build", project, "--output", output, before=UNPRIVILEGED)
    _, err = process.communicate(timeout=60)
    (output / folder).chmod(0o755)
    assert (process.returncode, "Permission denied" in err, "Traceback" in err) == (3, True, False), err
    assert people(output) == 0
    assert kg.build(project, output=output).exit_code == 0
    assert (people(output), leftovers(output)) == (7, [])


@pytest.mark.parametrize("place", ["/proc/kg-output", "/dev/null", "/dev/null/x"])
def test_a_place_where_nothing_can_be_written(project: Path, place: str) -> None:
    ran = run_kg("build", project, "--output", place)
    assert (ran.code, ran.out, f"error: {place.rpartition('/')[0] or '/'}" in ran.err or place in ran.err) == (
        3,
        "",
        True,
    )
    assert "cannot write there" in ran.err


@pytest.mark.slow
def test_the_loser_of_a_race_says_so(project: Path, output: Path) -> None:
    first = spawn_kg("build", project, "--output", output)
    assert "read" in cast("IO[str]", first.stderr).readline()
    first.send_signal(signal.SIGSTOP)
    alarm = Timer(60, first.kill)
    alarm.start()
    second = run_kg("build", project, "--output", output)
    assert (second.code, second.out) == (3, "")
    assert "another build is writing there; this one has changed nothing" in second.err
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=60)
    alarm.cancel()
    assert (first.returncode, people(output), leftovers(output)) == (0, 0, [])


@pytest.mark.slow
def test_five_builds_at_once(project: Path, output: Path) -> None:
    racers = [spawn_kg("build", project, "--output", output, "--force") for _ in range(5)]
    ended = [(racer.communicate(timeout=120)[1], racer.returncode) for racer in racers]
    assert 0 in [code for _, code in ended]
    for err, code in ended:
        assert code == 0 or (code == 3 and "another build is writing there" in err), err
    assert (people(output), leftovers(output)) == (0, [])


def test_a_clock_that_goes_back(project: Path, output: Path) -> None:
    """The release before was made in the future, as far as this build can tell."""
    kg.build(project, output=output)
    record = output / "latest/build.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "built": "2100-01-01T00:00:00+00:00"}))
    for path in output.rglob("*"):
        os.utime(path, (4e9, 4e9), follow_symlinks=False)
    change(project, 7)
    assert kg.build(project, output=output).changed
    assert people(output) == 7
    change(project, 0)
    assert kg.build(project, output=output).changed
    assert (people(output), leftovers(output)) == (0, [])


def test_output_on_another_disk(project: Path, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        assert Path(memory).stat().st_dev != tmp_path.stat().st_dev
        (tmp_path / "out").symlink_to(memory)
        for number in (3, 4):
            change(project, number)
            assert kg.build(project, output=tmp_path / "out").exit_code == 0
            assert (people(tmp_path / "out"), leftovers(Path(memory))) == (number, [])


def test_a_release_published_again_stays_open_to_its_readers(project: Path, output: Path) -> None:
    first = kg.build(project, output=output)
    with kg.open(output) as graph:
        assert graph.query("ASK { ?s a ckg:Place }")
        again = kg.build(project, output=output, force=True)
        assert len(graph.query("SELECT ?s { ?s a ckg:Place }")) == 2
    assert again.release_id == first.release_id
    assert not kg.build(project, output=output).changed
    assert len(list((output / "releases").iterdir())) == 1
