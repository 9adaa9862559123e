"""Results and errors as text for a terminal or a pipe: Chinese aligned, and no label can steer the terminal."""

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO, Self

import pyoxigraph as ox
from wcwidth import wcwidth

from kg.errors import KgError, QueryError
from kg.store.entities import Term
from kg.store.results import NUMBERS, QueryResult, Solution
from kg.store.sparql import LOCAL_NAME

GAP = "  "
NARROWEST = 8
"""A column that would have to be narrower than this makes the table a list of records instead."""

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that steer a terminal or hide in a text: escapes, line ends, bidirectional marks."""

BREAK = re.compile(r"[ /_-]")
"""Behind these a long word of Latin letters may be broken; Chinese may be broken anywhere."""

AROUND = 50
"""Characters of a long line that an error message shows on either side of the place."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where text goes: columns to fit into (None: all of every cell), and whether colours may be used."""

    width: int | None = None
    colour: bool = False

    @classmethod
    def of(cls, stream: IO[str]) -> Self:
        """What this stream can show; a pipe or file gets whole cells without colour. NO_COLOR is heeded."""
        if not stream.isatty():
            return cls()
        plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        return cls(shutil.get_terminal_size().columns, colour=not plain)

    def bold(self, text: str) -> str:
        """The text, bold where colours may be used."""
        return self._styled(text, "1")

    def dim(self, text: str) -> str:
        """The text, faint where colours may be used."""
        return self._styled(text, "2")

    def warn(self, text: str) -> str:
        """The text in yellow where colours may be used; it must say the warning in words too."""
        return self._styled(text, "33")

    def _styled(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


PIPE = Terminal()


def visible(text: str) -> str:
    r"""The text with everything that could steer the terminal written out.

    >>> print(visible("a\x1b[31mb\u202e\n"))
    a\x1b[31mb\u202e\n
    """
    if text.isprintable():
        return text
    return "".join(
        _escaped(character) if unicodedata.category(character) in HIDDEN else character for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def table(result: QueryResult, terminal: Terminal = PIPE) -> str:
    """The result as a table with a line that counts its rows; an ASK is "true" or "false"."""
    if result.boolean is not None:
        return "true" if result.boolean else "false"
    cells = [[cell(term, result.prefixes, result.base) for term in row] for row in result.solutions]
    header = [visible(name) for name in result.variables]
    widths = _fit([max(map(text_width, column)) for column in zip(header, *cells, strict=True)], terminal.width)
    if not cells:
        lines: Iterator[str] = iter(())
    elif widths is None:
        lines = _records(header, cells, terminal)
    else:
        lines = _lines(header, cells, widths, _numeric(result.solutions, len(header)), terminal)
    return "\n".join([*lines, terminal.dim(_count(result))])


def cell(term: Term | None, prefixes: Mapping[str, str], base: str) -> str:
    """A term as a cell shows it: IRIs short, literals by their text, nothing for an unbound variable."""
    if isinstance(term, ox.NamedNode):
        return visible(short_iri(term.value, prefixes, base))
    return "" if term is None else visible(term.value if isinstance(term, ox.Literal) else str(term))


def short_iri(iri: str, prefixes: Mapping[str, str], base: str) -> str:
    """The IRI as a prefixed name, else relative to the base, else whole.

    >>> short_iri("https://example.org/place/370600", {"ex": "https://example.org/place/"}, "https://example.org/")
    'ex:370600'
    """
    fitting = [(len(namespace), prefix) for prefix, namespace in prefixes.items() if iri.startswith(namespace)]
    for length, prefix in sorted(fitting, reverse=True):
        if LOCAL_NAME.fullmatch(iri, length):
            return f"{prefix}:{iri[length:]}"
    return (iri.removeprefix(base) or iri) if base else iri


def text_width(text: str) -> int:
    """Columns that a text takes in a terminal; a Chinese character takes two.

    >>> text_width("66 个")
    5
    """
    return len(text) if text.isascii() else sum(max(wcwidth(character), 0) for character in text)


def _count(result: QueryResult) -> str:
    count = len(result)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    if not result.complete:
        return f"the first {rows}; there are more"
    return rows if count else "no rows: nothing in the graph fits the query"


def _numeric(solutions: Sequence[Solution], count: int) -> list[bool]:
    """Which columns hold numbers and nothing else."""

    def is_number(term: Term | None) -> bool:
        return term is None or (isinstance(term, ox.Literal) and term.datatype.value in NUMBERS)

    return [all(is_number(row[column]) for row in solutions) for column in range(count)]


def _fit(widths: list[int], width: int | None) -> list[int] | None:
    """Column widths that fit: the widest ones are cut to one measure; None where that is too narrow to read."""
    room = None if width is None else width - len(GAP) * (len(widths) - 1)
    if room is None or sum(widths) <= room:
        return widths
    cut = min(max(widths), room)
    while cut >= NARROWEST and sum(min(one, cut) for one in widths) > room:
        cut -= 1
    return [min(one, cut) for one in widths] if cut >= NARROWEST else None


def _lines(
    header: list[str], cells: list[list[str]], widths: list[int], numeric: list[bool], terminal: Terminal
) -> Iterator[str]:
    for line in _row(header, widths, numeric):
        yield terminal.bold(line)
    yield terminal.dim(GAP.join("─" * width for width in widths))
    for row in cells:
        yield from _row(row, widths, numeric)


def _row(row: list[str], widths: list[int], numeric: list[bool]) -> Iterator[str]:
    """The lines of one row: cells that are too wide go on below."""
    wrapped = [wrap(text, width) for text, width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*wrapped, fillvalue=""):
        line = (_padded(*one) for one in zip(pieces, widths, numeric, strict=True))
        yield GAP.join(line).rstrip()


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - text_width(text))
    return space + text if right else text + space


def _records(header: list[str], cells: list[list[str]], terminal: Terminal) -> Iterator[str]:
    """A row as lines of name and value, for tables that are too wide."""
    width = max(map(text_width, header))
    room = max((terminal.width or 0) - width - len(GAP), NARROWEST)
    for row in cells:
        for name, text in zip(header, row, strict=True):
            for place, piece in enumerate(wrap(text, room)):
                yield (terminal.bold(_padded("" if place else name, width, right=False)) + GAP + piece).rstrip()
        yield ""


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns: broken behind a space or a sign where that wastes little.

    >>> wrap("advanced materials", 10), wrap("cluster/ndrc1-370600", 12)
    (['advanced', 'materials'], ['cluster/', 'ndrc1-370600'])
    """
    lines = []
    while (end := _fitting(text, width)) < len(text):
        end = _break(text, end)
        lines.append(text[:end].rstrip(" "))
        text = text[end:].lstrip(" ")
    return [*lines, text]


def _break(text: str, end: int) -> int:
    """Where to break a text of which `end` characters fit: behind the last good place in their second half."""
    if text[end] == " ":
        return end
    good = max((match.end() for match in BREAK.finditer(text, 0, end)), default=0)
    return good if good > end // 2 else end


def _fitting(text: str, width: int) -> int:
    """How many characters from the start fit; at least one."""
    used = 0
    for place, character in enumerate(text):
        used += max(wcwidth(character), 0)
        if used > width:
            return max(place, 1)
    return len(text)


def error_text(error: KgError, terminal: Terminal = PIPE) -> str:
    """The error in a sentence; for a query also the line it is in, with a caret under the place."""
    sentence = visible(error.reason if isinstance(error, QueryError) else str(error))
    if not isinstance(error, QueryError) or error.text is None or error.column is None:
        return sentence
    start = max(error.column - 1 - AROUND, 0)
    before = _code(error.text[start : error.column - 1])
    after = _code(error.text[error.column - 1 : error.column - 1 + AROUND])
    place = f"line {error.line}, column {error.column}:"
    caret = " " * text_width(before) + terminal.warn("^")
    return f"{sentence}\n{place}\n    {before}{after}\n    {caret}"


def _code(text: str) -> str:
    return visible(text.replace("\t", " "))
