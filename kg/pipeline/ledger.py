"""Files of decisions: a row is added or taken back by one rename, so that an answer is there whole or not at all."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.errors import PublishError


class Ledger:
    """A CSV file that only grows by rows at its end; the rows that are there stay as they are, byte by byte."""

    def __init__(self, path: Path, columns: Sequence[str]):
        """`columns` are those of a file that is not there yet; one that is there keeps its own."""
        self.path, self._columns = path, tuple(columns)
        self._added: list[bytes] = []

    @property
    def added(self) -> int:
        """How many rows of this session stand in it."""
        return len(self._added)

    def add(self, row: Mapping[str, str]) -> None:
        """Adds a row; PublishError where the file cannot be written."""
        before = self._read()
        header = next(csv.reader(io.StringIO(before.decode("utf-8-sig").partition("\n")[0])), [])
        line = _line([row.get(column.strip(), "") for column in header])
        self._write((before if before.endswith(b"\n") else before + b"\n") + line)
        self._added.append(line)

    def take_back(self) -> None:
        """Takes the last row of this session out again; nothing where somebody else did."""
        line, before = self._added.pop(), self._read()
        place = before.rfind(line)
        if place >= 0:
            self._write(before[:place] + before[place + len(line) :])

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes() or _line(self._columns)
        except FileNotFoundError:
            return _line(self._columns)
        except OSError as error:
            raise PublishError(f"cannot be read: {error.strerror or error}", file=self.path) from error

    def _write(self, content: bytes) -> None:
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise PublishError(f"cannot be written: {error.strerror or error}", file=self.path) from error


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
