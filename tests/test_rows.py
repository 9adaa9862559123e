"""Small CSV files that people keep: read by name of column, whatever else stands in them."""

from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.rows import read_column, read_pairs, read_rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.csv"


def test_columns_are_found_by_name_and_others_left(path: Path) -> None:
    path.write_text("\ufeffkind,word,note\na,甲,x\nb,乙\n,丙,y,z\n", "utf-8")
    assert read_rows(path, ("word", "kind")) == [
        (2, {"word": "甲", "kind": "a"}),
        (3, {"word": "乙", "kind": "b"}),
        (4, {"word": "丙", "kind": ""}),
    ]
    assert read_rows(path, ("word",), ("note", "none"))[1] == (3, {"word": "乙", "note": ""})
    assert read_column(path, "word") == ["甲", "乙", "丙"]
    assert read_pairs(path, "word", "kind") == {"甲": "a", "乙": "b", "丙": ""}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"kind\na\n", r"words.csv:1: the column 'word' is missing"),
        (b"", "the column 'word' is missing"),
        (b"word\n\xff\n", "not a sound CSV file in UTF-8"),
        (b'word\n"a"b\n', "not a sound CSV file"),
    ],
)
def test_what_is_no_such_file_is_refused(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason):
        read_rows(path, ("word",))


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(ReadError, match=r"words.csv: cannot be read"):
        read_rows(path, ("word",))
