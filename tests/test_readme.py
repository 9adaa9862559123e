"""The README is true: its commands run, their output is what it shows, and it knows every command."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from kg.cli import ResultName, app
from tests.projects import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SET_UP = ("pip install", "tests/run")
"""The two commands of a fresh machine: tests/run is what runs this, and test_install.py runs the other."""


def blocks() -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer(README)]


def examples() -> Iterator[tuple[str, str, str | None]]:
    """Runnable blocks: language, text, and the output shown right below, if any."""
    found = blocks()
    for (language, text), following in zip(found, [*found[1:], ("", "")], strict=True):
        if language in {"sh", "python"} and not any(word in text for word in SET_UP):
            yield language, text, following[1] if following[0] == "text" else None


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, release_folder: Path) -> Path:
    """A folder as a user has it after the first command: the project's folders, and output/latest."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("data", "ontology"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "output").symlink_to(release_folder.parent.parent)
    programs = folder / "bin"
    programs.mkdir()
    (programs / "kg").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from kg.cli import main; main()" "$@"\n')
    (programs / "kg").chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("language", "text", "shown"), list(examples()), ids=lambda value: str(value).split("\n")[0][:40]
)
def test_an_example_runs_and_shows_what_the_readme_shows(
    workplace: Path, language: str, text: str, shown: str | None
) -> None:
    program = ["bash", "-euo", "pipefail", "-c", text] if language == "sh" else [sys.executable, "-c", text]
    environment = {**os.environ, "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, cwd=workplace, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if shown is not None:
        assert re.fullmatch(pattern(shown), done.stdout, re.DOTALL), done.stdout


def pattern(shown: str) -> str:
    """A pattern for the shown output: an ellipsis stands for anything."""
    return ".*".join(re.escape(part.strip("\n")) for part in shown.split("…")) + r"\s*"


def test_every_command_is_in_the_readme_and_has_help() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # the root of an app with commands is a group
    for name, command in commands.items():
        assert f"`kg {name}" in README, f"`kg {name}` is not in the README"
        assert command.help, f"`kg {name}` has no help"
    named = set(re.findall(r"^\| `kg (\w+)", README, re.MULTILINE))
    assert named == set(commands)


def test_the_formats_of_the_readme_are_those_of_kg_query() -> None:
    [listed] = re.findall(r"`--format ([\w, ]+)`", README)
    assert set(listed.split(", ")) <= set(ResultName)
