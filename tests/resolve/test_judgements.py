"""What people decided: read, settled, applied, taken back."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.resolve.database import Duckdb
from kg.resolve.judgements import Judgement, Judgements, Verdict, read_judgements, settle
from kg.resolve.lexicon import Lexicon
from kg.resolve.match import dedupe_table, match_tables
from tests.resolve.conftest import Table

HEADER = "left,right,judgement,who,when,why\n"


def said(left: str, right: str, verdict: str, when: str = "2026-01-01") -> Judgement:
    return Judgement(left, right, Verdict(verdict), "Li", when, "")


def read(tmp_path: Path, rows: str) -> tuple[Judgements, list[str]]:
    path = tmp_path / "judgements.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    judgements, problems = read_judgements(path)
    return judgements, [f"{problem.line}: {problem.reason}" for problem in problems]


def test_sound_rows_hold(tmp_path: Path) -> None:
    judgements, problems = read(tmp_path, "a,b,same,Li,2026-01-01,one address\nb,c,unsure,Wu,2026-01-02,\n")
    assert problems == []
    assert [row.verdict for row in judgements.rows] == [Verdict.SAME, Verdict.UNSURE]
    assert judgements.rows[0].reason == "judged same by Li on 2026-01-01: one address"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,a,same,Li,2026-01-01,", "2: the judgement speaks of one id only"),
        ("a,,same,Li,2026-01-01,", "2: a judgement needs two ids"),
        ("a,b,yes,Li,2026-01-01,", "2: the judgement must be one of same, different, unsure"),
        ("a,b,same,,2026-01-01,", "2: a judgement needs the name of who made it"),
        ("a,b,same,Li,yesterday,", "2: a judgement needs a date (ISO 8601) in `when`"),
    ],
)
def test_a_bad_row_is_a_problem(tmp_path: Path, row: str, reason: str) -> None:
    judgements, problems = read(tmp_path, row + "\n")
    assert problems == [reason]
    assert judgements.rows == ()


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text("left,right\n", encoding="utf-8")
    with pytest.raises(ReadError, match="'judgement' is missing"):
        read_judgements(path)


def test_a_circle_with_a_different_is_reported_and_the_different_holds() -> None:
    rows = [said("a", "b", "same"), said("b", "c", "same", "2026-01-02"), said("c", "a", "different", "2026-01-03")]
    held, (problem,) = settle(rows)
    assert problem.reason.startswith("contradicts: a = b = c, but c is not a (Li, 2026-01-03)")
    assert [row.pair for row in held.of(Verdict.SAME)] == [("a", "b")]
    assert [row.pair for row in held.of(Verdict.DIFFERENT)] == [("a", "c")]


def test_a_circle_of_same_is_no_contradiction() -> None:
    held, problems = settle([said("a", "b", "same"), said("b", "c", "same"), said("c", "a", "same")])
    assert len(held.rows) == 3
    assert problems == []


def test_the_latest_of_a_pair_counts() -> None:
    held, problems = settle([said("b", "a", "different", "2026-02-01"), said("a", "b", "same", "2026-01-01")])
    assert [row.verdict for row in held.rows] == [Verdict.DIFFERENT]
    assert problems == []


def test_two_verdicts_of_one_date_hold_neither() -> None:
    held, (problem,) = settle([said("a", "b", "same"), said("b", "a", "different")])
    assert held.rows == ()
    assert "neither holds" in problem.reason


judged = st.lists(
    st.builds(
        said,
        st.sampled_from("abcdef"),
        st.sampled_from("ghabcd"),
        st.sampled_from(["same", "different", "unsure"]),
        st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
    ).filter(lambda row: row.left != row.right),
    max_size=14,
)


@given(judged, st.randoms(use_true_random=False))
def test_the_order_of_rows_has_no_effect(rows: list[Judgement], order) -> None:  # type: ignore[no-untyped-def]
    shuffled = order.sample(rows, len(rows))
    assert {row.pair: row.verdict for row in settle(rows)[0].rows} == {
        row.pair: row.verdict for row in settle(shuffled)[0].rows
    }


TWO = "id,name,city\n1,苏州华芯电子有限公司,苏州\n2,华芯电子（苏州）有限公司,苏州\n3,武汉万和化工有限公司,武汉"


def entities(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon, *rows: Judgement) -> dict[str, str]:
    matching = dedupe_table(Duckdb(connection), table(TWO), lexicon=lexicon, judgements=Judgements(rows))
    return {row[0]: row[1] for row in matching.rows()}


def test_judgements_win_and_are_taken_back(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    untouched = {"1": "1", "2": "1", "3": "3"}
    assert entities(connection, table, lexicon) == untouched
    assert entities(connection, table, lexicon, said("2", "1", "different")) == {"1": "1", "2": "2", "3": "3"}
    assert entities(connection, table, lexicon, said("1", "2", "unsure")) == {"1": "1", "2": "2", "3": "3"}
    assert entities(connection, table, lexicon, said("3", "1", "same")) == {"1": "1", "2": "1", "3": "1"}
    assert entities(connection, table, lexicon) == untouched


def test_a_different_holds_against_rows_alike_in_all(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    alike = table("id,name\n1,华芯电子\n2,华芯电子\n3,华芯电子")
    judgements = Judgements((said("1", "2", "different"),))
    found = {
        row[0]: row[1] for row in dedupe_table(Duckdb(connection), alike, lexicon=lexicon, judgements=judgements).rows()
    }
    assert found["1"] != found["2"]


def test_judgements_of_a_match(connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon) -> None:
    left, right = table("id,name\nL1,华芯电子\nL2,万和化工"), table("id,name\nR1,华芯电子")
    judgements = Judgements((said("R1", "L1", "different"), said("L2", "R1", "same")))
    ((one, other, score, reason),) = match_tables(
        Duckdb(connection), left, right, lexicon=lexicon, judgements=judgements
    ).rows()
    assert (one, other, score) == ("L2", "R1", 1.0)
    assert reason == "judged same by Li on 2026-01-01"


def test_a_judgement_on_a_row_that_has_another_name_now_is_told_and_not_applied(
    connection: duckdb.DuckDBPyConnection, table: Table, lexicon: Lexicon
) -> None:
    rows = (
        Judgement("1", "2", Verdict.SAME, "Li", "2026-01-01", "", 2, "甲乙电子", "丙丁化工"),
        Judgement("1", "3", Verdict.SAME, "Li", "2026-01-01", "", 3, "甲乙电子", "庚辛纺织"),
    )
    firms = table("id,name\n1,甲乙电子\n2,戊己机械\n3,庚辛纺织")
    matching = dedupe_table(Duckdb(connection), firms, lexicon=lexicon, judgements=Judgements(rows))
    assert {row[0]: row[1] for row in matching.rows()} == {"1": "1", "2": "2", "3": "1"}
    (problem,) = matching.problems
    assert (problem.line, problem.reason) == (
        2,
        "2 was called 丙丁化工 when it was judged, and is now 戊己机械; not applied",
    )
