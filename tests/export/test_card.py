"""The card describes what is there, and nothing else."""

import shutil
from pathlib import Path

import pytest
import rdflib

from kg.export import EXPORTERS, export_all
from kg.export.card import DatasetInfo, write_card
from kg.vocabulary import CKG
from tests.export import small

RELEASE = rdflib.URIRef(small.BASE + "release/0123456789abcdef")
DATASETS = (
    DatasetInfo(
        "clusters",
        "clusters.csv",
        {"zh": "集群", "en": "clusters"},
        "statement",
        66,
        800,
        "2026-11-23",
        "CC0-1.0",
        "pages",
    ),
    DatasetInfo("places", "烟台 places.csv", {"": "places"}, "none", 3, 9, None, "as the pages say", None),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = small.release(tmp_path / "release", small.graph())
    export_all(content)
    write_card(content, content.folder / "card.ttl", datasets=DATASETS, licence="CC0-1.0")
    return content.folder


@pytest.fixture
def card(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "card.ttl")


def test_it_names_the_release(card: rdflib.Graph) -> None:
    assert set(card.objects(RELEASE, rdflib.RDF.type)) == {rdflib.DCAT.Dataset, rdflib.VOID.Dataset}
    assert set(card.objects(RELEASE, rdflib.DCTERMS.title)) == {
        rdflib.Literal("测试", "zh"),
        rdflib.Literal("Test", "en"),
    }
    assert card.value(RELEASE, rdflib.DCTERMS.license) == rdflib.URIRef("http://spdx.org/licenses/CC0-1.0")
    assert str(card.value(RELEASE, rdflib.DCTERMS.modified)) == "2026-11-23"


def test_it_counts_the_graph(card: rdflib.Graph) -> None:
    counts = {
        name: int(str(card.value(RELEASE, rdflib.VOID[name])))
        for name in ("triples", "entities", "classes", "properties")
    }
    assert counts == {"triples": 20, "entities": 6, "classes": 5, "properties": 9}


def test_it_counts_classes_and_properties(card: rdflib.Graph) -> None:
    classes = {
        str(card.value(part, rdflib.VOID["class"])): int(str(card.value(part, rdflib.VOID.entities)))
        for part in card.objects(RELEASE, rdflib.VOID.classPartition)
    }
    assert classes[CKG + "Source"] == 2
    properties = {
        str(card.value(part, rdflib.VOID.property)): int(str(card.value(part, rdflib.VOID.triples)))
        for part in card.objects(RELEASE, rdflib.VOID.propertyPartition)
    }
    assert properties[str(rdflib.RDF.type)] == 6
    assert sum(properties.values()) == 20


def test_its_files_are_there_and_as_large_as_it_says(card: rdflib.Graph, folder: Path) -> None:
    found = list(card.objects(RELEASE, rdflib.DCAT.distribution))
    assert len(found) == len(EXPORTERS) - 1 + 1 + 4  # no schemes here; graph.nt, and five tables for one folder
    for one in found:
        path = folder / str(card.value(one, rdflib.DCAT.downloadURL)).removeprefix(folder.as_uri() + "/")
        assert path.stat().st_size == int(str(card.value(one, rdflib.DCAT.byteSize)))
        assert str(card.value(one, rdflib.DCAT.mediaType)).startswith("https://www.iana.org/assignments/media-types/")


def test_its_addresses_follow_the_folder(card: rdflib.Graph, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "moved")
    moved = rdflib.Graph().parse(tmp_path / "moved" / "card.ttl")
    dump = rdflib.URIRef((tmp_path / "moved" / "graph.nt").as_uri())
    assert moved.value(RELEASE, rdflib.VOID.dataDump) == dump
    assert card.value(RELEASE, rdflib.VOID.dataDump) != dump


def test_it_names_the_tables_and_their_terms(card: rdflib.Graph) -> None:
    origins = {
        str(card.value(one, rdflib.DCTERMS.identifier)): one
        for one in card.objects(RELEASE, rdflib.PROV.wasDerivedFrom)
    }
    assert str(origins["clusters"]) == small.BASE + "data/clusters.csv"
    assert card.value(origins["clusters"], rdflib.DCTERMS.license) == rdflib.URIRef("http://spdx.org/licenses/CC0-1.0")
    assert str(card.value(origins["clusters"], rdflib.DCTERMS.source)) == "pages"
    assert card.value(origins["places"], rdflib.DCTERMS.license) is None
    assert str(card.value(origins["places"], rdflib.DCTERMS.rights)) == "as the pages say"
    assert str(origins["places"]).isascii()


@pytest.mark.parametrize("reader", ["rapper", "serdi"])
def test_other_readers_read_it(folder: Path, reader: str) -> None:
    read = {"rapper": small.read_rapper, "serdi": small.read_serdi}[reader]
    assert len(read(folder / "card.ttl", "turtle")) == len(rdflib.Graph().parse(folder / "card.ttl"))


def test_the_same_release_has_the_same_card(folder: Path) -> None:
    before = (folder / "card.ttl").read_bytes()
    content = small.release(folder, small.graph())
    write_card(content, folder / "card.ttl", datasets=DATASETS, licence="CC0-1.0")
    assert (folder / "card.ttl").read_bytes() == before
