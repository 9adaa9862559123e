"""One pass of Aho-Corasick over a text: every known name and boundary word, leftmost and longest.

Leftmost-longest is what keeps words whole: in 其中山东 the word 其中 is taken, then 山东, and 中山 is never seen.
"""

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kg.extract.gazetteer import Gazetteer
from kg.extract.homonyms import Homonyms
from kg.extract.lexicon import Lexicon
from kg.extract.marks import Kind, Mark, Marks

# Short names of places have so many characters.
SHORT = 2


class Marker:
    """Marks texts; holds the automaton."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._kinds: dict[str, int] = {}
        for kind, words in (
            (Kind.PLACE, gazetteer.place_names),
            (Kind.SECTOR, gazetteer.sectors),
            (Kind.ENTERPRISE, gazetteer.enterprises),
            (Kind.ISSUER, gazetteer.issuers),
            (Kind.STOP, lexicon.words("clusters.stops")),
            (Kind.JOINT, lexicon.words("clusters.joints")),
            (Kind.KEEP, lexicon.words("clusters.keep")),
            (Kind.ZONE, lexicon.words("clusters.zones")),
            (Kind.KEEP, _counties(lexicon, gazetteer)),
            (Kind.EDGE, set(lexicon.words("clusters.stops")) - set(lexicon.words("enterprises.weak_edges"))),
        ):
            for word in words:
                self._kinds[word] = self._kinds.get(word, 0) | kind
        self._words = sorted(self._kinds)
        self._known = [(self._kinds[word], word, gazetteer.place_names.get(word, ())) for word in self._words]
        self._gazetteer = gazetteer
        ends = {stem[-1] for stem in gazetteer.stems}
        self._hidden = frozenset(name for name in gazetteer.place_names if len(name) == SHORT and name[0] in ends)
        self._homonyms = Homonyms(gazetteer)
        self._shared = frozenset(gazetteer.homonyms)
        self._automaton = AhoCorasick(
            self._words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def mark(self, text: str) -> Marks:
        """The marks of a normalised text."""
        found = self._automaton.find_matches_as_indexes(text)
        # The constructor of a NamedTuple is a call of Python around this one; there are many marks.
        new, known = tuple.__new__, self._known
        marks = [new(Mark, (start, end, *known[index])) for index, start, end in found]
        if not self._shared.isdisjoint([mark.word for mark in marks]):
            marks = self._homonyms.told_apart(text, marks)
        if not self._hidden.isdisjoint([mark.word for mark in marks]):
            marks = [mark for mark in marks if mark.word not in self._hidden or not self._is_countys(text, mark)]
        return Marks(marks, len(text))

    def _is_countys(self, text: str, mark: Mark) -> bool:
        """Whether a city's short name is only the end of a county's, and a character: 宁晋|中低压 in a text on 宁晋."""
        stem = text[max(0, mark.start - 1) : mark.end - 1]
        return stem in self._gazetteer.stems and text.count(stem) > text.count(mark.word)


def _counties(lexicon: Lexicon, gazetteer: Gazetteer) -> set[str]:
    """The short names of counties in which a boundary word or a joint is none (余江, 南和)."""
    words = {word for key in ("stops", "joints") for word in lexicon.words(f"clusters.{key}") if len(word) == 1}
    return {stem for stem in gazetteer.stems if not words.isdisjoint(stem)}
