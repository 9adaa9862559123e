"""The reader: the steps of extraction in their order, from a document to a reading."""

import logging
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.extract.amounts import Amount, AmountFinder
from kg.extract.attach import Attacher, Topic
from kg.extract.clusters import ClusterFinder, ClusterMention, Form
from kg.extract.enterprises import EnterpriseFinder, EnterpriseMention
from kg.extract.figures import FigureFinder
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon
from kg.extract.lists import ListFinder, Selection
from kg.extract.marks import Kind, Marker
from kg.extract.normalize import Normaliser
from kg.extract.page import Found, Page
from kg.extract.periods import Periods
from kg.extract.reading import (
    Cluster,
    Enterprise,
    Evidence,
    Figure,
    Mention,
    Predicate,
    Reading,
    Relation,
)
from kg.extract.registry import Known, Registry
from kg.extract.roles import RoleFinder, Tie, canonical, strongest
from kg.extract.selection import Decision, Selector
from kg.extract.sentences import Splitter
from kg.extract.supports import Support, SupportFinder
from kg.model import Document, Problem, Span

logger = logging.getLogger(__name__)

# A name found once and looked for in the whole text has at least so many characters.
SHORTEST_AGAIN = 2
LONGEST_QUOTE = 1200


class Reader:
    """Reads documents; everything that takes long to prepare is prepared once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._normaliser = Normaliser(lexicon)
        self._marker = Marker(lexicon, gazetteer)
        self._splitter = Splitter(lexicon)
        self._clusters = ClusterFinder(lexicon, gazetteer)
        self._registry = Registry(lexicon, gazetteer)
        self._lists = ListFinder(lexicon)
        self._selector = Selector(lexicon, self._lists)
        self._enterprises = EnterpriseFinder(lexicon, gazetteer)
        self._attacher = Attacher(lexicon, gazetteer)
        self._periods = Periods(lexicon)
        self._amounts = AmountFinder(lexicon, FigureFinder(lexicon), self._attacher, self._periods)
        self._roles = RoleFinder(lexicon, self._attacher)
        self._supports = SupportFinder(lexicon, self._lists)
        self._confidence = {key: float(value) for key, value in lexicon.pairs("text.confidence").items()}

    @property
    def threshold(self) -> float:
        """The confidence from which a claim is given out by default."""
        return self._confidence["threshold"]

    def read(self, document: Document) -> Reading:
        """What a document says. A document that says nothing gives an empty reading."""
        text = self._normaliser.normalise(document.text)
        page, known = self._page(document, text)
        topics = self._topics(page, known)
        ties = self._ties(page, topics)
        page = self._with_enterprises(page, ties)
        return _Writer(self, document, page, known).reading(
            self._selector.decisions(page), [tie for found in ties for tie in found],
            list(self._amounts.amounts(page, topics)), self._enterprises.definitions(text),
        )

    def _page(self, document: Document, text: str) -> tuple[Page, list[Known]]:
        marks = self._marker.mark(text)
        sentences = list(self._splitter.sentences(text))
        found = []
        listing = False
        for number, sentence in enumerate(sentences):
            lists = self._lists.lists(text, sentence)
            clusters = self._clusters.mentions(text, marks, sentence)
            if not clusters and listing:
                clusters = self._clusters.of_line(text, marks, sentence)
            listing = listing or bool(lists)
            issuers = self._lists.issuers(text, marks, sentence)
            found.append(Found(number, sentence, self._splitter.clauses(text, sentence), clusters, lists, issuers))
        mentions = [(item.number, mention) for item in found for mention in item.clusters]
        known, cluster_of = self._registry.resolve(mentions, *self._cities(text, marks, found))
        return Page(text, marks, found, cluster_of, self._periods.of_document(document, text)), known

    def _cities(self, text: str, marks: object, found: list[Found]) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
        """For each sentence the city that it names, and the city of the headline: the first line's, where it has one."""
        near: dict[int, tuple[str, ...]] = {}
        headline: tuple[str, ...] = ()
        return near, headline
