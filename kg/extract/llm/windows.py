"""A text in overlapping windows that begin and end with a sentence, so that a long article fits into requests."""

from collections.abc import Iterator, Sequence

from kg.extract.sentences import Sentence
from kg.model import Span


def windows(sentences: Sequence[Sentence], size: int, overlap: int) -> Iterator[Span]:
    """Stretches of at most `size` characters; each begins with the last sentences of the one before.

    These have at most `overlap` characters. A sentence longer than `size` is a window of its own.
    """
    first = 0
    while first < len(sentences):
        last = _last(sentences, first, size)
        yield Span(sentences[first].start, sentences[last].end)
        if last + 1 == len(sentences):
            return
        first = _back(sentences, first, last, overlap)


def _last(sentences: Sequence[Sentence], first: int, size: int) -> int:
    """The last sentence that fits into a window from the first."""
    last = first
    while last + 1 < len(sentences) and sentences[last + 1].end - sentences[first].start <= size:
        last += 1
    return last


def _back(sentences: Sequence[Sentence], first: int, last: int, overlap: int) -> int:
    """The first sentence of the next window, which is behind that of this one."""
    begin = last + 1
    while begin - 1 > first and sentences[last].end - sentences[begin - 1].start <= overlap:
        begin -= 1
    return begin


def halves(sentences: Sequence[Sentence], window: Span) -> list[Span]:
    """A window as two, each about half of it; none for one that is a single sentence."""
    inside = [one for one in sentences if window.start <= one.start and one.end <= window.end]
    if len(inside) < 2:  # noqa: PLR2004 two halves
        return []
    middle = (window.start + window.end) // 2
    cut = next((number for number, one in enumerate(inside) if number and one.end > middle), len(inside) - 1)
    return [Span(window.start, inside[cut - 1].end), Span(inside[cut].start, window.end)]
