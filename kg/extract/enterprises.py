"""Names of enterprises: in enumerations with a role cue, with a legal form, known, or with the ending of a name."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, Rule, any_of
from kg.extract.marks import Kind, Mark, Marks
from kg.extract.sentences import Sentence
from kg.extract.tables import Cell

SHORTEST, LONGEST_SHORT, LONGEST = 2, 9, 32
# A short name with an ending has so many characters before it.
STEM = 2
# A name without the ending of a company has at most so many characters; how sure such a one is by its cue alone.
LONGEST_CLEAN = 5
UNLIKE = 0.6
# Without a left edge only an enumeration of at least so many such names counts.
FEWEST_OPEN = 2
# Words that announce products stand within so many characters before an enumeration of them.
PRODUCT_REACH = 12
# How sure a name in a column of names is.
IN_CELL = 0.85
# So is one in a line under a heading of names.
IN_SECTION = 0.75
# A known name of two characters may be a word (修正); alone it is not read as an enterprise.
SHORTEST_KNOWN = 3


class EnterpriseMention(NamedTuple):
    """An enterprise as one place of the text names it. `role` is empty where no cue gives one."""

    start: int
    end: int
    name: str
    role: str
    rule: str
    confidence: float
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Words:
    """Words as patterns. `*_first`, `*_last`: their first or last characters, which most pieces have none of."""

    legal: re.Pattern[str]
    legal_last: frozenset[str]
    ending: re.Pattern[str]
    ending_last: frozenset[str]
    institution: re.Pattern[str]
    institution_last: frozenset[str]
    never_inside: re.Pattern[str]
    lead_in: re.Pattern[str]
    lead_in_first: frozenset[str]
    lead_out: re.Pattern[str]
    lead_out_last: frozenset[str]
    joint: re.Pattern[str]
    inside_ok: re.Pattern[str]
    weak_edges: frozenset[str]


class EnterpriseFinder:
    """Finds names of enterprises in a sentence."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._rules = lexicon.rules()
        self._always = [number for number, rule in enumerate(self._rules) if not rule.trigger]
        triggers = [
            (word, number) for number, rule in enumerate(self._rules) for word in rule.trigger.split("|") if word
        ]
        self._triggered = [number for _, number in triggers]
        self._triggers = AhoCorasick([word for word, _ in triggers], implementation=Implementation.DFA)
        self._definition = lexicon.pattern("enterprises.definition")
        words = {
            key: lexicon.words(f"enterprises.{key}")
            for key in ("legal", "endings", "institutions", "never_inside", "lead_in", "lead_out", "joints")
        }
        word = {key: any_of(listed).pattern for key, listed in words.items()}
        self._words = _Words(
            legal=re.compile(f"(?:{word['legal']})$"),
            legal_last=frozenset(listed[-1] for listed in words["legal"]),
            ending=re.compile(f"(?:{word['endings']})$"),
            ending_last=frozenset(listed[-1] for listed in words["endings"]),
            institution_last=frozenset(listed[-1] for listed in words["institutions"]),
            institution=re.compile(f"(?:{word['institutions']})$"),
            never_inside=re.compile(word["never_inside"]),
            lead_in=re.compile(f"^(?:{word['lead_in']})+"),
            lead_in_first=frozenset(listed[0] for listed in words["lead_in"]),
            lead_out=re.compile(f"(?:{word['lead_out']})+$"),
            lead_out_last=frozenset(listed[-1] for listed in words["lead_out"]),
            joint=re.compile(word["joints"]),
            inside_ok=any_of(lexicon.words("enterprises.inside_ok")),
            weak_edges=frozenset(lexicon.words("enterprises.weak_edges")),
        )
        self._legal = re.compile(word["legal"])
        self._ending = re.compile(word["endings"])
        self._country = lexicon.pattern("enterprises.country")
        self._of_the_trade = _of_the_trade(lexicon)
        joint = any_of(lexicon.words("clusters.joints")).pattern
        self._trade_beyond = re.compile(f"(?:{joint}){self._of_the_trade.pattern}")
        self._beyond = any_of(lexicon.words("enterprises.goes_on"))
        self._firm = frozenset(lexicon.words("enterprises.firm_endings"))
        self._quotes = lexicon.text("enterprises.quotes")
        self._ends = lexicon.text("text.sentences.ends") + lexicon.text("text.sentences.closers")
        self._asks = any_of(lexicon.words("enterprises.asks"))
        self._before, self._after = (
            lexicon.pattern("enterprises.single.before"),
            lexicon.pattern("enterprises.single.after"),
        )
        self._products = lexicon.pattern("enterprises.products_before")
        self._maker = lexicon.pattern("enterprises.maker")
        self._fields = lexicon.pattern("enterprises.fields_after")
        self._no_name = frozenset(
            (
                *lexicon.words("enterprises.not_names"),
                *words["legal"],
                *words["endings"],
                *gazetteer.sectors,
                *gazetteer.place_names,
            )
        )
        # What a name is made of: no number at its beginning, two letters side by side, none but these characters.
        letter, not_name = r"\u4e00-\u9fffA-Za-z", lexicon.pattern("enterprises.not_name_pattern").pattern
        allowed = rf"[{letter}0-9()&·.\-]"
        self._spelling = re.compile(rf"(?!\d\d|\()(?!(?:{not_name})\Z)(?={allowed}*?[{letter}]{{2}}){allowed}+")
        self._leader_heading = lexicon.pattern("enterprises.table.leader")
        self._member_heading = lexicon.pattern("enterprises.table.member")
        self._number = re.compile(r"^[\d\s.,%]+[^\d]{0,3}$")
        self._place_links = lexicon.words("enterprises.place_links")
        self._titles = lexicon.pattern("enterprises.single.titles")
        self._separator = re.compile(f"[{''.join(lexicon.words('clusters.separators'))}]")
        self._barred = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9()&·.\-]")

    def asks(self, sentence: str) -> bool:
        """Whether a sentence asks who has a role."""
        return sentence.rstrip().endswith("?") and self._asks.search(sentence) is not None

    def definitions(self, text: str, marks: Marks) -> Iterator[tuple[str, str]]:
        """Pairs of a legal name and the short one that the text gives it in parentheses."""
        if "(" not in text:
            return
        for match in self._definition.finditer(text):
            start, end = match.span("names")
            start, end = self._trim(text, self._left_edge(text, marks, start, end - STEM, whole=True), end)
            yield text[start:end], match.group("short") or match.group("letters")

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
            while (match := rule.pattern.search(stretch, position)) is not None:
                for mention in self._of_match(text, marks, rule, match, (sentence.body, edges)):
                    if _free(mention, found):
                        found.append(mention)
                position = max(match.end("names"), match.start() + 1)
        return found

    def _of_match(
        self, text: str, marks: Marks, rule: Rule, match: re.Match[str], place: tuple[int, list[int]]
    ) -> list[EnterpriseMention]:
        offset, edges = place
        start, end = match.span("names")
        whole = (match.start() + offset, match.end() + offset)
        pieces = list(self._pieces(text, marks, start + offset, end + offset))
        if rule.cut and pieces:
            pieces[-1] = self._right_cut(text, marks, *pieces[-1], keep_institution=False)
        if rule.open:
            pieces = self._open(text, marks, pieces, edges)
        pieces = [(self._after_place(text, start, end), end) for start, end in pieces]
        named = [(start, end) for start, end in pieces if self.plausible(text[start:end], marks, start)]
        if not named:
            return []
        confidence = rule.confidence
        if rule.strict and not all(self.looks(text[start:end]) for start, end in named):
            return []
        if rule.needs_company and not any(self.looks(text[start:end]) for start, end in named):
            shortest = SHORTEST if len(named) >= FEWEST_OPEN else SHORTEST + 1
            clean = all(end - start >= shortest and self._clean(marks, start, end) for start, end in named)
            cut = rule.open and len(named) < FEWEST_OPEN and named[0][0] != start + offset
            if cut or not clean:
                return []
            confidence = UNLIKE
        if len(named) < len(pieces) and len(named) * 2 <= len(pieces) - any(self.looks(text[a:b]) for a, b in named):
            return []
        return [
            EnterpriseMention(start, end, text[start:end], rule.role, rule.name, confidence, whole)
            for start, end in named
        ]

    def _clean(self, marks: Marks, start: int, end: int) -> bool:
        """Whether a piece without the ending of a company's name holds no other word that the lexicon knows."""
        inside = (
            mark
            for mark in marks.within(start, end)
            if mark.word not in self._words.weak_edges and mark.kind != Kind.KEEP and not self._is_trade(mark, start)
        )
        return end - start <= LONGEST_CLEAN and next(inside, None) is None

    @staticmethod
    def _is_trade(mark: Mark, start: int) -> bool:
        """Whether a mark is the trade of a firm after its own name (甲简碳纤)."""
        return mark.kind == Kind.SECTOR and mark.start - start >= STEM

    def _after_place(self, text: str, start: int, end: int) -> int:
        """Where a name begins that has its place or trade before it (扬州的荣光能源, 徐州有彭城重工, 做釉料的甲潮)."""
        if maker := self._maker.match(text, start, end):
            return maker.end()
        for link in self._place_links:
            position = text.rfind(link, start, end)
            if position > start and (
                self._words.lead_in.sub("", text[start:position]) in self._gazetteer.place_names
                or (link == self._place_links[0] and self.looks(text[position + 1 : end]))
            ):
                return position + 1
        return start

    def _open(self, text: str, marks: Marks, pieces: list[tuple[int, int]], edges: list[int]) -> list[tuple[int, int]]:
        """Without a left edge: each piece from its last boundary word on, pieces before such a one left out."""
        done: list[tuple[int, int]] = []
        for start, end in pieces:
            if text[start:end] in self._gazetteer.enterprises:
                done.append((start, end))
                continue
            inside = [mark.end for mark in marks.within(start, end) if mark.kind & Kind.EDGE and mark.end < end]
            inside += [edge for edge in edges if start < edge < end]
            if inside:
                done = []
            done.append((max(inside, default=start), end))
        return done

    def _pieces(self, text: str, marks: Marks, start: int, end: int) -> Iterator[tuple[int, int]]:
        """An enumeration cut at its joints; 和 inside a name (泰和新材) is none."""
        cuts = [start]
        for joint in self._words.joint.finditer(text, start, end):
            if text[cuts[-1] : joint.start()] and not self._inside_name(text, marks, cuts[-1], joint, end):
                yield self._trim(text, cuts[-1], joint.start())
                cuts.append(joint.end())
        yield self._trim(text, cuts[-1], end)

    def _inside_name(self, text: str, marks: Marks, start: int, joint: re.Match[str], end: int) -> bool:
        cover = marks.covering(joint.start())
        if cover is not None and cover.kind & (Kind.ENTERPRISE | Kind.PLACE):
            return True
        if not ("\u4e00" <= joint.group() <= "\u9fff") or len(joint.group()) > 1:
            return False
        following = self._words.joint.search(text, min(joint.end() + SHORTEST, end), end)
        after = text[joint.end() : following.start() if following else end]
        before = text[start : joint.start()]
        if len(before) < SHORTEST or len(after) < SHORTEST:
            return True
        whole = before + joint.group() + after
        return after in self._bare_endings(after) and len(whole) <= len(after) + STEM + 1

    def _bare_endings(self, word: str) -> frozenset[str]:
        match = self._words.ending.fullmatch(word)
        return frozenset((word,)) if match else frozenset()

    def _trim(self, text: str, start: int, end: int) -> tuple[int, int]:
        words = self._words
        start, end = self._unquoted(text, start, end)
        piece = text[start:end]
        cut = False
        if piece.endswith(")"):
            opening = text.find("(", start, end)
            if opening - start >= SHORTEST and not self._in_a_branch(text[opening + 1 : end - 1]):
                end, cut = opening, True
                piece = text[start:end]
        if piece in self._gazetteer.enterprises:
            return start, end
        while (
            piece[:1] in words.lead_in_first
            and (left := words.lead_in.match(piece))
            and len(piece) - left.end() >= SHORTEST
        ):
            if left.end() == 1 and self._bears(piece[1:]):
                break
            start, end = self._unquoted(text, start + left.end(), end)
            piece = text[start:end]
        if piece[-1:] in words.lead_out_last:
            right = words.lead_out.search(piece)
            if right and right.start() >= SHORTEST:
                end, cut = start + right.start(), True
        return self._unquoted(text, start, end) if cut else (start, end)

    def _bears(self, rest: str) -> bool:
        """Whether a name needs the character before `rest`: 和 is the name's own in 和昌服饰."""
        ending = self._words.ending.search(rest)
        return ending is not None and 0 < ending.start() < STEM

    def _in_a_branch(self, inside: str) -> bool:
        """Whether what a parenthesis at a name's end holds belongs to the name: a place, no remark or stock code."""
        return inside in self._gazetteer.place_names

    def _unquoted(self, text: str, start: int, end: int) -> tuple[int, int]:
        if start < end and (text[start] in self._quotes or text[end - 1] in self._quotes):
            piece = text[start:end]
            start, end = end - len(piece.lstrip(self._quotes)), start + len(piece.rstrip(self._quotes))
        return start, end if end > start else start

    def looks(self, name: str) -> bool:
        """Whether a name by itself looks like that of a company."""
        if name in self._gazetteer.enterprises or self._is_legal(name):
            return True
        match = self._words.ending.search(name) if name[-1:] in self._words.ending_last else None
        return match is not None and match.start() >= STEM and name not in self._gazetteer.sectors

    def _is_legal(self, name: str) -> bool:
        """Whether a name ends with a legal form."""
        return name[-1:] in self._words.legal_last and self._words.legal.search(name) is not None

    def _is_institution(self, name: str) -> bool:
        """Whether a name ends as those of schools, offices and the like do."""
        return name[-1:] in self._words.institution_last and self._words.institution.search(name) is not None

    def plausible(self, name: str, marks: Marks, start: int) -> bool:
        """Whether a piece of an enumeration can be the name of an enterprise."""
        words = self._words
        if name in self._gazetteer.enterprises:
            return True
        legal = self._is_legal(name)
        if not SHORTEST <= len(name) <= (LONGEST if legal else LONGEST_SHORT) or name in self._no_name:
            return False
        if not self._spelling.fullmatch(name) or (not legal and self._is_institution(name)):
            return False
        if self._in_a_place(marks, start, len(name)) and not self.looks(name):
            return False
        stem = name[:-2] if legal else name
        # Most names hold no such word at all, and then there is none to be excused.
        if words.never_inside.search(stem) and words.never_inside.search(words.inside_ok.sub(" ", stem)):
            return False
        return legal or not self._is_product_name(name)

    def _is_product_name(self, name: str) -> bool:
        """Whether a name is made of words of a trade, the country apart (中国毛巾); with a firm's ending it is one."""
        country = self._country.match(name)
        rest = name[country.end() :] if country else name
        ending = self._words.ending.search(rest) if country else None
        if ending is not None and ending.group() in self._firm:
            return False
        return self._of_the_trade.fullmatch(rest) is not None

    def _in_a_place(self, marks: Marks, start: int, length: int) -> bool:
        """Whether a name begins with the full name of a place (武进区西太湖), as few firms do."""
        mark = marks.at(start)
        if mark is None or not mark.kind & Kind.PLACE or mark.end >= start + length:
            return False
        codes = mark.codes
        return any(self._gazetteer.places[code].name == mark.word for code in codes)

    def of_cell(self, text: str, marks: Marks, cell: Cell, taken: list[EnterpriseMention]) -> list[EnterpriseMention]:
        """The names in a cell whose heading gives them a role."""
        role = "leader" if self._leader_heading.search(cell.heading) else ""
        role = role or ("member" if self._member_heading.search(cell.heading) else "")
        span = (cell.start, cell.end)
        pieces = self._pieces(text, marks, *span) if role and not self._number.search(text, *span) else ()
        mentions = [
            EnterpriseMention(start, end, text[start:end], role, "table-cell", IN_CELL, span)
            for start, end in pieces
            if self.plausible(text[start:end], marks, start)
        ]
        return [mention for mention in mentions if _free(mention, taken)]

    def of_section(
        self, text: str, marks: Marks, stretch: tuple[int, int], role: str, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        """The names in a line under a heading that gives a role."""
        mentions = [
            EnterpriseMention(start, end, text[start:end], role, "section-line", IN_SECTION, stretch)
            for start, end in self._pieces(text, marks, *stretch)
            if self.plausible(text[start:end], marks, start)
        ]
        return [mention for mention in mentions if _free(mention, taken)]

    def free(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        """Names without a cue: legal forms, known ones, and short ones with the ending of a name after a boundary."""
        found = list(taken)
        found += self._with_legal_form(text, marks, sentence, found)
        for mention in self._known(text, marks, sentence):
            if _free(mention, found):
                found.append(mention)
        found += self._with_ending(text, marks, sentence, found)
        return found[len(taken) :]

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
                (self._after_place(text, first, after), after)
                for first, after in self._pieces(text, marks, start, last)
            ]
            pieces = [*self._open(text, marks, pieces[:-1], edges), *pieces[-1:]]
            pieces = [self._trim(text, *self._right_cut(text, marks, *piece)) for piece in pieces]
            for run in self._runs(text, marks, pieces):
                if self._fields.match(text, run[-1][1], sentence.end):
                    continue
                if self._products.search(text, max(sentence.body, run[0][0] - PRODUCT_REACH), run[0][0]):
                    continue
                if not all(self.looks(text[piece[0] : piece[1]]) for piece in run):
                    continue
                span = (run[0][0], run[-1][1])
                found += [
                    EnterpriseMention(*piece, text[piece[0] : piece[1]], "", "enumeration", 0.8, span) for piece in run
                ]
        return [mention for mention in found if _free(mention, taken)]

    def _runs(self, text: str, marks: Marks, pieces: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Neighbouring pieces that can all be names, two at least."""
        run: list[tuple[int, int]] = []
        for piece in pieces:
            name = text[piece[0] : piece[1]]
            sectoral = self._sectoral(marks, *piece) or self._is_local_sector(marks, name)
            if self.plausible(name, marks, piece[0]) and not sectoral:
                run.append(piece)
                continue
            if len(run) > 1:
                yield run
            run = []
        if len(run) > 1:
            yield run

    def _is_local_sector(self, marks: Marks, name: str) -> bool:
        """Whether a name is a sector after the short name of a county: a cluster's (阳谷化工新材料).

        A firm too has one of two characters (万华化学), but hardly that of a county of its own province (临西轴承).
        """
        for length in range(STEM, len(name) - STEM + 1):
            if name[length:] not in self._gazetteer.sectors:
                continue
            if len(name) - length > STEM:
                return name[:length] in self._gazetteer.stems or name[:length] in self._gazetteer.place_names
            return any(code.startswith(marks.province or "-") for code in self._gazetteer.stems.get(name[:length], ()))
        return False

    def _sectoral(self, marks: Marks, start: int, end: int) -> bool:
        """Whether a sector's name makes up all but a character of a piece: a product, not a firm."""
        return any(
            mark.kind & Kind.SECTOR and mark.end - mark.start >= end - start - 1 for mark in marks.within(start, end)
        )

    def _right_cut(
        self, text: str, marks: Marks, start: int, end: int, *, keep_institution: bool = True
    ) -> tuple[int, int]:
        """A piece without the words after its name: at the first boundary word, or after its ending."""
        piece = text[start:end]
        if piece in self._gazetteer.enterprises or self._is_legal(piece):
            return start, end
        if keep_institution and self._is_institution(piece):
            return start, end
        legal = self._legal.search(text, start + STEM, min(end, start + LONGEST))
        if legal is not None and len(legal.group()) > STEM:
            return start, legal.end()
        stops = [mark.start for mark in marks.within(start + SHORTEST, end) if mark.kind & Kind.STOP]
        end = min(stops, default=end)
        if self.looks(text[start:end]) and end - start <= LONGEST_SHORT:
            return start, end
        for match in self._ending.finditer(text, start + STEM, min(end, start + LONGEST_SHORT)):
            if len(match.group()) > 1 or match.end() == end:
                return start, match.end()
        return start, end

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
                if not _overlaps(start, end, taken[number]) and not _overlaps(start, end, found.get(number, ())):
                    mention = EnterpriseMention(start, end, name, "", "named-before", confidence, (start, end))
                    found.setdefault(number, []).append(mention)
                start = text.find(name, end)
        return found

    def _known(self, text: str, marks: Marks, sentence: Sentence) -> Iterator[EnterpriseMention]:
        for mark in marks.within(sentence.body, sentence.end):
            if mark.kind & Kind.ENTERPRISE and mark.end - mark.start >= SHORTEST_KNOWN:
                yield EnterpriseMention(mark.start, mark.end, mark.word, "", "known-name", 0.85, (mark.start, mark.end))

    def _with_legal_form(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        found: list[EnterpriseMention] = []
        for match in self._legal.finditer(text, sentence.body, sentence.end):
            start = self._left_edge(text, marks, max(sentence.body, match.start() - LONGEST), match.start(), whole=True)
            start, end = self._trim(text, start, match.end())
            if (
                len(match.group()) > STEM
                and match.start() - start >= STEM
                and not _overlaps(start, end, taken)
                and not _overlaps(start, end, found)
                and self.plausible(text[start:end], marks, start)
            ):
                found.append(EnterpriseMention(start, end, text[start:end], "", "legal-form", 0.85, (start, end)))
        return found

    def _with_ending(
        self, text: str, marks: Marks, sentence: Sentence, taken: list[EnterpriseMention]
    ) -> list[EnterpriseMention]:
        found: list[EnterpriseMention] = []
        for match in self._ending.finditer(text, sentence.body, sentence.end):
            stem = match.start()
            # Whatever its left edge, a name holds the ending and the characters before it.
            if _overlaps(stem - STEM, match.end(), taken):
                continue
            start = self._left_edge(text, marks, max(sentence.body, stem - LONGEST_SHORT), stem)
            if stem - start < STEM:
                continue
            start, end = self._trim(text, start, match.end())
            if not STEM <= stem - start <= STEM + 2 or _overlaps(start, end, taken) or _overlaps(start, end, found):
                continue
            if text[start:stem] in self._gazetteer.place_names or self._goes_on(marks, match):
                continue
            name = text[start:end]
            if not self.plausible(name, marks, start) or self._is_local_sector(marks, name):
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
        own = STEM if match.group() in self._firm else LONGEST
        sectors = (mark.start for mark in marks.within(start, match.start()) if mark.kind & Kind.SECTOR)
        return any(sector - start < own for sector in sectors)

    def _goes_on(self, marks: Marks, match: re.Match[str]) -> bool:
        """Whether an ending is only the beginning of a word (新材 of 新材料), or more follows it (轻化工大学)."""
        cover = marks.covering(match.end())
        if cover is not None and cover.start <= match.start():
            return True
        if len(match.group()) == 1 and self._after.match(match.string[match.end() : match.end() + 8]) is None:
            return True
        further = (self._ending, self._beyond, self._trade_beyond)
        return any(words.match(match.string, match.end()) for words in further)

    def _sure_of(self, text: str, sentence: Sentence, match: re.Match[str], start: int, end: int) -> float:
        """How sure a name is by its ending and by the words on both sides of it; without either it is none."""
        if self._titles.match(text[end : end + 8]):
            return 0.85
        between = self._before.search(text[max(sentence.body, start - 8) : start]) and self._after.match(
            text[end : min(end + 8, sentence.end)]
        )
        if match.group() in self._firm:
            return 0.8
        return 0.65 if between and match.start() - start <= STEM + 1 else 0

    def _left_edge(self, text: str, marks: Marks, start: int, end: int, *, whole: bool = False) -> int:
        """After the last boundary before `end`; with `whole`, one that leaves only an ending (科技) is passed over."""
        for barred in self._barred.finditer(text, start, end):
            start = barred.end()
        for mark in marks.within(start, end):
            if mark.kind & Kind.JOINT and len(mark.word) == 1 and 0 < mark.start - start < STEM:
                continue  # 和 is part of a name in 晟和光电
            if mark.kind & (Kind.JOINT | Kind.EDGE) and mark.end <= end:
                if whole and (end - mark.end < STEM or self._words.ending.fullmatch(text[mark.end : end])):
                    break
                start = mark.end
        return start


def _of_the_trade(lexicon: Lexicon) -> re.Pattern[str]:
    """What is made of nothing but words of a trade: a product or a field, no firm (线控底盘, 移动芯片)."""
    words = {row["word"] for row in lexicon.tables["company/trade_words"]}
    words.update(row["name"] for row in lexicon.tables["sectors"])
    words.update(lexicon.words("enterprises.endings"), lexicon.words("enterprises.product_words"))
    return re.compile(f"(?:{any_of(words).pattern})+")


def _free(mention: EnterpriseMention, taken: list[EnterpriseMention]) -> bool:
    return not _overlaps(mention.start, mention.end, taken)


def _overlaps(start: int, end: int, taken: Sequence[EnterpriseMention]) -> bool:
    for other in taken:  # noqa: SIM110 - any() with a generator takes three times as long, and this is asked most
        if start < other.end and other.start < end:
            return True
    return False
