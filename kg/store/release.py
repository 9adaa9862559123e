"""A published release: a folder that is complete when its name appears, and the link `latest` that names one."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import NotFoundError, PublishError

MANIFEST = "manifest.json"
LATEST = "latest"
STAGING = ".new-"
LINK = ".latest-"
AGAIN = ".again"
"""Ends the folder name of a release that was published twice: the first one stays until `latest` names the second."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a reader must know of a release before it opens the store."""

    id: str
    base: str
    title: Mapping[str, str]
    prefixes: Mapping[str, str]
    triples: int
    claims: int
    statements_hash: str
    version: str
    records: tuple[str, ...] = ()
    """Predicates (IRIs) whose object is a record: one claim covers all that it says."""

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a release folder; NotFoundError where there is none, PublishError where it is damaged."""
        try:
            content = json.loads((folder / MANIFEST).read_text("utf-8"))
            return cls(**content | {"records": tuple(content.get("records", ()))})
        except FileNotFoundError as error:
            raise NotFoundError(f"no release here: run `kg build` first, or name another folder ({folder})") from error
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise PublishError(f"the release's {MANIFEST} cannot be read: {error}", file=folder / MANIFEST) from error

    def write(self, folder: Path) -> None:
        """Written as sorted JSON, so that the same release gives the same bytes."""
        content: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=dict)
        (folder / MANIFEST).write_text(text + "\n", "utf-8")


def find_release(path: Path) -> Path:
    """The release folder that `path` means: itself, its `latest`, or `output/latest` below it."""
    for candidate in (path, path / LATEST, path / "output" / LATEST):
        if (candidate / MANIFEST).is_file():
            return candidate.resolve()
    raise NotFoundError(f"no release at {path}: run `kg build` first, or name the folder of one")


def latest_release(output: Path) -> Path | None:
    """The folder that `latest` names; None where nothing was published yet."""
    link = output / LATEST
    return link.resolve() if (link / MANIFEST).is_file() else None


def published_id(output: Path) -> str | None:
    """The id of the release that `latest` names; None where nothing was published yet."""
    latest = latest_release(output)
    return latest.name.removesuffix(AGAIN) if latest else None


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A new folder beside the releases, on the same file system; removed again unless it was published.

    Holds the output folder's lock meanwhile: PublishError where another build holds it.
    """
    with locked(output):
        yield Path(tempfile.mkdtemp(prefix=STAGING, dir=output / "releases"))


@contextmanager
def locked(output: Path) -> Iterator[None]:
    """Holds the output folder's lock: whoever changes its releases does; PublishError where another one holds it.

    What was killed and left halfway is removed first; so is, at the end, what is no release.
    """
    try:
        (output / "releases").mkdir(parents=True, exist_ok=True)
        with (output / ".lock").open("w") as lock:
            _lock(lock, output)
            _clean(output)
            try:
                yield
            finally:
                _clean(output)
    except OSError as error:
        raise _failure(error, output) from error


def _failure(error: OSError, output: Path) -> PublishError:
    """What an input or output error means for the build: without a file, or with one of the output, writing failed."""
    file = Path(error.filename) if isinstance(error.filename, str) else output
    writing = file.is_relative_to(output) or output.is_relative_to(file)
    return PublishError(f"cannot {'write there' if writing else 'be read'}: {error.strerror or error}", file=file)


def spill(folder: Path) -> Path:
    """Where a build may put what does not fit into memory: beside its staging folder, and removed with it."""
    return folder.with_name(f"{folder.name}-spill")


def _clean(output: Path) -> None:
    """Removes what is no release: staging folders and links of builds that were killed, or of this one."""
    for left in (output / "releases").glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    for link in output.glob(f"{LINK}*"):
        link.unlink(missing_ok=True)


def _lock(lock: IO[str], output: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise PublishError("another build is writing there; this one has changed nothing", file=output) from error


def publish(folder: Path, output: Path, release_id: str) -> Path:
    """Gives a complete staging folder its final name and swaps `latest` to it; each step is one atomic rename."""
    releases, current = output / "releases", (output / LATEST).resolve()
    names = [releases / release_id, releases / f"{release_id}{AGAIN}"]
    target, other = sorted(names, key=lambda name: name.resolve() == current)
    try:
        folder.chmod(0o755)
        _sync([*folder.rglob("*"), folder])
        discard(target)
        folder.rename(target)
        _sync([releases])
        make_latest(target, output)
        discard(other)
    except OSError as error:
        raise PublishError(f"cannot publish the release: {error.strerror}", file=target) from error
    return target


def one_more_name(file: Path, target: Path) -> None:
    """Gives a file that never changes one more name: a hard link, or a copy where there are no links."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def discard(release: Path) -> None:
    """Makes a release that `latest` does not name into one of the things that are cleaned away: never half of one."""
    if release.exists():
        release.rename(release.with_name(f"{STAGING}{release.name}-discarded"))


def make_latest(target: Path, output: Path) -> None:
    """Points `latest` at this release: one rename replaces the link (POSIX); relative, so that the folder can move."""
    temporary = output / f"{LINK}{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / target.name)
    temporary.replace(output / LATEST)
    _sync([output])


def _sync(paths: Iterable[Path]) -> None:
    """Files reach the disk before the name does, or a crash could leave a complete name on empty files."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
