"""A block: a paragraph, heading, row or line of a document, with the way back to the decoded file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.model import Span

Run = tuple[int, int, int]
"""(start in the text, start in the original, length): the characters are the same on both sides."""

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Block:
    """`runs` count from the start of `text`; characters in no run were put in by reading. `linked` are links."""

    text: str
    runs: tuple[Run, ...]
    linked: int = 0
    tag: str = ""

    def span(self) -> Span:
        """Where it stands in the original: from its first to its last character that has a place there."""
        if not self.runs:
            return Span(0, 0)
        _, start, _ = self.runs[0]
        _, last, length = self.runs[-1]
        return Span(start, last + length)


def lines(text: str) -> list[Block]:
    """The lines of a text that have anything on them, without the white space around them."""
    blocks = []
    for match in _LINE.finditer(text):
        line = match.group()
        kept = line.strip()
        if kept:
            start = match.start() + len(line) - len(line.lstrip())
            blocks.append(Block(kept, ((0, start, len(kept)),)))
    return blocks


def part(block: Block, start: int, end: int) -> Block:
    """The characters `start` to `end` of a block."""
    runs = tuple(
        (max(at, start) - start, origin + max(start - at, 0), min(at + length, end) - max(at, start))
        for at, origin, length in block.runs
        if max(at, start) < min(at + length, end)
    )
    return Block(block.text[start:end], runs, min(block.linked, end - start), block.tag)


def join(blocks: Sequence[Block], between: str = "") -> Block:
    """One block of several; `between` is put in by reading."""
    text = between.join(block.text for block in blocks)
    tag = blocks[0].tag if blocks else ""
    return Block(text, joined_runs(blocks, len(between)), sum(block.linked for block in blocks), tag)


def without(block: Block, spans: Iterable[Span]) -> Block:
    """A block without some stretches of it (ascending)."""
    kept, start = [], 0
    for span in spans:
        kept.append(part(block, start, span.start))
        start = span.end
    return join([*kept, part(block, start, len(block.text))])


def joined_runs(blocks: Sequence[Block], gap: int) -> tuple[Run, ...]:
    """The runs of blocks written one after another, `gap` characters apart; runs that touch on both sides are one."""
    runs: list[Run] = []
    offset = 0
    for block in blocks:
        for at, origin, length in block.runs:
            start = offset + at
            if runs and runs[-1][0] + runs[-1][2] == start and runs[-1][1] + runs[-1][2] == origin:
                last = runs.pop()
                runs.append((last[0], last[1], last[2] + length))
            else:
                runs.append((start, origin, length))
        offset += len(block.text) + gap
    return tuple(runs)
