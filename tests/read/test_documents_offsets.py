"""Offsets: every run of a document is the same text on both sides, and a span finds its way back."""

import html as escapes

from hypothesis import given
from hypothesis import strategies as st

from kg.model import Document, Span
from kg.read.blocks import Block, join, joined_runs, lines, part, without
from kg.read.bounded import BoundedReader
from kg.read.documents import read_document
from kg.read.html import scan
from kg.read.junk import load_junk
from kg.read.suspect import pinyin
from tests.read.test_documents import ARTICLE, ROOT, SECOND

JUNK = load_junk(ROOT / "ontology/lexicon/junk.toml")
READER = BoundedReader()

WORDS = st.sampled_from([
    ARTICLE, SECOND, "首页", "相关阅读", "• 一条新闻", "来源：某报", "2024-05-06", "產(chǎn)業(yè)集群",
    "１ ２３４．５亿元", "版权所有 某网", " ", "　　", "\t", "\n", "\r\n", "\n\n", "\u2028", "\x0b", "a b", "& <", "🌾",
    "&nbsp;", "&#20013;", "&lt;",
])  # fmt: skip
TEXTS = st.lists(WORDS, max_size=25).map("".join)
TAGS = st.sampled_from([
    "<p>", "</p>", "<br>", "<b>", "</b>", "<a href='/x'>", "</a>", "<table>", "<tr>", "<td>", "</td>", "</tr>",
    "</table>", "<script>", "</script>", "<!-- 注 -->", "<h1>", "</h1>", "<li>", "<span title='a>b'>", "</span>",
    "<ruby>", "<rt>", "</rt>", "<title>", "</title>", "<div",
])  # fmt: skip
PAGES = st.lists(st.one_of(WORDS, TAGS), max_size=40).map(lambda parts: "<html><body>" + "".join(parts))


def _assert_runs(block: Block, original: str) -> None:
    end = before = 0
    for at, origin, length in block.runs:
        assert length > 0
        assert at >= end
        assert origin >= before
        assert block.text[at : at + length] == original[origin : origin + length]
        end, before = at + length, origin + length
    assert end <= len(block.text)


@given(TEXTS)
def test_lines(text: str) -> None:
    blocks = lines(text)
    for block in blocks:
        _assert_runs(block, text)
        assert block.text == block.text.strip() != ""
    assert "".join("".join(block.text.split()) for block in blocks) == "".join(text.split())


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_parts_and_joins(text: str, start: int, length: int) -> None:
    whole = join(lines(text), "\n")
    _assert_runs(whole, text)
    piece = part(whole, min(start, len(whole.text)), min(start + length, len(whole.text)))
    _assert_runs(piece, text)
    assert piece.text == whole.text[start : start + length]
    rest = without(whole, pinyin(whole))
    _assert_runs(rest, text)
    assert "(ch" not in rest.text


@given(PAGES)
def test_scanned_pages(page: str) -> None:
    for block in scan(page).blocks:
        _assert_runs(block, page)
        assert block.text.strip() == block.text != ""
        assert 0 <= block.linked <= len(block.text)


@given(st.one_of(TEXTS, PAGES))
def test_documents(text: str) -> None:
    intake = read_document(text.encode("utf-8"), id="a", junk=JUNK, reader=READER)
    document = intake.document
    if document is None:
        assert intake.problems
        return
    _assert_runs(Block(document.text, document.runs), document.original)
    for at, _, length in document.runs:
        for span in (Span(at, at + length), Span(at, at + 1), Span(at + length - 1, at + length)):
            found = document.in_original(span)
            assert document.original[found.start : found.end] == document.text[span.start : span.end]
    for cut in intake.cuts:
        assert 0 <= cut.span.start <= cut.span.end <= len(document.original)


@given(st.lists(st.text(alphabet="中文集群 ab<>&\"'", min_size=1, max_size=12), min_size=1, max_size=6))
def test_a_page_says_what_was_escaped_into_it(paragraphs: list[str]) -> None:
    page = "<html>" + "".join(f"<p>{escapes.escape(one)}</p>" for one in paragraphs)
    wanted = [" ".join(one.split()) for one in paragraphs if one.strip()]
    assert [" ".join(block.text.split()) for block in scan(page).blocks] == wanted


def test_a_span_over_a_paragraph_break_covers_both_paragraphs() -> None:
    text = f"{ARTICLE}\n\n  {SECOND}"
    blocks = lines(text)
    document = Document("a", "-", "\n".join(block.text for block in blocks), text, joined_runs(blocks, 1))
    found = document.in_original(Span(len(ARTICLE) - 2, len(ARTICLE) + 4))
    assert text[found.start : found.end] == f"{ARTICLE[-2:]}\n\n  {SECOND[:3]}"


def test_references_stand_in_no_run_but_inside_the_span() -> None:
    page = "<html><p>产值&gt;100亿元&ldquo;链主&rdquo;企业</p>"
    (block,) = scan(page).blocks
    assert block.text == "产值>100亿元“链主”企业"
    document = Document("a", "-", block.text, page, block.runs)
    found = document.in_original(Span(0, len(block.text)))
    assert page[found.start : found.end] == "产值&gt;100亿元&ldquo;链主&rdquo;企业"


def test_rows_of_data_are_lines_and_layout_tables_are_not() -> None:
    row = "<tr><td><p>1</p></td><td><p>轴承</p></td><td>331</td></tr>"
    assert [block.text for block in scan(f"<table>{row}{row}</table>").blocks] == ["1\t轴承\t331"] * 2
    layout = f"<table><tr><td>首页</td><td><p>{ARTICLE}</p><p>{SECOND}</p></td></tr></table>"
    assert [block.text for block in scan(layout).blocks] == ["首页", ARTICLE, SECOND]
