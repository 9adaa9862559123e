"""The shapes by pySHACL: all of SHACL, and slower. For shapes that are not compiled, and the reference of tests."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, RDFS, SH

from kg.errors import ValidationError
from kg.model import Violation
from kg.validate.shapes import read_turtle
from kg.vocabulary import XSD


def check_by_pyshacl(
    data: ox.Store, shapes: Sequence[Path], ontology: Sequence[Path]
) -> tuple[int, int, tuple[Violation, ...]]:
    """How many classes are described, how many instances they have, and the violations that pySHACL finds."""
    graph = to_rdflib(data)
    shapes_graph, ontology_graph = read_graph(shapes), read_graph(ontology)
    classes = set(shapes_graph.objects(None, SH.targetClass))
    targets = _count_targets(graph, ontology_graph, classes)
    conforms, results, text = validate(graph, shacl_graph=shapes_graph, ont_graph=ontology_graph, advanced=True)
    if not isinstance(results, rdflib.Graph) or (
        not conforms and not any(results.subjects(RDF.type, SH.ValidationResult))
    ):
        raise ValidationError(f"the shapes cannot be applied: {str(text).strip()}", file=_names(shapes))
    violations = sorted(_violations(results, shapes_graph), key=lambda one: (one.entity, one.message, one.value))
    return len(classes), targets, tuple(violations)


def to_rdflib(store: ox.Store) -> rdflib.Graph:
    """The default graph as rdflib holds it, which is what pySHACL reads."""
    graph = rdflib.Graph()
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def read_graph(files: Sequence[Path]) -> rdflib.Graph:
    """The files as one graph; ValidationError with the line where one is not valid Turtle."""
    graph = rdflib.Graph()
    for triple in read_turtle(files):
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        # To rdflib "a" and "a"^^xsd:string are two literals; shapes files write the first.
        plain = term.language is not None or term.datatype.value == XSD + "string"
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    raise ValidationError(f"a triple term cannot be validated: {term}")


def _count_targets(graph: rdflib.Graph, ontology: rdflib.Graph, classes: set[rdflib.term.Node]) -> int:
    described = {below for one in classes for below in ontology.transitive_subjects(RDFS.subClassOf, one)}
    return len({subject for one in described for subject in graph.subjects(RDF.type, one)})


def _violations(results: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Violation]:
    details = set(results.objects(None, SH.detail))
    for result in set(results.subjects(RDF.type, SH.ValidationResult)) - details:
        value = results.value(result, SH.value)
        path = results.value(result, SH.resultPath)
        yield Violation(
            rule=_rule(results, result, shapes, path),
            entity=str(results.value(result, SH.focusNode)),
            message=" / ".join(
                sorted({str(text) for text in results.objects(result, SH.resultMessage)}, key=_chinese_first)
            ),
            value="" if value is None else str(value),
            predicate=str(path) if isinstance(path, rdflib.URIRef) else "",
        )


def _rule(results: rdflib.Graph, result: rdflib.term.Node, shapes: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    """The path that breaks the shape, else the shape's name: where to look in the shapes file."""
    source = results.value(result, SH.sourceShape)
    component = str(results.value(result, SH.sourceConstraintComponent)).rsplit("#", 1)[-1]
    name = path if isinstance(path, rdflib.URIRef) else source
    shown = shapes.namespace_manager.normalizeUri(str(name)) if isinstance(name, rdflib.URIRef) else "shape"
    return f"{shown} ({component.removesuffix('ConstraintComponent')})"


def _chinese_first(text: str) -> tuple[bool, str]:
    return text.isascii(), text


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths)
