"""Scored pairs -> links: what is sure enough, and of which no second reading is as good."""

from dataclasses import dataclass

from kg.resolve.database import Database
from kg.resolve.features import ALWAYS

ACCEPT = 0.0
"""The log-odds from which a pair is linked: more likely one firm than not."""

CLOSE = 2.0
"""A second reading within this log-odds of the best counts as just as good."""

MISTYPED_IN_ONE = 3.0
"""In one table two cores that differ by a character are more often two firms than between two tables."""

_EITHER_WAY = (("l.key", "r.key"), ("r.key", "l.key"))
_ENDS = ("left", "right")


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses among `<prefix>_scored` (l, r, w), by what `<prefix>_compared` tells of the rows.

    In `one_table` a name that may be mistyped is left open where either name has another that is alike: a typing error
    and the name of another firm differ by as much.
    """

    database: Database
    prefix: str
    one_table: bool = False

    def choose(self) -> None:
        """Makes `<prefix>_links` (l, r, w) and `<prefix>_open` (l, r, w, why): pairs that a person should judge."""
        scored, rows = f"{self.prefix}_scored", f"{self.prefix}_compared"
        alike = f"(l.key = r.key OR l.body = r.body OR p.w >= {ALWAYS / 2})"
        either = "OR" if self.one_table else "AND"
        least = MISTYPED_IN_ONE if self.one_table else ACCEPT
        holds = " OR ".join(f"{end}({one}, length({other})) = {other}" for end in _ENDS for one, other in _EITHER_WAY)
        edges = (
            f"SELECT p.l, p.r, p.w, {alike} AS alike, NOT ({holds}) AND p.w < {least} AS mistyped "
            f"FROM {scored} p JOIN {rows} l ON l.n = p.l JOIN {rows} r ON r.n = p.r"
        )
        self._run("edges", edges)
        self._run("doubts", self._doubts())
        marked = (
            f"SELECT e.*, coalesce(a.vague, false) OR coalesce(b.vague, false) AS vague, NOT e.alike AND "
            f"(e.mistyped OR coalesce(a.has_alike, false) {either} coalesce(b.has_alike, false)) AS stray "
            f"FROM {self.prefix}_edges e "
            f"LEFT JOIN {self.prefix}_doubts a ON a.n = e.l LEFT JOIN {self.prefix}_doubts b ON b.n = e.r"
        )
        self._run("marked", marked)
        sure = f"w >= {ACCEPT} AND NOT stray AND (NOT vague OR w >= {ALWAYS / 2})"
        self._run("links", f"SELECT l, r, w FROM {self.prefix}_marked WHERE {sure}")
        why = (
            "CASE WHEN vague THEN 'several firms fit equally well' WHEN stray THEN 'it may be a typing error' "
            "ELSE 'too little agrees' END"
        )
        self._run("open", f"SELECT l, r, w, {why} AS why FROM {self.prefix}_marked WHERE NOT ({sure})")

    def _run(self, name: str, select: str) -> None:
        self.database.make(f"{self.prefix}_{name}", select)

    def _doubts(self) -> str:
        """Return the SELECT of (n, vague, has_alike) over the rows with a good pair.

        A row is vague when it tells no trade (or no city) and its best partners are of several trades (or cities).
        """
        edges, rows = f"{self.prefix}_edges", f"{self.prefix}_compared"
        head = "nullif(left(coalesce(nullif(o.main, ''), o.trade), 2), '')"
        return f"""
WITH both_ways AS (SELECT l AS n, r AS other, w, alike FROM {edges} WHERE w >= {ACCEPT}
    UNION ALL SELECT r, l, w, alike FROM {edges} WHERE w >= {ACCEPT}),
best AS (SELECT *, max(w) OVER (PARTITION BY n) AS top, bool_or(alike) OVER (PARTITION BY n) AS has_alike
    FROM both_ways)
SELECT b.n, bool_or(b.has_alike) AS has_alike,
    coalesce(any_value(m.trade) = '' AND count(DISTINCT coalesce({head}, o.key)) > 1, false)
    OR (any_value(m.city) IS NULL AND count(DISTINCT o.city) > 1) AS vague
FROM best b JOIN {rows} o ON o.n = b.other JOIN {rows} m ON m.n = b.n
WHERE b.w >= b.top - {CLOSE} GROUP BY b.n"""
