"""Expected counts: what the graph must hold at least, at most or exactly, as data beside the tables."""

from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ValidationError
from kg.model import Expectation, Measured, Violation
from kg.sections import read_toml

KEYS = {"id", "title", "query", "equals", "at_least", "at_most"}
HEADER = "[[expect]]"


def violation(measured: Measured) -> Violation:
    """What to say of a count that is not as expected."""
    wanted = measured.expectation
    bounds = (("", wanted.equals), ("at least ", wanted.at_least), ("at most ", wanted.at_most))
    expected = ", ".join(f"{words}{number}" for words, number in bounds if number is not None)
    title = " / ".join(dict.fromkeys(wanted.title.values()))
    return Violation(f"expected count {wanted.id}", "", f"{title}: expected {expected}, found {measured.found}")


def read_expectations(path: Path) -> list[Expectation]:
    """The expectations of a file; ValidationError with what is wrong in it."""
    content, text = read_toml(path, ValidationError)
    entries = content.pop("expect", [])
    if content:
        raise ValidationError(f"unknown key {next(iter(content))!r}: only [[expect]] is read", file=path)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValidationError("expect must be an array of tables ([[expect]])", file=path)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.split("#")[0].strip() == HEADER]
    return [_expectation(entry, path, line) for entry, line in zip_longest(entries, lines[: len(entries)])]


def _expectation(entry: Mapping[str, object], path: Path, line: int | None) -> Expectation:
    name = str(entry.get("id", "?"))
    try:
        return _checked(entry, name)
    except ValueError as error:
        raise ValidationError(f"expectation {name}{error}", file=path, line=line) from error


def _checked(entry: Mapping[str, object], name: str) -> Expectation:
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise ValueError(f" has the unknown key {unknown[0]!r}; it may have {', '.join(sorted(KEYS))}")
    query, title = entry.get("query"), entry.get("title", name)
    if not query or not isinstance(query, str):
        raise ValueError(" lacks a query")
    bounds = {key: _number(entry, key) for key in ("equals", "at_least", "at_most")}
    if all(bound is None for bound in bounds.values()):
        raise ValueError(" expects nothing: give equals, at_least or at_most")
    titles = {str(key): str(text) for key, text in title.items()} if isinstance(title, dict) else {"": str(title)}
    return Expectation(name, titles, query, **bounds)


def _number(entry: Mapping[str, object], key: str) -> int | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ValueError(f": {key} must be a whole number, not {value!r}")
    return value


def measure(
    store: ox.Store,
    expectation: Expectation,
    *,
    base: str,
    prefixes: Mapping[str, str],
    file: Path | None = None,
) -> Measured:
    """Runs the expectation's query; ValidationError, which names `file`, where it does not give one number."""
    try:
        solutions = store.query(expectation.query, base_iri=base, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise ValidationError(
            f"expectation {expectation.id}: the query is not valid SPARQL: {error}", file=file
        ) from error
    rows = list(solutions) if isinstance(solutions, ox.QuerySolutions) else []
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) else None
    if not isinstance(value, ox.Literal) or not value.value.lstrip("-").isdigit():
        reason = f"expectation {expectation.id}: the query must give one row with one whole number"
        raise ValidationError(reason, file=file)
    return Measured(expectation, int(value.value))
