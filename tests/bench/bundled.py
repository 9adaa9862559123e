"""The bundled data: a build stage by stage, and the competency queries on Oxigraph side by side with rdflib."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import kg
from kg.view.progress import Progress

RDFLIB_QUERIES = 8
"""How many queries rdflib answers too: the cheapest of them take it a thousand times as long."""


def run(arguments: list[str]) -> None:
    """Prints the stages of the fastest of three builds, and times of queries with the ratio to rdflib."""
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        _show_build(output, rounds=int(arguments[0]) if arguments else 3)
        with kg.open(output) as graph:
            _show_queries(graph)


def _show_build(output: Path, rounds: int) -> None:
    from kg.pipeline.build import build

    best: Progress | None = None
    for _ in range(rounds):
        progress = Progress()
        build(output=output, progress=progress, force=True)
        best = min(filter(None, (best, progress)), key=lambda one: sum(one.seconds.values()))
    again = Progress()
    unchanged = _seconds(lambda: build(output=output, progress=again))
    assert best is not None
    for stage, seconds in best.seconds.items():
        print(f"{stage:<22} {seconds:7.2f} s")
    print(f"{'build':<22} {sum(best.seconds.values()):7.2f} s")
    print(f"{'build, unchanged':<22} {unchanged:7.2f} s")


def _show_queries(graph: kg.Graph) -> None:
    queries = graph.queries()
    times = {query.name: _seconds(lambda text=query.text: graph.query(text)) for query in queries}  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    slowest = max(times, key=lambda name: times[name])
    print(f"{len(queries)} queries{'':<12} {sum(times.values()):7.3f} s; slowest {slowest} {times[slowest]:.3f} s")
    dataset = graph.to_rdflib_dataset()
    names = sorted(times, key=lambda name: times[name])[:RDFLIB_QUERIES]
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in graph.manifest.prefixes.items())
    ours = sum(times[name] for name in names)
    texts = [f"BASE <{graph.manifest.base}>\n{prologue}{graph.query_text(name)}" for name in names]
    theirs = sum(_seconds(lambda text=text: list(dataset.query(text))) for text in texts)  # type: ignore[misc]  # see above
    print(f"{len(names)} of them, rdflib{'':<6} {theirs:7.3f} s; ours {ours:.3f} s; ratio {theirs / ours:.0f}")


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
