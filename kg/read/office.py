"""docx and pdf -> their text in reading order, a line each paragraph or row. Sizes are checked before unpacking.

A docx is read with the standard library: its text is one XML file in a zip. A pdf is read by pdfium: a notice printed
by Chromium takes it 22 ms, pypdf 263 ms, pdfminer.six 389 ms, and it alone gives Chinese characters where the font's
map names radicals that look the same (U+2F8A for U+8272). Both run in the child process (kg/read/child.py).
"""

import io
import zipfile
import zlib
from xml.etree import ElementTree

from kg.errors import ReadError

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_BODY = "word/document.xml"
_ENCRYPTED = 1
_PAGES = 2000


def docx_text(data: bytes, unpacked_bytes: int) -> str:
    """The paragraphs and table rows of a Word file, a line each. Raises ReadError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _member(archive, unpacked_bytes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as err:
        raise ReadError(f"a broken docx: {err}") from err
    if b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body[:4096]:
        raise ReadError("a docx with a document type, which no Word file has")
    try:
        return "\n".join(_lines(body))
    except ElementTree.ParseError as err:
        raise ReadError(f"a broken docx: {err}") from err


def _member(archive: zipfile.ZipFile, unpacked_bytes: int) -> bytes:
    try:
        info = archive.getinfo(_BODY)
    except KeyError as err:
        raise ReadError("a zip file, but no docx: it has no word/document.xml") from err
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("an encrypted docx")
    if info.file_size > unpacked_bytes:
        raise ReadError(f"a docx that unpacks to {info.file_size} bytes; the limit is {unpacked_bytes}")
    with archive.open(info) as stream:
        body = stream.read(unpacked_bytes + 1)
    if len(body) > unpacked_bytes:
        raise ReadError(f"a docx that unpacks to more than {unpacked_bytes} bytes, though it says {info.file_size}")
    return body


def _lines(body: bytes) -> list[str]:
    """Paragraphs outside tables, and rows of the outermost tables with a tab between their cells."""
    lines: list[str] = []
    paragraph: list[str] = []
    cells: list[list[str]] = []
    depth = 0
    # Without a document type (refused above) there are no entities to blow up, which is what S314 warns of.
    for event, element in ElementTree.iterparse(io.BytesIO(body), events=("start", "end")):  # noqa: S314
        name = element.tag.removeprefix(_WORD).removeprefix(_STRICT)
        if event == "start":
            depth += name == "tbl"
            if name == "tc" and depth == 1:
                cells.append([])
            continue
        if name == "t":
            paragraph.append(element.text or "")
        elif name in ("tab", "br", "cr") and paragraph:
            paragraph.append(" ")
        elif name == "p":
            _end_paragraph("".join(paragraph).strip(), cells[-1] if depth and cells else lines)
            paragraph = []
        elif name == "tr" and depth == 1:
            _end_paragraph("\t".join(" ".join(cell) for cell in cells).strip(), lines)
            cells = []
        depth -= name == "tbl"
        if name in ("p", "tbl", "sectPr"):
            element.clear()
    return lines


def _end_paragraph(text: str, lines: list[str]) -> None:
    if text:
        lines.append(text)


def pdf_text(data: bytes) -> str:
    """The text of a pdf, a line each line. Raises ReadError."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as err:
        reason = "an encrypted pdf" if "password" in str(err).lower() else f"a broken pdf: {err}"
        raise ReadError(reason) from err
    with document:
        if len(document) > _PAGES:
            raise ReadError(f"a pdf of {len(document)} pages; the limit is {_PAGES}")
        pages = [str(page.get_textpage().get_text_bounded()) for page in document]
    # pdfium ends lines with CR LF, and writes U+FFFE for a hyphen at the end of a line.
    text = "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "")
    if not text.strip():
        raise ReadError("a pdf without text: its pages are pictures")
    return text
