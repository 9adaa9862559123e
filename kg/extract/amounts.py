"""Figures with their subjects: for each quantity of a text whose it is."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest

from kg.extract.amount import Amount
from kg.extract.attach import SURE, Attacher
from kg.extract.cluster_counts import ClusterCountFinder
from kg.extract.cluster_mention import Form
from kg.extract.dating import Calendar, Dater
from kg.extract.each import EachFinder
from kg.extract.figures import FigureFinder
from kg.extract.gazetteer import holds
from kg.extract.items import Item, ItemFinder
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.openings import OF_SEVERAL
from kg.extract.page import OTHER, Found, Page, Subject
from kg.extract.periods import Periods
from kg.extract.quantity import Measure, Quantity
from kg.extract.tables import Cell
from kg.extract.topics import Topic

# Between the items of an enumeration.
ITEM_MARK = "\u3001"
# How a sentence names a cluster itself, not only its industry.
NAMED = frozenset((Form.FULL, Form.ELIDED, Form.LINE, Form.BARE, Form.BACK))
# The rules for what carries over from the sentence before, by kind of subject.
CARRIED = {
    "place": "figure-carried-place",
    "enterprise": "figure-carried-firm",
    "industry": "figure-of-industry",
}
# What is said of the firms of a trade in a place is said of its cluster.
OF_TRADE = "figure-of-trade"
# A heading heads so many lines.
LINES_HEADED = 3
# A clause that says no more than that something grew has so many characters before its number (同比增长5%).
BARE_GROWTH = 6
# What denies a number stands so many characters before it at most.
DENIED_REACH = 40
# A topic is sure for so many sentences.
NEAR_SENTENCES = 2


@dataclass(slots=True)
class _State:
    """What carries over from sentence to sentence, changed as they are read."""

    topic: Topic
    # Whether the text has words for several industries without names at all.
    several: bool = False
    money: str = ""
    line: int = -1
    place: Subject | None = None
    moneys: tuple[str, ...] = ()
    kept: str = ""
    # Whether the last sentence with a subject spoke of something else than a cluster or a place of the text.
    other: bool = False
    other_line: int = -1
    # Whether the last quantity but percentages counts things.
    counting: bool = False
    # The places by the number of all their clusters: 72个集群 means those of the province that was said to have 72.
    counted: dict[Decimal, Subject] = field(default_factory=dict)
    # The cluster under whose name a section stands, and the line of that heading.
    headed: int = -1
    headed_line: int = -1
    # Whom the clause under way speaks of, and what its sentence has given so far.
    subject: Subject | None = None
    done: list[Amount] = field(default_factory=list)
    calendar: Calendar = field(default_factory=Calendar)


class AmountFinder:
    """Attaches the quantities of a text."""

    def __init__(self, lexicon: Lexicon, figures: FigureFinder, attacher: Attacher, periods: Periods) -> None:
        self._figures, self._attacher, self._periods = figures, attacher, periods
        self._dater = Dater(lexicon, periods)
        self._items = ItemFinder(lexicon, attacher)
        self._each = EachFinder(lexicon, figures, attacher)
        self._counts = ClusterCountFinder(lexicon, figures, attacher)
        self._criterion = lexicon.pattern("figures.status.criterion_after")
        self._denied = lexicon.pattern("figures.status.denied_before")
        self._doubt = any_of(lexicon.words("figures.status.doubt"))
        numerals = (*lexicon.pairs("text.numerals.digits"), *lexicon.pairs("text.numerals.tens"))
        self._kind_of_firm = lexicon.pattern("figures.subjects.kind_of_firm")
        self._of_many = frozenset(lexicon.words("figures.subjects.of_many"))
        self._project = lexicon.pattern("figures.subjects.project")
        self._made = lexicon.pattern("figures.subjects.made_before")
        self._made_after = lexicon.pattern("figures.subjects.made_after")
        self._around = lexicon.pattern("figures.subjects.around")
        self._ranks = lexicon.pattern("figures.subjects.ranks")
        self._closers = lexicon.text("text.sentences.closers") + lexicon.text("text.sentences.ends").replace("?", " ")
        self._digit = re.compile(rf"[\d{''.join((*numerals, *lexicon.pairs('text.numerals.myriads')))}]")

    def amounts(self, page: Page, topics: list[Topic]) -> Iterator[Amount]:
        """The figures of a text. `topics` gives the topic at the beginning of each sentence."""
        state = _State(Topic(), several=self._attacher.names_several(page))
        asking = "?" in page.text
        for found in page.found:
            _begin(page, found, topics[found.number], state)
            if asking and (asked := self._figures.asked(page.text[found.sentence.start : found.sentence.end])):
                state.money = asked
            digit = self._digit.search(page.text, found.sentence.body, found.sentence.end)
            if digit is None and not page.cells:
                self._without_number(page, found, state)
                continue
            if (asking and self._asks(page, found)) or self._doubt.search(
                page.text, found.sentence.body, found.sentence.end
            ):
                continue
            cells = [cell for cell in page.cells if found.sentence.start <= cell.start < found.sentence.end]
            if cells:
                yield from self._of_cells(page, found, cells)
            elif digit is not None:
                yield from self._of_sentence(page, found, state)
                yield from self._of_clusters(page, found, digit.start(), state)
                state.topic = state.topic if state.done else _with_firm(state.topic, found)

    def _without_number(self, page: Page, found: Found, state: _State) -> None:
        """What a sentence without figures leaves to the next ones: its firm, if it speaks of that (这家公司)."""
        state.topic = _with_firm(state.topic, found)
        firm = state.topic.enterprise
        if firm and self._attacher.points_at_firm(page, found.sentence.body, found.sentence.end):
            state.place = Subject("enterprise", firm, rule="figure-enterprise")

    def _of_clusters(self, page: Page, found: Found, digit: int, state: _State) -> Iterator[Amount]:
        """The numbers of clusters of a sentence, apart from those that count something else."""
        told = {one.quantity.start for one in state.done}
        counted = (one for one in self._counts.counts(page, found, digit) if one.quantity.start not in told)
        for amount in {(one.quantity.start, one.subject.name): one for one in counted}.values():
            state.counted[amount.quantity.value] = amount.subject
            if self._counts.aims(page, found, amount.quantity.start):
                year = self._dater.year(page, found, amount.quantity, state.calendar)
                yield amount._replace(year=year, target=True)
            else:
                yield amount

    def _asks(self, page: Page, found: Found) -> bool:
        """Whether a sentence is a question: its numbers are not said to be so."""
        return page.text[found.sentence.start : found.sentence.end].rstrip(self._closers).endswith("?")

    def _of_sentence(self, page: Page, found: Found, state: _State) -> list[Amount]:
        quantities = self._figures.quantities(page.text, found.clauses)
        state.moneys, state.money = (), state.kept if state.money == "-" else state.money
        state.calendar.years, state.counting, state.subject, state.done = None, False, None, []
        for clause in found.clauses:
            here = [quantity for quantity in quantities if clause[0] <= quantity.start < clause[1]]
            self._of_clause(page, found, clause, here, state)
        subject = state.subject
        if subject is not None:
            state.place = subject if subject.kind in CARRIED and not _is_of_several(subject) else None
            state.other = subject.kind in ("other", "industry") and not _names_cluster(page, found, NAMED)
            state.other_line = found.sentence.line
        return state.done

    def _of_clause(
        self, page: Page, found: Found, clause: tuple[int, int], quantities: list[Quantity], state: _State
    ) -> None:
        """Attaches the quantities of a clause; what it says last is what the next one goes on with."""
        position, before, said = clause[0], None, state.subject
        for quantity, after in zip_longest(quantities, quantities[1:]):
            own = self._own(page, found, (position, clause[1]), quantity.start, state)
            own = own or self._next_item(page, quantity, state.done, clause)
            if own is OTHER and self._figures.is_share(quantity) and self._attacher.is_of_all(page, *clause):
                own = None  # 在全国总产值中约占9%: the share of the one spoken of
            item = Item(quantity, before, after)
            of_item = self._items.subject(page, found, clause, item, state.topic)
            before = quantity if of_item is None else self._items.counted(item)
            own = of_item or own
            subject = state.subject
            if self._attach(page, found, clause, before, own, state):
                position = quantity.end if own is None else position
            if of_item is OTHER:
                # An item on somebody else does not change of whom the clause speaks.
                state.subject = subject
        rest = self._own(page, found, (position, clause[1]), clause[1], state)
        aside = rest is OTHER and clause is not found.clauses[0] and self._attacher.is_of_all(page, *clause)
        state.subject = state.subject if aside else rest or state.subject
        if state.subject is OTHER and said is not None and self._is_counted_aside(page, clause, quantities):
            state.subject = said
        if state.subject is not None and state.subject.kind == "enterprise":
            state.topic = state.topic._replace(enterprise=state.subject.name)

    def _is_counted_aside(self, page: Page, clause: tuple[int, int], quantities: list[Quantity]) -> bool:
        """Whether a clause only counts firms of the whole world among others: 全球品牌药企2家,规上企业523家."""
        counts = bool(quantities) and all(one.measure is Measure.COUNT for one in quantities)
        return counts and quantities[-1].end == clause[1] and self._attacher.is_of_all(page, *clause)

    def _attach(
        self,
        page: Page,
        found: Found,
        clause: tuple[int, int],
        quantity: Quantity,
        own: Subject | None,
        state: _State,
    ) -> bool:
        """Attaches a quantity to whom its clause names, else to whom the text speaks of; False if it says nothing."""
        of_part = own is None and self._of_part(page, clause, quantity)
        if of_part and self._figures.is_part(page.text[clause[0] : quantity.start].lstrip()):
            own = OTHER
        if self._says_nothing(page, found, clause, quantity):
            return False
        if self._is_part_of_another(page, clause, quantity, state.done):
            return False
        if own is None and quantity.measure is Measure.COUNT and _is_of_several(state.subject):
            own = OTHER
        state.subject = self._in_order(page, found, clause, quantity, state.topic) or own or state.subject
        whose = self._whose(page, found, clause, quantity, state)
        whose = self._of_section(page, whose, state.headed)
        place, whose = whose, self._as_cluster(page, found, whose, quantity)
        if place is not None and whose is not None and whose.rule == OF_TRADE:
            opens = self._attacher.stand_ins.opens_with_trade(page, place, clause[0], whose.cluster)
            state.subject = whose if opens else state.subject
        if of_part and whose is not None:
            whose = whose._replace(rule="figure-of-part")
        each = self._each.subjects(page, found, clause, quantity, of_firms=own in (OTHER, None))
        if each is not None and not each:
            return False
        for one in each or (whose,):
            amount = self._amount(page, found, clause, quantity, one, state)
            state.done += [amount] if amount is not None else []
        return True

    def _own(self, page: Page, found: Found, part: tuple[int, int], limit: int, state: _State) -> Subject | None:
        """The subject that a part of a clause names; for all the clusters of a place that was counted, that place."""
        own = self._attacher.clause_subject(page, found, part, limit, state.topic)
        if own not in (None, OTHER):
            return own
        start, _ = found.clause_of(part[0])
        if own is OTHER and state.headed >= 0 and self._attacher.homes.is_town(page, start, limit):
            return Subject("cluster", "", cluster=state.headed, rule="figure-carried-paragraph")
        all_of = self._counts.of_all(page.text, start, limit, state.counted) if own is OTHER and state.counted else None
        return all_of or (self._attacher.together(page, start, limit) if state.several else None) or own

    def _is_part_of_another(self, page: Page, clause: tuple[int, int], quantity: Quantity, done: list[Amount]) -> bool:
        """Whether a number is a part of the one before it: 企业652家,其中中小企业648家; 产值9亿元(其中出口2亿元)."""
        if quantity.measure is Measure.MONEY:
            return self._figures.is_part_aside(page.text, clause[0], quantity.start)
        if quantity.measure is not Measure.COUNT or not done or quantity.indicator != done[-1].quantity.indicator:
            return False
        return self._kind_of_firm.match(page.text, clause[0], quantity.start) is not None

    def _next_item(self, page: Page, quantity: Quantity, done: list[Amount], clause: tuple[int, int]) -> Subject | None:
        """Somebody else, where a number begins an item of its own: A产值300亿元、电池产业规模200亿元."""
        last = done[-1].quantity.end if done else 0
        stretch = page.text[last : quantity.start] if last > clause[0] else ""
        return OTHER if stretch.startswith(ITEM_MARK) and self._figures.qualified(stretch[1:]) else None

    def _of_part(self, page: Page, clause: tuple[int, int], quantity: Quantity) -> bool:
        """Whether an amount of money is that of something unknown that its clause names (其中电池产值300亿元)."""
        if quantity.measure is not Measure.MONEY:
            return False
        return self._figures.qualified(page.text[clause[0] : quantity.start].lstrip())

    def _of_cells(self, page: Page, found: Found, cells: list[Cell]) -> Iterator[Amount]:
        """The figures of a table's row: those of the one cluster that the row names."""
        numbers = {page.cluster_of.get((item.start, item.end)) for item in found.clusters} - {None}
        number = numbers.pop() if len(numbers) == 1 else None
        if number is None:
            return
        subject = Subject("cluster", "", cluster=number, rule="figure-in-table")
        for cell in cells:
            quantity = self._figures.of_cell(cell.heading, page.text[cell.start : cell.end])
            if quantity is None or quantity.indicator in ("", "-"):
                continue
            years = self._periods.years(cell.heading, 0, len(cell.heading), page.year)
            target = bool(self._periods.is_target(cell.heading))
            quantity = quantity._replace(start=cell.start, end=cell.end)
            year = years[-1].value if years else None
            yield Amount(quantity, subject, year, target, found.number, subject.rule)

    def _in_order(
        self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity, topic: Topic
    ) -> Subject | None:
        """The cluster whose number it is in A集群、B集群营收分别为512亿元、345亿元."""
        order = self._figures.order(page.text, clause[0], quantity.start)
        if order is None:
            return None
        # 同比分别增长4.4%、12.7% goes on about the subjects of a clause before.
        starts = [item.start for item in found.clusters] + [item.start for item in found.enterprises]
        named = any(clause[0] <= start < quantity.start for start in starts)
        since = clause[0] if named else found.sentence.start
        subjects = [
            (item.start, Subject("cluster", "", cluster=number, rule="figure-beside-subject"))
            for item in found.clusters
            if since <= item.start < quantity.start
            and (number := page.cluster_of.get((item.start, item.end))) is not None
        ]
        if not subjects:
            subjects = [
                (item.start, Subject("enterprise", item.name, rule="figure-enterprise"))
                for item in found.enterprises
                if since <= item.start < quantity.start
            ]
        if not subjects and any(item.form is Form.PLURAL and item.end <= quantity.start for item in found.clusters):
            subjects = [(0, Subject("cluster", "", cluster=number, rule="figure-of-pair")) for number in topic.pair]
        if len(subjects) <= max(order, 1):
            before = [one for one in found.clauses if one[0] < clause[0]][-1:]
            industries = self._attacher.industries(page, clause[0], quantity.start) or [
                item for one in before for item in self._attacher.industries(page, *one)
            ]
            subjects = [(0, _cluster_of_sector(page, item)) for item in industries]
        return subjects[order][1] if len(subjects) > 1 and order < len(subjects) else None

    def _whose(
        self,
        page: Page,
        found: Found,
        clause: tuple[int, int],
        quantity: Quantity,
        state: _State,
    ) -> Subject | None:
        subject = state.subject
        if self._figures.is_share(quantity) and (maker := self._attacher.maker(page, quantity.end, found.sentence.end)):
            return maker
        inside = self._attacher.in_parentheses(page, found, clause[0], quantity.start)
        if inside is not None and inside is not OTHER:
            return inside
        if subject is not None and subject.kind == "place":
            described = self._attacher.described_next(page, found, quantity.end)
            if described is not None:
                return Subject("cluster", "", cluster=described, rule="figure-before-subject")
        if subject is not None and (subject.kind == "cluster" or not self._made_of(page, clause, quantity)):
            return subject
        described = self._attacher.described(page, found, quantity.end, found.sentence.end)
        if described is not None:
            return Subject("cluster", "", cluster=described, rule="figure-before-subject")
        return subject or self._carried(page, found, quantity, state)

    def _says_nothing(self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity) -> bool:
        """Whether a number is denied, only says what is counted, or counts firms just named (甲、乙、丙3家企业)."""
        if self._denied.search(page.text, max(found.sentence.start, quantity.start - DENIED_REACH), quantity.start):
            return True
        if quantity.measure is Measure.COUNT:
            return any(item.end == quantity.start for item in found.enterprises)
        return self._criterion.match(page.text, quantity.end) is not None

    def _made_of(self, page: Page, clause: tuple[int, int], quantity: Quantity) -> bool:
        """Whether a number is in what describes what follows: 以200多家企业为主的x产业集群."""
        made = self._made.search(page.text, clause[0], quantity.start) is not None
        return made and self._made_after.match(page.text, quantity.end, clause[1]) is not None

    def _carried(self, page: Page, found: Found, quantity: Quantity, state: _State) -> Subject | None:
        """Whose a number is whose sentence names nobody: that of those before it, unless it speaks of a project."""
        if self._project.search(page.text, found.sentence.start, quantity.start):
            return OTHER
        if state.place is not None:
            return state.place._replace(rule=CARRIED[state.place.kind])
        if state.other and not (quantity.measure is not Measure.PERCENT and self._begins_anew(page, found, state)):
            return OTHER
        if state.topic.focus is not None:
            near = self._is_near(page, found, state.topic.focus)
            rule = "figure-carried-paragraph" if near else "figure-carried-far"
            return Subject("cluster", "", cluster=state.topic.focus, rule=rule)
        return None if page.places else page.zone or page.home

    @staticmethod
    def _begins_anew(page: Page, found: Found, state: _State) -> bool:
        """Whether a text about one cluster comes back to it in a new paragraph after one on something else."""
        return page.about is not None and found.sentence.line != state.other_line

    @staticmethod
    def _of_section(page: Page, whose: Subject | None, headed: int) -> Subject | None:
        """The cluster with whose name a section is headed, where a sentence of it goes on about its place."""
        if whose is None or headed < 0 or whose.rule != CARRIED["place"] or not whose.code:
            return whose
        inside = any(holds(whose.code, own) or holds(own, whose.code) for own in page.places[headed])
        return Subject("cluster", "", cluster=headed, rule="figure-carried-paragraph") if inside else whose

    def _as_cluster(self, page: Page, found: Found, whose: Subject | None, quantity: Quantity) -> Subject | None:
        """A place that a sentence ranks among others stands for its cluster (徐州最大,营业收入1450亿元)."""
        if whose is None or whose.rule not in ("figure-place", "figure-carried-place", "figure-here"):
            return whose
        if quantity.indicator in self._of_many:
            span = (found.clause_of(quantity.start)[0], quantity.end)
            trade = self._attacher.stand_ins.cluster_of_trade(page, whose, span, found.sentence.end)
            if trade is not None:
                return Subject("cluster", "", cluster=trade, rule=OF_TRADE)
        if whose.rule != "figure-place":
            return whose
        after = page.text.find(whose.name, found.sentence.start, quantity.start) + len(whose.name)
        growth = self._figures.is_growth(quantity) and self._attacher.stand_ins.stands_for_cluster(page, found, whose)
        stands = growth or self._ranks.match(page.text, after)
        number = self._attacher.stand_ins.cluster_of_place(page, (whose.code,)) if stands else None
        return whose if number is None else Subject("cluster", "", cluster=number, rule="figure-ranked-place")

    def _is_near(self, page: Page, found: Found, number: int) -> bool:
        """Whether the topic is the only cluster of the text, or a sentence not far before names it."""
        if len(set(page.cluster_of.values())) == 1:
            return True
        before = page.found[max(0, found.number - NEAR_SENTENCES) : found.number]
        return any(page.cluster_of.get((item.start, item.end)) == number for one in before for item in one.clusters)

    def _amount(
        self,
        page: Page,
        found: Found,
        clause: tuple[int, int],
        quantity: Quantity,
        whose: Subject | None,
        state: _State,
    ) -> Amount | None:
        indicator = quantity.indicator
        if whose is not None and whose.kind == "enterprise" and indicator in self._of_many:
            whose = self._gathered(page, found, clause, quantity, state)
        rule = "" if whose is None else whose.rule
        if quantity.measure is Measure.MONEY and not indicator and state.money not in ("", "-"):
            indicator, rule = state.money, "indicator-inherited"
        if quantity.measure is not Measure.PERCENT:
            state.counting = quantity.measure is Measure.COUNT
        if quantity.measure is Measure.MONEY and indicator:
            state.money, state.moneys = indicator, (*state.moneys, indicator)
            state.kept = state.kept if indicator == "-" else indicator
        if self._figures.is_growth(quantity) and not self._grows(page, clause, quantity, state):
            indicator = "-"
        year = self._dater.year(page, found, quantity, state.calendar)
        if whose is None or whose.kind == "other" or indicator in ("", "-") or quantity.change:
            return None
        if not quantity.certain and rule != "indicator-inherited":
            rule = "indicator-elsewhere" if rule in ("figure-beside-subject", "figure-before-subject") else rule
        target, year = self._dater.target(page, found, quantity, year)
        if quantity.indicator != indicator:
            quantity = quantity._replace(indicator=indicator)
        return Amount(quantity, whose, year, target, found.number, rule)

    def _gathered(
        self, page: Page, found: Found, clause: tuple[int, int], quantity: Quantity, state: _State
    ) -> Subject | None:
        """The cluster in which so many firms gather around one: 链主企业中国一拖,集聚了规模以上企业160余家."""
        focus = state.topic.focus
        named = any(clause[0] <= item.start < quantity.start for item in found.enterprises)
        if focus is None or (named and self._around.search(page.text, clause[0], quantity.start) is None):
            return None
        return Subject("cluster", "", cluster=focus, rule="figure-carried-paragraph")

    def _grows(self, page: Page, clause: tuple[int, int], quantity: Quantity, state: _State) -> bool:
        """Whether a growth rate is that of an indicator whose growth counts: the one named with it, else before it."""
        if self._figures.names_money(page.text[clause[0] : quantity.start]):
            return True
        if state.counting and quantity.start - clause[0] <= BARE_GROWTH:
            return False
        order = self._figures.order(page.text, clause[0], quantity.start)
        if order is not None and order < len(state.moneys):
            return self._figures.grows(state.moneys[order])
        return self._figures.grows(state.money)


def _begin(page: Page, found: Found, topic: Topic, state: _State) -> None:
    """What carries over to a sentence whose topic is this one."""
    sentence = found.sentence
    state.topic = topic._replace(enterprise=state.topic.enterprise)
    state.other = state.other and not _names_cluster(page, found)
    heading = next((page.cluster_of.get((one.start, one.end)) for one in found.clusters if one.heading), None)
    if heading is not None:
        state.headed, state.headed_line = heading, sentence.line
    elif sentence.line > state.headed_line + LINES_HEADED:
        state.headed = -1
    if sentence.line != state.line:
        state.calendar.year, state.line, state.place = None, sentence.line, None


def _is_of_several(subject: Subject | None) -> bool:
    """Whether somebody is several industries together, of which only what is said right there is said."""
    return subject is not None and subject.rule == OF_SEVERAL


def _cluster_of_sector(page: Page, industry: Subject) -> Subject:
    """The only cluster of a text whose sector an industry is called by, else the industry."""
    numbers = [number for number, sector in enumerate(page.sectors) if sector == industry.name]
    return Subject("cluster", "", cluster=numbers[0], rule="figure-beside-subject") if len(numbers) == 1 else industry


def _names_cluster(page: Page, found: Found, forms: Collection[Form] = frozenset(Form)) -> bool:
    return any((item.start, item.end) in page.cluster_of and item.form in forms for item in found.clusters)


def _with_firm(topic: Topic, found: Found) -> Topic:
    """The topic after a sentence without figures: the last firm that it names is the one that 该公司 means."""
    firms = [item for item in found.enterprises if item.confidence >= SURE]
    return topic._replace(enterprise=firms[-1].name) if firms else topic
