"""Where a text is at home: what 全市, 我省 and 园区 mean in it."""

import re
from collections.abc import Sequence

from kg.extract.gazetteer import Gazetteer, Place, holds
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.openings import Openings
from kg.extract.page import OTHER, Found, Page, Subject

# The zone of a text is named in so many sentences, within so many characters after its place.
ZONE_LINES = 4
# A zone without its place is what a text is about that names it so many times.
TIMES_NAMED = 3
ZONE_REACH = 10
# A short form of a zone's name has so many characters at least.
SHORTEST_END = 4


class Homes:
    """Finds the places that words point at; holds these words."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, openings: Openings) -> None:
        self._gazetteer, self._openings = gazetteer, openings
        view = lexicon.pattern("figures.subjects.view").pattern
        words = {
            key: any_of(lexicon.words(f"figures.subjects.{key}")).pattern
            for key in ("here", "here_province", "zone", "others")
        }
        self._here = re.compile(f"(?:{view})?(?:{words['here']})")
        town_kinds = tuple(openings.town_kinds)
        self._towns = tuple(word for word in lexicon.words("figures.subjects.here") if word.endswith(town_kinds))
        self._here_province = re.compile(f"(?:{view})?(?:{words['here_province']})")
        self._zone = re.compile(f"(?:{view})?(?:{words['zone']})")
        firms = lexicon.pattern("figures.subjects.other_firms").pattern
        counted = lexicon.pattern("figures.subjects.counted_others").pattern
        self.others = re.compile(
            f"(?!{lexicon.pattern('figures.subjects.among_others').pattern})[^,;:]{{0,8}}?(?:{words['others']})(?!{counted})|{firms}"
        )
        ends = lexicon.text("text.sentences.ends")
        self._zone_of_text = lexicon.pattern("figures.subjects.zone_of_text")
        self._regions = lexicon.text("figures.subjects.regions")
        self._full_stop, self._sentence_end = ends[0], re.compile(f"[{re.escape(ends)}]")

    def pointed(self, page: Page, start: int, limit: int) -> Subject | None:
        """What a clause begins with that points at the place of the text: 全区, 全市; OTHER for another whole."""
        text = page.text
        if page.zone is not None and (self._zone.match(text, start, limit) or self._begins_short(page, start, limit)):
            return page.zone
        if here := self._here.match(text, start, limit):
            meant = self._meant_by(page, here)
            return (self._zone_of(page, meant, here.end(), limit) if meant is not None else None) or meant or OTHER
        others = self._here_province.match(text, start, limit) or self.others.match(text, start, limit)
        return OTHER if others else None

    def _zone_of(self, page: Page, place: Subject, start: int, limit: int) -> Subject | None:
        """The zone named after 该县 or 全市: 该县产业集聚区 is the county's, not the county."""
        park = self._openings.park.match(page.text, start, limit)
        return Subject("place", place.name + park.group(), rule="figure-zone") if park is not None else None

    def _begins_short(self, page: Page, start: int, limit: int) -> bool:
        """Whether a clause begins with the end of the name of the text's zone (激光产业园 of 辽宁激光产业园)."""
        opened = self._openings.opened(page.text, start, limit)
        name = page.zone.name if page.zone is not None else ""
        return any(page.text.startswith(name[cut:], opened) for cut in range(1, len(name) - SHORTEST_END + 1))

    def whole_at(self, page: Page, start: int, limit: int) -> Subject | None:
        """The city or province of the text, where a clause begins with 全市 or 我省."""
        if here := self._here.match(page.text, start, limit):
            return self._meant_by(page, here)
        if page.zone is not None and self._zone.match(page.text, start, limit):
            return page.zone
        return page.home_province if self._here_province.match(page.text, start, limit) else None

    def is_town(self, page: Page, start: int, limit: int) -> bool:
        """Whether a clause begins with a word for a whole town (全镇)."""
        here = self._here.match(page.text, start, limit)
        return here is not None and here.group().endswith(self._towns)

    def _meant_by(self, page: Page, here: re.Match[str]) -> Subject | None:
        """What 全市, 全县 or 全镇 means: one of its kind that its paragraph names before it, else that of the text."""
        start = page.text.rfind("\n", 0, here.start()) + 1
        for kind in reversed(here.group()):
            town = self._openings.town_before(page, start, here.start()) if kind in self._openings.town_kinds else None
            near = town or self._last_of_kind(page, start, here.start(), kind) or page.homes.get(kind)
            if near is None and kind in self._openings.town_kinds:
                near = page.town
            near = near or _only_county(page, kind) or _of_headline(page, kind)
            if near is not None:
                return near
        region = page.home_province
        wide = region is not None and region.name.endswith(self._regions) and here.group().endswith(self._regions[-1])
        return region if wide else None

    def _last_of_kind(self, page: Page, start: int, limit: int, kind: str) -> Subject | None:
        """The last place in a stretch whose full name ends so; none where a sentence before names several."""
        named = [
            (mark, place)
            for mark in page.marks.within(start, limit)
            if mark.kind & Kind.PLACE
            and len(mark.codes) == 1
            and (place := self._gazetteer.places[mark.codes[0]]).name[-1] == kind
            and place.level != "Province"
        ]
        if not named:
            return None
        last, home = named[-1]
        if self._sentence_end.search(page.text, last.end, limit):
            begins = page.text.rfind(self._full_stop, start, last.start)
            if len({place.code for mark, place in named if mark.start > begins}) > 1:
                return None
        return Subject("place", last.word, code=home.code, rule="figure-here")

    def common_place(self, page: Page, codes: Sequence[str]) -> Subject | None:
        """The narrowest place in which several lie, if the text names it."""
        lines = [list(self._gazetteer.line(code)) for code in codes]
        for place in lines[0] if lines else ():
            if place.code not in codes and all(place in line for line in lines):
                named = any(mark.codes == (place.code,) for mark in page.marks.all)
                return Subject("place", place.name, code=place.code, rule="figure-here") if named else None
        return None

    def of(self, codes: set[str]) -> dict[str, Subject]:
        """The city, county or district that 全市, 全县 and 全区 mean, by the last character of their names.

        It is the only one of its kind that the text is about, else the narrowest in which all lies that it is about.
        """
        lines = [
            {place.code: place for place in self._gazetteer.line(code) if place.level != "Province"}
            for code in sorted(codes)
        ]
        around = {code: place for line in lines for code, place in line.items()}
        shared = set(around).intersection(*lines)
        kinds: dict[str, list[Place]] = {}
        for place in around.values():
            kinds.setdefault(place.name[-1], []).append(place)
        homes = {}
        for kind, places in kinds.items():
            common = places if len(places) == 1 else [place for place in places if place.code in shared]
            if common:
                home = common[0]
                homes[kind] = Subject("place", home.name, code=home.code, rule="figure-here")
        return homes

    def zone(self, text: str, marks: Marks, found: list[Found]) -> Subject | None:
        """The zone that a text is about: one that its first lines name in full with its place."""
        for item in found[:ZONE_LINES]:
            start = -1
            for mark in marks.within(item.sentence.start, item.sentence.end):
                if mark.kind & Kind.PLACE:
                    start = start if start >= 0 and mark.start - start <= ZONE_REACH else mark.start
                    if park := self._openings.park.match(text, mark.end, item.sentence.end):
                        return Subject("place", text[start : park.end()], rule="figure-zone")
                elif mark.kind & Kind.ZONE and start >= 0 and mark.start - start <= ZONE_REACH:
                    name = text[start : mark.end]
                    return Subject("place", name, rule="figure-zone") if name.isalnum() else None
        return self._zone_without_place(text, found)

    def _zone_without_place(self, text: str, found: list[Found]) -> Subject | None:
        """A zone that the first lines name without its place: a line of its own, or named over and over."""
        for item in found[:ZONE_LINES]:
            start, end = item.sentence.start, item.sentence.end
            for zone in self._zone_of_text.finditer(text, start, end):
                name = zone.group()
                if name == text[start:end].strip() or text.count(name) >= TIMES_NAMED:
                    return Subject("place", name, rule="figure-zone")
        return None

    def town(self, text: str) -> Subject | None:
        """The town of a text that says 全镇: the only one that it names."""
        return self._openings.only_town(text) if any(word in text for word in self._towns) else None

    def of_headline(self, codes: Sequence[str]) -> Subject | None:
        """The city or county of a headline, of which a figure without a subject may be."""
        place = self._gazetteer.places.get(codes[0]) if len(codes) == 1 else None
        return Subject("place", place.name, code=place.code, rule="figure-untold") if place else None

    def counties(self, marks: Marks) -> dict[str, Subject]:
        """The counties and districts that a text names in full, by their short names."""
        return self._openings.counties(marks)

    def province(self, marks: Marks) -> Subject | None:
        """The province that 全省 means: the one in which most of what the text names lies."""
        place = self._gazetteer.province_of(marks.province)
        return Subject("place", place.name, code=place.code, rule="figure-here") if place else None


def _of_headline(page: Page, kind: str) -> Subject | None:
    """The city or county of the headline, where it is of a kind and all clusters of the text lie in it."""
    home = page.home
    if home is None or not home.name.endswith(kind):
        return None
    inside = all(holds(home.code, code) for own in page.places for code in own)
    return home._replace(rule="figure-here") if inside else None


def _only_county(page: Page, kind: str) -> Subject | None:
    """The only county or district of a kind that a text names in full: what 全区 means where nothing else tells."""
    named = {one.name: one for one in page.counties.values() if one.name.endswith(kind)}
    return next(iter(named.values()))._replace(rule="figure-here") if len(named) == 1 else None
