"""A text in the one form that patterns are written for: ASCII instead of full-width, simplified instead of traditional.

Each character becomes one character, so a place in the normalised text is the same place in the text.
"""

import unicodedata
from collections.abc import Collection, Mapping

from kg.extract.lexicon import Lexicon

# A text in traditional script has at least this share of characters that only that script has.
TRADITIONAL_SHARE = 0.02
# Characters beside the compatibility blocks that have a plain twin: spaces, the full stop of half-width kana.
BLOCKS = ((0xFF01, 0xFF5F), (0x3000, 0x3001), (0x00A0, 0x00A1), (0x2000, 0x200B), (0xFE30, 0xFE6C))
# Up to so many different characters are replaced one after the other.
FEW = 40
# Halves of characters, which a broken file can hold, and what stands for them.
SURROGATES, REPLACEMENT = range(0xD800, 0xE000), "\ufffd"
# A line feed, carriage return and their kin end lines alike.
LINE_ENDS = {0x0D: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}


class Normaliser:
    """Normalises texts; holds the tables that this takes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._plain: dict[int, str] = {**_compatible(), **LINE_ENDS, **dict.fromkeys(SURROGATES, REPLACEMENT)}
        self._unplain = frozenset(map(chr, self._plain))
        pairs = lexicon.tables["traditional"]
        self._simplified: dict[int, str] = {ord(pair["traditional"]): pair["simplified"] for pair in pairs}
        self._traditional = frozenset(map(chr, self._simplified))

    def normalise(self, text: str) -> str:
        """The text in plain and simplified characters, as long as it was."""
        characters = set(text)
        plain = self._in_plain(text, self._unplain & characters)
        if self._traditional.isdisjoint(characters):
            return plain
        return plain.translate(self._simplified) if self.is_traditional(plain) else plain

    def _in_plain(self, text: str, others: Collection[str]) -> str:
        """The text in plain characters, of which it holds these `others`; few, and `translate` looks up every one."""
        if len(others) > FEW:
            return text.translate(self._plain)
        for character in others:
            text = text.replace(character, self._plain[ord(character)])
        return text

    def is_traditional(self, text: str) -> bool:
        """Whether the text is written in traditional script: a few old characters in a name don't make it so."""
        sample = text[:4000]
        count = sum(1 for character in sample if character in self._traditional)
        return count > max(TRADITIONAL_SHARE * len(sample), 2)


def _compatible() -> Mapping[int, str]:
    table = {}
    for start, end in BLOCKS:
        for point in range(start, end):
            plain = unicodedata.normalize("NFKC", chr(point))
            if len(plain) == 1 and plain != chr(point):
                table[point] = plain
    return table
