"""Statements under one id: of ids that stand for one thing, the statements and claims move to the one that stays.

Nothing is lost: every claim stays a claim of its own, with its id, its source and its row. Where a thing has one name a
language, or one legal name, those of the other ids become other names; and where it has one value of a predicate only,
one that differs stays with the id that it was said of.
"""

from collections.abc import Collection, Mapping

import duckdb

from kg.mapping.evidence import CLAIMS
from kg.mapping.quads import QUADS, SOURCED
from kg.mapping.sql import text
from kg.vocabulary import ALT_LABEL, LABEL, LEGAL_NAME, OBJECT, PREDICATE, PROVENANCE_GRAPH, SUBJECT, TYPE

MERGED, MOVED, CLAIMED, ONCE = "merged_ids", "moved_statements", "moved_claims", "once_predicates"


class Merging:
    """Moves the statements of some ids to others, in the tables of one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, base: str):
        self._connection, self._base = connection, base

    def merge(self, kept: Mapping[str, str], once: Collection[tuple[str, str]]) -> set[str]:
        """Moves everything that is said of the keys of `kept` (relative IRIs) to their values; returns whose it was.

        `once` are pairs (class, predicate) of which a thing has one value only. The result names the datasets whose
        statements are other ones now.
        """
        self._name(kept, once)
        self._run(f"CREATE OR REPLACE TEMP TABLE {MOVED} AS {self._moved()}")
        self._run(f"CREATE OR REPLACE TEMP TABLE {CLAIMED} AS {self._claimed()}")
        changed = {str(dataset) for (dataset,) in self._connection.execute(_CHANGED).fetchall()}
        for statement in self._updates():
            self._run(statement)
        names = ", ".join(map(text, sorted(changed))) or "NULL"
        for table in (QUADS, SOURCED):  # what two ids both had is there twice now
            self._run(
                f"CREATE OR REPLACE TEMP TABLE once_each AS SELECT DISTINCT * FROM {table} WHERE dataset IN ({names})"
            )
            self._run(f"DELETE FROM {table} WHERE dataset IN ({names})")
            self._run(f"INSERT INTO {table} SELECT * FROM once_each")
        return changed

    def _name(self, kept: Mapping[str, str], once: Collection[tuple[str, str]]) -> None:
        """Creates the tables of ids (in the order of `kept`) and of predicates, as N-Triples terms."""
        ids = [[f"<{self._base}{one}>" for one in column] for column in (kept, kept.values())]
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {MERGED} AS "
            "SELECT unnest(?::VARCHAR[]) AS old, unnest(?::VARCHAR[]) AS new, unnest(range(1, ? + 1)) AS rank",
            [*ids, len(kept)],
        )
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {ONCE} AS "
            "SELECT unnest(?::VARCHAR[]) AS class, unnest(?::VARCHAR[]) AS predicate",
            [[f"<{one}>" for one in column] for column in zip(*once, strict=True)] or [[], []],
        )

    def _moved(self) -> str:
        """The SELECT of statements that change, with what they change to.

        `said` are all statements of the ids that stay (rank 0) and of those that go. Of a name in one language, and of
        a predicate with one value, that of the least rank holds; `best` is its object.
        """
        label, other = text(str(LABEL)), text(str(ALT_LABEL))
        new_object = "coalesce((SELECT new FROM merged_ids o WHERE o.old = s.object), s.object)"
        return f"""
WITH ids AS (SELECT old, new, rank FROM {MERGED} UNION ALL SELECT DISTINCT new, new, 0 FROM {MERGED}),
near AS (SELECT DISTINCT subject, predicate, object FROM {QUADS} s WHERE graph IS NULL AND (
    subject IN (SELECT old FROM ids) OR object IN (SELECT old FROM {MERGED}))),
said AS (SELECT s.*, coalesce(i.new, s.subject) AS new_subject, {new_object} AS new_object, i.rank,
    CASE WHEN s.predicate = {label} THEN coalesce(nullif(regexp_extract(s.object, '"@([A-Za-z0-9-]+)$', 1), ''), '-')
        WHEN EXISTS (SELECT 1 FROM {ONCE} o WHERE o.predicate = s.predicate AND o.class IN (
            SELECT t.object FROM {QUADS} t WHERE t.graph IS NULL AND t.predicate = {text(str(TYPE))}
            AND t.subject IN (s.subject, i.new))) THEN '' END AS one_of
    FROM near s LEFT JOIN ids i ON i.old = s.subject),
chosen AS (SELECT *, first_value(new_object) OVER (
    PARTITION BY new_subject, predicate, one_of ORDER BY rank, new_object) AS best FROM said),
decided AS (SELECT *, rank > 0 AND one_of IS NOT NULL AND new_object <> best AS second,
    predicate IN ({label}, {text(str(LEGAL_NAME))}) AS is_name FROM chosen),
placed AS (SELECT subject, predicate, object,
    CASE WHEN second AND NOT is_name THEN subject ELSE new_subject END AS new_subject,
    CASE WHEN second AND is_name THEN {other} ELSE predicate END AS new_predicate, new_object FROM decided)
SELECT * FROM placed WHERE (subject, predicate, object) <> (new_subject, new_predicate, new_object)"""

    def _claimed(self) -> str:
        """The SELECT of the claims of statements that change, of datasets whose claims are statements already."""
        graph, part = text(f"<{self._base}{PROVENANCE_GRAPH}>"), "max(object) FILTER (predicate = {})"
        terms = {"s": SUBJECT, "p": PREDICATE, "o": OBJECT}
        told = ", ".join(f"{part.format(text(str(term)))} AS {name}" for name, term in terms.items())
        return f"""
WITH near AS (SELECT DISTINCT subject FROM {QUADS} WHERE graph = {graph}
    AND predicate IN ({text(str(SUBJECT))}, {text(str(OBJECT))}) AND object IN (SELECT old FROM {MERGED})),
told AS (SELECT subject AS claim, {told} FROM {QUADS} SEMI JOIN near USING (subject) WHERE graph = {graph} GROUP BY ALL)
SELECT t.claim, m.* FROM told t JOIN {MOVED} m ON m.subject = t.s AND m.predicate = t.p AND m.object = t.o"""

    def _updates(self) -> list[str]:
        """The statements that change the tables."""
        graph = text(f"<{self._base}{PROVENANCE_GRAPH}>")
        moved = "subject = m.new_subject, predicate = m.new_predicate, object = m.new_object"
        same = "t.subject = m.subject AND t.predicate = m.predicate AND t.object = m.object"
        told = " ".join(
            f"WHEN t.predicate = {text(str(term))} THEN c.new_{name}"
            for name, term in (("subject", SUBJECT), ("predicate", PREDICATE), ("object", OBJECT))
        )
        digest = "sha1(concat_ws(' ', m.subject, m.predicate, m.object, t.source))"
        return [
            f"UPDATE {QUADS} t SET object = CASE {told} ELSE t.object END FROM {CLAIMED} c "
            f"WHERE t.graph = {graph} AND t.subject = c.claim",
            f"UPDATE {QUADS} t SET {moved} FROM {MOVED} m WHERE t.graph IS NULL AND {same}",
            f"UPDATE {SOURCED} t SET {moved} FROM {MOVED} m WHERE {same}",
            f"UPDATE {CLAIMS} t SET subject = m.new_subject[2:-2], "
            "predicate = m.new_predicate[2:-2], "
            "object_iri = CASE WHEN t.object_iri IS NOT NULL THEN m.new_object[2:-2] END "
            f"FROM {MOVED} m WHERE t.subject = m.subject[2:-2] AND t.id = {digest}",
        ]

    def _run(self, statement: str) -> None:
        self._connection.execute(statement).fetchall()


_CHANGED = f"""
SELECT DISTINCT t.dataset FROM {QUADS} t JOIN {MOVED} m
    ON t.graph IS NULL AND t.subject = m.subject AND t.predicate = m.predicate AND t.object = m.object
UNION SELECT DISTINCT t.dataset FROM {QUADS} t JOIN {CLAIMED} c ON t.subject = c.claim"""
"""The datasets of statements and claims that change. A claim made in this build belongs to one that is named here."""
