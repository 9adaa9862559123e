"""Rows are added and taken back whole; what was in the file before stays byte by byte."""

from pathlib import Path

import pytest

from kg.errors import PublishError
from kg.pipeline.ledger import Ledger

COLUMNS = ("left", "right", "why")
ROW = {"left": "甲", "right": 'say "no", please', "why": "two\nlines"}
LINE = '甲,"say ""no"", please","two\nlines"\n'


def test_a_new_file_gets_a_header(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new.csv", COLUMNS)
    ledger.add(ROW)
    assert (tmp_path / "new.csv").read_text("utf-8") == "left,right,why\n" + LINE
    assert ledger.added == 1


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    before = b'\xef\xbb\xbfwhy,left,extra\r\n"x" ,1,2\r\nlast line without an end'
    path.write_bytes(before)
    ledger = Ledger(path, COLUMNS)
    ledger.add(ROW)
    assert path.read_bytes() == before + b"\n" + '"two\nlines",甲,\n'.encode()
    ledger.take_back()
    assert path.read_bytes() == before + b"\n"
    assert ledger.added == 0


def test_rows_of_others_survive_an_undo(tmp_path: Path) -> None:
    path = tmp_path / "shared.csv"
    ledger = Ledger(path, COLUMNS)
    ledger.add(ROW)
    with path.open("a", encoding="utf-8") as file:
        file.write("x,y,z\n")
    ledger.take_back()
    assert path.read_text("utf-8") == "left,right,why\nx,y,z\n"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PublishError, match="cannot be read"):
        Ledger(tmp_path / "folder.csv", COLUMNS).add(ROW)
    with pytest.raises(PublishError, match="cannot be written"):
        Ledger(tmp_path / "none" / "a.csv", COLUMNS).add(ROW)
