"""What people answered about claims of articles that were not sure enough: kept as rows, taken back by taking one out.

`accepted.csv` has the columns article,subject,predicate,object,quote,answer,who,when,why. A claim is known by what it
says and by its sentence: where the article says something else now, the answer is not applied to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from kg.model import Decision, Mentioned, Problem, TextClaim
from kg.resolve.judgements import STAGE
from kg.rows import read_rows

KEY_COLUMNS = ("article", "subject", "predicate", "object", "quote")
COLUMNS = (*KEY_COLUMNS, "answer", "who", "when", "why")
Key = tuple[str, ...]
"""What a claim is known by: KEY_COLUMNS."""


class Answer(Enum):
    """What a person can say of a claim."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of one person."""

    key: Key
    answer: Answer
    decision: Decision


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that hold, one a claim."""

    by_claim: Mapping[Key, Answered] = field(default_factory=dict)
    file: str = "accepted.csv"

    def accepted(self, claim: TextClaim) -> Decision | None:
        """The decision that let a claim in, if there is one."""
        found = self.by_claim.get(key_of(claim))
        return found.decision if found and found.answer is Answer.ACCEPTED else None

    def rejected(self, claim: TextClaim) -> bool:
        """Whether somebody said that the claim is wrong."""
        found = self.by_claim.get(key_of(claim))
        return found is not None and found.answer is Answer.REJECTED

    def kept_out(self, claim: TextClaim, reason: str) -> list[Problem]:
        """A Problem where a claim was accepted and still cannot enter the graph."""
        found = self.by_claim.get(key_of(claim))
        return [self.problem(found, f"accepted, but it cannot enter the graph: {reason}")] if found else []

    def unused(self, claims: Iterable[TextClaim]) -> list[Problem]:
        """A Problem for each answer about a claim that no article makes any more."""
        made = {key_of(claim) for claim in claims}
        reason = "no article says this in this sentence any more: the answer is not applied"
        return [self.problem(one, reason) for key, one in self.by_claim.items() if key not in made]

    def problem(self, answered: Answered, reason: str) -> Problem:
        """A Problem with an answer."""
        return Problem(STAGE, self.file, answered.decision.line, ", ".join(answered.key[:-1]), reason)


def key_of(claim: TextClaim) -> Key:
    """What a claim is known by."""
    return claim.article, claim.subject.name, claim.predicate, told(claim), claim.quote.text


def told(claim: TextClaim) -> str:
    """The object of a claim in words."""
    value = claim.object
    if value is None:
        return ""
    if isinstance(value, Mentioned):
        return value.name
    return " ".join(filter(None, (value.indicator, value.comparator, f"{value.value:f}{value.unit}", value.period)))


def read_answers(path: Path) -> tuple[Answers, list[Problem]]:
    """The answers of a file that hold, and a Problem for each row that does not; ReadError where it is no such file.

    The latest answer about a claim counts; two that differ at one time hold neither.
    """
    good: defaultdict[Key, list[Answered]] = defaultdict(list)
    problems = []
    for line, row in read_rows(path, COLUMNS):
        reason = _fault(row)
        if reason:
            problems.append(Problem(STAGE, path.name, line, ",".join(row.values())[:200], reason))
        else:
            key = tuple(row[name] for name in KEY_COLUMNS)
            decision = Decision(row["who"], row["when"], row["why"], line)
            good[key].append(Answered(key, Answer(row["answer"]), decision))
    answers = Answers({}, path.name)
    held = {}
    for key, found in good.items():
        last = [one for one in found if one.decision.when == max(each.decision.when for each in found)]
        if len({one.answer for one in last}) > 1:
            problems.append(answers.problem(last[0], "one claim is accepted and rejected at one time; neither holds"))
        else:
            held[key] = last[0]
    return Answers(held, path.name), problems


def _fault(row: Mapping[str, str]) -> str:
    if not row["article"] or not row["subject"] or not row["predicate"] or not row["quote"]:
        return "an answer needs the article, the subject, the predicate and the sentence of its claim"
    if row["answer"] not in {answer.value for answer in Answer}:
        return f"the answer must be one of {', '.join(answer.value for answer in Answer)}"
    if not row["who"]:
        return "an answer needs the name of who gave it"
    try:
        datetime.fromisoformat(row["when"])
    except ValueError:
        return "an answer needs a date (ISO 8601) in `when`"
    return ""
