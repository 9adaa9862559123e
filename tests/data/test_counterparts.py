"""Clusters of different lists with one city and one name are linked, and never taken for one."""

import kg
from kg.resolve.clusters import Cluster, alike, load_words
from kg.resolve.lexicon import load_lexicon
from tests.projects import ROOT

LEXICON = ROOT / "ontology" / "lexicon"
CLUSTERS = """SELECT ?cluster ?label ?list ?city { ?cluster a ckg:Cluster ; rdfs:label ?label ; ckg:partOfList ?list
OPTIONAL { ?cluster ckg:inCity ?city } FILTER(LANG(?label) = "zh") }"""


def clusters(graph: kg.Graph) -> list[Cluster]:
    rows = [{name: str(value or "") for name, value in row.items()} for row in graph.query(CLUSTERS)]
    return [Cluster(row["cluster"], row["label"], row["list"], row["city"]) for row in rows]


def links(graph: kg.Graph) -> set[tuple[str, str]]:
    return {(str(row["a"]), str(row["b"])) for row in graph.query("SELECT ?a ?b { ?a ckg:counterpart ?b }")}


def test_each_is_linked_to_those_of_the_same_place_and_subject(release: kg.Graph) -> None:
    words = load_words(LEXICON, load_lexicon(LEXICON))
    found = alike(clusters(release), words)
    same = {(one.left, one.right) for one in found if one.reason.startswith("same place and subject")}
    assert len(same) >= 4
    assert same <= links(release)


def test_links_go_both_ways_between_different_lists(release: kg.Graph) -> None:
    lists = {cluster.id: cluster.list_id for cluster in clusters(release)}
    found = links(release)
    assert found == {(other, one) for one, other in found}
    assert all(lists[one] != lists[other] for one, other in found)
