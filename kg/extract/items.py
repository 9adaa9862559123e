"""The items of an enumeration, each with its number: 合肥市699亿元、滁州市626亿元和安庆市554亿元."""

import re
from typing import NamedTuple

from kg.extract.attach import Attacher
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.page import OTHER, Found, Page, Subject
from kg.extract.quantity import Measure, Quantity
from kg.extract.topics import Topic

# After the number of an item what it counts has so many characters at most (120家规上企业、).
NOUN_REACH = 8


class Item(NamedTuple):
    """A quantity between those before and after it in its clause."""

    quantity: Quantity
    before: Quantity | None = None
    after: Quantity | None = None


class ItemFinder:
    """Finds whom an item of an enumeration names."""

    def __init__(self, lexicon: Lexicon, attacher: Attacher) -> None:
        self._attacher = attacher
        joints = any_of(lexicon.words("clusters.joints")).pattern
        self._joint = re.compile(f"[^,;:\\d]{{0,{NOUN_REACH}}}?(?:{joints})")

    def subject(self, page: Page, found: Found, clause: tuple[int, int], item: Item, topic: Topic) -> Subject | None:
        """Whom the words of an item before its number name; None where it is no item or names nobody."""
        start, limit = self._start(page, item), item.quantity.start
        named = None
        if start is not None:
            named = self._attacher.clause_subject(page, found, (start, clause[1]), limit, topic)
        if named is OTHER and item.quantity.measure is Measure.PERCENT:
            # 占全国产量的65%、全球产量的33%: the share of the one before.
            return None
        if named is None and (start is not None or self._goes_on(page, item) or item.quantity.measure is Measure.MONEY):
            return self._attacher.beside(page, found, clause[0], limit)
        return named

    def _start(self, page: Page, item: Item) -> int | None:
        """Where an item after another begins."""
        if item.before is None:
            return None
        joint = self._joint.match(page.text, item.before.end, item.quantity.start)
        return joint.end() if joint is not None else None

    def _goes_on(self, page: Page, item: Item) -> bool:
        """Whether an item without a noun of its own follows this one: 规上企业龙海35家、漳浦28家."""
        quantity, after = item.quantity, item.after
        if after is None or after.certain or after.unit != quantity.unit:
            return False
        return self._joint.match(page.text, quantity.end, after.start) is not None

    @staticmethod
    def counted(item: Item) -> Quantity:
        """The quantity of an item; one that says not what it counts counts what the one before does."""
        quantity, before = item.quantity, item.before
        if quantity.indicator or before is None or quantity.measure is not Measure.COUNT:
            return quantity
        if quantity.unit != before.unit:
            return quantity
        return quantity._replace(indicator=before.indicator, certain=before.certain, change=before.change)
