"""When: the day of the document, the year of a figure, and whether it has come about or is only aimed at."""

import re
from typing import NamedTuple

from kg.extract.lexicon import Lexicon, any_of
from kg.extract.numerals import Numerals
from kg.model import Document

# The day of a page that is not in its text is looked for in its first and last lines only.
EDGE = 600


class Year(NamedTuple):
    """A year that a clause names; `value` is None for 今年 in a text without a day."""

    start: int
    end: int
    value: int | None


class Periods:
    """Reads years."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._numerals = Numerals(lexicon)
        self._written = [re.compile(source) for source in lexicon.words("text.dates.written")]
        self._year = lexicon.pattern("text.dates.year")
        self._event = lexicon.pattern("text.dates.event")
        self._base = lexicon.pattern("text.dates.base")
        self._until = re.compile(f"(?:{any_of(lexicon.words('text.dates.until')).pattern})$")
        relative = lexicon.pairs("text.dates.relative")
        self._relative = {word: int(offset) for word, offset in relative.items()}
        compared = "".join(map(re.escape, lexicon.words("text.dates.compared")))
        self._relative_word = re.compile(f"(?<![{compared}])(?:{any_of(relative).pattern})")
        self._now = any_of(lexicon.words("text.dates.now"))
        self._same = any_of(lexicon.words("text.dates.same_period"))
        status = {key: lexicon.words(f"figures.status.{key}") for key in ("target", "actual")}
        self._target, self._actual = any_of(status["target"]), any_of(status["actual"])
        self._status = any_of((*status["target"], *status["actual"]))

    def of_document(self, document: Document, text: str) -> int | None:
        """The year from which 去年 counts: one written in the text, else that of the page."""
        for pattern in self._written[:2]:
            match = pattern.search(text)
            if match is not None:
                return int(match.group("year"))
        if document.published is not None:
            return document.published.year
        edges = text if len(text) < 2 * EDGE else text[:EDGE] + "\n" + text[-EDGE:]
        for pattern in self._written[2:]:
            matches = list(pattern.finditer(edges))
            if matches:
                return int(matches[-1].group("year"))
        return None

    def years(self, text: str, start: int, end: int, now: int | None) -> list[Year]:
        """The years of a stretch that can be the period of a figure, in order."""
        found = []
        for match in self._year.finditer(text, start, end):
            if self._base.match(text, max(start, match.start() - 1)):
                continue
            if self._event.match(text[match.end() : match.end() + 4]) and not self._until.search(
                text[max(start, match.start() - 4) : match.start()]
            ):
                continue
            source = match.group("year")
            value = self._numerals.value(source)
            found.append(Year(match.start(), match.end(), int(value) if value is not None else None))
        found.extend(
            Year(match.start(), match.end(), None if now is None else now + self._relative[match.group()])
            for match in self._relative_word.finditer(text, start, end)
        )
        if found:
            found.extend(Year(match.start(), match.end(), None) for match in self._now.finditer(text, start, end))
        return sorted(found, key=lambda year: year.start) if len(found) > 1 else found

    def same_period(self, clause: str) -> bool:
        """Whether a clause says that it speaks of the period before."""
        return self._same.search(clause) is not None

    def aims(self, text: str, sentence: int, clause: int, position: int) -> bool | None:
        """Whether the words before a number make it a target: those of its clause, else those of its sentence."""
        if self._status.search(text, sentence, position) is None:
            return None
        told = self.is_target(text[clause:position])
        return self.is_target(text[sentence:position]) if told is None else told

    def is_target(self, stretch: str) -> bool | None:
        """Whether the words of a stretch tell of a target; None where they don't say."""
        target = list(self._target.finditer(stretch))
        actual = list(self._actual.finditer(stretch))
        if not target and not actual:
            return None
        return bool(target) and (not actual or target[-1].start() > actual[-1].start())
