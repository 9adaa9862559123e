"""Documents: what of a file is the article, with its title and date; each case is a folder of tests/cases/read."""

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kg.read.bounded import BoundedReader
from kg.read.documents import Intake, read_document
from kg.read.junk import Junk, load_junk

ROOT = Path(__file__).parent.parent.parent
CASES = sorted(path for path in (ROOT / "tests/cases/read").iterdir() if path.is_dir())
ARTICLE = "烟台市先进结构材料产业集群主营业务收入超过1000亿元，集聚了200多家相关企业。"
SECOND = "青岛市轨道交通装备产业集群以四方岭机车为龙头，规上企业达到63家。"


@pytest.fixture(scope="module")
def junk() -> Junk:
    return load_junk(ROOT / "ontology/lexicon/junk.toml")


@pytest.fixture(scope="module")
def reader() -> Iterator[BoundedReader]:
    with BoundedReader() as reader:
        yield reader


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, junk: Junk, reader: BoundedReader) -> None:
    page = next(case.glob("page.*"))
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    intake = read_document(page, id=case.name, junk=junk, reader=reader)
    assert intake.document is not None
    lines = intake.document.text.split("\n")
    wanted = (case / "expected.txt").read_text("utf-8").splitlines()
    extra = [_plain(line) for line in lines if line != expected["title"] or line in wanted]
    assert extra == [_plain(line) for line in [*expected.get("also", []), *wanted]]
    assert intake.document.title == expected["title"]
    assert str(intake.document.published) == str(expected["published"])
    assert [
        word for word in expected.get("problems", []) if not any(word in one.reason for one in intake.problems)
    ] == []
    _assert_runs(intake)


def _plain(line: str) -> str:
    """A line without what the script of an encoding decides: its spaces and the width of its signs."""
    return "".join(unicodedata.normalize("NFKC", line).replace("∕", "/").split())


def _assert_runs(intake: Intake) -> None:
    document = intake.document
    assert document is not None
    for at, origin, length in document.runs:
        assert document.text[at : at + length] == document.original[origin : origin + length]


@pytest.mark.shared
def test_the_seed_article_keeps_its_paragraphs_and_loses_the_rest(
    shared: Path, junk: Junk, reader: BoundedReader
) -> None:
    intake = read_document(shared / "articles/seed.txt", id="seed", junk=junk, reader=reader)
    document = intake.document
    assert document is not None
    lines = document.text.split("\n")
    assert len(lines) == 10
    assert lines[0] == document.title == "全国公布首批66个战略性新兴产业集群名单,山东入选数量居首"
    assert lines[1].startswith("近日,国家发展改革委下发通知")
    assert lines[-1].endswith("(杜文景辛军华刘海东)")
    assert document.published == date(2025, 7, 12)
    cut = "".join(document.original[one.span.start : one.span.end] for one in intake.cuts)
    assert all(word in cut for word in ("创始人", "新浪微博", "仲量联行", "阿里巴巴", "原标题"))
    assert {one.reason for one in intake.cuts} >= {"repeated title", "related headline", "share line", "byline"}


def test_each_cut_stands_in_the_original_with_its_reason(junk: Junk, reader: BoundedReader) -> None:
    junk_lines = "相关阅读\n• 另一条新闻\n"
    text = f"标题在这里\n2024-05-06 10:00 来源：某报\n{ARTICLE}\n{ARTICLE}\n{junk_lines}{SECOND}\n版权所有 某网\n"
    intake = read_document(text.encode(), id="a", junk=junk, reader=reader)
    assert intake.document is not None
    assert intake.document.text == f"标题在这里\n{ARTICLE}\n{SECOND}"
    assert intake.document.published == date(2024, 5, 6)
    found = [(intake.document.original[one.span.start : one.span.end], one.reason) for one in intake.cuts]
    assert found == [
        ("2024-05-06 10:00 来源：某报", "byline"),
        (ARTICLE, "repeated paragraph"),
        ("相关阅读", "heading of related headlines"),
        ("• 另一条新闻", "related headline"),
        ("版权所有 某网", "copyright or disclaimer"),
    ]


def test_the_date_of_an_event_is_not_the_date_of_the_page(junk: Junk, reader: BoundedReader) -> None:
    intake = read_document(f"2023年5月6日，{ARTICLE}\n{SECOND}".encode(), id="a", junk=junk, reader=reader)
    assert intake.document is not None
    assert intake.document.published is None


def test_a_notice_is_dated_at_its_foot(junk: Junk, reader: BoundedReader) -> None:
    intake = read_document(
        f"通知\n{ARTICLE}\n某省工业和信息化厅\n2023年11月8日\n".encode(), id="a", junk=junk, reader=reader
    )
    assert intake.document is not None
    assert intake.document.published == date(2023, 11, 8)
    assert intake.document.text.endswith("2023年11月8日")


def docx(body: str) -> bytes:
    """A Word file with this body."""
    schema = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{schema}"><w:body>{body}</w:body></w:document>')
    return buffer.getvalue()


def paragraph(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def test_docx_paragraphs_and_rows(junk: Junk, reader: BoundedReader) -> None:
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("轴承", "331"))
    body = paragraph("第三批", "名单") + paragraph(ARTICLE) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + paragraph(SECOND)
    intake = read_document(docx(body), id="a", junk=junk, reader=reader)
    assert intake.document is not None
    assert intake.document.text == f"第三批名单\n{ARTICLE}\n轴承\t331\n{SECOND}"
    assert intake.document.title == "第三批名单"
    _assert_runs(intake)


def pdf(*lines: str, trailer: str = "") -> bytes:
    """A pdf of one page with these lines, in a font that every reader has a map for."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td\n" for line in lines)
    content = f"BT /F1 12 Tf 40 760 Td\n{shown}ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 800 800] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo"
        " << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        " /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    written = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{written}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()


def test_pdf_lines_become_paragraphs(junk: Junk, reader: BoundedReader) -> None:
    data = pdf("关于集群名单的通知", ARTICLE[:20], ARTICLE[20:], SECOND[:19], SECOND[19:], "- 1 -")
    intake = read_document(data, id="a", junk=junk, reader=reader)
    assert intake.document is not None
    assert intake.document.text == f"关于集群名单的通知\n{ARTICLE}\n{SECOND}"
    assert [one.reason for one in intake.cuts] == ["page number"]
    _assert_runs(intake)


def test_an_encrypted_pdf_is_a_problem(junk: Junk, reader: BoundedReader) -> None:
    secret = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >> /ID [<00><00>]"
    intake = read_document(pdf(ARTICLE, trailer=encrypt), id="a", junk=junk, reader=reader)
    assert intake.document is None
    assert [one.reason for one in intake.problems] == ["an encrypted pdf"]


def test_a_pdf_without_text_is_a_problem(junk: Junk, reader: BoundedReader) -> None:
    intake = read_document(pdf(), id="a", junk=junk, reader=reader)
    assert intake.document is None
    assert "pictures" in intake.problems[0].reason


def test_the_file_is_named_in_problems(tmp_path: Path, junk: Junk, reader: BoundedReader) -> None:
    intake = read_document(tmp_path / "none.txt", id="a", junk=junk, reader=reader)
    assert intake.problems[0].file == str(tmp_path / "none.txt")
    assert read_document(b"", id="a", junk=junk, reader=reader).problems[0].file == "-"
