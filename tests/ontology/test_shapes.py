"""The shapes: for each one a good example that passes and bad ones that fail with its message.

Cases are tests/cases/shapes/<shape>/{good,bad-*}.ttl; a bad one names the messages to expect in its first lines.
All are validated in one run: each file has IRIs of its own, and common.ttl holds the neighbours that they point at.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
import rdflib
from pyshacl import validate
from rdflib.namespace import OWL, RDF, SH

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "shapes"
BASE = "https://example.org/"
OWN = "https://w3id.org/cluster-kg/ontology#"
SHAPES = "https://w3id.org/cluster-kg/shapes#"
GOOD = sorted(CASES.glob("*/good.ttl"))
BAD = sorted(CASES.glob("*/bad-*.ttl"))


def case_iri(path: Path) -> str:
    """The base IRI of a case, which is in the IRIs of all its nodes."""
    return f"{BASE}{path.parent.name}/{path.stem}/"


def expected_messages(path: Path) -> set[str]:
    """The messages that a bad case names."""
    mark = "# expect: "
    return {line.removeprefix(mark) for line in path.read_text("utf-8").splitlines() if line.startswith(mark)}


def zh_messages(graph: rdflib.Graph, node: rdflib.term.Node | None, path: rdflib.URIRef) -> set[str]:
    """The Chinese ones of the messages of a node."""
    return {
        str(text) for text in graph.objects(node, path) if isinstance(text, rdflib.Literal) and text.language == "zh"
    }


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    """The bundled shapes."""
    return rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")


@pytest.fixture(scope="module")
def found(shapes: rdflib.Graph) -> Mapping[str, set[str]]:
    """The Chinese messages by the case of the node that breaks a shape."""
    data = rdflib.Graph().parse(CASES / "common.ttl")
    for path in [*GOOD, *BAD]:
        data.parse(path, format="turtle", publicID=case_iri(path))
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "cluster.ttl")
    _, report, _ = validate(data, shacl_graph=shapes, ont_graph=ontology, advanced=True)
    messages: dict[str, set[str]] = defaultdict(set)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode)).rpartition("/")[0] + "/"
        messages[focus] |= zh_messages(report, result, SH.resultMessage)
    return messages


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.parent.name)
def test_good_data_passes(path: Path, found: Mapping[str, set[str]]) -> None:
    assert found.get(case_iri(path), set()) == set()


def test_the_neighbours_pass(found: Mapping[str, set[str]]) -> None:
    assert found.get(f"{BASE}common/", set()) == set()


@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bad_data_fails_with_these_messages(path: Path, found: Mapping[str, set[str]]) -> None:
    assert expected_messages(path)
    assert found.get(case_iri(path), set()) == expected_messages(path)


def test_every_shape_has_a_good_and_a_bad_case(shapes: rdflib.Graph) -> None:
    named = {str(shape).removeprefix(SHAPES) for shape in shapes.subjects() if str(shape).startswith(SHAPES)}
    assert named == {path.parent.name for path in GOOD} == {path.parent.name for path in BAD}


def test_every_message_is_seen_in_a_bad_case(shapes: rdflib.Graph) -> None:
    written = zh_messages(shapes, None, SH.message)
    assert written == set().union(*map(expected_messages, BAD))


def test_every_constraint_speaks_both_languages(shapes: rdflib.Graph) -> None:
    node_shapes = set(shapes.subjects(RDF.type, SH.NodeShape))
    constraints = {one for shape in node_shapes for one in shapes.objects(shape, SH.property)}
    for constraint in constraints | set(shapes.subjects(SH.message)):
        messages = [text for text in shapes.objects(constraint, SH.message) if isinstance(text, rdflib.Literal)]
        assert sorted(str(text.language) for text in messages) == ["en", "zh"], shapes.value(constraint, SH.path)


def test_every_own_class_has_a_shape(shapes: rdflib.Graph) -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "cluster.ttl")
    classes = {term for term in ontology.subjects(RDF.type, OWL.Class) if str(term).startswith(OWN)}
    assert classes
    assert classes <= set(shapes.objects(None, SH.targetClass))
