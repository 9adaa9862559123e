"""What of a text is not the article: menus, bylines, related headlines, copyright lines, paragraphs said twice.

The cues are data (ontology/lexicon/junk.toml); here stands only how they are applied. Each line that goes is a Cut.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kg.errors import ReadError
from kg.model import Span
from kg.read.blocks import Block, part

_PUNCTUATION = re.compile(r"[\W_]+")
_LEADING = re.compile(r"^[\W_]+")
_TOKENS = re.compile(r"[\s|>\u00bb\u00b7/\uff5c]+")
_SENTENCE_END = re.compile(r"[.!?;\u3002\uff01\uff1f\uff1b](?:[\"')\]\u201d\u2019\uff09\u300d\u3011]*)$")
_CUT_SHORT = re.compile(r"(?:\.{3}|\u2026)$")
_BULLET = re.compile(r"^\s*[\u2022\u00b7\u25cf\u25a0\u25aa\u25b6\u203a>*-]")

_HEADLINE = 60
_PARAGRAPH = 40
_REPEATED = 12
_NAME = 10
_MENU_WORDS = 2


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the original that is not in the text, and why."""

    span: Span
    reason: str


class Then(Enum):
    """What a cue does beyond its own line."""

    LINE = "line"
    HEADLINES = "headlines"
    REST = "rest"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Cue:
    """One `[[cue]]` of the lexicon."""

    reason: str
    whole: frozenset[str]
    starts: tuple[str, ...]
    contains: re.Pattern[str] | None
    matches: re.Pattern[str] | None
    longest: int
    head: bool
    then: Then
    dated: bool

    def matches_line(self, text: str, key: str) -> bool:
        """Whether the cue speaks of this line; `key` is its letters and digits alone."""
        return (
            key in self.whole
            or (bool(self.starts) and self.starts_line(text))
            or (self.contains is not None and self.contains.search(text) is not None)
            or (self.matches is not None and self.matches.search(text) is not None)
        )

    def starts_line(self, text: str) -> bool:
        """Whether the line starts with a word of the cue, bullets and brackets before it aside."""
        return text.startswith(self.starts) or (
            not text[0].isalnum() and _LEADING.sub("", text).startswith(self.starts)
        )


@dataclass(frozen=True, slots=True)
class Junk:
    """The lexicon of junk: cues, the words of menus, and the signs of a text that was decoded wrongly."""

    cues: tuple[Cue, ...]
    menu: frozenset[str]
    alone: frozenset[str]
    mojibake_markers: tuple[str, ...]
    mojibake_characters: frozenset[str]
    longest: int


def load_junk(path: Path) -> Junk:
    """The lexicon of a file such as ontology/lexicon/junk.toml. Raises ReadError where it is not valid."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
        cues = tuple(_cue(one) for one in data.get("cue", []))
        menu, marks = data.get("navigation", {}), data.get("mojibake", {})
        return Junk(
            cues,
            frozenset(menu.get("words", [])),
            frozenset(menu.get("alone", [])),
            tuple(marks.get("markers", [])),
            frozenset(marks.get("characters", "")),
            max((cue.longest for cue in cues), default=0),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, re.error, KeyError, ValueError, TypeError) as err:
        raise ReadError(f"the lexicon of junk lines cannot be read: {err}", file=path) from err


def _cue(data: Mapping[str, object]) -> Cue:
    unknown = data.keys() - {"reason", "whole", "starts", "contains", "matches", "longest", "where", "then", "dated"}
    if unknown:
        raise ValueError(f"a cue has no field {', '.join(sorted(unknown))}")
    words = {name: _strings(data.get(name, [])) for name in ("whole", "starts", "contains")}
    longest, pattern = data.get("longest", 80), data.get("matches")
    if not isinstance(longest, int):
        raise TypeError(f"longest = {longest!r} is no number")
    return Cue(
        str(data["reason"]),
        frozenset(_key(word) for word in words["whole"]),
        words["starts"],
        re.compile("|".join(map(re.escape, words["contains"]))) if words["contains"] else None,
        re.compile(str(pattern)) if pattern else None,
        longest,
        data.get("where") == "head",
        Then(data.get("then", "line")),
        data.get("dated") is True,
    )


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise TypeError(f"{value!r} is no list of words")
    return tuple(value)


def dated_lines(blocks: Sequence[Block], junk: Junk) -> Iterator[str]:
    """The lines above the first paragraph that give the date of the page."""
    cutter = _Cutter(junk)
    for block in blocks:
        cue = cutter.cue_of(block.text, _key(block.text[: junk.longest]))
        if cue is None:
            cutter.keep(block, block.text)
        elif cue.dated:
            yield block.text
        if not cutter.in_head:
            return


def cut_junk(blocks: Sequence[Block], junk: Junk) -> tuple[list[Block], list[Cut]]:
    """The blocks of the article, and what was cut, in the order of the page."""
    cutter = _Cutter(junk)
    for block in blocks:
        cutter.take(block)
    return cutter.kept, sorted(cutter.cuts, key=lambda cut: cut.span.start)


class _Cutter:
    """Goes through the blocks once; remembers whether a list of headlines is open, and every paragraph it kept."""

    def __init__(self, junk: Junk):
        self.junk = junk
        self.kept: list[Block] = []
        self.cuts: list[Cut] = []
        self.seen: set[str] = set()
        self.in_head = True
        self.open: Cue | None = None

    def take(self, block: Block) -> None:
        if self.open and self.open.then is Then.REST:
            self.cut(block, self.open.reason)
            return
        key = _key(block.text) if len(block.text) <= self.junk.longest else block.text
        cue = self.cue_of(block.text, key)
        if cue and cue.then is not Then.REPEAT:
            self.cut_by(block, cue)
        elif cue and self.repeats(block, cue):
            self.cut(block, cue.reason)
        elif self.is_menu(block.text):
            self.cut(block, "navigation")
        elif self.open and _is_headline(block.text):
            self.cut(block, "related headline")
        else:
            self.keep(block, key)

    def cue_of(self, text: str, key: str) -> Cue | None:
        size = len(text)
        if size > self.junk.longest:
            return None
        in_head = self.in_head and _SENTENCE_END.search(text) is None
        for cue in self.junk.cues:
            if size <= cue.longest and (in_head or not cue.head) and cue.matches_line(text, key):
                return cue
        return None

    def cut_by(self, block: Block, cue: Cue) -> None:
        if cue.head and len(self.kept) > 1 and len(self.kept[-1].text) <= _NAME:
            # A name alone between the headline and the date is the account that published the page.
            self.cut(self.kept.pop(), "byline")
        self.cut(block, cue.reason)
        if cue.then is not Then.LINE:
            self.open = cue

    def repeats(self, block: Block, cue: Cue) -> bool:
        rest = next((block.text[len(word) :] for word in cue.starts if block.text.startswith(word)), block.text)
        return _key(rest) in self.seen

    def is_menu(self, text: str) -> bool:
        """Whether a line is a word of a menu, or mostly such words."""
        if len(text) > self.junk.longest:
            return False
        words = set(_TOKENS.split(text)) - {""}
        if len(words) == 1:
            return words <= self.junk.alone or (self.in_head and words <= self.junk.menu)
        known = len(words & self.junk.menu)
        return known >= _MENU_WORDS and 2 * known >= len(words)

    def keep(self, block: Block, key: str) -> None:
        self.open = None
        if key in self.seen and len(key) >= _REPEATED:
            self.cut(block, "repeated paragraph")
            return
        half = _doubled(block.text)
        if half:
            self.cut(part(block, half + 1, len(block.text)), "repeated title")
            block = part(block, 0, half)
            key = _key(block.text)
        self.seen.add(key)
        self.kept.append(block)
        if is_paragraph(block):
            self.in_head = False

    def cut(self, block: Block, reason: str) -> None:
        self.cuts.append(Cut(block.span(), reason))


def is_paragraph(block: Block) -> bool:
    """Whether a block is a paragraph of prose: long, and ending as a sentence ends."""
    return len(block.text) >= _PARAGRAPH and _SENTENCE_END.search(block.text) is not None


def _is_headline(text: str) -> bool:
    """Whether a line may be one of a list of headlines: no whole sentence, or one that was cut short."""
    if _CUT_SHORT.search(text):
        return True
    return _BULLET.match(text) is not None or (len(text) <= _HEADLINE and not _SENTENCE_END.search(text))


def _doubled(text: str) -> int:
    """Where the first half of a line ends that says the same twice, with a space between; else 0."""
    half, odd = divmod(len(text), 2)
    return half if odd and half >= _REPEATED and text[half].isspace() and text[:half] == text[half + 1 :] else 0


def _key(text: str) -> str:
    return _PUNCTUATION.sub("", text)
