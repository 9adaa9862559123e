"""The stages of a run as the terminal shows them: one line each on stderr, and a sign of life while one runs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from kg.view.terminal import Terminal, visible

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Hears of the stages of a run; this one keeps only their times."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.words = ""

    @contextmanager
    def stage(self, name: str) -> Iterator["Progress"]:
        """One stage; its time counts even when it fails."""
        started = time.perf_counter()
        self.words = ""
        self.begin(name)
        try:
            yield self
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 3)
            self.end(name)

    def begin(self, name: str) -> None:
        """A stage begins."""

    def detail(self, text: str) -> None:
        """What the running stage has found, in words."""
        self.words = text

    def tell(self, text: str) -> None:
        """How far the running stage is."""

    def end(self, name: str) -> None:
        """The stage has ended."""


class StageLines(Progress):
    """Shows each stage as it runs, and what it found when it is done."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        super().__init__()
        self._stream = stream or sys.stderr
        self._terminal = Terminal.of(self._stream)
        self._status: Status | None = None
        self._name = ""

    def begin(self, name: str) -> None:
        """A terminal shows that something runs; a log file gets only finished lines."""
        if self._stream.isatty():
            from rich.console import Console

            self._name = name
            self._status = Console(file=self._stream).status(f"{name} …", spinner="dots")
            self._status.start()

    def tell(self, text: str) -> None:
        """Beside the sign of life: a log file gets only finished lines."""
        if self._status is not None:
            self._status.update(f"{self._name} … {visible(text)}")

    def end(self, name: str) -> None:
        """The finished line: the stage, what it found, its seconds."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        seconds = self._terminal.dim(f"{self.seconds[name]:6.2f} s")
        self._stream.write(f"{seconds}  {self._terminal.bold(f'{name:<9}')} {visible(self.words)}\n")
        self._stream.flush()
