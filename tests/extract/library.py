"""A reader made of the bundled lexicon and tables, and documents made of plain texts."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon
from kg.extract.reader import Reader
from kg.extract.reading import Reading
from kg.model import Document

ROOT = Path(__file__).parents[2]
LEXICON = ROOT / "ontology" / "lexicon"
CASES = ROOT / "tests" / "cases" / "extract"
SHARED = ROOT.parent / "shared" / "articles"
# Which columns of which table name what.
NAMES = (
    ("enterprise", "enterprises.csv", "id", "name"),
    ("enterprise", "legal_names.csv", "id", "legal_name"),
    ("cluster", "clusters.csv", "id", "name"),
    ("cluster", "cluster_names.csv", "id", "name"),
    ("sector", "sector_fields.csv", "code", "name_zh"),
    ("sector", "sector_directions.csv", "code", "name_zh"),
    ("sector", "sector_aliases.csv", "code", "name"),
    ("issuer", "issuers.csv", "id", "name"),
    ("issuer", "issuer_names.csv", "id", "name"),
    ("place", "places.csv", "code", "name"),
)


def rows() -> Iterator[tuple[str, str, str]]:
    """The names of the bundled tables as the pipeline gives them: (kind, id, name)."""
    for kind, file, key, name in NAMES:
        with (ROOT / "data" / file).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield kind, row[key], row[name]


@cache
def lexicon() -> Lexicon:
    """The bundled lexicon."""
    return Lexicon.read(LEXICON)


@cache
def reader() -> Reader:
    """A reader of the bundled lexicon and tables."""
    return Reader(lexicon(), Gazetteer.from_tables(lexicon(), rows()))


def document(text: str, identifier: str = "text") -> Document:
    """A plain text as a document."""
    return Document(identifier, f"{identifier}.txt", text, text, ((0, 0, len(text)),))


def read(text: str) -> Reading:
    """What a text says."""
    return reader().read(document(text))
