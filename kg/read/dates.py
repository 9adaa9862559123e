"""The date that a page gives for itself; dates in its paragraphs are events."""

import re
from collections.abc import Iterable
from datetime import date

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[^\d\s]\s?(\d{1,2})\s?[^\d\s]\s?(\d{1,2})(?!\d)")
_ALONE = re.compile(r"\W*(?:19|20)\d\d\s?[^\d\s]\s?\d{1,2}\s?[^\d\s]\s?\d{1,2}\s?[^\d\s]?\W*")


def first_date(texts: Iterable[str]) -> date | None:
    """The first whole date in any of the texts."""
    for text in texts:
        for match in _DATE.finditer(text):
            try:
                return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            except ValueError:
                continue
    return None


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else, as at the foot of a notice."""
    return _ALONE.fullmatch(text) is not None
