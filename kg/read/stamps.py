"""What tells that a file changed while it was read: its size, its time and which file the name stands for."""

from collections.abc import Iterable
from pathlib import Path

from kg.errors import ReadError


class Stamps:
    """The state of files as they were before they were read."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[int, int, int] | None] = {}

    def add(self, files: Iterable[Path]) -> None:
        """Note the state of files that are about to be read."""
        for file in files:
            self._seen.setdefault(file, _state(file))

    def check(self) -> None:
        """ReadError where a file is not any more what it was: half of what was read may be old, half new."""
        for file, seen in self._seen.items():
            if _state(file) != seen:
                raise ReadError("changed while it was read; what was made of it is dropped: run again", file=file)


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
