"""How the name of a cluster is built: places, a sector, a head; and how enumerations share their parts."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Mark, Marks

# A sector's name is no longer than this, and a place's name before a zone's no longer than that.
LONGEST_SECTOR = 24
SHORTEST_SECTOR = 2
LONGEST_ZONE = 8
# Runs of one-character names (青烟威) have so many characters.
SHORTEST_RUN, LONGEST_RUN = 2, 6


class Segment(NamedTuple):
    """A stretch between two joints: places, then the words of a sector. `codes`: of the last place of a run."""

    start: int
    sector: int
    end: int
    codes: tuple[str, ...] = ()
    place_words: tuple[str, ...] = ()
    joint: str = ""

    @property
    def only_place(self) -> bool:
        """Whether nothing follows the places."""
        return bool(self.codes) and self.sector == self.end


@dataclass(slots=True)
class _Building:
    start: int
    sector: int
    codes: list[tuple[str, ...]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    joint: str = ""
    carried: list[tuple[str, ...]] = field(default_factory=list)


class NameReader:
    """Reads the stretch before a head, or an item of a list, as segments."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._generic = any_of(lexicon.words("clusters.generic"))
        generic = [word for word in lexicon.words("clusters.generic") if len(word) > 1]
        joined = "|".join(map(re.escape, sorted(generic, key=len, reverse=True)))
        self._rank = re.compile(f"(?:{any_of(lexicon.words('clusters.ranks')).pattern})+")
        self._generic_right = re.compile(rf"(?:{joined})$")
        self._rest = lexicon.pattern("clusters.rest")
        self._town = lexicon.pattern("clusters.town")
        self._generic_pattern = lexicon.pattern("clusters.generic_pattern")
        self._attribute = lexicon.text("clusters.attribute")
        self._below: dict[str, set[str]] = {}
        for place in gazetteer.places.values():
            if len(place.name) > SHORTEST_SECTOR:
                self._below.setdefault(place.parent, set()).add(place.name[:-1])
        self._single: dict[str, list[str]] = {}
        for row in lexicon.tables["abbreviations"]:
            if len(row["name"]) == 1:
                self._single.setdefault(row["name"], []).extend(row["codes"].split())

    def segments(self, text: str, marks: Marks, start: int, end: int) -> list[Segment]:
        """The segments of [start, end) after its last boundary; the last one touches `end`."""
        done: list[Segment] = []
        now = _Building(start, start)
        for mark in marks.within(start, end):
            if mark.end > end:
                continue
            if mark.kind & (Kind.SECTOR | Kind.KEEP) and not mark.kind & Kind.PLACE:
                continue
            if mark.kind & Kind.PLACE and self._ends_run(text, mark, start):
                continue
            if mark.kind & Kind.PLACE:
                done, now = self._place(text, mark, done, now)
            elif mark.kind & Kind.ZONE:
                if now.codes and mark.start - now.sector <= LONGEST_ZONE:
                    now.sector = mark.end
            elif mark.kind & Kind.STOP:
                done, now = [], self._after_stop(mark, done, now)
            elif mark.kind & Kind.JOINT:
                done.append(_segment(now, mark.start))
                now = _Building(mark.end, mark.end, joint=mark.word)
        done.append(_segment(now, end))
        return [self._run_of_singles(text, marks, segment) for segment in done]

    def _after_stop(self, mark: Mark, done: list[Segment], now: _Building) -> _Building:
        """What begins after a boundary word; the cities of 扬州市、盐城市联合申报的x are carried over to x."""
        after = _Building(mark.end, mark.end)
        if now.codes and now.sector == mark.start and self._gazetteer.city(now.codes[-1][0]):
            after.carried = [*(segment.codes for segment in done if segment.only_place), now.codes[-1]]
        elif now.carried and now.start == mark.start:
            after.carried = now.carried
        if after.carried and mark.word == self._attribute:
            after.codes = [tuple(code for codes in after.carried for code in codes)]
        return after

    def _place(self, text: str, mark: Mark, done: list[Segment], now: _Building) -> tuple[list[Segment], _Building]:
        codes = self._gazetteer.meant(mark.word, now.codes[-1] if now.codes and mark.start == now.sector else ())
        if mark.start == now.sector:
            now.codes.append(codes)
            now.words.append(mark.word)
            now.sector = mark.end
            return done, now
        return [], _Building(mark.start, mark.end, [codes], [mark.word])

    def _run_of_singles(self, text: str, marks: Marks, segment: Segment) -> Segment:
        """青烟威 before a known sector as the three cities that it stands for."""
        if segment.place_words:
            return segment
        begins = [mark.start for mark in marks.within(segment.start, segment.end) if mark.kind & Kind.SECTOR]
        cut = next((mark for mark in marks.within(segment.start, segment.end) if mark.kind & Kind.PLACE), None)
        sector = cut.start + 1 if cut is not None else next(iter(begins), -1)
        if not SHORTEST_RUN <= sector - segment.start <= LONGEST_RUN:
            return segment
        characters = text[segment.start : sector]
        if not all(character in self._single for character in characters):
            return segment
        codes = self._neighbours(characters)
        return segment._replace(codes=codes, place_words=(characters,), sector=sector)

    def _ends_run(self, text: str, mark: Mark, start: int) -> bool:
        """Whether a place's name is only the end of a run and the beginning of a sector: 潍烟威|海洋食品."""
        before = text[max(start, mark.start - LONGEST_RUN) : mark.start]
        run = len(before) - len(before.rstrip("".join(self._single)))
        if run < SHORTEST_RUN or text[mark.start] not in self._single:
            return False
        return any(text[mark.start + 1 : mark.start + 1 + length] in self._gazetteer.sectors for length in range(2, 9))

    def _neighbours(self, characters: str) -> tuple[str, ...]:
        """One code a character; of several the one in the province of most others (武 beside 兰 is 武威)."""
        provinces = Counter(code[:2] for character in characters for code in self._single[character])
        return tuple(max(self._single[character], key=lambda code: provinces[code[:2]]) for character in characters)

    def trimmed(self, text: str, marks: Marks, start: int, end: int) -> tuple[int, bool, int | None]:
        """Where the name before a head ends (等4个, 战略性新兴 cut off), whether the head is shared, and the count."""
        shared, count = False, None
        while True:
            rest = self._rest.search(text, start, end)
            if rest is not None and rest.start() < rest.end() and rest.end() == end:
                end = rest.start()
                shared = shared or rest.group("etc") is not None
                count = 1 if rest.group("count") else count
                continue
            generic = self._generic_right.search(text, start, end)
            if (
                generic is None
                or marks.covering(generic.start()) is not None
                or self._within_sector(marks, generic.start(), end)
            ):
                return end, shared, count
            end = generic.start()

    def _within_sector(self, marks: Marks, start: int, end: int) -> bool:
        return any(mark.kind & (Kind.SECTOR | Kind.PLACE) for mark in marks.within(start, end))

    def sector_of(self, text: str) -> str:
        """A sector's name without words that say nothing of it at its left; empty for a generic one."""
        text = self._town.sub("", self._generic_pattern.sub("", text))
        if not self._generic.sub("", text).strip():
            return ""
        left = self._rank.match(text)
        rest = text[left.end() :] if left else text
        return (rest if len(rest) > 1 else text).strip()

    def without_place(self, sector: str, codes: tuple[str, ...]) -> str:
        """A sector without the short name of a county or district of its city before it (芜湖市鸠江机器人)."""
        if sector in self._gazetteer.sectors:
            return sector
        for code in codes:
            for length in (SHORTEST_SECTOR, SHORTEST_SECTOR + 1):
                rest = sector[length:]
                if sector[:length] in self._below.get(code, ()) and len(rest) >= SHORTEST_SECTOR:
                    return rest
        return sector


def _segment(now: _Building, end: int) -> Segment:
    codes = now.codes[-1] if now.codes else ()
    return Segment(now.start, now.sector, end, codes, tuple(now.words), now.joint)


def joined_left(segments: list[Segment]) -> Iterator[Segment]:
    """The segments with neighbours joined that share one sector: 南通市、泰州市x is one, with both cities."""
    waiting: list[Segment] = []
    for segment in segments:
        if segment.only_place:
            waiting.append(segment)
            continue
        if waiting and segment.codes:
            codes = tuple(code for part in (*waiting, segment) for code in part.codes)
            words = tuple(word for part in (*waiting, segment) for word in part.place_words)
            yield waiting[0]._replace(sector=segment.sector, end=segment.end, codes=codes, place_words=words)
        else:
            yield from waiting
            yield segment
        waiting = []
    yield from waiting
