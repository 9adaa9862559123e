"""What can stop a command: one base class, one subclass a stage. Each carries data, not only a sentence."""

import difflib
from collections.abc import Iterable
from pathlib import Path


class KgError(Exception):
    """A clear sentence for the user, with the place it speaks of; never shown as a traceback."""

    def __init__(
        self, reason: str, *, file: str | Path | None = None, line: int | None = None, value: str | None = None
    ):
        super().__init__(reason)
        self.reason = reason
        self.file = None if file is None else str(file)
        self.line = line
        self.value = value

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}: {self.reason}" if place else self.reason


class CatalogError(KgError):
    """The catalog, or a file that it names, cannot be used."""


class ReadError(KgError):
    """An input file cannot be read at all; a bad record inside it is a Problem instead."""


class ModelError(KgError):
    """The server of a language model does not answer, or not as it should."""


class EngineError(KgError):
    """What should do the work (Spark) is not there, or has failed."""


class MappingError(KgError):
    """A mapping is not valid RML, or asks for what its source does not have."""


class ValidationError(KgError):
    """The shapes, expectations or data cannot be validated."""


class PublishError(KgError):
    """A release cannot be written or swapped in."""


class QueryError(KgError):
    """A query cannot be parsed or is refused."""

    def __init__(self, reason: str, *, line: int | None = None, column: int | None = None, text: str | None = None):
        super().__init__(reason, line=line)
        self.column = column
        self.text = text


class NotFoundError(KgError):
    """A name, query or release that was asked for does not exist."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question to add to a message ("; did you mean 'file'?"), or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
