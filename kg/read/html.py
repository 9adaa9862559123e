"""HTML -> blocks: the text that a reader of the page sees, each character with its place in the decoded page.

A scanner of tags in one pass, in linear time: it keeps no tree, so nesting costs nothing. Which of the blocks are the
main text is decided in kg/read/main_text.py.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise

from kg.read.blocks import Block, Run, join

_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][a-zA-Z0-9:-]*)|[!?])")
_REST_OF_TAG = re.compile(r"""[^<>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
_ATTRIBUTE = re.compile(r"""([a-zA-Z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_PIECE = re.compile(r"([^&\s]+(?: [^&\s]+)*)|(\s+)|&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z]\w{1,30};?)?")
_REFERENCE = re.compile(r"&#(?:(\d{4,6})|[xX]([0-9a-fA-F]{4,5}));")

# fmt: off
_HIDDEN = frozenset((
    "script", "style", "noscript", "template", "textarea", "select", "button", "svg", "math", "iframe", "object",
    "rt", "rp",
))
# fmt: on
# fmt: off
_BREAKING = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "title", "tr", "ul",
))
# fmt: on
_CELL = 80
"""A row is one line when each of its cells is one block of at most this many characters; else the table is a layout."""

_LONGEST_TAG = 4096
_WIDE = "\u2e80"
"""From here on no script needs a space between its words."""


@dataclass(slots=True)
class Page:
    """What the scanner found: the blocks in order, `meta` by lower-case name, the text of `title`, `time` elements."""

    blocks: list[Block] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    times: list[str] = field(default_factory=list)


def resolve_references(page: str) -> tuple[str, int]:
    """The page with its numeric references to letters resolved, and how many: some sites write all Chinese that way."""
    return _REFERENCE.subn(_letter, page)


def _letter(match: re.Match[str]) -> str:
    number = int(match.group(1)) if match.group(1) else int(match.group(2), 16)
    letter = chr(number) if number <= sys.maxunicode else ""
    return letter if letter.isalnum() else match.group()


def scan(page: str) -> Page:
    """All visible text of a page, block by block."""
    scanner = _Scanner(page)
    scanner.run()
    return scanner.page


class _Scanner:
    """One pass over a page; `rows` are the table rows that are open: where each cell's blocks start."""

    def __init__(self, source: str):
        self.source = source
        self.page = Page()
        self.rows: list[list[int]] = []
        self.links = 0
        self.tag = ""
        self.pieces: list[str] = []
        self.runs: list[Run] = []
        self.length = 0
        self.linked = 0
        self.space: tuple[int, str] | None = None

    def run(self) -> None:
        position = 0
        while match := _TAG.search(self.source, position):
            self.text(position, match.start())
            position = self.markup(match)
        self.text(position, len(self.source))
        self.close_block()

    def markup(self, match: re.Match[str]) -> int:
        """Take one tag, comment or declaration in; return where it ends."""
        if match.group(1):
            return _after(self.source.find("-->", match.end()), 3, len(self.source))
        name = (match.group(3) or "").lower()
        rest = _REST_OF_TAG.match(self.source, match.end())
        end = rest.end() if rest else _after(self.source.find(">", match.end()), 1, len(self.source))
        if match.group(2):
            self.end_tag(name)
        elif name in _HIDDEN:
            if self.source[end - 2 : end] != "/>":
                return self.element_end(name, end)
        elif name == "title" and not self.page.title:
            stop = self.element_end(name, end)
            self.page.title = unescape(self.source[end:stop].split("<")[0]).strip()
            return stop
        elif name:
            self.start_tag(name, self.source[match.end() : end])
        return end

    def element_end(self, name: str, start: int) -> int:
        closing = re.compile(f"</{re.escape(name)}", re.IGNORECASE).search(self.source, start)
        return _after(self.source.find(">", closing.end()), 1, len(self.source)) if closing else len(self.source)

    def start_tag(self, name: str, attributes: str) -> None:
        if name in _BREAKING:
            self.close_block()
            self.tag = name
        if name == "a":
            self.links += 1
        elif name == "tr":
            self.rows.append([])
        elif name in ("td", "th") and self.rows:
            self.rows[-1].append(len(self.page.blocks))
        elif name == "meta":
            self.meta(dict(_attributes(attributes)))
        elif name == "time":
            self.page.times.extend(value for key, value in _attributes(attributes) if key == "datetime")

    def end_tag(self, name: str) -> None:
        if name in _BREAKING:
            self.close_block()
            self.tag = ""
        if name == "a":
            self.links = max(0, self.links - 1)
        elif name == "tr" and self.rows:
            self.close_row(self.rows.pop())

    def meta(self, attributes: dict[str, str]) -> None:
        key = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        if key and "content" in attributes:
            self.page.meta.setdefault(key.lower(), attributes["content"].strip())

    def text(self, start: int, end: int) -> None:
        for match in _PIECE.finditer(self.source, start, end):
            if match.group(1):
                self.add(match.group(1), match.start())
            elif match.group(2):
                self.space = self.space or (match.start(), match.group(2))
            else:
                self.reference(match.group())

    def reference(self, raw: str) -> None:
        letters = unescape(raw)
        if letters.isspace():
            self.space = self.space or (-1, " ")
        else:
            self.add(letters, None)

    def add(self, letters: str, origin: int | None) -> None:
        if self.space and self.length and not self.drops_space(letters):
            place, white = self.space
            self.put(" ", place if white.startswith(" ") and place >= 0 else None)
        self.space = None
        self.put(letters, origin)

    def drops_space(self, letters: str) -> bool:
        """A line break between two Chinese characters is the editor's, not the writer's."""
        return self.space is not None and "\n" in self.space[1] and self.pieces[-1][-1] >= _WIDE and letters[0] >= _WIDE

    def put(self, letters: str, origin: int | None) -> None:
        if origin is not None:
            self.runs.append((self.length, origin, len(letters)))
        self.pieces.append(letters)
        self.length += len(letters)
        self.linked += len(letters) if self.links else 0

    def close_block(self) -> None:
        if self.pieces:
            block = Block("".join(self.pieces), tuple(self.runs), self.linked, self.tag)
            self.page.blocks.append(join([block]))
            self.pieces, self.runs, self.length, self.linked = [], [], 0, 0
        self.space = None

    def close_row(self, cells: list[int]) -> None:
        """Make one block of the cells of a row when they are cells of data, not of a layout."""
        blocks = self.page.blocks
        if not cells:
            return
        row = blocks[cells[0] :]
        sizes = [after - before for before, after in pairwise([*cells, len(blocks)])]
        if len(row) > 1 and max(sizes) == 1 and all(len(block.text) <= _CELL for block in row):
            blocks[cells[0] :] = [join(row, "\t")]


def _attributes(source: str) -> Iterator[tuple[str, str]]:
    for match in _ATTRIBUTE.finditer(source[:_LONGEST_TAG]):
        yield match.group(1).lower(), unescape(match.group(2) or match.group(3) or match.group(4) or "")


def _after(found: int, length: int, otherwise: int) -> int:
    return found + length if found >= 0 else otherwise
