"""Tables that are not UTF-8: a copy in UTF-8 is read instead, and the encoding is said."""

import codecs
import tempfile
from pathlib import Path

from kg.model import Problem
from kg.read.compressed import is_compressed, open_bytes
from kg.read.decoding import decode

SAMPLE = 1 << 20
"""Bytes that tell the encoding; where these are UTF-8, a row further on that is not becomes a Problem by itself."""

WIDE = 20
"""A text with a zero byte in so many is none of one byte a letter: a stray NUL is a Problem of its row instead."""


def in_utf8(path: Path, folder: Path) -> tuple[Path, list[Problem]]:
    """The table itself, or a copy of it in `folder` with a Problem that names the encoding it was read in.

    ReadError where it cannot be read. A table in no known encoding is given as it is: its rows are the problems then.
    """
    with open_bytes(path) as file:
        sample = file.read(SAMPLE)
        found = None if _is_mostly_utf8(sample) else decode(sample + file.read())
    if found is None or found.lost or found.encoding.startswith("utf-8"):
        return path, []
    folder.mkdir(parents=True, exist_ok=True)
    copy = Path(tempfile.mkdtemp(dir=folder)) / (
        path.stem if is_compressed(path) else path.name
    )  # two tables may have one name
    copy.write_text(found.text, "utf-8", newline="")
    encoding = found.encoding.upper()
    return copy, [Problem("read", path.name, None, encoding, f"the table is not UTF-8: it was read as {encoding}")]


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether most lines beyond ASCII are UTF-8: one line in another encoding must not turn all others into noise."""
    if sample.count(0) * WIDE > len(sample):  # UTF-16 without its mark: each line feed and digit has a zero byte
        return False
    if _is_utf8(sample):
        return True
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    return sum(map(_is_utf8, lines)) * 2 > len(lines)


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # a character cut in two at the end does not count
    except UnicodeDecodeError:
        return False
    return True
