"""Amounts that each of several has: 甲、乙两家企业产值均超50亿元, x、y2个产业集群营收超500亿元."""

from kg.extract.attach import Attacher
from kg.extract.enterprises import EnterpriseMention
from kg.extract.figures import FigureFinder
from kg.extract.lexicon import Lexicon
from kg.extract.page import Found, Page, Subject
from kg.extract.quantity import Measure, Quantity

# The comparator of an amount that is passed.
MORE = ">="
# So many clusters of an enumeration pass an amount each; more pass it together.
FEWEST, MOST = 2, 3
RULE = "figure-of-each"


class EachFinder:
    """Finds whom of an enumeration each a number is said of."""

    def __init__(self, lexicon: Lexicon, figures: FigureFinder, attacher: Attacher) -> None:
        self._figures, self._attacher = figures, attacher
        self._all_of = lexicon.pattern("figures.change.each")
        self._met = lexicon.pattern("figures.status.met")

    def subjects(
        self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity, *, of_firms: bool
    ) -> list[Subject] | None:
        """Those of whom each the number is said; None where it is one's own, none at all where it is nobody's.

        `of_firms`: the clause names nobody else, so that they may be the firms that it enumerates.
        """
        meeting = self._meeting(page, found, clause, quantity)
        if meeting is not None:
            return meeting
        clusters = self._clusters(page, found, clause, quantity)
        return clusters or (self._firms(page, found, clause, quantity) if of_firms else []) or None

    def _meeting(self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity) -> list[Subject] | None:
        """The clusters that a clause lists behind the amount that each has: 营收超千亿元的有甲铜业、乙光伏等6个."""
        if quantity.measure is not Measure.MONEY:
            return None
        met = self._met.match(page.text, quantity.end, found.sentence.end)
        if met is None:
            return None
        # 超500亿元的有两个,分别是甲和乙: they stand in the next clause.
        end = found.clause_of(met.end())[1] if met.group("listed") else clause[1]
        listed = (item for item in found.clusters if quantity.end <= item.start < end)
        numbers = (page.cluster_of.get((item.start, item.end)) for item in listed)
        return [Subject("cluster", "", cluster=one, rule=RULE) for one in numbers if one is not None]

    def _clusters(self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity) -> list[Subject]:
        """The clusters of a counted enumeration all of which pass an amount: x、y2个产业集群营收超500亿元."""
        if quantity.measure is not Measure.MONEY or quantity.comparator != MORE:
            return []
        listed = [item for item in found.clusters if clause[0] <= item.start and item.end <= quantity.start]
        if len(listed) < FEWEST:
            return []
        said = self._attacher.number_of_them(page.text, listed[-1].end, quantity.start)
        count = int(self._figures.number(said) or 0) if said else 0
        all_there = FEWEST <= count <= min(MOST, len(listed))
        if not all_there or self._attacher.sums(page.text, listed[-1].end, quantity.start):
            return []
        numbers = (page.cluster_of.get((item.start, item.end)) for item in listed[-count:])
        return [Subject("cluster", "", cluster=one, rule=RULE) for one in numbers if one is not None]

    def _firms(self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity) -> list[Subject]:
        """The firms of an enumeration each of which the number is said of; none for another clause."""
        if self._all_of.search(page.text, clause[0], quantity.start) is None:
            return []
        if self._figures.order(page.text, clause[0], quantity.start) is not None:
            return []
        firms = [item for item in found.enterprises if item.end <= quantity.start]
        firms = [item for item in firms if clause[0] <= item.start] or _of_clause_before(found, clause, firms)
        if firms and self._all_of.search(page.text, firms[-1].end, quantity.start) is None:
            return []
        return [Subject("enterprise", item.name, rule=RULE) for item in firms if len(firms) > 1]


def _of_clause_before(found: Found, clause: tuple[int, int], firms: list[EnterpriseMention]) -> list[EnterpriseMention]:
    """The firms of the clause before, where that names no cluster: 甲、乙两家各有千秋,营收均在80亿元以上."""
    before = [(start, end) for start, end in found.clauses if end <= clause[0]]
    start = before[-1][0] if before else clause[0]
    named = any(start <= item.start < clause[1] for item in found.clusters)
    return [] if named else [item for item in firms if start <= item.start]
