"""Build and query source-backed knowledge graphs of industrial clusters.

`build` makes a release from a catalog, `open` reads one:

>>> import kg
>>> result = kg.build("data", output="output")                     # doctest: +SKIP
>>> with kg.open("output") as graph:                               # doctest: +SKIP
...     for row in graph.query("clusters-of-province"):
...         print(row["cluster_label"])
"""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.model import Problem, Violation
from kg.store.entities import Backing, Entity, Fact
from kg.store.graph import Graph
from kg.store.results import QueryResult, Row

if TYPE_CHECKING:
    from kg.mapping.duckdb_engine import Written
    from kg.pipeline.build import Build

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
    "map",
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
    from kg.pipeline.build import build as run

    return run(None if directory is None else Path(directory), output=Path(output), force=force)


def map(  # kg.map() does what `kg map` does
    mapping: str | PathLike[str],
    output: str | PathLike[str],
    *,
    base: str = "https://w3id.org/cluster-kg/",
    data: str | PathLike[str] | None = None,
    frames: Mapping[str, object] | None = None,
    ordered: bool = False,
) -> "Written":
    """Runs one mapping (RML in Turtle, or YARRRML) and writes its triples, as `kg map` does.

    `frames` are data frames or Arrow tables by the name that the mapping gives its source. The result has the number of
    `triples` and the `problems`; KgError where the mapping or a source cannot be used, and then nothing is written.
    """
    from kg.pipeline.mapfile import MapOptions, map_file

    where, options = None if data is None else Path(data), MapOptions(ordered=ordered)
    return map_file(Path(mapping), Path(output), base=base, data=where, frames=frames, options=options)


def open(path: str | PathLike[str] = ".") -> Graph:  # kg.open() reads as the thing it does
    """The release at `path` (a release, an output folder, or a folder that holds `output/`), opened read-only.

    NotFoundError where there is none.
    """
    return Graph.open(Path(path))
