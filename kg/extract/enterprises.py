"""Names of enterprises that a rule finds by their role, and those that stand under a heading of names."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from kg.extract.firm_names import SHORTEST, STEM
from kg.extract.lexicon import Lexicon, Rule, any_of
from kg.extract.marks import Marks
from kg.extract.numerals import Numerals
from kg.extract.overlap import apart, is_free, overlaps
from kg.extract.pieces import Pieces
from kg.extract.sentences import Sentence
from kg.extract.tables import Cell

# How sure a name without the ending of a company is by its cue alone.
UNLIKE = 0.6
# Without a left edge only an enumeration of at least so many such names counts.
FEWEST_OPEN = 2
# The official code of a firm stands within so many characters after its name.
CODE_REACH = 64
# How sure a name in a column of names is.
IN_CELL = 0.85
# So is one in a line under a heading of names.
IN_SECTION = 0.75


class EnterpriseMention(NamedTuple):
    """An enterprise as one place of the text names it. `role` is empty where no cue gives one."""

    start: int
    end: int
    name: str
    role: str
    rule: str
    confidence: float
    span: tuple[int, int]


class EnterpriseFinder:
    """Finds names of enterprises in a sentence."""

    def __init__(self, lexicon: Lexicon, pieces: Pieces) -> None:
        self._pieces, self._names = pieces, pieces.names
        self._numerals = Numerals(lexicon)
        self._rules = lexicon.rules()
        self._always = [number for number, rule in enumerate(self._rules) if not rule.trigger]
        triggers = [
            (word, number) for number, rule in enumerate(self._rules) for word in rule.trigger.split("|") if word
        ]
        self._triggered = [number for _, number in triggers]
        self._triggers = AhoCorasick([word for word, _ in triggers], implementation=Implementation.DFA)
        self._fields = lexicon.pattern("enterprises.fields_after")
        self._definition = lexicon.pattern("enterprises.definition")
        self._code = lexicon.pattern("enterprises.code")
        self._code_word = re.compile(r"[0-9A-Za-z]{18}")
        self._ends = lexicon.text("text.sentences.ends") + lexicon.text("text.sentences.closers")
        self._asks = any_of(lexicon.words("enterprises.asks"))
        self._leader_heading = lexicon.pattern("enterprises.table.leader")
        self._member_heading = lexicon.pattern("enterprises.table.member")
        self._number = re.compile(r"^[\d\s.,%]+[^\d]{0,3}$")

    def asks(self, sentence: str) -> bool:
        """Whether a sentence asks who has a role."""
        return sentence.rstrip().endswith("?") and self._asks.search(sentence) is not None

    def definitions(self, text: str, marks: Marks) -> Iterator[tuple[str, str]]:
        """Pairs of a legal name and the short one that the text gives it in parentheses."""
        if "(" not in text:
            return
        for match in self._definition.finditer(text):
            start, end = match.span("names")
            forms = self._names.legal.finditer(text, start, end)
            stem = next((form.start() for form in forms if form.end() == end), end - STEM)
            start, end = self._pieces.trim(text, self._pieces.left_edge(text, marks, start, stem, whole=True), end)
            yield text[start:end], match.group("short") or match.group("letters")

    def own_names(self, names: Collection[str]) -> dict[str, str]:
        """The legal names by what stands in them between place and form, where no other name has that."""
        own = [(self._names.own(name), name) for name in names]
        times = Counter(short for short, _ in own)
        return {short: name for short, name in own if short and times[short] == 1}

    def codes(self, text: str, mentions: Iterable[EnterpriseMention]) -> dict[str, str]:
        """The official codes that a text gives right after names of firms, by these names."""
        if not self._code_word.search(text):
            return {}
        found = {one.name: self._code.search(text[one.end : one.end + CODE_REACH]) for one in mentions}
        return {name: match.group("code").upper() for name, match in found.items() if match is not None}

    def by_rule(
        self, text: str, marks: Marks, sentence: Sentence, edges: list[int], *, asked: bool
    ) -> list[EnterpriseMention]:
        """The names that role rules find; an earlier rule of the lexicon wins."""
        found: list[EnterpriseMention] = []
        stretch = text[sentence.body : sentence.end].rstrip(self._ends)
        hits = self._triggers.find_matches_as_indexes(stretch, overlapping=True)
        if not hits and not self._always:
            return found
        for number in sorted({self._triggered[index] for index, _, _ in hits}.union(self._always)):
            rule = self._rules[number]
            if rule.asked and not asked:
                continue
            position = 0
            while (match := rule.search(stretch, position)) is not None:
                for mention in self._of_match(text, marks, rule, match, (sentence.body, edges)):
                    if is_free(mention, found):
                        found.append(mention)
                position = max(match.end("names"), match.start() + 1)
        return found

    def _of_match(
        self, text: str, marks: Marks, rule: Rule, match: re.Match[str], place: tuple[int, list[int]]
    ) -> list[EnterpriseMention]:
        offset, edges = place
        start, end = match.span("names")
        whole = (match.start() + offset, match.end() + offset)
        pieces = list(self._pieces.cut(text, marks, start + offset, end + offset))
        if rule.cut and pieces:
            pieces[-1] = self._pieces.right_cut(text, marks, *pieces[-1], keep_institution=False)
        if not self._is_count(match, len(pieces)):
            return []
        if rule.open:
            pieces = self._pieces.open(text, marks, pieces, edges)
        pieces = [(self._pieces.after_place(text, start, end), end) for start, end in pieces]
        named = [(start, end) for start, end in pieces if self._names.plausible(text[start:end], marks, start)]
        if rule.like:
            named = pieces = [piece for piece in named if self._names.looks(text[slice(*piece)])]
        if not named:
            return []
        confidence = rule.confidence
        if rule.strict and not all(self._names.looks(text[start:end]) for start, end in named):
            return []
        if rule.needs_company and not any(self._names.looks(text[start:end]) for start, end in named):
            shortest = SHORTEST if len(named) >= FEWEST_OPEN else SHORTEST + 1
            clean = all(end - start >= shortest and self._pieces.is_clean(marks, start, end) for start, end in named)
            cut = rule.open and len(named) < FEWEST_OPEN and named[0][0] != start + offset
            if cut or not clean or self._fields.match(text, named[-1][1]):
                return []
            confidence = UNLIKE
        if len(named) < len(pieces) and len(named) * 2 <= len(pieces) - any(
            self._names.looks(text[a:b]) for a, b in named
        ):
            return []
        return [
            EnterpriseMention(start, end, text[start:end], rule.role, rule.name, confidence, whole)
            for start, end in named
        ]

    def _is_count(self, match: re.Match[str], names: int) -> bool:
        """Whether there are as many names as the match says: 恒力、盛虹两大世界500强企业."""
        count = match.groupdict().get("count")
        return not count or self._numerals.value(count) == names

    def of_cell(self, text: str, marks: Marks, cell: Cell, taken: list[EnterpriseMention]) -> list[EnterpriseMention]:
        """The names in a cell whose heading gives them a role."""
        role = "leader" if self._leader_heading.search(cell.heading) else ""
        role = role or ("member" if self._member_heading.search(cell.heading) else "")
        span = (cell.start, cell.end)
        pieces = self._pieces.cut(text, marks, *span) if role and not self._number.search(text, *span) else ()
        mentions = [
            EnterpriseMention(start, end, text[start:end], role, "table-cell", IN_CELL, span)
            for start, end in pieces
            if self._names.plausible(text[start:end], marks, start)
        ]
        return apart(mentions, taken)

    def of_section(
        self, text: str, marks: Marks, stretch: tuple[int, int], role: str, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        """The names in a line under a heading that gives a role."""
        mentions = [
            EnterpriseMention(start, end, text[start:end], role, "section-line", IN_SECTION, stretch)
            for start, end in self._pieces.cut(text, marks, *stretch)
            if self._names.plausible(text[start:end], marks, start)
        ]
        return apart(mentions, taken)

    def again(
        self,
        text: str,
        sentences: Sequence[Sentence],
        sure: Mapping[str, float],
        taken: Sequence[list[EnterpriseMention]],
    ) -> dict[int, list[EnterpriseMention]]:
        """By sentence the names that the text gave elsewhere, where they stand without a cue.

        `sure` has the longest first; `taken` are the names found in each sentence.
        """
        found: dict[int, list[EnterpriseMention]] = {}
        bodies = [sentence.body for sentence in sentences]
        for name, confidence in sure.items():
            start = text.find(name)
            while start >= 0:
                number, end = bisect_right(bodies, start) - 1, start + len(name)
                if number < 0 or end > sentences[number].end:
                    start = text.find(name, start + 1)
                    continue
                if not overlaps(start, end, taken[number]) and not overlaps(start, end, found.get(number, ())):
                    mention = EnterpriseMention(start, end, name, "", "named-before", confidence, (start, end))
                    found.setdefault(number, []).append(mention)
                start = text.find(name, end)
        return found
