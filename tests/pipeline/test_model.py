"""A build in which a played language model reads too: its claims in the graph, marked; nothing lost where it fails."""

import csv
import re
from pathlib import Path

import pytest

import kg
from kg.errors import CatalogError, KgError
from kg.model import Problem
from kg.pipeline.build import Build
from tests.articles import write_project
from tests.extract.model_server import KEY, Play, Script, by_text, fails, playing
from tests.projects import rewrite

CLUSTER = "烟台先进结构材料产业集群"
NEWS = f"{CLUSTER}主营业务收入1000亿元以上。云帆科创在{CLUSTER}里安了家，同行很多。\n"
OTHER = "潍坊市元宇宙产业集群由歌尔股份有限公司领头，2023年产值达到345.6亿元。\n"
QUOTE = f"云帆科创在{CLUSTER}里安了家"
MEMBER = {"name": "云帆科创", "cluster": CLUSTER, "role": "member", "quote": QUOTE}
LIE = {"name": "云帆科创", "cluster": CLUSTER, "role": "leader", "quote": f"龙头是云帆科创 {KEY}"}
ANSWERS = by_text({"云帆": {"enterprises": [MEMBER, LIE]}})
MEMBER_OF = """
SELECT ?name ?rule ?confidence ?quote { ?cluster ckg:hasMember ?firm . ?firm rdfs:label ?name
  GRAPH <graph/provenance> { ?claim rdf:predicate ckg:hasMember ; rdf:object ?firm ; ckg:rule ?rule ;
    ckg:confidence ?confidence ; <http://www.w3.org/ns/oa#hasTarget>/<http://www.w3.org/ns/oa#hasSelector> ?words .
    ?words <http://www.w3.org/ns/oa#exact> ?quote } FILTER (STRSTARTS(?rule, "model:")) }"""


def write(folder: Path, section: str = "enabled = true\nretries = 0\n") -> Path:
    """A project with two articles, and this section on the model."""
    project = write_project(folder, {"news.txt": NEWS.encode(), "other.txt": OTHER.encode()})
    rewrite(
        project / "data" / "catalog.toml", "[reading.list_words]", f"[reading.model]\n{section}\n[reading.list_words]"
    )
    return project


class Builder:
    """Builds projects with a played model; the variables that lead to it last as long as a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, project: Path, output: Path, *plays: Play) -> tuple[Build, Script]:
        with playing(*plays) as script:
            for name, value in script.environment.items():
                self._monkeypatch.setenv(name, value)
            return kg.build(project, output=output), script


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Builder:
    """What builds."""
    return Builder(monkeypatch)


def told(result: Build) -> list[Problem]:
    """The problems of reading."""
    return [problem for problem in result.problems if problem.stage == "extract"]


def files(folder: Path) -> dict[str, bytes]:
    """The files of a release whose bytes depend on the input alone."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    own = {name: path for name, path in names.items() if not name.startswith("store/") and name != "build.json"}
    return {name: path.read_bytes() for name, path in own.items()}


@pytest.mark.slow
def test_claims_of_the_model_are_in_the_graph_with_its_name_and_again_the_same(tmp_path: Path, run: Builder) -> None:
    project = write(tmp_path / "project")
    result, script = run(project, tmp_path / "one", ANSWERS)
    assert result.folder is not None, result.violations
    assert len(script.asked) == 2
    with kg.open(result.folder) as graph:
        [row] = graph.query(MEMBER_OF)
        assert [str(row[name]) for name in ("name", "rule", "quote")] == [
            "云帆科创",
            "model:played/model-1",
            QUOTE,
        ]
        assert float(str(row["confidence"])) == 0.7
    [problem] = told(result)
    assert problem.reason == "model:played/model-1: the quote is not verbatim in the text"
    assert problem.file == "data/articles/news.txt"
    written = files(result.folder)
    everything = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert not [path for path in everything if KEY.encode() in path.read_bytes()]
    again, _ = run(project, tmp_path / "two", ANSWERS)
    assert again.folder is not None
    assert again.release_id == result.release_id
    assert files(again.folder) == written


@pytest.mark.slow
def test_an_article_that_has_not_changed_costs_nothing_again(
    tmp_path: Path, run: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write(tmp_path / "project")
    first, _ = run(project, tmp_path / "output", ANSWERS)
    second, script = run(project, tmp_path / "output", fails(500))
    assert script.asked == []
    assert (second.release_id, second.changed) == (first.release_id, False)
    monkeypatch.delenv("KG_LLM_URL")
    third = kg.build(project, output=tmp_path / "output")
    assert (third.release_id, third.changed) == (first.release_id, False)


@pytest.mark.slow
def test_where_the_model_fails_the_rules_go_on_and_the_next_build_asks_again(tmp_path: Path, run: Builder) -> None:
    project = write(tmp_path / "project")
    result, script = run(project, tmp_path / "output", fails(500))
    assert result.exit_code == 1
    assert len(script.asked) == 1
    assert [re.sub(r":\d+ ", " ", problem.reason) for problem in told(result)] == [
        "model:played/model-1: not read by the model: the model's server 127.0.0.1 answers 500"
    ] * 2
    assert result.folder is not None
    with kg.open(result.folder) as graph:
        assert list(graph.query(MEMBER_OF)) == []
        assert graph.entity("潍坊市元宇宙产业集群")
    again, script = run(project, tmp_path / "output", ANSWERS)
    assert len(script.asked) == 2
    assert again.changed


def test_a_budget_that_is_reached_is_a_problem_and_the_build_goes_on(tmp_path: Path, run: Builder) -> None:
    project = write(tmp_path / "project", "enabled = true\nmax_requests = 1\n")
    result, script = run(project, tmp_path / "output", ANSWERS)
    assert len(script.asked) == 1
    assert result.folder is not None
    assert "the limit max_requests = 1 is reached" in "".join(problem.reason for problem in told(result))
    with kg.open(result.folder) as graph:
        assert len(list(graph.query(MEMBER_OF))) == 1


def test_what_is_less_sure_than_the_threshold_is_for_review(tmp_path: Path, run: Builder) -> None:
    project = write(tmp_path / "project", "enabled = true\nconfidence = 0.4\n")
    result, _ = run(project, tmp_path / "output", ANSWERS)
    assert result.folder is not None
    with kg.open(result.folder) as graph:
        assert list(graph.query(MEMBER_OF)) == []
    with (result.folder / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["rule"] == "model:played/model-1"]
    assert {(row["predicate"], row["reason"]) for row in found} >= {("hasMember", "not sure enough")}


def test_it_is_off_unless_enabled_and_needs_an_address_then(
    tmp_path: Path, run: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = write(tmp_path / "off", 'name = "m"\n')
    result, script = run(off, tmp_path / "output", ANSWERS)
    assert script.asked == []
    assert result.folder is not None
    monkeypatch.delenv("KG_LLM_URL")
    on = write(tmp_path / "on", 'enabled = true\nname = "m"\n')
    with pytest.raises(KgError, match="needs KG_LLM_URL"):
        kg.build(on, output=tmp_path / "none")


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ('key = "sk-1"', "unknown key 'key'"),
        ('url = "http://a"', "unknown key 'url'"),
        ('enabled = "yes"', "must be true or false"),
        ("confidence = 2", "a number from 0 to 1"),
        ("timeout = -1", "a whole number"),
        ("window = 100\noverlap = 100", "overlap .100. must be less than window .100."),
    ],
)
def test_a_section_that_is_wrong_is_said_with_its_line(tmp_path: Path, section: str, reason: str) -> None:
    with pytest.raises(CatalogError, match=reason) as raised:
        kg.build(write(tmp_path / "project", section), output=tmp_path / "output")
    assert raised.value.line is not None
