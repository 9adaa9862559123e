"""What people are asked: pairs of ids that may be one thing, and claims of articles that were not sure enough."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyoxigraph as ox

from kg.model import Relation
from kg.pipeline.limits import interruptible
from kg.pipeline.matching import MEMORY, PAIR_COLUMNS
from kg.pipeline.text_tables import REVIEW_COLUMNS
from kg.read.tables import connect
from kg.resolve.clusters import Cluster, alike, load_words
from kg.resolve.database import Duckdb
from kg.resolve.identities import NEW_ID
from kg.resolve.lexicon import Lexicon, load_lexicon
from kg.resolve.match import dedupe_table
from kg.rows import read_rows
from kg.store.entities import Backing, local_name
from kg.store.graph import Graph
from kg.vocabulary import CKG, LABEL, RDFS, TYPE

MOST = 1000
"""So many pairs of one kind are proposed at once, the likeliest."""

FACTS = 8
"""So many facts of a thing are shown beside its name."""

_PREFIXES = f"PREFIX ckg: <{CKG}> PREFIX rdfs: <{RDFS}>\n"
_FIRMS = """SELECT ?id ?name { ?id a ckg:Enterprise { ?id rdfs:label ?name FILTER(LANG(?name) != "en") }
UNION { ?id <https://schema.org/legalName> ?name } } ORDER BY ?id ?name"""
_CLUSTERS = """SELECT ?id ?name ?list ?place {
?id a ckg:Cluster ; rdfs:label ?name FILTER(LANG(?name) != "en")
OPTIONAL { ?id ckg:partOfList ?list } OPTIONAL { ?id ckg:inCity ?place } } ORDER BY ?id ?name ?list ?place"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids that may be one thing, what each is called and what is known of it, and why they are proposed."""

    left: str
    right: str
    names: tuple[str, str]
    records: tuple[tuple[str, ...], tuple[str, ...]]
    score: float
    reason: str


def pairs_of_release(graph: Graph, lexicon: Path, language: str) -> list[Pair]:
    """The pairs of enterprises, and of clusters of which articles alone name one, that may be one; likeliest first."""
    words = load_lexicon(lexicon)
    found = {**_firms(graph, words), **_clusters(graph, lexicon, words)}
    ranked = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))
    return [_pair(graph, pair, score, reason, language) for pair, (score, reason) in ranked]


def _pair(graph: Graph, pair: tuple[str, str], score: float, reason: str, language: str) -> Pair:
    left, right = (_record(graph, identifier, language) for identifier in pair)
    return Pair(*pair, (left[0], right[0]), (left, right), score, reason)


def _record(graph: Graph, identifier: str, language: str) -> tuple[str, ...]:
    """A thing in lines: its name, its id, and what the graph says of it."""
    entity = graph.reader.read(graph.manifest.base + identifier)

    def name(iri: str) -> str:
        labels = graph.labels.get(iri, {})
        return labels.get(language) or next(iter(labels.values()), iri.removeprefix(graph.manifest.base))

    lines = [entity.label(language), identifier]
    for fact in (one for one in entity.facts if one.predicate not in (TYPE.value, LABEL.value)):
        value = name(fact.value.value) if isinstance(fact.value, ox.NamedNode | ox.Literal) else str(fact.value)
        lines.append(f"{name(fact.predicate)}: {value} ({_sources(fact.backings)})")
    lines += [f"{name(fact.subject)} → {name(fact.predicate)} ({_sources(fact.backings)})" for fact in entity.incoming]
    more = len(lines) - FACTS - 2
    return (*lines[: FACTS + 2], *([f"… and {more} more facts"] if more > 0 else []))


def _sources(backings: Iterable[Backing]) -> str:
    names = sorted({local_name(one.source) for one in backings})
    return ", ".join(names) or "no source"


Found = dict[tuple[str, str], tuple[float, str]]


def _firms(graph: Graph, lexicon: Lexicon) -> Found:
    """Pairs by the names that sources print, and by the longest names (the legal ones, where they are known)."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for row in graph.query(_PREFIXES + _FIRMS):
        named[_relative(graph, row["id"])].append(str(row["name"]))
    found: Found = {}
    with _database() as connection:
        for choose in (min, max):
            names = [(identifier, choose(sorted(names), key=len)) for identifier, names in named.items()]
            for left, right, score, reason in _alike_firms(connection, names, lexicon):
                pair = (min(left, right), max(left, right))
                found[pair] = max(found.get(pair, (0.0, "")), (score, reason))
    return found


def _alike_firms(
    connection: duckdb.DuckDBPyConnection, names: Iterable[tuple[str, str]], lexicon: Lexicon
) -> list[tuple[str, str, float, str]]:
    rows = list(names)
    if not rows:
        return []
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE firms AS SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS name",
        [list(column) for column in zip(*rows, strict=True)],
    )
    columns = "SELECT id, name FROM firms"
    table = Relation("firms", ("id", "name"), columns, "SELECT rowid + 2 AS _row, id, name FROM firms")
    matching = dedupe_table(Duckdb(connection), table, lexicon=lexicon)
    found = [*matching.linked(MOST), *matching.undecided(MOST)]
    matching.close()
    return found


def _clusters(graph: Graph, lexicon: Path, words: Lexicon) -> Found:
    """Pairs of clusters of one place and subject of which articles alone name one: those of two lists stay apart."""
    clusters = {}
    for row in graph.query(_PREFIXES + _CLUSTERS):
        identifier = _relative(graph, row["id"])
        listed = identifier if NEW_ID in identifier else str(row["list"] or "")
        clusters[identifier] = Cluster(identifier, str(row["name"]), listed, str(row["place"] or ""))
    pairs = alike(clusters.values(), load_words(lexicon, words))
    return {(one.left, one.right): (0.5, one.reason) for one in pairs if NEW_ID in one.left + one.right}


def _relative(graph: Graph, iri: object) -> str:
    return str(iri).removeprefix(graph.manifest.base)


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        TemporaryDirectory(prefix="kg-") as folder,
        connect(memory_limit=MEMORY, temporary=Path(folder)) as connection,
        interruptible(connection),
    ):
        yield connection


def pairs_of_file(path: Path) -> list[Pair]:
    """The pairs that `kg match` or `kg dedupe` left open and wrote with --undecided; ReadError where they are not."""
    return [
        Pair(
            *(row["left_id"], row["right_id"]),
            (row["left_name"], row["right_name"]),
            ((row["left_name"], row["left_id"]), (row["right_name"], row["right_id"])),
            _score(row["score"]),
            row["reason"],
        )
        for _, row in read_rows(path, PAIR_COLUMNS)
    ]


def claims_of_release(folder: Path) -> list[dict[str, str]]:
    """The claims of a release that are for review, as rows with REVIEW_COLUMNS; none where it read no articles."""
    path = folder / "review.csv"
    return [row for _, row in read_rows(path, REVIEW_COLUMNS)] if path.is_file() else []


def _score(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
