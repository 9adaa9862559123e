"""Questions to one store side by side: Oxigraph uses one core for each, and frees Python's lock meanwhile."""

import os
from collections.abc import Callable, Sequence
from multiprocessing.pool import ThreadPool
from traceback import clear_frames
from typing import TypeVar

from kg.errors import KgError

Result = TypeVar("Result")
Other = TypeVar("Other")
THREADS = min(os.cpu_count() or 2, 4)
"""Each may hold an answer in memory while it is made."""


def side_by_side(works: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results in the order of the works; the first error of one of them.

    The threads end with the process: a question that takes for ever does not hold it up.
    """
    pool = ThreadPool(THREADS)
    try:
        return pool.map(cleared, works, chunksize=1)
    finally:
        pool.close()


def both(first: Callable[[], Result], second: Callable[[], Other]) -> tuple[Result, Other]:
    """The results of two works; the second is done in another thread."""
    pool = ThreadPool(1)
    try:
        other = pool.apply_async(cleared, (second,))
        return first(), other.get()
    finally:
        pool.close()


def cleared(work: Callable[[], Result]) -> Result:
    """The result of a work; an error keeps no frames, as an answer of Oxigraph must not leave the thread that asked."""
    try:
        return work()
    except KgError as error:
        _clear(error)
        raise


def _clear(error: BaseException | None) -> None:
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__cause__
