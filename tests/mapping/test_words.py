"""The lexical rules, against values that are known to be right or wrong."""

import datetime
import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.sql import text
from kg.mapping.words import ABSOLUTE_IRI, LEXICAL_FORMS, XSD, escaped, is_absolute_iri, is_language_tag

VALUES = {
    "boolean": ("true false 0 1", "True yes 2"),
    "integer": ("0 -1 +12 007 99999999999999999999999999", "1.0 1e3 １２ 1,000 -"),
    "nonNegativeInteger": ("0 +5 -0", "-1"),
    "positiveInteger": ("1 +010", "0 -1"),
    "decimal": ("1.50 -.5 3. +0", "1e3 . 1,5 NaN"),
    "double": ("1e3 -1.5E-7 INF -INF NaN 3", "inf 1e ∞"),
    "date": ("2024-02-29 2000-02-29 2023-12-31 -0044-03-15 12024-01-01 2024-01-01Z 2024-01-01+08:00",
             "2023-02-29 1900-02-29 2023-04-31 2023-13-01 2023-1-1 20230101 2024/01/01 2024-01-01+15:00"),
    "dateTime": ("2024-02-29T23:59:59 2024-01-01T24:00:00Z 2024-01-01T00:00:00.123+08:00",
                 "2024-01-01 2024-01-01T24:00:01 2023-02-29T00:00:00 2024-01-01T25:00:00"),
    "time": ("08:30:00 24:00:00", "8:30 08:60:00"),
    "gYear": ("2019 -0001 12345 2019Z", "19 02019 2019年"),
    "gYearMonth": ("2019-06", "2019-13 201906"),
    "gMonthDay": ("--02-29 --12-31", "--02-30 --04-31"),
    "anyURI": ("http://a/中文 a/b", "a|b <x>"),
    "hexBinary": ("0aFF", "0 0g"),
}  # fmt: skip

W3CDTF = (
    "2019 2019-09 2019-09-25 2024-02-29 2019-09-25T08:00Z 2019-09-25T08:00:30.5+08:00",
    "2019-9 2023-02-29 2019-09-25T08:00 201909",
)


def examples() -> list[tuple[str, str, bool]]:
    known = {XSD + name: values for name, values in VALUES.items()} | {"http://purl.org/dc/terms/W3CDTF": W3CDTF}
    return [(name, each, i == 0) for name, both in known.items() for i in (0, 1) for each in both[i].split()]


@pytest.mark.parametrize(("datatype", "value", "valid"), examples())
def test_lexical_form(datatype: str, value: str, valid: bool) -> None:
    assert (re.fullmatch(LEXICAL_FORMS[datatype], value) is not None) == valid


def test_duckdb_reads_the_rules_as_python_does(connection: duckdb.DuckDBPyConnection) -> None:
    for datatype, value, valid in examples():
        query = f"SELECT regexp_full_match(?, {text(LEXICAL_FORMS[datatype])})"
        assert connection.execute(query, [value]).fetchall() == [(valid,)], (datatype, value)


@given(st.dates())
def test_every_date_is_one(date: datetime.date) -> None:
    assert re.fullmatch(LEXICAL_FORMS[XSD + "date"], date.isoformat())


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31))
def test_no_other_day_is_a_date(year: int, month: int, day: int) -> None:
    try:
        datetime.date(year, month, day)
        exists = True
    except ValueError:
        exists = False
    assert (re.fullmatch(LEXICAL_FORMS[XSD + "date"], f"{year:04}-{month:02}-{day:02}") is not None) == exists


TAGS = (
    "zh zh-Hans zh-Hant-TW en-GB de-CH-1996 sl-rozaj-biske zh-cmn-Hans-CN x-own en-u-co-phonebk i-klingon en-a-bbb-x-a"
)


@pytest.mark.parametrize("tag", TAGS.split())
def test_language_tag(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "a-english", "zh_CN", "chinese language", "zh-", "中文", "en-a", "toolonglanguage"]
)
def test_no_language_tag(tag: str) -> None:
    assert not is_language_tag(tag)


IRIS = (
    "http://a",
    "https://a.b/c?d=e#f",
    "urn:x:y",
    "http://a/中文/%E4",
    "mailto:a@b.c",
    "http://[::1]:80/",
    "file:///a",
    "http://u:p@h:1/?#",
)
NO_IRIS = (
    "",
    "a",
    "a/b",
    "http://a b",
    "http://a/<",
    "http://a/%zz",
    "http://a/%",
    "http://[x/",
    "http://a/\u200f",
    "http://a/[",
    "1a:b",
    "http://a#b#c",
)


@pytest.mark.parametrize("iri", IRIS)
def test_absolute_iri(iri: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert is_absolute_iri(iri)
    assert connection.execute(f"SELECT regexp_full_match(?, {text(ABSOLUTE_IRI)})", [iri]).fetchall() == [(True,)]


@pytest.mark.parametrize("iri", NO_IRIS)
def test_no_absolute_iri(iri: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert not is_absolute_iri(iri)
    assert connection.execute(f"SELECT regexp_full_match(?, {text(ABSOLUTE_IRI)})", [iri]).fetchall() == [(False,)]


def test_a_constant_is_escaped_like_a_column() -> None:
    assert escaped('a"\\\n\r\t\b\f\x07\x7f中') == 'a\\"\\\\\\n\\r\\t\\b\\f\\u0007\\u007F中'
