"""Fingerprints of what a build depends on: files by their content, everything else by what it says."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import kg

SUFFIXES = frozenset({".py", ".j2", ".js", ".css"})
"""Files of the package that decide what a release holds."""


def fingerprint(*said: object) -> str:
    """A hash (hexadecimal) of values by what `repr` says of them: texts, numbers, and dataclasses of such."""
    digest = hashlib.sha256()
    for one in said:
        digest.update(repr(one).encode() + b"\0")
    return digest.hexdigest()


def of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes; the OSError that reading it gives."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(paths: Iterable[Path]) -> str:
    """A hash of files by name and content, in the order of their paths."""
    return fingerprint(*((path.name, of_file(path)) for path in sorted(paths)))


@cache
def of_program() -> str:
    """A hash of the program itself: another version may say other things of the same input."""
    return of_files(path for path in Path(kg.__file__).parent.rglob("*") if path.suffix in SUFFIXES)
