"""Places that stand for their cluster: by its trade (安平拥有丝网企业1.3万余家), by their rank, by a short name."""

from collections.abc import Sequence

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.openings import Openings
from kg.extract.page import Found, Page, Subject

# Between the number of firms and their trade stand so many characters (1000余家丝网企业).
TRADE_REACH = 2
# A trade has so many characters at least.
SHORTEST_TRADE = 2


class StandIns:
    """Tells which cluster a place stands for."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, openings: Openings) -> None:
        self._gazetteer, self._openings = gazetteer, openings
        self._joint = any_of(lexicon.words("clusters.joints"))

    def stands_for_cluster(self, page: Page, found: Found, place: Subject) -> bool:
        """Whether a short name of a city means its cluster: its paragraph has named clusters of several before."""
        if place.name == self._gazetteer.places[place.code].name:
            return False
        near = [item for item in page.found[: found.number + 1] if item.sentence.line == found.sentence.line]
        named = {page.cluster_of.get((mention.start, mention.end)) for item in near for mention in item.clusters}
        return len(named - {None}) > 1

    def cluster_of_trade(self, page: Page, place: Subject, span: tuple[int, int], limit: int) -> int | None:
        """The only cluster in a place of whose trade a stretch speaks: 安平拥有丝网企业1.3万余家.

        What is counted may stand behind its number (1.3万家丝网企业), but not behind `limit`, the end of the sentence.
        """
        numbers = [
            number
            for number, (own, trade) in enumerate(zip(page.places, page.sectors, strict=True))
            if place.code in own and self._speaks_of(page.text, trade, span[0], min(limit, span[1] + TRADE_REACH))
        ]
        return numbers[0] if len(numbers) == 1 else None

    def opens_with_trade(self, page: Page, place: Subject, start: int, number: int) -> bool:
        """Whether a clause opens with a place and the trade of its cluster (芜湖|机器人核心企业): it speaks of that."""
        position = self._openings.opened(page.text, start, len(page.text)) + len(place.name)
        return page.text.startswith(self._words(page.sectors[number]), position)

    def cluster_of_place(self, page: Page, codes: Sequence[str]) -> int | None:
        """The number of the only cluster of a text in a place; None for none or several."""
        numbers = [number for number, own in enumerate(page.places) if not set(own).isdisjoint(codes)]
        return numbers[0] if len(numbers) == 1 and len(page.places) > 1 else None

    def _speaks_of(self, text: str, trade: str, start: int, limit: int) -> bool:
        """Whether a stretch has a word for a trade, which may begin right before the limit."""
        words = (word for word in self._words(trade) if len(word) >= SHORTEST_TRADE)
        return any(text.find(word, start, limit + len(word)) >= 0 for word in words)

    def _words(self, trade: str) -> tuple[str, str]:
        """What a trade is called: its name, or the first of two (机器人 of 机器人与增材设备制造)."""
        return trade, self._joint.split(trade, maxsplit=1)[0]
