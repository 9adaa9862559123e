"""Database servers of the tests: started on loopback in a folder of their own, ended with the test session."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "geheim-口令/@:"
"""It holds what a URL would cut it at."""

_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens, and how its programs are called."""

    port: int
    folder: Path


@contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server with the superuser kg."""
    with _folder("postgres") as (folder, run_as):
        port = _free_port()
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        binaries = _binaries("initdb", *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
        init = ["-D", str(folder / "data"), "-A", "scram-sha-256", "-U", "kg", f"--pwfile={folder / 'password'}"]
        _run([*run_as, str(binaries / "initdb"), *init, "-E", "UTF8", "--locale=C.UTF-8"], folder)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [*run_as, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w"]
        _run([*control, "-l", str(folder / "log"), "-o", options, "start"], folder)
        try:
            yield Server(port, folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], folder)


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server whose root has no password yet; it can be reached by its socket too."""
    with _folder("mysql") as (folder, run_as):
        port, data = _free_port(), f"--datadir={folder / 'data'}"
        install = _binaries("mariadb-install-db", Path("/usr/bin")) / "mariadb-install-db"
        _run([*run_as, str(install), "--no-defaults", data, "--auth-root-authentication-method=normal"], folder)
        server = _binaries("mariadbd", Path("/usr/sbin")) / "mariadbd"
        options = [f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve"]
        with (folder / "log").open("wb") as log:
            started = subprocess.Popen(
                [*run_as, str(server), "--no-defaults", data, *options, f"--pid-file={folder / 'pid'}"],
                stdout=log, stderr=log, cwd=folder,
            )  # fmt: skip
        try:
            _wait_for(port, started, folder / "log")
            yield Server(port, folder)
        finally:
            started.terminate()
            started.wait(_START_SECONDS)


@contextmanager
def _folder(account: str) -> Iterator[tuple[Path, list[str]]]:
    """A folder for a server, and the beginning of its commands: no database server runs as root."""
    folder = Path(tempfile.mkdtemp(prefix="kg-"))  # a short name: sockets allow no long one
    run_as: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam(account)
        os.chown(folder, user.pw_uid, user.pw_gid)
        run_as = ["runuser", "-u", account, "--"]
    folder.chmod(0o755)
    try:
        yield folder, run_as
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(name: str, *folders: Path) -> Path:
    found = next((folder for folder in folders if (folder / name).exists()), None) or shutil.which(name)
    assert found, f"{name} is not installed; tests/run installs it"
    return found if isinstance(found, Path) else Path(found).parent


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
