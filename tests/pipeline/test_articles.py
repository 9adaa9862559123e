"""Articles in a build: every fact with its sentence, a bad file loses no other, and an article goes as it came."""

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

import kg
from kg.pipeline.build import Build
from tests.articles import write_project

BASE = "https://w3id.org/cluster-kg/"
CKG = BASE + "ontology#"
NEWS = (
    "潍坊市元宇宙产业集群由歌尔股份有限公司领头，2023年产值达到345.6亿元，企业超过120家。\n"
    "安阳市新能源汽车产业集群力争到2027年营业收入突破500亿元。\n"
    "烟台先进结构材料产业集群主营业务收入1000亿元以上。\n"
    "临沂市木业产业集群未能入选名单。\n"
)
PAGE = (
    '<html><head><meta charset="gb2312"><title>青岛轨道交通</title><script>alert("x")</script></head><body>'
    "<h1>青岛轨道交通装备产业集群提速</h1>"
    "<p>青岛市<b>轨道交通装备</b>产业集群2022年产值达到1200亿元，集聚企业450余家。这个集群的发展在全国有很高的地位。</p>"
    "<p>业内人士表示，该集群的发展势头良好，未来可期，配套企业越来越多，产业链也越来越长。</p></body></html>"
)
HOSTILE = (
    "潍坊市<script>alert(1)</script>元宇宙产业集群2023年产值达到99亿元。\n"
    "淄博市新型功能材料产业集群由<img/src=x>甲有限公司领头，企业超过77家。\n"
)
ARTICLES = {
    "news.txt": NEWS.encode("gb18030"),
    "page.html": PAGE.encode("gb18030"),
    "hostile.txt": HOSTILE.encode(),
    "broken.pdf": b"%PDF-1.7 and nothing more",
    "empty.txt": b"",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with all articles."""
    return write_project(tmp_path_factory.mktemp("articles") / "project", ARTICLES)


@pytest.fixture(scope="module")
def result(project: Path) -> Build:
    """Its build."""
    return kg.build(project, output=project / "output")


@pytest.fixture(scope="module")
def graph(result: Build) -> Iterator[kg.Graph]:
    """Its release."""
    assert result.folder is not None, result.violations
    with kg.open(result.folder) as opened:
        yield opened


def rows(graph: kg.Graph, query: str = "sentences-of-articles") -> list[dict[str, str]]:
    """The answers of a query as texts."""
    return [{name: str(value) for name, value in row.items() if value is not None} for row in graph.query(query)]


def lines(result: Build) -> set[str]:
    """The facts of a release."""
    assert result.folder is not None, result.violations
    return set((result.folder / "graph.nt").read_text("utf-8").splitlines())


def original(name: str) -> str:
    """The text of an article as it was written."""
    return ARTICLES[name].decode("utf-8" if name == "hostile.txt" else "gb18030")


def test_a_bad_file_is_a_problem_and_loses_no_other(result: Build) -> None:
    assert result.exit_code == 1
    assert {problem.file for problem in result.problems} == {"data/articles/broken.pdf", "data/articles/empty.txt"}


def test_offsets_cut_the_quote_out_of_the_original(graph: kg.Graph) -> None:
    files = {Path(name).stem: name for name in ARTICLES}
    found = rows(graph)
    assert {row["article"].rpartition("/")[2] for row in found} == {"news", "page", "hostile"}
    for row in found:
        name = files[row["article"].rpartition("/")[2]]
        cut = original(name)[int(row["start"]) : int(row["end"])]
        if name == "page.html":
            cut = unescape(re.sub(r"<[^>]*>", "", cut))
        assert cut == row["sentence"]


def test_a_claim_says_where_it_stands_and_when_the_article_is_of(graph: kg.Graph) -> None:
    query = """
        SELECT ?locator ?confirmation ?date ?derived ?start ?end {
          GRAPH <graph/provenance> {
            ?claim prov:wasQuotedFrom <source/news> ; prov:wasDerivedFrom ?derived ; ckg:locator ?locator ;
              ckg:confirmation ?confirmation ; ckg:articleDate ?date ; <http://www.w3.org/ns/oa#hasTarget> ?target .
            ?target <http://www.w3.org/ns/oa#hasSource> <source/news> ; <http://www.w3.org/ns/oa#hasSelector> ?place .
            ?place <http://www.w3.org/ns/oa#start> ?start ; <http://www.w3.org/ns/oa#end> ?end } }"""
    found = rows(graph, query)
    assert found
    for row in found:
        assert row["locator"] == f"{BASE}data/articles/news.txt#char={row['start']},{row['end']}"
        assert (row["date"], row["derived"]) == ("2024-05-06", f"{BASE}source/news")
        assert row["confirmation"] == f"{BASE}confirmation/confirmed"


def test_unknown_things_get_ids_of_their_own_and_known_ones_keep_theirs(graph: kg.Graph) -> None:
    told = {
        (row["subject"].removeprefix(BASE), row["predicate"].removeprefix(CKG), row["object"].removeprefix(BASE))
        for row in rows(graph)
        if row["article"] == f"{BASE}source/news"
    }
    named = {value: subject for subject, predicate, value in told if predicate.endswith("#label")}
    new = named["潍坊市元宇宙产业集群"]
    assert new.startswith("cluster/text-")
    assert (new, "hasLeadEnterprise", named["歌尔股份有限公司"]) in told
    assert (new, "locatedIn", "place/370700") in told
    assert ("cluster/ndrc1-370600-structmat", "hasFigure", "figure/f009") in told
    assert "临沂市木业产业集群" in named
    assert not [one for one in told if one[1] == "partOfList"]


def test_a_new_figure_has_all_its_parts(graph: kg.Graph) -> None:
    query = """
        SELECT ?value ?unit ?comparator ?status ?period ?scope { ?cluster rdfs:label "潍坊市元宇宙产业集群"@zh ;
          ckg:hasFigure ?figure . ?figure ckg:indicator <indicator/output_value> ; ckg:value ?value ; ckg:unit ?unit ;
          ckg:comparator ?comparator ; ckg:status ?status ; ckg:scope ?scope
            OPTIONAL { ?figure ckg:period ?period } }"""
    [row] = rows(graph, query)
    assert Decimal(row["value"]) == Decimal("345.6")
    assert (row["unit"], row["comparator"]) == (f"{BASE}unit/yi-yuan", "=")
    assert (row["status"], row["period"], row["scope"]) == ("actual", "2023", "cluster")


def test_a_place_that_no_table_has_comes_with_those_above_it_and_its_source(graph: kg.Graph) -> None:
    query = """
        SELECT ?label ?province ?source ?locator {
          <place/410500> a ckg:City ; rdfs:label ?label ; ckg:inProvince ?province ; schema:containedInPlace ?province
          GRAPH <graph/provenance> { ?claim rdf:subject <place/410500> ; rdf:predicate rdfs:label ;
            prov:wasDerivedFrom ?source ; ckg:locator ?locator } }"""
    [row] = rows(graph, query)
    assert (row["label"], row["province"], row["source"]) == ("安阳市", f"{BASE}place/410000", f"{BASE}source/s111")
    assert row["locator"].startswith(f"{BASE}ontology/lexicon/places.csv#row=")


def test_what_does_not_enter_the_graph_is_in_review_csv(result: Build, graph: kg.Graph) -> None:
    assert result.folder is not None
    with (result.folder / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert {(row["subject"], row["predicate"], row["object"]) for row in found} >= {
        ("潍坊市元宇宙产业集群", "inSector", "元宇宙"),
    }
    for row in found:
        assert row["quote"]
        assert row["reason"]


def test_markup_in_a_text_stays_text(result: Build) -> None:
    assert result.folder is not None
    for name in ("graph.html", "report.html"):
        page = (result.folder / name).read_text("utf-8")
        assert "<script>alert" not in page
        assert "<img/src" not in page


def test_the_sentence_is_a_click_away(result: Build, graph: kg.Graph) -> None:
    sentence = NEWS.splitlines()[0]
    assert result.folder is not None
    for name in ("graph.html", "report.html", "facts.csv"):
        assert sentence in (result.folder / name).read_text("utf-8-sig"), name
    from kg.view.explain import explain

    told = explain(graph, "歌尔股份有限公司")
    assert f"“{sentence}”" in told
    assert "articles/news.txt 第 0–48 字" in told


def test_each_fact_stands_once_and_every_quote_is_kept(graph: kg.Graph, result: Build) -> None:
    text = (graph.folder / "graph.nt").read_text("utf-8").splitlines()
    assert len(text) == len(set(text))
    assert not [line for line in text if "articleDate" in line or "hasTarget" in line]


def test_building_again_changes_nothing(project: Path, result: Build) -> None:
    again = kg.build(project, output=project / "output")
    assert (again.release_id, again.changed) == (result.release_id, False)


def test_removing_an_article_removes_exactly_its_facts(tmp_path: Path, result: Build) -> None:
    rest = {name: content for name, content in ARTICLES.items() if name != "news.txt"}
    less = kg.build(write_project(tmp_path / "less", rest), output=tmp_path / "less" / "output")
    none = kg.build(write_project(tmp_path / "none", {}), output=tmp_path / "none" / "output")
    alone = {"news.txt": ARTICLES["news.txt"]}
    only = kg.build(write_project(tmp_path / "only", alone), output=tmp_path / "only" / "output")
    about_sources = "/source/"
    gone = {line for line in lines(result) - lines(less) if about_sources not in line.split(" ")[0]}
    brought = {line for line in lines(only) - lines(none) if about_sources not in line.split(" ")[0]}
    assert gone == brought
    assert gone
    assert none.folder is not None
    assert not (none.folder / "review.csv").exists()


def test_a_restatement_never_confirms(tmp_path: Path) -> None:
    built = kg.build(
        write_project(tmp_path / "project", {"news.txt": ARTICLES["news.txt"]}, grade="restatement"),
        output=tmp_path / "output",
    )
    assert built.folder is not None
    with kg.open(built.folder) as opened:
        query = """SELECT DISTINCT ?confirmation { GRAPH <graph/provenance> {
            ?claim prov:wasQuotedFrom <source/news> ; ckg:confirmation ?confirmation } }"""
        assert [row["confirmation"] for row in rows(opened, query)] == [f"{BASE}confirmation/unconfirmed"]
