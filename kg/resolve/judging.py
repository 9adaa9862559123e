"""Judgements beside the rows of tables: those that speak of rows at hand, and still of the same firms."""

import duckdb

from kg.model import Problem
from kg.resolve.judgements import STAGE, Judgement, Judgements


def judge(
    connection: duckdb.DuckDBPyConnection, prefix: str, judgements: Judgements, split: int | None
) -> list[Problem]:
    """Makes `<prefix>_judged` (l, r, verdict, reason) of the judgements on rows of `<prefix>_raw`.

    Returns a Problem for each whose rows are called otherwise now: it is not applied.
    """
    names = _names(connection, prefix, judgements)
    reasons = [(row, _renamed(row, names)) for row in judgements.rows]
    kept = [row for row, reason in reasons if not reason]
    columns = [
        [row.left for row in kept],
        [row.right for row in kept],
        [row.verdict.value for row in kept],
        [row.reason for row in kept],
    ]
    given = "SELECT unnest(?::VARCHAR[]) AS a, unnest(?::VARCHAR[]) AS b, unnest(?::VARCHAR[]) AS verdict, "
    given += "unnest(?::VARCHAR[]) AS reason"
    raw = f"{prefix}_raw"
    sides = "l.n < r.n" if split is None else f"l.n <= {split} AND r.n > {split}"
    connection.execute(
        f"CREATE TEMP TABLE {prefix}_judged AS WITH given AS ({given}), "
        f"either AS (SELECT a, b, verdict, reason FROM given UNION SELECT b, a, verdict, reason FROM given) "
        f"SELECT l.n AS l, r.n AS r, verdict, reason FROM either e "
        f"JOIN {raw} l ON l.id = e.a JOIN {raw} r ON r.id = e.b "
        f"WHERE {sides}",
        columns,
    )
    return [
        Problem(STAGE, judgements.file, row.line, f"{row.left},{row.right}", reason)
        for row, reason in reasons
        if reason
    ]


def _names(connection: duckdb.DuckDBPyConnection, prefix: str, judgements: Judgements) -> dict[str, set[str]]:
    """Return what the rows of judged ids are called."""
    ids = sorted({identifier for row in judgements.rows for identifier in row.pair})
    found: dict[str, set[str]] = {}
    rows = connection.execute(f"SELECT id, name FROM {prefix}_raw WHERE id IN (SELECT unnest(?::VARCHAR[]))", [ids])
    for identifier, name in rows.fetchall():
        found.setdefault(identifier, set()).add(name)
    return found


def _renamed(row: Judgement, names: dict[str, set[str]]) -> str:
    for identifier, name in ((row.left, row.left_name), (row.right, row.right_name)):
        now = names.get(identifier)
        if name and now and name not in now:
            return (
                f"{identifier} was called {name} when it was judged, and is now {', '.join(sorted(now))}; not applied"
            )
    return ""
