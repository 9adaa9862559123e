"""graph.html: the whole graph as one page that needs no network, no server and no trust in the labels it shows."""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import jinja2
import networkx as nx
from markupsafe import Markup

from kg.errors import KgError, NotFoundError, PublishError
from kg.store.entities import Entity
from kg.store.graph import Graph
from kg.store.release import Manifest
from kg.view.around import read_around
from kg.view.embed import Embedding, Json, Labels
from kg.view.facets import FACETS, facet_values, text_of
from kg.view.kinds import Kind, kinds_of
from kg.view.network import drawing, vis_network
from kg.view.overview import Overview, entity_graph, most_connected, neighbourhood, overview
from kg.view.scenes import scenes

READ_WHOLE = 2_000_000
"""Triples that are read at once to draw their graph; a larger graph is read around the focus only."""

EMBEDDED = 4000
"""More entities than this are not carried by the page: it opens on the overview and says what it leaves out."""

SCRIPTS = (
    "failure",
    "messages",
    "data",
    "state",
    "dom",
    "painter",
    "picture",
    "path",
    "labels",
    "canvas",
    "camera",
    "legend",
    "search",
    "details",
    "table",
    "image",
    "help",
    "main",
)
"""The files of templates/graph, in the order in which they are joined to one script."""

TEMPLATES = resources.files("kg.view") / "templates"


def render(
    entities: Mapping[str, Entity], labels: Labels, manifest: Manifest, *, focus: str | None = None, hops: int = 1
) -> str:
    """The page of these entities; with `focus` (an IRI), of its neighbourhood of so many `hops`.

    `labels` gives the labels of entities and of ontology terms (`EntityReader.labels`). The same input gives the
    same bytes. NotFoundError where the focus is not an entity that can be drawn.
    """
    kinds = kinds_of(entities.values())
    graph = entity_graph(entities, kinds)
    values = {facet.name: facet_values(facet, entities, kinds) for facet in FACETS}
    if focus is None:
        shown = overview(graph, entities, kinds, values)
    else:
        graph = _around(graph, focus, hops)
        shown = neighbourhood(graph, focus)
    carried = _carried(entities, kinds, graph, shown)
    embedding = Embedding(carried, kinds, manifest.base, labels)
    payload: dict[str, Json] = {
        "release": _release(manifest, len(entities), len(carried)),
        "focus": None if focus is None else embedding.number[focus],
        "kinds": embedding.kinds(),
        "entities": embedding.entities(),
        "facets": {name: embedding.facet(found) for name, found in values.items()},
        **embedding.tables(),
        "network": drawing(shown, graph, kinds, embedding.number),
        "places": {name: _places(places, embedding.number) for name, places in shown.places.items()},
        "scenes": {
            str(embedding.number[value]): _places(places, embedding.number)
            for value, places in scenes(graph.subgraph(carried), kinds, values).items()
        },
    }
    return _page(payload, manifest)


def write_page(graph: Graph, target: Path, *, focus: str | None = None, hops: int = 1) -> None:
    """Writes the page of a release, or of the neighbourhood of the entity of this name, id or IRI.

    KgError where the graph is too large to be read whole, NotFoundError where the focus names no entity or several.
    """
    iri = None if focus is None else graph.entity(focus).iri
    if graph.manifest.triples <= READ_WHOLE:
        entities = graph.reader.read_all()
    elif iri is not None:
        entities = read_around(graph, iri, hops=hops, most=EMBEDDED)
    else:
        raise KgError(f"{graph.manifest.triples} triples do not fit a page: name an entity with --focus")
    page = render(entities, graph.reader.labels, graph.manifest, focus=iri, hops=hops)
    try:
        target.write_text(page, "utf-8")
    except OSError as error:
        raise PublishError(f"cannot write the page: {error.strerror}", file=target) from error


def script_json(value: Json) -> Markup:
    """JSON that is safe inside a script element: it can neither end the element nor open a comment (HTML, 13.2.5.4)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  # escaped just above


def content_security_policy(scripts: list[str], styles: list[str]) -> str:
    """Nothing may be loaded, and only these very scripts and styles may run."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(_hash(script) for script in scripts),
            "style-src " + " ".join(_hash(style) for style in styles),
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _page(payload: Mapping[str, Json], manifest: Manifest) -> str:
    program, theme = _program(), _read("graph/theme.js")
    style = _read("graph.css")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string(_read("graph.html.j2"))
    return template.render(
        policy=content_security_policy([theme, vis_network(), program], [style]),
        title=manifest.title.get("zh") or manifest.title.get("en") or manifest.id,
        theme=Markup(theme),  # noqa: S704  # our own files, and pyvis's own below
        style=Markup(style),  # noqa: S704
        vis_network=Markup(vis_network()),  # noqa: S704
        program=Markup(program),  # noqa: S704
        data=script_json(dict(payload)),
    )


def _program() -> str:
    """The page's scripts as one function, so that none of their names is global."""
    parts = "\n".join(_read(f"graph/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _read(name: str) -> str:
    return TEMPLATES.joinpath(*name.split("/")).read_text("utf-8")


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _around(graph: "nx.Graph[str]", focus: str, hops: int) -> "nx.Graph[str]":
    if focus not in graph:
        raise NotFoundError(f"there is no entity to show around: {focus}")
    around: nx.Graph[str] = nx.ego_graph(graph, focus, radius=hops)
    return around


def _carried(
    entities: Mapping[str, Entity], kinds: Mapping[str, Kind], graph: "nx.Graph[str]", shown: Overview
) -> dict[str, Entity]:
    """The entities that the page carries, sorted; where there are too many, those with most neighbours."""
    if len(entities) <= EMBEDDED and len(graph) == sum(kinds[iri].drawn for iri in entities):
        return dict(sorted(entities.items()))
    chosen = {*shown.drawn, *most_connected(graph, graph, EMBEDDED - len(shown.drawn))}
    named = {text_of(fact.value) for iri in chosen for fact in entities[iri].facts}
    attributes = {iri for iri in named & entities.keys() if not kinds[iri].drawn}
    return {iri: entities[iri] for iri in sorted(chosen | attributes)}


def _release(manifest: Manifest, entities: int, carried: int) -> dict[str, Json]:
    return {
        "id": manifest.id,
        "base": manifest.base,
        "title": dict(manifest.title),
        "triples": manifest.triples,
        "claims": manifest.claims,
        "version": manifest.version,
        "entities": entities,
        "carried": carried,
    }


def _places(places: Mapping[str, tuple[int, int]], number: Mapping[str, int]) -> dict[str, Json]:
    return {str(number[iri]): list(place) for iri, place in sorted(places.items())}
