"""Where the words before the head of a cluster's name begin."""

import re

from kg.extract.lexicon import Lexicon
from kg.extract.marks import Kind, Marks

LONGEST_PARENTHESIS = 12
# Quotes right after a place that belong to a name hold so many characters with their marks.
LONGEST_QUOTED = 20


class FloorFinder:
    """Finds the last hard boundary of a stretch."""

    def __init__(self, lexicon: Lexicon) -> None:
        hard = lexicon.text("clusters.hard")
        self.hard = frozenset(hard) | {"\n", "\t"}
        self._last_edge = re.compile(rf"[^\n]*[\s(){re.escape(hard)}]")
        self._separator = lexicon.words("clusters.separators")[0]
        self._in_name = lexicon.pattern("clusters.quoted_in_name")

    def floor(self, text: str, marks: Marks, start: int, end: int) -> int:
        """The place after the last hard boundary in [start, end).

        A short balanced parenthesis is none (孝感市(高新区、汉川)纺织), nor are quotes right after a place:
        德阳市“硫磷钛”循环经济.
        """
        edge = self._last_edge.match(text, start, end)
        position = start if edge is None else edge.end()
        while position > start:
            character = text[position - 1]
            if character in self.hard:
                opening = self._quoted_after_place(text, marks, start, position)
                if opening is None:
                    return position
                position = opening
                continue
            if character == ")":
                opening = text.rfind("(", max(start, position - LONGEST_PARENTHESIS), position)
                inside = text[opening + 1 : position - 1]
                if (
                    opening <= start
                    or not inside
                    or not all(_han(letter) for letter in inside.replace(self._separator, ""))
                    or not _han(text[opening - 1])
                ):
                    return position
                position = opening
                continue
            if character == "(" or character.isspace():
                return position
            position -= 1
        return position

    def trimmed(self, text: str, start: int, end: int) -> int:
        """The end of [start, end) without the hard boundaries and spaces with which it ends."""
        while end > start and (text[end - 1] in self.hard or text[end - 1].isspace()):
            end -= 1
        return end

    def _quoted_after_place(self, text: str, marks: Marks, start: int, end: int) -> int | None:
        """Where a short quotation begins that ends at `end` and stands right after a place."""
        quoted = self._in_name.search(text, max(start, end - LONGEST_QUOTED), end)
        mark = marks.ending(quoted.start()) if quoted is not None else None
        return mark.end if mark is not None and mark.kind & Kind.PLACE else None


def _han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
