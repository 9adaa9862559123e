"""Readings: what each article said in the build before, kept so that an unchanged one is not read again.

They stand in `output/cache`, which may be removed at any time. One is used again only where the file, the lexicon, the
names of the tables, the rules and the program are the same, by content.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.model import Amount, Mentioned, Problem, Quote, Span, TextClaim

FILE = Path("cache", "readings.sqlite")


@dataclass(frozen=True, slots=True)
class Said:
    """What one article says; `useful` is False where it could not be read."""

    claims: tuple[TextClaim, ...]
    problems: tuple[Problem, ...]
    useful: bool


class Readings:
    """The readings of an output folder by key; the output's lock must be held."""

    def __init__(self, output: Path, *, fresh: bool = False):
        """With `fresh` none of them is used again."""
        self._path, self._fresh = output / FILE, fresh
        self._said: dict[str, Said] = {}
        self._opened: sqlite3.Connection | None = None

    def find(self, key: str) -> Said | None:
        """The reading of this key, if it was kept."""
        if self._fresh:
            return None
        try:
            row = self._database().execute("SELECT said FROM readings WHERE key = ?", [key]).fetchone()
            return None if row is None else _said(json.loads(row[0]))
        except (sqlite3.Error, ValueError, KeyError, TypeError):  # missing or damaged: it is read again
            return None

    def _database(self) -> sqlite3.Connection:
        """What was kept, opened once for all articles."""
        if self._opened is None:
            self._opened = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)
        return self._opened

    def note(self, key: str, said: Said) -> None:
        """Notes a reading of this build."""
        self._said[key] = said

    def keep(self) -> None:
        """Keeps the readings of this build for the next one, and nothing else."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._write()
        except sqlite3.DatabaseError:  # damaged
            self._path.unlink()
            self._write()

    def _write(self) -> None:
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, said TEXT NOT NULL)")
            known = {key for (key,) in database.execute("SELECT key FROM readings")}
            database.executemany("DELETE FROM readings WHERE key = ?", [[key] for key in known - self._said.keys()])
            new = [[key, _json(self._said[key])] for key in self._said.keys() - known]
            database.executemany("INSERT INTO readings VALUES (?, ?)", new)


def _json(said: Said) -> str:
    return json.dumps(asdict(said), ensure_ascii=False, default=str)


def _said(content: Mapping[str, Any]) -> Said:
    problems = tuple(Problem(**one) for one in content["problems"])
    return Said(tuple(map(_claim, content["claims"])), problems, bool(content["useful"]))


def _claim(content: Mapping[str, Any]) -> TextClaim:
    quote = content["quote"]
    made = {
        "subject": _mentioned(content["subject"]),
        "object": _object(content["object"]),
        "quote": Quote(**{**quote, "span": Span(**quote["span"])}),
    }
    return TextClaim(**{**content, **made})


def _object(content: Mapping[str, Any] | None) -> Mentioned | Amount | None:
    if content is None:
        return None
    if "indicator" in content:
        return Amount(**{**content, "value": Decimal(content["value"])})
    return _mentioned(content)


def _mentioned(content: Mapping[str, Any]) -> Mentioned:
    near = tuple(map(tuple, content["near"]))
    return Mentioned(**{**content, "codes": tuple(content["codes"]), "near": near})
