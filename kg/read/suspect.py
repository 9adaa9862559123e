"""Signs that a text is not what it should be: decoded wrongly, full of inserted pinyin, or in another language."""

import re

from kg.model import Span
from kg.read.blocks import Block
from kg.read.junk import Junk

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA = re.compile(r"[\u3041-\u30fa]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u04ff\u0600-\u06ff\u0e00-\u0e7f]+")
_PINYIN = re.compile(
    r"(?<=[\u3400-\u9fff])[(\uff08]"
    r"(?=[a-z\u00e0-\u01dc]{0,5}[\u0101\u00e1\u01ce\u0103\u00e0\u0113\u00e9\u011b\u0115\u00e8\u012b\u00ed\u01d0\u012d\u00ec\u014d\u00f3\u01d2\u014f\u00f2\u016b\u00fa\u01d4\u016d\u00f9\u01d6\u01d8\u01da\u01dc])"
    r"[a-z\u00e0-\u01dc]{1,6}[)\uff09]"
)
"""A Chinese character's reading in brackets after it, with its tone mark; pages converted between scripts have them."""

_WESTERN = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
_LEAST_LETTERS = 20
_LEAST_HAN = 0.2
_MOST_FOREIGN = 0.1
_MOJIBAKE = 0.02
_DIFFERENT = 2
_SAMPLE = 20_000
_NEARLY_ALL = 0.95
_BYTES_A_CHARACTER = 1.8
_ASCII = re.compile(r"[\x00-\x7f]+")


def pinyin(block: Block) -> list[Span]:
    """Where readings were put in after characters."""
    return [Span(*match.span()) for match in _PINYIN.finditer(block.text)]


def without_pinyin(text: str) -> str:
    """A text without such readings."""
    return _PINYIN.sub("", text)


def other_language(text: str) -> str | None:
    """Why a text is not Chinese; None when it is, or has too few letters to tell."""
    han, kana, hangul, latin = (_count(kind, text) for kind in (_HAN, _KANA, _HANGUL, _LATIN))
    letters = han + kana + hangul + latin
    if letters < _LEAST_LETTERS and han:
        return None
    if not letters:
        return "there are no letters in it"
    if kana + hangul > _MOST_FOREIGN * letters:
        return f"not Chinese: {_percent(kana + hangul, letters)} of its letters are kana or hangul"
    if han < _LEAST_HAN * letters:
        return f"not Chinese: {_percent(han, letters)} of its letters are Chinese characters"
    return None


def repaired(text: str) -> str | None:
    """The text that was saved after being decoded as Latin-1 or Windows-1252; None when that is not what happened."""
    high = _ASCII.sub("", text[:_SAMPLE].translate(_WESTERN))
    if len(high) < _LEAST_LETTERS or sum(letter < "\u0100" for letter in high) < _NEARLY_ALL * len(high):
        return None
    try:
        data = text.translate(_WESTERN).encode("latin-1")
    except UnicodeEncodeError:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            found = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A Chinese character was two or three bytes; of an accented letter before a plain one GB18030 makes one too.
        han, bytes_of_it = _count(_HAN, found), len(_ASCII.sub("", text))
        if han >= _LEAST_HAN * len(_ASCII.sub("", found)) and bytes_of_it >= _BYTES_A_CHARACTER * han > 0:
            return found
    return None


def spoiled(text: str, junk: Junk) -> str | None:
    """Why parts of a text were lost before it was saved; None when there is no sign of it."""
    for marker in junk.mojibake_markers:
        if marker in text:
            return f"mojibake: {marker!r} stands in it, which is what bytes that were no text become"
    return None


def garbled(text: str, junk: Junk) -> str | None:
    """Why a text is unreadable, as UTF-8 is that was decoded as GBK before it was saved; None when it is not."""
    counts = [text.count(letter) for letter in junk.mojibake_characters]
    odd, han = sum(counts), _count(_HAN, text)
    if odd > _MOJIBAKE * max(han, _LEAST_LETTERS) and sum(map(bool, counts)) >= _DIFFERENT:
        return f"mojibake: {_percent(odd, han)} of its characters are those that UTF-8 read as GBK gives"
    return None


def _count(kind: re.Pattern[str], text: str) -> int:
    return len(text) - len(kind.sub("", text))


def _percent(share: int, whole: int) -> str:
    return f"{100 * share / max(whole, 1):.0f} %"
