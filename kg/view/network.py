"""The opening picture as a pyvis network: it holds nodes, edges and options; the page's own template shows them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kg.view.embed import Json
from kg.view.kinds import Kind
from kg.view.overview import Overview

if TYPE_CHECKING:
    import networkx as nx

OPTIONS: dict[str, Json] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"dragNodes": False, "hover": False, "selectable": False, "zoomSpeed": 0.7},
    "nodes": {"shape": "custom", "chosen": False},
    "edges": {"smooth": False, "width": 1, "chosen": False, "selectionWidth": 0, "hoverWidth": 0},
}
"""Positions come ready, so nothing moves by itself; marks are drawn by the page's own painter."""


def drawing(
    shown: Overview, graph: "nx.Graph[str]", kinds: Mapping[str, Kind], number: Mapping[str, int]
) -> dict[str, Json]:
    """vis-network's nodes, edges and options of the opening picture; ids are the page's numbers, never a label."""
    # Here and not above: pyvis imports IPython, half a second that only a page needs.
    from pyvis.network import Network

    network = Network(cdn_resources="in_line")
    network.set_options(json.dumps(OPTIONS))
    places = next(iter(shown.places.values()))
    for iri in shown.drawn:
        x, y = places[iri]
        network.add_node(number[iri], label=" ", shape="custom", group=kinds[iri].family, x=x, y=y)
    for one, other in sorted(graph.subgraph(shown.drawn).edges):
        ends = sorted((number[one], number[other]))
        network.add_edge(ends[0], ends[1])
    edges = sorted([edge["from"], edge["to"]] for edge in network.edges)
    return {
        "nodes": [[node["id"], node["x"], node["y"]] for node in network.nodes],
        "edges": [list(edge) for edge in edges],
        "options": json.loads(json.dumps(network.options)),
    }


@cache
def vis_network() -> str:
    """The vis-network program that the installed pyvis brings (Apache-2.0 or MIT), without its source map's address."""
    spec = find_spec("pyvis")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pyvis is not installed", name="pyvis")
    (path,) = Path(spec.origin).parent.glob("templates/lib/vis-9.1*/vis-network.min.js")
    lines = path.read_text("utf-8").split("\n")
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))
