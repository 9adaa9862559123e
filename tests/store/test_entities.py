"""Entities with facts and evidence: one at a time and all at once say the same."""

import pytest

from kg.store.entities import local_name, pick_label
from kg.store.graph import Graph
from tests.store.mini import BASE, CKG


def test_reading_one_and_reading_all_agree(mini: Graph) -> None:
    everything = mini.reader.read_all()
    assert list(everything) == sorted(everything)
    for iri, entity in everything.items():
        assert mini.reader.read(iri) == entity


def test_a_record_shares_the_evidence_of_what_points_at_it(mini: Graph) -> None:
    figure = mini.reader.read(f"{BASE}figure/f1")
    assert {fact.backings for fact in figure.facts} == {figure.incoming[0].backings}
    assert figure.facts[0].backings[0].rows == ("figures.csv#row=3",)


def test_an_iri_that_is_not_there_has_no_facts(mini: Graph) -> None:
    entity = mini.reader.read(f"{BASE}cluster/none")
    assert (entity.facts, entity.incoming, entity.types, entity.label()) == ((), (), (), "none")


def test_labels_of_entities_and_of_ontology_terms(mini: Graph) -> None:
    assert mini.reader.labels(f"{BASE}unit/yi-yuan") == {"zh": "亿元", "en": "hundred million yuan"}
    assert mini.reader.labels(f"{CKG}hasFigure") == {"zh": "有指标值", "en": "has figure"}
    assert mini.reader.labels("https://example.org/none") == {}


@pytest.mark.parametrize(
    ("labels", "language", "label"),
    [
        ({"zh": "山东", "en": "Shandong"}, "en", "Shandong"),
        ({"zh": "山东", "en": "Shandong"}, "fr", "山东"),
        ({"": "370000", "en": "Shandong"}, "zh", "370000"),
        ({}, "zh", "山东"),
    ],
)
def test_pick_label(labels: dict[str, str], language: str, label: str) -> None:
    assert pick_label(labels, f"{BASE}place/%E5%B1%B1%E4%B8%9C", language) == label


@pytest.mark.parametrize(
    ("iri", "name"), [("https://e.org/a/b", "b"), ("https://e.org/a#b", "b"), ("https://e.org/a/b/", "b")]
)
def test_local_name(iri: str, name: str) -> None:
    assert local_name(iri) == name
