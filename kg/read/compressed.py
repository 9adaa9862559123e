"""Files as they are or compressed (.gz, .zst): opened alike, by the end of their name."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import zstandard

from kg.errors import ReadError

SUFFIXES = frozenset({".gz", ".zst"})
CHUNK = 1 << 20


def inner_suffix(path: Path) -> str:
    """Return what kind of file it is, by the end of its name without that of compression.

    >>> inner_suffix(Path("a/b.CSV.gz")), inner_suffix(Path("b.tsv"))
    ('.csv', '.tsv')
    """
    return Path(path.stem if is_compressed(path) else path.name).suffix.lower()


def is_compressed(path: Path) -> bool:
    """Return whether the name says that a file is compressed."""
    return path.suffix.lower() in SUFFIXES


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Give the content of a file, uncompressed; ReadError where it cannot be read or is not what its name says."""
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".gz":
                with gzip.open(file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            elif path.suffix.lower() == ".zst":
                with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield file
    except (gzip.BadGzipFile, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise ReadError(f"is not what its name says, or is cut off: {error}", file=path) from error
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}", file=path) from error


def size_of(path: Path) -> int:
    """Return the number of bytes of a file, uncompressed."""
    if not is_compressed(path):
        return path.stat().st_size
    with open_bytes(path) as file:
        return sum(len(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))
