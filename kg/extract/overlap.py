"""Stretches of a text that share characters."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Stretch(Protocol):
    """What stands in [start, end) of a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it is over."""


Named = TypeVar("Named", bound=Stretch)


def overlaps(start: int, end: int, taken: Sequence[Stretch]) -> bool:
    """Whether [start, end) shares a character with one of `taken`."""
    for other in taken:  # noqa: SIM110 - any() with a generator takes three times as long, and this is asked most
        if start < other.end and other.start < end:
            return True
    return False


def is_free(mention: Stretch, taken: Sequence[Stretch]) -> bool:
    """Whether a mention shares no character with those that were found."""
    return not overlaps(mention.start, mention.end, taken)


def apart(mentions: list[Named], others: Sequence[Stretch]) -> list[Named]:
    """The mentions that share no character with one of `others`."""
    if not mentions or not others:
        return mentions
    return [mention for mention in mentions if is_free(mention, others)]
