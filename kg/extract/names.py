"""How the name of a cluster is built: places, a sector, a head; and how enumerations share their parts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import PROVINCE, Kind, Mark, Marks
from kg.extract.numerals import Numerals

# A sector's name is no longer than this, and a place's name before a zone's no longer than that.
LONGEST_SECTOR = 24
SHORTEST_SECTOR = 2
# What stands between the last name of an elided list and its head (等12个) is no longer than this.
LONGEST_REST = 16
LONGEST_ZONE = 8
# The levels of what a county or district lies in.
ABOVE = ("City", "Municipality", "Province")
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
    codes: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    joint: str = ""
    carried: tuple[tuple[str, ...], ...] = ()


class NameReader:
    """Reads the stretch before a head, or an item of a list, as segments."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._numerals = Numerals(lexicon)
        self._generic = any_of(lexicon.words("clusters.generic"))
        generic = [word for word in lexicon.words("clusters.generic") if len(word) > 1]
        joined = "|".join(map(re.escape, sorted(generic, key=len, reverse=True)))
        self._rank = re.compile(f"(?:{any_of(lexicon.words('clusters.ranks')).pattern})+")
        self._generic_right = re.compile(rf"(?:{joined})$")
        self._rest = lexicon.pattern("clusters.rest")
        self._remark = lexicon.pattern("clusters.remark_first")
        self._town = lexicon.pattern("clusters.town")
        self._generic_pattern = lexicon.pattern("clusters.generic_pattern")
        self._zone = lexicon.pattern("clusters.zone_first")
        self._partners = lexicon.pattern("clusters.partners")
        self._cities_after = lexicon.pattern("clusters.cities_after")
        self._joints = any_of(lexicon.words("clusters.joints"))
        self._area = lexicon.text("clusters.area")
        self._attribute = lexicon.text("clusters.attribute")
        self._generic_last = frozenset(word[-1] for word in generic)
        self._single: dict[str, list[str]] = {}
        for row in lexicon.tables["abbreviations"]:
            if len(row["name"]) == 1:
                self._single.setdefault(row["name"], []).extend(row["codes"].split())
        self._runs = frozenset(
            row["name"] for row in lexicon.tables["abbreviations"] if len(row["name"]) == len(row["codes"].split()) > 1
        )
        self._dashes = frozenset(lexicon.words("clusters.dashes"))
        self._singles = "".join(self._single)
        self._quoted = re.compile(rf'["“](?P<run>[{self._singles}]{{{SHORTEST_RUN},{LONGEST_RUN}}})["”]$')

    def segments(self, text: str, marks: Marks, start: int, end: int, *, whole: bool = False) -> list[Segment]:
        """The segments of [start, end) after its last boundary; the last one touches `end`.

        `whole`: the stretch is a name, in which a character that may be a boundary word is none (延链).
        """
        done: list[Segment] = []
        now = _Building(start, start)
        for mark in marks.within(start, end):
            if mark.end > end:
                continue
            if self._is_inside(text, now, mark, start):
                continue
            if mark.kind & Kind.PLACE:
                done, now = self._place(text, mark, done, now)
            elif mark.kind & Kind.ZONE:
                if now.codes and mark.start - now.sector <= LONGEST_ZONE:
                    now.sector = mark.end
            elif mark.kind & Kind.STOP and not (whole and len(mark.word) == 1) and not self._in_run(text, mark, start):
                done, now = [], self._after_stop(text, mark, done, now)
            elif mark.kind & Kind.JOINT:
                done.append(self._segment(now, mark.start))
                now = _Building(mark.end, mark.end, joint=mark.word)
        done.append(self._segment(now, end))
        return [self._run_of_singles(text, marks, segment) for segment in done]

    def _is_inside(self, text: str, now: _Building, mark: Mark, start: int) -> bool:
        """Whether a mark bounds nothing: a sector, what a parenthesis holds, the end of a run of cities."""
        if mark.kind & (Kind.SECTOR | Kind.KEEP) and not mark.kind & Kind.PLACE:
            return True
        if mark.kind & (Kind.PLACE | Kind.JOINT | Kind.ZONE) and _bracketed(text, now, mark):
            return True
        return mark.kind & Kind.PLACE != 0 and self._ends_run(text, mark, start)

    def _after_stop(self, text: str, mark: Mark, done: list[Segment], now: _Building) -> _Building:
        """What begins after a boundary word; the cities of 扬州市、盐城市联合申报的x are carried over to x."""
        after = _Building(mark.end, mark.end)
        between = text[now.sector : mark.start]
        if now.codes and between in ("", self._area) and self._gazetteer.city(now.codes[-1][0]):
            after.carried = (*(segment.codes for segment in done if segment.only_place), now.codes[-1])
        elif now.carried and now.start == mark.start:
            after.carried = now.carried
        if after.carried and mark.word == self._attribute:
            after.codes = (tuple(code for codes in after.carried for code in codes),)
        return after

    def _place(self, text: str, mark: Mark, done: list[Segment], now: _Building) -> tuple[list[Segment], _Building]:
        gap = text[now.sector : mark.start]
        if not gap or (now.codes and gap in self._dashes):
            now.codes += (mark.codes,)
            now.words += (mark.word,)
            now.sector = mark.end
            return done, now
        return [], _Building(mark.start, mark.end, (mark.codes,), (mark.word,))

    def _segment(self, now: _Building, end: int) -> Segment:
        """The segment; places side by side are all its own (成都德阳x), unless one lies in the other (四川成都x)."""
        codes: tuple[str, ...] = ()
        for own in now.codes:
            codes = (*(code for code in codes if not self._holds(code, own)), *own)
        return Segment(now.start, now.sector, end, tuple(dict.fromkeys(codes)), now.words, now.joint)

    def _holds(self, code: str, inner: Sequence[str]) -> bool:
        """Whether one of `inner` lies in a place, or is it."""
        return any(code == one or self._lies_in(one, (code,)) for one in inner)

    def _run_of_singles(self, text: str, marks: Marks, segment: Segment) -> Segment:
        """青烟威 before a known sector as the three cities that it stands for."""
        if segment.place_words:
            return self._run_before(text, self._run_after_province(text, marks, segment))
        begins = [mark.start for mark in marks.within(segment.start, segment.end) if mark.kind & Kind.SECTOR]
        cut = next((mark for mark in marks.within(segment.start, segment.end) if mark.kind & Kind.PLACE), None)
        sector = cut.start + 1 if cut is not None else next(iter(begins), -1)
        if not SHORTEST_RUN <= sector - segment.start <= LONGEST_RUN:
            return segment
        characters = self._generic_right.sub("", text[segment.start : sector])
        sector = segment.start + len(characters)
        codes = () if characters in self._gazetteer.stems else self._cities(text, marks, characters)
        return segment._replace(codes=codes, place_words=(characters,), sector=sector) if codes else segment

    def _run_before(self, text: str, segment: Segment) -> Segment:
        """The segment with a city's first character before a run that the lexicon knows: 绥|哈大齐."""
        first = segment.place_words[0]
        character = text[segment.start - 1 : segment.start]
        if len(first) < SHORTEST_RUN or first not in self._runs or character not in self._single:
            return segment
        province = segment.codes[0][:PROVINCE]
        own = next((code for code in self._single[character] if code.startswith(province)), None)
        if own is None or own in segment.codes:
            return segment
        words = (character + first, *segment.place_words[1:])
        return segment._replace(start=segment.start - 1, codes=(own, *segment.codes), place_words=words)

    def _run_after_province(self, text: str, marks: Marks, segment: Segment) -> Segment:
        """浙江省杭绍甬 before any sector: as many first characters of cities of the province as there are."""
        if len(segment.codes) != 1 or self._gazetteer.places[segment.codes[0]].level != "Province":
            return segment
        first = marks.at(segment.sector)
        if first is not None and first.kind & Kind.SECTOR:
            return segment
        province = segment.codes[0][:PROVINCE]
        codes: list[str] = []
        for character in text[segment.sector : min(segment.end - SHORTEST_SECTOR, segment.sector + LONGEST_RUN)]:
            own = next((code for code in self._single.get(character, ()) if code.startswith(province)), None)
            if own is None:
                break
            codes.append(own)
        if len(set(codes)) != len(codes) or len(codes) < SHORTEST_RUN:
            return segment
        return segment._replace(codes=tuple(codes), sector=segment.sector + len(codes))

    def with_quoted_run(self, text: str, marks: Marks, segment: Segment) -> Segment:
        """The segment with the first characters of its cities that stand in quotes before it: “武襄十随”汽车集群."""
        if segment.codes:
            return segment
        quoted = self._quoted.search(text, max(0, segment.start - LONGEST_RUN - 2), segment.start)
        characters = quoted.group("run") if quoted is not None else ""
        codes = self._cities(text, marks, characters) if characters else ()
        if quoted is None or not codes:
            return segment
        return segment._replace(start=quoted.start(), sector=segment.start, codes=codes, place_words=(characters,))

    def _cities(self, text: str, marks: Marks, characters: str) -> tuple[str, ...]:
        """The cities that begin with these characters; none where it is not clear that they are meant."""
        if not all(character in self._single for character in characters):
            return self._begins(marks, characters)
        codes = self._neighbours(characters)
        provinces = Counter(code[:PROVINCE] for code in codes)
        if len(provinces) == 1 or self._all_named(text, codes):
            return codes
        if len(codes) == SHORTEST_RUN:
            return ()
        # 榆鄂宁: of cities in several provinces those that nothing tells apart are left out.
        return tuple(
            code
            for character, code in zip(characters, codes, strict=True)
            if len(self._single[character]) == 1 or provinces[code[:PROVINCE]] > 1
        )

    def _begins(self, marks: Marks, characters: str) -> tuple[str, ...]:
        """The places that begin with these characters, where the text names one for each: 永武缙 (永康市, ...)."""
        named = {
            mark.word[0]: mark.codes[0]
            for mark in marks.all
            if mark.kind & Kind.PLACE and len(mark.codes) == 1 and len(mark.word) > 1
        }
        codes = tuple(named.get(character, "") for character in characters)
        return codes if all(codes) and len(set(codes)) == len(characters) else ()

    def _all_named(self, text: str, codes: Sequence[str]) -> bool:
        return all(any(name in text for name in self._gazetteer.names_of(code)) for code in codes)

    def _ends_run(self, text: str, mark: Mark, start: int) -> bool:
        """Whether a place's name is only the end of a run and the beginning of a sector: 潍烟威|海洋食品."""
        if text[mark.start] not in self._single:
            return False
        before = text[max(start, mark.start - LONGEST_RUN) : mark.start]
        if len(before) - len(before.rstrip(self._singles)) < SHORTEST_RUN:
            return False
        return any(text[mark.start + 1 : mark.start + 1 + length] in self._gazetteer.sectors for length in range(2, 9))

    def _in_run(self, text: str, mark: Mark, start: int) -> bool:
        """Whether a boundary word is one of the first characters of cities: 自 in 成德绵自凉."""
        if len(mark.word) > 1 or mark.word not in self._single or text[mark.end : mark.end + 1] not in self._single:
            return False
        before = text[max(start, mark.start - LONGEST_RUN) : mark.start]
        return len(before) - len(before.rstrip(self._singles)) >= SHORTEST_RUN

    def _neighbours(self, characters: str) -> tuple[str, ...]:
        """One code a character; of several the one in the province of most others (武 beside 兰 is 武威)."""
        provinces = Counter(code[:PROVINCE] for character in characters for code in self._single[character])
        return tuple(
            max(self._single[character], key=lambda code: provinces[code[:PROVINCE]]) for character in characters
        )

    def trimmed(self, text: str, marks: Marks, start: int, end: int) -> tuple[int, bool, int | None]:
        """Where the name before a head ends (等4个, 战略性新兴 cut off), whether the head is shared, and the count."""
        shared, count = False, None
        while True:
            rest = self._rest.search(text, max(start, end - LONGEST_REST), end)
            if rest is not None and rest.start() < rest.end() and rest.end() == end:
                end = rest.start()
                shared = shared or rest.group("etc") is not None or rest.group("etc_of") is not None
                counted = rest.group("count") or rest.group("count_of")
                count = self.number(counted) if counted else count
                continue
            if text[end - 1] not in self._generic_last:
                return end, shared, count
            generic = self._generic_right.search(text, start, end)
            if (
                generic is None
                or marks.covering(generic.start()) is not None
                or self._within_sector(marks, generic.start(), end)
            ):
                return end, shared, count
            end = generic.start()

    def number(self, source: str) -> int:
        """The value of a numeral; 0 for what is none."""
        value = self._numerals.value(source)
        return int(value) if value is not None else 0

    def _within_sector(self, marks: Marks, start: int, end: int) -> bool:
        return any(mark.kind & (Kind.SECTOR | Kind.PLACE) for mark in marks.within(start, end))

    def town_before(self, name: str) -> bool:
        """Whether a name begins with a town, which is part of it and not of its sector (沙溪镇休闲服装)."""
        return self._town.match(name) is not None

    def zone_before(self, sector: str) -> int:
        """How many characters of a sector are the name of a zone before it (赣江新区生物医药); 0 for none."""
        zone = self._zone.match(sector)
        return zone.end() if zone else 0

    def cities_after(self, text: str, marks: Marks, end: int) -> tuple[str, ...]:
        """The places that a name is said to be of right after it: x产业集群(A市、B市), x产业集群由A、B两地共建."""
        return self._places_of(self._cities_after.match(text, end), marks)

    def partners(self, text: str, marks: Marks, end: int) -> tuple[str, ...]:
        """The places said right after a name to share in its cluster: 生物制造(与通辽市、赤峰市联合申报)."""
        return self._places_of(self._partners.match(text, end), marks)

    def _places_of(self, said: re.Match[str] | None, marks: Marks) -> tuple[str, ...]:
        """The codes of the places that a match enumerates, if it holds nothing else."""
        if said is None:
            return ()
        places = [mark for mark in marks.within(*said.span("places")) if mark.kind & Kind.PLACE]
        rest = said.end("places") - said.start("places") - sum(mark.end - mark.start for mark in places)
        joints = sum(len(joint) for joint in self._joints.findall(said.group("places")))
        return tuple(code for mark in places for code in mark.codes) if places and rest == joints else ()

    def sector_of(self, text: str) -> str:
        """A sector's name without words that say nothing of it at its left; empty for a generic one."""
        text = self._town.sub("", self._generic_pattern.sub("", self._remark.sub("", text.lstrip("-"))))
        if not self._generic.sub("", text).strip():
            return ""
        left = self._rank.match(text)
        rest = (text[left.end() :] if left else text).strip()
        rest = rest if len(rest) > 1 else text.strip()
        return rest[1:-1] if rest.startswith("(") and rest.find(")") == len(rest) - 1 else rest

    def placed(self, text: str, marks: Marks, sector: str, codes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """A sector without the short name of a county or district before it, and the place (芜湖市鸠江机器人).

        A place before it says which county is meant; without one the county must lie in the province of the text, the
        text must have its full name, or the rest must be a known sector.
        """
        if sector in self._gazetteer.sectors:
            return sector, codes
        for length in (SHORTEST_SECTOR, SHORTEST_SECTOR + 1):
            rest = sector[length:]
            options = self._gazetteer.stems.get(sector[:length], ()) if len(rest) >= SHORTEST_SECTOR else ()
            meant = [code for code in options if codes and self._lies_in(code, codes)]
            if options and not codes:
                meant = self._meant(text, marks, options, rest)
            if len(meant) == 1:
                return rest, (meant[0],)
        return sector, codes

    def with_counties(self, text: str, marks: Marks, segments: list[Segment]) -> list[Segment]:
        """The segments; one that begins with the short name of a county has a place."""
        return [self._with_county(text, marks, segment) for segment in segments]

    def _with_county(self, text: str, marks: Marks, segment: Segment) -> Segment:
        if segment.codes:
            return segment
        words = text[segment.sector : segment.end]
        rest, codes = self.placed(text, marks, words, ())
        if not codes or not words.endswith(rest):
            return segment
        stem = len(words) - len(rest)
        return segment._replace(codes=codes, place_words=(words[:stem],), sector=segment.sector + stem)

    def _lies_in(self, code: str, codes: tuple[str, ...]) -> bool:
        above = {place.code for level in ABOVE if (place := self._gazetteer.above(code, level)) is not None}
        return code not in codes and not above.isdisjoint(codes)

    def _meant(self, text: str, marks: Marks, options: Sequence[str], rest: str) -> list[str]:
        """Of counties of one short name those that a text can mean where no place stands before it."""
        named = [code for code in options if self._gazetteer.places[code].name in text]
        near = [code for code in options if code[:PROVINCE] == marks.province]
        return named or near or ([*options] if rest in self._gazetteer.sectors else [])


def _bracketed(text: str, now: _Building, mark: Mark) -> bool:
    """Whether a mark stands in a parenthesis inside a name: 长三角(含江西)大飞机."""
    return text.rfind("(", now.start, mark.start) > text.rfind(")", now.start, mark.start)
