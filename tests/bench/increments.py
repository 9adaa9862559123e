"""One article more beside a large table: `python -m tests.bench increments [ROWS]`.

A project with articles and one large table is built from nothing, then again with one article more, then with one row
of a small table changed, then with one row of the large table gone.
"""

import argparse
import json
import tempfile
from pathlib import Path

from tests.articles import write_project
from tests.bench.projects import FIRMS, write_firms
from tests.bench.support import OURS, Run, generate, measured, show
from tests.projects import rewrite

FIRST = "潍坊市元宇宙产业集群由歌尔股份有限公司领头，2023年产值达到345.6亿元，企业超过120家。\n"
SECOND = "烟台先进结构材料产业集群主营业务收入1000亿元以上。\n"
LARGE = 20_000
CATALOG = """
[[dataset]]
id = "firms"
file = "firms.csv"
mapping = "firms.rml.ttl"
title = "firms"
evidence = "entity"
source = "source_id"
"""
YARDSTICK = "from nothing"


def run(arguments: list[str]) -> None:
    """Builds four times, and prints a table and the stages of each build."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        project = _write(place / "project", generate(place / "tables", options.rows))
        runs = {YARDSTICK: _build(project)}
        _add_article(project)
        runs["one article more"] = _build(project)
        rewrite(project / "data" / "figures.csv", ",>=,", ",=,")
        runs["a small table changed"] = _build(project)
        _drop_last(project / "data" / "firms.csv")
        runs["a row of the large table gone"] = _build(project)
    show("increments", runs, yardstick=YARDSTICK)


def _write(folder: Path, tables: Path) -> Path:
    project = write_project(folder, {"first.txt": FIRST.encode()})
    (project / "ontology" / "mapping" / "firms.rml.ttl").write_text(_in_other_terms(FIRMS), "utf-8")
    source = (project / "data" / "sources.csv").read_text("utf-8").splitlines()[1].partition(",")[0]
    write_firms(project / "data" / "firms.csv", tables, sources=(source, source))
    catalog = project / "data" / "catalog.toml"
    rewrite(catalog, 'base = "', f'whole_files_limit = {LARGE}\nbase = "')
    catalog.write_text(catalog.read_text("utf-8") + CATALOG, "utf-8")
    return project


def _in_other_terms(mapping: str) -> str:
    """The same mapping in terms that no shape of the bundled ontology describes."""
    return mapping.replace("https://w3id.org/cluster-kg/ontology#", "https://example.org/terms#")


def _add_article(project: Path) -> None:
    (project / "data" / "articles" / "second.txt").write_text(SECOND, "utf-8")
    with (project / "data" / "catalog.toml").open("a", encoding="utf-8") as catalog:
        catalog.write('\n[[article]]\nid = "second"\nfile = "articles/second.txt"\ndate = 2024-05-07\n')
    with (project / "data" / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write("second,text,news,second.txt,,,\n")


def _drop_last(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))


def _build(project: Path) -> Run:
    output = project / "output"
    done = measured([*OURS, "build", project, "-o", output])
    manifest = json.loads((output / "latest" / "manifest.json").read_text("utf-8"))
    print(json.loads((output / "latest" / "build.json").read_text("utf-8"))["seconds"])
    return done.of(manifest["triples"])


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="increments", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    return parser.parse_args(arguments)
