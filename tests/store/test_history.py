"""Releases are listed, restored and removed; whoever is killed meanwhile leaves a whole `latest`."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import NotFoundError, PublishError
from kg.store.counts import Counts, Tally
from kg.store.history import Record, collect_garbage, find_sides, read_history, restore
from kg.store.oxigraph import open_store
from kg.store.release import Manifest, find_release, locked, publish, published_id, staging
from tests.store.releases import lines_of, write_release


def make(output: Path, name: str, *, built: str = "", previous: str | None = None) -> Path:
    """Publishes a small release, as a build does."""
    with staging(output) as folder:
        made = write_release(folder / "made", {"x": lines_of(f"<{name}> a ckg:Place .")}, name=name)
        for path in made.iterdir():
            path.rename(folder / path.name)
        made.rmdir()
        changes = Counts(entities=Tally(added=1)) if previous else None
        record = Record.now("1", {"map": 1.5}, previous=previous, changes=changes)
        record.write(folder)
        if built:
            content = json.loads((folder / "build.json").read_text())
            (folder / "build.json").write_text(json.dumps(content | {"built": built}))
        return publish(folder, output, name)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Three releases, c the latest."""
    for name, previous in (("aa1", None), ("ab2", "aa1"), ("c3", "ab2")):
        make(tmp_path / "output", name, built=f"2026-01-0{name[-1]}T00:00:00+00:00", previous=previous)
    return tmp_path / "output"


def ids(output: Path) -> list[str]:
    return [release.id for release in read_history(output).releases]


def test_releases_are_listed_the_newest_first(output: Path) -> None:
    history = read_history(output)
    assert [(one.id, one.latest, one.record.previous) for one in history.releases] == [
        ("c3", True, "ab2"),
        ("ab2", False, "aa1"),
        ("aa1", False, None),
    ]
    assert history.releases[0].record.changes == Counts(entities=Tally(added=1))
    assert history.releases[0].record.seconds == {"map": 1.5}
    assert read_history(output.parent).releases == history.releases


def test_a_release_without_a_record_has_the_time_of_its_files(output: Path) -> None:
    for text in ("[]", "{", '{"built": 3, "changes": 5}', '{"seconds": {}}', '{"built": "x", "changes": {"facts": 1}}'):
        (output / "latest/build.json").write_text(text)
        record = read_history(output).releases[0].record
        assert (record.previous, record.changes) == (None, None)
    (output / "latest/build.json").unlink()
    assert read_history(output).releases[0].record.built.startswith("2")


def test_restore_makes_an_older_release_the_latest(output: Path) -> None:
    assert not restore(output, "aa").latest
    assert published_id(output) == "aa1"
    assert (output / "latest").readlink() == Path("releases/aa1")
    assert restore(output, "aa1").latest
    assert sorted(ids(output)) == ["aa1", "ab2", "c3"]


@pytest.mark.parametrize(("name", "problem"), [("a", "several"), ("zz", "no release 'zz'"), ("", "no release ''")])
def test_restore_says_what_it_cannot_find(output: Path, name: str, problem: str) -> None:
    with pytest.raises(NotFoundError, match=problem):
        restore(output, name)
    assert published_id(output) == "c3"


def test_restore_refuses_a_damaged_release(output: Path) -> None:
    for path in (output / "releases/aa1/store").glob("CURRENT"):
        path.unlink()
    with pytest.raises(PublishError, match="cannot be opened"):
        restore(output, "aa1")
    (output / "releases/ab2/manifest.json").write_text("{")
    with pytest.raises(NotFoundError):
        restore(output, "ab2")
    assert published_id(output) == "c3"
    assert [path.name for path in read_history(output).damaged] == ["ab2"]


def test_gc_keeps_the_newest_and_always_the_latest(output: Path) -> None:
    assert collect_garbage(output, 3) == ()
    assert [release.id for release in collect_garbage(output, 2)] == ["aa1"]
    restore(output, "ab2")
    assert [release.id for release in collect_garbage(output, 1)] == ["c3"]
    assert ids(output) == ["ab2"]
    assert sorted(path.name for path in (output / "releases").iterdir()) == ["ab2"]


def test_gc_leaves_alone_what_is_no_release(output: Path) -> None:
    (output / "releases/notes").mkdir()
    (output / "releases/notes/mine.txt").touch()
    collect_garbage(output, 1)
    assert (output / "releases/notes/mine.txt").is_file()


def test_gc_without_a_latest_removes_nothing(output: Path) -> None:
    (output / "latest").unlink()
    with pytest.raises(PublishError, match="no release is the latest"):
        collect_garbage(output, 1)
    assert len(ids(output)) == 3
    restore(output, "ab2")
    assert published_id(output) == "ab2"


def test_while_a_build_runs_nothing_is_restored_or_removed(output: Path) -> None:
    with locked(output):
        with pytest.raises(PublishError, match="another build"):
            restore(output, "aa1")
        with pytest.raises(PublishError, match="another build"):
            collect_garbage(output, 1)
    assert (published_id(output), len(ids(output))) == ("c3", 3)


def test_no_releases_are_said(tmp_path: Path) -> None:
    for call in (read_history, lambda path: restore(path, "x"), lambda path: collect_garbage(path, 1)):
        with pytest.raises(NotFoundError, match="run `kg build` first"):
            call(tmp_path)
    (tmp_path / "releases").mkdir()
    with pytest.raises(NotFoundError, match="run `kg build` first"):
        read_history(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["releases"]


def test_names_of_a_diff_are_paths_ids_or_nothing(output: Path) -> None:
    def named(before: str | None, after: str | None) -> tuple[str, ...]:
        sides = find_sides(Path(before) if before else None, Path(after) if after else None, output)
        return tuple(side.name for side in sides)

    assert named(None, None) == ("ab2", "c3")
    assert named("aa", None) == ("aa1", "c3")
    assert named("c3", str(output / "releases/aa1")) == ("c3", "aa1")
    assert named(str(output), "ab") == ("c3", "ab2")
    with pytest.raises(NotFoundError, match="no such file"):
        named("nothing.nt", None)
    restore(output, "aa1")
    with pytest.raises(NotFoundError, match="does not know of one before it"):
        named(None, None)
    restore(output, "ab2")
    collect_garbage(output, 1)
    with pytest.raises(NotFoundError, match="no release 'aa1'"):
        named(None, None)


def publish_copy(output: Path, name: str) -> None:
    """Publishes the latest release under another name: quick, so that much happens before it is killed."""
    with staging(output) as folder:
        latest = find_release(output)
        shutil.copytree(latest, folder, dirs_exist_ok=True)
        replace(Manifest.read(latest), id=name).write(folder)
        publish(folder, output, name)


def churn(output: Path, seed: int) -> None:
    """Publishes, restores and removes releases until it is killed."""
    chance = random.Random(seed)
    while True:
        what = chance.choice(("make", "restore", "restore", "gc"))
        if what == "make":
            publish_copy(output, f"r{chance.randrange(8)}")
        elif what == "restore":
            restore(output, chance.choice(ids(output)))
        else:
            collect_garbage(output, chance.choice((1, 2, 3)))


@pytest.mark.slow
def test_whoever_is_killed_leaves_a_whole_latest_and_whole_releases(tmp_path: Path) -> None:
    output = tmp_path / "output"
    make(output, "r0")
    chance = random.Random(6)
    process = multiprocessing.get_context("fork").Process
    seen = set()
    until = time.monotonic() + 60
    for seed in range(50):
        child = process(target=churn, args=(output, seed))
        child.start()
        time.sleep(0.01 + chance.random() * 0.3)
        assert child.is_alive(), "it ended on its own: an error"
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        folder = find_release(output)
        seen.add(folder.name)
        history = read_history(output)
        assert history.damaged == ()
        for release in history.releases:
            assert Manifest.read(release.folder).id == release.id
            assert len(open_store(release.folder)) == 1
            assert (release.folder / "build.json").is_file()
        assert time.monotonic() < until or seed >= 40
    assert len(seen) > 2
    with locked(output):
        pass
    left = [path.name for path in (*output.iterdir(), *(output / "releases").iterdir())]
    assert not [name for name in left if name.startswith((".new-", ".latest-"))]
