"""Bytes -> text: which encoding a Chinese file is in.

The order needs no detector: a byte order mark; UTF-16 by its zero bytes; UTF-8, which no other encoding passes by
chance; what an HTML page declares; then Big5 against GB18030 by where their second bytes lie (of Chinese in GB 2312
both bytes of a pair are 0xA1 or more, in Big5 two fifths of the second bytes are below).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE
)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "cp950", "iso-8859-1": "cp1252"}
"""What a page declares, and the larger set that its writer's program used (the Encoding Standard does the same)."""

_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
_SAMPLE = 1 << 18
_BIG5_SHARE = 0.15
_LOST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was read in, and how many bytes were no characters in it."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes, *, html: bool = False) -> Decoded | None:
    """The text of a file; None for what is no text in any encoding that is tried."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lossy(data, encoding)
    for encoding in _candidates(data, html=html):
        text = _strict(data, encoding)
        if text is not None:
            return Decoded(text, encoding)
    attempts = [_lossy(data, encoding) for encoding in ("utf-8", "gb18030", "cp950")]
    best = min((attempt for attempt in attempts if attempt), key=lambda attempt: attempt.lost, default=None)
    return best if best and best.lost <= _LOST_SHARE * len(best.text) + 1 else None


def _candidates(data: bytes, *, html: bool) -> Iterator[str]:
    if wide := _utf16(data):
        yield wide
    if b"\0" in data[:_SAMPLE]:
        return
    yield "utf-8"
    if html and (declared := _DECLARED.search(data[:4096])):
        name = declared.group(1).decode("ascii", "replace").lower()
        yield _WIDER.get(name, name)
    yield from ("cp950", "gb18030") if _low_pairs(data) > _BIG5_SHARE else ("gb18030", "cp950")


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: the line feeds and digits of a text have a zero byte, always on the same side."""
    even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    if max(even, odd) == 0 or len(data) % 2:
        return None
    if min(even, odd) > max(even, odd) // 20:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _low_pairs(data: bytes) -> float:
    trails = _PAIR.findall(data[:_SAMPLE])
    return sum(trail < b"\xa1" for trail in trails) / len(trails) if trails else 0.0


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _lossy(data: bytes, encoding: str) -> Decoded | None:
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    return Decoded(text, encoding, lost) if b"\0" not in data or encoding.startswith("utf-") else None
