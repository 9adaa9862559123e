"""Which blocks of a page are its main text: the extractor's judgement, laid over the scanner's blocks.

Compared on the ten invented pages of tests/cases/read (character 4-grams, macro average; menus, bylines and related
headlines in the expected text: none). Second F1: laid over our blocks, with link lines and the cues of junk.toml cut.

| extractor               | precision | recall | F1   | second F1 | MB/s |
|-------------------------|-----------|--------|------|-----------|------|
| resiliparse 2.0         | .68       | 1.00   | .79  | .997      | 2.9  |
| trafilatura 2.3         | .70       | .95    | .76  | .93       | 0.1  |
| trafilatura, precision  | .83       | .86    | .82  | .80       | 0.3  |
| trafilatura, fast       | .69       | .96    | .77  | .94       | 1.0  |
| readability-lxml 0.9    | .84       | .95    | .88  | .89       | 1.4  |
| justext 3.0 (no words)  | .76       | .98    | .84  | .99       | 2.2  |
| none: all visible text  | .46       | 1.00   | .61  | .997      | 20   |

The cues were written with these pages in view, so the second figure flatters; it says which extractor loses text that
no later step brings back: resiliparse none. The others drop short paragraphs, rows and the lines of a park's page.
"""

import re

from resiliparse.extract.html2text import extract_plain_text

from kg.read.blocks import Block

_BLANK = re.compile(r"\s+")
_SENTENCE_END = tuple(".!?;:\u3002\uff01\uff1f\uff1b\uff1a\u201d\u300d")
_SURE = 12
"""A block this long says by itself where it stands in the extractor's text; a shorter one needs a neighbour."""

_LINKED = 0.75
_HEADLINE = 60


def main_blocks(page: str, blocks: list[Block]) -> list[bool]:
    """For each block of a page whether it belongs to the main text."""
    extracted = extract_plain_text(
        page,
        main_content=True,
        alt_texts=False,
        links=False,
        form_fields=False,
        noscript=False,
        preserve_formatting=True,
    )
    kept = _aligned(_BLANK.sub("", extracted), [_BLANK.sub("", block.text) for block in blocks])
    if not any(kept):
        kept = [True] * len(blocks)
    return [keep and not _is_link(block) for keep, block in zip(kept, blocks, strict=True)]


def _is_link(block: Block) -> bool:
    """A short line that is nothing but a link, and no sentence, leads away from the article."""
    return (
        block.linked >= _LINKED * sum(map(str.isalnum, block.text))
        and len(block.text) <= _HEADLINE
        and not block.text.endswith(_SENTENCE_END)
    )


def _aligned(extracted: str, texts: list[str]) -> list[bool]:
    """For each text whether it stands in the extractor's text, in the order of the page.

    A short text counts only near after the one before it: the word "home" of a menu stands in many a paragraph.
    """
    kept, cursor = [], 0
    for text in texts:
        reach = len(extracted) if len(text) >= _SURE else cursor + len(text) + _SURE
        found = extracted.find(text, cursor, reach) if text else -1
        kept.append(found >= 0)
        if found >= 0:
            cursor = found + len(text)
    return kept
