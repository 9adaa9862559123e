"""The expected counts: the bundled graph has them, and each of them would be missed."""

from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.model import Expectation, Measured
from kg.validate.expectations import measure, read_expectations

ROOT = Path(__file__).parents[2]
EXPECTATIONS = read_expectations(ROOT / "data" / "expectations.toml")
COUNTS = [one for one in EXPECTATIONS if one.equals != 0]
ABSENCES = [one for one in EXPECTATIONS if one.equals == 0]
PREFIXES = "PREFIX ckg: <https://w3id.org/cluster-kg/ontology#> BASE <https://w3id.org/cluster-kg/> "
FAULTS = {
    "provinces-above-shandong": """
        INSERT { ?cluster ckg:inProvince <place/110000> } WHERE { ?cluster ckg:inProvince <place/370000> }""",
    "clusters-without-direction": """
        DELETE DATA { <cluster/ndrc1-370200-env> ckg:inSector <sector/direction/env> }""",
    "fields-without-their-direction": """
        DELETE DATA { <cluster/ndrc1-370200-env> ckg:inSector <sector/field/environment> }""",
    "cities-outside-the-province": """
        INSERT DATA { <cluster/ndrc1-370200-env> ckg:inCity <place/110000> }""",
    "places-outside-the-city": """
        INSERT DATA { <cluster/ndrc1-370200-env> ckg:locatedIn <place/110108> }""",
    "clusters-of-tables-without-designation": """
        DELETE { <cluster/ndrc1-370200-env> ckg:hasDesignation ?o }
        WHERE { <cluster/ndrc1-370200-env> ckg:hasDesignation ?o }""",
    "overfull-lists": """
        DELETE { <list/ndrc-strategic-1> ckg:size 66 } INSERT { <list/ndrc-strategic-1> ckg:size 65 } WHERE {}""",
    "confirmed-by-restatement": """
        INSERT DATA { GRAPH <graph/provenance> { <claim/x>
            <http://www.w3.org/ns/prov#wasDerivedFrom> <source/restatement-shandong> ;
            ckg:confirmation <confirmation/confirmed> } }""",
    "confirmed-without-source": """
        INSERT DATA { GRAPH <graph/provenance> { <claim/x>
            <http://www.w3.org/ns/prov#wasDerivedFrom> <source/unsourced> ;
            ckg:confirmation <confirmation/confirmed> } }""",
}


def measured(expectation: Expectation, store: ox.Store, graph: kg.Graph) -> Measured:
    """The expectation with the number that a store gives."""
    return measure(store, expectation, base=graph.manifest.base, prefixes=graph.manifest.prefixes)


@pytest.fixture(scope="module")
def quads(release: kg.Graph) -> list[ox.Quad]:
    """The bundled release, to be changed."""
    return list(release.store)


def test_each_has_an_id_of_its_own_and_a_title_in_both_languages() -> None:
    assert len({one.id for one in EXPECTATIONS}) == len(EXPECTATIONS)
    assert [one.id for one in EXPECTATIONS if set(one.title) != {"zh", "en"}] == []


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda one: one.id)
def test_bundled_graph_has_the_expected_count(expectation: Expectation, release: kg.Graph) -> None:
    assert measured(expectation, release.store, release).met


@pytest.mark.parametrize("expectation", COUNTS, ids=lambda one: one.id)
def test_an_empty_graph_lacks_the_count(expectation: Expectation, release: kg.Graph) -> None:
    assert not measured(expectation, ox.Store(), release).met


def test_every_absence_has_a_fault_that_breaks_it() -> None:
    assert {one.id for one in ABSENCES} == set(FAULTS)


@pytest.mark.parametrize("expectation", ABSENCES, ids=lambda one: one.id)
def test_the_fault_is_found(expectation: Expectation, quads: list[ox.Quad], release: kg.Graph) -> None:
    store = ox.Store()
    store.bulk_extend(quads)
    store.update(PREFIXES + FAULTS[expectation.id])
    assert not measured(expectation, store, release).met
