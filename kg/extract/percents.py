"""What a percentage says: growth, a share of a whole, or something that does not count here."""

import re
from collections.abc import Callable, Sequence

from kg.extract.lexicon import Lexicon, any_of
from kg.extract.quantity import Quantity

# A percentage may take its kind from so many clauses before its own.
CLAUSES_BACK = 2
# A second percentage so near the first is of the same kind (占全省的41%、全国的6%).
NEAR = 8


class PercentReader:
    """Reads percentages. `order` tells which of several numbers given in order one is."""

    def __init__(self, lexicon: Lexicon, order: Callable[[str, int, int], int | None]) -> None:
        self._order = order
        self._up, self._down, self._share, self._rate = (
            any_of(lexicon.words(f"figures.percent.{key}")) for key in ("up", "down", "share", "rate")
        )
        self._other_growth = any_of(lexicon.words("figures.percent.other_growth"))
        self._signed = lexicon.pattern("figures.percent.signed")
        self._signed_down = lexicon.text("figures.percent.signed_down")
        self._moves = frozenset(lexicon.words("figures.percent.moves"))
        self._level = lexicon.pattern("figures.percent.level")
        self._ends = lexicon.pattern("figures.percent.ends")
        self._no_growth = any_of(lexicon.words("figures.percent.no_growth"))
        self._made_here = lexicon.pattern("figures.percent.made_here")
        self._of_all_made = lexicon.pattern("figures.percent.of_all_made")
        self._other_share = any_of(lexicon.words("figures.percent.other_share"))
        self._not_compare = any_of(lexicon.words("figures.change.not_compare"))
        self._since = lexicon.pattern("figures.change.since")
        self._base = any_of(lexicon.words("figures.change.base"))
        self._compare = any_of(lexicon.words("figures.change.compare"))
        self._joint = any_of(lexicon.words("clusters.joints"))
        self._respectively = lexicon.pattern("figures.change.respectively")
        self._growth_key, self._share_key = (
            lexicon.text("figures.percent.growth_key"),
            lexicon.text("figures.percent.share_key"),
        )

    def read(self, text: str, clauses: list[tuple[int, int]], index: int, before: int, raw: Quantity) -> Quantity:
        """A percentage with its indicator: that of the words before it in its clause, else in those before that.

        `index` is the number of its clause, `before` where the number before it ends.
        """
        start = clauses[index][0]
        key, sign, certain = self._rate_of(text[before : raw.start])
        if not key and before != start and raw.start - before <= NEAR:
            key, sign, certain = self._rate_of(text[start:before])
        if not key and before == start and self._ends.match(text, raw.end) is not None:
            certain = False
            key, sign = self._carried(text, clauses[max(0, index - CLAUSES_BACK) : index])
        signed = self._signed.search(text, start, raw.start)
        if not key and signed is not None:
            falls = (signed.group("sign") or signed.group("short")) in self._signed_down
            key, sign, certain = self._growth_key, -1 if falls else 1, True
        if not key and self._is_made_here(text, start, raw):
            key, certain = self._share_key, True
        if self._is_of_another(text, start, raw.start, key):
            key = "-"
        if sign > 0 and text[raw.start - 1 : raw.start] == "-" and not text[raw.start - 2 : raw.start - 1].isdigit():
            sign = -1
        return Quantity(
            raw.start, raw.end, raw.value * sign, raw.unit, raw.measure, raw.comparator, indicator=key, certain=certain
        )

    def _carried(self, text: str, clauses: Sequence[tuple[int, int]]) -> tuple[str, int]:
        """What the nearest of the clauses before says of its percentages (比重2020年为10.8%,2024年升到29%)."""
        found = (self._rate_of(text[start:end])[:2] for start, end in reversed(clauses))
        return next(((key, sign) for key, sign in found if key), ("", 1))

    def _is_of_another(self, text: str, start: int, position: int, key: str) -> bool:
        """Whether a share or a growth is that of something else than what counts (研发占比, 出口增长)."""
        if key == self._share_key:
            return self._other_share.search(text, start, position) is not None
        if key != self._growth_key:
            return False
        other = self._other_growth.search(text, *self._grown(text, start, position)) is not None
        return other or self._compared(text[start:position])

    def _is_made_here(self, text: str, start: int, raw: Quantity) -> bool:
        """Whether such a part of what the whole country makes is made here: 全国60%的核电产品都是这里制造的."""
        before = self._of_all_made.search(text, start, raw.start)
        return before is not None and self._made_here.match(text, raw.end) is not None

    def _grown(self, text: str, start: int, position: int) -> tuple[int, int]:
        """Where what grows is named: of 产值、利税分别增长10%、8% the item with the place of the number."""
        word, order = self._respectively.search(text, start, position), self._order(text, start, position)
        if word is None or order is None:
            return start, position
        joints = [joint.span() for joint in self._joint.finditer(text, start, word.start())]
        starts, ends = [start, *(end for _, end in joints)], [*(first for first, _ in joints), word.start()]
        return (starts[order], ends[order]) if joints and order < len(starts) else (start, position)

    def _rate_of(self, stretch: str) -> tuple[str, int, bool]:
        """The indicator of a percentage from the words before it: the last of growth, decline and share wins."""
        stretch = self._no_growth.sub("", stretch)
        options = []
        for pattern, key, sign in (
            (self._up, self._growth_key, 1),
            (self._down, self._growth_key, -1),
            (self._share, self._share_key, 1),
            (self._rate, "-", 1),
        ):
            found = [
                match.end()
                for match in pattern.finditer(stretch)
                if key != self._growth_key or not self._is_level(stretch, match)
            ]
            options += [(end, key, sign) for end in found[-1:]]
        if not options:
            return "", 1, False
        _, key, sign = max(options)
        return key, sign, True

    def _is_level(self, stretch: str, match: re.Match[str]) -> bool:
        """Whether a word of growth leads to a level (提高到), which is no growth; 增速达到 names one all the same."""
        return self._level.match(stretch, match.end()) is not None and match.group() in self._moves

    def _compared(self, stretch: str) -> bool:
        """Whether it is a difference to another thing (比全市快9%), not to the year before (比上年增长9%)."""
        stretch = self._not_compare.sub("", self._since.sub("", stretch))
        compare = self._compare.search(stretch)
        return compare is not None and self._base.search(stretch, compare.end()) is None
