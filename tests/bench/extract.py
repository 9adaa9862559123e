"""How well and how fast texts are read: `python -m tests.bench extract [--errors] [--calibration]`.

Splits: `development` is what the rules were written on, `held-out` what nobody looked at while writing them (only its
sums are ever printed), `shared` the project's articles beside the checkout, where they are.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from kg.model import Document
from kg.read.bounded import BoundedReader
from kg.read.documents import SUFFIXES, read_document
from kg.read.junk import load_junk
from tests.extract.library import CASES, LEXICON, SHARED, document, reader
from tests.extract.scoring import Score, score

# A document and what a careful reader takes from it.
Text = tuple[Document, dict[str, object]]
# The speed is measured over so much text.
MEGABYTES = 2.0
STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)


def run(arguments: list[str]) -> None:
    """Prints the figures of every split and the speed."""
    for name, folder, open_to_see in (
        ("development", CASES / "dev", True),
        ("held-out", CASES / "held-out", False),
        ("shared", SHARED, True),
    ):
        texts = list(_texts(folder))
        if texts:
            total = _scored(texts)
            _print(name, len(texts), total, errors=open_to_see and "--errors" in arguments)
    if "--calibration" in arguments:
        _calibration(list(_texts(CASES / "dev")))
    _speed([read.text for read, _ in _texts(CASES / "dev")])


def _texts(folder: Path) -> Iterator[Text]:
    """The annotated texts of a folder, of every format that documents are read from."""
    junk = load_junk(LEXICON / "junk.toml")
    with BoundedReader() as bounded:
        for gold in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
            for file in sorted(gold.parent.glob(f"{gold.stem}.*")):
                if file.suffix in SUFFIXES:
                    taken = read_document(file, id=gold.stem, junk=junk, reader=bounded)
                    if taken.document is not None:
                        yield taken.document, json.loads(gold.read_text("utf-8"))


def _scored(texts: list[Text]) -> Score:
    total = Score()
    for read, gold in texts:
        score(total, read.id, gold, reader().read(read).to_json())
    return total


def _print(name: str, count: int, total: Score, *, errors: bool) -> None:
    print(f"{name}: {count} texts, {total.traps} traps")
    for section, tally in total.tallies.items():
        numbers = f"P {tally.precision:.3f}  R {tally.recall:.3f}  F1 {tally.f1:.3f}"
        print(f"  {section:20s} {numbers}  ({tally.right} right, {tally.wrong} wrong, {tally.missed} missed)")
    if errors:
        print("\n".join(total.errors))


def _calibration(texts: list[Text]) -> None:
    """For each step of confidence how many of the relations there are right."""
    print("confidence: right of all relations and figures between two steps")
    for low, high in pairwise(STEPS):
        right = wrong = 0
        for read, gold in texts:
            reading = reader().read(read)
            upper, lower = Score(), Score()
            score(upper, read.id, gold, reading.to_json(high))
            score(lower, read.id, gold, reading.to_json(low))
            for section in ("enterprises", "figures core", "relations", "clusters"):
                right += lower.tallies[section].right - upper.tallies[section].right
                wrong += lower.tallies[section].wrong - upper.tallies[section].wrong
        if right + wrong:
            print(f"  {low:.2f}-{high:.2f}  {right / (right + wrong):.3f}  ({right} of {right + wrong})")


def _speed(texts: list[str]) -> None:
    size = sum(len(text.encode()) for text in texts)
    rounds = max(1, int(MEGABYTES * 1e6 / size))
    taken = _time(lambda text: reader().read(document(text)), texts, rounds)
    print(f"speed: {size * rounds / taken / 1e6:.2f} MB of annotated text a second (CPU, one core)")
    mixed = texts + [
        "\n".join(line for line in text.split("\n") if "集群" not in line) for text in texts for _ in range(4)
    ]
    size = sum(len(text.encode()) for text in mixed)
    taken_mixed = _time(lambda text: reader().read(document(text)), mixed, 1)
    print(f"speed: {size / taken_mixed / 1e6:.2f} MB a second of news of which a fifth is about clusters")
    try:
        import jieba
    except ImportError:
        print("jieba is not installed: no ratio", file=sys.stderr)
        return
    jieba.initialize()
    segmenting = _time(lambda text: list(jieba.cut(text)), texts, 1) * rounds
    print(f"reading takes {taken / segmenting:.2f} of the time of jieba's segmentation of the same text")


def _time(work: object, texts: list[str], rounds: int) -> float:
    assert callable(work)
    started = time.process_time()
    for _ in range(rounds):
        for text in texts:
            work(text)
    return time.process_time() - started
