"""A release appears whole or not at all."""

from pathlib import Path

import pytest

from kg.errors import NotFoundError, PublishError
from kg.store.release import Manifest, find_release, publish, published_id, staging

MANIFEST = Manifest("abc", "https://example.org/", {"zh": "标题"}, {"ex": "https://example.org/"}, 3, 2, "h", "0.1.0")


def publish_one(output: Path, name: str, text: str = "x") -> Path:
    with staging(output) as folder:
        MANIFEST.write(folder)
        (folder / "graph.nt").write_text(text)
        return publish(folder, output, name)


def test_latest_names_what_was_published(tmp_path: Path) -> None:
    folder = publish_one(tmp_path, "one")
    assert published_id(tmp_path) == "one"
    assert find_release(tmp_path) == find_release(tmp_path / "latest") == find_release(folder) == folder
    assert Manifest.read(folder) == MANIFEST


def test_the_release_before_stays(tmp_path: Path) -> None:
    first = publish_one(tmp_path, "one")
    publish_one(tmp_path, "two")
    assert published_id(tmp_path) == "two"
    assert (first / "graph.nt").read_text() == "x"


def test_the_same_release_can_be_published_again(tmp_path: Path) -> None:
    publish_one(tmp_path, "one", "old")
    assert (publish_one(tmp_path, "one", "new") / "graph.nt").read_text() == "new"


def test_what_is_not_published_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with staging(tmp_path) as folder:
            (folder / "graph.nt").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list((tmp_path / "releases").iterdir()) == []
    assert published_id(tmp_path) is None


def test_no_release_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="run `kg build` first"):
        find_release(tmp_path)


def test_a_damaged_manifest_is_said(tmp_path: Path) -> None:
    folder = publish_one(tmp_path, "one")
    (folder / "manifest.json").write_text("{")
    with pytest.raises(PublishError, match="cannot be read"):
        Manifest.read(folder)
