"""The graph page: what it carries, how it opens, and that nothing in the data can become program or markup."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

import kg
from kg.errors import KgError, NotFoundError, PublishError
from kg.view import graph_html
from kg.view.around import read_around
from kg.view.graph_html import render, script_json, write_page
from tests.view.invented import BASE, JUDGED, MANIFEST, invented, quoted

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><!--<script>",
    "{{ 7 * 7 }}{% raw %}",
    "line\nbreak\r\u2028\u2029\u0085",
    "\u202eesrever\u2066",
    "__proto__",
    "constructor",
    "`${alert(1)}`\\u003c",
)


class Parsed(HTMLParser):
    """The scripts, styles and elements of a page, as a browser would take it apart."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.raw:
            self._inside = tag
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside][-1] += data

    @property
    def payload(self) -> Any:
        """What the page carries."""
        kinds = [attributes.get("type") for tag, attributes in self.elements if tag == "script"]
        return json.loads(self.raw["script"][kinds.index("application/json")])


def page_of(extra: str = "", *, clusters: bool = True, focus: str | None = None, hops: int = 1) -> str:
    entities, labels = invented(extra=extra, clusters=clusters)
    return render(entities, labels, MANIFEST, focus=focus, hops=hops)


def drawn(payload: Any) -> set[str]:
    return {payload["entities"]["id"][node[0]] for node in payload["network"]["nodes"]}


def test_it_opens_on_fields_provinces_and_the_clusters_that_have_both() -> None:
    payload = Parsed(page_of()).payload
    assert drawn(payload) == {
        "sector/field/f1", "sector/field/f2", "place/110000", "place/370000", "cluster/c1", "cluster/c2",
    }  # fmt: skip
    edges = {tuple(sorted(payload["entities"]["id"][end] for end in edge)) for edge in payload["network"]["edges"]}
    assert ("cluster/c1", "sector/field/f1") in edges
    assert ("cluster/c2", "place/370000") in edges


def test_every_arrangement_places_every_mark_once() -> None:
    payload = Parsed(page_of()).payload
    marks = {str(node[0]) for node in payload["network"]["nodes"]}
    assert set(payload["places"]) == {"map", "field", "map tall", "field tall"}
    for places in payload["places"].values():
        assert set(places) == marks
        assert len({tuple(place) for place in places.values()}) == len(marks)


def test_facts_keep_their_evidence() -> None:
    payload = Parsed(page_of()).payload
    cluster = payload["entities"]["id"].index("cluster/c2")
    enterprise = payload["entities"]["id"].index("enterprise/e1")
    (evidence,) = [fact[2] for fact in payload["entities"]["facts"][cluster] if fact[1] == enterprise]
    (backing,) = [payload["backings"][number] for number in payload["evidence"][evidence]]
    assert backing == ["s1", "confirmed", ["table.csv#row=3"], ""]
    assert payload["sources"]["s1"] == ["repost", "http://example.org/page"]
    assert payload["grades"]["repost"] == ["转载", "repost"]


def test_who_decided_when_and_why_is_carried() -> None:
    payload = Parsed(page_of(JUDGED)).payload
    (backing,) = [row for row in payload["backings"] if row[2] == ["judgements.csv#row=2"]]
    assert backing[4:] == ["", "", "", "", "Li", "2026-05-06", "两家 <b>公司</b>"]


def test_a_record_shares_the_evidence_of_what_points_at_it() -> None:
    payload = Parsed(page_of()).payload
    figure = payload["entities"]["id"].index("figure/g1")
    assert payload["entities"]["confirmation"][figure] == "confirmed-by-repost"
    assert all(payload["evidence"][fact[2]] for fact in payload["entities"]["facts"][figure])


def test_filters_reach_what_belongs_to_a_cluster() -> None:
    payload = Parsed(page_of()).payload
    number = payload["entities"]["id"].index
    facets = payload["facets"]
    assert facets["province"][str(number("enterprise/e1"))] == [number("place/370000")]
    assert facets["province"][str(number("place/370100"))] == [number("place/370000")]
    assert facets["field"][str(number("sector/direction/d1"))] == [number("sector/field/f1")]
    assert facets["list"][str(number("figure/g1"))] == [number("list/l1")]
    assert str(number("indicator/revenue")) not in facets["list"]


def test_other_names_can_be_searched() -> None:
    payload = Parsed(page_of()).payload
    number = payload["entities"]["id"].index
    assert payload["entities"]["names"][str(number("cluster/c2"))] == ["寅市乙集群"]
    assert payload["entities"]["names"][str(number("enterprise/e1"))] == ["卯化学股份有限公司"]


def test_the_same_input_gives_the_same_bytes_in_another_process_with_another_hash_seed() -> None:
    program = (
        "import hashlib; from tests.view.test_graph_html import page_of; "
        "print(hashlib.sha256(page_of().encode()).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    assert digests == {hashlib.sha256(page_of().encode()).hexdigest() + "\n"}


def test_nothing_is_loaded_and_only_hashed_scripts_and_styles_run() -> None:
    parsed = Parsed(page_of())
    (policy,) = [a["content"] or "" for tag, a in parsed.elements if a.get("http-equiv") == "Content-Security-Policy"]
    kinds = [attributes.get("type") for tag, attributes in parsed.elements if tag == "script"]
    programs = [text for kind, text in zip(kinds, parsed.raw["script"], strict=True) if kind is None]
    assert len(programs) == 3
    for content in [*programs, *parsed.raw["style"]]:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    loading = ("src", "href", "srcset", "data", "poster", "background", "action", "formaction")
    assert not [(tag, name) for tag, attributes in parsed.elements for name in attributes if name in loading]
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    assert not re.search(r"@import|url\(", parsed.raw["style"][0])


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_a_label(label: str) -> None:
    calm = Parsed(page_of("<enterprise/e9> a ckg:Enterprise ; rdfs:label 'x'@zh ."))
    hostile = Parsed(page_of(f"<enterprise/e9> a ckg:Enterprise ; rdfs:label {quoted(label)}@zh ."))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in calm.elements]
    number = hostile.payload["entities"]["id"].index("enterprise/e9")
    assert hostile.payload["entities"]["zh"][number] == label


@hypothesis.given(st.text())
def test_json_in_a_script_element_comes_back_whole(text: str) -> None:
    written = str(script_json({text: [text]}))
    assert json.loads(written) == {text: [text]}
    assert not set("<>&\u2028\u2029") & set(written)


def test_a_graph_of_other_classes_opens_on_what_is_best_connected() -> None:
    things = "".join(
        f"<t/{n}> a ex:Thing ; rdfs:label 'thing {n}' ; ex:next <t/{(n + 1) % 400}> , <t/0> ." for n in range(400)
    )
    payload = Parsed(page_of(things, clusters=False)).payload
    assert len(drawn(payload)) == 150
    assert "t/0" in drawn(payload)
    assert [kind[0] for kind in payload["kinds"]] == ["https://example.com/other#Thing"]


def test_an_empty_graph_is_a_page_too() -> None:
    payload = Parsed(page_of(clusters=False)).payload
    assert payload["network"]["nodes"] == []
    assert payload["entities"]["id"] == []


def test_more_entities_than_a_page_carries_leave_the_least_connected_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_html, "EMBEDDED", 8)
    payload = Parsed(page_of()).payload
    release = payload["release"]
    assert release["carried"] < release["entities"] == 16
    assert drawn(payload) <= set(payload["entities"]["id"])
    assert "cluster/c3" not in payload["entities"]["id"]


def test_a_focus_carries_its_neighbourhood_only() -> None:
    one = Parsed(page_of(focus=BASE + "enterprise/e1")).payload
    assert drawn(one) == {"enterprise/e1", "cluster/c2"}
    two = Parsed(page_of(focus=BASE + "enterprise/e1", hops=2)).payload
    assert {"figure/g1", "place/370000", "list/l1"} <= drawn(two)
    assert two["entities"]["id"][two["focus"]] == "enterprise/e1"


def test_a_focus_that_is_not_drawn_is_refused() -> None:
    with pytest.raises(NotFoundError, match="s1"):
        page_of(focus=BASE + "source/s1")


@pytest.mark.slow
def test_write_page_takes_a_name(release: kg.Graph, tmp_path: Path) -> None:
    write_page(release, tmp_path / "page.html", focus="万华化学", hops=1)
    payload = Parsed((tmp_path / "page.html").read_text("utf-8")).payload
    assert "enterprise/e003" in drawn(payload)
    with pytest.raises(NotFoundError):
        write_page(release, tmp_path / "none.html", focus="没有这个名字")
    with pytest.raises(PublishError, match="page"):
        write_page(release, tmp_path / "no" / "page.html")


def test_a_graph_too_large_to_read_whole_is_read_around_the_focus(
    release: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Parsed(_written(release, tmp_path, focus="enterprise/e003")).payload
    monkeypatch.setattr(graph_html, "READ_WHOLE", 0)
    near = Parsed(_written(release, tmp_path, focus="enterprise/e003")).payload
    assert drawn(near) == drawn(whole)
    with pytest.raises(KgError, match="--focus"):
        write_page(release, tmp_path / "all.html")


def test_read_around_stops_at_attributes_and_at_the_limit(release: kg.Graph) -> None:
    iri = release.entity("enterprise/e003").iri
    near = read_around(release, iri, hops=2, most=1000)
    assert release.manifest.base + "cluster/ndrc1-370600-structmat" in near
    assert not near[release.manifest.base + "confirmation/confirmed"].facts
    assert len(read_around(release, iri, hops=4, most=20)) == 20


def test_the_bundled_release_opens_on_the_sixty_six(release: kg.Graph) -> None:
    page = render(release.reader.read_all(), release.reader.labels, release.manifest)
    payload = Parsed(page).payload
    kinds = [payload["kinds"][payload["entities"]["kind"][node[0]]][2] for node in payload["network"]["nodes"]]
    assert kinds.count("cluster") == 66
    assert kinds.count("field") == 5
    assert len(kinds) <= 150
    assert len(page.encode()) < 1_300_000


def _written(release: kg.Graph, folder: Path, *, focus: str) -> str:
    write_page(release, folder / "page.html", focus=focus)
    return (folder / "page.html").read_text("utf-8")
