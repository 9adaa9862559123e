"""build(): what is published, what is not, and what a second build does."""

from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import CatalogError, PublishError
from kg.model import Problem
from kg.store.release import staging
from tests.projects import rewrite, write_project

PROVENANCE = ox.NamedNode("https://example.org/graph/provenance")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def files(folder: Path) -> dict[str, bytes]:
    """Every file that must be the same in two builds, by its name below the release."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "store" not in path.parts and path.name not in {"build.json", "changes.html"}
    }


def test_publishes_what_the_tables_say(project: Path, tmp_path: Path) -> None:
    result = kg.build(project, output=tmp_path / "out")
    assert (result.exit_code, result.changed, result.problems, result.violations) == (0, True, (), ())
    with kg.open(tmp_path / "out") as graph:
        assert [(row["town"], row["label"]) for row in graph.query("towns")] == [
            ("https://example.org/town/a", "甲镇"),
            ("https://example.org/town/b", "乙镇"),
        ]
        facts = {fact.predicate.rpartition("#")[2]: fact for fact in graph.entity("甲镇").facts}
    assert [(one.source, one.confirmation, one.rows) for one in facts["label"].backings] == [
        ("s1", "confirmed", ("towns.csv#row=2",))
    ]


def test_a_plain_query_gives_a_fact_once_and_claims_stand_apart(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/towns.csv", "b,乙镇,,s2\n", "b,乙镇,,s2\na,甲镇,1200,s2\n")
    kg.build(project, output=tmp_path / "out")
    with kg.open(tmp_path / "out") as graph:
        assert len(graph.query("SELECT * { <town/a> rdfs:label ?label }")) == 1
        claims = graph.query(
            "SELECT ?s { GRAPH <graph/provenance> { ?c rdf:subject <town/a> ; prov:wasDerivedFrom ?s } }"
        )
        assert {row["s"] for row in claims} == {"https://example.org/source/s1", "https://example.org/source/s2"}
        assert not graph.query("ASK { ?s a ckg:Claim }")


def test_building_twice_changes_nothing(project: Path, tmp_path: Path) -> None:
    first = kg.build(project, output=tmp_path / "out")
    again = kg.build(project, output=tmp_path / "out")
    assert not again.changed
    assert again.folder == first.folder


def test_the_same_input_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    first, second = (kg.build(project, output=tmp_path / name).folder for name in ("one", "two"))
    assert first is not None
    assert second is not None
    assert files(first) == files(second)
    assert first.name == second.name


def test_removing_a_source_removes_exactly_its_facts(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/expectations.toml", "equals = 2", "at_least = 1")
    with_both = kg.build(project, output=tmp_path / "out").folder
    rewrite(project / "data/towns.csv", "b,乙镇,,s2\n", "")
    without = kg.build(project, output=tmp_path / "out").folder
    assert with_both is not None
    assert without is not None
    before, after = ((folder / "graph.nt").read_text("utf-8").splitlines() for folder in (with_both, without))
    gone = set(before) - set(after)
    assert set(after) < set(before)
    assert gone
    assert all("<https://example.org/town/b>" in line for line in gone)


def test_a_row_without_a_source_is_backed_by_unsourced(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/towns.csv", "1200,s1", "1200,")
    assert kg.build(project, output=tmp_path / "out").exit_code == 0
    with kg.open(tmp_path / "out") as graph:
        backings = {one for fact in graph.entity("甲镇").facts for one in fact.backings}
    assert {(one.source, one.confirmation) for one in backings} == {("unsourced", "unconfirmed")}


def test_an_unknown_source_is_a_problem(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/towns.csv", "1200,s1", "1200,s9")
    result = kg.build(project, output=tmp_path / "out")
    assert result.exit_code == 1
    assert result.problems == (
        Problem("map", "towns.csv", 2, "s9", "is no id of the dataset sources: the row counts as unsourced"),
    )


def test_a_bad_number_is_a_problem_and_the_rest_is_kept(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/towns.csv", "1200", "viele")
    result = kg.build(project, output=tmp_path / "out")
    assert result.exit_code == 1
    assert [(one.file, one.line, one.value) for one in result.problems] == [("towns.csv", 2, "viele")]
    with kg.open(tmp_path / "out") as graph:
        assert graph.entity("甲镇").label() == "甲镇"


def test_a_violation_publishes_nothing_and_names_entity_row_and_rule(project: Path, tmp_path: Path) -> None:
    first = kg.build(project, output=tmp_path / "out")
    rewrite(project / "data/towns.csv", "1200", "-5")
    result = kg.build(project, output=tmp_path / "out")
    assert (result.folder, result.exit_code) == (None, 3)
    [violation] = result.violations
    assert violation.label == "甲镇"
    assert violation.rows == ("towns.csv#row=2",)
    assert violation.message == "A number of people is not negative"
    assert (violation.rule, violation.value) == ("ckg:value (MinInclusive)", "-5")
    with kg.open(tmp_path / "out") as graph:
        assert graph.folder == first.folder


def test_a_count_that_is_not_as_expected_publishes_nothing(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/expectations.toml", "equals = 2", "equals = 3")
    result = kg.build(project, output=tmp_path / "out")
    assert [violation.message for violation in result.violations] == ["towns: expected 3, found 2"]
    assert not (tmp_path / "out/latest").exists()


def test_empty_data_is_never_valid(project: Path, tmp_path: Path) -> None:
    (project / "data/towns.csv").write_text("id,name,people,source_id\n", "utf-8")
    rewrite(project / "data/expectations.toml", "equals = 2", "equals = 0")
    result = kg.build(project, output=tmp_path / "out")
    assert result.exit_code == 3
    assert "nothing was checked" in result.violations[0].message


def test_a_new_column_and_predicate_need_no_python(project: Path, tmp_path: Path) -> None:
    rewrite(
        project / "data/towns.csv",
        "id,name,people,source_id\na,甲镇,1200",
        "id,name,people,area,source_id\na,甲镇,1200,7.50",
    )
    rewrite(project / "data/towns.csv", "b,乙镇,,", "b,乙镇,,,")
    rewrite(
        project / "ontology/mapping/towns.rml.ttl",
        "[ rml:predicate ckg:value",
        '[ rml:predicate <area> ; rml:objectMap [ rml:reference "area" ; rml:datatype xsd:decimal ] ] ,'
        "[ rml:predicate ckg:value",
    )
    folder = kg.build(project, output=tmp_path / "out").folder
    assert folder is not None
    assert '"7.50"^^<http://www.w3.org/2001/XMLSchema#decimal>' in (folder / "graph.nt").read_text("utf-8")


def test_a_missing_column_stops_with_what_there_is(project: Path, tmp_path: Path) -> None:
    rewrite(project / "ontology/mapping/towns.rml.ttl", '"people"', '"peple"')
    with pytest.raises(kg.KgError, match=r"column 'peple' is not in towns\.csv; it has: .*did you mean 'people'"):
        kg.build(project, output=tmp_path / "out")


def test_a_missing_catalog_stops(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no catalog\.toml"):
        kg.build(tmp_path, output=tmp_path / "out")


def test_two_builds_at_once(project: Path, tmp_path: Path) -> None:
    with staging(tmp_path / "out"), pytest.raises(PublishError, match="another build"):
        kg.build(project, output=tmp_path / "out")
    assert kg.build(project, output=tmp_path / "out").exit_code == 0


def test_what_a_killed_build_left_is_removed(project: Path, tmp_path: Path) -> None:
    left = tmp_path / "out/releases/.new-killed"
    left.mkdir(parents=True)
    (left / "graph.nt").touch()
    kg.build(project, output=tmp_path / "out")
    assert not left.exists()
    assert (tmp_path / "out/latest").readlink().parts[0] == "releases"


def test_an_output_that_cannot_be_written_stops(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PublishError, match="cannot write there"):
        kg.build(project, output=tmp_path / "out")


def test_entity_evidence_gives_derivations_instead_of_claims(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/catalog.toml", 'evidence = "statement"', 'evidence = "entity"')
    result = kg.build(project, output=tmp_path / "out")
    assert result.exit_code == 0, result.violations
    with kg.open(tmp_path / "out") as graph:
        assert graph.manifest.claims == 0
        assert graph.query("ASK { <town/a> prov:wasDerivedFrom <source/s1> }")
