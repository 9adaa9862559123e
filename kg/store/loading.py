"""Large files into a store: pieces side by side, as one call of Oxigraph uses one core."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import zstandard

THREADS = min(os.cpu_count() or 2, 8)
LEVEL = 3

Tell = Callable[[str], None]


def silent(_: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of N-Triples, and where its compressed form goes, if anywhere."""

    path: Path
    packed: Path | None = None


def load_pieces(store: ox.Store | None, pieces: Sequence[Piece], *, triples: int, tell: Tell = silent) -> None:
    """Loads files that this program made (they are not checked again), packs them, and removes them one by one.

    A thread takes a piece at a time, so memory does not grow with their number; `triples`, the sum, is for `tell`.
    """
    sizes = {piece: piece.path.stat().st_size for piece in pieces}
    clock = _Clock(sum(sizes.values()), triples)
    pool = ThreadPoolExecutor(THREADS)
    try:
        largest_first = sorted(pieces, key=lambda piece: -sizes[piece])  # no thread has a large one left at the end
        running = {pool.submit(_load, store, piece): piece for piece in largest_first}
        for done in as_completed(running):
            done.result()
            tell(clock.words(sizes[running[done]]))
    finally:
        pool.shutdown(cancel_futures=True)
    if store is not None:
        store.flush()


def _load(store: ox.Store | None, piece: Piece) -> None:
    if store is not None:
        store.bulk_load(path=str(piece.path), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    if piece.packed is not None:
        with piece.path.open("rb") as source, piece.packed.open("wb") as target:
            zstandard.ZstdCompressor(level=LEVEL).copy_stream(source, target)
    piece.path.unlink()


def join_packed(packed: Sequence[Path], target: Path) -> None:
    """Makes one compressed file of several: their frames one after the other (RFC 8878, section 3)."""
    with target.open("wb") as whole:
        for path in packed:
            with path.open("rb") as source:
                shutil.copyfileobj(source, whole, 1 << 20)
            path.unlink()


class _Clock:
    """What is done of all, how fast, and how long the rest will take."""

    def __init__(self, size: int, triples: int) -> None:
        self._size, self._triples, self._done = max(size, 1), triples, 0
        self._started = time.perf_counter()

    def words(self, size: int) -> str:
        """What to say after so many bytes more."""
        self._done += size
        seconds = time.perf_counter() - self._started
        done = self._triples * self._done / self._size
        left = seconds * (self._size - self._done) / self._done
        rate = done / max(seconds, 1e-9)
        return f"{done:,.0f} of {self._triples:,} triples, {rate:,.0f} a second, {left:.0f} s left"
