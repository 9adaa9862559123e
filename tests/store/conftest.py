"""The small release of `mini`, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.store.graph import Graph
from tests.store.mini import make_release


@pytest.fixture(scope="session")
def mini_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("mini") / "release")


@pytest.fixture(scope="session")
def mini(mini_folder: Path) -> Iterator[Graph]:
    with Graph.open(mini_folder) as graph:
        yield graph
