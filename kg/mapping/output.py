"""How a file of triples is written: its form, and that it appears whole or not at all."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import MappingError, PublishError
from kg.mapping import turtle
from kg.mapping.plan import Plan
from kg.model import Problem

PARTIAL = ".partial-"
PART = "part-"
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


N_TRIPLES, N_QUADS, TURTLE = ".nt", ".nq", ".ttl"


class TooManyProblemsError(MappingError):
    """There are more problems than are allowed; `problems` are the first of them."""

    def __init__(self, count: int, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{count:,} problems are more than --max-problems allows; nothing was written")
        self.count = count
        self.problems = problems


def _pass() -> None:
    """Find nothing wrong."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the triples are written: lines (N-Triples, N-Quads), or Turtle where there are `prefixes`.

    With `parts` a folder of about so many files that are written at once, none much longer than `part_bytes`. `verify`
    is called when all is written and can still raise; more problems than `most_problems` stop before anything is.
    """

    ordered: bool = False
    prefixes: Mapping[str, str] | None = None
    parts: int = 0
    part_bytes: int = 0
    most_problems: int = sys.maxsize
    verify: Callable[[], None] = _pass

    @property
    def header(self) -> str:
        """What stands before the first triple of a file."""
        return "" if self.prefixes is None or self.ordered else turtle.header(self.prefixes)

    def limit(self) -> str:
        """Return the option of COPY that begins a new file in time."""
        return f", FILE_SIZE_BYTES {self.part_bytes}" if self.part_bytes else ""


LINES = Form()


def syntax_of(out: Path, plan: Plan) -> str:
    """Return the syntax that a file's name asks for; PublishError for one that there is not, or that has no graphs."""
    suffix = (Path(out.stem) if out.suffix in COMPRESSIONS else out).suffix
    if suffix not in {N_TRIPLES, N_QUADS, TURTLE}:
        raise PublishError(f"nothing is written as {suffix!r}; there are .nt .nq .ttl (and .gz, .zst)", file=out)
    graphs = any(statement.graph is not None for each in plan.maps for statement in each.statements)
    if graphs and suffix != N_QUADS:
        raise PublishError(
            f"the mapping makes named graphs, which {suffix} does not have; end the name in .nq", file=out
        )
    return suffix


@contextmanager
def replacing(out: Path, verify: Callable[[], None] = _pass) -> Iterator[Path]:
    """Give a name to write to, beside `out`; at the end what stands there gets the final name, or goes after an error.

    A folder of parts replaces only another one.
    """
    partial = out.with_name(f"{PARTIAL}{out.name}")
    _remove(partial)
    try:
        yield partial
        verify()
        if partial.is_dir():
            _number(partial)
            _make_room(out)
        elif out.is_dir():
            raise MappingError("is a folder; name a file, or ask for parts", file=out)
        partial.replace(out)
    finally:
        _remove(partial)


def _number(folder: Path) -> None:
    """Name the parts part-00000, part-00001, ... as Spark's are named."""
    parts = sorted(folder.iterdir(), key=lambda path: int(path.name.partition(".")[0].removeprefix(PART)))
    for number, part in enumerate(parts):
        suffixes = part.name.partition(".")[2]
        part.rename(folder / f"{PART}{number:05}.{suffixes}")


def _make_room(out: Path) -> None:
    if out.is_dir():
        if any(not path.name.startswith(PART) for path in out.iterdir()):
            raise MappingError("holds more than the parts of a former run, which this one would replace", file=out)
        shutil.rmtree(out)
    elif out.exists():
        raise MappingError("is a file; parts need the name of a folder", file=out)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
