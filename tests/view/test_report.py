"""The report says what the release says, in a page that nothing in the data can make do anything."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.export.card import DatasetInfo
from kg.model import Expectation, Measured, Problem, Violation
from kg.view.report import (
    SHOWN_PROBLEMS,
    ReportData,
    Run,
    collect,
    is_web_address,
    render_html,
    render_json,
    shown,
)
from tests.export import small

EVIL = "<script>alert('x')</script>\"'&{{ 7 * 7 }}\u202e"


class Page(HTMLParser):
    """Elements with their attributes, and the text, of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def quads() -> list[ox.Quad]:
    """Three lists; two clusters on the first, one of them on the second too, and a firm with a legal name."""
    found = small.graph()
    for number, size in (("l1", "66"), ("l2", "2"), ("l3", "1")):
        found += [small.quad(f"list/{number}", small.TYPE, small.ckg("List"))]
        found += [small.quad(f"list/{number}", small.LABEL, small.zh(f"名单 {number}"))]
        found += [small.quad(f"list/{number}", small.ckg("size"), small.typed(size, "integer"))]
    found += [small.quad("cluster/c1", small.ckg("partOfList"), small.iri(f"list/{one}")) for one in ("l1", "l2")]
    found += [
        small.quad("cluster/c2", small.TYPE, small.ckg("Cluster")),
        small.quad("cluster/c2", small.LABEL, small.zh("乙")),
        small.quad("cluster/c2", small.ckg("partOfList"), small.iri("list/l1")),
        small.quad("cluster/c2", small.ckg("inCity"), small.iri("place/110000")),
        small.quad("enterprise/e1", small.iri("https://schema.org/legalName"), small.zh("万华化学集团股份有限公司")),
        small.quad("enterprise/e1", small.ckg("legalNameConfirmation"), small.iri("confirmation/unconfirmed")),
    ]
    label = next(one for one in found if one.subject == small.iri("cluster/c2") and one.predicate == small.LABEL)
    return found + small.claim("4", label, "unsourced", "unconfirmed")


RUN = Run(
    problems=(Problem("map", "clusters.csv", 12, "370699", "no place of this key"),),
    counts=(Measured(Expectation("n", {"zh": "六十六", "en": "sixty-six"}, "", equals=66), 66),),
    datasets=(DatasetInfo("clusters", "clusters.csv", {"zh": "集群", "en": "clusters"}, "statement", 66, 800),),
    shapes=3,
    targets=40,
    checks=2,
    licence="CC0-1.0",
    versions={"duckdb": "2.0.0"},
)


def data(folder: Path, run: Run = RUN, found: list[ox.Quad] | None = None) -> ReportData:
    content = small.release(folder, quads() if found is None else found)
    return collect(content.store, content.manifest, run)


def test_it_counts_entities_by_class(tmp_path: Path) -> None:
    classes = {one.key: one.count for one in data(tmp_path).classes}
    assert classes == {"List": 3, "Cluster": 2, "Source": 2, "City": 1, "Confirmation": 1, "Enterprise": 1}


def test_an_entity_counts_as_its_most_special_class(tmp_path: Path) -> None:
    above = ox.Quad(
        small.ckg("City"),
        small.iri("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
        small.ckg("Place"),
        small.iri("graph/ontology"),
    )
    found = [*quads(), above, small.quad("place/370600", small.TYPE, small.ckg("Place"))]
    assert "Place" not in {one.key for one in data(tmp_path, found=found).classes}


def test_it_counts_confirmation(tmp_path: Path) -> None:
    report = data(tmp_path)
    assert [(part.key, part.count) for part in report.claims.parts] == [
        ("confirmed", 2),
        ("confirmed-by-repost", 1),
        ("unconfirmed", 1),
    ]
    assert [(part.key, part.count) for part in report.legal_names.parts] == [("unconfirmed", 1)]


def test_clusters_are_confirmed_as_stated_or_as_their_name_is_claimed(tmp_path: Path) -> None:
    first, second = data(tmp_path).clusters
    assert first.labels == {"zh": "名单 l1"}
    assert [(part.key, part.count) for part in first.parts] == [("confirmed", 1), ("unconfirmed", 1)]
    assert [(part.key, part.count) for part in second.parts] == [("confirmed", 1)]


def test_it_counts_sources(tmp_path: Path) -> None:
    report = data(tmp_path)
    assert report.backed_by == ((0, 1), (1, 1), (2, 1))
    assert {(one.key, one.sources, one.claims) for one in report.grades} == {("news", 1, 2), ("repost", 1, 1)}
    assert [(one.id, one.claims) for one in report.sources] == [("s1", 2), ("s2", 1)]


def test_lists_overlap_in_cities(tmp_path: Path) -> None:
    report = data(tmp_path)
    assert [(one.labels["zh"], one.size, one.clusters, one.cities) for one in report.lists] == [
        ("名单 l1", 66, 2, 2),
        ("名单 l2", 2, 1, 1),
        ("名单 l3", 1, 0, 0),
    ]
    assert report.overlap == ((2, 1, 0), (1, 1, 0), (0, 0, 0))
    assert [(one.labels["zh"], one.lists) for one in report.shared_cities] == [("烟台市", (0, 1))]


def test_the_page_shows_what_was_counted(tmp_path: Path) -> None:
    words = Page(render_html(data(tmp_path))).words
    for text in ("测试", "Test", "名单 l1", "烟台市", "六十六", "sixty-six", "370699", "no place of this key", "2.0.0"):
        assert text in words


JUDGED = """
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix ckg: <https://w3id.org/cluster-kg/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
GRAPH <graph/provenance> {
    <claim/9> rdf:subject <cluster/c1> ; rdf:predicate ckg:hasLeadEnterprise ; rdf:object <enterprise/e1> ;
        prov:wasQuotedFrom <source/s1> ; prov:wasDerivedFrom <source/s1> ; oa:hasTarget <target/t> ;
        ckg:rule "beside" ; ckg:confidence "0.5" ; ckg:judgedBy "Li<b>" ; ckg:judgedOn "2026-05-06" .
    <target/t> oa:hasSelector <selector/w> , <selector/p> . <selector/w> oa:exact "万华化学领头。" .
    <selector/p> oa:start 3 ; oa:end 10 .
}
"""


def test_who_let_a_fact_of_an_article_in_is_shown_with_its_sentence(tmp_path: Path) -> None:
    judged = list(ox.parse(JUDGED, ox.RdfFormat.TRIG, base_iri=small.BASE))
    words = Page(render_html(data(tmp_path, found=[*quads(), *judged]))).words
    assert "万华化学领头。" in words
    assert "Li<b> 于 2026-05-06 认定" in words
    assert "decided by Li<b> on 2026-05-06" in words


def test_the_page_needs_nothing_and_runs_nothing(tmp_path: Path) -> None:
    html = render_html(data(tmp_path))
    page = Page(html)
    assert page.tags().isdisjoint({"script", "iframe", "object", "embed", "form", "link", "img", "base"})
    assert not page.values("src")
    assert not page.values("style")
    assert all(href.startswith("#") for href in page.values("href") if href != "https://example.com/1")
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [value for value in page.values("content") if "default-src" in value]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {"#hatch", "#dots"}


def test_only_addresses_of_government_and_news_are_links(tmp_path: Path) -> None:
    found = [*quads(), small.quad("source/s2", small.ckg("address"), ox.Literal("https://copied.example/2"))]
    page = Page(render_html(data(tmp_path, found=found)))
    assert [href for href in page.values("href") if not href.startswith("#")] == ["https://example.com/1"]
    assert "https://copied.example/2" in page.words


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "//example.com",
        "https://user@example.com/",
        "https://a b",
        "https://[",
        "https://example.com/\u202e",
        'https://example.com/"onclick=',
        "file:///etc/passwd",
    ],
)
def test_other_addresses_are_never_links(address: str) -> None:
    assert not is_web_address(address)


def evil_run() -> Run:
    """Every text of the run is hostile."""
    return Run(
        problems=(Problem(EVIL, EVIL, 1, EVIL, EVIL),),
        violations=(Violation(EVIL, EVIL, EVIL, EVIL, label=EVIL, rows=(EVIL,)),),
        counts=(Measured(Expectation(EVIL, {"zh": EVIL, "en": EVIL + "2"}, EVIL, at_least=1, at_most=2), 3),),
        datasets=(DatasetInfo(EVIL, EVIL, {"": EVIL}, EVIL, 1, 1, EVIL, EVIL, EVIL),),
        licence=EVIL,
        stages=((EVIL, EVIL),),
        versions={EVIL: EVIL},
    )


def test_hostile_texts_are_inert_wherever_they_stand(tmp_path: Path) -> None:
    labels = [
        small.quad(one, small.LABEL, ox.Literal(EVIL, language=language))
        for one in ("list/l1", "place/370600", "grade/news", "confirmation/confirmed", "source/s1")
        for language in ("zh", "en")
    ]
    levels = [small.quad("list/l1", small.ckg(name), ox.Literal(EVIL)) for name in ("level", "announced")]
    address = small.quad("source/s1", small.ckg("address"), ox.Literal(EVIL))
    report = data(tmp_path, evil_run(), [*quads(), *labels, *levels, address])
    release = replace(report.release, title={"zh": EVIL, "en": EVIL}, id=EVIL, base=EVIL, version=EVIL)
    page = Page(render_html(replace(report, release=release)))
    assert "script" not in page.tags()
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.words.count("<script>alert('x')</script>\"'&{{ 7 * 7 }}") > 20
    assert "49" not in page.words


def test_an_empty_release_says_so(tmp_path: Path) -> None:
    page = Page(render_html(data(tmp_path, Run(), [])))
    for text in (
        "The graph is empty.",
        "No clusters.",
        "No sources.",
        "No lists.",
        "None: every row was used.",
        "No tables.",
    ):
        assert text in page.words


def test_a_release_with_violations_shows_them(tmp_path: Path) -> None:
    violation = Violation("a cluster has a place", "cluster/c9", "it has none", rows=("clusters.csv#row=5",))
    page = Page(render_html(data(tmp_path, Run(violations=(violation,)))))
    for text in ("Violations: 1;", "cluster/c9", "it has none", "clusters.csv#row=5"):
        assert text in page.words


def test_many_problems_are_cut_and_the_page_says_where_the_rest_is(tmp_path: Path) -> None:
    problems = tuple(Problem("map", "x.csv", line, "v", "r") for line in range(SHOWN_PROBLEMS + 7))
    report = data(tmp_path, Run(problems=problems))
    html = render_html(report)
    assert html.count("x.csv") == SHOWN_PROBLEMS
    assert f"These are the first {SHOWN_PROBLEMS}." in Page(html).words
    assert len(json.loads(render_json(report))["run"]["problems"]) == SHOWN_PROBLEMS + 7


def test_json_holds_the_same(tmp_path: Path) -> None:
    report = data(tmp_path)
    found = json.loads(render_json(report))
    assert found["release"]["id"] == "0123456789abcdef"
    assert found["overlap"] == [[2, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert found["run"]["problems"][0]["reason"] == "no place of this key"
    assert list(found) == sorted(found)


def test_every_text_has_both_languages(tmp_path: Path) -> None:
    html = render_html(data(tmp_path))
    assert html.count('<span class="zh">') == html.count('<span class="en" lang="en">') > 50


def test_shown_spells_out_what_cannot_be_seen() -> None:
    assert shown("a\tb\u200f\x00") == "a\\u0009b\\u200f\\u0000"
    assert shown("x" * 400) == "x" * 300 + "…"


RENDER_AGAIN = """
import sys
from pathlib import Path
from tests.view.test_report import data
from kg.view.report import render_html, render_json
report = data(Path(sys.argv[1]))
sys.stdout.buffer.write((render_html(report) + render_json(report)).encode())
"""


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    outputs = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", RENDER_AGAIN, str(tmp_path / seed)]
        outputs.add(subprocess.run(command, check=True, env=environment, capture_output=True).stdout)
    assert len(outputs) == 1


def test_the_bundled_report(release_folder: Path) -> None:
    report = json.loads((release_folder / "report.json").read_text("utf-8"))
    assert report["run"]["violations"] == []
    assert all(one["met"] for one in report["run"]["counts"])
    assert len(report["lists"]) > 10
    assert len((release_folder / "report.html").read_bytes()) < 200_000
