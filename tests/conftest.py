"""What all tests share: the bundled release, built once a session, and the rule for tests that need shared material."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import kg

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# A slow machine is no failure: what takes too long is found by the benchmarks.
hypothesis.settings.register_profile("kg", deadline=None)
hypothesis.settings.load_profile("kg")


SLOW = (
    *("tests/browser/", "tests/fire/", "tests/resolve/"),
    *("tests/test_cli_history.py", "tests/test_cli_model.py", "tests/test_cli_extract.py", "tests/test_readme.py"),
    *("tests/pipeline/test_model.py", "tests/pipeline/test_articles.py", "tests/pipeline/test_reviewing.py"),
    *("tests/pipeline/test_increments.py", "tests/pipeline/test_deciding.py", "tests/extract/test_hostile.py"),
)
"""Each of these tests starts a browser, a program, a build or a matching of its own: together they take minutes."""


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks to select
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what is slow by its place; deselects (never skips) the tests of shared material where there is none."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    if SHARED.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("shared")]
    if absent:
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if item not in absent]
        config.stash[_ABSENT] = len(absent)


_ABSENT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what was deselected, and why."""
    if _ABSENT in config.stash:
        terminalreporter.write_line(f"deselected {config.stash[_ABSENT]} tests: no shared material beside the checkout")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material; only tests marked `shared` ask for it."""
    return SHARED


@pytest.fixture(scope="session")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled data as a published release."""
    result = kg.build(ROOT, output=tmp_path_factory.mktemp("bundled"))
    assert result.folder is not None, result.violations
    return result.folder


@pytest.fixture(scope="session")
def release(release_folder: Path) -> Iterator[kg.Graph]:
    """The bundled release, opened."""
    with kg.open(release_folder) as graph:
        yield graph
