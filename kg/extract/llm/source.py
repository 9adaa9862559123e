"""A document to hold claims against: where words stand in it, and what the rules read at a place of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extract.figures import FigureFinder
from kg.extract.gazetteer import Gazetteer, Place
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.lists import ListFinder
from kg.extract.llm.places import Folded, seen
from kg.extract.llm.prompt import indicator_kinds
from kg.extract.normalize import Normaliser
from kg.extract.periods import Periods
from kg.extract.quantity import Quantity
from kg.extract.reading import Evidence
from kg.extract.sentences import Sentence, Splitter
from kg.model import Document, Span


class Rejected(Exception):  # noqa: N818 it never leaves the package
    """A claim that the text does not bear out, and why."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What the evidence of a model's claims says: the rule that found them, how sure it is, the longest quote."""

    rule: str
    confidence: float
    longest_quote: int


class Checker:
    """What checking takes; prepared once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.normaliser = Normaliser(lexicon)
        self.splitter = Splitter(lexicon)
        self.figures = FigureFinder(lexicon)
        self.periods = Periods(lexicon)
        self.lists = ListFinder(lexicon)
        self.kinds = indicator_kinds(lexicon)
        self.heads = lexicon.any_of("clusters.heads")
        self.joints = any_of(lexicon.words("clusters.joints"))
        self.here = lexicon.any_of("figures.subjects.here", "figures.subjects.here_province")


class SourceText:
    """One document; what is read in it is read once."""

    def __init__(self, checker: Checker, marking: Marking, document: Document) -> None:
        self._checker, self._marking, self._document = checker, marking, document
        self._folded = Folded.of(document.text)

    @cached_property
    def _text(self) -> str:
        return self._checker.normaliser.normalise(self._document.text)

    @cached_property
    def _sentences(self) -> Sequence[Sentence]:
        return tuple(self._checker.splitter.sentences(self._text))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that the text speaks of."""
        now = self._checker.periods.of_document(self._document, self._text)
        years = self._checker.periods.years(self._text, 0, len(self._text), now)
        return frozenset(one.value for one in years if one.value)

    def quote(self, words: str, window: Span) -> Span:
        """Where a quote stands in the part of the text that the model was shown. Rejected where it does not."""
        if len(words) > self._marking.longest_quote:
            raise Rejected(f"the quote is longer than {self._marking.longest_quote} characters")
        found = self._folded.find(words, window)
        if found is None:
            raise Rejected("the quote is not verbatim in the text")
        return found

    def within(self, name: str, quote: Span, what: str) -> Span:
        """Where a name stands in a quote. Rejected where it does not; `what` it is the reason says."""
        found = self._folded.find(name, quote)
        if found is None:
            raise Rejected(f"the {what} {name!r} is not in the quote")
        return found

    def speaks_of(self, place: Place, quote: Span) -> bool:
        """Whether a quote names a place, or stands for it (the whole city) in a text that names it."""
        names = (place.name, *self._checker.gazetteer.names_of(place.code))
        if any(self._folded.find(name, quote) for name in names):
            return True
        whole = Span(0, len(self._document.text))
        here = self._checker.here.search(self.plain(quote)) is not None
        return here and any(self._folded.find(name, whole) for name in names)

    def printed(self, span: Span) -> str:
        """The words at a place, in one line, without what cannot be seen."""
        return " ".join(seen(self._document.text[span.start : span.end]).split())

    def plain(self, span: Span) -> str:
        """The words at a place, in the form that the rules' patterns are written for."""
        return self._text[span.start : span.end]

    def evidence(self, quote: Span, span: Span) -> Evidence:
        """The evidence of words in a quote."""
        return Evidence(
            quote=self._document.text[quote.start : quote.end],
            sentence=self._document.in_original(quote),
            span=self._document.in_original(span),
            rule=self._marking.rule,
            confidence=self._marking.confidence,
        )

    def quantity(self, amount: Span) -> Quantity:
        """The one number at a place, read in its sentence as the rules read it. Rejected where there is none."""
        found = [one for one in self._quantities(amount) if one.start < amount.end and amount.start < one.end]
        if len(found) != 1:
            raise Rejected(f"{self.printed(amount)!r} cannot be read as one number with a unit")
        return found[0]

    def _quantities(self, amount: Span) -> Iterator[Quantity]:
        for sentence in self._sentences_of(amount):
            clauses = self._checker.splitter.clauses(self._text, sentence)
            yield from self._checker.figures.quantities(self._text, clauses)

    def is_aim(self, quantity: Quantity) -> bool:
        """Whether the words before a number make it a target."""
        before = self._sentences_of(Span(quantity.start, quantity.start + 1))
        return any(self._checker.periods.is_target(self._text[one.start : quantity.start]) for one in before)

    def _sentences_of(self, span: Span) -> Sequence[Sentence]:
        """The sentences that share a character with a stretch."""
        first = bisect_right(self._sentences, span.start, key=lambda one: one.end)
        return self._sentences[first : bisect_left(self._sentences, span.end, key=lambda one: one.start)]
