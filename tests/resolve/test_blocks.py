"""Blocks of any size are bounded, and what is left out is said."""

import duckdb
import pytest

from kg.model import Relation
from kg.resolve.database import Duckdb
from kg.resolve.lexicon import Lexicon
from kg.resolve.match import dedupe_table


def relation(select: str) -> Relation:
    return Relation("big.csv", ("id", "name", "city"), f"SELECT id, name, city FROM ({select})", select)


@pytest.mark.slow
def test_a_million_rows_of_one_name_are_one_firm(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    select = (
        "SELECT i + 2 AS _row, 'r' || lpad(i::VARCHAR, 7, '0') AS id, '苏州华芯电子有限公司' AS name, "
        "'苏州' AS city FROM range(1000000) t(i)"
    )
    matching = dedupe_table(Duckdb(connection), relation(select), lexicon=lexicon)
    found = connection.execute(f"SELECT count(*), count(DISTINCT entity_id) FROM {matching.links}").fetchone()
    assert found == (1_000_000, 1)
    assert matching.problems == ()


@pytest.mark.slow
def test_a_block_of_a_million_rows_is_left_out_and_reported(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon
) -> None:
    select = (
        "SELECT i + 2 AS _row, 'r' || lpad(i::VARCHAR, 7, '0') AS id, "
        "'苏州华芯电子有限公司' || i || '分公司' AS name, '苏州' AS city FROM range(1000000) t(i)"
    )
    matching = dedupe_table(Duckdb(connection), relation(select), lexicon=lexicon)
    found = connection.execute(f"SELECT count(*), count(DISTINCT entity_id) FROM {matching.links}").fetchone()
    assert found == (1_000_000, 1_000_000)
    reasons = [problem.reason for problem in matching.problems]
    assert any("1000000 rows share core, trade and city with it" in reason for reason in reasons)


def test_a_code_that_many_names_share_is_reported(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    names = ["甲乙电子", "丙丁化工", "戊己机械", "庚辛纺织", "壬癸食品", "子丑软件"]
    rows = " UNION ALL ".join(
        f"SELECT {n + 2} AS _row, 'r{n}' AS id, '{name}' AS name, '91350100M000100Y43' AS code"
        for n, name in enumerate(names)
    )
    table = Relation("codes.csv", ("id", "name", "code"), f"SELECT id, name, code FROM ({rows})", rows)
    matching = dedupe_table(Duckdb(connection), table, lexicon=lexicon)
    assert {row[1] for row in matching.rows()} == {"91350100M000100Y43"}
    assert "6 different names share this code" in matching.problems[0].reason
