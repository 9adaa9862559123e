"""The files of a folder or pattern as one relation: same columns, and row numbers that tell the file."""

from collections.abc import Sequence
from dataclasses import replace

from kg.errors import ReadError
from kg.model import Problem, Relation
from kg.read.typed import FORM, NUMBER, TYPE, identifier, quoted
from kg.vocabulary import XSD

SHIFT = 40
"""Bits of a row number that count rows; those above count files."""


def together(name: str, parts: Sequence[Relation]) -> Relation:
    """Return one relation of the rows of all; ReadError where they have not the same columns."""
    first = parts[0]
    if len(parts) == 1:
        return first
    for part in parts[1:]:
        if set(part.columns) != set(first.columns):
            differing = ", ".join(map(repr, sorted(set(part.columns) ^ set(first.columns))))
            raise ReadError(f"has not the columns of {first.file}: they differ in {differing}", file=part.file)
    forms = [column for column in first.columns if any(column in dict(part.forms) for part in parts)]
    kinds = {column: {dict(part.datatypes).get(column, "") for part in parts} for column in first.columns}
    mixed = [
        column
        for column in first.columns
        if len(kinds[column]) > 1 or any(column in dict(part.typed_by) for part in parts)
    ]
    selects = [_select(part, first.columns, forms, mixed) for part in parts]
    numbered = (
        f"SELECT {NUMBER} + {i << SHIFT} AS {NUMBER}, {select} FROM ({part.sql_with_rows})"
        for i, (part, select) in enumerate(zip(parts, selects, strict=True))
    )
    return replace(
        first,
        file=name,
        sql=" UNION ALL ".join(
            f"SELECT {select} FROM ({part.sql})" for part, select in zip(parts, selects, strict=True)
        ),
        sql_with_rows=" UNION ALL ".join(numbered),
        datatypes=tuple(
            (column, min(kinds[column])) for column in first.columns if column not in mixed and min(kinds[column])
        ),
        forms=tuple((column, column + FORM) for column in forms),
        typed_by=tuple((column, column + TYPE) for column in mixed),
        files=tuple(part.file for part in parts),
    )


def _select(part: Relation, columns: Sequence[str], forms: Sequence[str], mixed: Sequence[str]) -> str:
    """Return what is selected of one part: the same columns in the same order as of any other."""
    own_forms, typed_by, datatypes = dict(part.forms), dict(part.typed_by), dict(part.datatypes)
    listed = [identifier(column) for column in columns]
    listed += [f"{identifier(own_forms.get(column, column))} AS {identifier(column + FORM)}" for column in forms]
    for column in mixed:
        constant = quoted(datatypes.get(column, XSD + "string"))
        of_all = f"CASE WHEN {identifier(column)} IS NOT NULL THEN {constant} END"
        code = identifier(typed_by[column]) if column in typed_by else of_all
        listed.append(f"{code} AS {identifier(column + TYPE)}")
    return ", ".join(listed)


def in_its_file(problem: Problem, relations: Sequence[Relation]) -> Problem:
    """Return a problem of a row of a joint relation as one of the file that the row is in."""
    joint = next((each for each in relations if each.files and each.file == problem.file), None)
    if joint is None or problem.line is None:
        return problem
    return replace(problem, file=joint.files[problem.line >> SHIFT], line=problem.line % (1 << SHIFT))
