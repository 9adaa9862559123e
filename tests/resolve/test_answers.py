"""What people answered about claims: read, applied, and told where it cannot be applied."""

from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.model import Mentioned, TextClaim
from kg.resolve.answers import COLUMNS, Answers, key_of, read_answers
from kg.resolve.text import Resolved
from kg.vocabulary import LABEL
from tests.resolve.test_text import KNOWN, NEW, REVENUE, claim
from tests.resolve.test_text import resolved as told

HEADER = ",".join(COLUMNS) + "\n"
WHO = "Li,2026-05-06T08:00:00,seen"
FIRM = Mentioned("enterprise", "新公司")


def answered(path: Path, *rows: str) -> tuple[Answers, list[str]]:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    answers, problems = read_answers(path)
    return answers, [f"{problem.line}: {problem.reason}" for problem in problems]


def row(one: TextClaim, answer: str, who: str = WHO) -> str:
    return ",".join((*key_of(one), answer, who))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accepted.csv"


def resolved(answers: Answers, *claims: TextClaim) -> Resolved:
    return told(*claims, answers=answers)


def test_an_accepted_claim_need_not_be_sure_and_says_who_let_it_in(path: Path) -> None:
    unsure = claim(KNOWN, "hasFigure", REVENUE, confidence=0.3)
    answers, problems = answered(path, row(unsure, "accepted"))
    assert problems == []
    found = resolved(answers, unsure)
    (one,) = found.statements
    assert one.decision is not None
    assert (one.decision.who, one.decision.when, one.decision.why) == ("Li", "2026-05-06T08:00:00", "seen")
    assert (found.review, found.problems) == ((), ())


def test_an_accepted_claim_brings_in_the_new_things_that_it_speaks_of(path: Path) -> None:
    unsure = claim(NEW, "hasLeadEnterprise", FIRM, confidence=0.3)
    answers, _ = answered(path, row(unsure, "accepted"))
    found = resolved(answers, unsure)
    assert {(one.label, one.cls) for one in found.statements if one.predicate == LABEL.value} == {
        ("乙市新集群", "Cluster"),
        ("新公司", "Enterprise"),
    }
    assert any(one.predicate == "hasLeadEnterprise" for one in found.statements)


def test_a_rejected_claim_is_nowhere_however_sure_it_is(path: Path) -> None:
    sure = claim(KNOWN, "hasFigure", REVENUE)
    answers, _ = answered(path, row(sure, "rejected"))
    assert resolved(answers, sure) == Resolved((), ())


def test_what_cannot_enter_is_told_and_stays_for_review(path: Path) -> None:
    unknown = claim(KNOWN, "inSector", Mentioned("sector", "不存在"), confidence=0.3)
    answers, _ = answered(path, row(unknown, "accepted"))
    found = resolved(answers, unknown)
    assert len(found.review) == 1
    (problem,) = found.problems
    assert problem.reason == "accepted, but it cannot enter the graph: no table knows the sector 不存在"
    assert (problem.file, problem.line) == ("accepted.csv", 2)


def test_an_answer_about_a_sentence_that_is_gone_is_told(path: Path) -> None:
    answers, _ = answered(path, row(claim(KNOWN, "type"), "accepted"))
    (problem,) = resolved(answers).problems
    assert "no article says this in this sentence any more" in problem.reason


def test_the_latest_answer_counts_and_two_of_one_time_hold_neither(path: Path) -> None:
    one = claim(KNOWN, "type", confidence=0.3)
    answers, problems = answered(path, row(one, "rejected"), row(one, "accepted", "Wu,2026-06-01,"))
    assert problems == []
    assert answers.accepted(one) is not None
    answers, problems = answered(path, row(one, "rejected"), row(one, "accepted"))
    assert problems == ["2: one claim is accepted and rejected at one time; neither holds"]
    assert answers.accepted(one) is None
    assert not answers.rejected(one)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,甲,type,,句子,yes,Li,2026-01-01,", "2: the answer must be one of accepted, rejected"),
        ("a,甲,type,,,accepted,Li,2026-01-01,", "2: an answer needs the article, the subject, the predicate"),
        ("a,甲,type,,句子,accepted,,2026-01-01,", "2: an answer needs the name of who gave it"),
        ("a,甲,type,,句子,accepted,Li,soon,", "2: an answer needs a date (ISO 8601) in `when`"),
        ("a,甲", "2: an answer needs the article, the subject, the predicate"),
    ],
)
def test_a_bad_row_is_a_problem(path: Path, text: str, reason: str) -> None:
    answers, problems = answered(path, text)
    assert [problem.startswith(reason) for problem in problems] == [True]
    assert answers.by_claim == {}


def test_a_file_that_is_none_is_refused(path: Path) -> None:
    path.write_text("article,subject\n", "utf-8")
    with pytest.raises(ReadError, match="'predicate' is missing"):
        read_answers(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ReadError, match="not a sound CSV file in UTF-8"):
        read_answers(path)
    with pytest.raises(ReadError, match="cannot be read"):
        read_answers(path.with_name("none.csv"))
