"""Where a text is set: the city of its headline, the city that a sentence names, and the city of the whole text."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.page import Found

# A line with fewer Chinese characters is a date or a weekday, no headline.
FEWEST_LETTERS = 4
# The headline is looked for in so many lines.
HEADLINE_LINES = 2
# The parts of a sentence end with one; what stands after the place that one of them is about.
PART_END = ";"
AFTER_PLACE = (",", ":")
# Among the clusters of so many places a name without one is of none in particular.
FEWEST_LISTED = 3
# A text is set in a city if so many of the cities that it names are that one.
MOST = 0.7
# Where none is called its own, the city is named so often and hardly another.
NEARLY_ALL, OFTEN = 0.9, 3


class Setting(NamedTuple):
    """Where a text is set, in codes of places: the city of its headline, else its province.

    `near`: for a sentence with a cluster the city that it names; `openings`: for the start of a name without a place
    that of the part of its sentence, without codes where it is of none.
    """

    headline: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    near: Mapping[int, tuple[str, ...]] = {}
    openings: Mapping[int, tuple[str, ...]] = {}


class SettingFinder:
    """Finds the cities in which texts are set."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._place_first = lexicon.pattern("clusters.place_first")
        self._ours = lexicon.any_of("clusters.ours")
        self._described = lexicon.pattern("clusters.described")
        self._dateline = lexicon.pattern("clusters.dateline")
        self._words = re.compile(rf"(?:[^\n]*?[\u4e00-\u9fff]){{{FEWEST_LETTERS}}}")
        self._caption = lexicon.pattern("clusters.caption")
        self._venue = any_of(lexicon.words("clusters.venue"))

    def of(self, text: str, marks: Marks, found: Sequence[Found]) -> Setting:
        """The setting of a text."""
        return Setting(
            headline=self._headline(text, marks, found),
            province=self._province(text, marks, found),
            near=self._near(text, marks, found),
            openings=self._openings(text, marks, found),
        )

    def _near(self, text: str, marks: Marks, found: Sequence[Found]) -> dict[int, tuple[str, ...]]:
        """For each sentence with a cluster the codes of the first city that it names.

        Those without one, after one on several clusters of a city, are of that city (A市建成三大产业集群。x产业集群).
        """
        cities: dict[int, tuple[str, ...]] = {}
        carried: tuple[str, ...] = ()
        for item in found:
            codes = self._first(text, marks, item, _after_bare(item))
            if codes:
                carried = codes if any(one.form is Form.PLURAL for one in item.clusters) else ()
            if item.clusters and (codes or carried):
                cities[item.number] = codes or carried
        return cities

    def _openings(self, text: str, marks: Marks, found: Sequence[Found]) -> dict[int, tuple[str, ...]]:
        """For the start of each name without a place the city or county with which its part of the sentence opens.

        Parts end with semicolons: 广东四会,玉器之乡;山东曹县,打造汉服产业集群. Of names among those of clusters of
        several cities nothing is known: their codes are empty.
        """
        codes: dict[int, tuple[str, ...]] = {}
        for item in found:
            bare = [one for one in item.clusters if one.form is Form.BARE]
            full = {self._around(one.codes) for one in item.clusters if one.form is Form.FULL}
            for one in bare:
                if len(full) >= FEWEST_LISTED:
                    codes[one.start] = ()
                elif opened := self._opening(text, marks, item.sentence.body, one.start):
                    codes[one.start] = opened
        return codes

    def _around(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The cities in which places lie; what lies in none stays."""
        above = (self._gazetteer.above(code, "City") for code in codes)
        return tuple(place.code if place is not None else code for place, code in zip(above, codes, strict=True))

    def _opening(self, text: str, marks: Marks, body: int, position: int) -> tuple[str, ...]:
        """The narrowest of the places side by side with which the part of a sentence around a position begins."""
        start = max(body, text.rfind(PART_END, body, position) + 1)
        codes: tuple[str, ...] = ()
        while start < position and (mark := marks.at(start)) is not None and mark.kind & Kind.PLACE:
            if len(mark.codes) == 1 and self._gazetteer.city(mark.codes[0]) is not None:
                codes = mark.codes
            start = mark.end
        described = self._described.fullmatch(text, start, position)
        return codes if text.startswith(AFTER_PLACE, start) or described else ()

    def _headline(self, text: str, marks: Marks, found: Sequence[Found]) -> tuple[str, ...]:
        """The city of the headline: the first that the first lines name, or the county that they begin with.

        Where none is and the text says 我市, it is the city that the whole text is about.
        """
        heads = self._heads(text, found)
        for item in heads:
            if codes := self._first(text, marks, item):
                return codes
        for item in heads:
            begin = self._place_first.match(text, item.sentence.body)
            codes = self._gazetteer.stems.get(begin.group("place"), ()) if begin else ()
            if len(codes) == 1:
                return codes
        return self._own(marks, ours=self._ours.search(text) is not None)

    def _heads(self, text: str, found: Sequence[Found]) -> list[Found]:
        """The sentences that may be the headline: the first with some words that are no captions of pictures."""
        wordy = (item for item in found if self._words.match(text, item.sentence.start, item.sentence.end))
        heads = (item for item in wordy if not self._caption.match(text, item.sentence.start))
        return list(islice(heads, HEADLINE_LINES))

    def _province(self, text: str, marks: Marks, found: Sequence[Found]) -> tuple[str, ...]:
        """The only province that the first lines name, where they name no city."""
        codes = {
            mark.codes[0]
            for item in self._heads(text, found)
            for mark in marks.within(item.sentence.start, item.sentence.end)
            if mark.kind & Kind.PLACE
            and len(mark.codes) == 1
            and not self._dateline.match(text, mark.end, item.sentence.end)
        }
        return tuple(codes) if len(codes) == 1 else ()

    def _first(self, text: str, marks: Marks, item: Found, others: Sequence[ClusterMention] = ()) -> tuple[str, ...]:
        for mark in marks.within(item.sentence.start, item.sentence.end):
            if any(one.start <= mark.start < one.end for one in others):
                continue
            if (
                not mark.kind & Kind.PLACE
                or len(mark.codes) != 1
                or self._venue.match(text, mark.start - 1, mark.start)
                or self._dateline.match(text, mark.end, item.sentence.end)
            ):
                continue
            if self._gazetteer.city(mark.codes[0]) is not None:
                return mark.codes
        return ()

    def _own(self, marks: Marks, *, ours: bool) -> tuple[str, ...]:
        """The city that makes up most of those that a text names; all but, and often, where it says no 我市."""
        cities = (self._gazetteer.city(code) for mark in marks.all for code in mark.codes[:1])
        counts = Counter(city.code for city in cities if city is not None)
        most = counts.most_common(1)
        share, fewest = (MOST, 1) if ours else (NEARLY_ALL, OFTEN)
        return (most[0][0],) if most and most[0][1] >= max(share * counts.total(), fewest) else ()


def _after_bare(item: Found) -> list[ClusterMention]:
    """The clusters that a sentence names with their places after one without: their places are not that one's."""
    bare = next((one.start for one in item.clusters if one.form is Form.BARE), None)
    return [] if bare is None else [one for one in item.clusters if one.start > bare]
