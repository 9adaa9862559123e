"""Lines that were broken at the margin, as in a pdf, become paragraphs again."""

import re
from collections.abc import Sequence

from kg.read.blocks import Block, join

_SENTENCE_END = re.compile(r"[.!?:;\u3002\uff01\uff1f\uff1a\uff1b\u201d\u300d\uff09)]$")
_FULL = 0.85
_LEAST_LINES = 8
_MARGIN = 60
_WRAPPED = 0.5
_ASCII = 0x80


def is_wrapped(blocks: Sequence[Block]) -> bool:
    """Whether most lines of a text end at the same margin, and not because a sentence ends there."""
    margin = _margin(blocks)
    broken = sum(_goes_on(block, margin) for block in blocks)
    return len(blocks) >= _LEAST_LINES and margin <= 2 * _MARGIN and broken >= _WRAPPED * len(blocks)


def unwrap(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs: a line that reaches the margin and ends no sentence goes on in the next."""
    margin = _margin(blocks)
    paragraphs: list[list[Block]] = []
    goes_on = False
    for block in blocks:
        if goes_on:
            paragraphs[-1].append(block)
        else:
            paragraphs.append([block])
        goes_on = _goes_on(block, margin)
    return [_joined(parts) for parts in paragraphs]


def _goes_on(block: Block, margin: int) -> bool:
    return _width(block) >= _FULL * margin and not _SENTENCE_END.search(block.text)


def _joined(parts: Sequence[Block]) -> Block:
    paragraph = parts[0]
    for following in parts[1:]:
        words = paragraph.text[-1].isalpha() and paragraph.text[-1].isascii() and following.text[0].isascii()
        paragraph = join([paragraph, following], " " if words else "")
    return paragraph


def _margin(blocks: Sequence[Block]) -> int:
    widths = sorted(_width(block) for block in blocks)
    return widths[len(widths) * 95 // 100] if widths else 0


def _width(block: Block) -> int:
    """How wide a line is in halves of a Chinese character."""
    return 2 * len(block.text) - sum(map(str.isascii, block.text))
