"""What a clause opens with besides a cluster or a firm: an industry, or the zone or town of a place."""

import re
from itertools import takewhile

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Mark, Marks
from kg.extract.page import Page, Subject

# The rule for several industries that have no names.
OF_SEVERAL = "figure-of-several"
# Between a place and the word for its zone stand so many characters (遂川|工业园区, 武进|国家高新区).
ZONE_GAP = 6
# Words of time before it have so many at most.
LONGEST_VIEW = 20
# The short names of counties have so many characters.
STEM_LENGTHS = (3, 2)
# The name of a town has so many characters at least.
SHORTEST_TOWN = 3
# The name of such a zone ends within so many characters.
ZONE_REACH = 18
# A zone that nothing but the text knows is named so many times at least.
TIMES_NAMED = 2
# The name of an industry has so many characters, its place included.
LONGEST_INDUSTRY = 26


class Openings:
    """Reads what stands at the beginning of a clause; holds the words that this takes."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        view = lexicon.pattern("figures.subjects.view").pattern
        self._view = re.compile(f"(?:{view})?")
        self._attribute = lexicon.text("clusters.attribute")
        self._tail = lexicon.pattern("figures.subjects.industry_tail")
        self._whole = re.compile(f"(?:{any_of(lexicon.words('figures.subjects.industry_of')).pattern})*")
        self._quoted = lexicon.pattern("figures.subjects.quoted_trade")
        self._inside = lexicon.pattern("figures.subjects.industry_inside")
        self._general = frozenset(lexicon.words("figures.subjects.industry_general"))
        self._trades = frozenset(lexicon.words("figures.subjects.industry_trades"))
        self._nation = lexicon.any_of("figures.subjects.whole", "figures.subjects.industry_not")
        self._pointing = lexicon.pattern("figures.subjects.industry_pointed")
        self._respectively = lexicon.pattern("figures.change.respectively")
        self._generic = any_of(lexicon.words("clusters.generic"))
        self._of_goods = lexicon.pattern("figures.subjects.of_goods")
        self._separator = any_of(lexicon.words("clusters.separators"))
        self._alone = lexicon.pattern("figures.subjects.alone_before")
        self._said_of_towns = lexicon.words("figures.subjects.said_of_towns")
        self._no_town = lexicon.words("figures.subjects.no_town")
        self._several = lexicon.pattern("figures.subjects.several")
        self._zone_last = lexicon.pattern("figures.subjects.zone_last")
        self._zone = lexicon.pattern("figures.subjects.zone_name")
        self.park = lexicon.pattern("figures.subjects.park")
        self._town = lexicon.pattern("figures.subjects.town")
        self.town_kinds = lexicon.text("figures.subjects.town_kinds")

    def industry(self, page: Page, start: int, limit: int) -> Subject | None:
        """The industry that a clause opens with, as printed with its place: 宁德锂电产业链有规上企业41家."""
        text = page.text
        # Most clauses name no industry, and then there is no need to ask where it would begin.
        if self._tail.search(text, start, min(limit, start + LONGEST_INDUSTRY + LONGEST_VIEW)) is None:
            return self._goods(page, start, limit)
        first = self.opened(text, start, limit)
        pointed = self._pointing.match(text, first, limit)
        first = pointed.end() if pointed is not None else first
        tail = self._tail.search(text, first, min(limit, first + LONGEST_INDUSTRY))
        if tail is None or self._nation.match(text, first, limit) or self._respectively.search(text, tail.end(), limit):
            return None
        core = self._after_place(page, first, tail.start())
        first = self._narrowest(page, first, core)
        trade = tail.group() in self._trades
        whole = core == tail.start() and first < core and (trade or tail.group() in self._general)
        if whole or self._is_trade(page, core, tail.start(), named=trade):
            return self._named(text, first, tail.end())
        return None

    def _goods(self, page: Page, first: int, limit: int) -> Subject | None:
        """The goods of a place that a clause opens with: 安平丝网在国内市场占有率超80%, 全市新材料的产值300亿元."""
        start = self.opened(page.text, first, limit)
        whole = self._whole.match(page.text, start, limit)
        if whole is not None and whole.end() > start:
            return self._traded(page, whole.end(), whole.end(), limit)
        mark = page.marks.at(start)
        if mark is not None and mark.kind & Kind.PLACE:
            return self._traded(page, start, mark.end, limit)
        lengths = (length for length in STEM_LENGTHS if page.text[start : start + length] in self._gazetteer.stems)
        named = (self._traded(page, start, start + length, limit) for length in lengths)
        return next((one for one in named if one is not None), None)

    def _traded(self, page: Page, start: int, core: int, limit: int) -> Subject | None:
        """The goods at `core`, named from `start` on, if the words after them say what is sold or made of them."""
        goods = page.marks.at(core)
        if goods is None or not goods.kind & Kind.SECTOR or goods.end >= limit:
            return None
        return self._named(page.text, start, goods.end) if self._of_goods.match(page.text, goods.end) else None

    def opened(self, text: str, start: int, limit: int) -> int:
        """Where a clause goes on after words of time (2023年, 目前, 其中)."""
        opened = self._view.match(text, start, limit)
        return opened.end() if opened is not None else start

    @staticmethod
    def _named(text: str, start: int, end: int) -> Subject:
        return Subject("industry", text[start:end], rule="figure-of-industry", span=(start, end))

    def _is_trade(self, page: Page, start: int, end: int, *, named: bool = False) -> bool:
        """Whether [start, end) names a trade, and no more than that; `named`: the word after it does already."""
        if self._quoted.fullmatch(page.text, start, end) is not None:
            return True
        if self._inside.fullmatch(page.text, start, end) is None or self._is_broken(page, start, end):
            return False
        name = page.text[start:end]
        known = named or name in self._general or bool(self._generic.sub("", name).strip())
        return known and name.count("(") == name.count(")")

    def _after_place(self, page: Page, start: int, end: int) -> int:
        """Where the name of an industry goes on after its places, zones, 全市 and 规上."""
        position = start
        while position < end:
            mark = page.marks.at(position)
            if mark is not None and mark.kind & (Kind.PLACE | Kind.ZONE) and mark.end <= end:
                position = mark.end
                continue
            whole = self._whole.match(page.text, position, end)
            if whole is None or whole.end() == position:
                return position
            position = whole.end()
        return position

    def names_several(self, text: str) -> bool:
        """Whether a text has words for several industries or clusters together."""
        return self._several.search(text) is not None

    def together(self, text: str, start: int, limit: int) -> Subject | None:
        """So many industries or clusters, as printed: 三大主导产业产值同比增长31.9%."""
        several = self._several.match(text, self.opened(text, start, limit), limit)
        if several is None:
            return None
        return self._named(text, *several.span())._replace(rule=OF_SEVERAL)

    def industries(self, page: Page, start: int, limit: int) -> list[Subject]:
        """The industries of an enumeration with which a clause opens: 光伏产业、船舶产业产值分别增长15%、31%."""
        text, first = page.text, self.opened(page.text, start, limit)
        found: list[Subject] = []
        while (tail := self._tail.search(text, first, min(limit, first + LONGEST_INDUSTRY))) is not None:
            core = self._after_place(page, first, tail.start())
            if self._inside.fullmatch(text, core, tail.start()) is None or self._is_broken(page, core, tail.start()):
                break
            found += self._parts(text, core, tail)
            joint = page.marks.at(tail.end())
            if joint is None or not joint.kind & Kind.JOINT:
                break
            first = joint.end
        return found

    def _parts(self, text: str, start: int, tail: re.Match[str]) -> list[Subject]:
        """The industries that share one word: 汽车、电子信息、新材料产业."""
        parts: list[Subject] = []
        for joint in self._separator.finditer(text, start, tail.start()):
            parts.append(self._named(text, start, joint.start()))
            start = joint.end()
        return [*parts, self._named(text, start, tail.end())]

    def _narrowest(self, page: Page, start: int, end: int) -> int:
        """Where the last of several places side by side begins: 江苏|南通市船舶产业."""
        mark = page.marks.at(start)
        while mark is not None and mark.end < end and mark.kind & Kind.PLACE:
            after = page.marks.at(mark.end)
            if after is None or not self._lies_in(after, mark):
                break
            start, mark = after.start, after
        return start

    def _is_broken(self, page: Page, start: int, end: int) -> bool:
        """Whether a word stands in [start, end) over which no name reaches."""
        return any(mark.kind & Kind.STOP and mark.end <= end for mark in page.marks.within(start, end))

    def area(self, page: Page, mark: Mark, limit: int) -> Subject:
        """What a place's name begins: the zone or town named after it, else the narrowest of places side by side."""
        place, end = mark, mark.end
        while (after := self._inner(page, end)) is not None and self._lies_in(after, place):
            place, end = after, after.end
        zone = self._zone_after(page, end, limit)
        if zone is not None:
            span = (mark.start, zone)
            return Subject("place", page.text[slice(*span)], rule="figure-zone", span=span)
        if (town := self.town(page, end, limit)) is not None:
            return town
        return Subject("place", place.word, code=place.codes[0], rule="figure-place")

    def _inner(self, page: Page, end: int) -> Mark | None:
        """What stands after a place, or after it and the word between it and what lies in it: 周口市的鹿邑县."""
        after = page.marks.at(end)
        if after is not None and page.text[after.start : after.end] == self._attribute:
            return page.marks.at(after.end)
        return after

    def _lies_in(self, mark: Mark, place: Mark) -> bool:
        if not mark.kind & Kind.PLACE or len(mark.codes) != 1:
            return False
        return any(one.code == place.codes[0] for one in self._gazetteer.line(mark.codes[0]))

    def _zone_after(self, page: Page, start: int, limit: int) -> int | None:
        """Where the zone ends whose name goes on after its place; None for a place without one."""
        park = self.park.match(page.text, start, limit)
        if park is not None and not self._is_broken(page, start, park.end()):
            return park.end()
        for mark in page.marks.within(start, min(limit, start + ZONE_GAP + 1)):
            if mark.kind & Kind.ZONE and mark.end <= limit:
                return mark.end if page.text[start : mark.start].isalpha() or mark.start == start else None
            if mark.kind & (Kind.STOP | Kind.JOINT | Kind.PLACE):
                return None
        return None

    def county(self, page: Page, start: int, limit: int) -> Subject | None:
        """The county whose short name a clause opens with, if the text has its full name, or a zone of it.

        三门现有生产企业300家; 武进国家高新区有机器人企业60家.
        """
        for length in STEM_LENGTHS:
            stem = page.text[start : start + length]
            if stem in self._gazetteer.stems and (zone := self._zone_after(page, start + length, limit)) is not None:
                return Subject("place", page.text[start:zone], rule="figure-zone", span=(start, zone))
            if stem in page.counties:
                return page.counties[stem]
        return None

    def zone(self, page: Page, start: int, limit: int) -> Subject | None:
        """The zone without a place in its name that a clause opens with and the text names again: 宁东能源化工基地."""
        # Most clauses have no word for a zone in reach; then there is no need to try every length of its name.
        if self._zone_last.search(page.text, start, min(limit, start + ZONE_REACH)) is None:
            return None
        zone = self._zone.match(page.text, start, limit)
        if zone is None or page.text.count(zone.group()) < TIMES_NAMED:
            return None
        return Subject("place", zone.group(), rule="figure-zone", span=zone.span())

    def county_ending(self, page: Page, start: int, end: int) -> Subject | None:
        """The county or district whose short name ends right before a number in a part of a clause of its own."""
        for length in STEM_LENGTHS:
            first = end - length
            codes = self._gazetteer.stems.get(page.text[first:end], ()) if first >= start else ()
            codes = tuple(code for code in codes if code.startswith(page.marks.province or code))
            if len(codes) == 1 and self._alone.search(page.text, start, first):
                return Subject("place", page.text[first:end], code=codes[0], rule="figure-place")
        return None

    def counties(self, marks: Marks) -> dict[str, Subject]:
        """The counties and districts that a text names in full, by their short names."""
        found: dict[str, Subject] = {}
        for mark in marks.all:
            stem = mark.word[:-1]
            if mark.kind & Kind.PLACE and len(mark.codes) == 1 and mark.codes[0] in self._gazetteer.stems.get(stem, ()):
                found[stem] = Subject("place", mark.word, code=mark.codes[0], rule="figure-place")
        return found

    def town_before(self, page: Page, start: int, limit: int) -> Subject | None:
        """The last town that a stretch names."""
        named = self._town.finditer(page.text, start, limit)
        towns = [town for town in named if not town.group().endswith(self._said_of_towns)]
        return Subject("place", towns[-1].group(), rule="figure-zone", span=towns[-1].span()) if towns else None

    def only_town(self, text: str) -> Subject | None:
        """The town of a text that names no other: what 全镇 means in it."""
        named = (town.group() for town in self._town.finditer(text)) if self.town_kinds in text else ()
        found = {name[::-1] for name in named if not name.endswith(self._no_town)}
        # What stands before a name may be taken for its beginning; what several have in common is the name.
        ends = takewhile(lambda letters: len(set(letters)) == 1, zip(*found, strict=False)) if len(found) > 1 else ()
        name = "".join(letters[0] for letters in ends)[::-1]
        return Subject("place", name, rule="figure-here") if len(name) >= SHORTEST_TOWN else None

    def town_ending(self, page: Page, start: int, end: int) -> Subject | None:
        """The town whose name ends at a position: 孙村镇(134.15亿元)."""
        town = self.town_before(page, start, end)
        return town if town is not None and town.span is not None and town.span[1] == end else None

    def town(self, page: Page, start: int, limit: int) -> Subject | None:
        """The town that a clause opens with: 长乐镇实现规上工业总产值9.6亿元."""
        town = self._town.match(page.text, start, limit)
        return Subject("place", town.group(), rule="figure-zone", span=town.span()) if town is not None else None
