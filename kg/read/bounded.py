"""Files are taken apart in a child process with a time and memory bound: one bad file cannot stop a build."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self, cast

_log = logging.getLogger(__name__)


class BoundedReader:
    """A child process that reads one file after another; one that hangs or dies is replaced. For one thread."""

    def __init__(self, *, seconds: float = 20.0, unpacked_bytes: int = 64 << 20):
        self.seconds = seconds
        self.unpacked_bytes = unpacked_bytes
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child process, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def read(self, kind: str, data: bytes) -> Mapping[str, object]:
        """What `kg.read.child.answer` says of a file; a `problem` too when it takes too long or too much memory."""
        child = self._started()
        late = threading.Event()
        timer = threading.Timer(self.seconds, _stop, (child, late))
        timer.start()
        try:
            reply = self._ask(child, kind, data)
        finally:
            timer.cancel()
        if reply is not None:
            return reply
        self.close()
        if late.is_set():
            return {"problem": f"reading took over {self.seconds:g} seconds"}
        return {"problem": "reading ended too early: the file is broken, or needs too much memory"}

    def _ask(self, child: subprocess.Popen[bytes], kind: str, data: bytes) -> Mapping[str, object] | None:
        header = {"kind": kind, "size": len(data), "unpacked_bytes": self.unpacked_bytes}
        if child.stdin is None or child.stdout is None:
            return None
        try:
            child.stdin.write(json.dumps(header).encode("ascii") + b"\n")
            child.stdin.write(data)
            child.stdin.flush()
            size = child.stdout.read(16)
            body = child.stdout.read(int(size)) if size.isdigit() else b""
            return cast("Mapping[str, object]", json.loads(body))
        except (OSError, ValueError) as err:
            _log.debug("the reading process ended: %s", err)
            return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        package = str(Path(__file__).resolve().parents[2])
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.read.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        return self._child


def _stop(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()
