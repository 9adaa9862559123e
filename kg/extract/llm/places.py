"""Where words of a model stand in the text: letter by letter, but for white space, what cannot be seen, and width."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from kg.model import Span

UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that are no part of a word: controls, marks of direction, halves of characters."""


def seen(text: str) -> str:
    """The text without characters that cannot be seen: a reply may hold what no file and no terminal should."""
    return "".join(
        character for character in text if character.isspace() or unicodedata.category(character) not in UNSEEN
    )


def fold(text: str) -> str:
    """The text without white space and what cannot be seen, full-width characters as their plain twins."""
    return "".join(character for _, character in _folded(text))


def _folded(text: str) -> list[tuple[int, str]]:
    """The characters that count, each with its place."""
    return [(place, _plain(character)) for place, character in enumerate(text) if _counts(character)]


def _counts(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in UNSEEN


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
