"""Statements as sorted lines of N-Quads, whatever they come from, without ever holding all of them in memory."""

import gzip
import heapq
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox
import zstandard

from kg.errors import PublishError, ReadError

if TYPE_CHECKING:
    from typing_extensions import Buffer

RUN = 200_000
"""Lines that are sorted at once; what is more waits in files."""

PACKED = frozenset({".gz", ".zst"})
"""Compressions that a file name can end in: `kg map` writes both."""


class UnsortedError(Exception):
    """A file that should be sorted is not: it has to be sorted first."""

    def __init__(self, path: Path):
        super().__init__(path)
        self.path = path


def split_line(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Subject, predicate, object and graph of a line as a writer makes it; no graph in the default graph.

    >>> split_line(b'<s> <p> "a <b"@en <g> .')
    (b'<s>', b'<p>', b'"a <b"@en', b'<g>')
    """
    subject, predicate, rest = line.split(b" ", 2)
    value = rest[:-2]
    head, space, last = value.rpartition(b" ")
    if space and last[:1] in {b"<", b"_"} and b'"' not in last:
        return subject, predicate, head, last
    return subject, predicate, value, b""


def part_lines(path: Path) -> Iterator[bytes]:
    """The lines of a release's part, without line ends, in the order of the file.

    Its name says how many there must be (`clusters-1cde-<hash>.nq.zst`): PublishError where it has not as many.
    """
    expected = number_of_lines(path)
    found = 0
    try:
        with open_rdf(path) as file:
            for line in file:
                found += 1
                yield line.rstrip(b"\n")
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise PublishError(f"the release is damaged: this part cannot be read ({error})", file=path) from error
    if found != expected:
        raise PublishError(f"the release is damaged: this part has {found:,} lines, not {expected:,}", file=path)


def number_of_lines(part: Path) -> int:
    """How many lines a part has, by its name (`firms-a3949d-<hash>.nq.zst`)."""
    return int(part.name.split("-")[-2], 16)


def is_part(path: Path) -> bool:
    """Whether a file is named as a part is: dataset, number of lines, hash."""
    pieces = path.name.split("-")
    return path.name.endswith(".nq.zst") and len(pieces) > 2 and _is_hex(pieces[-2])  # noqa: PLR2004  # those three


def _is_hex(text: str) -> bool:
    return bool(text) and set(text) <= set("0123456789abcdef")


def in_order(lines: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """The lines as they come, each once; UnsortedError at the first that stands too late."""
    last = b""
    for line in lines:
        if line > last:
            yield line
            last = line
        elif line < last:
            raise UnsortedError(path)


def sort_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """The lines sorted, each once: runs that fit into memory wait in files of `folder` (they must hold no line end)."""
    source = iter(lines)
    batch = list(islice(source, RUN))
    if len(batch) < RUN:
        return iter(sorted(set(batch)))
    runs = []
    while batch:
        runs.append(_write_run(sorted(set(batch)), folder))
        batch = list(islice(source, RUN))
    return each_once(heapq.merge(*map(_read_run, runs)))


def _write_run(run: list[bytes], folder: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, prefix="run-", delete=False) as file:
        file.writelines(line + b"\n" for line in run)
    return Path(file.name)


def _read_run(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]
    path.unlink(missing_ok=True)


def each_once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a sorted stream, each once."""
    last = None
    for line in lines:
        if line != last:
            yield line
            last = line


def rdf_format(path: Path) -> ox.RdfFormat:
    """The RDF format that a file's name tells, behind .gz and .zst too; ReadError for any other."""
    suffix = Path(path.stem).suffix if path.suffix in PACKED else path.suffix
    form = ox.RdfFormat.from_extension(suffix.lstrip("."))
    if form is None:
        raise ReadError(
            f"no RDF format has the ending {suffix!r}: .ttl .nt .nq .trig .jsonld .rdf (and .gz, .zst)", file=path
        )
    return form


def open_rdf(path: Path) -> BinaryIO:
    """The bytes of an RDF file, unpacked."""
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]  # a GzipFile has all that a reader asks for
    if path.suffix == ".zst":
        return io.BufferedReader(_Unpacked(path), io.DEFAULT_BUFFER_SIZE * 8)
    return path.open("rb")


class _Unpacked(io.RawIOBase):
    """The content of a .zst file; EOFError where the file ends too early, which `zstandard.open` takes for its end."""

    def __init__(self, path: Path):
        self._file = path.open("rb")
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = b""

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def close(self) -> None:
        """Closes the file too."""
        self._file.close()
        super().close()

    def readinto(self, buffer: "Buffer") -> int:
        """Fills the buffer with what comes next; 0 at the end."""
        while not self._ready:
            packed = self._frame.unused_data or self._file.read(io.DEFAULT_BUFFER_SIZE)
            if not packed and not self._frame.eof:
                raise EOFError("the file ends too early")
            if not packed:
                return 0
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._ready = self._frame.decompress(packed)
        view = memoryview(buffer)
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


def file_lines(path: Path, *, base: str) -> Iterator[bytes]:
    """The statements of an RDF file as lines, lexical forms untouched; ReadError says where it is not valid."""
    form = rdf_format(path)
    try:
        with open_rdf(path) as file:
            for quad in ox.parse(file, form, base_iri=base):
                yield f"{quad} .".encode()
    except SyntaxError as error:
        raise ReadError(f"is not valid {form.name}: {error.msg}", file=path, line=error.lineno) from error
    except (OSError, EOFError, ValueError, zstandard.ZstdError) as error:
        raise ReadError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=path) from error
