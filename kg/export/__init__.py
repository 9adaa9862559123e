"""Every format that a release is written in: one line a format, for the pipeline and for `kg export`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFoundError, PublishError
from kg.export.content import Content
from kg.export.property_graph import write_gexf, write_graphml
from kg.export.rdf import (
    write_jsonld,
    write_ontology,
    write_provenance,
    write_rdfxml,
    write_schemes,
    write_trig,
    write_turtle,
)
from kg.export.tables import write_facts, write_tables
from kg.model import Problem

__all__ = ["EXPORTERS", "Content", "Exporter", "export", "export_all", "list_exporters"]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its name in `kg export`, its file (or folder) in a release, and the function that writes it.

    The function gets what the release says and the path to write. It returns what the format cannot hold, and then
    leaves no file behind: a file that lacks a statement would look complete.
    """

    name: str
    file: str
    title: str
    media_type: str
    write: Callable[[Content, Path], list[Problem]]


EXPORTERS = (
    Exporter("turtle", "graph.ttl", "The facts as Turtle", "text/turtle", write_turtle),
    Exporter(
        "trig", "graph.trig", "Facts, ontology, claims and each source's facts as TriG", "application/trig", write_trig
    ),
    Exporter("jsonld", "graph.jsonld", "The facts as JSON-LD", "application/ld+json", write_jsonld),
    Exporter("rdfxml", "graph.rdf", "The facts as RDF/XML", "application/rdf+xml", write_rdfxml),
    Exporter("provenance", "provenance.ttl", "The claims: which source states what", "text/turtle", write_provenance),
    Exporter("ontology", "ontology.ttl", "The ontology", "text/turtle", write_ontology),
    Exporter("schemes", "sectors.ttl", "The sector schemes and the mapping between them", "text/turtle", write_schemes),
    Exporter("graphml", "graph.graphml", "Entities and links as GraphML", "application/graphml+xml", write_graphml),
    Exporter("gexf", "graph.gexf", "Entities and links as GEXF, for Gephi", "application/gexf+xml", write_gexf),
    Exporter("tables", "tables", "A table a class", "text/csv", write_tables),
    Exporter("facts", "facts.csv", "Every fact, a row for each source that states it", "text/csv", write_facts),
)


def export_all(content: Content) -> list[Problem]:
    """Writes every format into the release folder; returns what single formats could not hold.

    PublishError where a file cannot be written at all.
    """
    return [problem for one in EXPORTERS for problem in _write(one, content, content.folder / one.file)]


def export(name: str, content: Content, target: Path) -> list[Problem]:
    """Writes one format to `target`; NotFoundError, with the formats that there are, where it is unknown."""
    found = next((one for one in EXPORTERS if one.name == name), None)
    if found is None:
        raise NotFoundError(f"no format {name!r}; there are {', '.join(one.name for one in EXPORTERS)}")
    return _write(found, content, target)


def list_exporters() -> str:
    """The formats in words, a line each: name, file in a release, what it holds."""
    width = max(len(one.name) for one in EXPORTERS)
    file_width = max(len(one.file) for one in EXPORTERS)
    return "\n".join(f"{one.name:{width}}  {one.file:{file_width}}  {one.title}" for one in EXPORTERS)


def _write(exporter: Exporter, content: Content, target: Path) -> list[Problem]:
    try:
        return exporter.write(content, target)
    except OSError as error:
        raise PublishError(f"cannot write it: {error.strerror or error}", file=target) from error
