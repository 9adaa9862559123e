"""After a small change, looking at what surrounds it finds all that it made wrong, and nothing else."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.model import Violation
from kg.validate.checks import run_checks
from kg.validate.shacl import check_around, check_shapes
from kg.validate.shapes import read_shapes
from kg.validate.surroundings import Reach, Since, TooFarError, nodes_of, reach_of, surroundings
from tests.projects import ROOT
from tests.validate.test_shacl import CASES, CONSTRAINTS, NODE_SHAPES, ONTOLOGY, PREFIXES, SHAPES, TARGETS, THINGS, load

FAR = {"sequence", "one or more", "nested property", "objects"}
"""Shapes that look further than is followed."""

PROVENANCE = ox.NamedNode("https://example.org/graph/provenance")


def store_of(quads: set[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def changes(quads: set[ox.Quad]) -> Iterator[tuple[set[ox.Quad], set[ox.Quad], ox.Quad]]:
    """Graphs before and after, with the statement in which they differ: each once added and once removed."""
    for quad in sorted(quads, key=str):
        yield quads - {quad}, quads, quad
        yield quads, quads - {quad}, quad


def compare(quads: set[ox.Quad], shapes: list[Path], ontology: list[Path], every: int = 1) -> None:
    """Holds what is found around each change against what is found in the whole graph; `every` leaves some out."""
    for before, after, quad in islice(changes(quads), 0, None, every):
        old, new = store_of(before), store_of(after)
        was, is_ = (check_shapes(one, shapes, ontology, prefixes={}) for one in (old, new))
        since = Since(old, nodes_of([quad]), was.targets)
        found, _ = check_around(new, since, shapes, ontology, provenance=PROVENANCE, prefixes={})
        assert found.targets == is_.targets
        assert told(is_.violations) - told(was.violations) <= told(found.violations) <= told(is_.violations)


def told(violations: tuple[Violation, ...]) -> set[tuple[str, str, str]]:
    return {(one.entity, one.message, one.value) for one in violations if one.entity}


SHAPES_BY_NAME = {
    **{name: f"sh:targetClass ex:Thing ; sh:property [ {text} ]" for name, text in CONSTRAINTS.items()},
    **{name: f"sh:targetClass ex:Thing ; {text}" for name, text in NODE_SHAPES.items()},
    **TARGETS,
}


@pytest.mark.parametrize("name", sorted(SHAPES_BY_NAME.keys() - FAR))
def test_each_component(name: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{PREFIXES} ex:S a sh:NodeShape ; {SHAPES_BY_NAME[name]} .", "utf-8")
    ontology = tmp_path / "ontology.ttl"
    ontology.write_text(f"{PREFIXES} ex:Special rdfs:subClassOf ex:Thing .", "utf-8")
    compare(set(load((THINGS, "https://example.org/"))), [shapes], [ontology])


@pytest.mark.parametrize("name", sorted(FAR))
def test_what_looks_further_is_said(name: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{PREFIXES} ex:S a sh:NodeShape ; {SHAPES_BY_NAME[name]} .", "utf-8")
    with pytest.raises(TooFarError):
        [reach_of(shape) for shape in read_shapes([shapes])]


@pytest.mark.slow
def test_the_bundled_shapes() -> None:
    files = [CASES / "common.ttl", *sorted(CASES.glob("ClusterShape/*.ttl")), *sorted(CASES.glob("FigureShape/*.ttl"))]
    quads = set(load(*((path.read_text("utf-8"), f"https://example.org/{path.stem}/") for path in files)))
    compare(quads, SHAPES, ONTOLOGY, every=14)


def test_too_much_is_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.validate.surroundings.MOST_QUADS", 3)
    data = load((THINGS, "https://example.org/"))
    with pytest.raises(TooFarError):
        surroundings(data, [ox.NamedNode("https://example.org/a")], Reach(), PROVENANCE)


def test_a_class_is_not_changed_by_a_member() -> None:
    [quad] = [quad for quad in load((THINGS, "https://example.org/")) if str(quad.object).endswith("Special>")]
    assert {node.value for node in nodes_of([quad])} == {"https://example.org/b"}


def test_a_check_of_one_subject_finds_what_it_finds_in_the_whole_graph() -> None:
    checks = ROOT / "ontology" / "checks"
    data = load((THINGS, "https://example.org/"))
    node = ox.NamedNode("https://example.org/a")
    around = surroundings(data, [node], Reach(), PROVENANCE)
    ckg = {
        "ckg": "https://w3id.org/cluster-kg/ontology#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "prov": "http://www.w3.org/ns/prov#",
    }
    whole = run_checks(data, checks, base="https://example.org/", prefixes=ckg)
    found = run_checks(data, checks, base="https://example.org/", prefixes=ckg, around=around)
    assert found
    assert [one for one in whole if one.entity == node.value] == found
