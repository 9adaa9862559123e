"""What a query may be: refusals in every disguise, and clear sentences for what is wrong."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError, did_you_mean
from kg.store.sparql import check_query, syntax_error

PREFIXES = {"ckg": "https://example.org/o#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
ELSEWHERE = "http://localhost:1/"


def refusal(text: str) -> str:
    with pytest.raises(QueryError) as caught:
        check_query(text)
    return caught.value.reason


def mistake(text: str) -> QueryError:
    """The error that a query gets that Oxigraph cannot parse."""
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, prefixes=PREFIXES)
    return syntax_error(text, str(caught.value), PREFIXES)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://x/> { ?s ?p ?o } }",
        "SELECT * { SERVICE<http://x/>{?s ?p ?o} }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { SERVICE # a remark\n <http://x/> { ?s ?p ?o } }",
        "PREFIX ex: <http://x/> SELECT * { SERVICEex:a { ?s ?p ?o } }",
        "PREFIX : <http://x/> PREFIX service: <http://y/> SELECT * { service:a { ?s ?p ?o } }",
        "PREFIX : <http://x/> SELECT * { SERVICESILENT:a { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://x/>{?a ?b ?c} }",
        "SELECT * { ?s ?p 1.SERVICE<http://x/>{?a ?b ?c} }",
        "SELECT * { ?s ?p 'x'@en--ltrSERVICE <http://x/> {?a ?b ?c} }",
    ],
)
def test_service_is_refused_in_every_writing(text: str) -> None:
    assert "SERVICE is not allowed" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/> { }' }",
        'SELECT * { ?s ?p """a " SERVICE <http://x/> {\n}""" }',
        "SELECT * { ?s ?p 'it\\'s SERVICE <http://x/> {' }",
        "SELECT * { # SERVICE <http://x/> { ?s ?p ?o }\n ?s ?p ?o }",
        "SELECT * { ?s <http://x/SERVICE> ?o }",
        "SELECT * { ?service ?p ?o . ?service a ckg:Service . OPTIONAL { ?service ckg:serviceOf ?x } }",
        "SELECT * { GRAPH ckg:service { ?s ?p ?o } }",
        "SELECT * { ?s ckg:service ?o FILTER(?o < 3 && ?o > 1) }",
        "SELECT ?from { ?from ?p 'FROM <x>' }",
        "SELECT * { ?s rdfs:label 'INSERT DATA' }",
    ],
)
def test_words_in_strings_comments_iris_and_names_pass(text: str) -> None:
    assert check_query(text) == text
    ox.Store().query(text, prefixes=PREFIXES)


def test_a_comparison_cannot_hide_a_service() -> None:
    """Oxigraph reads `<` as "less than" here, a plain tokenizer an IRI that swallows the quote."""
    hidden = "SERVICE<http://localhost:1/>{?s ?p'z'}"
    assert "put a space behind <" in refusal(f"SELECT * {{ ?a ?p ?b FILTER(?a<?b&&?c='x>y'){hidden} }}")
    assert "put a space behind <" in refusal(f"SELECT * {{ ?a ?p ?b FILTER(?a<?b#>'''\n){hidden}#'''\n }}")
    assert "put a space behind <" in refusal(f"SELECT * {{ <<?s?p'>'>> ?q ?o . {hidden} }}")
    assert refusal(f"SELECT * {{ ?a ?p ?b FILTER(?a<<http://x#>){hidden} }}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o FILTER(?o < 3) FILTER(?o<4) FILTER(3>?o) }",
        "SELECT * { ?s ?p ?o FILTER(?p = <http://x/y#z>) VALUES ?p { <http://x/a#b> <http://x/it's> } }",
        "SELECT * { VALUES (?s ?p) { (<http://x/a#b> <http://x/c#d>) } ?s ?p ?o }",
    ],
)
def test_ordinary_comparisons_and_iris_pass(text: str) -> None:
    assert check_query(text) == text
    ox.Store().query(text)


@pytest.mark.parametrize(
    "text",
    ["SELECT * FROM <http://x/> { ?s ?p ?o }", "ASK FROM NAMED <http://x/> { ?s ?p ?o }", "SELECT *FROM<x>{?s ?p ?o}"],
)
def test_from_is_refused(text: str) -> None:
    assert "FROM is not allowed" in refusal(text)


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:b> 1 }", "PREFIX x: <http://x/>\ndelete where { ?s ?p ?o }", "LOAD <file:///x>"]
)
def test_updates_are_refused(text: str) -> None:
    assert "a published release can only be read" in refusal(text)


def test_deep_nesting_is_refused_before_it_ends_the_process() -> None:
    assert "brackets in brackets" in refusal("SELECT * { FILTER" + "(" * 6000 + "1" + ")" * 6000 + "}")


def test_an_open_string_is_refused_with_its_place() -> None:
    with pytest.raises(QueryError) as caught:
        check_query("SELECT * {\n  ?s ?p 'open }")
    assert (caught.value.line, caught.value.column, caught.value.text) == (2, 9, "  ?s ?p 'open }")


def test_a_byte_order_mark_is_dropped() -> None:
    assert check_query("\ufeffASK {}") == "ASK {}"


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("SELECT * { ?s ckx:a ?o }", "the prefix 'ckx:' is not known; did you mean 'ckg'?", 1, 15),
        ("SELECT * { ?s zzzz:a ?o }", "the prefix 'zzzz:' is not known (known: ckg, rdfs)", 1, 15),
        ("SELECT * {\n ?s ?p ?o", 'this "{" is never closed', 1, 10),
        ("SELECT * { ?s ?p ?o } }", 'this "}" closes nothing', 1, 23),
        ("SELECT * { FILTER(1 }", '")" is missing here', 1, 21),
        ("SELCT * { ?s ?p ?o }", "'SELCT' is no word of SPARQL; did you mean 'SELECT'?", 1, 1),
        ("SELECT ?s { ?s ?p ?o FILTRE(?o > 1) }", "did you mean 'FILTER'?", 1, 22),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", "SELECT names a variable that nothing binds", 1, 35),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "SELECT gives a new value", 1, 30),
        ("SELECT ?s ?p", "the query ends too early", 1, 13),
        ("SELECT * { ?s ?p , }", "not valid SPARQL from here on", 1, 20),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, reason: str, line: int, column: int) -> None:
    error = mistake(text)
    assert reason in error.reason
    assert (error.line, error.column) == (line, column)
    assert error.text == text.split("\n")[line - 1]


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("SELECT * { ?s ?p “x” }", "a typographic quote (“)", 18),
        ("SELECT * （?s ?p ?o）", 'where SPARQL needs "("', 10),
        ("SELECT * { ?s ?p ?o。 }", "a full-width full stop", 20),
        ("SELECT ?a，?b { ?a ?p ?b }", 'a full-width sign (，) where SPARQL needs ","', 10),
        ("SELECT * {\u3000?s ?p ?o }", "a full-width sign", 11),
    ],
)
def test_signs_of_a_chinese_input_method_are_refused(text: str, reason: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        check_query(text)
    assert reason in caught.value.reason
    assert caught.value.column == column


def test_chinese_names_and_strings_pass() -> None:
    assert check_query("SELECT ?产业 { ?产业 ckg:名称 '济南，（市）。'@zh }")


def test_did_you_mean_says_nothing_when_nothing_is_near() -> None:
    assert did_you_mean("xyz", ["ckg", "rdfs"]) == ""


@given(st.text(alphabet="sSeErRvViIcC <>{}()'\"#:?$.@ax1\\\n-=&", max_size=60))
def test_what_passes_never_calls_out(text: str) -> None:
    assert_does_not_call_out(text)


def assert_does_not_call_out(text: str) -> None:
    """Oxigraph evaluates what passed without trying to reach a server, which would be an OSError."""
    query = f"SELECT * {{ BIND(1 AS ?x) BIND(2 AS ?a) {text} }}"
    try:
        list(ox.Store().query(check_query(query), base_iri=ELSEWHERE, prefixes={"": ELSEWHERE, "e": ELSEWHERE}))  # type: ignore[arg-type]
    except (QueryError, SyntaxError, ValueError, RuntimeError):
        return


PIECES = """
    ' " ''' < > # ?a ?b ?a<?b 'y>' #>''' FILTER( ) SERVICE <http://localhost:1/> {?s ?p ?o} && = e:x e: << >> true .
    'x' @en --ltr 1 EXISTS { } _:a SERVICE<http://localhost:1/>{?s'p'?o} e:a. ?x<?a&&?a='>"""


@given(st.lists(st.sampled_from([*PIECES.split(), " ", "\n"]), max_size=14).map("".join))
def test_no_arrangement_of_tokens_calls_out(text: str) -> None:
    """The same with whole tokens, which parse more often."""
    assert_does_not_call_out(text)
