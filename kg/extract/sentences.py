"""A text as lines and sentences: where each begins and ends, and what of it is no running text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.extract.lexicon import Lexicon, any_of

# A closing line is looked for after this much of the text only: a text may open with 相关阅读 as its title.
TAIL_AFTER = 200


class Sentence(NamedTuple):
    """A sentence of the normalised text. `line` counts lines from 0, `body`: where its text begins after a mark."""

    start: int
    end: int
    line: int
    body: int
    bullet: bool


class Splitter:
    """Cuts a normalised text into sentences."""

    def __init__(self, lexicon: Lexicon) -> None:
        ends = re.escape(lexicon.text("text.sentences.ends"))
        closers = re.escape(lexicon.text("text.sentences.closers"))
        clause_ends = re.escape(lexicon.text("text.sentences.clause_ends"))
        self._end = re.compile(rf"[{ends}]+[{closers}]*")
        self._clause_end = re.compile(rf"[{clause_ends},;:](?:(?<=[{clause_ends}])(?<!\d.)|(?<=[,;:])(?!\d))")
        self._longest = lexicon.number("text.sentences.longest")
        self._bullet = re.compile(lexicon.text("text.lines.bullet"))
        self._tail = re.compile(rf"^\s*(?:{any_of(lexicon.words('text.lines.tail')).pattern})[::]?\s*$", re.MULTILINE)
        self._junk = re.compile("|".join(lexicon.words("text.lines.junk")))

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences in order; lines of navigation and what follows a closing line are left out."""
        tail = self._tail.search(text, TAIL_AFTER)
        end = tail.start() if tail else len(text)
        position = 0
        for number, line in enumerate(text[:end].split("\n")):
            start, position = position, position + len(line) + 1
            if not line or line.isspace() or self._junk.search(line[:200]):
                continue
            yield from self._of_line(text, start, start + len(line), number)

    def clauses(self, text: str, sentence: Sentence) -> list[tuple[int, int]]:
        """The clauses of a sentence, without their punctuation."""
        clauses = []
        start = sentence.body
        for mark in self._clause_end.finditer(text, sentence.body, sentence.end):
            clauses.append((start, mark.start()))
            start = mark.end()
        clauses.append((start, sentence.end))
        return clauses

    def _of_line(self, text: str, start: int, end: int, number: int) -> Iterator[Sentence]:
        bullet = self._bullet.match(text[start : min(end, start + 40)])
        body = start + bullet.end() if bullet else start
        first = start
        for mark in self._end.finditer(text, body, end):
            after = mark.end()
            if after - first > self._longest:
                yield from self._cut(first, after, number, max(body, first), bullet=bullet is not None)
            else:
                yield Sentence(first, after, number, max(body, first), bullet is not None)
            first = after
        if text[first:end].strip():
            yield from self._cut(first, end, number, max(body, first), bullet=bullet is not None)

    def _cut(self, start: int, end: int, number: int, body: int, *, bullet: bool) -> Iterator[Sentence]:
        while end - start > self._longest:
            yield Sentence(start, start + self._longest, number, max(body, start), bullet)
            start += self._longest
        yield Sentence(start, end, number, max(body, start), bullet)
