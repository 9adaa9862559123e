"""Every format that a release is written in: one line a format, for the pipeline and for `kg export`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFoundError, PublishError
from kg.export.content import Content
from kg.export.property_graph import write_gexf, write_graphml
from kg.export.rdf import write_jsonld, write_ontology, write_provenance, write_rdfxml, write_trig, write_turtle
from kg.export.tables import write_tables
from kg.model import Problem

__all__ = ["EXPORTERS", "Content", "Exporter", "export", "export_all", "exporter"]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its name in `kg export`, its file (or folder) in a release, and the function that writes it.

    The function gets what the release says and the path to write; it returns what it could not write, and then leaves
    no file behind.
    """

    name: str
    file: str
    title: Mapping[str, str]
    media_type: str
    write: Callable[[Content, Path], list[Problem]]


def _exporter(
    name: str, file: str, title: str, media_type: str, write: Callable[[Content, Path], list[Problem]]
) -> Exporter:
    return Exporter(name, file, {"en": title}, media_type, write)


EXPORTERS = (
    _exporter("turtle", "graph.ttl", "The graph as Turtle", "text/turtle", write_turtle),
    _exporter("trig", "graph.trig", "All graphs as TriG, the facts of each source apart", "application/trig", write_trig),
    _exporter("jsonld", "graph.jsonld", "The graph as JSON-LD", "application/ld+json", write_jsonld),
    _exporter("rdfxml", "graph.rdf", "The graph as RDF/XML", "application/rdf+xml", write_rdfxml),
    _exporter("provenance", "provenance.ttl", "The claims: what each source states", "text/turtle", write_provenance),
    _exporter("ontology", "ontology.ttl", "The ontology", "text/turtle", write_ontology),
    _exporter("graphml", "graph.graphml", "The graph as GraphML", "application/graphml+xml", write_graphml),
    _exporter("gexf", "graph.gexf", "The graph as GEXF, for Gephi", "application/gexf+xml", write_gexf),
    _exporter("tables", "tables", "A table a class", "text/csv", write_tables),
)
