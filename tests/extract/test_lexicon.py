"""The files of a lexicon are a user's to change: what is wrong in one is said with file and line."""

import shutil
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.extract.lexicon import Lexicon
from kg.resolve.lexicon import load_lexicon
from tests.projects import ROOT, rewrite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "ontology" / "lexicon", tmp_path / "lexicon"))


def read_both(folder: Path) -> None:
    Lexicon.read(folder)
    load_lexicon(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("clusters.toml", "stops = [", "stops = ", r"clusters\.toml:\d+: is not valid TOML"),
        ("places.csv", "code,name", "number,name", r"places\.csv:1: the column 'code' is missing"),
        ("traditional.csv", "traditional,", "old,", r"traditional\.csv:1: the column 'traditional' is missing"),
        ("company/trade_words.csv", "word,kind", "word", r"trade_words\.csv:1: the column 'kind' is missing"),
    ],
)
def test_a_mistake_is_said_with_file_and_line(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    rewrite(folder / file, old, new)
    with pytest.raises(KgError, match=reason):
        read_both(folder)


def test_a_pattern_that_is_none_is_said_with_its_rule(folder: Path) -> None:
    rewrite(folder / "enterprises.toml", "pattern = '以{names}", "pattern = '(以{names}")
    with pytest.raises(KgError, match=r"lexicon enterprises: enterprises\.rule\.headed-by: missing \)"):
        Lexicon.read(folder).rules()


def test_a_spreadsheet_may_save_its_files(folder: Path) -> None:
    for path in (*folder.rglob("*.csv"), *folder.rglob("*.toml")):
        path.write_text("\ufeff" + path.read_text("utf-8"), "utf-8")
    assert Lexicon.read(folder) == Lexicon.read(ROOT / "ontology" / "lexicon")
    assert load_lexicon(folder) == load_lexicon(ROOT / "ontology" / "lexicon")
