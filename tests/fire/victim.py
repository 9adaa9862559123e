"""A process that builds in children of its own, one a request, which tests may kill at any moment.

It has loaded everything beforehand, so that a build takes a third of a second. A request is a line of JSON on stdin
(`project`, `output`, and optionally `force`, `die_at`, `file_bytes`, `cli`); the child answers with its process id and
the name of each stage as it begins; when it is gone, a last line of JSON says how it ended.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import kg.pipeline.build
from kg.view.progress import Progress
from tests.fire.support import run_kg

WRITING = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "shutil.rmtree"}
)
"""Audit events (https://docs.python.org/3/library/audit_events.html) of what changes a disk."""


class Told(Progress):
    """Tells stdout which stage begins."""

    def begin(self, name: str) -> None:
        say(name)


def say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def serve() -> None:
    """Answers requests until stdin ends."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(answer(request))
        _, status = os.waitpid(child, 0)
        say(json.dumps({"code": os.waitstatus_to_exitcode(status)}))


def answer(request: dict[str, Any]) -> int:
    """What a child does; returns its exit code."""
    say(os.getpid())
    output = Path(request["output"])
    if "file_bytes" in request:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_bytes"], resource.RLIM_INFINITY))
    left = die_at(request["die_at"], output) if "die_at" in request else [0]
    if request.get("cli"):
        ran = run_kg("build", request["project"], "--output", output)
        say(json.dumps({"out": ran.out, "err": ran.err}))
        return ran.code
    result = kg.pipeline.build.build(
        Path(request["project"]), output=output, progress=Told(), force=request.get("force", False)
    )
    if "die_at" in request:
        say(-left[0])
    return result.exit_code


def die_at(number: int, output: Path) -> list[int]:
    """Kills this process at the n-th event that changes something in the output folder, before it happens.

    Returns how many there are still to come: below zero their number where none was to kill.
    """
    left = [number]
    watched = str(output)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in WRITING and str(arguments[0]).startswith(watched):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return left


if __name__ == "__main__":
    serve()
