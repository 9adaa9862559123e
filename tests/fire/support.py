"""The command line as a user meets it, on a project that `kg init` wrote."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from kg.cli import main


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
    out, err = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["kg", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as stop:
            code = stop.code
    return Ran(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())


def spawn_kg(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """Starts `kg` in a process of its own."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
    pipe = subprocess.PIPE
    variables = {**os.environ, **(environment or {})}
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=variables)
