"""`kg init`: the skeleton builds at once, and each plausible mistake in it is explained with file and line."""

import re
import tomllib
from pathlib import Path

import pytest

import kg
from kg.errors import KgError
from kg.project import SKELETON, write_project
from tests.fire.support import run_kg, spawn_kg
from tests.projects import ROOT, rewrite


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path / "my")
    return tmp_path / "my"


def test_the_skeleton_builds_at_once(tmp_path: Path) -> None:
    ran = run_kg("init", tmp_path / "my")
    assert ran.code == 0
    assert {Path(line) for line in ran.out.splitlines()} == {
        one for one in (tmp_path / "my").rglob("*") if one.is_file()
    }
    built = run_kg("build", tmp_path / "my", "--output", tmp_path / "out")
    assert (built.code, "problems      none" in built.out) == (0, True), built.text
    asked = run_kg("query", "clusters", "--release", tmp_path / "out", "--format", "csv")
    assert asked.out.splitlines() == [
        "cluster,cluster_label,place_label,enterprises",
        "https://example.org/my-graph/cluster/c1,甲市集成电路产业集群,甲市,120",
        "https://example.org/my-graph/cluster/c2,乙市生物医药产业集群,乙市,85",
        "https://example.org/my-graph/cluster/c3,乙市新型显示产业集群,乙市,",
    ]
    assert "clusters.csv 第 2 行" in run_kg("explain", "甲市集成电路产业集群", "--release", tmp_path / "out").out


@pytest.mark.slow
def test_the_commands_of_its_readme_run_in_the_folder(tmp_path: Path) -> None:
    assert spawn_kg("init", "my", folder=tmp_path).wait(60) == 0
    commands = re.findall(r"^kg (.+?)\s+#", (tmp_path / "my/README.md").read_text("utf-8"), re.MULTILINE)
    assert [command.split()[0] for command in commands] == [
        *("build", "query", "explain", "explain", "review", "extract", "extract", "extract"),
    ]
    for command in commands:
        process = spawn_kg(*command.split(), folder=tmp_path / "my")
        out, err = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in err) == (0, False), err
        assert out


def test_every_fact_has_a_claim_with_its_row(project: Path, tmp_path: Path) -> None:
    kg.build(project, output=tmp_path / "out")
    with kg.open(tmp_path / "out") as graph:
        facts = [fact for name in ("甲市集成电路产业集群", "乙市") for fact in graph.entity(name).facts]
    assert facts
    assert all(backing.rows and backing.source for fact in facts for backing in fact.backings)
    assert all(fact.backings for fact in facts)


LEAD, SENTENCE = "明屏光电", "集群以明屏光电为龙头企业，集聚了彩晶材料、远视显示等企业。"


def test_a_fact_of_the_article_is_in_the_graph_with_its_sentence(project: Path, tmp_path: Path) -> None:
    kg.build(project, output=tmp_path / "out")
    with kg.open(tmp_path / "out") as graph:
        facts = graph.entity("乙市新型显示产业集群").facts
        [lead] = [fact for fact in facts if fact.predicate.endswith("#hasLeadEnterprise")]
        assert str(lead.value) == f"<{graph.entity(LEAD).iri}>"
    [backing] = lead.backings
    assert (backing.source, backing.confirmation, backing.quote) == ("report1", "unconfirmed", SENTENCE)
    text = (project / "data/articles/report1.txt").read_text("utf-8")
    assert text[int(backing.start) : int(backing.end)] == SENTENCE
    told = run_kg("explain", "乙市新型显示产业集群", "--release", tmp_path / "out").out
    assert f"龙头企业：{LEAD}" in told
    assert f"“{SENTENCE}”" in told


NEWS = "苏州市、无锡市集成电路产业集群加快发展。\n\n2025年，乙市新型显示产业集群揽金260亿元。\n"


@pytest.fixture
def news(project: Path) -> Path:
    """An article of the user's own: real cities, and a word for revenue that the lexicon does not have."""
    (project / "data/articles/news.txt").write_text(NEWS, "utf-8")
    with (project / "data/sources.csv").open("a", encoding="utf-8") as file:
        file.write("paper,news,某报,https://example.org/paper\n")
    with (project / "data/catalog.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[article]]\nid = "paper"\nfile = "articles/news.txt"\ndate = 2026-04-01\n')
    return project / "data/articles/news.txt"


@pytest.mark.usefixtures("news")
def test_an_article_of_ones_own_names_places_and_clusters_that_no_table_has(project: Path, tmp_path: Path) -> None:
    built = run_kg("build", project, "--output", tmp_path / "out")
    assert (built.code, "problems      none" in built.out) == (0, True), built.text
    told = run_kg("explain", "苏州市、无锡市集成电路产业集群", "--lang", "en", "--release", tmp_path / "out").out
    for words in ("located in: 苏州市", "located in: 无锡市", "in province: 江苏省", "sector: integrated circuits"):
        assert words in told, told
    assert "[confirmed] news page · paper" in told


@pytest.mark.usefixtures("news")
def test_an_article_without_a_source_is_a_problem(project: Path, tmp_path: Path) -> None:
    rewrite(project / "data/sources.csv", "paper,", "papers,")
    built = run_kg("build", project, "--output", tmp_path / "out")
    assert built.code == 1
    assert "'paper' is no id of the dataset sources" in built.out


@pytest.mark.slow
def test_a_word_added_to_the_projects_lexicon_is_read(project: Path, news: Path, tmp_path: Path) -> None:
    def revenue() -> list[str]:
        asked = "SELECT ?source { GRAPH <graph/provenance> { ?c rdf:object ?f ; prov:wasQuotedFrom ?source } "
        kg.build(project, output=tmp_path / "out")
        with kg.open(tmp_path / "out") as graph:
            rows = graph.query(asked + "?f ckg:indicator <indicator/revenue> ; ckg:value 260.0 }")
            return sorted(str(row["source"]).rpartition("/")[2] for row in rows)

    matches = ("extract", news, "--project", project, "--matches", "revenue")
    assert revenue() == ["report1"]
    assert "0 matches" in run_kg(*matches).out
    rewrite(project / "ontology/lexicon/figures.toml", '"应税销售收入"', '"揽金", "应税销售收入"')
    assert "1 matches\n  揽金\t" in run_kg(*matches).out
    assert revenue() == ["paper", "report1"]


def test_the_comments_are_in_both_languages() -> None:
    for path in [*SKELETON.rglob("*.ttl"), *SKELETON.rglob("*.toml"), *SKELETON.rglob("*.rq")]:
        comments = "".join(line for line in path.read_text("utf-8").splitlines() if line.startswith("#"))
        assert re.search(r"[\u4e00-\u9fff]{2}", comments), path.name
        assert re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", comments), path.name


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    table = tmp_path / "my/data/clusters.csv"
    table.parent.mkdir(parents=True)
    table.write_text("mine")
    ran = run_kg("init", tmp_path / "my")
    assert (ran.code, ran.out) == (2, "")
    assert f"{table}: is there already: nothing was written" in ran.err
    assert [path for path in (tmp_path / "my").rglob("*") if path.is_file()] == [table]
    assert table.read_text() == "mine"


def test_files_of_other_names_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "my").mkdir()
    (tmp_path / "my/list.xlsx").touch()
    assert run_kg("init", tmp_path / "my").code == 0


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KgError, match="cannot be written"):
        write_project(tmp_path / "file")


MISTAKES = tomllib.loads((ROOT / "tests/cases/init/mistakes.toml").read_text("utf-8"))["mistake"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[one["name"] for one in MISTAKES])
def test_a_mistake_is_explained_with_file_and_line(project: Path, tmp_path: Path, mistake: dict[str, str]) -> None:
    wrong = project / mistake["file"]
    rewrite(wrong, mistake["old"], mistake["new"])
    ran = run_kg("build", project, "--output", tmp_path / "out")
    assert (ran.code, ran.out) == (3, "")
    assert not (tmp_path / "out/latest").exists()
    said = re.search(rf"^error: \S+/{wrong.name}(:(?P<line>\d+))?: (?P<reason>.*)", ran.err, re.MULTILINE)
    assert said, ran.err
    assert re.search(mistake["says"], said["reason"]), ran.err
    lines = [number for number, line in enumerate(wrong.read_text("utf-8").splitlines(), 1) if mistake["new"] in line]
    assert int(said["line"] or 0) in ([mistake["line"]] if "line" in mistake else lines)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("data/clusters.csv", "p0101", "p9999", ("地点要在 places.csv 里", "clusters.csv row 2", "place/p9999")),
        ("data/clusters.csv", "c2,", "c1,", ("no two rows share an id", "clusters.csv row 2, clusters.csv row 3")),
        ("data/clusters.csv", "120", "-120", ("0 or more", "clusters.csv row 2", "value: -120")),
        ("data/places.csv", "p01,notice", "p02,notice", ("The place above stands in places.csv", "places.csv row 3")),
        ("data/sources.csv", "government", "goverment", ("A source has one grade", "grade/goverment")),
        ("data/expectations.toml", "equals = 3", "equals = 4", ("There are 3 clusters: expected 4, found 3",)),
        ("ontology/shapes.ttl", "sh:minInclusive 0", "sh:minInclusive 100", ("clusters.csv row 3", "value: 85")),
    ],
)  # fmt: skip
def test_a_broken_rule_names_the_row_and_publishes_nothing(
    project: Path, tmp_path: Path, file: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    rewrite(project / file, old, new)
    ran = run_kg("build", project, "--output", tmp_path / "out")
    assert ran.code == 3
    assert [words for words in expected if words not in ran.err] == []
    assert "nothing was published" in ran.err
    assert not (tmp_path / "out/latest").exists()
