"""The catalog: what is read, and that each plausible mistake is explained with its line."""

from pathlib import Path

import pytest

from kg.catalog import bundled_data, find_catalog, read_catalog
from kg.errors import CatalogError
from kg.model import Evidence, SourceJoin
from tests.projects import rewrite, write_project


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_project(tmp_path) / "data" / "catalog.toml"


def test_reads_what_it_says(catalog: Path) -> None:
    found = read_catalog(catalog)
    assert found.title == {"zh": "小项目", "en": "small project"}
    assert found.evidence.records == ("https://w3id.org/cluster-kg/ontology#hasFigure",)
    assert [dataset.id for dataset in found.datasets] == ["confirmations", "grades", "sources", "towns"]
    assert found.dataset("towns").evidence is Evidence.STATEMENT
    assert found.dataset("towns").source == "source_id"


def test_the_bundled_catalog_is_right() -> None:
    found = read_catalog(bundled_data() / "catalog.toml")
    assert isinstance(found.dataset("clusters").source, SourceJoin)
    assert all(dataset.licence for dataset in found.datasets)
    assert all(dataset.origin for dataset in found.datasets)
    assert all({"zh", "en"} <= set(dataset.title) for dataset in found.datasets)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('evidence = "statement"', 'evidnce = "statement"', r"lacks 'evidence'"),
        (
            'licence = "CC0-1.0"',
            'license = "CC0-1.0"',
            r"unknown key 'license' in \[\[dataset\]\] towns; did you mean 'licence'",
        ),
        (
            'evidence = "statement"',
            'evidence = "statment"',
            "must be one of statement, entity, none.*did you mean 'statement'",
        ),
        (
            'licence = "CC0-1.0"',
            'licence = "CC0-1.0"\n\n[[article]]\nid = "a"\nfile = "towns.csv"',
            r"a \[\[article\]\] is named, but no \[reading\] says how it is read",
        ),
        ('file = "towns.csv"', 'file = "twons.csv"', "twons.csv does not exist; did you mean 'towns.csv'"),
        ('mapping = "towns.rml.ttl"', 'mapping = "../../../etc/x.ttl"', "leads out of the project"),
        ('sources = "sources"', 'sources = "source"', "no dataset has the id 'source'; did you mean 'sources'"),
        ('"ckg:hasFigure"', '"cgk:hasFigure"', "is no prefixed name; known prefixes: ckg, rdf"),
        ('base = "https://example.org/"', 'base = "example"', "base must be an http"),
        ('prov = "http://www.w3.org/ns/prov#"', 'prov = "not an iri"', "the prefix prov must stand for an IRI"),
        ('id = "towns"', 'id = "grades"', "two datasets have the id 'grades'"),
        ('source = "source_id"\n', "", 'has evidence "statement" but names no source column'),
        ('licence = "CC0-1.0"', 'date = "2026-01-31"', "must be a date such as 2026-01-31"),
        ('title = "towns"', "title = 3", "title must be a text"),
        ("[prefixes]", "[prefixes", "is not valid TOML: .*line"),
    ],
)
def test_a_mistake_is_explained(catalog: Path, old: str, new: str, reason: str) -> None:
    rewrite(catalog, old, new)
    with pytest.raises(CatalogError, match=reason) as caught:
        read_catalog(catalog)
    assert caught.value.file == str(catalog)


def test_a_mistake_names_its_line(catalog: Path) -> None:
    rewrite(catalog, 'licence = "CC0-1.0"', 'license = "CC0-1.0"')
    with pytest.raises(CatalogError) as caught:
        read_catalog(catalog)
    assert catalog.read_text("utf-8").splitlines()[(caught.value.line or 0) - 1] == 'license = "CC0-1.0"'


def test_a_link_out_of_the_project_is_refused(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("id\n1\n")
    (catalog.parent / "towns.csv").unlink()
    (catalog.parent / "towns.csv").symlink_to(outside)
    with pytest.raises(CatalogError, match="leads out of the project"):
        read_catalog(catalog)


def test_a_catalog_that_is_not_utf8(catalog: Path) -> None:
    catalog.write_bytes('title = "小项目"'.encode("gb18030"))
    with pytest.raises(CatalogError, match="is not UTF-8"):
        read_catalog(catalog)


def test_the_catalog_of_a_folder_beats_the_local_one_and_that_the_bundled(
    catalog: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = catalog.parent.parent
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert find_catalog(None) == bundled_data() / "catalog.toml"
    assert find_catalog(project) == find_catalog(project / "data") == find_catalog(catalog) == catalog
    monkeypatch.chdir(project)
    assert find_catalog(None) == catalog
