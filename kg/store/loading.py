"""Large files into a store: pieces side by side, as one call of Oxigraph uses one core."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pyoxigraph as ox
import zstandard

THREADS = min(os.cpu_count() or 2, 8)
LEVEL = 3

Tell = Callable[[str], None]


def silent(_: str) -> None:
    """Tells nobody."""


def load_pieces(store: ox.Store, pieces: Sequence[Path], *, triples: int, tell: Tell = silent) -> None:
    """Loads files of N-Triples of our own, which are not checked again. `triples`, the sum, is for `tell`."""

    def load(piece: Path) -> None:
        store.bulk_load(path=str(piece), format=ox.RdfFormat.N_TRIPLES, lenient=True)

    _each(load, pieces, _Clock("loaded", pieces, triples), tell)
    store.flush()


def pack_pieces(pieces: Sequence[Path], *, triples: int, tell: Tell = silent) -> None:
    """Compresses files, each into one beside it (`packed_name`)."""

    def pack(piece: Path) -> None:
        with piece.open("rb") as source, packed_name(piece).open("wb") as target:
            zstandard.ZstdCompressor(level=LEVEL).copy_stream(source, target)

    _each(pack, pieces, _Clock("packed", pieces, triples), tell)


def packed_name(piece: Path) -> Path:
    """Where the compressed form of a file stands."""
    return piece.with_suffix(".zst")


def _each(work: Callable[[Path], None], pieces: Sequence[Path], clock: "_Clock", tell: Tell) -> None:
    """Does some work on each file; a thread takes one at a time, so memory does not grow with their number."""
    sizes = {piece: piece.stat().st_size for piece in pieces}
    pool = ThreadPoolExecutor(THREADS)
    try:
        largest_first = sorted(pieces, key=lambda piece: -sizes[piece])  # no thread has a large one left at the end
        running = {pool.submit(work, piece): piece for piece in largest_first}
        for done in as_completed(running):
            done.result()
            tell(clock.words(sizes[running[done]]))
    finally:
        pool.shutdown(cancel_futures=True)


def join_packed(packed: Iterable[Path], target: Path) -> None:
    """Makes one compressed file of several: their frames one after the other (RFC 8878, section 3)."""
    with target.open("wb") as whole:
        for path in packed:
            with path.open("rb") as source:
                shutil.copyfileobj(source, whole, 1 << 20)
            path.unlink()


class _Clock:
    """What is done of all, how fast, and how long the rest will take."""

    def __init__(self, verb: str, pieces: Sequence[Path], triples: int) -> None:
        size = sum(piece.stat().st_size for piece in pieces)
        self._verb, self._size, self._triples, self._done = verb, max(size, 1), triples, 0
        self._started = time.perf_counter()

    def words(self, size: int) -> str:
        """What to say after so many bytes more."""
        self._done += size
        seconds = time.perf_counter() - self._started
        done = self._triples * self._done / self._size
        left = seconds * (self._size - self._done) / self._done
        rate = done / max(seconds, 1e-9)
        return f"{self._verb} {done:,.0f} of {self._triples:,} triples, {rate:,.0f} a second, {left:.0f} s left"
