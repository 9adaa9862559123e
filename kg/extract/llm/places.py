"""Where words of a model stand in the text: letter by letter, but for white space and the width of characters."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from kg.model import Span


def fold(text: str) -> str:
    """The text without white space, full-width characters as their plain twins."""
    return "".join(character for _, character in _folded(text))


def _folded(text: str) -> list[tuple[int, str]]:
    """The characters that count, each with its place."""
    return [(place, _plain(character)) for place, character in enumerate(text) if not character.isspace()]


def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


@dataclass(frozen=True, slots=True)
class Folded:
    """A text to look for words in; `places` are those of its characters in the text as it was."""

    text: str
    places: tuple[int, ...]

    @staticmethod
    def of(text: str) -> "Folded":
        """A text, folded."""
        found = _folded(text)
        return Folded("".join(character for _, character in found), tuple(place for place, _ in found))

    def find(self, words: str, within: Span) -> Span | None:
        """The first place of the words in a stretch of the text; None where they are not in it as they are."""
        wanted = fold(words)
        first, last = (bisect_left(self.places, edge) for edge in (within.start, within.end))
        found = self.text.find(wanted, first, last) if wanted else -1
        return None if found < 0 else Span(self.places[found], self.places[found + len(wanted) - 1] + 1)
