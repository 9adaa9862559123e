"""Mentions of firms -> firms of a register: by official code, else legal name, else short name with what agrees.

`compare` gives the firms that each mention may be, `choose` takes one, none, or leaves it to a person. A mention is
compared with the register alone: what another text says never changes what it means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count

import duckdb

from kg.model import Problem, Relation
from kg.resolve.database import Duckdb
from kg.resolve.dialect import DUCKDB, identifier, text
from kg.resolve.features import features, probability_sql, reason_sql, weight_sql
from kg.resolve.intake import check_columns, create, take_in
from kg.resolve.lexicon import Lexicon
from kg.resolve.names import Names

LEAST = -2.2
"""The log-odds from which a firm is a candidate: what is missing, a place that agrees can bring (`features._place`)."""

_NAMES = ("name", "legal_name")
_MARK = "chr(31)"
"""Divides the id of a firm from the number of its name: the register has a row for each of its names."""

_numbers = count(1)


class Rule(Enum):
    """What told the firm, from the surest."""

    CODE = "official code"
    NAME = "name in full"
    SHORT = "short name"
    PARTS = "parts of the name"
    NONE = "not told"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that a mention may be; `sure` where core and trade agree, or core and city."""

    enterprise: str
    rule: Rule
    score: float
    reason: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What the register has for a mention; `place` is the code of the place in its own name."""

    mention: str
    candidates: tuple[Candidate, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the context of a mention says for a firm, or against it."""

    agrees: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """The firm of a mention, or None, with the reason; `candidates` are the firms that it may be."""

    mention: str
    enterprise: str | None
    rule: Rule
    reason: str
    candidates: tuple[str, ...] = ()


def compare(
    connection: duckdb.DuckDBPyConnection, mentions: Relation, register: Relation, *, lexicon: Lexicon
) -> tuple[dict[str, Looked], list[Problem]]:
    """Return what each mention (id, name and optional city, code, address) may be, by its id, and the bad rows.

    `register` has id, name and optional legal_name, city, code, address; several rows of one id are names of one firm.
    """
    check_columns(register)
    check_columns(mentions)
    database, prefix = Duckdb(connection), f"firms_{next(_numbers)}"
    create(connection, f"{prefix}_raw")
    problems = take_in(connection, _each_name(register), f"{prefix}_raw", 1)
    [(split,)] = connection.execute(f"SELECT coalesce(max(n), 0) FROM {prefix}_raw").fetchall()
    problems += take_in(connection, mentions, f"{prefix}_raw", split + 1)
    Names(database, lexicon, prefix, learn_to=split).prepare()
    rows = connection.execute(_pairs(prefix, split)).fetchall()
    own = f"SELECT id, coalesce(city, province, '') FROM {prefix}_rows WHERE n > {split}"
    places = {str(key): str(place) for key, place in connection.execute(own).fetchall()}
    database.clear(prefix)
    found: dict[str, list[Candidate]] = {}
    for mention, firm, rule, score, reason, sure in rows:
        found.setdefault(mention, []).append(Candidate(firm, Rule(rule), score, reason, sure))
    return {key: Looked(key, tuple(found.get(key, ())), place) for key, place in places.items()}, problems


def _pairs(prefix: str, split: int) -> str:
    """Return the SELECT of (mention, firm, rule, score, reason, sure), the best name of a firm for each mention."""
    compared = features(DUCKDB)
    code, name, short, parts = (text(rule.value) for rule in (Rule.CODE, Rule.NAME, Rule.SHORT, Rule.PARTS))
    joins = " UNION ".join(
        f"SELECT l.n AS l, r.n AS r FROM registered l JOIN mentioned r ON l.{column} = r.{column} AND r.{column} <> ''"
        for column in ("code", "plain", "key", "body")
    )
    rule = (
        f"CASE WHEN l.code = r.code THEN {code} WHEN l.plain = r.plain AND r.form <> '' THEN {name} "
        f"WHEN l.plain = r.plain THEN {short} ELSE {parts} END"
    )
    sure = "(l.trade = r.trade AND r.trade <> '' AND r.city IS NULL) OR (l.city = r.city AND w >= 0)"
    return f"""
WITH registered AS (SELECT *, count(*) OVER (PARTITION BY key) AS often FROM {prefix}_rows WHERE n <= {split}),
mentioned AS (SELECT *, 1 AS often FROM {prefix}_rows WHERE n > {split}),
pairs AS ({joins}),
weighed AS (SELECT r.id AS mention, split_part(l.id, {_MARK}, 1) AS firm, {rule} AS rule,
    {weight_sql(compared)} AS w, {reason_sql(compared)} AS reason, coalesce({sure}, false) AS sure, l.id AS named
    FROM pairs p JOIN registered l ON l.n = p.l JOIN mentioned r ON r.n = p.r)
SELECT mention, firm, rule, {probability_sql("w")}, reason, sure FROM weighed WHERE w >= {LEAST} OR rule <> {parts}
QUALIFY row_number() OVER (PARTITION BY mention, firm ORDER BY rule = {code} DESC, rule <> {parts} DESC, sure DESC,
    w DESC, named) = 1
ORDER BY mention, firm"""


def _each_name(register: Relation) -> Relation:
    """Return a relation with a row for each name of a firm."""
    others = tuple(column for column in register.columns if column not in {"id", *_NAMES})
    names = [column for column in _NAMES if column in register.columns]
    selects = [
        f"SELECT {len(names)} * _row + {place} AS _row, id || {_MARK} || ({len(names)} * _row + {place}) AS id, "
        f"{name} AS name{''.join(f', {identifier(other)}' for other in others)} FROM ({register.sql_with_rows}) "
        f"WHERE {name} IS NOT NULL"
        for place, name in enumerate(names)
    ]
    rows = " UNION ALL ".join(selects)
    return Relation(register.file, ("id", "name", *others), f"SELECT * EXCLUDE (_row) FROM ({rows})", rows)


def choose(looked: Looked, bearings: Mapping[str, Bearing] | None = None) -> Found:
    """Return the firm of a mention: the only one of the surest kind that nothing speaks against.

    Short names and parts of names need more: of several firms the context must tell one; of one firm the trade is the
    same, or the context agrees. A name that is the same needs no more than that nothing is against it.
    """
    bearings = bearings or {}
    order = list(Rule)
    surest = min((order.index(one.rule) for one in looked.candidates), default=None)
    pool = [one for one in looked.candidates if order.index(one.rule) == surest]
    agreeing = [one for one in pool if one.enterprise in bearings and bearings[one.enterprise].agrees]
    if len(agreeing) == 1:
        [one] = agreeing
        return _found(looked, one, f"{one.reason}; {bearings[one.enterprise].reason}")
    if len(pool) == 1 and _needs_no_more(pool[0], bearings.get(pool[0].enterprise)):
        return _found(looked, pool[0], pool[0].reason)
    if not pool:
        return Found(looked.mention, None, Rule.NONE, "no firm of the register is like it")
    told = (f"{one.enterprise} ({_why(one, bearings.get(one.enterprise))})" for one in agreeing or pool)
    firms = tuple(one.enterprise for one in agreeing or pool)
    return Found(looked.mention, None, Rule.NONE, f"it may be {' or '.join(told)}", firms)


def _found(looked: Looked, one: Candidate, reason: str) -> Found:
    return Found(looked.mention, one.enterprise, one.rule, reason, (one.enterprise,))


def _needs_no_more(one: Candidate, bearing: Bearing | None) -> bool:
    if one.rule in (Rule.CODE, Rule.NAME):
        return True
    return bearing is None and (one.rule is Rule.SHORT or one.sure)


def _why(one: Candidate, bearing: Bearing | None) -> str:
    return f"{one.reason}; {bearing.reason if bearing else 'the context does not tell'}"


def named(firms: Sequence[str], *, in_full: bool) -> tuple[Candidate, ...]:
    """Return the firms that have the very name of a mention as candidates."""
    rule = Rule.NAME if in_full else Rule.SHORT
    return tuple(Candidate(firm, rule, 1.0, "the name is the same") for firm in firms)
