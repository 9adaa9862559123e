"""Cases as folders: left.csv and right.csv, or table.csv, with what must come out in expected.csv.

A dedupe's expected.csv may leave rows out that the case is not about. judgements.csv is applied where there is one.
"""

import csv
from pathlib import Path

import duckdb
import pytest

from kg.read.tables import open_table
from kg.resolve.database import Duckdb
from kg.resolve.judgements import Judgements, read_judgements
from kg.resolve.lexicon import Lexicon
from kg.resolve.match import dedupe_table, match_tables

CASES = Path(__file__).parent.parent / "cases" / "resolve"


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, case: Path) -> None:
    judgements = read_judgements(case / "judgements.csv")[0] if (case / "judgements.csv").exists() else Judgements()
    names = ["table"] if (case / "table.csv").exists() else ["left", "right"]
    tables = [open_table(connection, case / f"{name}.csv")[0] for name in names]
    with (case / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = [tuple(row) for row in list(csv.reader(file))[1:]]
    link = dedupe_table if len(tables) == 1 else match_tables
    found = [row[:2] for row in link(Duckdb(connection), *tables, lexicon=lexicon, judgements=judgements).rows()]
    if len(tables) == 1:
        assert set(expected) <= set(found)
    else:
        assert sorted(found, key=lambda pair: pair[1]) == expected
