"""What articles say, as tables for the mapping engine: one of statements, one of the places that only texts name."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from kg.export.tables import write_csv
from kg.mapping.evidence import QUOTE_COLUMNS
from kg.mapping.sql import identifier
from kg.model import Dataset, Decision, Evidence, ForReview, Mentioned, Relation, TextClaim, TextStatement
from kg.pipeline.articles import iri_safe
from kg.resolve.answers import told
from kg.resolve.identities import NEW_ID
from kg.resolve.places import ZONE

STATEMENT_COLUMNS = (
    *("source", "subject", "predicate", "object"),
    *("named", "class", "name_predicate", "label"),
    *("figure", "figure_label", "indicator", "value", "unit", "comparator", "status", "period", "scope"),
    *QUOTE_COLUMNS,
)
PLACE_COLUMNS = ("source", "key", "code", "name", "level", "parent", "province", *QUOTE_COLUMNS)
JUDGEMENT_COLUMNS = ("source", "left", "says", "right", *QUOTE_COLUMNS)
REVIEW_COLUMNS = (
    *("article", "file", "subject", "predicate", "object"),
    *("quote", "start", "end", "rule", "confidence", "reason", "date"),
)
Row = Mapping[str, str]


def dataset_of(name: str, mappings: Path) -> Dataset:
    """The dataset that a derived relation counts as: every statement of it has its source."""
    return Dataset(
        id=name,
        file=Path(name),
        mapping=mappings / f"{name}.rml.ttl",
        title={},
        evidence=Evidence.STATEMENT,
        source="source",
        confirmation=None,
        as_of=None,
        date=None,
        licence=None,
        origin=None,
    )


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Row]
) -> Relation:
    """Creates a table of texts, where an empty one is NULL."""
    named = ", ".join(map(identifier, columns))
    connection.execute(f"CREATE TABLE {name} ({', '.join(f'{identifier(one)} VARCHAR' for one in columns)})")
    values = [[row.get(column) or None for column in columns] for row in rows]
    if values:
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", values)
    return Relation(
        name, tuple(columns), f"SELECT {named} FROM {name}", f"SELECT rowid + 2 AS _row, {named} FROM {name}"
    )


def statement_row(statement: TextStatement) -> Row:
    """A statement as a row: what is said, of a new figure its parts, and the sentence that says it."""
    claim = statement.claim
    row = {"source": claim.article, **quote_row(claim), **judged_row(statement.decision), "remark": statement.remark}
    if statement.label:
        called = {"named": statement.subject, "name_predicate": statement.predicate, "label": statement.label}
        return {**row, **called, "class": statement.cls}
    said = {"subject": statement.subject, "predicate": statement.predicate, "object": statement.object}
    figure = dict(statement.figure)
    return {**row, **said, **figure, "figure_label": figure.pop("label", "")}


def judged_row(decision: Decision | None) -> Row:
    """Who decided, when and why; nothing where nobody had to."""
    if decision is None:
        return {}
    return {"judged_by": decision.who, "judged_on": decision.when[:DAY], "judged_why": decision.why}


DAY = len("2026-01-31")
"""Characters of a date; what is behind them is the time of day."""


def quote_row(claim: TextClaim) -> Row:
    """The sentence of a claim, its place as a locator (RFC 5147), and the node that stands for the place."""
    quote, path = claim.quote, "/".join(map(iri_safe, claim.file.split("/")))
    start, end = quote.span.start, quote.span.end
    target = hashlib.sha1(f"{claim.article} {start} {end}".encode(), usedforsecurity=False).hexdigest()
    return {
        "locator": f"{path}#char={start},{end}",
        "quote": quote.text,
        "quote_start": str(start),
        "quote_end": str(end),
        "rule": quote.rule,
        "confidence": f"{quote.confidence:g}",
        "article_date": claim.date,
        "target": target,
    }


def place_rows(
    statements: Sequence[TextStatement], places: Sequence[Row], known: Mapping[str, str], *, source: str, file: str
) -> list[Row]:
    """Rows for the places that statements speak of and no table has, and for those above them.

    `places` are the rows of the lexicon's table, `known` the IRIs of places by code; `file` names that table. A zone is
    in no table but in its article.
    """
    by_code = {row["code"]: (number, row) for number, row in enumerate(places, start=2)}
    zones = {(one.claim.article, one.object): one.claim for one in statements if one.object.startswith(_NEW_ZONE)}
    spoken = {iri for one in statements for iri in (one.subject, one.object) if iri.startswith(_PLACE)}
    wanted = {iri.removeprefix(_PLACE) for iri in spoken - set(known.values())}
    wanted |= {code for claim in zones.values() for code in _host(claim)}
    found: dict[str, Row] = {}
    while wanted:
        code = wanted.pop()
        if code in known or code in found or code not in by_code:
            continue
        number, row = by_code[code]
        above = _above(code, row["parent"], by_code, known)
        wanted |= {row["parent"], _top(code, by_code)} - {""}
        own = {"source": source, "key": code, "code": code, "name": row["name"], "level": row["level"], **above}
        found[code] = {**own, "locator": f"{file}#row={number}"}
    rows = [found[code] for code in sorted(found)]
    return rows + [_zone_row(claim, by_code, known) for _, claim in sorted(zones.items(), key=lambda one: one[0])]


_PLACE = "place/"
_NEW_ZONE = _PLACE + NEW_ID.removeprefix("/")
ByCode = Mapping[str, tuple[int, Row]]


def _top(code: str, by_code: ByCode) -> str:
    while by_code[code][1]["parent"]:
        code = by_code[code][1]["parent"]
    return code


def _above(code: str, parent: str, by_code: ByCode, known: Mapping[str, str]) -> Row:
    """What a place lies in, and its province; a province lies in nothing."""
    top = _top(code, by_code)
    above = {"parent": parent, "province": "" if top == code and not parent else top}
    return {key: known.get(of, _PLACE + of) for key, of in above.items() if of}


def _host(claim: TextClaim) -> tuple[str, ...]:
    return claim.object.codes if isinstance(claim.object, Mentioned) else ()


def _zone_row(claim: TextClaim, by_code: ByCode, known: Mapping[str, str]) -> Row:
    """A zone that an article names, in the place that it lies in."""
    assert isinstance(claim.object, Mentioned)  # noqa: S101  # only places are zones
    [host] = claim.object.codes
    key = (claim.object.known or "").removeprefix(_PLACE)
    row = {"source": claim.article, "key": key, "name": claim.object.name, "level": ZONE, **quote_row(claim)}
    return {**row, "remark": claim.object.reason, **_above(host, host, by_code, known)}


def write_review(items: Iterable[ForReview], target: Path) -> None:
    """Writes what is for review; the header alone where there is nothing."""
    write_csv(target, REVIEW_COLUMNS, map(_review_row, items))


def _review_row(item: ForReview) -> list[str]:
    claim, quote = item.claim, item.claim.quote
    return [
        *(claim.article, claim.file, claim.subject.name, claim.predicate, told(claim)),
        *(quote.text, str(quote.span.start), str(quote.span.end), quote.rule, f"{quote.confidence:g}", item.reason),
        claim.date,
    ]
