"""The releases of an output folder: which there are, an older one made the latest again, old ones removed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import KgError, NotFoundError, PublishError
from kg.store.counts import Counts
from kg.store.diff import Side
from kg.store.oxigraph import open_store
from kg.store.release import AGAIN, LATEST, MANIFEST, Manifest, discard, locked, make_latest

RECORD = "build.json"
"""When and how a release was made: kept apart from the files that the same input must give byte for byte."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the build noted beside the release.

    `previous` is the release that was the latest then, `changes` how much changed since it: None where nobody noted it.
    `rules` stands for those by which it was found valid, and is empty where it was not validated.
    """

    built: str
    version: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    previous: str | None = None
    changes: Counts | None = None
    rules: str = ""

    @classmethod
    def now(
        cls, version: str, seconds: Mapping[str, float], *, previous: str | None, changes: Counts | None
    ) -> "Record":
        """The record of a build that ends now."""
        return cls(datetime.now(UTC).isoformat(timespec="seconds"), version, seconds, previous, changes)

    @classmethod
    def read(cls, folder: Path) -> "Record":
        """The record of a release folder; without one, or with a damaged one, only when the release was written."""
        try:
            content = json.loads((folder / RECORD).read_text("utf-8"))
            changes = content.get("changes")
            return cls(
                built=str(content["built"]),
                version=str(content.get("version", "")),
                seconds={str(name): float(number) for name, number in dict(content.get("seconds", {})).items()},
                previous=None if content.get("previous") is None else str(content["previous"]),
                changes=None if changes is None else Counts.from_json(changes),
                rules=str(content.get("rules", "")),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            written = (folder / MANIFEST).stat().st_mtime
            return cls(datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds"))

    def write(self, folder: Path) -> None:
        """Written as JSON."""
        content = {
            "built": self.built,
            "version": self.version,
            "seconds": dict(self.seconds),
            "previous": self.previous,
            "changes": None if self.changes is None else self.changes.to_json(),
            "rules": self.rules,
        }
        (folder / RECORD).write_text(json.dumps(content, indent=2) + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of an output folder: `manifest` says what it holds, `record` how it came to be."""

    folder: Path
    manifest: Manifest
    record: Record
    latest: bool

    @property
    def id(self) -> str:
        """The id: the name of its folder."""
        return self.folder.name.removesuffix(AGAIN)


@dataclass(frozen=True, slots=True)
class History:
    """All releases of an output folder, the newest first, and folders among them that are no whole release."""

    output: Path
    releases: tuple[Release, ...]
    damaged: tuple[Path, ...] = ()

    @property
    def latest(self) -> Release | None:
        """The release that `latest` names; None where it names none."""
        return next((release for release in self.releases if release.latest), None)

    def find(self, identifier: str) -> Release:
        """The release of this id, or of the one id that begins so; NotFoundError with those that there are."""
        found = [release for release in self.releases if release.id == identifier]
        found = found or [release for release in self.releases if identifier and release.id.startswith(identifier)]
        ids = list(dict.fromkeys(release.id for release in found))
        if len(ids) > 1:
            raise NotFoundError(f"several releases begin with {identifier!r}: {', '.join(ids)}", value=identifier)
        if found:
            return min(found, key=lambda release: not release.latest)
        raise NotFoundError(f"no release {identifier!r} in {self.output}; `kg log` lists them", value=identifier)


def read_history(output: Path) -> History:
    """The releases of an output folder (or of a folder that holds `output/`); NotFoundError where there are none."""
    output = find_output(output)
    current = (output / LATEST).resolve()
    releases, damaged = [], []
    for folder in _folders(output):
        try:
            releases.append(Release(folder, Manifest.read(folder), Record.read(folder), folder.resolve() == current))
        except (KgError, OSError):
            damaged.append(folder)
    if not releases and not damaged:
        raise NotFoundError("no releases here: run `kg build` first, or name another output folder", file=output)
    releases.sort(key=lambda release: (release.record.built, release.folder.name), reverse=True)
    return History(output, tuple(releases), tuple(damaged))


def find_output(path: Path) -> Path:
    """The output folder that `path` means: itself, or `output` below it; NotFoundError where neither has releases."""
    found = next((one for one in (path, path / "output") if (one / "releases").is_dir()), None)
    if found is None:
        raise NotFoundError("no releases here: run `kg build` first, or name another output folder", file=path)
    return found


def _folders(output: Path) -> Iterator[Path]:
    """Folders that are releases by their name: what a build has not finished begins with a dot."""
    return (path for path in sorted((output / "releases").iterdir()) if path.is_dir() and path.name[0] != ".")


def restore(output: Path, identifier: str) -> Release:
    """Makes an older release the latest: one atomic rename. PublishError where it is damaged, or a build is running."""
    output = find_output(output)
    with locked(output):
        release = read_history(output).find(identifier)
        open_store(release.folder)
        if not release.latest:
            make_latest(release.folder, output)
    return release


def collect_garbage(output: Path, keep: int) -> tuple[Release, ...]:
    """Removes all releases but the newest `keep`, of which the latest is always one; returns the removed ones.

    PublishError where a build is running, or nothing is the latest: then nothing is removed.
    """
    output = find_output(output)
    with locked(output):
        history = read_history(output)
        if history.latest is None:
            raise PublishError("no release is the latest: `kg restore` one first; nothing was removed", file=output)
        others = [release for release in history.releases if not release.latest]
        removed = tuple(others[max(keep - 1, 0) :])
        for release in removed:
            discard(release.folder)
    return removed


def find_sides(before: Path | None, after: Path | None, output: Path) -> tuple[Side, Side]:
    """What two names of `kg diff` mean: paths, or ids of releases in `output`.

    Without the second it is the latest release; without both, the latest and the one that it was made after.
    """
    new = _side(after, output) if after else None
    if before:
        return _side(before, output), new or _latest(output)
    new = _latest(output)
    previous = Record.read(new.path).previous
    if previous is None:
        raise NotFoundError("the latest release does not know of one before it: name the two to be compared")
    return _side(Path(previous), output), new


def _latest(output: Path) -> Side:
    return Side.find(find_output(output) / LATEST)


def _side(path: Path, output: Path) -> Side:
    """The path, if there is one; else the release of this id."""
    if path.exists() or path.name != str(path) or path.suffix:
        return Side.find(path)
    return Side.find(read_history(output).find(path.name).folder)
