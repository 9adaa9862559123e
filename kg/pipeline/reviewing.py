"""`kg review`: what is open is asked, and every answer is written down at once."""

import getpass
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kg.catalog import find_catalog, read_catalog
from kg.errors import CatalogError, KgError
from kg.model import JudgementFiles, Problem
from kg.pipeline.articles import lexicon_of
from kg.pipeline.ledger import Ledger
from kg.pipeline.proposals import Pair, claims_of_release, pairs_of_file, pairs_of_release
from kg.resolve import answers, judgements
from kg.resolve.answers import Answer, read_answers
from kg.resolve.clustering import Clusters
from kg.resolve.judgements import Verdict, parse_judgements, settle
from kg.resolve.text import NOT_SURE, UNSURE_THING
from kg.store.graph import Graph
from kg.view.review_terminal import Question
from kg.vocabulary import CKG

EXISTS = "there is such a thing"
"""What a claim says that names its subject only."""

VERDICTS = {"s": Verdict.SAME, "d": Verdict.DIFFERENT, "u": Verdict.UNSURE}
ANSWERS = {"a": Answer.ACCEPTED, "r": Answer.REJECTED}
WORDS = {"s": "same", "d": "different", "u": "unsure", "a": "accept", "r": "reject"}
ACCEPTABLE = frozenset({NOT_SURE, UNSURE_THING})
"""Reasons for which a person can let a claim in; where another one stands, something else has to change first."""

_MISSING = """names no files for what people decide; add to it:

[judgements]
file = "judgements.csv"
accepted = "accepted.csv"
source = "{unsourced}"

and make the two files, with these first lines:
{judgements}
{accepted}"""


@dataclass(slots=True)
class Item:
    """A question, and the rows that its answers write."""

    question: Question
    ledger: Ledger
    row: Mapping[str, str]
    pair: tuple[str, str] | None = None


@dataclass(slots=True)
class Review:
    """A review: what is open, in order, and what has been answered since it began."""

    by: str
    items: list[Item]
    judgements: Path
    problems: tuple[Problem, ...] = ()
    _place: int = 0
    _answered: list[int] = field(default_factory=list)
    _decided: "_Decided" = field(init=False)

    def __post_init__(self) -> None:
        """Leaves out what has been decided before."""
        self._look_again()
        self.items = self._open_items()

    def current(self) -> Question | None:
        """The question that is to be answered now; what follows from other answers is passed over."""
        while self._place < len(self.items) and self._follows(self.items[self._place]):
            self._place += 1
        return self.items[self._place].question if self._place < len(self.items) else None

    def position(self) -> str:
        """Where in all questions that is."""
        return f"{self._place + 1} of {len(self.items)}"

    def open(self) -> list[Question]:
        """All questions that are open."""
        return [item.question for item in self._open_items()]

    def _open_items(self) -> list[Item]:
        return [
            item for number, item in enumerate(self.items) if number not in self._answered and not self._follows(item)
        ]

    def answer(self, key: str, why: str) -> Sequence[str]:
        """Writes an answer down; returns what contradicts itself now and did not before."""
        item = self.items[self._place]
        verdict = VERDICTS[key].value if item.pair else ANSWERS[key].value
        now = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
        field_name = "judgement" if item.pair else "answer"
        item.ledger.add({**item.row, field_name: verdict, "who": self.by, "when": now, "why": why})
        self._answered.append(self._place)
        self._place += 1
        before = set(self.problems)
        self._look_again()
        return [f"{one.file} row {one.line}: {one.reason}" for one in self.problems if one not in before]

    def skip(self) -> None:
        """Goes on without an answer."""
        self._place += 1

    def undo(self) -> bool:
        """Takes the last answer back and asks again; whether there was one."""
        if not self._answered:
            return False
        self._place = self._answered.pop()
        self.items[self._place].ledger.take_back()
        self._look_again()
        return True

    def summary(self) -> str:
        """What was done, in words."""
        ledgers = {id(item.ledger): item.ledger for item in self.items}.values()
        written = [f"{one.added} in {one.path}" for one in ledgers if one.added]
        left = len(self._open_items())
        told = f"answers: {', '.join(written)}" if written else "no answers"
        return f"{told}; {left} left" + ("; `kg build` puts them into the graph" if written else "")

    def _follows(self, item: Item) -> bool:
        return item.pair is not None and self._decided.tells(item.pair)

    def _look_again(self) -> None:
        rows, problems = parse_judgements(self.judgements) if self.judgements.is_file() else ([], [])
        held, contradictions = settle(rows, self.judgements.name)
        self.problems = (*problems, *contradictions)
        self._decided = _Decided(held.rows)


class _Decided:
    """What judgements tell of any pair, also of one that follows from others."""

    def __init__(self, rows: Sequence[judgements.Judgement]):
        names = sorted({name for row in rows for name in row.pair})
        self._numbers = {name: number for number, name in enumerate(names)}
        self._same = Clusters()
        for row in rows:
            if row.verdict is Verdict.SAME:
                self._same.join(self._numbers[row.left], self._numbers[row.right])
        self._apart = {self._roots(row.pair) for row in rows if row.verdict is not Verdict.SAME}

    def tells(self, pair: tuple[str, str]) -> bool:
        if not all(name in self._numbers for name in pair):
            return False
        roots = self._roots(pair)
        return len(roots) == 1 or roots in self._apart

    def _roots(self, pair: tuple[str, str]) -> frozenset[int]:
        return frozenset(self._same.find(self._numbers[name]) for name in pair)


def review_pairs(pairs: Path, written: Path, by: str) -> Review:
    """A review of the pairs that matching left open; answers go into `written`, which need not be there yet."""
    ledger = Ledger(written, (*judgements.COLUMNS, *judgements.NAMES))
    return Review(by, [_pair_item(pair, ledger) for pair in pairs_of_file(pairs)], written)


def review_project(directory: Path | None, output: Path, by: str, language: str) -> Review:
    """A review of the latest release of a project: its pairs first, then the claims of its articles."""
    catalog = read_catalog(find_catalog(directory))
    if catalog.judged is None:
        first_lines = (",".join((*judgements.COLUMNS, *judgements.NAMES)), ",".join(answers.COLUMNS))
        words = {"unsourced": catalog.evidence.unsourced, "judgements": first_lines[0], "accepted": first_lines[1]}
        raise CatalogError(_MISSING.format(**words), file=catalog.path)
    with Graph.open(output) as graph:
        if graph.manifest.base != catalog.base:
            raise KgError(f"the release in {output} is of another project: {graph.manifest.base}", file=catalog.path)
        pairs = pairs_of_release(graph, lexicon_of(catalog), language)
        claims, labels = claims_of_release(graph.folder), graph.labels
    predicates = {name: labels.get(CKG + name, {}).get(language, name) for name in {row["predicate"] for row in claims}}
    ledger = Ledger(catalog.judged.judgements, (*judgements.COLUMNS, *judgements.NAMES))
    items = [*(_pair_item(pair, ledger) for pair in pairs), *_claim_items(claims, catalog.judged, predicates)]
    return Review(by, items, catalog.judged.judgements)


def _pair_item(pair: Pair, ledger: Ledger) -> Item:
    keys = tuple((key, WORDS[key]) for key in VERDICTS)
    why = f"score {pair.score:.2f}: {pair.reason}" if pair.score else pair.reason
    row = {"left": pair.left, "right": pair.right, "left_name": pair.names[0], "right_name": pair.names[1]}
    return Item(Question("one thing?", pair.records, (why,), (), keys), ledger, row, (pair.left, pair.right))


def _claim_items(
    claims: Sequence[Mapping[str, str]], files: JudgementFiles, predicates: Mapping[str, str]
) -> list[Item]:
    known, _ = read_answers(files.accepted)
    ledger = Ledger(files.accepted, answers.COLUMNS)
    keys = [tuple(row[name] for name in answers.KEY_COLUMNS) for row in claims]
    open_rows = [row for row, key in zip(claims, keys, strict=True) if key not in known.by_claim]
    return [_claim_item(row, predicates[row["predicate"]], ledger) for row in open_rows]


def _claim_item(row: Mapping[str, str], predicate: str, ledger: Ledger) -> Item:
    fits = row["reason"] in ACCEPTABLE
    said = " → ".join((row["subject"], predicate, row["object"]) if row["object"] else (row["subject"], EXISTS))
    lines = (
        said,
        f"“{row['quote']}”",
        f"{row['file']} ({row['article']}){', ' + row['date'] if row['date'] else ''}, "
        f"characters {row['start']} to {row['end']}",
        f"rule {row['rule']}, confidence {row['confidence']}: {row['reason']}",
        *([] if fits else ["accepting it would not help: what the reason says has to change first"]),
    )
    offered = tuple((key, WORDS[key]) for key in ANSWERS if fits or key == "r")
    marks = (row["subject"], row["object"])
    question = Question("does the article say so?", (), lines, marks, offered)
    return Item(question, ledger, {name: row[name] for name in answers.KEY_COLUMNS})


def whoever() -> str:
    """The name of the user; empty where the system tells none."""
    with suppress(OSError, KeyError):
        return os.environ.get("USER") or getpass.getuser()
    return ""
