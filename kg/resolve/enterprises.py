"""Mentions of firms -> ids of a register: by official code, else legal name, else short name with place and trade."""

from dataclasses import dataclass, replace
from enum import Enum

import duckdb

from kg.model import Problem, Relation
from kg.resolve.database import Duckdb
from kg.resolve.dialect import identifier
from kg.resolve.intake import check_columns
from kg.resolve.judgements import Judgements
from kg.resolve.lexicon import Lexicon
from kg.resolve.match import match_tables

ACCEPT = -2.2
"""A mention is one of a register's firms more often than a row of a strange table: a little less must agree."""

_NAMES = ("name", "legal_name")
_MARK = "\x1f"
"""Divides the id of a firm from the number of its name: the register has a row for each of its names."""


class Rule(Enum):
    """What told the firm."""

    JUDGED = "judged"
    CODE = "official code"
    NAME = "name in full"
    PARTS = "parts of the name"
    NONE = "not told"


@dataclass(frozen=True, slots=True)
class Found:
    """The firm of a mention, or None, with the reason; `candidates` are the firms that it may be."""

    mention: str
    enterprise: str | None
    rule: Rule
    score: float
    reason: str
    candidates: tuple[str, ...] = ()


def resolve_enterprises(
    connection: duckdb.DuckDBPyConnection,
    mentions: Relation,
    register: Relation,
    *,
    lexicon: Lexicon,
    judgements: Judgements | None = None,
) -> tuple[list[Found], list[Problem]]:
    """Return the firm of each mention (id, name and optional city, code, address), sorted by id, and the bad rows.

    `register` has id, name and optional legal_name, city, code, address.
    """
    check_columns(register)
    names = _each_name(register)
    matching = match_tables(
        Duckdb(connection), names, mentions, lexicon=lexicon, judgements=_of_names(judgements), accept=ACCEPT
    )
    equal = set(connection.execute(_EQUAL.format(prefix=matching.prefix)).fetchall())
    found = {}
    for left, right, score, reason in matching.rows():
        rule = _rule(reason, is_equal=(left, right) in equal)
        found[right] = Found(right, left.partition(_MARK)[0], rule, score, reason)
    for left, right, score, reason in reversed(matching.undecided()):
        if right not in found or found[right].enterprise is None:
            before = found[right].candidates if right in found else ()
            firms = tuple(sorted({*before, left.partition(_MARK)[0]}))
            found[right] = Found(right, None, Rule.NONE, score, reason, firms)
    rows = connection.execute(f"SELECT DISTINCT id FROM ({mentions.sql}) WHERE id IS NOT NULL AND name IS NOT NULL")
    for (mention,) in rows.fetchall():
        found.setdefault(mention, Found(mention, None, Rule.NONE, 0.0, "no firm of the register is like it"))
    matching.close()
    return [found[key] for key in sorted(found)], list(matching.problems)


_EQUAL = (
    "SELECT m.left_id, m.right_id FROM {prefix}_result m JOIN {prefix}_rows l ON l.id = m.left_id "
    "JOIN {prefix}_rows r ON r.id = m.right_id WHERE l.plain = r.plain"
)


def _rule(reason: str, *, is_equal: bool) -> Rule:
    if reason.startswith("judged"):
        return Rule.JUDGED
    if reason.startswith("same official code"):
        return Rule.CODE
    return Rule.NAME if is_equal else Rule.PARTS


def _each_name(register: Relation) -> Relation:
    """Return a relation with a row for each name of a firm."""
    others = tuple(column for column in register.columns if column not in {"id", *_NAMES})
    names = [column for column in _NAMES if column in register.columns]
    selects = [
        f"SELECT {len(names)} * _row + {place} AS _row, id || chr(31) || '{place}' AS id, {name} AS name"
        f"{''.join(f', {identifier(other)}' for other in others)} FROM ({register.sql_with_rows}) "
        f"WHERE {name} IS NOT NULL"
        for place, name in enumerate(names)
    ]
    rows = " UNION ALL ".join(selects)
    return Relation(register.file, ("id", "name", *others), f"SELECT * EXCLUDE (_row) FROM ({rows})", rows)


def _of_names(judgements: Judgements | None) -> Judgements:
    """Return judgements of firms and mentions as judgements of each name of the firm."""
    if judgements is None:
        return Judgements()
    marked = []
    for row in judgements.rows:
        for place in range(len(_NAMES)):
            marked.append(replace(row, left=f"{row.left}{_MARK}{place}"))
            marked.append(replace(row, right=f"{row.right}{_MARK}{place}"))
    return Judgements(tuple(marked), judgements.file)
