"""Columns of JSON values -> a relation: text with natural datatypes, one row a record and choice of list items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from kg.model import RECORD, Problem, Relation
from kg.read.typed import TypedColumn, canonical_double, plain_double, quoted, typed_relation
from kg.vocabulary import XSD

_INTEGER = "^-?[0-9]+$"
_CLASSES = ("string", "boolean", "integer", "double", "list")


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """A reference, the column of the table of records that has its value (or its list of values), and which it is."""

    reference: str
    code: str
    several: bool = False


def json_relation(
    connection: duckdb.DuckDBPyConnection, file: str, records: str, columns: Sequence[JsonColumn]
) -> tuple[Relation, list[Problem]]:
    """Return the relation over a table of records (n and a column a reference), and what gives no value in it."""
    source, codes = _expanded(records, columns)
    asked = [each for each in columns if each.reference != RECORD]
    kinds = _kinds(connection, source, [codes[each.reference] for each in asked])
    typed = [
        _column(each.reference, codes[each.reference], found) for each, found in zip(asked, kinds.found, strict=True)
    ]
    typed += [TypedColumn(RECORD, "n::VARCHAR") for each in columns if each.reference == RECORD]
    problems = []
    for each, found in zip(asked, kinds.found, strict=True):
        if not found and kinds.records:
            problems.append(_unknown(file, each.reference.strip()))
        if "list" in found:
            problems += _nested(connection, file, source, each.reference.strip(), codes[each.reference])
    return typed_relation(file, typed or [TypedColumn(RECORD, "n::VARCHAR")], source, "n"), problems


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The number of records, and the kinds of values that occur in each column."""

    records: int
    found: list[frozenset[str]]


def _expanded(records: str, columns: Sequence[JsonColumn]) -> tuple[str, dict[str, str]]:
    """Return a FROM with one row a record and combination of items, and the SQL of each column over it.

    An empty list counts as one item that has no value: what does not use it is said all the same.
    """
    listed = [each for each in columns if each.several]
    codes = {each.reference: each.code for each in columns if not each.several}
    source = records
    for i, each in enumerate(listed):
        items = f"list_distinct({each.code})"
        source += f", unnest(CASE WHEN len({items}) > 0 THEN {items} ELSE [NULL::JSON] END) AS i{i}(v{i})"
        codes[each.reference] = f"v{i}"
    return source, codes


def _kinds(connection: duckdb.DuckDBPyConnection, source: str, codes: Sequence[str]) -> _Kinds:
    """Look at all values once."""
    counts = [f"count(*) FILTER (WHERE {_kind(code)} = {quoted(name)})" for code in codes for name in _CLASSES]
    [(records, *numbers)] = connection.execute(f"SELECT {', '.join(['count(*)', *counts])} FROM {source}").fetchall()
    found = [
        frozenset(name for j, name in enumerate(_CLASSES) if numbers[i * len(_CLASSES) + j]) for i in range(len(codes))
    ]
    return _Kinds(int(records), found)


def _kind(code: str) -> str:
    """Return the SQL of the kind of a JSON value, NULL for null and for no value."""
    number = f"CASE WHEN regexp_matches({_text(code)}, '{_INTEGER}') THEN 'integer' ELSE 'double' END"
    return (
        f"CASE coalesce(json_type({code}), 'NULL') WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' "
        f"WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN 'list' WHEN 'ARRAY' THEN 'list' ELSE {number} END"
    )


def _text(code: str) -> str:
    return f"({code}->>'$')"


def _column(reference: str, code: str, found: frozenset[str]) -> TypedColumn:
    """Return a column; of several kinds, each value has a datatype of its own (the standard speaks of values)."""
    values, text = found - {"list"}, _text(code)
    if "list" in found:
        text = f"CASE WHEN json_type({code}) NOT IN ('OBJECT', 'ARRAY') THEN {text} END"
    if values <= {"string"}:
        return TypedColumn(reference, text)
    if values == {"double"}:
        return TypedColumn(reference, plain_double(text), "double", canonical_double(text))
    if len(values) == 1:
        return TypedColumn(reference, text, *values)
    kind = _kind(code)
    branches = " ".join(f"WHEN {quoted(name)} THEN {quoted(XSD + name)}" for name in _CLASSES[:-1])
    types = f"CASE {kind} {branches} END"
    if "double" not in values:
        return TypedColumn(reference, text, types=types)
    plain, form = (
        f"CASE {kind} WHEN 'double' THEN {of(text)} ELSE {text} END" for of in (plain_double, canonical_double)
    )
    return TypedColumn(reference, plain, form=form, types=types)


def _unknown(file: str, reference: str) -> Problem:
    return Problem("read", file, None, reference, f"no record has a value for the reference {reference!r}")


def _nested(
    connection: duckdb.DuckDBPyConnection, file: str, source: str, reference: str, code: str
) -> Iterator[Problem]:
    """Yield a problem a record that has an array or an object where a value should be."""
    query = f"SELECT n, {code}::VARCHAR FROM {source} WHERE {_kind(code)} = 'list' ORDER BY ALL"
    for number, value in connection.execute(query).fetchall():
        what = "an array" if value.startswith("[") else "an object"
        reason = f"the reference {reference!r} gives {what}, which is no value of its own"
        yield Problem("read", file, number, value[:200], reason)
