"""The compiled shapes give the verdicts of pySHACL: on every case of the bundled shapes, and component by component."""

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ValidationError
from kg.model import Violation
from kg.validate import shacl
from kg.validate.pyshacl_engine import check_by_pyshacl
from kg.validate.shacl import check_shapes
from tests.projects import ROOT

CASES = ROOT / "tests" / "cases" / "shapes"
SHAPES, ONTOLOGY = [ROOT / "ontology" / "shapes.ttl"], [ROOT / "ontology" / "cluster.ttl"]
PREFIXES = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def load(*texts: tuple[str, str]) -> ox.Store:
    store = ox.Store()
    for text, base in texts:
        store.load(text, format=ox.RdfFormat.TURTLE, base_iri=base)
    return store


def broken(violations: tuple[Violation, ...]) -> set[tuple[str, str]]:
    return {(one.entity, one.message) for one in violations}


@pytest.fixture(params=["looked up", "read as a whole"], autouse=True)
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each property is looked up node by node, and then read as a whole, as it is where there are many nodes."""
    if request.param == "read as a whole":
        monkeypatch.setattr(shacl, "MANY", 0)
        monkeypatch.setattr(shacl, "LOOK_UP", 1_000_000)


def test_the_verdicts_of_pyshacl_on_every_case_of_the_bundled_shapes() -> None:
    files = [CASES / "common.ttl", *sorted(CASES.glob("*/*.ttl"))]
    assert len(files) > 100
    data = load(*((path.read_text("utf-8"), f"https://example.org/{path.parent.name}/{path.stem}/") for path in files))
    ours = check_shapes(data, SHAPES, ONTOLOGY, prefixes={})
    _, _, theirs = check_by_pyshacl(data, SHAPES, ONTOLOGY)
    assert broken(ours.violations) == broken(theirs)
    assert len(broken(theirs)) > 100


THINGS = (
    PREFIXES
    + """
ex:a a ex:Thing ; ex:p 1 , 2 , 3 ; ex:q "x"@zh , "y"@zh ; ex:r ex:b ; ex:when "2020-01-02"^^xsd:date .
ex:b a ex:Special ; ex:p 7 ; ex:q "long text" , "z"@en ; ex:r ex:a , "text" , ex:nowhere ; ex:when "soon"^^xsd:date .
ex:c a ex:Thing ; ex:p "no number" ; ex:q "" ; ex:s "x" ; ex:q2 "" .
ex:Special rdfs:subClassOf ex:Thing .
"""
)

CONSTRAINTS = {
    "minCount": "sh:path ex:s ; sh:minCount 1",
    "maxCount": "sh:path ex:p ; sh:maxCount 2",
    "class": "sh:path ex:r ; sh:class ex:Thing",
    "subclass": "sh:path ex:r ; sh:class ex:Special",
    "datatype": "sh:path ex:p ; sh:datatype xsd:integer",
    "ill-typed date": "sh:path ex:when ; sh:datatype xsd:date",
    "nodeKind": "sh:path ex:r ; sh:nodeKind sh:IRI",
    "pattern": 'sh:path ex:q ; sh:pattern "^[XYZ]" ; sh:flags "i"',
    "minLength": "sh:path ex:q ; sh:minLength 1",
    "maxLength": "sh:path ex:q ; sh:maxLength 3",
    "minInclusive": "sh:path ex:p ; sh:minInclusive 2",
    "maxExclusive": "sh:path ex:p ; sh:maxExclusive 7",
    "uniqueLang": "sh:path ex:q ; sh:uniqueLang true",
    "languageIn": 'sh:path ex:q ; sh:languageIn ( "zh" "en" )',
    "in": "sh:path ex:r ; sh:in ( ex:a ex:b )",
    "hasValue": "sh:path ex:r ; sh:hasValue ex:b",
    "equals": "sh:path ex:q ; sh:equals ex:q2",
    "disjoint": "sh:path ex:q ; sh:disjoint ex:s",
    "inverse": "sh:path [ sh:inversePath ex:r ] ; sh:minCount 1",
    "sequence": "sh:path ( ex:r ex:p ) ; sh:maxCount 1",
    "alternative": "sh:path [ sh:alternativePath ( ex:s ex:q2 ) ] ; sh:maxCount 1",
    "one or more": "sh:path [ sh:oneOrMorePath ex:r ] ; sh:nodeKind sh:IRI",
    "or": "sh:path ex:p ; sh:or ( [ sh:datatype xsd:string ] [ sh:minInclusive 3 ] )",
    "and": "sh:path ex:p ; sh:and ( [ sh:datatype xsd:integer ] [ sh:minInclusive 3 ] )",
    "not": "sh:path ex:r ; sh:not [ sh:class ex:Special ]",
    "xone": "sh:path ex:p ; sh:xone ( [ sh:datatype xsd:integer ] [ sh:minInclusive 3 ] )",
    "node": "sh:path ex:r ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]",
    "nested property": "sh:path ex:r ; sh:property [ sh:path ex:p ; sh:maxCount 1 ]",
    "qualified least": "sh:path ex:p ; sh:qualifiedValueShape [ sh:minInclusive 2 ] ; sh:qualifiedMinCount 2",
    "qualified most": "sh:path ex:p ; sh:qualifiedValueShape [ sh:minInclusive 2 ] ; sh:qualifiedMaxCount 1",
    "lessThan": "sh:path ex:p ; sh:lessThan ex:p",
    "deactivated": "sh:path ex:s ; sh:minCount 1 ; sh:deactivated true",
}
NODE_SHAPES = {
    "closed": "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:p ] , [ sh:path ex:q ]",
    "node in": "sh:in ( ex:a ex:c )",
    "node or": "sh:or ( [ sh:property [ sh:path ex:s ; sh:minCount 1 ] ] [ sh:class ex:Special ] )",
    "node has value": "sh:hasValue ex:a",
    "node kind": "sh:nodeKind sh:Literal",
}
TARGETS = {
    "subjects": "sh:targetSubjectsOf ex:s ; sh:property [ sh:path ex:when ; sh:minCount 1 ]",
    "objects": "sh:targetObjectsOf ex:r ; sh:property [ sh:path ex:s ; sh:minCount 1 ]",
    "node": "sh:targetNode ex:b , ex:nowhere ; sh:property [ sh:path ex:when ; sh:minCount 1 ]",
}
SMALL = [
    *((name, f"sh:targetClass ex:Thing ; sh:property [ {text} ]") for name, text in CONSTRAINTS.items()),
    *((name, f"sh:targetClass ex:Thing ; {text}") for name, text in NODE_SHAPES.items()),
    *TARGETS.items(),
]


@pytest.mark.parametrize(("name", "text"), SMALL, ids=[name for name, _ in SMALL])
def test_the_verdict_of_pyshacl_on_each_component(name: str, text: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; {text} .")
    ontology = tmp_path / "ontology.ttl"
    ontology.write_text(f"{PREFIXES}\nex:Special rdfs:subClassOf ex:Thing .")
    data = load((THINGS, "https://example.org/"))
    ours = check_shapes(data, [shapes], [ontology], prefixes={"ex": "https://example.org/"})
    _, _, theirs = check_by_pyshacl(data, [shapes], [ontology])
    assert {one.entity for one in ours.violations} == {one.entity for one in theirs}
    if name not in {"disjoint", "deactivated"}:
        assert theirs, "the case shows nothing"


def test_values_and_paths_are_named(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shape = 'sh:property [ sh:path ex:p ; sh:datatype xsd:integer ; sh:message "一个整数"@zh , "a whole number"@en ]'
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; {shape} .")
    report = check_shapes(load((THINGS, "https://example.org/")), [shapes], [], prefixes={"ex": "https://example.org/"})
    assert report.violations == (
        Violation(
            rule="ex:p (Datatype)",
            entity="https://example.org/c",
            message="一个整数 / a whole number",
            value="no number",
            predicate="https://example.org/p",
        ),
    )


def test_what_is_not_compiled_goes_to_pyshacl(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    select = "SELECT $this ?value WHERE { $this <https://example.org/s> ?value }"
    constraint = f'sh:sparql [ sh:message "no s" ; sh:select "{select}" ]'
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; {constraint} .")
    report = check_shapes(load((THINGS, "https://example.org/")), [shapes], [], prefixes={})
    assert broken(report.violations) == {("https://example.org/c", "no s")}


def test_shapes_that_pyshacl_refuses_are_an_error_not_a_verdict(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    select = "SELECT $this WHERE { VALUES ?x { 1 } $this <https://example.org/s> ?value }"
    constraint = f'sh:sparql [ sh:message "no s" ; sh:select "{select}" ]'
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; {constraint} .")
    with pytest.raises(ValidationError, match="cannot be applied"):
        check_shapes(load((THINGS, "https://example.org/")), [shapes], [], prefixes={})


def test_invalid_turtle_names_its_line(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; ; ] .")
    with pytest.raises(ValidationError, match="is not valid Turtle") as caught:
        check_shapes(load((THINGS, "https://example.org/")), [shapes], [], prefixes={})
    assert caught.value.line == len(PREFIXES.splitlines()) + 2


def test_data_without_a_target_is_not_valid() -> None:
    report = check_shapes(ox.Store(), SHAPES, ONTOLOGY, prefixes={})
    assert [one.message for one in report.violations] == [
        "no entity belongs to a class that the shapes describe: nothing was checked"
    ]


@pytest.mark.slow
def test_many_values_of_one_node_do_not_explode(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shape = "sh:property [ sh:path ex:p ; sh:maxCount 3 ] , [ sh:path ex:q ; sh:uniqueLang true ]"
    shapes.write_text(f"{PREFIXES}\nex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; {shape} .")
    values = " , ".join(f'"{number}"@x-{number}' for number in range(2000))
    data = load((f"{PREFIXES}\nex:a a ex:Thing ; ex:p {values} ; ex:q {values} .", "https://example.org/"))
    started = time.monotonic()
    report = check_shapes(data, [shapes], [], prefixes={})
    assert len(report.violations) == 1
    assert time.monotonic() - started < 20
