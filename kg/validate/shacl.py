"""Structure: the graph against SHACL shapes, by pySHACL; violations in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.parsers.notation3 import BadSyntax

from kg.errors import ValidationError
from kg.model import Violation
from kg.vocabulary import XSD


@dataclass(frozen=True, slots=True)
class ShapesReport:
    """What the shapes found; `targets` counts the instances of the classes that a shape describes."""

    shapes: int
    targets: int
    violations: tuple[Violation, ...]


def check_shapes(data: ox.Store, shapes: Sequence[Path], ontology: Sequence[Path]) -> ShapesReport:
    """Checks the default graph of `data`; ValidationError where the shapes themselves cannot be used.

    Data without one instance of a class that a shape targets never counts as valid: to pySHACL, empty data conforms.
    """
    graph = to_rdflib(data)
    shapes_graph, ontology_graph = read_turtle(shapes), read_turtle(ontology)
    classes = set(shapes_graph.objects(None, SH.targetClass))
    targets = _count_targets(graph, ontology_graph, classes)
    if classes and not targets:
        nothing = Violation("target", "", "no entity belongs to a class that the shapes describe: nothing was checked")
        return ShapesReport(len(classes), 0, (nothing,))
    conforms, results, text = validate(graph, shacl_graph=shapes_graph, ont_graph=ontology_graph, advanced=True)
    if not isinstance(results, rdflib.Graph) or (
        not conforms and not list(results.subjects(RDF.type, SH.ValidationResult))
    ):
        raise ValidationError(f"the shapes cannot be applied: {str(text).strip()}", file=_names(shapes))
    violations = sorted(_violations(results, shapes_graph), key=lambda one: (one.entity, one.message, one.value))
    return ShapesReport(len(classes), targets, tuple(violations))


def to_rdflib(store: ox.Store) -> rdflib.Graph:
    """The default graph as rdflib holds it, which is what pySHACL reads."""
    graph = rdflib.Graph()
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def read_turtle(files: Iterable[Path]) -> rdflib.Graph:
    """The files as one graph; ValidationError with the line where one is not valid Turtle."""
    graph = rdflib.Graph()
    for path in files:
        try:
            graph.parse(path, format="turtle")
        except BadSyntax as error:
            raise ValidationError(f"is not valid Turtle: {error.message}", file=path, line=error.lines + 1) from error
        except OSError as error:
            raise ValidationError(f"cannot be read: {error.strerror}", file=path) from error
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
    for result in results.subjects(RDF.type, SH.ValidationResult):
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
