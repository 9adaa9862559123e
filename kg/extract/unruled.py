"""Names of firms without a cue: known ones, with a legal form, with an ending, and enumerations of such."""

import re
from collections.abc import Iterator

from kg.extract.enterprises import EnterpriseMention
from kg.extract.firm_names import LONGEST, LONGEST_SHORT, STEM
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.overlap import apart, is_free, overlaps
from kg.extract.pieces import Pieces
from kg.extract.sentences import Sentence

# Words that announce products stand within so many characters before an enumeration of them.
PRODUCT_REACH = 12
# Who owns a site stands in a line of its own, the first ones of the page.
OWNER_LINES = 8
# A known name of two characters may be a word (修正); alone it is not read as an enterprise.
SHORTEST_KNOWN = 3
# No firm's own name before a place in its legal name is so long.
LONGEST_OWN = 8


class UnruledFinder:
    """Finds names of enterprises that no rule has found."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, pieces: Pieces) -> None:
        self._gazetteer, self._pieces, self._names = gazetteer, pieces, pieces.names
        joint = any_of(lexicon.words("clusters.joints")).pattern
        self._trade_beyond = re.compile(f"(?:{joint}){self._names.of_the_trade.pattern}")
        self._beyond = any_of(lexicon.words("enterprises.goes_on"))
        self._alone = frozenset(lexicon.words("enterprises.alone"))
        self._longer = lexicon.pattern("enterprises.known_goes_on")
        self._no_firm = lexicon.pattern("enterprises.known_not_before")
        self._title_end = re.compile(r"^\s*$|[-_|—]\s*$")
        self._ends = lexicon.text("text.sentences.ends") + lexicon.text("text.sentences.closers")
        self._before, self._after = (
            lexicon.pattern("enterprises.single.before"),
            lexicon.pattern("enterprises.single.after"),
        )
        self._products = lexicon.pattern("enterprises.products_before")
        self._fields = lexicon.pattern("enterprises.fields_after")
        self._no_own = lexicon.pattern("enterprises.no_own")
        self._titles = lexicon.pattern("enterprises.single.titles")
        self._separator = re.compile(f"[{''.join(lexicon.words('clusters.separators'))}]")

    def enumerations(
        self,
        text: str,
        marks: Marks,
        sentence: Sentence,
        clauses: list[tuple[int, int]],
        edges: list[int],
        taken: list[EnterpriseMention],
    ) -> list[EnterpriseMention]:
        """Enumerations without a rule: at least two plausible pieces that all look like names of companies."""
        found: list[EnterpriseMention] = []
        if self._separator.search(text, sentence.body, sentence.end) is None:
            return found
        for start, end in clauses:
            if self._separator.search(text, start, end) is None:
                continue
            last = start + len(text[start:end].rstrip(self._ends))
            pieces = [
                (self._pieces.after_place(text, first, after), after)
                for first, after in self._pieces.cut(text, marks, start, last)
            ]
            pieces = [*self._pieces.open(text, marks, pieces[:-1], edges), *pieces[-1:]]
            pieces = [self._pieces.trim(text, *self._pieces.right_cut(text, marks, *piece)) for piece in pieces]
            for run in self._runs(text, marks, pieces):
                if self._fields.match(text, run[-1][1], sentence.end):
                    continue
                if self._products.search(text, max(sentence.body, run[0][0] - PRODUCT_REACH), run[0][0]):
                    continue
                names = [text[slice(*piece)] for piece in run]
                if not all(map(self._names.looks, names)) or not any(map(self._names.is_sure, names)):
                    continue
                span = (run[0][0], run[-1][1])
                found += [
                    EnterpriseMention(*piece, text[piece[0] : piece[1]], "", "enumeration", 0.8, span) for piece in run
                ]
        return apart(found, taken)

    def free(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        """Names without a cue: legal forms, known ones, and short ones with the ending of a name after a boundary."""
        found = list(taken)
        found += self._with_legal_form(text, marks, sentence, found)
        for mention in self._known(text, marks, sentence):
            if is_free(mention, found):
                found.append(mention)
        found += self._with_ending(text, marks, sentence, found)
        return found[len(taken) :]

    def _runs(self, text: str, marks: Marks, pieces: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Neighbouring pieces that can all be names, two at least."""
        run: list[tuple[int, int]] = []
        for piece in pieces:
            name = text[piece[0] : piece[1]]
            sectoral = self._names.is_sectoral(marks, *piece) or self._names.is_local_sector(marks, name)
            if self._names.plausible(name, marks, piece[0]) and not sectoral:
                run.append(piece)
                continue
            if len(run) > 1:
                yield run
            run = []
        if len(run) > 1:
            yield run

    def _known(self, text: str, marks: Marks, sentence: Sentence) -> Iterator[EnterpriseMention]:
        for mark in marks.within(sentence.body, sentence.end):
            if not mark.kind & Kind.ENTERPRISE or self._no_firm.match(text, mark.end):
                continue
            if mark.end - mark.start >= SHORTEST_KNOWN or mark.word in self._alone:
                longer = self._longer.match(text, mark.end, sentence.end)
                span = (mark.start, longer.end() if longer is not None else mark.end)
                yield EnterpriseMention(*span, text[slice(*span)], "", "known-name", 0.85, span)

    def _with_legal_form(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        found: list[EnterpriseMention] = []
        for match in self._names.legal.finditer(text, sentence.body, sentence.end):
            start = self._pieces.left_edge(
                text, marks, max(sentence.body, match.start() - LONGEST), match.start(), whole=True
            )
            for barred in self._names.words.never_in_legal.finditer(text, start, match.start() - STEM):
                start = barred.end()
            opening = text.rfind("(", start, match.start())
            if opening >= 0 and text.find(")", opening, match.start()) < 0:
                start = opening + 1
            start = _after_sentence(marks, start, match.start())
            start, end = self._pieces.trim(text, start, match.end())
            if (
                sentence.line < OWNER_LINES
                and self._title_end.search(text, sentence.start, start)
                and not text[end : sentence.end].strip()
            ):
                continue  # a line of its own at the top of a page, or the end of its title: who owns the site
            if (
                (
                    len(match.group()) > STEM
                    or self._names.foreign.match(text, start, match.start())
                    or self._is_short(text, marks, sentence, start, match.start())
                    or self._bears_ending(text, marks, start, match.start())
                )
                and match.start() - start >= STEM
                and not overlaps(start, end, taken)
                and not overlaps(start, end, found)
                and self._names.plausible(text[start:end], marks, start)
            ):
                found.append(EnterpriseMention(start, end, text[start:end], "", "legal-form", 0.85, (start, end)))
        return found

    def _bears_ending(self, text: str, marks: Marks, start: int, end: int) -> bool:
        """Whether [start, end) before 公司 has the ending of a firm's name itself: 鲁华泓锦新材料公司."""
        edges = (mark.kind & Kind.EDGE for mark in marks.within(start, end))
        return self._names.looks(text[start:end]) and not any(edges)

    def _is_short(self, text: str, marks: Marks, sentence: Sentence, start: int, end: int) -> bool:
        """Whether [start, end) before 公司 is a firm's own name: two or three characters between boundaries."""
        if not STEM <= end - start <= STEM + 1 or self._no_own.search(text[start:end]):
            return False
        if any(mark.start < end and mark.kind != Kind.EDGE for mark in marks.within(start, end)):
            return False
        return self._before.search(text[max(sentence.body, start - 8) : start]) is not None

    def _with_ending(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        found: list[EnterpriseMention] = []
        for match in self._names.ending.finditer(text, sentence.body, sentence.end):
            stem = match.start()
            # Whatever its left edge, a name holds the ending and the characters before it.
            if overlaps(stem - STEM, match.end(), taken):
                continue
            start = self._pieces.left_edge(text, marks, max(sentence.body, stem - LONGEST_SHORT), stem)
            if stem - start < STEM:
                continue
            opening = text.rfind("(", start, match.start())
            if opening >= 0 and text.find(")", opening, match.start()) < 0:
                start = opening + 1
            start, end = self._pieces.trim(text, start, match.end())
            if not STEM <= stem - start <= STEM + 2 or overlaps(start, end, taken) or overlaps(start, end, found):
                continue
            if text[start:stem] in self._gazetteer.place_names or self._goes_on(marks, match):
                continue
            name = text[start:end]
            if not self._names.plausible(name, marks, start) or self._names.is_local_sector(marks, name):
                continue
            if self._is_product(marks, start, match) or self._fields.match(text, match.end(), sentence.end):
                continue
            sure = self._sure_of(text, sentence, match, start, end)
            if sure == 0:
                continue
            found.append(EnterpriseMention(start, end, name, "", "ending", sure, (start, end)))
        return found

    def _is_product(self, marks: Marks, start: int, match: re.Match[str]) -> bool:
        """Whether the words before an ending are a sector's; a firm may have one after its own (甲胜羊绒集团)."""
        own = STEM if match.group() in self._names.firm else LONGEST
        sectors = (mark.start for mark in marks.within(start, match.start()) if mark.kind & Kind.SECTOR)
        return any(sector - start < own for sector in sectors)

    def _goes_on(self, marks: Marks, match: re.Match[str]) -> bool:
        """Whether an ending is only the beginning of a word (新材 of 新材料), or more follows it (轻化工大学)."""
        cover = marks.covering(match.end())
        if cover is not None and cover.start <= match.start():
            return True
        if len(match.group()) == 1 and self._after.match(match.string[match.end() : match.end() + 8]) is None:
            return True
        further = (self._names.ending, self._beyond, self._trade_beyond)
        return any(words.match(match.string, match.end()) for words in further)

    def _sure_of(self, text: str, sentence: Sentence, match: re.Match[str], start: int, end: int) -> float:
        """How sure a name is by its ending and by the words on both sides of it; without either it is none."""
        if self._titles.match(text[end : end + 8]):
            return 0.85
        between = self._before.search(text[max(sentence.body, start - 8) : start]) and self._after.match(
            text[end : min(end + 8, sentence.end)]
        )
        if match.group() in self._names.firm:
            return 0.8
        return 0.65 if between and match.start() - start <= STEM + 1 else 0


def _after_sentence(marks: Marks, start: int, end: int) -> int:
    """Where a legal name begins, a place in it having more than a firm's own name before it: ...园遇见|广州x公司."""
    places = (mark.start for mark in marks.within(start + LONGEST_OWN, end) if mark.kind & Kind.PLACE)
    return next((place for place in places if place < end - STEM), start)
