"""Tables and errors in a terminal: aligned in columns of Chinese, and nothing in the data steers it."""

import io
import unicodedata

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError, QueryError
from kg.store.results import Kind, QueryResult, Solution
from kg.view.terminal import PIPE, Terminal, cell, error_text, short_iri, table, text_width, visible, wrap
from kg.vocabulary import XSD

BASE = "https://example.org/"
PREFIXES = {"ex": f"{BASE}ontology#", "place": f"{BASE}place/"}


def number(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal"))


def select(*solutions: Solution, names: str = "name n", complete: bool = True) -> QueryResult:
    return QueryResult(Kind.SELECT, tuple(names.split()), solutions, None, complete, PREFIXES, BASE)


def test_chinese_stands_in_columns_and_numbers_to_the_right() -> None:
    result = select(
        (ox.Literal("烟台市"), number("7")), (ox.Literal("Wuxi"), number("1400.5")), (ox.Literal("济"), None)
    )
    assert table(result).split("\n") == [
        "name         n",
        "──────  ──────",
        "烟台市       7",
        "Wuxi    1400.5",
        "济",
        "3 rows",
    ]


def test_the_footer_counts() -> None:
    one = (ox.Literal("x"), None)
    assert table(select(one)).endswith("\n1 row")
    assert table(select(*[one] * 1000)).endswith("\n1,000 rows")
    assert table(select(one, complete=False)).endswith("\nthe first 1 row; there are more")
    assert table(select()) == "no rows: nothing in the graph fits the query"
    assert table(QueryResult(Kind.ASK, (), (), boolean=True)) == "true"
    assert table(QueryResult(Kind.ASK, (), (), boolean=False)) == "false"


def test_a_pipe_gets_whole_cells_without_colour() -> None:
    text = "先进结构材料" * 40
    printed = table(select((ox.Literal(text), number("1"))), PIPE)
    assert text in printed
    assert "\x1b" not in printed


def test_a_terminal_gets_lines_that_fit() -> None:
    texts = ("烟台市先进结构材料产业集群", "https://example.com/a/very/long/address", "a sentence of several words")
    result = select(tuple(ox.Literal(text) for text in texts), names="cluster address note")
    for width in (30, 40, 60, 80, 200):
        printed = table(result, Terminal(width))
        assert max(map(text_width, printed.split("\n"))) <= width
        for text in texts:
            assert all(word in printed for word in text[:4])


def test_a_table_that_is_too_wide_becomes_records() -> None:
    result = select(
        tuple(ox.Literal(f"value-{place}") for place in range(9)), names=" ".join(f"name{n}" for n in range(9))
    )
    printed = table(result, Terminal(60)).split("\n")
    assert printed[0] == "name0  value-0"
    assert printed[8] == "name8  value-8"


def test_colour_only_where_it_is_wanted() -> None:
    result = select((ox.Literal("x"), None))
    assert "\x1b[1m" in table(result, Terminal(80, colour=True))
    assert "\x1b" not in table(result, Terminal(80))


def test_a_terminal_is_known_by_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Terminal.of(io.StringIO()) == PIPE
    assert Terminal.of(Tty()) == Terminal(72, colour=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert Terminal.of(Tty()) == Terminal(72, colour=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m红\x1b]0;title\x07", "\\x1b[31m红\\x1b]0;title\\x07"),
        ("a\u202eb\u2066c\u200fd", "a\\u202eb\\u2066c\\u200fd"),
        ("two\r\nlines\u2028more", "two\\r\\nlines\\u2028more"),
        ("\x9b31m\x85", "\\x9b31m\\x85"),
        ("zero\u200bwidth\ufeff\U000e0041", "zero\\u200bwidth\\ufeff\\U000e0041"),
        ("[red]=cmd()[/red]", "[red]=cmd()[/red]"),
        ("\u3000全角　空格", "\u3000全角　空格"),
    ],
)
def test_what_could_steer_the_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    printed = table(select((ox.Literal(text), None), (ox.NamedNode(BASE + "x"), number("1"))))
    assert shown in printed
    assert len(printed.split("\n")) == 5


@given(st.text(max_size=40), st.integers(min_value=2, max_value=30))
def test_wrapping_loses_no_character_but_spaces_and_keeps_to_the_width(text: str, width: int) -> None:
    shown = visible(text)
    lines = wrap(shown, width)
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=4), st.integers(20, 80))
def test_no_label_steers_the_terminal(texts: list[tuple[str, str]], width: int) -> None:
    literals = [tuple(ox.Literal(text.encode("utf-8", "replace").decode()) for text in row) for row in texts]
    printed = table(select(*literals), Terminal(width))
    assert not [
        character for character in printed if character != "\n" and unicodedata.category(character) in {"Cc", "Cf"}
    ]


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (f"{BASE}ontology#Cluster", "ex:Cluster"),
        (f"{BASE}place/370600", "place:370600"),
        (f"{BASE}place/zone/x", "place/zone/x"),
        (f"{BASE}cluster/ndrc1-370600", "cluster/ndrc1-370600"),
        (f"{BASE}cluster/烟台", "cluster/烟台"),
        ("https://other.example/x", "https://other.example/x"),
        (BASE, BASE),
        (f"{BASE}ontology#", "ontology#"),
    ],
)
def test_iris_are_short(iri: str, short: str) -> None:
    assert short_iri(iri, PREFIXES, BASE) == short


def test_cells() -> None:
    assert cell(None, PREFIXES, BASE) == ""
    assert cell(ox.BlankNode("b"), PREFIXES, BASE) == "_:b"
    assert cell(ox.NamedNode(f"{BASE}a\u202eb"), PREFIXES, BASE) == "a\\u202eb"
    assert cell(ox.Literal("济南", language="zh"), PREFIXES, BASE) == "济南"


def test_an_error_points_at_its_place_in_columns_of_chinese() -> None:
    error = QueryError("no such prefix", line=2, column=22, text="\t?s rdfs:label '山东省', x:y")
    assert error_text(error).split("\n") == [
        "no such prefix",
        "line 2, column 22:",
        "     ?s rdfs:label '山东省', x:y",
        "    " + " " * 24 + "^",
    ]


def test_an_error_in_a_very_long_line_shows_its_surroundings() -> None:
    error = QueryError("wrong", line=1, column=5001, text="a" * 5000 + "!" + "b" * 5000)
    shown = error_text(error).split("\n")
    assert max(map(len, shown)) < 120
    assert shown[2][shown[3].index("^")] == "!"


def test_other_errors_are_a_sentence_with_their_place() -> None:
    assert error_text(KgError("is not UTF-8", file="a.csv", line=3)) == "a.csv:3: is not UTF-8"
    assert error_text(KgError("odd \x1b[0m")) == "odd \\x1b[0m"
    assert error_text(QueryError("took too long")) == "took too long"
