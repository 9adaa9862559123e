"""One pass of Aho-Corasick over a text: every known name and boundary word, leftmost and longest.

Leftmost-longest is what keeps words whole: in 其中山东 the word 其中 is taken, then 山东, and 中山 is never seen.
"""

from collections.abc import Sequence
from itertools import accumulate
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
    EDGE: Final = 256
    """A boundary word after which a name can begin: not 都, which may stand inside one (成都)."""


# A stretch may be said to begin or end so many characters after the text.
BEYOND = 8


class Mark(NamedTuple):
    """A known word in the text."""

    start: int
    end: int
    kind: int
    word: str


class Marks:
    """The marks of one text of `length` characters, in order."""

    def __init__(self, marks: Sequence[Mark], length: int) -> None:
        self._marks = marks
        begins = bytearray(length + BEYOND + 1)
        for mark in marks:
            begins[mark.start + 1] = 1
        # For each place of the text how many marks begin before it: stretches are asked for all the time.
        self._before = list(accumulate(begins))

    def within(self, start: int, end: int) -> Sequence[Mark]:
        """The marks that begin in [start, end)."""
        return self._marks[self._before[start] : self._before[end]]

    def at(self, position: int) -> Mark | None:
        """The mark that begins at `position`."""
        index = self._before[position]
        return self._marks[index] if self._before[position + 1] > index else None

    def covering(self, position: int) -> Mark | None:
        """The mark that begins before `position` and ends after it."""
        index = self._before[position] - 1
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
            (Kind.EDGE, set(lexicon.words("clusters.stops")) - set(lexicon.words("enterprises.weak_edges"))),
        ):
            for word in words:
                self._kinds[word] = self._kinds.get(word, 0) | kind
        self._words = sorted(self._kinds)
        self._known = [(self._kinds[word], word) for word in self._words]
        self._automaton = AhoCorasick(
            self._words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def mark(self, text: str) -> Marks:
        """The marks of a normalised text."""
        found = self._automaton.find_matches_as_indexes(text)
        # The constructor of a NamedTuple is a call of Python around this one; there are many marks.
        new, known = tuple.__new__, self._known
        return Marks([new(Mark, (start, end, *known[index])) for index, start, end in found], len(text))
