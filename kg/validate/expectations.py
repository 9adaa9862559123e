"""Expected counts: what the graph must hold at least, at most or exactly, as data beside the tables."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ValidationError
from kg.model import Expectation, Measured, Violation

KEYS = {"id", "title", "query", "equals", "at_least", "at_most"}


def violation(measured: Measured) -> Violation:
    """What to say of a count that is not as expected."""
    wanted = measured.expectation
    bounds = (("", wanted.equals), ("at least ", wanted.at_least), ("at most ", wanted.at_most))
    expected = ", ".join(f"{words}{number}" for words, number in bounds if number is not None)
    title = " / ".join(dict.fromkeys(wanted.title.values()))
    return Violation(f"expected count {wanted.id}", "", f"{title}: expected {expected}, found {measured.found}")


def read_expectations(path: Path) -> list[Expectation]:
    """The expectations of a file; ValidationError with what is wrong in it."""
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("expect", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValidationError(f"cannot be read: {error}", file=path) from error
    return [_expectation(entry, path) for entry in entries]


def _expectation(entry: Mapping[str, object], path: Path) -> Expectation:
    name = str(entry.get("id", "?"))
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise ValidationError(f"expectation {name} has the unknown key {unknown[0]!r}", file=path)
    query, title = entry.get("query"), entry.get("title", name)
    if not isinstance(query, str):
        raise ValidationError(f"expectation {name} lacks a query", file=path)
    bounds = {key: _number(entry, key, path) for key in ("equals", "at_least", "at_most")}
    if all(bound is None for bound in bounds.values()):
        raise ValidationError(f"expectation {name} expects nothing: give equals, at_least or at_most", file=path)
    titles = dict(title) if isinstance(title, dict) else {"": str(title)}
    return Expectation(name, titles, query, **bounds)


def _number(entry: Mapping[str, object], key: str, path: Path) -> int | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, int):
        raise ValidationError(f"expectation {entry.get('id')}: {key} must be a whole number, not {value!r}", file=path)
    return value


def measure(store: ox.Store, expectation: Expectation, *, base: str, prefixes: Mapping[str, str]) -> Measured:
    """Runs the expectation's query; ValidationError where it does not give one number."""
    try:
        solutions = store.query(expectation.query, base_iri=base, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise ValidationError(f"expectation {expectation.id}: the query is not valid SPARQL: {error}") from error
    rows = list(solutions) if isinstance(solutions, ox.QuerySolutions) else []
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) else None
    if not isinstance(value, ox.Literal) or not value.value.lstrip("-").isdigit():
        raise ValidationError(f"expectation {expectation.id}: the query must give one row with one whole number")
    return Measured(expectation, int(value.value))
