"""A table of firms -> rows that can be compared, and a Problem for each row that cannot, or not in full."""

import duckdb

from kg.model import Problem, Relation
from kg.resolve import codes
from kg.resolve.errors import ResolveError
from kg.resolve.names import LONGEST, raw_select

STAGE = "resolve"
REQUIRED = ("id", "name")
SHOWN = 1000
"""So many bad rows of one kind are told one by one; a last Problem counts the rest."""


def check_columns(relation: Relation) -> None:
    """Raises ResolveError where a table lacks what a comparison needs."""
    missing = [name for name in REQUIRED if name not in relation.columns]
    if missing:
        has = ", ".join(relation.columns)
        raise ResolveError(f"the column {missing[0]!r} is missing (the table has: {has})", file=relation.file, line=1)


def take_in(connection: duckdb.DuckDBPyConnection, relation: Relation, target: str, first: int) -> list[Problem]:
    """Appends a table to `target` (n, id, name, city, code, address), numbered from `first`; returns the bad rows."""
    check_columns(relation)
    select = raw_select(relation.columns, relation.sql_with_rows, first)
    connection.execute(f"INSERT INTO {target} BY NAME {select}").fetchall()
    problems = _left_out(connection, relation, "id IS NULL", "coalesce(name, '')", "the row has no id")
    problems += _left_out(connection, relation, "name IS NULL", "coalesce(id, '')", "the row has no name")
    long = f"the name has more than {LONGEST:,} characters"
    problems += _left_out(connection, relation, f"length(name) > {LONGEST}", "coalesce(id, '')", long)
    problems += _twice(connection, relation)
    if "code" in relation.columns:
        problems += _codes(connection, relation, target, first)
    return problems


def create(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Makes the empty table that `take_in` fills."""
    columns = ", ".join(f"{name} VARCHAR" for name in ("id", "name", "city", "code", "address"))
    connection.execute(f"CREATE TEMP TABLE {target} (n BIGINT, {columns})")


def _left_out(
    connection: duckdb.DuckDBPyConnection, relation: Relation, when: str, value: str, reason: str
) -> list[Problem]:
    """Return the rows that cannot be compared, each with what it has to tell it by."""
    found = f"SELECT _row, {value} FROM ({relation.sql_with_rows}) WHERE {when}"
    return _problems(connection, relation.file, found, f"{reason} and is left out")


def _twice(connection: duckdb.DuckDBPyConnection, relation: Relation) -> list[Problem]:
    """Return the rows whose id an earlier row has."""
    numbered = (
        f"SELECT _row, id, first_value(_row) OVER (PARTITION BY id ORDER BY _row) AS earlier "
        f"FROM ({relation.sql_with_rows}) WHERE id IS NOT NULL AND id IN "
        f"(SELECT id FROM ({relation.sql}) GROUP BY id HAVING count(*) > 1)"
    )
    found = f"SELECT _row, id FROM ({numbered}) WHERE _row > earlier"
    return _problems(connection, relation.file, found, "an earlier row has this id; the row is left out")


def _problems(connection: duckdb.DuckDBPyConnection, file: str, found: str, reason: str) -> list[Problem]:
    rows = connection.execute(f"SELECT *, count(*) OVER () FROM ({found}) ORDER BY 1 LIMIT {SHOWN}").fetchall()
    problems = [Problem(STAGE, file, int(row), str(value), reason) for row, value, _ in rows]
    more = int(rows[0][2]) - len(rows) if rows else 0
    return problems + ([Problem(STAGE, file, None, f"{more} more rows", reason)] if more else [])


def _codes(connection: duckdb.DuckDBPyConnection, relation: Relation, target: str, first: int) -> list[Problem]:
    """Makes the codes of `target` plain, drops those that are not valid, and returns a Problem for each of these."""
    valid = codes.is_valid_sql("code")
    connection.execute(
        f"UPDATE {target} SET code = {_plain('code')} WHERE n >= {first} AND code IS NOT NULL"
    ).fetchall()
    connection.execute(f"UPDATE {target} SET code = NULL WHERE n >= {first} AND NOT {valid}").fetchall()
    checked = f"SELECT _row, code, {_plain('code')} AS plain FROM ({relation.sql_with_rows}) WHERE code IS NOT NULL"
    bad = f"SELECT _row, code, plain FROM ({checked}) WHERE NOT {codes.is_valid_sql('plain')}"
    rows = connection.execute(f"SELECT *, count(*) OVER () FROM ({bad}) ORDER BY _row LIMIT {SHOWN}").fetchall()
    problems = [
        Problem(STAGE, relation.file, int(row), str(code), f"{codes.fault(str(plain))}; the code is not used")
        for row, code, plain, _ in rows
    ]
    more = int(rows[0][3]) - len(rows) if rows else 0
    return problems + ([Problem(STAGE, relation.file, None, f"{more} more rows", _NOT_VALID)] if more else [])


_NOT_VALID = "the code is not a valid unified social credit code and is not used"


def _plain(code: str) -> str:
    return f"upper(regexp_replace({code}, '[\\s\\-]', '', 'g'))"
