"""What people decided of pairs: kept as rows, applied always, taken back by taking the row out.

`judgements.csv` has the columns left,right,judgement,who,when,why; left_name,right_name may stand behind them: what the
two were called when they were judged. The latest row of a pair counts. What contradicts ("A is B", "B is C", "A is not
C") is reported and the "different" holds: nothing is merged across it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from kg.model import Problem
from kg.resolve.clustering import Clusters
from kg.rows import read_rows

COLUMNS = ("left", "right", "judgement", "who", "when", "why")
NAMES = ("left_name", "right_name")
STAGE = "resolve"


class Verdict(Enum):
    """What a person can say of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision of one person; `line` is its row in the file; names are empty where it does not say them."""

    left: str
    right: str
    verdict: Verdict
    who: str
    when: str
    why: str
    line: int | None = None
    left_name: str = ""
    right_name: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Return the two ids in a fixed order: a judgement has no direction."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)

    @property
    def reason(self) -> str:
        """Return the judgement as a sentence."""
        why = f": {self.why}" if self.why else ""
        return f"judged {self.verdict.value} by {self.who} on {self.when}{why}"


@dataclass(frozen=True, slots=True)
class Judgements:
    """The judgements that hold: one a pair, without contradiction."""

    rows: tuple[Judgement, ...] = ()
    file: str = "judgements.csv"

    def of(self, verdict: Verdict) -> tuple[Judgement, ...]:
        """Return those of one verdict."""
        return tuple(row for row in self.rows if row.verdict is verdict)


def read_judgements(path: Path) -> tuple[Judgements, list[Problem]]:
    """Return the judgements of a file that hold, and a Problem for each row that does not."""
    good, problems = parse_judgements(path)
    held, contradictions = settle(good, path.name)
    return held, problems + contradictions


def parse_judgements(path: Path) -> tuple[list[Judgement], list[Problem]]:
    """Return every sound row of a file, and a Problem for each other one; ReadError where it is no such file."""
    return _parsed(read_rows(path, COLUMNS, NAMES), path.name)


def _parsed(rows: Iterable[tuple[int, dict[str, str]]], file: str) -> tuple[list[Judgement], list[Problem]]:
    good, problems = [], []
    for line, raw in rows:
        row = {name: value.strip() for name, value in raw.items()}
        reason = _fault(row)
        if reason:
            problems.append(Problem(STAGE, file, line, ",".join(row.values())[:200], reason))
        else:
            verdict, named = Verdict(row["judgement"]), (row.get(name, "") for name in NAMES)
            said = Judgement(row["left"], row["right"], verdict, row["who"], row["when"], row["why"], line, *named)
            good.append(said)
    return good, problems


def _fault(row: dict[str, str]) -> str:
    if not row["left"] or not row["right"]:
        return "a judgement needs two ids"
    if row["left"] == row["right"]:
        return "the judgement speaks of one id only"
    if row["judgement"] not in {verdict.value for verdict in Verdict}:
        return f"the judgement must be one of {', '.join(verdict.value for verdict in Verdict)}"
    if not row["who"]:
        return "a judgement needs the name of who made it"
    try:
        datetime.fromisoformat(row["when"])
    except ValueError:
        return "a judgement needs a date (ISO 8601) in `when`"
    return ""


def settle(rows: Sequence[Judgement], file: str = "judgements.csv") -> tuple[Judgements, list[Problem]]:
    """Return the judgements that hold and the contradictions, whatever order the rows have."""
    latest, problems = _latest(rows, file)
    numbers = {key: number for number, key in enumerate(sorted({key for row in latest for key in row.pair}))}
    clusters = Clusters()
    different = [row for row in latest if row.verdict is Verdict.DIFFERENT]
    clusters.keep_apart((numbers[row.left], numbers[row.right]) for row in different)
    kept = []
    for row in latest:
        if row.verdict is not Verdict.SAME or clusters.join(numbers[row.left], numbers[row.right]):
            kept.append(row)
        else:
            problems.append(_contradiction(row, kept, different, file))
    return Judgements(tuple(kept), file), problems


def _latest(rows: Sequence[Judgement], file: str) -> tuple[list[Judgement], list[Problem]]:
    """Return the latest judgement of each pair, by date; two that differ on one date are a Problem and do not hold."""
    pairs: defaultdict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for row in rows:
        pairs[row.pair].append(row)
    latest, problems = [], []
    for found in pairs.values():
        last = max(row.when for row in found)
        of_last = sorted((row for row in found if row.when == last), key=_order)
        if len({row.verdict for row in of_last}) > 1:
            said = " and ".join(f"{row.verdict.value} ({row.who})" for row in of_last)
            reason = f"one pair is judged {said} on one date; neither holds"
            problems.append(Problem(STAGE, file, of_last[0].line, " = ".join(of_last[0].pair), reason))
        else:
            latest.append(of_last[0])
    return sorted(latest, key=_order), problems


def _order(row: Judgement) -> tuple[str, tuple[str, str], str, str, str]:
    """The order of judgements, whatever order the rows have."""
    return row.when, row.pair, row.verdict.value, row.who, row.why


def _contradiction(row: Judgement, kept: Sequence[Judgement], different: Sequence[Judgement], file: str) -> Problem:
    """Return the Problem of a "same" that closes a circle with a "different", and the circle."""
    same = [*(other for other in kept if other.verdict is Verdict.SAME), row]
    paths = ((other, _path(same, *other.pair)) for other in different)
    other, path = next((other, path) for other, path in paths if path)
    told = f"{' = '.join(path)}, but {other.left} is not {other.right} ({other.who}, {other.when})"
    return Problem(STAGE, file, row.line, f"{row.left} = {row.right}", f"contradicts: {told}; it is not applied")


def _path(same: Sequence[Judgement], start: str, end: str) -> list[str]:
    """Return the ids from `start` to `end` along judgements of "same", or nothing."""
    neighbours: defaultdict[str, set[str]] = defaultdict(set)
    for row in same:
        neighbours[row.left].add(row.right)
        neighbours[row.right].add(row.left)
    before: dict[str, str | None] = {start: None}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in sorted(neighbours[here]):
            if there not in before:
                before[there] = here
                queue.append(there)
    path: list[str] = []
    at: str | None = end if end in before else None
    while at is not None:
        path.append(at)
        at = before[at]
    return path[::-1]
