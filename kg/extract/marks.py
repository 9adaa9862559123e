"""One pass of Aho-Corasick over a text: every known name and boundary word, leftmost and longest.

Leftmost-longest is what keeps words whole: in 其中山东 the word 其中 is taken, then 山东, and 中山 is never seen.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple


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
# A text is about a province if so many of its places lie there.
MOST = 0.6
PROVINCE = 2


class Mark(NamedTuple):
    """A known word in the text; `codes` are those of a place, of several where it is a region."""

    start: int
    end: int
    kind: int
    word: str
    codes: tuple[str, ...] = ()


class Marks:
    """The marks of one text of `length` characters, in order."""

    def __init__(self, marks: Sequence[Mark], length: int) -> None:
        self.all = marks
        begins = bytearray(length + BEYOND + 1)
        for mark in marks:
            begins[mark.start + 1] = 1
        # For each place of the text how many marks begin before it: stretches are asked for all the time.
        self._before = list(accumulate(begins))

    @cached_property
    def province(self) -> str:
        """The first two digits of the codes of most places that the text names; empty for none or for several.

        The division code of a place begins with that of its province (GB/T 2260).
        """
        counts = Counter(code[:PROVINCE] for mark in self.all for code in mark.codes[:1])
        first = counts.most_common(1)
        return first[0][0] if first and first[0][1] >= MOST * counts.total() else ""

    def within(self, start: int, end: int) -> Sequence[Mark]:
        """The marks that begin in [start, end)."""
        return self.all[self._before[start] : self._before[end]]

    def at(self, position: int) -> Mark | None:
        """The mark that begins at `position`."""
        index = self._before[position]
        return self.all[index] if self._before[position + 1] > index else None

    def ending(self, position: int) -> Mark | None:
        """The mark that ends at `position`."""
        index = self._before[position] - 1
        return self.all[index] if index >= 0 and self.all[index].end == position else None

    def covering(self, position: int) -> Mark | None:
        """The mark that begins before `position` and ends after it."""
        index = self._before[position] - 1
        if index >= 0 and self.all[index].end > position:
            return self.all[index]
        return None
