"""Bounds in time: a mapping or a shape that would take forever ends the build instead, which then publishes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import TimeoutError as TooLate
from multiprocessing.pool import ThreadPool
from pathlib import Path
from threading import Event, Thread
from traceback import clear_frames
from typing import TypeVar

import duckdb

from kg.errors import KgError, MappingError, ValidationError

Result = TypeVar("Result")

AGAIN = 0.2
"""Seconds between two interruptions: one that comes between two queries stops none of them."""


@contextmanager
def mapping_within(seconds: float, connection: duckdb.DuckDBPyConnection, mapping: Path) -> Iterator[None]:
    """Stops the queries of a connection after so many seconds, with a MappingError."""
    done, late = Event(), Event()

    def watch() -> None:
        if not done.wait(seconds):
            late.set()
            while not done.wait(AGAIN):
                connection.interrupt()

    Thread(target=watch, daemon=True).start()
    try:
        yield
    except duckdb.Error as error:
        if late.is_set():
            reason = (
                f"took more than {seconds:g} seconds and was stopped; does each join name columns that tell rows apart?"
            )
            raise MappingError(f"{reason} (time_limit in the catalog allows more)", file=mapping) from error
        raise MappingError(f"cannot be carried out: {_first_line(error)}", file=mapping) from error
    finally:
        done.set()


def validation_within(seconds: float, work: Callable[[], Result]) -> Result:
    """The result of `work`, or a ValidationError after so many seconds.

    Oxigraph cannot be interrupted, so the work goes on in a thread of its own that ends with the process; it releases
    Python's lock meanwhile, so that this one can say so, and Ctrl-C is heard.
    """

    def run() -> Result:
        try:
            return work()
        except KgError as error:
            _clear(error)
            raise

    pool = ThreadPool(1)
    try:
        return pool.apply_async(run).get(seconds)
    except TooLate as error:
        reason = f"validation took more than {seconds:g} seconds and was stopped: a shape, a check or an expected count"
        raise ValidationError(f"{reason} asks too much (time_limit in the catalog allows more)") from error
    finally:
        pool.close()


def _clear(error: BaseException | None) -> None:
    """Forgets what the error's frames hold: an answer of Oxigraph must not leave the thread that asked."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__cause__


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
