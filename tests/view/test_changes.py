"""What changed, in words a person reads: text, Markdown, JSON and changes.html; no label can make it do anything."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kg
from kg.errors import KgError
from kg.store.counts import count_changes
from kg.store.diff import Difference, Side, compare
from kg.store.history import Record
from kg.view import changes as changes_module
from kg.view import difference as difference_module
from kg.view.changes import Changes, words
from kg.view.changes_page import PageData, render_changes, write_changes
from kg.view.difference import as_json, escaped, markdown, text
from tests.projects import rewrite, write_project
from tests.store.releases import lines_of, write_release
from tests.view.test_report import EVIL, Page

COMMON = """
<source/s1> a ckg:Source ; ckg:grade <grade/news> ; ckg:address "第一页" .
<source/s2> a ckg:Source ; ckg:grade <grade/news> ; ckg:address "第二页" .
<grade/news> rdfs:label "新闻"@zh , "news"@en .
<confirmation/confirmed> rdfs:label "已证实"@zh , "confirmed"@en .
<indicator/revenue> rdfs:label "营业收入"@zh , "revenue"@en .
GRAPH <graph/ontology> {
    rdfs:label rdfs:label "名称"@zh , "label"@en . ckg:Cluster rdfs:label "产业集群"@zh , "cluster"@en .
    ckg:hasFigure rdfs:label "有指标值"@zh , "has figure"@en . ckg:hasMember rdfs:label "成员"@zh , "has member"@en .
}
"""
BEFORE = """
<cluster/a> a ckg:Cluster ; rdfs:label "甲集群"@zh ; ckg:hasMember <enterprise/x> ; ckg:hasFigure <figure/f> .
<figure/f> a ckg:Figure ; ckg:indicator <indicator/revenue> ; ckg:value 1000 ; ckg:sourceValue "1000" .
<cluster/gone> a ckg:Cluster ; rdfs:label "旧集群"@zh .
<cluster/same> a ckg:Cluster ; rdfs:label "不变"@zh .
"""
AFTER = """
<cluster/a> a ckg:Cluster ; rdfs:label "甲乙集群"@zh ; ckg:hasMember <enterprise/x> , <enterprise/y> ;
    ckg:hasFigure <figure/f> .
<figure/f> a ckg:Figure ; ckg:indicator <indicator/revenue> ; ckg:value 1200.50 ; ckg:sourceValue "1200.50" .
<enterprise/y> a ckg:Enterprise ; rdfs:label "新公司"@zh .
<cluster/same> a ckg:Cluster ; rdfs:label "不变"@zh .
"""


def claims(*rows: tuple[str, str, str, str, int]) -> str:
    """Claims: subject, predicate, value, source, row."""
    body = "".join(
        f"<claim/{hashlib.sha1('|'.join(row[:4]).encode()).hexdigest()}> a ckg:Claim ; rdf:subject {row[0]} ; "
        f"rdf:predicate {row[1]} ; rdf:object {row[2]} ; prov:wasDerivedFrom <source/{row[3]}> ; "
        f"ckg:confirmation <confirmation/confirmed> ; ckg:locator <data/t.csv#row={row[4]}> .\n"
        for row in rows
    )
    return f"GRAPH <graph/provenance> {{ {body} }}"


CLAIMS_BEFORE = claims(
    ("<cluster/a>", "ckg:hasMember", "<enterprise/x>", "s1", 2),
    ("<cluster/a>", "ckg:hasFigure", "<figure/f>", "s1", 3),
    ("<cluster/same>", "rdfs:label", '"不变"@zh', "s1", 4),
)
CLAIMS_AFTER = claims(
    ("<cluster/a>", "ckg:hasMember", "<enterprise/x>", "s1", 2),
    ("<cluster/a>", "ckg:hasMember", "<enterprise/x>", "s2", 9),
    ("<cluster/a>", "ckg:hasMember", "<enterprise/y>", "s2", 10),
    ("<cluster/a>", "ckg:hasFigure", "<figure/f>", "s1", 3),
    ("<cluster/same>", "rdfs:label", '"不变"@zh', "s1", 5),
)

TEXT = """\
before → after
  实体  +1 −1 ~2
  事实  +6 −5
  陈述  +2 ~1
  按类
    产业集群  −1 ~1 (事实 +2 −3)
    Figure  ~1 (事实 +2 −2)
    Enterprise  +1 (事实 +2)

~ 甲乙集群 (产业集群, cluster/a)
    ~ 名称: 甲集群 → 甲乙集群
        没有记录来源
    ~ 有指标值: 营业收入 1000 → 营业收入 1200.50
        [已证实] 新闻 · s1 · 第一页 · t.csv 第 3 行
    + 成员: 新公司（enterprise/y）
        [已证实] 新闻 · s2 · 第二页 · t.csv 第 10 行
    = 成员: enterprise/x
        新增来源: [已证实] 新闻 · s2 · 第二页 · t.csv 第 9 行

− 旧集群 (产业集群, cluster/gone)
    − 名称: 旧集群
        没有记录来源

+ 新公司 (ckg:Enterprise, enterprise/y)
    + 名称: 新公司
        没有记录来源

另有 1 条事实只是表中行号变了"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return releases(tmp_path_factory.mktemp("changes"), BEFORE + CLAIMS_BEFORE, AFTER + CLAIMS_AFTER)


def releases(folder: Path, before: str, after: str) -> tuple[Path, Path]:
    common = {"common": lines_of(COMMON)}
    one, two = (
        write_release(folder / name, {"x": lines_of(trig)} | common)
        for name, trig in (("before", before), ("after", after))
    )
    return one, two


@contextmanager
def difference(pair: tuple[Path, Path]) -> Iterator[Difference]:
    with compare(*map(Side.find, pair)) as found:
        yield found


def told(pair: tuple[Path, Path], language: str = "zh", *, everything: bool = False) -> str:
    with difference(pair) as found:
        return "\n".join(text(found, count_changes(found), language, everything=everything))


def test_the_text_tells_what_is_new_gone_and_changed(pair: tuple[Path, Path]) -> None:
    assert told(pair) == TEXT


def test_the_same_in_english(pair: tuple[Path, Path]) -> None:
    found = told(pair, "en")
    for sentence in (
        "entities  +1 −1 ~2",
        "~ has figure: revenue 1000 → revenue 1200.50",
        "new source: [confirmed] news",
    ):
        assert sentence in found
    assert words("zh").keys() == words("en").keys()
    with pytest.raises(KgError, match="no language 'fr'"):
        told(pair, "fr")


def test_backwards_what_was_new_is_gone(pair: tuple[Path, Path]) -> None:
    found = told((pair[1], pair[0]))
    assert "− 新公司 (ckg:Enterprise, enterprise/y)" in found
    assert "失去来源: [已证实] 新闻 · s2 · 第二页 · t.csv 第 9 行" in found
    assert "− 成员: 新公司（enterprise/y）\n        [已证实] 新闻 · s2" in found


def test_nothing_changed(pair: tuple[Path, Path]) -> None:
    assert told((pair[0], pair[0])) == "before → before\n没有差别。"


def test_a_file_against_a_release(pair: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text(
        "<https://example.org/cluster/gone> a <https://w3id.org/cluster-kg/ontology#Cluster> ."
    )
    found = told((pair[0], tmp_path / "x.ttl"))
    assert "只含事实" in found
    assert "~ cluster/gone (ckg:Cluster, cluster/gone)" in found
    assert "− 名称: 旧集群" in found
    assert "营业收入 1000" in found


def test_json_holds_everything(pair: tuple[Path, Path]) -> None:
    with difference(pair) as found:
        content = json.loads("".join(as_json(found, count_changes(found), "en")))
    assert (content["from"], content["to"], content["counts"]["claims"]) == (
        "before",
        "after",
        {"added": 2, "changed": 1},
    )
    [cluster, gone, new] = content["entities"]
    assert (cluster["id"], cluster["change"], gone["change"], new["change"]) == ("cluster/a", "~", "-", "+")
    [stayed] = [fact for fact in cluster["facts"] if fact["change"] == "="]
    assert [one["source"] for one in stayed["gained"]] == ["s2"]
    assert stayed["gained"][0]["rows"] == ["t.csv#row=9"]
    assert stayed["lost"] == []


def test_markdown_of_hostile_labels_is_text(tmp_path: Path) -> None:
    evil = f'<cluster/e> a ckg:Cluster ; rdfs:label """{EVIL} [x](javascript:y) `|*_\\u001b[31m\\n# h"""@zh .'
    with difference(releases(tmp_path, BEFORE, BEFORE + evil)) as found:
        lines = "\n".join(markdown(found, count_changes(found), "zh")).splitlines()
        plain = "\n".join(text(found, count_changes(found), "zh"))
    assert "\\<script\\>alert\\('x'\\)\\</script\\>" in "\n".join(lines)
    assert "\\[x\\]\\(javascript\\:y\\)" in "\n".join(lines)
    assert [line for line in lines if line.startswith("#")] == [
        lines[0],
        next(one for one in lines if "## 新增" in one),
    ]
    assert "\x1b" not in "\n".join(lines) + plain
    assert "\u202e" not in "\n".join(lines) + plain
    assert escaped("http://a") == "http\\://a"


def test_what_is_not_told_is_said(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference_module, "ENTITIES_TOLD", 1)
    monkeypatch.setattr(changes_module, "FACTS_TOLD", 2)
    short = told(pair)
    assert "……另有 2 项变化" in short
    assert short.endswith(words("zh")["more"])
    assert told(pair, everything=True) == TEXT
    monkeypatch.setattr(changes_module, "LOOKED_AT", 3)
    assert told(pair).endswith(words("zh")["more"])
    assert told(pair, everything=True) == TEXT


def test_more_facts_than_memory_should_hold_are_counted(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes_module, "HELD", 1)
    with difference(pair) as found:
        assert sum(entity.more for entity in Changes(found).entities("zh")) > 0


def page(folder: Path, previous: Path | None) -> Page:
    write_changes(folder, previous)
    return Page((folder / "changes.html").read_text("utf-8"))


def test_the_page_tells_the_same_in_both_languages(pair: tuple[Path, Path]) -> None:
    found = page(pair[1], pair[0])
    for sentence in (
        "甲乙集群",
        "营业收入 1200.50",
        "新公司",
        "new source",
        "[confirmed] news · s2",
        "旧集群",
        "before",
    ):
        assert sentence in found.words


def test_the_page_is_inert(tmp_path: Path) -> None:
    evil = EVIL.replace('"', '\\"').replace("\u202e", "\\u202e")
    trig = f'<cluster/e> a ckg:Cluster ; rdfs:label "{evil}"@zh ; ckg:note "{evil}" .'
    before, after = releases(tmp_path, BEFORE, BEFORE + trig)
    found = page(after, before)
    html = (after / "changes.html").read_text("utf-8")
    assert found.tags().isdisjoint({"script", "iframe", "object", "embed", "form", "link", "img", "base"})
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert not found.values("src")
    assert not found.values("style")
    assert all(href.startswith("#") for href in found.values("href"))
    assert "<script>alert('x')</script>\"'&{{ 7 * 7 }}" in found.words
    assert "\u202e" not in html
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [value for value in found.values("content") if "default-src" in value]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_page_of_the_first_release_and_of_one_without_changes(pair: tuple[Path, Path]) -> None:
    assert "This is the first release" in page(pair[1], None).words
    assert "No statement changed" in page(pair[0], pair[0]).words


def test_a_damaged_release_before_is_said_and_stops_nothing(pair: tuple[Path, Path], tmp_path: Path) -> None:
    broken = write_release(tmp_path / "broken", {"y": lines_of("<a> a ckg:Place .")})
    for path in (broken / "parts").iterdir():
        path.unlink()
    assert "the release is damaged: it has no parts" in page(pair[1], broken).words
    assert "there is no such file, folder or release" in page(pair[1], tmp_path / "nothing").words


def test_the_page_says_where_the_rest_is(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.view.changes_page.ENTITIES_SHOWN", 1)
    assert "kg diff --all before after" in page(pair[1], pair[0]).words


def test_a_hostile_manifest_is_inert(pair: tuple[Path, Path]) -> None:
    from dataclasses import replace

    from kg.store.release import Manifest

    release = replace(Manifest.read(pair[0]), id=EVIL, title={"zh": EVIL})
    found = Page(render_changes(PageData(release, before=EVIL, reason=EVIL)))
    assert "script" not in found.tags()
    assert found.words.count("alert('x')") >= 4


def test_a_build_tells_what_is_new_since_the_release_before(tmp_path: Path) -> None:
    project, output = write_project(tmp_path / "p"), tmp_path / "out"
    first = kg.build(project, output=output)
    assert first.folder
    assert "This is the first release" in (first.folder / "changes.html").read_text("utf-8")
    rewrite(project / "data/towns.csv", "1200", "1300")
    second = kg.build(project, output=output)
    assert second.folder
    html = (second.folder / "changes.html").read_text("utf-8")
    assert "<del><bdi>1200</bdi></del> → <ins><bdi>1300</bdi></ins>" in html
    record = Record.read(second.folder)
    assert record.previous == first.release_id
    assert record.changes
    assert record.changes.facts.to_json() == {"added": 1, "removed": 1}
    again = kg.build(project, output=output, force=True)
    assert again.folder
    assert again.folder != second.folder
    assert (again.folder / "changes.html").read_text("utf-8") == html
    assert Record.read(again.folder).previous == first.release_id
