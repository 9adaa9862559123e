"""Two tables linked: what is one firm, what only looks alike, and what bad input does."""

import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.read.tables import connect, open_table
from kg.resolve.codes import check_character
from kg.resolve.database import Duckdb
from kg.resolve.errors import ResolveError
from kg.resolve.lexicon import Lexicon, load_lexicon
from kg.resolve.match import dedupe_table, match_tables
from tests.bench.match import pairs_of
from tests.bench.registers import Part, generate, write
from tests.resolve.conftest import LEXICON, Table


def code(body: str) -> str:
    return body + check_character(body)


ONE, TWO = code("91320500MA1ABCDE1"), code("91320500MA1ABCDE2")


def linked(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, left: str, right: str) -> bool:
    """Returns whether two rows "name,city,code" are linked."""
    tables = [table(f"id,name,city,code\n1,{row}") for row in (left, right)]
    matching = match_tables(Duckdb(connection), *tables, lexicon=lexicon)
    return [row[:2] for row in matching.rows()] == [("1", "1")]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("苏州华芯电子有限公司,苏州市,", "华芯电子（苏州）有限公司,,"),
        ("苏州华芯电子有限公司,,", "蘇州華芯電子有限公司,,"),
        ("苏州华芯电子有限公司,,", "苏州华芯电子股份有限公司,苏州,"),
        ("苏州华芯电子科技有限公司,,", "华芯电子,苏州,"),
        ("万华化学集团股份有限公司,烟台,", "万华化学,烟台,"),
        ("深圳第三维软件有限公司,深圳,", "深圳第3维软件有限公司,深圳,"),
        ("苏州华芯盛达电子有限公司,苏州,", "苏州华心盛达电子有限公司,苏州,"),
        ("苏州华芯盛达电子有限公司,苏州,", "苏州华盛芯达电子有限公司,苏州,"),
        (f"旧名称有限公司,北京,{ONE}", f"新招牌集团,上海,{ONE.lower()}"),
    ],
)
def test_one_firm(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, left: str, right: str) -> None:
    assert linked(connection, table, lexicon, left, right)
    assert linked(connection, table, lexicon, right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("苏州华芯电子有限公司,,", "苏州华芯化工有限公司,,"),
        ("苏州华芯电子有限公司,,", "武汉华芯电子有限公司,,"),
        ("苏州华芯电子有限公司,,", "苏州华芯电子销售有限公司,,"),
        ("苏州华芯电子有限公司,,", "苏州华芯电子有限公司上海分公司,,"),
        ("苏州华芯电子有限公司,,", "苏州华新电子有限公司,,"),
        ("中芯国际集成电路制造（上海）有限公司,,", "中芯国际集成电路制造（北京）有限公司,,"),
        ("深圳第三维软件有限公司,深圳,", "深圳第四维软件有限公司,深圳,"),
        (f"苏州华芯电子有限公司,苏州,{ONE}", f"苏州华芯电子有限公司,苏州,{TWO}"),
    ],
)
def test_two_firms(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, left: str, right: str
) -> None:
    assert not linked(connection, table, lexicon, left, right)
    assert not linked(connection, table, lexicon, right, left)


def test_every_link_has_a_score_and_a_reason(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    left, right = table("id,name,city\na,苏州华芯电子有限公司,苏州"), table("id,name\nb,华芯电子（苏州）有限公司")
    ((one, other, score, reason),) = match_tables(Duckdb(connection), left, right, lexicon=lexicon).rows()
    assert (one, other) == ("a", "b")
    assert 0.5 < score <= 1
    assert "same core 华芯" in reason
    assert "same trade 电子" in reason
    assert "same city 320500" in reason


def test_a_name_that_fits_two_firms_is_left_open(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    left = table("id,name,city\n1,苏州华芯盛达电子有限公司,苏州\n2,武汉华芯盛达电子有限公司,武汉")
    matching = match_tables(Duckdb(connection), left, table("id,name\nx,华芯盛达电子"), lexicon=lexicon)
    assert list(matching.rows()) == []
    assert {row[0] for row in matching.undecided()} == {"1", "2"}
    assert "several firms fit equally well" in matching.undecided()[0][3]


def test_a_bad_check_character_is_a_problem_and_decides_nothing(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    bad = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    left, right = table(f"id,name,code\n1,华芯电子,{bad}"), table(f"id,name,code\n1,别的化工,{bad}")
    matching = match_tables(Duckdb(connection), left, right, lexicon=lexicon)
    assert list(matching.rows()) == []
    assert [(p.line, p.value) for p in matching.problems] == [(2, bad), (2, bad)]
    assert "check character" in matching.problems[0].reason


def test_ids_that_come_twice_and_rows_without_name_are_problems(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    left = table("id,name\n1,华芯电子\n1,别的化工\n2,\n,无号机械")
    matching = match_tables(Duckdb(connection), left, table("id,name\n9,华芯电子"), lexicon=lexicon)
    assert [row[:2] for row in matching.rows()] == [("1", "9")]
    assert sorted((p.line or 0, p.reason) for p in matching.problems) == [
        (3, "an earlier row has this id; the row is left out"),
        (4, "the row has no name and is left out"),
        (5, "the row has no id and is left out"),
    ]


def test_a_missing_column_is_said_clearly(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    with pytest.raises(ResolveError, match="'name' is missing"):
        match_tables(Duckdb(connection), table("id,title\n1,x"), table("id,name\n1,x"), lexicon=lexicon)


def test_an_empty_table_gives_no_links(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    assert list(match_tables(Duckdb(connection), table("id,name"), table("id,name"), lexicon=lexicon).rows()) == []
    assert list(dedupe_table(Duckdb(connection), table("id,name"), lexicon=lexicon).rows()) == []


def test_hostile_names_are_text(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    names = ["'; DROP TABLE x; --", "(((", ")", "[^a", "\\", "%_", "🙂🙂🙂", "𠮷野家", "()有限公司", "有限公司", "苏州"]
    rows = "\n".join(f'{n},"{name}"' for n, name in enumerate(names))
    result = list(dedupe_table(Duckdb(connection), table(f"id,name\n{rows}"), lexicon=lexicon).rows())
    assert len(result) == len(names)


def test_work_tables_are_gone_after_close(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    matching = dedupe_table(Duckdb(connection), table("id,name\n1,华芯电子"), lexicon=lexicon)
    matching.close()
    left = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'dedupe%'").fetchone()
    assert left == (0,)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_links_are_written(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out{suffix}"
    assert dedupe_table(Duckdb(connection), table("id,name\n1,华芯电子\n2,华芯电子"), lexicon=lexicon).write(out) == 2
    read = "read_parquet" if suffix == ".parquet" else "read_csv"
    rows = connection.execute(f"SELECT id::VARCHAR, entity_id::VARCHAR FROM {read}('{out}')").fetchall()
    assert rows == [("1", "1"), ("2", "1")]


def test_links_are_not_written_in_an_unknown_form(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, tmp_path: Path
) -> None:
    with pytest.raises(ResolveError, match="written as"):
        dedupe_table(Duckdb(connection), table("id,name\n1,华芯电子"), lexicon=lexicon).write(tmp_path / "out.docx")


def test_the_unseen_part_reaches_the_targets(tmp_path: Path, lexicon: Lexicon) -> None:
    registers = generate(20_000, seed=3, part=Part.UNSEEN)
    write(registers.left, tmp_path / "left.csv")
    write(registers.right, tmp_path / "right.csv")
    with connect(threads=2) as connection:
        tables = [open_table(connection, tmp_path / f"{side}.csv")[0] for side in ("left", "right")]
        found = {row[:2] for row in match_tables(Duckdb(connection), *tables, lexicon=lexicon).rows()}
    right = len(found & registers.truth)
    assert right / len(found) >= 0.99
    assert right / len(registers.truth) >= 0.90


rows = st.lists(
    st.tuples(
        st.sampled_from(["苏州", "武汉", "", "烟台市"]),
        st.sampled_from(["华芯", "华心", "华芯盛", "华芯盛达", "万华", "ABC", "三一"]),
        st.sampled_from(["电子", "化工", "电子科技", "销售", "", "陶粒"]),
        st.sampled_from(["有限公司", "股份有限公司", "", "集团", "有限公司上海分公司"]),
        st.sampled_from(["", "苏州", "320500", "武汉市"]),
        st.sampled_from(["", "", "", ONE, TWO]),
    ),
    min_size=1,
    max_size=8,
)
Rows = list[tuple[str, str, str, str, str, str]]
_SHARED = load_lexicon(LEXICON)


def as_csv(drawn: Rows, order: list[int], prefix: str) -> str:
    lines = [f"{prefix}{n},{''.join(drawn[n][:4])},{drawn[n][4]},{drawn[n][5]}" for n in order]
    return "\n".join(["id,name,city,code", *lines]) + "\n"


def run(folder: Path, *tables: str) -> list[tuple[str, str, float, str]]:
    with connect(threads=1) as connection:
        opened = []
        for n, text in enumerate(tables):
            (folder / f"{n}.csv").write_text(text, encoding="utf-8")
            opened.append(open_table(connection, folder / f"{n}.csv")[0])
        if len(opened) == 1:
            return list(dedupe_table(Duckdb(connection), opened[0], lexicon=_SHARED).rows())
        return list(match_tables(Duckdb(connection), opened[0], opened[1], lexicon=_SHARED).rows())


property_test = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_dedupe_is_precise_on_firms_that_nobody_tuned_it_for(
    connection: duckdb.DuckDBPyConnection, lexicon: Lexicon, tmp_path: Path
) -> None:
    registers = generate(6000, seed=29, part=Part.UNSEEN)
    write([*registers.left, *registers.right], tmp_path / "both.csv")
    table, _ = open_table(connection, tmp_path / "both.csv")
    found = pairs_of(dedupe_table(Duckdb(connection), table, lexicon=lexicon))
    assert len(found & registers.truth) / len(found) >= 0.99
    assert len(found & registers.truth) / len(registers.truth) >= 0.9


@pytest.mark.slow
@property_test
@given(rows, rows, st.randoms(use_true_random=False))
def test_row_order_has_no_effect(tmp_path: Path, left: Rows, right: Rows, order: random.Random) -> None:
    one, other = list(range(len(left))), list(range(len(right)))
    first = run(tmp_path, as_csv(left, one, "a"), as_csv(right, other, "b"))
    deduped = run(tmp_path, as_csv(left, one, "a"))
    order.shuffle(one)
    order.shuffle(other)
    assert run(tmp_path, as_csv(left, one, "a"), as_csv(right, other, "b")) == first
    assert run(tmp_path, as_csv(left, one, "a")) == deduped


@pytest.mark.slow
@property_test
@given(rows.map(lambda drawn: drawn[:1]), rows.map(lambda drawn: drawn[:1]))
def test_scores_are_symmetric(tmp_path: Path, left: Rows, right: Rows) -> None:
    there = run(tmp_path, as_csv(left, [0], "a"), as_csv(right, [0], "b"))
    back = run(tmp_path, as_csv(right, [0], "b"), as_csv(left, [0], "a"))
    assert [(a, b, score) for a, b, score, _ in there] == [(b, a, score) for a, b, score, _ in back]


@pytest.mark.slow
@property_test
@given(rows)
def test_different_codes_never_merge(tmp_path: Path, drawn: Rows) -> None:
    found = run(tmp_path, as_csv(drawn, list(range(len(drawn))), "a"))
    codes: dict[str, set[str]] = {}
    for identifier, entity, _, _ in found:
        codes.setdefault(entity, set()).update({drawn[int(identifier[1:])][5]} - {""})
    assert len(found) == len(drawn)
    assert all(len(of_one) <= 1 for of_one in codes.values())
