"""Mentions of clusters: full names, names in enumerations that share a head, bare names, and words that point back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.cluster_names import ClusterNamer
from kg.extract.floors import FloorFinder
from kg.extract.gazetteer import Gazetteer
from kg.extract.joining import SegmentJoiner, is_known, run_of
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.names import LONGEST_SECTOR, SHORTEST_SECTOR, NameReader, Segment
from kg.extract.overlap import apart
from kg.extract.sentences import Sentence
from kg.extract.unheaded import REACH, REACH_BACK, UnheadedNames

LONGEST_LINE = 34
# With one or more of these a line may begin, but no name.
DASH = "-"
# So far before a name stands what makes it all clusters of a sector.
FURTHEST_ALL = 3
# So far before a verb of selection stand the adverbs that belong to it.
FURTHEST = 8
# An enumeration by places has so many parts before its last one.
FEWEST_PARTS = 2
PART_ENDS = ",;"


class ClusterFinder:
    """Finds mentions of clusters in a sentence."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._names = NameReader(lexicon, gazetteer)
        self._gazetteer = gazetteer
        heads = any_of(lexicon.words("clusters.heads")).pattern
        before = any_of(lexicon.words("clusters.not_before")).pattern
        self._head = re.compile(f"(?:{heads})(?!{before})")
        self._joiner = SegmentJoiner(lexicon, self._head)
        self._namer = ClusterNamer(lexicon, self._names)
        self._floors = FloorFinder(lexicon)
        self._unheaded = UnheadedNames(lexicon, self._names, self._joiner, self._namer, self._floors)
        self._anaphors = lexicon.words("clusters.anaphors")
        self._former = any_of(lexicon.words("clusters.anaphor_words"))
        self._latter = any_of(lexicon.words("clusters.anaphor_second"))
        self._planned = re.compile(f"(?:{any_of(lexicon.words('clusters.planned')).pattern})[^,;:\n]{{0,6}}$")
        self._denied = re.compile(f"(?:{any_of(lexicon.words('clusters.denied')).pattern})[^,;:\n]{{0,6}}$")
        self._number_before = lexicon.pattern("clusters.number_before")
        self._not_lines = lexicon.pattern("clusters.not_lines")
        self._said = re.compile(rf"[^\s{re.escape(lexicon.text('clusters.hard'))}]")
        self._level = any_of((lexicon.text("clusters.level"),))
        goes_on = any_of(lexicon.words("clusters.sector_goes_on")).pattern
        self._topics = re.compile(f"(?:{any_of(lexicon.words('clusters.sector_topics')).pattern})(?!{goes_on})")
        self._attribute = lexicon.text("clusters.attribute")
        self._collective = lexicon.pattern("clusters.collective")
        self._related = lexicon.any_of("clusters.related", "clusters.town_heads")
        self._definition = lexicon.pattern("clusters.definition")
        self._ranked = any_of(lexicon.words("clusters.particular"))
        self._headless = lexicon.any_of("clusters.sector_topics", "clusters.anaphor_words", "clusters.anaphor_second")
        self._industry = re.compile(f"(?:{any_of(lexicon.words('clusters.sector_tails')).pattern})$")
        self._separator = any_of(lexicon.words("clusters.separators"))
        self._town = any_of(lexicon.words("clusters.town_heads"))
        self._sized_count = lexicon.pattern("clusters.sized_count")
        self._all = any_of(lexicon.words("clusters.of_all"))
        self._of_all = re.compile(f"(?:{any_of(lexicon.words('clusters.of_all')).pattern})$")
        self._of_all_here = lexicon.pattern("clusters.of_all_here")
        self._becomes_before = lexicon.pattern("clusters.becomes_before")
        self._pointed = lexicon.words("clusters.pointed")
        self._becomes = lexicon.pattern("clusters.becomes")
        self._described_rest = lexicon.pattern("clusters.described_rest")
        self._formed = lexicon.pattern("clusters.formed")

    def speaks_of_clusters(self, text: str) -> bool:
        """Whether a text has the head of a cluster's name or a word for what makes one: most news is not read on."""
        return self._head.search(text) is not None or self._related.search(text) is not None

    def mentions(self, text: str, marks: Marks, sentence: Sentence) -> list[ClusterMention]:
        """All mentions in a sentence, in order."""
        found: list[ClusterMention] = []
        floor = sentence.body
        generic, first = False, None
        for head in self._head.finditer(text, sentence.body, sentence.end):
            line = sentence.bullet and floor == sentence.body and not text[head.end() : sentence.end].strip()
            here = list(self._before_head(text, marks, floor, head.start(), head.end(), line=line))
            here += self._unheaded.in_brackets(text, marks, head.end(), sentence.end)
            found.extend(here)
            generic = generic or all(item.form is Form.PLURAL for item in here)
            floor = head.end()
            first = first or head
        if generic and first is not None:
            after = list(self._unheaded.after(text, marks, sentence, first, found))
            found.extend(apart(after, found))
        if floor > sentence.body:
            selected = self._selected(text, marks, sentence, found)
            found = [item for item in found if not any(_covers(item, one) for one in selected)] + selected
        found += self._towns(text, marks, sentence)
        if self._headless.search(text, sentence.body, sentence.end):
            found.extend(self._sector_topics(text, marks, sentence))
            found.extend(self._pointing(text, sentence))
        found = self._with_neighbours(text, found) if len(found) > 1 else found
        if len(found) == 1 and self._is_heading(text, sentence, found[0]):
            found = [found[0]._replace(heading=True)]
        return sorted(found, key=_place) if len(found) > 1 else found

    def _with_neighbours(self, text: str, found: list[ClusterMention]) -> list[ClusterMention]:
        """The mentions; a name without a place beside a known one of an enumeration is as sure as that."""
        places = sorted(range(len(found)), key=lambda number: found[number].start)
        for before, after in (*pairwise(places), *pairwise(reversed(places))):
            one, other = found[before], found[after]
            first, last = sorted((one, other), key=_place)
            touching = self._separator.fullmatch(text, first.end, last.start) is not None
            if touching and one.form is other.form is Form.BARE and one.known_sector:
                found[after] = other._replace(known_sector=True)
        return found

    def _towns(self, text: str, marks: Marks, sentence: Sentence) -> Iterator[ClusterMention]:
        """The towns of one trade that are named with their place: 泽州铸造专业镇."""
        for head in self._town.finditer(text, sentence.body, sentence.end):
            start = self._floors.floor(text, marks, max(sentence.body, head.start() - REACH), head.start())
            for item in self._namer.items(text, marks, self._parts(text, marks, start, head.start())[-1:], Form.FULL):
                if item.known_sector:
                    yield item._replace(end=head.end(), name=text[item.start : head.end()])

    def _selected(
        self, text: str, marks: Marks, sentence: Sentence, taken: Sequence[ClusterMention]
    ) -> list[ClusterMention]:
        """Names without a head that were selected as clusters: 新河县新型电池产业入选省级特色产业集群名单."""
        found: list[ClusterMention] = []
        for verb in self._becomes.finditer(text, sentence.body, sentence.end):
            before = self._becomes_before.search(text, max(sentence.body, verb.start() - FURTHEST), verb.start())
            end = before.start() if before is not None else verb.start()
            start = self._floors.floor(text, marks, max(sentence.body, end - REACH), end)
            last = self._parts(text, marks, start, end)[-1]
            if any(last.start < item.end <= end for item in taken):
                continue
            if not last.codes:
                # x产业已成为沈阳首个千亿元产业集群: the place stands behind the verb.
                place = marks.at(verb.end())
                inside = place is not None and place.kind & Kind.PLACE and not self._is_wide(place.codes)
                last = last._replace(codes=place.codes) if place is not None and inside else last
            for item in self._namer.items(text, marks, [last], Form.ELIDED):
                sector = self._industry.sub("", item.sector)
                if sector and (item.known_sector or sector != item.sector):
                    found.append(item._replace(sector=sector))
        return found

    def _pointing(self, text: str, sentence: Sentence) -> Iterator[ClusterMention]:
        """The words that stand for the former or the latter cluster."""
        for pattern, form in ((self._former, Form.FORMER), (self._latter, Form.LATTER)):
            for word in pattern.finditer(text, sentence.body, sentence.end):
                yield ClusterMention(word.start(), word.end(), form, word.group(), "", (), known_sector=False)

    def _is_heading(self, text: str, sentence: Sentence, mention: ClusterMention) -> bool:
        """Whether a sentence says nothing besides a name."""
        before = self._said.search(text, sentence.body, mention.start)
        return before is None and self._said.search(text, mention.end, sentence.end) is None

    def _sector_topics(self, text: str, marks: Marks, sentence: Sentence) -> Iterator[ClusterMention]:
        """在电子信息领域: the sector as a word for its cluster."""
        for topic in self._topics.finditer(text, sentence.body, sentence.end):
            for mark in marks.within(max(sentence.body, topic.start() - LONGEST_SECTOR), topic.start()):
                if mark.kind & Kind.SECTOR and mark.end == topic.start():
                    yield ClusterMention(
                        mark.start, topic.end(), Form.SECTOR, mark.word, mark.word, (), known_sector=True
                    )

    def short_names(self, text: str, mentions: Iterable[ClusterMention]) -> dict[str, tuple[int, int]]:
        """The names that a text says to be short for a cluster, each with the place of its mention."""
        said = ((mention, self._definition.match(text, mention.end)) for mention in mentions)
        return {found.group("short"): (mention.start, mention.end) for mention, found in said if found is not None}

    def industries(self, text: str, sentence: Sentence, sectors: re.Pattern[str]) -> list[ClusterMention]:
        """The industries (南皮五金机电产业) of sectors that the lexicon does not know and the text has clusters of."""
        found = []
        for match in sectors.finditer(text, sentence.body, sentence.end):
            topic = self._topics.match(text, match.end(), sentence.end)
            if topic is not None:
                word = match.group()
                found.append(ClusterMention(match.start(), topic.end(), Form.SECTOR, word, word, (), known_sector=True))
        return found

    def of_line(self, text: str, marks: Marks, sentence: Sentence) -> list[ClusterMention]:
        """The cluster of a line that is a place and a sector without a head; for lines under a list's title."""
        if sentence.end - sentence.body > LONGEST_LINE:
            return []
        end = self._floors.trimmed(text, sentence.body, sentence.end)
        segments = self._joiner.whole(text, marks, self._names.segments(text, marks, sentence.body, end))
        if len(segments) != 1 or segments[0].start != sentence.body:
            return []
        if self._not_lines.search(text, sentence.body, end):
            return []
        return [mention for mention in self._namer.items(text, marks, segments, Form.LINE) if mention.known_sector]

    def _before_head(
        self, text: str, marks: Marks, floor: int, head: int, head_end: int, *, line: bool
    ) -> list[ClusterMention]:
        start = self._floors.floor(text, marks, max(floor, head - REACH), head)
        if text.endswith(self._anaphors, start, head):
            return [ClusterMention(head, head_end, Form.BACK, text[head:head_end], "", (), known_sector=False)]
        described = self._described_rest.search(text, max(floor, head - REACH), head)
        if described is not None:
            return self._of_described(text, marks, floor, described.start())
        end, shared, count = self._names.trimmed(text, marks, start, head)
        *before, last = self._names.segments(text, marks, start, end, whole=line)
        last = self._names.with_quoted_run(text, marks, last)
        segments = [*before, last]
        if last.start == last.end:
            whole = head == start or (start == head == floor) or (end == head and last.start == head)
            back = ClusterMention(head, head_end, Form.BACK, text[head:head_end], "", (), known_sector=False)
            return self._without_name(text, marks, start, back, count) or ([back] if whole and count is None else [])
        elided = shared or count is not None
        segments = self._names.with_counties(text, marks, segments)
        if count and sum(bool(segment.codes) for segment in segments) < count:
            segments = self._all_counted(text, marks, (start, end), count) or segments
        if len(segments) > 1:
            segments = (
                self._joiner.counted(text, marks, segments, count)
                if elided
                else self._joiner.whole(text, marks, segments)
            )
        if elided and not any(segment.codes for segment in segments):
            particular = count is not None or self._ranked.search(text, end, head_end) is not None
            particular = particular or self._formed.search(text, floor, segments[0].start) is not None
            exact = count == len(segments) and any(is_known(marks, segment) for segment in segments)
            named = self._namer.placeless(text, marks, segments, known=not exact) if particular else []
            return named + self._of_count_before(text, marks, floor, segments, count)
        segments = [*self._parts_before(text, marks, max(floor, head - REACH), segments[0]), *segments]
        run = run_of(segments)
        before = segments[: len(segments) - len(run)] if count and elided and len(segments) >= count else []
        found = self._namer.placeless(text, marks, before[-count:]) if before and count else []
        whole = elided and (bool(run[-1].codes) or is_known(marks, run[-1]))
        found += self._namer.items(text, marks, run if whole else run[:-1], Form.ELIDED)
        found += self._of_size(text, marks, segments)
        found += self._of_count_before(text, marks, floor, segments, count)
        found += () if elided else self._last(text, marks, segments[-1], head_end, start)
        return found

    def _parts(self, text: str, marks: Marks, start: int, end: int) -> list[Segment]:
        """The names of a stretch, each with its place."""
        segments = self._names.with_counties(text, marks, self._names.segments(text, marks, start, end))
        return self._joiner.whole(text, marks, segments)

    def _of_described(self, text: str, marks: Marks, floor: int, end: int) -> list[ClusterMention]:
        """The names of an enumeration that ends at `end`, before what describes its head: x、y等一批...的产业集群."""
        start = self._floors.floor(text, marks, max(floor, end - REACH), end)
        segments = self._parts(text, marks, start, end)
        if any(segment.codes for segment in segments):
            return list(self._namer.items(text, marks, run_of(segments), Form.ELIDED))
        return self._namer.placeless(text, marks, segments)

    def _parts_before(self, text: str, marks: Marks, floor: int, first: Segment) -> list[Segment]:
        """The segments of an enumeration by places, whose parts end with commas: A省x、y,B省z,C省w集群."""
        parts: list[list[Segment]] = []
        start = first.start
        while first.codes and start > floor and text[start - 1] in PART_ENDS:
            end = start - 1
            start = self._floors.floor(text, marks, floor, end)
            part = self._parts(text, marks, start, end)
            if not all(one.codes and one.sector < one.end for one in part):
                break
            parts.insert(0, part)
            if part[0].start != start:
                break
        return [one for part in parts for one in part] if len(parts) >= FEWEST_PARTS else []

    def _of_count_before(
        self, text: str, marks: Marks, floor: int, segments: list[Segment], count: int | None
    ) -> list[ClusterMention]:
        """The names of a counted enumeration before another one of the same head: x、y2个千亿级和z1个百亿级集群."""
        if not count or len(segments) <= count:
            return []
        before = segments[-count - 1]
        if self._sized_count.search(text, max(floor, before.start - REACH_BACK), before.end) is None:
            return []
        return self._before_head(text, marks, floor, before.end, before.end, line=False)

    def _of_size(self, text: str, marks: Marks, segments: list[Segment]) -> list[ClusterMention]:
        """Names without a place that each have a size before them: 千亿级绿色食品、百亿级预制菜产业集群."""
        if any(segment.codes or not self._joiner.is_sized(text, segment) for segment in segments):
            return []
        return self._namer.placeless(text, marks, segments[:-1], fewest=1)

    def _without_name(
        self, text: str, marks: Marks, start: int, head: ClusterMention, count: int | None
    ) -> list[ClusterMention]:
        """What a head without a name before it means: several clusters, or the one of a place (十堰的集群)."""
        if count is not None or self._is_of_all(text, start, head.start):
            quoted = self._unheaded.in_quotes(text, marks, start, count) if count is not None else []
            return quoted or [head._replace(form=Form.PLURAL)]
        place = marks.ending(head.start - 1) if text.startswith(self._attribute, head.start - 1) else None
        if place is None or not place.kind & Kind.PLACE or self._is_wide(place.codes):
            return []
        name = text[place.start : head.end]
        return [head._replace(start=place.start, form=Form.PLACE, name=name, codes=place.codes)]

    def _is_of_all(self, text: str, start: int, head: int) -> bool:
        """Whether all clusters of a place are meant: 各地的, 全省中小企业特色产业集群."""
        return (self._collective.search(text, start, head) or self._of_all_here.match(text, start, head)) is not None

    def _all_counted(self, text: str, marks: Marks, stretch: tuple[int, int], count: int) -> list[Segment]:
        """As many segments with a place as are counted, if characters that may be boundary words are taken for none."""
        segments = self._names.segments(text, marks, *stretch, whole=True)
        segments = self._names.with_counties(text, marks, segments)[-count:]
        return segments if len(segments) == count and all(segment.codes for segment in segments) else []

    def _last(self, text: str, marks: Marks, segment: Segment, head_end: int, floor: int) -> Iterator[ClusterMention]:
        while text.startswith(DASH, segment.start) and segment.start < segment.end:
            start = segment.start + len(DASH)
            segment = segment._replace(start=start, sector=max(segment.sector, start))
        name = text[segment.start : head_end]
        if segment.codes and self._level.match(text, segment.sector):
            return
        sector = self._names.sector_of(text[segment.sector : segment.end])
        sector, codes = self._names.placed(text, marks, sector, segment.codes)
        known = is_known(marks, segment)
        sector = sector[self._names.zone_before(sector) :] if codes else sector
        said = self._names.cities_after(text, marks, head_end) if sector and self._is_wide(codes) else ()
        partners = self._names.partners(text, marks, head_end)
        codes = (*(said or codes), *partners) if said or codes else ()
        if codes and sector:
            if len(sector) <= LONGEST_SECTOR:
                yield ClusterMention(segment.start, head_end, Form.FULL, name, sector, codes, known)
        elif segment.codes:
            yield ClusterMention(segment.start, head_end, Form.PLACE, name, "", segment.codes, known_sector=False)
        elif SHORTEST_SECTOR <= len(sector) <= LONGEST_SECTOR:
            planned = self._planned.search(text, max(floor - 12, 0), segment.start) is not None
            denied = self._denied.search(text, max(floor - 12, 0), segment.start) is not None
            printed = text[segment.start : segment.end]
            start = segment.start + (0 if self._names.town_before(printed) else printed.find(sector))
            if self._of_all.search(text, max(floor, start - FURTHEST_ALL), start) or self._all.match(text, start):
                return
            if self._number_before.search(text, max(floor, start - FURTHEST), start):
                yield ClusterMention(start, head_end, Form.PLURAL, name, "", (), known_sector=False)
                return
            if not known and text.endswith(self._pointed, max(floor, start - FURTHEST_ALL), start):
                # 这个黑色金属产业集群: the cluster of the text under another name.
                yield ClusterMention(start, head_end, Form.BACK, text[start:head_end], "", (), known_sector=False)
                return
            zone = self._names.zone_before(sector)
            bare = ClusterMention(
                start, head_end, Form.BARE, text[start:head_end], sector[zone:], (), known, planned, denied
            )._replace(partners=partners)
            yield self._untold(marks, bare) or bare._replace(zoned=zone > 0)

    def _untold(self, marks: Marks, bare: ClusterMention) -> ClusterMention | None:
        """The mention where it begins with a name of several places of which nothing in the text tells one."""
        mark = marks.at(bare.start)
        sector = bare.sector.removeprefix(mark.word) if mark is not None else bare.sector
        if mark is None or mark.word not in self._gazetteer.homonyms or sector in ("", bare.sector):
            return None
        return bare._replace(sector=sector, known_sector=sector in self._gazetteer.sectors, zoned=True, untold=True)

    def _is_wide(self, codes: tuple[str, ...]) -> bool:
        """Whether places are none, or so wide that the text may say which cities it means."""
        return not any(self._gazetteer.city(code) for code in codes)


def _covers(outer: ClusterMention, inner: ClusterMention) -> bool:
    return outer.start <= inner.start and inner.end < outer.end


def _place(mention: ClusterMention) -> tuple[int, int]:
    return mention.start, mention.end
