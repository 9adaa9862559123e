"""Mentions of firms resolved to a register."""

import csv
from pathlib import Path

import duckdb

from kg.read.tables import open_table
from kg.resolve.enterprises import Bearing, Found, Looked, Rule, choose, compare
from kg.resolve.lexicon import Lexicon
from tests.resolve.conftest import LEXICON, Table

DATA = LEXICON.parent.parent / "data"
REGISTER = """id,name,legal_name,city,code
    e1,万华化学,万华化学集团股份有限公司,烟台,91350100M000100Y43
    e2,鲁南制药,鲁南制药集团股份有限公司,临沂,
    e3,华芯盛达,苏州华芯盛达电子有限公司,苏州,
    e4,,武汉华芯盛达化工有限公司,武汉,"""


def found(looked: dict[str, Looked]) -> list[Found]:
    return [choose(one) for _, one in sorted(looked.items())]


def test_the_three_names_are_one(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    mentions = table(
        "id,name,code\n1,万华化学,\n2,万华化学集团,\n3,万华化学集团股份有限公司,\n4,别名,91350100M000100Y43"
    )
    looked, problems = compare(connection, mentions, table(REGISTER), lexicon=lexicon)
    assert problems == []
    assert [(item.enterprise, item.rule) for item in found(looked)] == [
        ("e1", Rule.SHORT),
        ("e1", Rule.PARTS),
        ("e1", Rule.NAME),
        ("e1", Rule.CODE),
    ]


def test_a_short_name_needs_its_context(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    register = table(REGISTER.replace("e3,华芯盛达,", "e3,,"))
    mentions = table("id,name,city\n1,华芯盛达,武汉\n2,华芯盛达,\n3,没有的公司,\n4,华芯盛达,西安")
    looked, _ = compare(connection, mentions, register, lexicon=lexicon)
    assert [(item.enterprise, item.candidates) for item in found(looked)] == [
        ("e4", ("e4",)),
        (None, ("e3", "e4")),
        (None, ()),
        (None, ()),
    ]
    here = choose(looked["2"], {"e4": Bearing(agrees=True, reason="both in 武汉")})
    assert (here.enterprise, here.rule) == ("e4", Rule.PARTS)
    assert here.reason.endswith("both in 武汉")
    assert "e3 (same core 华芯盛达" in found(looked)[1].reason


def test_context_against_a_short_name_outweighs_it_but_not_a_legal_name(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    mentions = table("id,name\n1,鲁南制药\n2,鲁南制药集团\n3,鲁南制药集团股份有限公司")
    looked, _ = compare(connection, mentions, table(REGISTER), lexicon=lexicon)
    against = {"e2": Bearing(agrees=False, reason="it is in 临沂, the text speaks of 武汉")}
    assert [choose(one, against).enterprise for one in looked.values()] == [None, None, "e2"]
    assert choose(looked["1"], against).reason.startswith("it may be e2 (")


def test_a_name_with_a_place_of_its_own_is_not_a_firm_of_which_no_place_is_known(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    mentions = table("id,name\n1,合肥京东方\n2,北京万华化学有限公司")
    looked, _ = compare(connection, mentions, table("id,name\ne1,京东方\ne2,万华化学"), lexicon=lexicon)
    assert [choose(looked[key]).candidates for key in "12"] == [("e1",), ("e2",)]
    assert [choose(looked[key]).enterprise for key in "12"] == [None, None]
    assert [looked[key].place for key in "12"] == ["340100", "110000"]


def test_no_mention_bears_on_another(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    places = ("北京", "宁波", "福州", "烟台")
    many = "".join(f"{number},{place}万华化学有限公司\n" for number, place in enumerate(places))
    looked, _ = compare(connection, table(f"id,name\n{many}m,万华化学集团"), table(REGISTER), lexicon=lexicon)
    alone, _ = compare(connection, table("id,name\nm,万华化学集团"), table(REGISTER), lexicon=lexicon)
    assert looked["m"] == alone["m"]
    assert choose(looked["m"]).enterprise == "e1"


def test_the_bundled_short_names_find_their_legal_names(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, tmp_path: Path
) -> None:
    with (DATA / "legal_names.csv").open(encoding="utf-8", newline="") as file:
        legal = {row["id"]: row["legal_name"] for row in csv.DictReader(file)}
    path = tmp_path / "register.csv"
    path.write_text("id,name\n" + "".join(f"{key},{name}\n" for key, name in legal.items()), encoding="utf-8")
    register, mentions = open_table(connection, path)[0], open_table(connection, DATA / "enterprises.csv")[0]
    looked, _ = compare(connection, mentions, register, lexicon=lexicon)
    agreeing = {key: choose(one, {key: Bearing(agrees=True, reason="")}) for key, one in looked.items()}
    told = [item for item in agreeing.values() if item.enterprise]
    assert sum(item.enterprise == item.mention for item in told) / len(told) >= 0.99
    assert sum(item.enterprise == item.mention for item in told) / len(legal) >= 0.7
    alone = [item for item in found(looked) if item.enterprise]
    assert all(item.enterprise == item.mention for item in alone)
