"""How well and how fast texts are read: `python -m tests.bench extract [--errors] [--calibration]`.

Splits: `development` is what the rules were written on, `held-out` and its like what nobody looked at while writing
them (only their sums are ever printed; name the parts to score: `extract development shared`): they were written by
people who know no rule. `shared` are the project's articles beside the checkout, where they are.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from kg.catalog import bundled_data, read_catalog
from kg.model import Document
from kg.read.bounded import BoundedReader
from kg.read.documents import SUFFIXES, read_document
from kg.read.junk import load_junk
from tests.bench.support import python_of, versions_of
from tests.extract.library import CASES, LEXICON, SHARED, document, reader
from tests.extract.scoring import Score, judged, score

# A document and what a careful reader takes from it.
Text = tuple[Document, dict[str, object]]
# A part named as an argument is scored alone.
PARTS = ("development", "held-out-3", "held-out-4", "shared")
# The speed is measured over so much text.
MEGABYTES = 2.0
PAGE_ROUNDS = 50
# A site's news: so many times as much of other things as of clusters.
OTHERS = 4
STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)


def run(arguments: list[str]) -> None:
    """Prints the figures of every split and the speed."""
    rules = read_catalog(bundled_data() / "catalog.toml").reading
    threshold = rules.threshold if rules else 0.0
    for name, folder, open_to_see in (
        ("development", CASES / "dev", True),
        ("held-out-3", CASES / "held-out-3", False),
        ("held-out-4", CASES / "held-out-4", False),
        ("shared", SHARED, True),
    ):
        texts = list(_texts(folder)) if name in arguments or not set(PARTS) & set(arguments) else []
        if texts:
            total = _scored(texts)
            _print(name, len(texts), total, errors=open_to_see and "--errors" in arguments)
            _precision(texts, threshold)
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


def _precision(texts: list[Text], threshold: float) -> None:
    """How much of what enters the graph is right, by kind, and how much waits for review instead."""
    claims = [claim for read, gold in texts for claim in judged(gold, reader().read(read))]
    print(f"  in the graph (confidence >= {threshold:g}):")
    for section in (*dict.fromkeys(claim.section for claim in claims), ""):
        of = [claim for claim in claims if section in ("", claim.section)]
        entered = [claim.right for claim in of if claim.confidence >= threshold]
        below = [claim.right for claim in of if claim.confidence < threshold]
        share = sum(entered) / len(entered) if entered else 0.0
        numbers = (
            f"P {share:.3f}  ({sum(entered)} of {len(entered)}; for review {len(below)}, {sum(below)} of them right)"
        )
        print(f"    {section or 'all':18s} {numbers}")


def _calibration(texts: list[Text]) -> None:
    """For each rule, and for each step of confidence, how many of its claims are right."""
    claims = [claim for read, gold in texts for claim in judged(gold, reader().read(read))]
    print("rule: right of all claims, mean confidence")
    for rule in sorted({claim.rule for claim in claims}):
        of = [claim for claim in claims if claim.rule == rule]
        right = sum(claim.right for claim in of)
        mean = sum(claim.confidence for claim in of) / len(of)
        print(f"  {rule:26s} {right / len(of):.2f} ({right} of {len(of)}), said {mean:.2f}")
    print("confidence: right of all claims between two steps")
    for low, high in pairwise(STEPS):
        step = [claim.right for claim in claims if low <= claim.confidence < high]
        if step:
            print(f"  {low:.2f}-{high:.2f}  {sum(step) / len(step):.3f}  ({sum(step)} of {len(step)})")


def _speed(texts: list[str]) -> None:
    size = sum(len(text.encode()) for text in texts)
    rounds = max(1, int(MEGABYTES * 1e6 / size))
    taken = _time(lambda text: reader().read(document(text)), texts, rounds)
    print(f"speed: {size * rounds / taken / 1e6:.2f} MB of annotated text a second (CPU, one core)")
    pages = [(SHARED / "seed.txt").read_text("utf-8")] if SHARED.is_dir() else []
    if pages:
        taken_page = _time(lambda text: reader().read(document(text)), pages, PAGE_ROUNDS)
        print(
            f"speed: {size_of(pages, PAGE_ROUNDS) / taken_page / 1e6:.2f} MB a second of a real page (the seed article)"
        )
    ordinary = [file.read_text("utf-8") for file in sorted((CASES / "ordinary").glob("*.txt"))]
    mixed = texts + ordinary * round(OTHERS * size / size_of(ordinary, 1))
    taken_mixed = _time(lambda text: reader().read(document(text)), mixed, 1)
    print(
        f"speed: {size_of(mixed, 1) / taken_mixed / 1e6:.2f} MB a second of news of which a fifth, by size,"
        " is annotated text and the rest the ordinary news of a town"
    )
    command = [str(python_of("jieba")), str(Path(__file__).with_name("jieba_worker.py")), str(rounds)]
    output = subprocess.run(command, input="\0".join(texts), capture_output=True, text=True, check=True).stdout
    segmenting = float(output)
    print(
        f"reading takes {taken / segmenting:.2f} of the time that {versions_of('jieba')} takes"
        f" to cut the same text into words ({size_of(texts, rounds) / segmenting / 1e6:.2f} MB a second)"
    )


def size_of(texts: list[str], rounds: int) -> int:
    """The bytes of texts that are read so many times."""
    return rounds * sum(len(text.encode()) for text in texts)


def _time(work: object, texts: list[str], rounds: int) -> float:
    assert callable(work)
    started = time.process_time()
    for _ in range(rounds):
        for text in texts:
            work(text)
    return time.process_time() - started
