"""The annotated texts of development: the figures below which no change may fall."""

import json
from pathlib import Path

import pytest

from tests.extract.library import CASES, SHARED, read
from tests.extract.scoring import Score, score


def scored(files: list[Path]) -> Score:
    total = Score()
    for file in files:
        gold = json.loads(file.with_suffix(".json").read_text("utf-8"))
        score(total, file.stem, gold, read(file.read_text("utf-8")).to_json())
    return total


def test_the_development_texts_are_read_well() -> None:
    total = scored(sorted((CASES / "dev").glob("*.txt")))
    least = {"clusters": 0.97, "enterprises": 0.95, "figures core": 0.95, "figures value only": 0.95, "relations": 0.95}
    assert {name: tally.f1 for name, tally in total.tallies.items() if tally.f1 < least[name]} == {}, "\n".join(
        total.errors
    )
    assert total.traps == 0, "\n".join(total.errors)


@pytest.mark.parametrize("file", sorted((CASES / "ordinary").glob("*.txt")), ids=lambda file: file.stem)
def test_ordinary_news_says_nothing(file: Path) -> None:
    found = read(file.read_text("utf-8")).to_json()
    assert found == {"clusters": [], "enterprises": [], "figures": [], "relations": []}


@pytest.mark.shared
def test_the_seed_article_is_read_without_a_mistake() -> None:
    total = scored([SHARED / "seed.txt"])
    assert total.errors == []
