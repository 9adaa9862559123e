"""The command line as a user meets it, on a project that `kg init` wrote."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from kg.cli import main
from tests.projects import ROOT


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def run_kg(*arguments: str | Path) -> Ran:
    """Runs `kg` in this process; an exception that the command line does not turn into words fails the test."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with patch.object(sys, "argv", ["kg", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as stop:
            code = stop.code
    return Ran(code if isinstance(code, int) else int(code is not None), _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def spawn_kg(*arguments: str | Path, folder: Path | None = None, before: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """Starts `kg` in a process of its own, in this folder; `before` is a command that starts it."""
    command = [*before, sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=QUIET)


QUIET = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}

NO_OVERRIDE = (
    "setpriv",
    "--bounding-set",
    "-dac_override,-dac_read_search",
    "--inh-caps",
    "-dac_override,-dac_read_search",
)
UNPRIVILEGED = NO_OVERRIDE if os.geteuid() == 0 else ()
"""What starts a command to which file modes apply: root keeps its id, and loses the right to overlook them."""
