"""A published release: a folder that is complete when its name appears, and the link `latest` that names one."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import NotFoundError, PublishError

MANIFEST = "manifest.json"
LATEST = "latest"
STAGING = ".new-"


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

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a release folder; NotFoundError where there is none, PublishError where it is damaged."""
        try:
            return cls(**json.loads((folder / MANIFEST).read_text("utf-8")))
        except FileNotFoundError as error:
            raise NotFoundError(f"no release here: run `kg build` first, or name another folder ({folder})") from error
        except (OSError, ValueError, TypeError) as error:
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


def published_id(output: Path) -> str | None:
    """The id of the release that `latest` names; None where nothing was published yet."""
    link = output / LATEST
    return link.resolve().name if (link / MANIFEST).is_file() else None


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A new folder beside the releases, on the same file system; removed again unless it was published.

    Holds the output folder's lock meanwhile: PublishError where another build holds it. What a killed build left
    is removed first.
    """
    releases = output / "releases"
    try:
        releases.mkdir(parents=True, exist_ok=True)
        with (output / ".lock").open("w") as lock:
            _lock(lock, output)
            for left in releases.glob(f"{STAGING}*"):
                shutil.rmtree(left)
            folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=releases))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise PublishError(f"cannot write there: {error.strerror or error}", file=output) from error


def _lock(lock: IO[str], output: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise PublishError("another build is writing there; this one has changed nothing", file=output) from error


def publish(folder: Path, output: Path, release_id: str) -> Path:
    """Gives a complete staging folder its final name and swaps `latest` to it; each step is one atomic rename."""
    target = output / "releases" / release_id
    try:
        folder.chmod(0o755)
        _sync(folder)
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
        _swap_link(output, target)
    except OSError as error:
        raise PublishError(f"cannot publish the release: {error.strerror}", file=target) from error
    return target


def _swap_link(output: Path, target: Path) -> None:
    """A relative link, so that the whole output folder can be moved; rename replaces the old one atomically (POSIX)."""
    temporary = output / f".latest-{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("releases") / target.name)
    temporary.replace(output / LATEST)


def _sync(folder: Path) -> None:
    """Files reach the disk before the name does, or a crash could leave a complete name on empty files."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
