"""`kg match` and `kg dedupe`: two tables of firms linked, or the rows of one grouped into firms."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import duckdb

from kg.model import Problem, Relation
from kg.resolve.choosing import Choosing
from kg.resolve.clustering import Clusters
from kg.resolve.database import Database
from kg.resolve.dialect import text
from kg.resolve.errors import ResolveError
from kg.resolve.features import ALWAYS
from kg.resolve.intake import check_columns, create, take_in
from kg.resolve.judgements import Judgements, Verdict
from kg.resolve.judging import judge
from kg.resolve.lexicon import Lexicon
from kg.resolve.names import Names
from kg.resolve.scoring import Scoring

_numbers = count(1)
_CHUNK = 50_000
_FORMATS = {
    ".csv": "FORMAT csv, HEADER",
    ".tsv": "FORMAT csv, HEADER, DELIMITER '\t'",
    ".parquet": "FORMAT parquet",
}


@dataclass(frozen=True, slots=True)
class Matching:
    """An outcome: two relations of DuckDB, read by name until `close`; and what went wrong.

    `links` has left_id,right_id,score,reason (match) or id,entity_id,score,reason (dedupe); `open_pairs` has
    left_id,right_id,score,reason of the pairs that a person should judge; `firms` is a SELECT of those that a dedupe
    linked, run when it is asked for.
    """

    database: Database
    prefix: str
    links: str
    open_pairs: str
    problems: tuple[Problem, ...]
    firms: str = ""

    def write(self, path: Path) -> int:
        """Writes the links, sorted, as CSV, TSV or Parquet by the name of the file; returns their number."""
        options = options_of(path)
        try:
            written = self.database.connection.execute(
                f"COPY (SELECT * FROM {self.links} ORDER BY 1, 2) TO {text(str(path))} ({options})"
            ).fetchone()
        except duckdb.IOException as err:
            raise ResolveError(f"cannot be written: {str(err).splitlines()[0]}", file=path) from err
        return int(written[0]) if written else 0

    def rows(self) -> Iterator[tuple[str, str, float, str]]:
        """Yield the links, sorted."""
        cursor = self.database.connection.execute(f"SELECT * FROM {self.links} ORDER BY 1, 2")
        while chunk := cursor.fetchmany(_CHUNK):
            yield from ((str(one), str(other), float(score), str(reason)) for one, other, score, reason in chunk)

    def linked(self, limit: int = 1000) -> list[tuple[str, str, float, str]]:
        """Return pairs of a dedupe that were taken for one firm, the surest first; of many rows not every pair."""
        if not self.firms:
            return []
        query = f"SELECT * FROM ({self.firms}) ORDER BY score DESC, 1, 2 LIMIT {int(limit)}"
        rows = self.database.ask(query).fetchall()
        return [(str(one), str(other), float(score), str(reason)) for one, other, score, reason in rows]

    def count_undecided(self) -> int:
        """Return the number of pairs that a person should judge."""
        [(found,)] = self.database.connection.execute(f"SELECT count(*) FROM {self.open_pairs}").fetchall()
        return int(found)

    def undecided(self, limit: int = 1000) -> list[tuple[str, str, float, str]]:
        """Return the pairs that a person should judge, the likeliest first."""
        rows = self.database.connection.execute(
            f"SELECT * FROM {self.open_pairs} ORDER BY score DESC, 1, 2 LIMIT {int(limit)}"
        ).fetchall()
        return [(str(one), str(other), float(score), str(reason)) for one, other, score, reason in rows]

    def close(self) -> None:
        """Drops the work tables."""
        self.database.clear(self.prefix)


def options_of(path: Path) -> str:
    """Return how COPY writes links into a file of this name; ResolveError where they are not written so."""
    options = _FORMATS.get(path.suffix.lower())
    if options is None:
        raise ResolveError(f"links are written as {', '.join(_FORMATS)}", file=path)
    return options


def match_tables(
    database: Database,
    left: Relation,
    right: Relation,
    *,
    lexicon: Lexicon,
    judgements: Judgements | None = None,
) -> Matching:
    """Return each row of `right` with the one row of `left` that is the same firm, where there is one.

    Several rows of `right` may be one firm of `left`; a row of `right` is never two firms. The tables are relations of
    the DuckDB of `database`. `close` the outcome when it is read.
    """
    check_columns(left)
    check_columns(right)
    prefix, connection = f"match_{next(_numbers)}", database.connection
    create(connection, f"{prefix}_raw")
    problems = take_in(connection, left, f"{prefix}_raw", 1)
    split = _last(connection, f"{prefix}_raw")
    problems += take_in(connection, right, f"{prefix}_raw", split + 1)
    problems += judge(connection, prefix, judgements or Judgements(), split)
    problems += _of(_compare(database, prefix, lexicon, split), f"{left.file}, {right.file}")
    Choosing(database, prefix).choose()
    _link(database, prefix, split)
    return _outcome(database, prefix, problems)


def dedupe_table(
    database: Database,
    table: Relation,
    *,
    lexicon: Lexicon,
    judgements: Judgements | None = None,
) -> Matching:
    """Return each row of a table with the id of its firm: its official code if known, else the least id of its rows."""
    check_columns(table)
    prefix, connection = f"dedupe_{next(_numbers)}", database.connection
    create(connection, f"{prefix}_raw")
    problems = take_in(connection, table, f"{prefix}_raw", 1)
    problems += judge(connection, prefix, judgements or Judgements(), None)
    problems += _of(_compare(database, prefix, lexicon, None), table.file)
    Choosing(database, prefix, one_table=True).choose()
    _group(database, prefix)
    return _outcome(database, prefix, problems, _found(Scoring(database, prefix), prefix))


def _outcome(database: Database, prefix: str, problems: list[Problem], firms: str = "") -> Matching:
    links, undecided = f"{prefix}_result", f"{prefix}_undecided"
    database.give(links)
    database.give(undecided)
    return Matching(database, prefix, links, undecided, tuple(problems), firms)


def _of(problems: list[Problem], file: str) -> list[Problem]:
    """Return problems of whole tables with the names of these."""
    return [replace(problem, file=file) for problem in problems]


def _last(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(n), 0) FROM {table}").fetchone()
    return int(found[0]) if found else 0


def _compare(database: Database, prefix: str, lexicon: Lexicon, split: int | None) -> list[Problem]:
    """Makes `<prefix>_scored` and what it is made from; returns what was not compared."""
    database.take(f"{prefix}_raw")
    database.take(f"{prefix}_judged")
    Names(database, lexicon, prefix).prepare()
    scoring = Scoring(database, prefix, split)
    return scoring.score(f"SELECT l AS n FROM {prefix}_judged UNION SELECT r FROM {prefix}_judged")


def _link(database: Database, prefix: str, split: int) -> None:
    """Makes `<prefix>_result` and `<prefix>_undecided` of a match."""
    judged, same = f"{prefix}_judged", text(Verdict.SAME.value)
    ranked = (
        f"SELECT l, r, w FROM {prefix}_links ANTI JOIN {judged} USING (l, r) "
        f"UNION ALL SELECT l, r, {2 * ALWAYS} FROM {judged} WHERE verdict = {same}"
    )
    numbered = f"SELECT l, r, w, row_number() OVER (PARTITION BY r ORDER BY w DESC, l) AS place FROM ({ranked})"
    database.make(f"{prefix}_best", f"SELECT l, r, w FROM ({numbered}) WHERE place = 1")
    reasons = Scoring(database, prefix, split).reason(f"{prefix}_best")
    raw, twins = f"{prefix}_raw", f"{prefix}_twins"
    reason = "coalesce(j.reason, b.reason) AS reason"
    told = f"SELECT b.l, b.r, b.score, {reason} FROM ({reasons}) b LEFT JOIN {judged} j ON j.l = b.l AND j.r = b.r"
    database.make(
        f"{prefix}_result",
        f"SELECT l.id AS left_id, r.id AS right_id, b.score, b.reason FROM ({told}) b JOIN {twins} t ON t.rep = b.r "
        f"JOIN {raw} l ON l.n = b.l JOIN {raw} r ON r.n = t.n",
    )
    _undecided(database, prefix, f"SELECT * FROM {prefix}_open ANTI JOIN {prefix}_best USING (r)")


def _undecided(database: Database, prefix: str, unsettled: str) -> None:
    """Makes `<prefix>_undecided`: open pairs whose right row is not settled, and that no one has judged."""
    asked = f"{prefix}_asked"
    database.make(asked, f"SELECT l, r, w, why FROM ({unsettled}) ANTI JOIN {prefix}_judged USING (l, r)")
    reasons = Scoring(database, prefix).reason(asked)
    raw = f"{prefix}_raw"
    database.make(
        f"{prefix}_undecided",
        f"SELECT l.id AS left_id, r.id AS right_id, b.score, a.why || ': ' || b.reason AS reason FROM ({reasons}) b "
        f"JOIN {asked} a ON a.l = b.l AND a.r = b.r JOIN {raw} l ON l.n = b.l JOIN {raw} r ON r.n = b.r",
    )


def _group(database: Database, prefix: str) -> None:
    """Makes `<prefix>_result` and `<prefix>_undecided` of a dedupe."""
    joined, connection, members = _joined(database, prefix), database.connection, f"{prefix}_members"
    connection.execute(f"CREATE TEMP TABLE {members} (n BIGINT, root BIGINT, l BIGINT, r BIGINT, w DOUBLE)")
    for start in range(0, len(joined), _CHUNK):
        columns = [list(column) for column in zip(*joined[start : start + _CHUNK], strict=True)]
        connection.execute(f"INSERT INTO {members} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)
    database.take(members)
    database.make(f"{prefix}_result", _grouped(Scoring(database, prefix), prefix))
    _undecided(database, prefix, f"SELECT * FROM {prefix}_open")


def _joined(database: Database, prefix: str) -> list[tuple[int, int, int, int, float]]:
    """Return (row, root, l, r, w) of every compared row that is not alone; l, r is the link that brought it in."""
    judged, same = f"{prefix}_judged", text(Verdict.SAME.value)
    different = text(Verdict.DIFFERENT.value)
    clusters = Clusters()
    clusters.codes.update(database.ask(f"SELECT n, code FROM {prefix}_compared WHERE code IS NOT NULL").fetchall())
    clusters.keep_apart(database.ask(f"SELECT l, r FROM {judged} WHERE verdict = {different}").fetchall())
    clusters.weights.update(_weights(database, prefix))
    cursor = database.ask(
        f"SELECT l, r, {2 * ALWAYS} AS w FROM {judged} WHERE verdict = {same} UNION ALL "
        f"SELECT l, r, w FROM {prefix}_links ANTI JOIN {judged} USING (l, r) ORDER BY w DESC, l, r"
    )
    links: dict[int, tuple[int, int, float]] = {}
    while chunk := cursor.fetchmany(_CHUNK):
        for left, right, weight in chunk:
            if clusters.join(left, right, sure=weight >= ALWAYS / 2):
                links.setdefault(left, (left, right, weight))
                links.setdefault(right, (left, right, weight))
    return [(n, clusters.find(n), *links[n]) for n in sorted(links)]


def _weights(database: Database, prefix: str) -> dict[int, dict[int, float]]:
    """Return the log-odds, both ways, of the pairs that matter where a row has several links."""
    links = f"{prefix}_links"
    ends = f"SELECT l AS n, r AS other FROM {links} UNION ALL SELECT r, l FROM {links}"
    pairs = database.ask(
        f"WITH ends AS ({ends}), busy AS (SELECT n FROM ends GROUP BY n HAVING count(*) > 1), "
        "around AS (SELECT n FROM busy UNION SELECT other FROM ends SEMI JOIN busy USING (n)) "
        f"SELECT l, r, max(w) FROM {prefix}_scored SEMI JOIN around a ON a.n = l SEMI JOIN around b ON b.n = r "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    weights: dict[int, dict[int, float]] = {}
    for left, right, weight in pairs:
        weights.setdefault(left, {})[right] = weight
        weights.setdefault(right, {})[left] = weight
    return weights


def _grouped(scoring: Scoring, prefix: str) -> str:
    """Return the SELECT of (id, entity_id, score, reason)."""
    raw, twins, judged = f"{prefix}_raw", f"{prefix}_twins", f"{prefix}_judged"
    other = "CASE WHEN m.n = m.l THEN m.r ELSE m.l END"
    return f"""
WITH reasons AS ({scoring.reason(f"(SELECT DISTINCT l, r, w FROM {prefix}_members)")}),
told AS (SELECT m.n, m.root, b.score, 'as ' || o.id || ': ' || coalesce(j.reason, b.reason) AS reason
    FROM {prefix}_members m JOIN reasons b USING (l, r) JOIN {raw} o ON o.n = {other}
    LEFT JOIN {judged} j ON j.l = m.l AND j.r = m.r),
every AS (SELECT w.n, t.rep, coalesce(d.root, t.rep) AS root, d.score, d.reason, w.code
    FROM {raw} w JOIN {twins} t ON t.n = w.n LEFT JOIN told d ON d.n = t.rep),
sized AS (SELECT *, min(code) OVER (PARTITION BY root) AS known, count(*) OVER (PARTITION BY root) AS members
    FROM every)
SELECT w.id, coalesce(s.known, e.id) AS entity_id,
    CASE WHEN s.n <> s.rep OR s.score IS NULL THEN 1.0 ELSE s.score END AS score,
    CASE WHEN s.n <> s.rep THEN 'as ' || p.id || ': alike in all that is compared'
        WHEN s.members = 1 THEN 'no other row is this firm'
        WHEN s.reason IS NULL THEN 'first of ' || s.members || ' rows alike in all that is compared'
        ELSE s.reason END AS reason
FROM sized s JOIN {raw} w ON w.n = s.n JOIN {raw} e ON e.n = s.root JOIN {raw} p ON p.n = s.rep"""


def _found(scoring: Scoring, prefix: str) -> str:
    """Return the SELECT of (left_id, right_id, score, reason) of the links that were used, and of rows alike in all."""
    raw = f"{prefix}_raw"
    links = scoring.reason(f"(SELECT DISTINCT l, r, w FROM {prefix}_members)")
    alike = f"SELECT rep AS l, n AS r, 1.0, 'alike in all that is compared' FROM {prefix}_twins WHERE rep <> n"
    return (
        f"SELECT l.id AS left_id, r.id AS right_id, f.score, f.reason FROM ({links} UNION ALL {alike}) f "
        f"JOIN {raw} l ON l.n = f.l JOIN {raw} r ON r.n = f.r"
    )
