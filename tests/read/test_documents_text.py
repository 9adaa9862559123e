"""Texts: encodings, texts that were decoded wrongly before, wrapped lines, and the lexicon of junk lines."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.model import Span
from kg.read import suspect
from kg.read.blocks import Block, lines
from kg.read.bounded import BoundedReader
from kg.read.decoding import decode
from kg.read.documents import read_document
from kg.read.junk import cut_junk, load_junk
from kg.read.wrapping import is_wrapped, unwrap
from tests.read.test_documents import ARTICLE, ROOT, SECOND

JUNK = load_junk(ROOT / "ontology/lexicon/junk.toml")
READER = BoundedReader()
TRADITIONAL = "寧波市鎮海區高端緊固件產業集群現有企業四百餘家，國內市場佔有率約百分之二十八。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_simplified_text(encoding: str) -> None:
    decoded = decode(f"{ARTICLE}\n{SECOND}\n".encode(encoding))
    assert decoded is not None
    assert decoded.text == f"{ARTICLE}\n{SECOND}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "cp950", "big5hkscs", "gbk", "utf-16"])
def test_traditional_text(encoding: str) -> None:
    decoded = decode((TRADITIONAL * 2).encode(encoding))
    assert decoded is not None
    assert decoded.text == TRADITIONAL * 2


def test_a_page_that_declares_the_wrong_encoding() -> None:
    page = f'<html><head><meta charset="gb2312"></head><p>{ARTICLE}</p>'
    decoded = decode(page.encode("utf-8"), html=True)
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (page, "utf-8")


def test_a_page_whose_encoding_only_it_tells() -> None:
    page = '<html><head><meta charset="euc-kr"></head><p>산업 클러스터</p>'
    decoded = decode(page.encode("euc-kr"), html=True)
    assert decoded is not None
    assert decoded.text == page


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_cut_off_in_a_character(encoding: str) -> None:
    intake = read_document((ARTICLE * 20).encode(encoding)[:-1], id="a", junk=JUNK, reader=READER)
    assert intake.document is not None
    assert "cannot be decoded" in intake.problems[0].reason


@given(st.text(alphabet=ARTICLE + SECOND, min_size=30))
def test_what_was_saved_as_latin_1_is_repaired(text: str) -> None:
    saved = text.encode("utf-8").decode("latin-1")
    assert suspect.repaired(saved) in (text, None)
    assert suspect.repaired((ARTICLE + text).encode("utf-8").decode("latin-1")) == ARTICLE + text


@pytest.mark.parametrize(("encoding", "wrong"), [("utf-8", "latin-1"), ("utf-8", "cp1252"), ("gb18030", "latin-1")])
def test_repaired_mojibake_is_said(encoding: str, wrong: str) -> None:
    saved = SECOND.encode(encoding).decode(wrong, "ignore" if wrong == "latin-1" else "surrogateescape")
    data = saved.encode("utf-8", "replace") if wrong == "latin-1" else _western(SECOND).encode("utf-8")
    intake = read_document(data, id="a", junk=JUNK, reader=READER)
    assert intake.document is not None
    assert intake.document.text == SECOND
    assert intake.document.original == SECOND
    assert intake.problems[0].reason.startswith("mojibake")


def test_a_page_of_mojibake_is_repaired_too() -> None:
    page = f"<html><head><title>名单</title></head><body><div class='a'><p>{SECOND}</p></div></body></html>"
    intake = read_document(_western(page).encode("utf-8"), id="a", junk=JUNK, reader=READER)
    assert intake.document is not None
    assert intake.document.text == SECOND
    assert intake.document.original == page


def _western(text: str) -> str:
    """UTF-8 read as Windows-1252, with the five bytes that it leaves out kept as browsers keep them."""
    return "".join(
        chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes([byte]).decode("cp1252")
        for byte in text.encode("utf-8")
    )


def test_mojibake_that_cannot_be_repaired_is_said() -> None:
    sound = ARTICLE + "这是全市的重点产业，在全国也是领先的。"
    garbled = sound.encode("utf-8").decode("gb18030", "replace")
    for text, useful in ((garbled, False), (f"{ARTICLE}锟斤拷锟斤拷", True)):
        intake = read_document(text.encode("utf-8"), id="a", junk=JUNK, reader=READER)
        assert intake.problems[0].reason.startswith("mojibake")
        assert (intake.document is not None) == useful


def test_sound_texts_are_not_suspected() -> None:
    french = "L'été à Genève, où les élèves étaient déjà là, fut très frais; Noël l'était aussi. "
    for text in (ARTICLE, TRADITIONAL, french, "铰链、绗缝机、鐢 与 é è ü 等字母并存的一段中文说明文字，共二十余字。"):
        assert suspect.garbled(text * 5, JUNK) is None
        assert suspect.spoiled(text, JUNK) is None
        assert suspect.repaired(text * 5) is None


def test_pinyin_is_found_only_after_characters_and_with_a_tone() -> None:
    block = Block("產(chǎn)業(yè)集群(CHAN) GDP(gdp)，扬帆（fán）起", ())
    assert suspect.pinyin(block) == [Span(1, 7), Span(8, 12), Span(32, 37)]


def test_a_page_written_in_references_is_read() -> None:
    page = "<html><p>" + "".join(f"&#{ord(letter)};" for letter in ARTICLE * 2) + "</p>"
    intake = read_document(page.encode(), id="a", junk=JUNK, reader=READER)
    assert intake.document is not None
    assert intake.document.text == ARTICLE * 2
    assert "written as numbers" in intake.problems[0].reason


def test_wrapped_lines_become_paragraphs() -> None:
    long = "集群内上下游企业协作紧密，已经形成从原料到成品的完整链条，产品行销海内外多个国家和地区" * 4
    text = "\n".join(long[at : at + 20] for at in range(0, len(long), 20)) + "\n一、结尾\n"
    assert is_wrapped(lines(text))
    assert [block.text for block in unwrap(lines(text))] == [long, "一、结尾"]
    assert not is_wrapped(lines(f"{ARTICLE}\n{SECOND}\n短行\n" * 3))


def _kept(text: str) -> list[str]:
    return [block.text for block in cut_junk(lines(text), JUNK)[0]]


@pytest.mark.parametrize("line", [
    "首页 | 新闻 | 财经", "登录", "当前位置：首页 > 新闻 > 正文", "责任编辑：王某", "分享到：微信 微博",
    "上一篇：某条新闻", "京ICP备00000000号",
    "转载请注明出处", "来源：某日报", "（责任编辑：王某）", "延伸阅读", "第 3 页 共 9 页", "- 3 -",
])  # fmt: skip
def test_junk_lines_go(line: str) -> None:
    assert _kept(f"{ARTICLE}\n{line}\n{SECOND}") == [ARTICLE, SECOND]


@pytest.mark.parametrize("line", [
    "青岛市轨道交通装备产业集群", "1. 平乡县童车产业集群", "2023年11月8日", "405亿元", "牵头单位：某管委会",
    "附件：第二批名单", "汽车", "标签印刷产业集群", "原创新药企业12家",
    "产业“朋友圈”不断扩大。", "初审通过的集群有3个", "注：数据来源于省统计局。",
    "版权所有".join(("这项技术的专利", "归集群内各家企业")) * 16 + "。",
])  # fmt: skip
def test_lines_of_an_article_stay(line: str) -> None:
    assert _kept(f"{ARTICLE}\n{line}\n{SECOND}") == [ARTICLE, line, SECOND]


def test_a_list_after_a_paragraph_is_no_list_of_headlines() -> None:
    text = f"{ARTICLE}\n相关阅读\n一条新闻标题\n另一条新闻...\n{SECOND}\n某市装备产业集群"
    assert _kept(text) == [ARTICLE, SECOND, "某市装备产业集群"]


@pytest.mark.parametrize(
    "wrong", ['start = ["a"]', 'matches = "("', 'then = "all"', 'whole = "a"', "longest = [", "longest = 'x'"]
)
def test_a_wrong_lexicon_is_named(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "junk.toml"
    path.write_text(f'[[cue]]\nreason = "x"\n{wrong}', "utf-8")
    with pytest.raises(ReadError, match=r"junk\.toml"):
        load_junk(path)
