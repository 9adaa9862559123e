"""One pass of Aho-Corasick over a text: every known name and boundary word, leftmost and longest.

Leftmost-longest is what keeps words whole: in 其中山东 the word 其中 is taken, then 山东, and 中山 is never seen.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon


class Kind:
    """What a marked word is; a word can be several things. Plain numbers: an IntFlag costs a microsecond a test."""

    PLACE: Final = 1
    ENTERPRISE: Final = 2
    SECTOR: Final = 4
    STOP: Final = 8
    JOINT: Final = 16
    KEEP: Final = 32
    ZONE: Final = 64
    ISSUER: Final = 128


class Mark(NamedTuple):
    """A known word in the text."""

    start: int
    end: int
    kind: int
    word: str


class Marks:
    """The marks of one text, in order."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._starts = [mark.start for mark in marks]

    def within(self, start: int, end: int) -> Sequence[Mark]:
        """The marks that begin in [start, end)."""
        return self._marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def covering(self, position: int) -> Mark | None:
        """The mark that begins before `position` and ends after it."""
        index = bisect_left(self._starts, position) - 1
        if index >= 0 and self._marks[index].end > position:
            return self._marks[index]
        return None


class Marker:
    """Marks texts; holds the automaton."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._kinds: dict[str, int] = {}
        for kind, words in (
            (Kind.PLACE, gazetteer.place_names),
            (Kind.SECTOR, gazetteer.sectors),
            (Kind.ENTERPRISE, gazetteer.enterprises),
            (Kind.ISSUER, gazetteer.issuers),
            (Kind.STOP, lexicon.words("clusters.stops")),
            (Kind.JOINT, lexicon.words("clusters.joints")),
            (Kind.KEEP, lexicon.words("clusters.keep")),
            (Kind.ZONE, lexicon.words("clusters.zones")),
        ):
            for word in words:
                self._kinds[word] = self._kinds.get(word, 0) | kind
        self._words = sorted(self._kinds)
        self._list = [self._kinds[word] for word in self._words]
        self._automaton = AhoCorasick(
            self._words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def mark(self, text: str) -> Marks:
        """The marks of a normalised text."""
        found = self._automaton.find_matches_as_indexes(text)
        return Marks([Mark(start, end, self._list[index], self._words[index]) for index, start, end in found])
