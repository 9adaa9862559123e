"""Increments: after any change a build gives what a build from nothing gives, and does only what changed."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.pipeline.build import Build, build
from kg.store.lines import part_lines
from kg.view.progress import Progress
from tests import articles
from tests.pipeline.test_bulk import DATASET, FIRMS, ROWS
from tests.projects import rewrite, write_project

OUTSIDE = {"build.json", "changes.html"}
"""Files that say when a release was made, and what was before it."""


def contents(result: Build) -> dict[str, object]:
    """What a release holds by file; lines of a large table and statements of a store have no order."""
    assert result.folder is not None, result.violations
    folder = result.folder
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found: dict[str, object] = {
        name: set(part_lines(path)) if name.startswith("parts/firms") else path.read_bytes()
        for name, path in files.items()
        if name not in OUTSIDE and not name.startswith("store/")
    }
    store = ox.Dataset(ox.Store.read_only(str(folder / "store")))
    store.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)  # labels of nodes without a name mean nothing
    return found | {"store": set(map(str, store))}


def check(project: Path, output: Path) -> Build:
    """Builds after a change, and from nothing: both give the same."""
    result = build(project, output=output)
    with tempfile.TemporaryDirectory() as folder:
        anew = build(project, output=Path(folder))
        assert result.problems == anew.problems
        assert result.violations == anew.violations
        if anew.folder is not None:
            assert contents(result) == contents(anew)
    return result


class Stages(Progress):
    """Keeps what each stage says."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}

    def end(self, name: str) -> None:
        self.said[name] = self.words


def say(project: Path, output: Path) -> dict[str, str]:
    """What the stages of a build say."""
    stages = Stages()
    assert build(project, output=output, progress=stages).folder
    return stages.said


def with_firms(folder: Path, limit: int) -> Path:
    """The small project with a table of firms, which is a large one below the limit."""
    project = write_project(folder)
    (project / "data" / "firms.csv").write_text(ROWS, "utf-8")
    (project / "ontology" / "mapping" / "firms.rml.ttl").write_text(FIRMS, "utf-8")
    with (project / "data" / "catalog.toml").open("a", encoding="utf-8") as catalog:
        catalog.write(DATASET)
    rewrite(project / "data" / "catalog.toml", 'base = "', f'whole_files_limit = {limit}\nbase = "')
    rewrite(project / "data" / "expectations.toml", "equals = 2", "at_least = 0")
    return project


Change = Callable[[Path], None]


def add(table: str, row: str) -> Change:
    """A change that adds a row."""

    def change(data: Path) -> None:
        with (data / table).open("a", encoding="utf-8") as file:
            file.write(row + "\n")

    return change


def replace(table: str, old: str, new: str) -> Change:
    """A change that puts one text for another, if it is there."""

    def change(data: Path) -> None:
        path = data / table
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return change


CHANGES: dict[str, Change] = {
    "a town more": add("towns.csv", "c,丙镇,77,s1"),
    "the same town from another source": add("towns.csv", "a,甲镇,1200,s2"),
    "a town with another spelling of a number": add("towns.csv", "a,甲镇,01200,s1"),
    "a town less": replace("towns.csv", "b,乙镇,,s2\n", ""),
    "a town renamed": replace("towns.csv", "甲镇", "申镇"),
    "a bad number": add("towns.csv", "d,丁镇,many,s1"),
    "a row too long": add("towns.csv", "e,戊镇,1,s1,too,many"),
    "an unknown source": add("towns.csv", "f,己镇,5,s7"),
    "that source becomes known": add("sources.csv", "s7,news,the seventh page"),
    "a grade confirms less": replace("grades.csv", "news,新闻,confirmed", "news,新闻,unconfirmed"),
    "a source gone": replace("sources.csv", "s2,news,the second page\n", ""),
    "another mapping": replace("../ontology/mapping/towns.rml.ttl", 'rml:language "zh"', 'rml:language "en"'),
    "a firm more": add("firms.csv", "f900,新公司,a,12,s1"),
    "a firm's number written otherwise": replace("firms.csv", ",a,5,s2", ",a,05,s2"),
    "firms less": replace("firms.csv", "别名,b,1,s2\n", "别名,b,1,s1\n"),
    "a town that firms name": add("towns.csv", "b,乙镇,,s1"),
    "a shape more": add(
        "../ontology/shapes.ttl",
        "<#Firm> a sh:NodeShape ; sh:targetClass ckg:Enterprise ; "
        "sh:property [ sh:path ckg:locatedIn ; sh:minCount 1 ; sh:class ckg:Place ] .",
    ),
    "nothing": lambda _: None,
}


@pytest.mark.slow
@given(st.sampled_from([500, 100_000]), st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_changes_give_what_a_build_from_nothing_gives(limit: int, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project, output = with_firms(Path(folder) / "project", limit), Path(folder) / "output"
        build(project, output=output)
        for name in names:
            CHANGES[name](project / "data")
            check(project, output)


@pytest.mark.slow
def test_articles_come_change_and_go(tmp_path: Path) -> None:
    first = "潍坊市元宇宙产业集群由歌尔股份有限公司领头，2023年产值达到345.6亿元，企业超过120家。\n"
    second = "烟台先进结构材料产业集群主营业务收入1000亿元以上。\n"
    texts = {"one.txt": first.encode(), "two.txt": second.encode(), "bad.pdf": b"%PDF-1.7 and nothing more"}
    project, output = tmp_path / "project", tmp_path / "output"
    only_first = {"one.txt": texts["one.txt"]}
    changed = texts | {"one.txt": first.replace("120", "130").encode()}
    for given_ in (only_first, texts, changed, only_first):
        shutil.rmtree(project, ignore_errors=True)
        articles.write_project(project, given_)
        check(project, output)


def test_only_what_changed_is_done(tmp_path: Path) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    assert "as before" not in say(project, output)["read"]
    add("towns.csv", "c,丙镇,77,s1")(project / "data")
    said = say(project, output)
    assert said["read"].endswith("4 tables as before")
    assert "the store is that of the release before" in said["load"]
    before, after = sorted((output / "releases").iterdir(), key=lambda path: path.stat().st_mtime)
    [part], [same] = ((folder / "parts").glob("firms-*") for folder in (before, after))
    assert part.samefile(same)


def test_an_unchanged_article_is_not_read_again(tmp_path: Path) -> None:
    text = "潍坊市元宇宙产业集群由歌尔股份有限公司领头，2023年产值达到345.6亿元，企业超过120家。\n"
    project = articles.write_project(tmp_path / "project", {"one.txt": text.encode()})
    assert "as before" not in say(project, tmp_path / "output")["extract"]
    add("figures.csv", "")(project / "data")
    assert "1 as before" in say(project, tmp_path / "output")["extract"]


def test_a_small_change_is_validated_where_it_is(tmp_path: Path) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    CHANGES["a shape more"](project / "data")
    add("towns.csv", "z,末镇,1,s1")(project / "data")
    assert "where it changed" not in say(project, output)["validate"]
    add("towns.csv", "c,丙镇,77,s1")(project / "data")
    assert say(project, output)["validate"].endswith("looked at where it changed")
    replace("towns.csv", "z,末镇,1,s1\n", "")(project / "data")
    assert say(project, output)["validate"].endswith("looked at where it changed")
    check(project, output)


def test_what_a_change_makes_wrong_elsewhere_is_found(tmp_path: Path) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    CHANGES["a shape more"](project / "data")
    replace("firms.csv", "f5,", "f5b,公司5b,b,1,s1\nf5,")(project / "data")
    assert check(project, output).folder
    CHANGES["a town less"](project / "data")
    refused = check(project, output)
    assert refused.folder is None
    assert {one.entity.rpartition("/")[2] for one in refused.violations} >= {"f5b"}
    add("towns.csv", "b,乙镇,,s2")(project / "data")
    assert check(project, output).folder


@pytest.mark.parametrize("damage", [b"", b"no JSON", b'[{"key": 1}]', b"[]"])
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path: Path, damage: bytes) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    build(project, output=output)
    (output / "cache" / "tables" / "index.json").write_bytes(damage)
    add("towns.csv", "c,丙镇,77,s1")(project / "data")
    check(project, output)


def test_a_changed_file_of_the_cache_is_noticed(tmp_path: Path) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    build(project, output=output)
    for path in (output / "cache" / "tables").glob("*.parquet"):
        path.write_bytes(b"PAR1")
    add("towns.csv", "c,丙镇,77,s1")(project / "data")
    assert "as before" not in say(project, output)["read"]
    check(project, output)


def test_the_cache_holds_what_the_latest_build_used_and_no_more(tmp_path: Path) -> None:
    project, output = with_firms(tmp_path / "project", 500), tmp_path / "output"
    for number in range(3):
        add("towns.csv", f"t{number},镇,77,s1")(project / "data")
        build(project, output=output)
    index = json.loads((output / "cache" / "tables" / "index.json").read_text("utf-8"))
    assert len(index) == 5
    names = {f"{unit['file']}-{table}.parquet" for unit in index for table in ("quads", "sourced", "named_sources")}
    parts = {unit["part"]["name"] for unit in index if unit["part"]}
    assert {path.name for path in (output / "cache" / "tables").iterdir()} == names | parts | {"index.json"}
