"""The evidence checks: the bundled graph passes them, and each kind of missing evidence is found."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.validate.checks import run_checks
from kg.vocabulary import CKG, CONFIRMATION, DERIVED_FROM, LOCATOR, OBJECT, SUBJECT, TYPE

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "ontology" / "checks"
CATALOG = tomllib.loads((ROOT / "data" / "catalog.toml").read_text("utf-8"))
DEFAULT = ox.DefaultGraph()
NO_CLAIM, NO_EVIDENCE, NO_STATEMENT = "statements-without-claim", "claims-without-evidence", "claims-without-statement"
NO_QUOTE = "claims-without-quote"
QUOTED_FROM = ox.NamedNode("http://www.w3.org/ns/prov#wasQuotedFrom")


def node(name: str) -> ox.NamedNode:
    """An IRI relative to the base."""
    return ox.NamedNode(CATALOG["base"] + name)


PROVENANCE = node("graph/provenance")
CLUSTER = node("cluster/x")


@pytest.fixture
def store() -> ox.Store:
    """Three statements with their claims; the figure is covered by the claim of the statement that points at it."""
    store = ox.Store()
    store.extend(
        [
            ox.Quad(node("source/s"), TYPE, ox.NamedNode(CKG + "Source"), DEFAULT),
            ox.Quad(node("confirmation/c"), TYPE, ox.NamedNode(CKG + "Confirmation"), DEFAULT),
            ox.Quad(node("figure/f"), ox.NamedNode(CKG + "status"), ox.Literal("actual"), DEFAULT),
        ]
    )
    values: dict[str, ox.NamedNode | ox.Literal] = {
        "locatedIn": node("place/p"),
        "hasFigure": node("figure/f"),
        "code": ox.Literal("é", language="zh"),
    }
    for number, (name, value) in enumerate(values.items()):
        state(store, ox.NamedNode(CKG + name), value)
        claim(store, f"claim/{number}", ox.NamedNode(CKG + name), value)
    return store


def state(store: ox.Store, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
    """Adds a statement about the cluster."""
    store.add(ox.Quad(CLUSTER, predicate, value, DEFAULT))


def claim(store: ox.Store, name: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
    """Adds a complete claim of that statement."""
    parts = {
        TYPE: ox.NamedNode(CKG + "Claim"),
        SUBJECT: CLUSTER,
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate"): predicate,
        OBJECT: value,
        DERIVED_FROM: node("source/s"),
        CONFIRMATION: node("confirmation/c"),
        LOCATOR: node("data/t.csv#row=2"),
    }
    store.extend(ox.Quad(node(name), part, target, PROVENANCE) for part, target in parts.items())


def rules_broken(store: ox.Store) -> list[str]:
    """Names of the checks that find something, once for each row."""
    return [one.rule for one in run_checks(store, CHECKS, base=CATALOG["base"], prefixes=CATALOG["prefixes"])]


def drop(store: ox.Store, predicate: ox.NamedNode) -> None:
    """Takes one statement of this predicate out of the provenance."""
    store.remove(next(store.quads_for_pattern(None, predicate, None, PROVENANCE)))


def test_bundled_graph_has_all_its_evidence(release: kg.Graph) -> None:
    assert rules_broken(release.store) == []


def test_complete_evidence_passes(store: ox.Store) -> None:
    assert rules_broken(store) == []


def test_evidence_of_a_whole_entity_covers_its_statements(store: ox.Store) -> None:
    """Bulk tables have prov:wasDerivedFrom once an entity instead of claims."""
    bulk = node("enterprise/bulk")
    store.add(ox.Quad(bulk, ox.NamedNode(CKG + "code"), ox.Literal("1"), DEFAULT))
    assert rules_broken(store) == [NO_CLAIM]
    store.add(ox.Quad(bulk, DERIVED_FROM, node("source/s"), DEFAULT))
    assert rules_broken(store) == []


def test_record_that_nothing_points_at_is_found(store: ox.Store) -> None:
    store.add(ox.Quad(node("figure/lost"), ox.NamedNode(CKG + "status"), ox.Literal("actual"), DEFAULT))
    assert rules_broken(store) == [NO_CLAIM]


BREAKAGES: dict[str, tuple[Callable[[ox.Store], None], str]] = {
    "a statement without a claim": (lambda store: state(store, LOCATOR, node("x")), NO_CLAIM),
    "a claim without a source": (lambda store: drop(store, DERIVED_FROM), NO_EVIDENCE),
    "a claim without a confirmation": (lambda store: drop(store, CONFIRMATION), NO_EVIDENCE),
    "a claim without a row": (lambda store: drop(store, LOCATOR), NO_EVIDENCE),
    "a claim from a text without its sentence": (
        lambda store: store.add(ox.Quad(node("claim/0"), QUOTED_FROM, node("source/s"), PROVENANCE)),
        NO_QUOTE,
    ),
    "a claim of another statement": (lambda store: claim(store, "claim/9", LOCATOR, node("x")), NO_STATEMENT),
    "a second source in one claim": (
        lambda store: store.extend(
            [
                ox.Quad(node("source/t"), TYPE, ox.NamedNode(CKG + "Source"), DEFAULT),
                ox.Quad(node("claim/0"), DERIVED_FROM, node("source/t"), PROVENANCE),
            ]
        ),
        NO_EVIDENCE,
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_missing_evidence_is_found(name: str, store: ox.Store) -> None:
    breakage, rule = BREAKAGES[name]
    breakage(store)
    assert set(rules_broken(store)) == {rule}


@pytest.mark.parametrize("lost", ["exact", "start", "end", "hasSource", "rule", "confidence"])
def test_a_part_of_a_quote_that_is_lost_is_found(lost: str, release: kg.Graph) -> None:
    store = ox.Store()
    store.bulk_extend(release.store)
    names = (CKG + lost, "http://www.w3.org/ns/oa#" + lost)
    quads = (quad for name in names for quad in store.quads_for_pattern(None, ox.NamedNode(name), None, PROVENANCE))
    store.remove(next(quads))
    assert set(rules_broken(store)) == {NO_QUOTE}


def test_a_file_is_no_source(store: ox.Store) -> None:
    drop(store, DERIVED_FROM)
    bare = next(
        claim
        for claim in map(node, ("claim/0", "claim/1", "claim/2"))
        if not list(store.quads_for_pattern(claim, DERIVED_FROM, None, PROVENANCE))
    )
    store.add(ox.Quad(bare, DERIVED_FROM, node("data/t.csv#row=2"), PROVENANCE))
    assert rules_broken(store) == [NO_EVIDENCE]


def test_records_of_the_check_are_those_of_the_catalog() -> None:
    text = (CHECKS / f"{NO_CLAIM}.rq").read_text("utf-8")
    listed = text.partition("?via IN (")[2].partition(")")[0]
    assert sorted(name.strip() for name in listed.split(",")) == sorted(CATALOG["evidence"]["records"])
