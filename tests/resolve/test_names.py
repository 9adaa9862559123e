"""A name of a firm and its parts."""

from collections.abc import Sequence

import duckdb
import pytest

from kg.resolve.database import Duckdb
from kg.resolve.lexicon import Lexicon
from kg.resolve.names import Names


def parts(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, names: Sequence[str], columns: str) -> list[object]:
    connection.execute(
        "CREATE TEMP TABLE t_raw AS SELECT unnest(?) AS n, unnest(?::VARCHAR[]) AS id, unnest(?) AS name, "
        "NULL::VARCHAR AS city, NULL::VARCHAR AS code, NULL::VARCHAR AS address",
        [list(range(len(names))), [str(n) for n in range(len(names))], list(names)],
    )
    Names(Duckdb(connection), lexicon, "t").prepare()
    return [tuple(row) for row in connection.execute(f"SELECT {columns} FROM t_rows ORDER BY n").fetchall()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("苏州华芯电子科技(集团)有限公司", ("华芯", "电子科技", "有限公司", "320500")),
        ("華芯電子（蘇州）有限公司", ("华芯", "电子", "有限公司", "320500")),
        ("山东省烟台市泰和新材料有限公司", ("泰和", "新材料", "有限公司", "370600")),
        ("江苏省昆山市玉山电子厂", ("玉山", "电子", "厂", "320500")),
        ("ＡＢＣ科技股份有限公司", ("abc", "科技", "股份有限公司", None)),
        ("东方电气", ("东方", "电气", "", None)),
        ("上海电气集团股份有限公司", ("上海", "电气", "股份有限公司", "310000")),
        ("莱芜市华光锅炉厂", ("华光", "锅炉", "厂", "370100")),
        ("三一重工", ("三一", "重工", "", None)),
        ("中国稀土集团", ("中国", "稀土", "", None)),
    ],
)
def test_parts(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, name: str, expected: tuple[str | None, ...]
) -> None:
    assert parts(connection, lexicon, [name], "core, trade, form, city") == [expected]


def test_a_branch_is_told_from_its_head_office(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    names = ["华芯电子有限公司", "华芯电子有限公司上海分公司", "华芯电子有限公司直营店"]
    assert parts(connection, lexicon, names, "core, branch") == [
        ("华芯", ""),
        ("华芯", "上海分公司"),
        ("华芯", "直营店"),
    ]


def test_a_place_in_brackets_goes_aside(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    assert parts(connection, lexicon, ["中芯国际（北京）有限公司"], "core, province") == [("中芯", "11")]


def test_numerals_are_one_key(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    assert len(set(parts(connection, lexicon, ["第一三五电子", "第135电子", "第１３５电子"], "key, trade"))) == 1


def test_trade_words_that_the_lexicon_lacks_are_learned(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon
) -> None:
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地坎离震巽"
    brands = [signs[n : n + 2] for n in range(0, len(signs), 2)]
    names = [f"苏州{brand}陶粒有限公司" for brand in brands]
    assert parts(connection, lexicon, names, "core, trade") == [(brand, "陶粒") for brand in brands]


def test_traditional_script_has_no_effect(connection: duckdb.DuckDBPyConnection, lexicon: Lexicon) -> None:
    names = ["萬華化學集團股份有限公司", "万华化学集团股份有限公司"]
    assert len(set(parts(connection, lexicon, names, "plain, core, trade, form, grp"))) == 1
