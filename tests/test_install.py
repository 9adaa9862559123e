"""The README's first command: an installed wheel builds the bundled data outside the checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects import ROOT


@pytest.mark.slow
def test_the_wheel_carries_data_and_ontology_and_builds_anywhere(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", str(ROOT)], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    program = environment / "bin" / "kg"
    done = subprocess.run([program, "build"], cwd=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "output/latest/graph.html").is_file()
    asked = subprocess.run([program, "query", "clusters-of-province"], cwd=elsewhere, capture_output=True, check=True)
    assert "7 rows" in asked.stdout.decode()
    started = subprocess.run([program, "init", "mine"], cwd=elsewhere, capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr
    mine = subprocess.run([program, "build", "mine", "-o", "out"], cwd=elsewhere, capture_output=True, check=False)
    assert mine.returncode == 0, mine.stderr
