"""The browser of the tests, and the pages they open in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg
from kg.view.graph_html import render, write_page
from tests.browser.chromium import Browser
from tests.view.invented import MANIFEST, invented


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, started once."""
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def graph_page(release_folder: Path) -> Path:
    """The page of the bundled release, as a build writes it."""
    return release_folder / "graph.html"


@pytest.fixture(scope="session")
def focus_page(release: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a neighbourhood."""
    path = tmp_path_factory.mktemp("focus") / "focus.html"
    write_page(release, path, focus="enterprise/e003", hops=2)
    return path


@pytest.fixture
def invented_page(tmp_path: Path) -> Callable[..., Path]:
    """Writes a page of the invented graph and what is added to it."""

    def write(extra: str = "", *, clusters: bool = True) -> Path:
        entities, labels = invented(extra=extra, clusters=clusters)
        path = tmp_path / "invented.html"
        path.write_text(render(entities, labels, MANIFEST), "utf-8")
        return path

    return write
