"""The graph page beside plain pyvis on the same graph: size, time to ready, frames a second while zooming."""

import tempfile
import time
from pathlib import Path

import kg
from kg.view.facets import text_of
from kg.view.graph_html import render
from kg.view.kinds import kinds_of
from kg.view.overview import entity_graph
from tests.browser.chromium import Browser, Page

ROUNDS = 3
SETTLED = 90
"""Seconds that plain pyvis gets to come to rest; a page that is still moving then is measured as it moves."""
SLOW = 5000
"""Milliseconds after which one round says enough."""

READY = """
const [seconds, done] = arguments;
if (document.documentElement.dataset.ready) done(Number(document.documentElement.dataset.ready));
else if (typeof network === "undefined") done(-1);
else {
  let rested = false;
  setTimeout(() => { rested = true; }, seconds * 1000);
  network.once("stabilizationIterationsDone", () => { rested = true; });
  const wait = () => (rested || network.physics.ready ? done(performance.now()) : setTimeout(wait, 20));
  wait();
}
"""

FRAMES = """
const [seconds, done] = arguments;
const canvas = document.querySelector("canvas");
const box = canvas.getBoundingClientRect();
const start = performance.now();
let frames = 0;
const step = () => {
  const past = performance.now() - start;
  if (past > seconds * 1000) return done(frames / past * 1000);
  frames += 1;
  canvas.dispatchEvent(new WheelEvent("wheel", {
    deltaY: Math.floor(past / 400) % 2 ? 20 : -20, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2,
    bubbles: true, cancelable: true,
  }));
  requestAnimationFrame(step);
};
requestAnimationFrame(step);
"""


def run(arguments: list[str]) -> None:
    """Prints one line a page: the bundled graph by us and by plain pyvis, whole and cut to what our page opens with."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not arguments:
            kg.build(output=folder / "output")
        with kg.open(Path(arguments[0]) if arguments else folder / "output") as graph:
            pages = _write_pages(graph, folder)
        browser = Browser(folder)
        try:
            print(f"{'page':34} {'write s':>8} {'KB':>6} {'requests':>8} {'ready ms':>9} {'frames/s':>8}")
            for title, (path, seconds) in pages.items():
                print(f"{title:34} {seconds:8.2f} {path.stat().st_size / 1000:6.0f} {_measured(browser, path)}")
        finally:
            browser.close()


def _write_pages(graph: kg.Graph, folder: Path) -> dict[str, tuple[Path, float]]:
    entities = graph.reader.read_all()
    start = time.perf_counter()
    ours = folder / "ours.html"
    ours.write_text(render(entities, graph.reader.labels, graph.manifest), "utf-8")
    pages = {"ours": (ours, time.perf_counter() - start)}
    kinds = kinds_of(entities.values())
    tied = entity_graph(entities, kinds)
    whole = {iri: entities[iri].label() for iri in tied}
    wanted = {"Field", "Province", "Municipality"}
    sector = graph.manifest.prefixes["ckg"] + "inSector"
    opened = {
        iri: label
        for iri, label in whole.items()
        if kinds[iri].iri.rsplit("#", 1)[-1] in wanted or any(f.predicate == sector for f in entities[iri].facts)
    }
    edges = [(one, text_of(other)) for one, other in tied.edges]
    for title, nodes in (("plain pyvis, same graph", whole), ("plain pyvis, our opening marks", opened)):
        start = time.perf_counter()
        path = folder / f"{len(nodes)}.html"
        _write_plain(nodes, edges, path)
        pages[f"{title} ({len(nodes)})"] = (path, time.perf_counter() - start)
    return pages


def _write_plain(nodes: dict[str, str], edges: list[tuple[str, str]], path: Path) -> None:
    """As the manual of pyvis does it: labels, default physics, resources in line."""
    from pyvis.network import Network

    network = Network(height="800px", cdn_resources="in_line")
    for iri, label in nodes.items():
        network.add_node(iri, label=label)
    for one, other in edges:
        if one in nodes and other in nodes:
            network.add_edge(one, other)
    path.write_text(network.generate_html(), "utf-8")


def _measured(browser: Browser, path: Path) -> str:
    """The best of some rounds, for the machine does other things too."""
    ready, frames, requests = [], [], 0
    for _ in range(ROUNDS):
        page = browser.open(path, calm=False)
        page.driver.set_script_timeout(2 * SETTLED)
        ready.append(float(page.driver.execute_async_script(READY, SETTLED)))
        frames.append(float(page.driver.execute_async_script(FRAMES, 3)))
        requests = len(set(Page(browser).requests()))
        if ready[0] > SLOW:
            break
    return f"{requests:8} {min(ready):9.0f} {max(frames):8.0f}"
