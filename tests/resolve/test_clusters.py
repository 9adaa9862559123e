"""Clusters: told by list, place and subfield; alike ones linked, not merged."""

import pytest

from kg.resolve.clusters import Alike, Cluster, Words, alike, cluster_id, load_words, resolve_cluster
from kg.resolve.lexicon import Lexicon
from tests.resolve.conftest import LEXICON

ROWS = [
    Cluster("a1", "株洲市轨道交通装备产业集群", "ndrc", "430200"),
    Cluster("b1", "株洲市先进轨道交通装备集群", "miit", "430200"),
    Cluster("b2", "青岛市轨道交通装备集群", "miit", "370200"),
    Cluster("a2", "合肥市集成电路产业集群", "ndrc", "340100", other_names=("合肥集成电路集群",)),
    Cluster("c2", "合肥市集成电路产业集群", "anhui", "340100"),
]


@pytest.fixture(scope="module")
def words(lexicon: Lexicon) -> Words:
    return load_words(LEXICON, lexicon)


def test_alike_clusters_of_two_lists_are_linked(words: Words) -> None:
    found = alike(ROWS, words)
    assert [(pair.left, pair.right) for pair in found] == [("a2", "c2"), ("a1", "b1")]
    assert isinstance(found[0], Alike)
    assert "same place and subject 轨道交通装备" in found[1].reason


def test_order_has_no_effect(words: Words) -> None:
    assert alike(ROWS[::-1], words) == alike(ROWS, words)


def test_a_name_on_two_lists_is_told_by_the_list(words: Words) -> None:
    told = resolve_cluster("合肥市集成电路产业集群", ROWS, words)
    assert told.cluster is None
    assert told.candidates == ("a2", "c2")
    assert resolve_cluster("合肥市集成电路产业集群", ROWS, words, lists=["anhui"]).cluster == "c2"


def test_other_names_places_and_subjects_tell(words: Words) -> None:
    assert resolve_cluster("合肥集成电路集群", ROWS, words, lists=["ndrc"]).cluster == "a2"
    assert resolve_cluster("轨道交通装备集群", ROWS, words, place="370200").cluster == "b2"
    assert resolve_cluster("轨道交通装备集群", ROWS, words).cluster is None


def test_an_id_is_a_function_of_list_and_name() -> None:
    assert cluster_id("l", "株洲集群") == cluster_id("l", "株洲集群") != cluster_id("m", "株洲集群")
