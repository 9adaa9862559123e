"""Files of text -> Documents: txt, html, docx, pdf, or bytes from stdin.

What is not the article is cut, each piece with a reason (kg/read/junk.py), and every character of `Document.text` keeps
its place in the decoded file. A file that cannot be read is a Problem, never an exception: one bad article does not
lose the others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import cast

from kg.model import Document, Problem
from kg.read import decoding, suspect
from kg.read.blocks import Block, joined_runs, lines, part, without
from kg.read.bounded import BoundedReader
from kg.read.dates import first_date, is_date
from kg.read.html import resolve_references
from kg.read.junk import Cut, Junk, cut_junk, dated_lines, is_paragraph
from kg.read.wrapping import is_wrapped, unwrap

STAGE = "read"
SUFFIXES = frozenset((".txt", ".md", ".text", ".html", ".htm", ".xhtml", ".shtml", ".docx", ".pdf"))
"""The names that a folder is searched for."""

_HTML_NAMES = frozenset((".html", ".htm", ".xhtml", ".shtml"))
_HTML_START = re.compile(
    rb"^\W{0,8}\s*<(?:!doctype\s+html|html|head|body|meta|div|p|table|\?xml[^>]*>\s*<(?:!doctype\s+)?html)\b",
    re.IGNORECASE,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"{\\rtf",
    b"SQLite format",
)
_TITLE = 60
_NO_TITLE = "\u3002\uff0c\uff1b\uff1a,;:."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MOST_CONTROL = 0.01
_MANY_REFERENCES = 50


class Kind(Enum):
    """How a file is read."""

    TEXT = "txt"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Above `file_bytes` (of a page `page_bytes`) it is not opened at all."""

    file_bytes: int = 64 << 20
    page_bytes: int = 16 << 20


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of a file: its document, if it is of use; what was left out of it, and why; what is wrong with it."""

    document: Document | None
    cuts: tuple[Cut, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A decoded file in blocks, before junk is cut. `title` and `dates` are what the file itself gives as such."""

    original: str
    blocks: Sequence[Block]
    main: Sequence[bool]
    title: str | None = None
    dates: Sequence[str] = ()
    notes: tuple[str, ...] = ()


class _Unusable(Exception):  # noqa: N818 it never leaves this module
    """A file of no use, with the reason."""


def read_document(
    source: Path | bytes,
    *,
    id: str,
    junk: Junk,
    reader: BoundedReader,
    limits: Limits | None = None,
    file: str | None = None,
) -> Intake:
    """The document of a file, or of the bytes of one. A run shares one `reader`; `file` names it in problems."""
    name = file or (str(source) if isinstance(source, Path) else "-")
    try:
        data = _bytes_of(source, limits or Limits())
        kind = kind_of(data, name)
        parsed = _parse(data, kind, junk, reader, limits or Limits())
    except _Unusable as err:
        return Intake(None, problems=(_problem(name, str(err)),))
    return _document(parsed, id, name, junk)


def kind_of(data: bytes, name: str) -> Kind:
    """What kind of file it is: by its first bytes, else by its name. Raises for what is no text."""
    if not data.strip():
        raise _Unusable("the file is empty")
    if data[:1024].find(b"%PDF-") >= 0:
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return Kind.DOCX
    if data.startswith(_OLE):
        raise _Unusable("an encrypted docx, or a doc of before 2007: save it as docx without a password")
    if data.startswith(_OTHER_FILES):
        raise _Unusable("a binary file, not a text")
    suffix = Path(name).suffix.lower()
    if suffix in (".docx", ".pdf"):
        raise _Unusable(f"a broken {suffix[1:]}: it does not start as one")
    return Kind.HTML if suffix in _HTML_NAMES or _HTML_START.search(data[:2048]) else Kind.TEXT


def _bytes_of(source: Path | bytes, limits: Limits) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > limits.file_bytes:
            raise _Unusable(f"{size} bytes; the limit is {limits.file_bytes}")
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as err:
        raise _Unusable(f"the file cannot be opened: {err.strerror}") from err


def _parse(data: bytes, kind: Kind, junk: Junk, reader: BoundedReader, limits: Limits) -> _Parsed:
    if kind in (Kind.DOCX, Kind.PDF):
        return _parse_office(data, kind, reader)
    if kind is Kind.HTML and len(data) > limits.page_bytes:
        raise _Unusable(f"a page of {len(data)} bytes; the limit is {limits.page_bytes}")
    text, notes = _decoded(data, kind, junk)
    if kind is Kind.HTML:
        return _parse_page(text, notes, reader)
    blocks = lines(text)
    blocks = unwrap(blocks) if is_wrapped(blocks) else blocks
    return _Parsed(text, blocks, [True] * len(blocks), notes=notes)


def _decoded(data: bytes, kind: Kind, junk: Junk) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what was wrong with its characters. Raises for what is no text."""
    decoded = decoding.decode(data, html=kind is Kind.HTML)
    if decoded is None or len(_CONTROL.findall(decoded.text[:100_000])) > _MOST_CONTROL * len(decoded.text[:100_000]):
        raise _Unusable("a binary file, or a text in an encoding that is not known")
    notes = (f"{decoded.lost} characters cannot be decoded as {decoded.encoding}",) if decoded.lost else ()
    if text := suspect.repaired(decoded.text):
        return text, (
            *notes,
            "mojibake: the text was once decoded as Latin-1; that is undone, and offsets count in the repaired text",
        )
    if reason := suspect.garbled(decoded.text, junk):
        raise _Unusable(reason)
    if reason := suspect.spoiled(decoded.text, junk):
        notes = (*notes, reason)
    return decoded.text, notes


def _parse_office(data: bytes, kind: Kind, reader: BoundedReader) -> _Parsed:
    reply = _reply(reader, kind, data)
    original = cast("str", reply["text"])
    blocks = lines(original)
    blocks = unwrap(blocks) if kind is Kind.PDF else blocks
    return _Parsed(original, blocks, [True] * len(blocks))


def _parse_page(text: str, notes: tuple[str, ...], reader: BoundedReader) -> _Parsed:
    resolved, count = resolve_references(text)
    if count >= _MANY_REFERENCES:
        text = resolved
        notes = (*notes, f"{count} letters are written as numbers; offsets count in the page with these resolved")
    reply = _reply(reader, Kind.HTML, text.encode("utf-8", "surrogatepass"))
    rows = cast("list[tuple[str, list[list[int]], int, str]]", reply["blocks"])
    blocks = [
        Block(block, tuple((at, origin, length) for at, origin, length in runs), linked, tag)
        for block, runs, linked, tag in rows
    ]
    title = cast("str | None", reply["title"])
    main = _from_headline(blocks, cast("list[bool]", reply["main"]), title)
    return _Parsed(text, blocks, main, title, cast("list[str]", reply["dates"]), notes)


def _from_headline(blocks: Sequence[Block], main: Sequence[bool], title: str | None) -> list[bool]:
    """The main text with its headline, which extractors leave out, and without what stands above that."""
    body = next((at for at, block in enumerate(blocks) if main[at] and is_paragraph(block)), len(blocks))
    headline = max((at for at in range(body) if blocks[at].text == title), default=None)
    return [at == headline or (keep and at >= (headline or 0)) for at, keep in enumerate(main)]


def _reply(reader: BoundedReader, kind: Kind, data: bytes) -> Mapping[str, object]:
    reply = reader.read(kind.value, data)
    if "problem" in reply:
        raise _Unusable(str(reply["problem"]))
    return reply


def _document(parsed: _Parsed, id: str, name: str, junk: Junk) -> Intake:
    problems = [_problem(name, note) for note in parsed.notes]
    blocks, cuts = _without_pinyin([block for block, keep in zip(parsed.blocks, parsed.main, strict=True) if keep])
    if cuts:
        problems.append(_problem(name, f"pinyin was put in after {len(cuts)} characters; it is left out"))
    cuts += [
        Cut(block.span(), "outside the main text")
        for block, keep in zip(parsed.blocks, parsed.main, strict=True)
        if not keep
    ]
    kept, junk_cuts = cut_junk(blocks, junk)
    cuts = sorted([*cuts, *junk_cuts], key=lambda cut: (cut.span.start, cut.span.end))
    text = "\n".join(block.text for block in kept)
    if reason := (suspect.other_language(text) if text else "nothing is left of it but navigation and the like"):
        return Intake(None, tuple(cuts), (*problems, _problem(name, reason)))
    document = Document(id, name, text, parsed.original, joined_runs(kept, 1))
    document = replace(document, title=_title(parsed, kept), published=first_date(_dates(parsed, kept, junk)))
    return Intake(document, tuple(cuts), tuple(problems))


def _without_pinyin(blocks: Sequence[Block]) -> tuple[list[Block], list[Cut]]:
    kept, cuts = [], []
    for block in blocks:
        spans = suspect.pinyin(block)
        cuts += [Cut(part(block, span.start, span.end).span(), "inserted pinyin") for span in spans]
        kept.append(without(block, spans) if spans else block)
    return kept, cuts


def _title(parsed: _Parsed, kept: Sequence[Block]) -> str | None:
    """The title that the file gives; else a short first line with more below it."""
    if parsed.title:
        return suspect.without_pinyin(parsed.title)
    first = kept[0].text
    return first if len(kept) > 1 and len(first) <= _TITLE and first[-1] not in _NO_TITLE else None


def _dates(parsed: _Parsed, kept: Sequence[Block], junk: Junk) -> list[str]:
    """Where the date of the page may stand, the surest first; last the date that ends a notice."""
    last = [kept[-1].text] if is_date(kept[-1].text) else []
    return [*parsed.dates, *dated_lines(parsed.blocks, junk), *last]


def _problem(name: str, reason: str) -> Problem:
    return Problem(STAGE, name, None, "", reason)
