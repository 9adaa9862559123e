"""Enumerations of names cut into pieces, each without the words around it that are not its own."""

import re
from collections.abc import Iterator

from kg.extract.firm_names import LONGEST, LONGEST_SHORT, SHORTEST, STEM, FirmNames
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon
from kg.extract.marks import Kind, Mark, Marks

# A name without the ending of a company has at most so many characters.
LONGEST_CLEAN = 5


class Pieces:
    """Cuts stretches of text into names."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, names: FirmNames) -> None:
        self._gazetteer, self.names = gazetteer, names
        self._quotes = lexicon.text("enterprises.quotes")
        self._separators = frozenset(lexicon.words("clusters.separators"))
        self._maker = lexicon.pattern("enterprises.maker")
        self._place_links = lexicon.words("enterprises.place_links")
        self._barred = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9()&·.\-]")

    def cut(self, text: str, marks: Marks, start: int, end: int) -> Iterator[tuple[int, int]]:
        """An enumeration cut at its joints; 和 inside a name (泰和新材) is none."""
        cuts = [start]
        for joint in self.names.words.joint.finditer(text, start, end):
            if text[cuts[-1] : joint.start()] and not self._inside_name(text, marks, cuts[-1], joint, end):
                yield self.trim(text, cuts[-1], joint.start())
                cuts.append(joint.end())
        yield self.trim(text, cuts[-1], end)

    def trim(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A piece without quotes, remarks in parentheses, and the words before and after a name."""
        words = self.names.words
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

    def open(self, text: str, marks: Marks, pieces: list[tuple[int, int]], edges: list[int]) -> list[tuple[int, int]]:
        """Without a left edge: each piece from its last boundary word on, pieces before such a one left out."""
        done: list[tuple[int, int]] = []
        for start, end in pieces:
            if text[start:end] in self._gazetteer.enterprises:
                done.append((start, end))
                continue
            own = self._after_its_place(marks, start) if self.names.is_legal(text[start:end]) else -1
            edges_inside = (mark for mark in marks.within(start, end) if mark.kind & Kind.EDGE and mark.end < end)
            inside = [mark.end for mark in edges_inside if not start < mark.start == own or len(mark.word) > 1]
            inside += [edge for edge in edges if start < edge < end]
            if inside:
                done = []
            done.append((max(inside, default=start), end))
        return done

    @staticmethod
    def _after_its_place(marks: Marks, start: int) -> int:
        """Where a name's own words begin after the place with which it begins."""
        place = marks.at(start)
        return place.end if place is not None and place.kind & Kind.PLACE else start

    def after_place(self, text: str, start: int, end: int) -> int:
        """Where a name begins that has its place or trade before it (扬州的荣光能源, 徐州有彭城重工, 做釉料的甲潮)."""
        if maker := self._maker.match(text, start, end):
            return maker.end()
        for link in self._place_links:
            position = text.rfind(link, start, end)
            if position > start and (
                self.names.words.lead_in.sub("", text[start:position]) in self._gazetteer.place_names
                or (link == self._place_links[0] and self.names.looks(text[position + 1 : end]))
            ):
                return position + 1
        return start

    def right_cut(
        self, text: str, marks: Marks, start: int, end: int, *, keep_institution: bool = True
    ) -> tuple[int, int]:
        """A piece without the words after its name: at the first boundary word, or after its ending."""
        piece = text[start:end]
        if piece in self._gazetteer.enterprises or self.names.is_legal(piece):
            return start, end
        if keep_institution and self.names.is_institution(piece):
            return start, end
        legal = self.names.legal.search(text, start + STEM, min(end, start + LONGEST))
        if legal is not None and len(legal.group()) > STEM:
            return start, legal.end()
        stops = [mark.start for mark in marks.within(start + SHORTEST, end) if mark.kind & Kind.STOP]
        end = min(stops, default=end)
        if self.names.looks(text[start:end]) and end - start <= LONGEST_SHORT:
            return start, end
        for match in self.names.ending.finditer(text, start + STEM, min(end, start + LONGEST_SHORT)):
            if len(match.group()) > 1 or match.end() == end:
                form = self.names.legal.match(text, match.end())
                return start, form.end() if form is not None else match.end()
        return start, end

    def left_edge(self, text: str, marks: Marks, start: int, end: int, *, whole: bool = False) -> int:
        """After the last boundary before `end`; with `whole`, one that leaves only an ending (科技) is passed over."""
        for barred in self._barred.finditer(text, start, end):
            start = barred.end()
        closing = text.find(")", start, end)
        if closing >= 0 and text.find("(", start, closing) < 0:
            start = closing + 1
        for mark in marks.within(start, end):
            short_joint = mark.kind & Kind.JOINT and len(mark.word) == 1
            if short_joint and 0 < mark.start - self._after_its_place(marks, start) < STEM:
                continue  # 和 is part of a name in 晟和光电, 广东众和化塑
            if mark.kind & (Kind.JOINT | Kind.EDGE) and mark.end <= end:
                if whole and (end - mark.end < STEM or self.names.words.ending.fullmatch(text[mark.end : end])):
                    break
                start = mark.end
        return start

    def is_clean(self, marks: Marks, start: int, end: int) -> bool:
        """Whether a piece without the ending of a company's name holds no other word that the lexicon knows."""
        inside = (
            mark
            for mark in marks.within(start, end)
            if mark.word not in self.names.words.weak_edges
            and mark.kind != Kind.KEEP
            and not self._is_trade(mark, start)
        )
        return end - start <= LONGEST_CLEAN and next(inside, None) is None

    @staticmethod
    def _is_trade(mark: Mark, start: int) -> bool:
        """Whether a mark is the trade of a firm after its own name (甲简碳纤)."""
        return mark.kind == Kind.SECTOR and mark.start - start >= STEM

    def _inside_name(self, text: str, marks: Marks, start: int, joint: re.Match[str], end: int) -> bool:
        cover = marks.covering(joint.start())
        if cover is not None and cover.kind & (Kind.ENTERPRISE | Kind.PLACE):
            return True
        if not ("\u4e00" <= joint.group() <= "\u9fff") or len(joint.group()) > 1:
            return False
        if text[joint.end() : joint.end() + 1] in self._separators:
            return True  # 同 in 裕同、大胜达
        following = self.names.words.joint.search(text, min(joint.end() + SHORTEST, end), end)
        after = text[joint.end() : following.start() if following else end]
        bounds = (mark.end for mark in marks.within(start, joint.start()) if mark.kind & (Kind.EDGE | Kind.PLACE))
        before = text[max(bounds, default=start) : joint.start()]
        if 0 < len(before) < SHORTEST or len(after) < SHORTEST:
            return True
        whole = before + joint.group() + after
        return after in self._bare_endings(after) and len(whole) <= len(after) + STEM + 1

    def _bare_endings(self, word: str) -> frozenset[str]:
        match = self.names.words.ending.fullmatch(word)
        return frozenset((word,)) if match else frozenset()

    def _bears(self, rest: str) -> bool:
        """Whether a name needs the character before `rest`: 和 is the name's own in 和昌服饰."""
        ending = self.names.words.ending.search(rest)
        return ending is not None and 0 < ending.start() < STEM

    def _in_a_branch(self, inside: str) -> bool:
        """Whether what a parenthesis at a name's end holds belongs to the name: a place, no remark or stock code."""
        return inside in self._gazetteer.place_names

    def _unquoted(self, text: str, start: int, end: int) -> tuple[int, int]:
        if start < end and (text[start] in self._quotes or text[end - 1] in self._quotes):
            piece = text[start:end]
            start, end = end - len(piece.lstrip(self._quotes)), start + len(piece.rstrip(self._quotes))
        return start, end if end > start else start
