"""Rows -> scored pairs: blocks, then features, in bounded pieces."""

import logging
from dataclasses import dataclass

from kg.model import Problem
from kg.resolve.blocking import PAIRS, keys, keys_select
from kg.resolve.database import Database
from kg.resolve.features import ALWAYS, Feature, features, probability_sql, reason_sql, weight_sql
from kg.resolve.judgements import STAGE

_log = logging.getLogger(__name__)

LEAST = -2.5
"""Pairs below this log-odds are forgotten."""

_MANY_CORES = 5
"""A code that firms with so many different cores share is no one's code."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """The comparison of the rows of `<prefix>_rows`: rows up to `split` with those after it, or (None) all with all."""

    database: Database
    prefix: str
    split: int | None = None

    def table(self, name: str) -> str:
        """Return the name of a work table."""
        return f"{self.prefix}_{name}"

    def score(self, kept_apart: str) -> list[Problem]:
        """Makes `<prefix>_twins` (n, rep), `_compared` and `_scored` (l, r, w); returns the blocks left out.

        `kept_apart` is a SELECT of the numbers `n` of rows that must not be taken for their twins. Twins are rows alike
        in all: one of them is compared for all, so that a million rows of one name make no million million pairs.
        """
        self._twins(kept_apart)
        problems = self._code_links() + self._blocks()
        self._pairs()
        return problems

    def reason(self, pairs: str) -> str:
        """Return the SELECT of (l, r, score, reason) for a table of (l, r, w)."""
        sentences = reason_sql(self._features())
        rows = self.table("compared")
        return (
            f"SELECT p.l, p.r, {probability_sql('p.w')} AS score, {sentences} AS reason FROM {pairs} p "
            f"JOIN {rows} l ON l.n = p.l JOIN {rows} r ON r.n = p.r"
        )

    def _features(self) -> tuple[Feature, ...]:
        return features(self.database.dialect, one_table=self.split is None)

    def _run(self, name: str, select: str) -> None:
        self.database.make(self.table(name), select)

    def _side(self, n: str) -> str:
        return "0" if self.split is None else f"CASE WHEN {n} <= {self.split} THEN 0 ELSE 1 END"

    def _twins(self, kept_apart: str) -> None:
        rows = self.table("rows")
        alike = f"{self._side('r.n')}, plain, city, province, code, address, a.n"
        alone = f"LEFT JOIN ({kept_apart}) a ON a.n = r.n"
        self._run("twins", f"SELECT r.n, min(r.n) OVER (PARTITION BY {alike}) AS rep FROM {rows} r {alone}")
        self._run(
            "compared",
            f"SELECT r.*, count(*) OVER (PARTITION BY key) AS often FROM {rows} r "
            f"JOIN {self.table('twins')} t ON t.n = r.n WHERE t.rep = t.n",
        )

    def _code_links(self) -> list[Problem]:
        """Makes `<prefix>_coded` (l, r, w): each row of a code with the first that has it; codes never make blocks."""
        rows = self.table("compared")
        first = "min(n) OVER (PARTITION BY code)"
        of_side = "l < r" if self.split is None else f"l <= {self.split} AND r > {self.split}"
        linked = f"SELECT {first} AS l, n AS r FROM {rows} WHERE code IS NOT NULL"
        self._run("coded", f"SELECT l, r, CAST({ALWAYS} AS DOUBLE) AS w FROM ({linked}) WHERE {of_side}")
        found = self.database.ask(
            f"SELECT code, count(DISTINCT key), count(*) FROM {rows} WHERE code IS NOT NULL GROUP BY code "
            f"HAVING count(DISTINCT key) >= {_MANY_CORES} ORDER BY code"
        ).fetchall()
        reason = "{} different names share this code; they are taken for one firm, as the code says"
        return [Problem(STAGE, "", None, str(code), reason.format(cores)) for code, cores, _ in found]

    def _blocks(self) -> list[Problem]:
        """Makes `<prefix>_keys` (h, n) of the blocks that are compared; returns the finest ones that are not."""
        self._run("blocked", keys_select(self.database.dialect, self.table("compared")))
        one, other = f"n <= {self.split}", f"n > {self.split}"
        pairs = (
            "CAST(count(*) * (count(*) - 1) / 2 AS BIGINT)"
            if self.split is None
            else f"count(*) FILTER (WHERE {one}) * count(*) FILTER (WHERE {other})"
        )
        self._run(
            "blocks",
            f"SELECT h, min(kind) AS kind, {pairs} AS pairs, count(*) AS members, min(n) AS example "
            f"FROM {self.table('blocked')} GROUP BY h HAVING {pairs} > 0",
        )
        self._run(
            "keys",
            f"SELECT k.h, k.n FROM {self.table('blocked')} k JOIN {self.table('blocks')} b USING (h) "
            f"WHERE b.pairs <= {PAIRS}",
        )
        self.database.drop(self.table("blocked"))
        return self._left_out()

    def _left_out(self) -> list[Problem]:
        found = self.database.ask(
            f"SELECT b.kind, b.members, b.pairs, r.id, r.plain FROM {self.table('blocks')} b "
            f"JOIN {self.table('compared')} r ON r.n = b.example WHERE b.pairs > {PAIRS} ORDER BY b.kind, r.id"
        ).fetchall()
        problems = []
        for kind, members, pairs, identifier, plain in found:
            key = keys()[kind]
            reason = f"{members} rows share {key.name} with it: {pairs} pairs are too many and are not compared"
            if key.finest:
                problems.append(Problem(STAGE, "", None, f"{identifier} {plain}", reason))
        _log.info("%d blocks are too large to be compared, %d of them of the finest keys", len(found), len(problems))
        return problems

    def _pairs(self) -> None:
        """Makes `<prefix>_scored` (l, r, w), each pair once, piece by piece."""
        blocks, keyed = self.table("blocks"), self.table("keys")
        counted = self.database.ask(f"SELECT sum(pairs) FROM {blocks} WHERE pairs <= {PAIRS}").fetchone()
        pieces = 1 + int((counted[0] if counted else 0) or 0) // self.database.piece
        apart = "a.n < b.n" if self.split is None else f"a.n <= {self.split} AND b.n > {self.split}"
        rows, scored = self.table("compared"), self.table("scored")
        self._run("scored", f"SELECT l, r, w FROM {self.table('coded')}")
        for piece in range(pieces):
            pairs = (
                f"SELECT DISTINCT a.n AS l, b.n AS r FROM (SELECT * FROM {keyed} WHERE n % {pieces} = {piece}) a "
                f"JOIN {keyed} b ON b.h = a.h AND {apart}"
            )
            weighed = (
                f"SELECT p.l, p.r, {weight_sql(self._features())} AS w FROM ({pairs}) p "
                f"JOIN {rows} l ON l.n = p.l JOIN {rows} r ON r.n = p.r WHERE l.code IS NULL OR r.code IS NULL"
            )
            kept = f"SELECT l, r, CAST(w AS DOUBLE) AS w FROM ({weighed}) WHERE w >= {LEAST}"
            self.database.append(scored, kept)
            _log.info("piece %d of %d is compared", piece + 1, pieces)
