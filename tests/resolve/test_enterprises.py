"""Mentions of firms resolved to a register."""

import csv
from pathlib import Path

import duckdb

from kg.read.tables import open_table
from kg.resolve.enterprises import Rule, resolve_enterprises
from kg.resolve.judgements import Judgement, Judgements, Verdict
from kg.resolve.lexicon import Lexicon
from tests.resolve.conftest import LEXICON, Table

DATA = LEXICON.parent.parent / "data"
REGISTER = """id,name,legal_name,city,code
    e1,万华化学,万华化学集团股份有限公司,烟台,91350100M000100Y43
    e2,鲁南制药,鲁南制药集团股份有限公司,临沂,
    e3,华芯盛达,苏州华芯盛达电子有限公司,苏州,
    e4,,武汉华芯盛达化工有限公司,武汉,"""


def test_the_three_names_are_one(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    mentions = table(
        "id,name,code\n1,万华化学,\n2,万华化学集团,\n3,万华化学集团股份有限公司,\n4,别名,91350100M000100Y43"
    )
    found, problems = resolve_enterprises(connection, mentions, table(REGISTER), lexicon=lexicon)
    assert problems == []
    assert [(item.enterprise, item.rule) for item in found] == [
        ("e1", Rule.NAME),
        ("e1", Rule.PARTS),
        ("e1", Rule.NAME),
        ("e1", Rule.CODE),
    ]


def test_a_short_name_needs_its_context(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    register = table(REGISTER.replace("e3,华芯盛达,", "e3,,"))
    mentions = table("id,name,city\n1,华芯盛达,武汉\n2,华芯盛达,\n3,没有的公司,")
    found, _ = resolve_enterprises(connection, mentions, register, lexicon=lexicon)
    assert [item.enterprise for item in found] == ["e4", None, None]
    assert found[1].candidates == ("e3", "e4")
    assert found[2].rule is Rule.NONE


def test_a_judgement_wins(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    judgements = Judgements((Judgement("e2", "1", Verdict.SAME, "Li", "2026-01-01", ""),))
    mentions = table("id,name\n1,万华化学")
    found, _ = resolve_enterprises(connection, mentions, table(REGISTER), lexicon=lexicon, judgements=judgements)
    assert (found[0].enterprise, found[0].rule) == ("e2", Rule.JUDGED)


def test_the_bundled_short_names_find_their_legal_names(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, tmp_path: Path
) -> None:
    with (DATA / "legal_names.csv").open(encoding="utf-8", newline="") as file:
        legal = {row["id"]: row["legal_name"] for row in csv.DictReader(file)}
    path = tmp_path / "register.csv"
    path.write_text("id,name\n" + "".join(f"{key},{name}\n" for key, name in legal.items()), encoding="utf-8")
    register, mentions = open_table(connection, path)[0], open_table(connection, DATA / "enterprises.csv")[0]
    found, _ = resolve_enterprises(connection, mentions, register, lexicon=lexicon)
    told = [item for item in found if item.enterprise]
    right = sum(item.enterprise == item.mention for item in told)
    assert right / len(told) >= 0.98
    assert right / len(legal) >= 0.8
