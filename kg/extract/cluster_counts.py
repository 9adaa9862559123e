"""How many clusters a place has: 山东有7个产业集群入选, 将下列5个集群列入浙江省...名单, 全市省级集群达到3个."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kg.extract.amount import Amount
from kg.extract.attach import OF_ALL, Attacher
from kg.extract.cluster_mention import Form
from kg.extract.figures import FigureFinder
from kg.extract.gazetteer import holds
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Mark
from kg.extract.page import Found, Page, Subject
from kg.extract.quantity import Measure, Quantity

# A place stands so many characters before the number of its clusters, and a word that lists them right before it.
PLACE_REACH, LISTED_REACH = 14, 4
# A word that says how large the clusters are stands so many characters before their number.
LARGE_REACH = 8
# A number of clusters may be that of a place that one of so many sentences before opens with.
SENTENCES_BACK = 3
# It opens one of so many first clauses there.
CLAUSES_READ = 3
# So ends the code of a province (GB/T 2260).
OF_PROVINCE = "0000"
# A single cluster is no count.
FEWEST = 2
RULE = "cluster-count"


class ClusterCountFinder:
    """Finds numbers of clusters."""

    def __init__(self, lexicon: Lexicon, figures: FigureFinder, attacher: Attacher) -> None:
        self._figures, self._attacher = figures, attacher
        self._key = lexicon.text("figures.clusters.key")
        self._large_key = lexicon.text("figures.clusters.large_key")
        self._large = any_of(lexicon.words("figures.clusters.large"))
        self._unit = lexicon.text("figures.clusters.unit")
        self._count = lexicon.pattern("figures.clusters.pattern")
        self._number_after = lexicon.pattern("figures.clusters.number_after")
        self._clusters = any_of(lexicon.words("clusters.heads"))
        self._verbs = re.compile(f"(?:{any_of(lexicon.words('figures.clusters.verbs')).pattern})*")
        self._had = re.compile(f"(?:{any_of(lexicon.words('figures.clusters.verbs')).pattern})$")
        self._listed = any_of(lexicon.words("figures.clusters.listed"))
        whole = lexicon.any_of("figures.subjects.here", "figures.subjects.here_province").pattern
        self._whole = re.compile(f"(?P<whole>{whole}){self._verbs.pattern}$")
        self._nation = re.compile(
            f"(?:{any_of(lexicon.words('figures.subjects.whole')).pattern}){self._verbs.pattern}$"
        )
        self._nationwide = lexicon.any_of("figures.subjects.whole", "figures.clusters.nationwide")
        self._size = lexicon.pattern("figures.clusters.size")
        self._aims = lexicon.pattern("figures.clusters.aims")
        self._there = any_of(lexicon.words("figures.status.actual"))
        self._aimed = lexicon.pattern("figures.clusters.aimed")
        self._sized = lexicon.pattern("figures.clusters.sized")
        self._carries = lexicon.pattern("figures.clusters.carries")
        self._level = lexicon.pattern("figures.clusters.level")
        self._pointing = any_of(lexicon.words("figures.clusters.pointing"))
        self._some = lexicon.pattern("figures.clusters.some_before")
        self._one_after = lexicon.pattern("figures.clusters.one_after")
        self._naming = lexicon.text("figures.clusters.naming")
        self._each_of = lexicon.pattern("figures.clusters.each_of")
        self._elided = lexicon.pattern("figures.clusters.elided")

    def counts(self, page: Page, found: Found, digit: int) -> Iterator[Amount]:
        """The numbers of clusters that a sentence gives, each with its place; its first digit stands at `digit`."""
        text, sentence = page.text, found.sentence
        place: Subject | None = None
        for match in self._count.finditer(text, digit, sentence.end):
            if self._nation.search(text, max(sentence.body, match.start() - LISTED_REACH), match.start()):
                continue
            if self._some.search(text, sentence.body, match.start()):
                continue
            each = self._each(page, found, match.start())
            place = each[-1] if each else self._of_number(page, found, match, place)
            fewest = self._fewest(text, match) if each else FEWEST
            for one in each or (place,):
                yield from self._amount(page, found, match, match.span(), one, fewest=fewest)
        if self._number_after.search(text, sentence.body, sentence.end) is not None:
            yield from self._after(page, found, place)
        yield from self._of_sizes(page, found, place)

    def _fewest(self, text: str, match: re.Match[str]) -> int:
        """How few clusters of each place are counted: one only where nothing more is said of it."""
        return 1 if self._one_after.match(text, match.end()) else FEWEST

    def _of_number(self, page: Page, found: Found, match: re.Match[str], before: Subject | None) -> Subject | None:
        """The place of a number of clusters; that of the number `before` for a part of it, else one told before."""
        sized = before is not None and self._size.search(match.group("noun") or "") is not None
        place = self._place(page, found, match) or (before if sized or self._goes_on(page, match) else None)
        if place is None and match.group("noun") and self._had.search(page.text, found.sentence.body, match.start()):
            return self._told_before(page, found, match.start())
        return place

    def _of_sizes(self, page: Page, found: Found, place: Subject | None) -> Iterator[Amount]:
        """The numbers of clusters of a size, `place` being that of the number before them."""
        for match in self._sized.finditer(page.text, found.sentence.body, found.sentence.end):
            if self._clusters.search(page.text, found.sentence.body, match.start()) is not None:
                place = place or self._clause_before(page, found, match.start())
                place = place or self._told_before(page, found, match.start())
                yield from self._amount(page, found, match, (match.start("count"), match.end()), place)

    def _after(self, page: Page, found: Found, place: Subject | None) -> Iterator[Amount]:
        """The numbers after the word for clusters, `place` being that of the number before them."""
        text = page.text
        for start, end in found.clauses:
            for match in self._number_after.finditer(text, start, end):
                own = self._whole_at(page, start, match.start())
                own = own or self._attacher.place_at(page, found, start, match.start()) or self._opening(page, start)
                part = self._figures.is_part(text[start : match.start()].lstrip())
                part = part or self._carries.match(text, start, match.start()) is not None
                place = own or (place if part else None) or self._clause_before(page, found, start)
                place = place or self._told_before(page, found, match.start())
                yield from self._amount(page, found, match, (match.start("count"), match.end()), place)

    def _told_before(self, page: Page, found: Found, position: int) -> Subject | None:
        """The place that a sentence not far before opens with, where the one with the number names none."""
        text, body = page.text, found.sentence.body
        if any(mark.kind & Kind.PLACE for mark in page.marks.within(body, position)):
            return None
        for one in (found, *reversed(page.found[max(0, found.number - SENTENCES_BACK) : found.number])):
            end = position if one is found else one.sentence.end
            if self._nationwide.search(text, one.sentence.body, end):
                return None
            first = [start for start, _ in one.clauses[:CLAUSES_READ] if start <= end]
            place = self._opening_of(page, first, end)
            if place is not None:
                # 省级产业集群已有14个 in the text of a city: perhaps those of the province.
                level = self._level.match(text, found.clause_of(position)[0], position)
                above = level is not None and level.group("province") and not place.code.endswith(OF_PROVINCE)
                return None if above else place
        return None

    def aims(self, page: Page, found: Found, position: int) -> bool:
        """Whether a number of clusters is aimed at: 到2027年重点建设50个, also by what its paragraph says before."""
        sentence = found.sentence
        if self._aimed.search(page.text, sentence.body, position) is not None:
            return True
        if self._there.search(page.text, sentence.body, position) is not None:
            return False
        before = page.found[max(0, found.number - SENTENCES_BACK) : found.number]
        stretches = (one.sentence for one in before if one.sentence.line == sentence.line)
        return any(self._aims.search(page.text, one.body, one.end) is not None for one in stretches)

    def of_all(self, text: str, start: int, limit: int, counted: Mapping[Decimal, Subject]) -> Subject | None:
        """The place all of whose clusters a clause speaks of, by their number as it was counted before."""
        pointing = self._pointing.match(text, start, limit)
        match = self._count.match(text, start if pointing is None else pointing.end(), limit)
        value = self._figures.number(match.group("count")) if match is not None and match.group("noun") else None
        place = counted.get(value) if value is not None else None
        return None if place is None else place._replace(rule=OF_ALL)

    def _amount(
        self,
        page: Page,
        found: Found,
        match: re.Match[str],
        span: tuple[int, int],
        place: Subject | None,
        *,
        fewest: int = FEWEST,
    ) -> Iterator[Amount]:
        value = self._figures.number(match.group("count"))
        if place is not None and value is not None and value >= fewest:
            said = page.text[max(found.sentence.body, match.start() - LARGE_REACH) : span[1]]
            key = self._large_key if self._large.search(said) else self._key
            more = match.end("count") < match.start("unit")  # 40多个
            quantity = Quantity(*span, value, self._unit, Measure.COUNT, ">=" if more else "=", key)
            yield Amount(quantity, place, None, target=False, sentence=found.number, rule=RULE)

    def _place(self, page: Page, found: Found, match: re.Match[str]) -> Subject | None:
        """The place of a number of clusters: before it, else that of the list or of all clusters that it counts."""
        start, body = match.start(), found.sentence.body
        before = self._place_before(page, found, start)
        if before is not None:
            return before
        if (said := self._whole.search(page.text, max(body, start - PLACE_REACH), start)) is not None:
            return self._attacher.homes.whole_at(page, said.start("whole"), start)
        elided = self._elided.search(page.text, max(body, start - LISTED_REACH), start) is not None
        if elided or self._listed.search(page.text, max(body, start - LISTED_REACH), start):
            place = self._place_of_list(page, found) or (self._place_of_all(page, found, start) if elided else None)
            if place is not None:
                return place
        if not match.group("noun"):
            return None
        clause, _ = found.clause_of(start)
        whole = self._whole_at(page, clause, start)
        place = whole or self._attacher.place_at(page, found, clause, start)
        counted = {code for item in found.clusters if item.end <= start for code in item.codes}
        if place is None and not counted:
            named = match.group("unit") in self._naming and not elided
            return self._place_of_list(page, found) or (None if named else self._clause_before(page, found, start))
        held = place is not None and (whole or all(holds(place.code, code) for code in counted))
        return place if held else None

    def _whole_at(self, page: Page, start: int, limit: int) -> Subject | None:
        """The place with whose word a stretch begins (全省), or whose level its clusters have (省级集群已有14个)."""
        whole = self._attacher.homes.whole_at(page, start, limit)
        level = self._level.match(page.text, start, limit) if whole is None else None
        if level is None:
            return whole
        if level.group("city"):
            return page.homes.get(level.group("city"))
        # In the text of a city they may be those of the province or those that the city has of them.
        return None if page.homes else page.home_province

    def _each(self, page: Page, found: Found, position: int) -> list[Subject]:
        """The places of an enumeration each of which has the number: 漳州、龙岩各有2个集群."""
        each = self._each_of.search(page.text, max(found.sentence.body, position - PLACE_REACH), position)
        end = each.start() if each is not None else -1
        places: list[Subject] = []
        while end > found.sentence.body:
            mark = page.marks.ending(end)
            place = self._attacher.place(mark) if mark is not None and mark.kind & Kind.PLACE else None
            if mark is None or place is None:
                break
            places.insert(0, place)
            joint = page.marks.ending(mark.start)
            end = joint.start if joint is not None and joint.kind & Kind.JOINT else -1
        return places

    def _clause_before(self, page: Page, found: Found, position: int) -> Subject | None:
        """The place with which the nearest clause before a position begins."""
        return self._opening_of(page, [start for start, _ in found.clauses if start <= position], position)

    def _opening_of(self, page: Page, starts: Sequence[int], position: int) -> Subject | None:
        """The place with which the last of some clauses begins that begins with one."""
        places = (
            self._opening(page, start) or self._whole_at(page, start, position)
            for start in reversed(starts)
            if not self._begins_several(page, start)
        )
        return next((place for place in places if place is not None), None)

    @staticmethod
    def _begins_several(page: Page, start: int) -> bool:
        """Whether a place at the beginning of a clause is the first of several: 洛阳、新乡的两个集群."""
        mark = page.marks.at(start)
        joint = page.marks.at(mark.end) if mark is not None else None
        after = page.marks.at(joint.end) if joint is not None and joint.kind & Kind.JOINT else None
        return after is not None and after.kind & Kind.PLACE != 0

    def _goes_on(self, page: Page, match: re.Match[str]) -> bool:
        """Whether a number is a part of the one before it in its sentence: 达到16个,其中国家级4个."""
        return self._figures.is_part(page.text[max(0, match.start() - PLACE_REACH) : match.start()].lstrip())

    def _place_before(self, page: Page, found: Found, position: int) -> Subject | None:
        """The place whose number of clusters begins at `position`; none for the last of several (济南和烟台的...)."""
        marks = page.marks.within(max(found.sentence.body, position - PLACE_REACH), position)
        for index in range(len(marks) - 1, -1, -1):
            mark = marks[index]
            if mark.kind & Kind.PLACE and self._verbs.fullmatch(page.text, mark.end, position):
                return None if _is_joined(marks, index) else self._attacher.place(mark)
        return None

    def _opening(self, page: Page, start: int) -> Subject | None:
        """The place with which a clause begins, also where the name of its clusters does (浙江省产业集群增至33个)."""
        mark = page.marks.at(start)
        if mark is not None and mark.kind & Kind.ISSUER:
            return self._attacher.place_of_issuer(mark)
        return self._attacher.place(mark) if mark is not None and mark.kind & Kind.PLACE else None

    def _place_of_list(self, page: Page, found: Found) -> Subject | None:
        """The place with which the name of a list of the sentence begins; a year may stand before it."""
        for item in found.lists:
            for mark in page.marks.within(item.start, item.end):
                if mark.kind & Kind.PLACE:
                    return self._attacher.place(mark)
        return None

    def _place_of_all(self, page: Page, found: Found, position: int) -> Subject | None:
        """What all clusters of an elided list right before `position` lie in (武汉市x、y和z等3个产业集群)."""
        elided = [item for item in found.clusters if item.form is Form.ELIDED and item.end <= position]
        codes = {item.codes for item in elided}
        if len(elided) < FEWEST or len(codes) != 1:
            return self._attacher.homes.common_place(page, [code for item in elided for code in item.codes])
        for mark in page.marks.within(elided[0].start, elided[0].end):
            if mark.kind & Kind.PLACE and mark.codes == elided[0].codes:
                return self._attacher.place(mark)
        return None


def _is_joined(marks: Sequence[Mark], index: int) -> bool:
    """Whether a place is joined to the one before it, so that a number after them is not its own."""
    *_, before, joint, place = (None, None, *marks[: index + 1])
    if before is None or joint is None or place is None:
        return False
    touching = before.end == joint.start and joint.end == place.start
    return touching and joint.kind & Kind.JOINT != 0 and before.kind & Kind.PLACE != 0
