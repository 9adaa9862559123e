"""Bad files: a Problem each; never an exception, never a hang, and the next file is read as ever."""

import io
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.read.bounded import BoundedReader
from kg.read.documents import Limits, read_document
from kg.read.html import scan
from kg.read.junk import Junk, load_junk
from tests.read.test_documents import ARTICLE, ROOT, docx, paragraph, pdf

WORD = docx(paragraph(ARTICLE))
BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t\n", "empty"),
    "binary": (random.Random(1).randbytes(5000), "binary"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
    "english": (b"The quick brown fox jumps over the lazy dog. " * 20, "not Chinese"),
    "japanese": (("これは日本語のページです。産業クラスターについて説明します。" * 5).encode(), "not Chinese"),
    "korean": (("한국어로 쓴 페이지입니다. 산업 클러스터를 설명합니다. " * 5).encode(), "not Chinese"),
    "numbers": (b"2024 17 33\n14 15 16\n" * 20, "no letters"),
    "only navigation": ("首页 | 新闻 | 财经 | 登录 | 注册\n版权所有 某网\n".encode(), "nothing is left"),
    "old or encrypted word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "encrypted docx"),
    "broken docx": (WORD[:200], "broken docx"),
    "zip that is no docx": (WORD.replace(b"word/document.xml", b"word/documenx.xml"), "no docx"),
    "docx of broken xml": (docx("<w:p>"), "broken docx"),
    "docx full of open tags": (docx("<w:p>" * 100_000), "broken docx"),
    "broken pdf": (b"%PDF-1.7\n" + b"garbage " * 100, "broken pdf"),
    "cut-off pdf": (pdf(ARTICLE)[:300], "broken pdf"),
}


@pytest.fixture(scope="module")
def junk() -> Junk:
    return load_junk(ROOT / "ontology/lexicon/junk.toml")


@pytest.fixture(scope="module")
def reader() -> Iterator[BoundedReader]:
    with BoundedReader() as reader:
        yield reader


@pytest.mark.parametrize("name", BAD)
def test_bad_file(name: str, junk: Junk, reader: BoundedReader) -> None:
    data, reason = BAD[name]
    intake = read_document(data, id="a", junk=junk, reader=reader)
    assert intake.document is None
    assert reason in intake.problems[-1].reason


def test_a_word_file_with_entities_is_refused(junk: Junk, reader: BoundedReader) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>')
    intake = read_document(buffer.getvalue(), id="a", junk=junk, reader=reader)
    assert intake.document is None
    assert "document type" in intake.problems[0].reason


def test_a_zip_bomb_is_not_unpacked(junk: Junk) -> None:
    bomb = docx(paragraph("集" * 2_000_000))
    assert len(bomb) < 50_000
    with BoundedReader(unpacked_bytes=1 << 20) as reader:
        intake = read_document(bomb, id="a", junk=junk, reader=reader)
        assert "unpacks to" in intake.problems[0].reason
        with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
            size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
        liar = bomb.replace(size, (1000).to_bytes(4, "little"))
        intake = read_document(liar, id="a", junk=junk, reader=reader)
        assert "broken docx" in intake.problems[0].reason


def test_a_large_file_is_not_opened(tmp_path: Path, junk: Junk, reader: BoundedReader) -> None:
    page = tmp_path / "page.html"
    with page.open("wb") as stream:
        stream.truncate(200 << 20)
    start = time.perf_counter()
    intake = read_document(page, id="a", junk=junk, reader=reader)
    assert time.perf_counter() - start < 1
    assert "the limit is" in intake.problems[0].reason
    page.write_bytes(b"<html>" + bytes(100))
    intake = read_document(page, id="a", junk=junk, reader=reader, limits=Limits(page_bytes=50))
    assert "the limit is 50" in intake.problems[0].reason


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read(junk: Junk) -> None:
    deep = b"<html><body>" + b"<div>" * 200_000 + ARTICLE.encode()
    with BoundedReader(seconds=1) as reader:
        start = time.perf_counter()
        intake = read_document(deep, id="a", junk=junk, reader=reader)
        assert time.perf_counter() - start < 5
        assert intake.document is None
        assert intake.problems[0].reason == "reading took over 1 seconds"
        intake = read_document(f"<html><body><p>{ARTICLE}</p></body></html>".encode(), id="b", junk=junk, reader=reader)
        assert intake.document is not None
        assert intake.document.text == ARTICLE


@pytest.mark.parametrize(
    "filler", ["<!--", "<", "&", '<a "', "<script></script", "<b><i>", "<table><tr><td>", "<p", "&#"]
)
def test_markup_without_end_costs_no_more_than_its_length(filler: str) -> None:
    def seconds(count: int) -> float:
        page = f"<html><p>{ARTICLE}</p>" + filler * count
        start = time.perf_counter()
        scan(page)
        return time.perf_counter() - start

    seconds(1000)
    assert seconds(80_000) < 40 * max(seconds(8_000), 0.002)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<html>", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"<table><tr><td>"]),
)
def test_no_bytes_raise(data: bytes, start: bytes) -> None:
    intake = read_document(start + data, id="a", junk=_JUNK, reader=_READER)
    assert intake.document is not None or intake.problems


_JUNK = load_junk(ROOT / "ontology/lexicon/junk.toml")
_READER = BoundedReader()
