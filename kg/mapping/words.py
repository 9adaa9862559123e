"""The lexical rules of the standards, as regular expressions that Python's `re` and RE2 (in SQL) read alike."""

import re

XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_STRING = XSD + "string"


def _range(first: int, last: int) -> str:
    """Return a range of a character class, the characters themselves: Python and RE2 escape them differently."""
    return f"{chr(first)}-{chr(last)}"


_UCSCHAR = "".join(
    _range(first, last)
    for first, last in (
        (0xA0, 0x200D),
        (0x2010, 0x2029),
        (0x202F, 0xD7FF),
        (0xF900, 0xFDCF),
        (0xFDF0, 0xFFEF),
        *((plane << 16, (plane << 16) + 0xFFFD) for plane in range(1, 14)),
        (0xE1000, 0xEFFFD),
    )
)
"""ucschar of RFC 3987, section 2.2, without the bidirectional marks that its section 4.1 forbids."""

UNRESERVED = r"A-Za-z0-9\-._~"
SAFE = UNRESERVED + _UCSCHAR
"""The class iunreserved: what a template leaves as it is (R2RML, section 7.3: IRI-safe)."""

UNSAFE = f"[^{SAFE}]"
RUNS = f"[{SAFE}]+|{UNSAFE}+"
"""Cuts a text into what a template leaves as it is and what it encodes."""

SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
"""How an absolute IRI begins."""

_PRIVATE = "".join(_range(first, last) for first, last in ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)))
_PERCENT = "%[0-9A-Fa-f]{2}"
_PATH = rf"(?:[{SAFE}!$&'()*+,;=:@/]|{_PERCENT})*"
_HOST = rf"(?:\[[0-9A-Fa-fvV:.]+\]|(?:[{SAFE}!$&'()*+,;=]|{_PERCENT})*)"
_AUTHORITY = rf"//(?:(?:[{SAFE}!$&'()*+,;=:]|{_PERCENT})*@)?{_HOST}(?::[0-9]*)?(?:/{_PATH})?"
ABSOLUTE_IRI = (
    rf"{SCHEME}(?:{_AUTHORITY}|/|/?(?:[{SAFE}!$&'()*+,;=:@]|{_PERCENT}){_PATH}|)"
    rf"(?:\?(?:[{SAFE}{_PRIVATE}!$&'()*+,;=:@/?]|{_PERCENT})*)?(?:#(?:[{SAFE}!$&'()*+,;=:@/?]|{_PERCENT})*)?"
)
"""The grammar IRI of RFC 3987, section 2.2 (IP addresses only by their characters)."""

UNSAFE_IRI = rf"{SCHEME}[^\x00-\x1F<>\"{{}}|^`\\]*"
"""What rml:UnsafeIRI may give: anything that does not break the line it stands on (not all of it is valid RDF)."""

ECHAR = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
"""What a literal of N-Triples writes with a backslash, itself first (RDF 1.2 N-Triples, canonical form)."""

OTHER_CONTROLS = r"\x00-\x07\x0B\x0E-\x1F\x7F" + chr(0xFFFE) + chr(0xFFFF)
"""What it writes as a code point: a class of characters, as is the next one."""

ESCAPED = OTHER_CONTROLS + r"\x08-\x0D\"\\"

_LANGTAG = (
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"  # language and extlang
    r"(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"  # variants
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"  # extensions
    r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"  # private use
)
LANGUAGE_TAG = rf"{_LANGTAG}|[xX](?:-[A-Za-z0-9]{{1,8}})+|[iI]-[A-Za-z]{{2,8}}"
"""A well-formed tag (RFC 5646, section 2.1); of the grandfathered ones, those with i-."""

_ZONE = r"(?:Z|[+\-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_LONG_MONTHS = r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_LEAP = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"


def _date(year: str, leap_year: str) -> str:
    """Return the days that there are: a regular expression can tell leap years by their last four digits."""
    return rf"(?:{year}-(?:{_LONG_MONTHS}|02-(?:0[1-9]|1[0-9]|2[0-8]))|{leap_year}-02-29)"


_YEAR = r"(?:[1-9][0-9]{3,}|0[0-9]{3})"
_DATE = _date(_YEAR, f"[0-9]*{_LEAP}")
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_INTEGER = r"[+\-]?[0-9]+"
_NATURAL = r"\+?[0-9]+|-0+"
_DECIMAL = r"[+\-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}(?:[eE][+\-]?[0-9]+)?|[+\-]?INF|NaN"

LEXICAL_FORMS = {
    XSD + name: form
    for name, form in {
        "boolean": "true|false|1|0",
        "decimal": _DECIMAL,
        "integer": _INTEGER,
        "nonNegativeInteger": _NATURAL,
        "positiveInteger": r"\+?0*[1-9][0-9]*",
        "nonPositiveInteger": r"-[0-9]+|\+?0+",
        "negativeInteger": r"-0*[1-9][0-9]*",
        **dict.fromkeys(("long", "int", "short", "byte"), _INTEGER),
        **dict.fromkeys(("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"), _NATURAL),
        **dict.fromkeys(("double", "float"), _DOUBLE),
        "date": rf"-?{_DATE}{_ZONE}?",
        "dateTime": rf"-?{_DATE}T{_TIME}{_ZONE}?",
        "dateTimeStamp": rf"-?{_DATE}T{_TIME}{_ZONE}",
        "time": rf"{_TIME}{_ZONE}?",
        "gYear": rf"-?{_YEAR}{_ZONE}?",
        "gYearMonth": rf"-?{_YEAR}-{_MONTH}{_ZONE}?",
        "gMonth": rf"--{_MONTH}{_ZONE}?",
        "gMonthDay": rf"--(?:{_LONG_MONTHS}|02-(?:0[1-9]|[12][0-9])){_ZONE}?",
        "gDay": rf"---{_DAY}{_ZONE}?",
        "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
        "base64Binary": r"[A-Za-z0-9+/]*={0,2}",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "anyURI": r"[^\x00-\x20<>\"{}|^`\\]*",
    }.items()
} | {
    "http://purl.org/dc/terms/W3CDTF": (
        rf"[0-9]{{4}}(?:-{_MONTH})?|{_date('[0-9]{4}', _LEAP)}"
        rf"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?{_ZONE})?"
    )
}
"""The datatypes that are checked (XML Schema 1.1 part 2; W3CDTF of Dublin Core); none allows what a literal escapes."""

RANGES = {
    XSD + name: bounds
    for name, bounds in {
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-128, 127),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 255),
    }.items()
}
"""The least and the greatest value of the bounded integers."""


def has_scheme(text: str) -> bool:
    """Return whether an IRI is absolute."""
    return re.match(SCHEME, text) is not None


def is_absolute_iri(text: str) -> bool:
    """Return whether `text` is an IRI that N-Triples can hold.

    >>> is_absolute_iri("https://example.org/集群/1?q#row=2"), is_absolute_iri("https://example.org/a b")
    (True, False)
    """
    return re.fullmatch(ABSOLUTE_IRI, text) is not None


def is_language_tag(text: str) -> bool:
    """Return whether a language tag is well-formed.

    >>> is_language_tag("zh-Hans-CN"), is_language_tag("a-english")
    (True, False)
    """
    return re.fullmatch(LANGUAGE_TAG, text) is not None


def is_lexical_form(text: str, datatype: str) -> bool:
    """Return whether `text` is a value of a datatype; of one that is not known, any text is."""
    if datatype in RANGES and re.fullmatch(_INTEGER, text):
        least, greatest = RANGES[datatype]
        return least <= int(text) <= greatest
    return datatype not in LEXICAL_FORMS or re.fullmatch(LEXICAL_FORMS[datatype], text) is not None


def escaped(text: str) -> str:
    """Return `text` as it stands between the quotes of an N-Triples literal."""
    return re.sub(f"[{ESCAPED}]", lambda found: ECHAR.get(found[0], f"\\u{ord(found[0]):04X}"), text)


def short_name(datatype: str) -> str:
    """Return a datatype as people write it."""
    return f"xsd:{datatype.removeprefix(XSD)}" if datatype.startswith(XSD) else datatype
