"""Bounds in time: what would take forever ends the build instead, which then publishes nothing; and Ctrl-C does."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import TimeoutError as TooLate
from multiprocessing.pool import ThreadPool
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import TypeVar

import duckdb

from kg.errors import MappingError, ValidationError
from kg.validate.side_by_side import cleared

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


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Lets Ctrl-C stop the query that runs: DuckDB does not look for signals within a long one.

    The signal is heard by a thread, as Python's own handler waits until the query returns; it then raises
    KeyboardInterrupt.
    """
    if current_thread() is not main_thread():  # signals are the main thread's
        yield
        return
    done = Event()
    hears, told = socket.socketpair()

    def watch() -> None:
        with hears:
            while (signals := hears.recv(64)) and signal.SIGINT not in signals:
                pass
            while signals and not done.wait(AGAIN):
                connection.interrupt()

    told.setblocking(False)  # the socket's own interface
    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        told.close()


def validation_within(seconds: float, work: Callable[[], Result]) -> Result:
    """The result of `work`, or a ValidationError after so many seconds.

    Oxigraph cannot be interrupted, so the work goes on in a thread of its own that ends with the process; it releases
    Python's lock meanwhile, so that this one can say so, and Ctrl-C is heard.
    """

    pool = ThreadPool(1)
    try:
        found: Result = pool.apply_async(cleared, (work,)).get(seconds)
    except TooLate as error:
        reason = f"validation took more than {seconds:g} seconds and was stopped: a shape, a check or an expected count"
        raise ValidationError(f"{reason} asks too much (time_limit in the catalog allows more)") from error
    finally:
        pool.close()
    return found


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
