"""Pieces are loaded side by side; what is told on the way, what is left, and what an error leaves."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from kg.store.lines import open_rdf
from kg.store.loading import Piece, join_packed, load_pieces


def piece(folder: Path, number: int, *, packed: bool = False) -> Piece:
    path = folder / f"{number}.nt"
    lines = (f'<http://x/{number}/{i}> <http://x/p> "{"v" * number}" .\n' for i in range(100 * (number + 1)))
    path.write_text("".join(lines))
    return Piece(path, path.with_suffix(".zst") if packed else None)


def test_all_pieces_are_loaded_and_gone(tmp_path: Path) -> None:
    store, told = ox.Store(str(tmp_path / "store")), list[str]()
    pieces = [piece(tmp_path, number) for number in range(5)]
    load_pieces(store, pieces, triples=1500, tell=told.append)
    assert len(store) == 1500
    assert not any(one.path.exists() for one in pieces)
    assert len(told) == 5
    assert told[-1].startswith("1,500 of 1,500 triples, ")
    assert told[-1].endswith(" a second, 0 s left")


def test_pieces_become_one_packed_file(tmp_path: Path) -> None:
    pieces = [piece(tmp_path, number, packed=True) for number in range(3)]
    expected = b"".join(one.path.read_bytes() for one in pieces)
    load_pieces(None, pieces, triples=600)
    join_packed([one.packed for one in pieces if one.packed], tmp_path / "part.nt.zst")
    with open_rdf(tmp_path / "part.nt.zst") as file:
        assert file.read() == expected
    with (tmp_path / "part.nt.zst").open("rb") as file:
        assert zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["part.nt.zst"]


def test_the_first_error_stops_it(tmp_path: Path) -> None:
    good, bad = piece(tmp_path, 0), tmp_path / "bad.nt"
    bad.write_text("no triple\n")
    with pytest.raises(SyntaxError):
        load_pieces(ox.Store(), [good, Piece(bad)], triples=2)


def test_nothing_to_load(tmp_path: Path) -> None:
    load_pieces(ox.Store(), [], triples=0)
