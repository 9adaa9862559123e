"""Pieces are packed and loaded side by side; what is told on the way, and what an error leaves."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from kg.store.lines import open_rdf
from kg.store.loading import join_packed, load_pieces, pack_pieces, packed_name


def piece(folder: Path, number: int) -> Path:
    path = folder / f"{number}.nt"
    lines = (f'<http://x/{number}/{i}> <http://x/p> "{"v" * number}" .\n' for i in range(100 * (number + 1)))
    path.write_text("".join(lines))
    return path


def test_all_pieces_are_loaded(tmp_path: Path) -> None:
    store, told = ox.Store(str(tmp_path / "store")), list[str]()
    load_pieces(store, [piece(tmp_path, number) for number in range(5)], triples=1500, tell=told.append)
    assert len(store) == 1500
    assert len(told) == 5
    assert told[-1].startswith("loaded 1,500 of 1,500 triples, ")
    assert told[-1].endswith(" a second, 0 s left")


def test_pieces_become_one_packed_file(tmp_path: Path) -> None:
    pieces, told = [piece(tmp_path, number) for number in range(3)], list[str]()
    expected = b"".join(one.read_bytes() for one in pieces)
    pack_pieces(pieces, triples=600, tell=told.append)
    assert told[-1].startswith("packed 600 of 600 triples")
    join_packed(map(packed_name, pieces), tmp_path / "part.nt.zst")
    with open_rdf(tmp_path / "part.nt.zst") as file:
        assert file.read() == expected
    with (tmp_path / "part.nt.zst").open("rb") as file:
        assert zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read() == expected
    assert {path.name for path in tmp_path.iterdir()} == {"part.nt.zst", "0.nt", "1.nt", "2.nt"}


def test_the_first_error_stops_it(tmp_path: Path) -> None:
    good, bad = piece(tmp_path, 0), tmp_path / "bad.nt"
    bad.write_text("no triple\n")
    with pytest.raises(SyntaxError):
        load_pieces(ox.Store(), [good, bad], triples=2)


def test_nothing_to_load(tmp_path: Path) -> None:
    load_pieces(ox.Store(), [], triples=0)
