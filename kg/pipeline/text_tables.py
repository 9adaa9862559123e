"""What articles say, as tables for the mapping engine: one of statements, one of the places that only texts name."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from kg.export.tables import write_csv
from kg.mapping.evidence import QUOTE_COLUMNS
from kg.mapping.sql import identifier
from kg.model import Dataset, Decision, Evidence, ForReview, Relation, TextClaim, TextStatement
from kg.pipeline.articles import iri_safe
from kg.resolve.answers import told

STATEMENT_COLUMNS = (
    *("source", "subject", "predicate", "object"),
    *("named", "class", "name_predicate", "label"),
    *("figure", "figure_label", "indicator", "value", "unit", "comparator", "status", "period", "scope"),
    *QUOTE_COLUMNS,
)
PLACE_COLUMNS = ("source", "code", "name", "level", "parent", "province", *QUOTE_COLUMNS)
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
    row = {"source": claim.article, **quote_row(claim), **judged_row(statement.decision)}
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
    statements: Iterable[TextStatement], places: Sequence[Row], known: Mapping[str, str], *, source: str, file: str
) -> list[Row]:
    """Rows for the places of the lexicon that statements speak of and no table has, and for those above them.

    `places` are the rows of the lexicon's table, `known` the IRIs of places by code; `file` names that table.
    """
    by_code = {row["code"]: (number, row) for number, row in enumerate(places, start=2)}
    spoken = {iri for one in statements for iri in (one.subject, one.object) if iri.startswith("place/")}
    wanted = {iri.removeprefix("place/") for iri in spoken - set(known.values())}
    found: dict[str, Row] = {}
    while wanted:
        code = wanted.pop()
        if code in known or code in found or code not in by_code:
            continue
        number, row = by_code[code]
        top = code
        while by_code[top][1]["parent"]:
            top = by_code[top][1]["parent"]
        wanted |= {row["parent"], top} - {""}
        above = {key: known.get(of, f"place/{of}") for key, of in (("parent", row["parent"]), ("province", top)) if of}
        own = {} if top == code else above
        found[code] = {"source": source, "code": code, "name": row["name"], "level": row["level"], **own}
        found[code] = {**found[code], "locator": f"{file}#row={number}"}
    return [found[code] for code in sorted(found)]


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
