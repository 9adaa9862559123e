"""Build and query source-backed knowledge graphs of industrial clusters.

`build` makes a release from a catalog, `open` reads one:

>>> import kg
>>> result = kg.build("data", output="output")                     # doctest: +SKIP
>>> with kg.open("output") as graph:                               # doctest: +SKIP
...     for row in graph.query("clusters-of-province"):
...         print(row["cluster_label"])
"""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.model import Problem, Violation
from kg.store.entities import Backing, Entity, Fact
from kg.store.graph import Graph
from kg.store.results import QueryResult, Row

if TYPE_CHECKING:
    from kg.pipeline import Build

__version__ = "0.1.0"
__all__ = [
    "Backing",
    "Entity",
    "Fact",
    "Graph",
    "KgError",
    "Problem",
    "QueryResult",
    "Row",
    "Violation",
    "build",
    "open",
]


def build(
    directory: str | PathLike[str] | None = None, *, output: str | PathLike[str] = "output", force: bool = False
) -> "Build":
    """Builds a catalog into `output` and publishes it, as `kg build` does.

    The catalog is that of `directory`, else of ./data, else the bundled one. The result says what was published
    (`folder`, None where validation found violations), with `problems`, `violations` and `exit_code`.
    KgError where the configuration cannot be used.
    """
    from kg.pipeline import build as run

    return run(None if directory is None else Path(directory), output=Path(output), force=force)


def open(path: str | PathLike[str] = ".") -> Graph:  # noqa: A001  # kg.open() reads as the thing it does
    """The release at `path` (a release, an output folder, or a folder that holds `output/`), opened read-only.

    NotFoundError where there is none.
    """
    return Graph.open(Path(path))
