"""Evidence: from statements and their rows to a claims relation that `claims.rml.ttl` maps like any other table.

RML has no hash and cannot look at a triple that another map made, so the relation is derived here, in SQL:
one claim a statement and source. A statement about a record (a figure, a designation) is covered by the claim of
the statement that points at the record.
"""

from dataclasses import dataclass

import duckdb

from kg.mapping.sql import identifier, text
from kg.model import Dataset, EvidenceRules, Problem, Relation, SourceJoin

KNOWN_SOURCES = "known_sources"
CLAIMS = "claims"
CLAIM_ROW = "rowid + 2"
"""The row of a claim as the mapping engine counts it: a header would be row 1."""

QUOTE_COLUMNS = (
    "locator",
    "quote",
    "quote_start",
    "quote_end",
    "rule",
    "confidence",
    "article_date",
    "target",
    "judged_by",
    "judged_on",
    "judged_why",
    "remark",
)
"""What a claim that was read in a text has besides; all but the locator are empty where the text is a table.

The last three are of a claim that a person made or let in.
"""

CLAIM_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object_iri",
    "object_text",
    "object_lang",
    "object_datatype",
    "source",
    "confirmation",
    "as_of",
    "file",
    "row",
    "quoted",
    *QUOTE_COLUMNS,
)
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True)
class Backed:
    """A dataset whose statements have been made, with what is needed to say what backs them.

    `statements` is the table (row, subject, predicate, object, graph); `join` is the table of sources where the
    catalog names one. With `quoted` the rows themselves say where they come from, in QUOTE_COLUMNS.
    """

    dataset: Dataset
    relation: Relation
    join: Relation | None
    statements: str
    quoted: bool = False


class EvidenceTables:
    """Derives the evidence of datasets into tables of one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rules: EvidenceRules):
        self._connection = connection
        self._rules = rules
        columns = ", ".join(f"{identifier(column)} VARCHAR" for column in ("dataset", *CLAIM_COLUMNS))
        connection.execute(f"CREATE TABLE {CLAIMS} ({columns})")

    def know_sources(self, sources: Relation, grades: Relation) -> None:
        """Creates the table of source ids with the confirmation that their grade gives."""
        self._connection.execute(
            f"CREATE TABLE {KNOWN_SOURCES} AS SELECT DISTINCT s.id AS id, g.confirms AS confirms "
            f"FROM ({sources.sql}) s LEFT JOIN ({grades.sql}) g ON g.key = s.grade WHERE s.id IS NOT NULL"
        )

    def back(self, backed: Backed, *, into: str) -> list[Problem]:
        """Creates `into` (row, source, confirmation, as_of): what backs each row. A Problem for each unknown source.

        A row whose source is empty or unknown is backed by the source that stands for "no source".
        """
        dataset, named = backed.dataset, f"{into}_named"
        self._connection.execute(f"CREATE TEMP TABLE {named} AS {_named_sources(backed)}")
        self._connection.execute(
            f"CREATE TABLE {into} AS SELECT DISTINCT n.row, coalesce(k.id, {text(self._rules.unsourced)}) AS source, "
            f"coalesce(n.confirmation, k.confirms, u.confirms) AS confirmation, n.as_of FROM {named} n "
            f"LEFT JOIN {KNOWN_SOURCES} k ON k.id = n.source "
            f"LEFT JOIN {KNOWN_SOURCES} u ON u.id = {text(self._rules.unsourced)}"
        )
        unknown = self._connection.execute(
            f"SELECT n.row, n.source FROM {named} n ANTI JOIN {KNOWN_SOURCES} k ON k.id = n.source "
            "WHERE n.source IS NOT NULL ORDER BY n.row, n.source"
        ).fetchall()
        reason = f"is no id of the dataset {self._rules.sources}: the row counts as unsourced"
        return [Problem("map", dataset.file.name, row, source, reason) for row, source in unknown]

    def orphans(self, backed: Backed) -> list[Problem]:
        """A Problem for each row of the table of sources that belongs to no row of the dataset."""
        dataset = backed.dataset
        if backed.join is None or not isinstance(dataset.source, SourceJoin):
            return []
        key = identifier(dataset.source.key)
        found = self._connection.execute(
            f"SELECT j._row, j.{key} FROM ({backed.join.sql_with_rows}) j "
            f"ANTI JOIN ({backed.relation.sql}) t ON t.{key} = j.{key} ORDER BY 1"
        ).fetchall()
        reason = f"is no {dataset.source.key} of {dataset.file.name}: this source backs nothing"
        return [Problem("map", dataset.source.file.name, row, value or "", reason) for row, value in found]

    def claim(self, backed: Backed, backings: str) -> None:
        """Adds to the claims table: one row a claim and table row."""
        records = ", ".join(text(f"<{iri}>") for iri in self._rules.records) or "NULL"
        self._connection.execute(f"""
            INSERT INTO {CLAIMS}
            WITH head AS (SELECT DISTINCT object FROM {backed.statements} WHERE predicate IN ({records})),
            claimed AS (
                SELECT s.*, regexp_extract(s.object, '{_LITERAL}', ['text', 'lang', 'datatype']) AS parts
                FROM {backed.statements} s ANTI JOIN head h ON h.object = s.subject
            )
            SELECT DISTINCT {text(backed.dataset.id)} AS dataset,
                sha1(concat_ws(' ', c.subject, c.predicate, c.object, b.source)) AS id,
                c.subject[2:-2] AS subject, c.predicate[2:-2] AS predicate,
                CASE WHEN starts_with(c.object, '<') THEN c.object[2:-2] END AS object_iri,
                CASE WHEN starts_with(c.object, '"') THEN {_unescaped("c.parts.text")} END AS object_text,
                CASE WHEN starts_with(c.object, '"') THEN nullif(c.parts.lang, '') END AS object_lang,
                CASE WHEN starts_with(c.object, '"') AND c.parts.lang = ''
                    THEN coalesce(nullif(c.parts.datatype, ''), '{XSD_STRING}') END AS object_datatype,
                b.source, b.confirmation, b.as_of, {_places(backed)}
            FROM claimed c JOIN {backings} b ON b.row = c.row
            LEFT JOIN ({backed.relation.sql_with_rows}) t ON {"t._row = c.row" if backed.quoted else "false"}""")

    def claims(self) -> Relation:
        """The claims of all datasets as one relation with CLAIM_COLUMNS; its row is CLAIM_ROW of the claims table."""
        columns = ", ".join(identifier(column) for column in CLAIM_COLUMNS)
        return Relation(
            file=CLAIMS,
            columns=CLAIM_COLUMNS,
            sql=f"SELECT {columns} FROM {CLAIMS}",
            sql_with_rows=f"SELECT {CLAIM_ROW} AS _row, {columns} FROM {CLAIMS}",
        )

    def entity_sources(self, backed: Backed, backings: str, *, into: str) -> Relation:
        """Creates `into` (subject, source): for bulk tables, which sources an entity was derived from."""
        self._connection.execute(
            f"CREATE TABLE {into} AS SELECT DISTINCT s.subject[2:-2] AS subject, b.source AS source "
            f"FROM {backed.statements} s JOIN {backings} b ON b.row = s.row WHERE starts_with(s.subject, '<')"
        )
        rows = f"SELECT row_number() OVER () + 1 AS _row, subject, source FROM {into}"
        return Relation(into, ("subject", "source"), f"SELECT subject, source FROM {into}", rows)


def _places(backed: Backed) -> str:
    """SQL for where a claim stands: file and row, or what the row of a text says."""
    if backed.quoted:
        quoted = "CASE WHEN t.quote IS NOT NULL THEN b.source END AS quoted"
        return ", ".join(("NULL AS file", "NULL AS row", quoted, *(f"t.{column}" for column in QUOTE_COLUMNS)))
    file = f"{text(backed.relation.file)} AS file, CAST(c.row AS VARCHAR) AS row"
    return ", ".join((file, *(f"NULL AS {column}" for column in ("quoted", *QUOTE_COLUMNS))))


def _named_sources(backed: Backed) -> str:
    """A SELECT of (row, source, confirmation, as_of) as the tables name them."""
    dataset = backed.dataset
    confirmation = f"t.{identifier(dataset.confirmation)}" if dataset.confirmation else "NULL::VARCHAR"
    as_of = f"t.{identifier(dataset.as_of)}" if dataset.as_of else "NULL::VARCHAR"
    rest = f"{confirmation} AS confirmation, {as_of} AS as_of FROM ({backed.relation.sql_with_rows}) t"
    if isinstance(dataset.source, SourceJoin) and backed.join is not None:
        key, column = identifier(dataset.source.key), identifier(dataset.source.column)
        return (
            f"SELECT t._row AS row, j.{column} AS source, {rest} LEFT JOIN ({backed.join.sql}) j ON j.{key} = t.{key}"
        )
    source = f"t.{identifier(dataset.source)}" if isinstance(dataset.source, str) else "NULL::VARCHAR"
    return f"SELECT t._row AS row, {source} AS source, {rest}"


_LITERAL = r'^"((?s:.*))"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$'
"""An N-Triples literal (RDF 1.1 N-Triples, section 2.4); greedy, as no quote stands behind the closing one."""

_BACKSLASH = "chr(0)"
"""Stands for an escaped backslash while the other escapes are undone: U+0000 never stands in a table that was read."""

_ECHARS = {'"': '"', "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _unescaped(column: str) -> str:
    """SQL for the text that an N-Triples string stands for; untouched, and cheap, where there is no backslash."""
    named = f"replace({column}, '\\\\', {_BACKSLASH})"
    for code, character in _ECHARS.items():
        named = f"replace({named}, '\\{code}', chr({ord(character)}))"
    numbered = named
    for number in (*range(1, 32), 127, 0xFFFE, 0xFFFF):
        numbered = f"replace({numbered}, '\\u{number:04X}', chr({number}))"
    undone = f"CASE WHEN contains({column}, '\\u') THEN {numbered} ELSE {named} END"
    return f"CASE WHEN contains({column}, '\\') THEN replace({undone}, {_BACKSLASH}, '\\') ELSE {column} END"
