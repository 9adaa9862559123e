"""Evidence: claims are made of statements and rows, whatever characters stand in them."""

from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.evidence import CLAIM_COLUMNS, Backed, EvidenceTables
from kg.model import Dataset, Evidence, EvidenceRules, Relation

RULES = EvidenceRules("sources", "grades", "unsourced", ("https://example.org/hasRecord",))
DATASET = Dataset(
    "things", Path("things.csv"), Path("things.rml.ttl"), {}, Evidence.STATEMENT, "source", None, None, None, None, None
)


def claims_of(
    statements: list[tuple[int, str, str, str]], sources: list[tuple[int, str | None]]
) -> list[dict[str, str | None]]:
    """The claims of statements (row, subject, predicate, object: N-Triples terms), as rows by column."""
    connection = duckdb.connect()
    evidence = EvidenceTables(connection, RULES)
    known = relation(connection, "src", [("s1", "news"), ("s2", "news"), ("unsourced", "none")], ("id", "grade"))
    grades = relation(connection, "grd", [("news", "confirmed"), ("none", "unconfirmed")], ("key", "confirms"))
    evidence.know_sources(known, grades)
    connection.execute(
        "CREATE TABLE made (row BIGINT, subject VARCHAR, predicate VARCHAR, object VARCHAR, graph VARCHAR)"
    )
    connection.executemany("INSERT INTO made VALUES (?, ?, ?, ?, NULL)", statements)
    connection.execute("CREATE TABLE rows (_row BIGINT, source VARCHAR)")
    connection.executemany("INSERT INTO rows VALUES (?, ?)", sources)
    things = Relation("things.csv", ("source",), "SELECT source FROM rows", "SELECT * FROM rows")
    backed = Backed(DATASET, things, None, "made")
    evidence.back(backed, into="backings")
    evidence.claim(backed, "backings")
    found = connection.execute(evidence.claims().sql).fetchall()
    return [dict(zip(CLAIM_COLUMNS, row, strict=True)) for row in found]


def relation(
    connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[str, str]], columns: tuple[str, str]
) -> Relation:
    connection.execute(f"CREATE TABLE {name} ({columns[0]} VARCHAR, {columns[1]} VARCHAR)")
    connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
    return Relation(f"{name}.csv", columns, f"SELECT * FROM {name}", f"SELECT rowid + 2 AS _row, * FROM {name}")


A, P = "<https://example.org/a>", "<https://example.org/p>"


def test_several_sources_give_several_claims_of_one_statement() -> None:
    found = claims_of([(2, A, P, '"x"@zh')], [(2, "s1"), (2, "s2")])
    assert {(claim["source"], claim["object_text"], claim["object_lang"]) for claim in found} == {
        ("s1", "x", "zh"),
        ("s2", "x", "zh"),
    }
    assert len({claim["id"] for claim in found}) == 2


def test_the_same_statement_in_two_rows_is_one_claim_with_two_rows() -> None:
    found = claims_of([(2, A, P, '"x"'), (3, A, P, '"x"')], [(2, "s1"), (3, "s1")])
    assert len({claim["id"] for claim in found}) == 1
    assert {claim["row"] for claim in found} == {"2", "3"}


def test_a_record_has_one_claim() -> None:
    record = "<https://example.org/r>"
    statements = [(2, A, "<https://example.org/hasRecord>", record), (2, record, P, '"1"'), (2, record, P, '"2"')]
    [claim] = claims_of(statements, [(2, "s1")])
    assert claim["object_iri"] == "https://example.org/r"


def test_no_source_is_the_source_unsourced() -> None:
    [claim] = claims_of([(2, A, P, A)], [(2, None)])
    assert (claim["source"], claim["confirmation"]) == ("unsourced", "unconfirmed")


@pytest.mark.slow
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_comes_through(text: str) -> None:
    [claim] = claims_of([(2, A, P, str(ox.Literal(text, language="zh")))], [(2, "s1")])
    assert (claim["object_text"], claim["object_lang"], claim["object_datatype"]) == (text, "zh", None)


@pytest.mark.slow
@given(st.text(alphabet='\\"nrtu0@^<>', max_size=12))
def test_texts_that_look_like_syntax_come_through(text: str) -> None:
    datatype = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    literals = [str(ox.Literal(text)), str(ox.Literal(text, datatype=datatype))]
    plain, typed = (claims_of([(2, A, P, literal)], [(2, "s1")])[0] for literal in literals)
    assert (plain["object_text"], typed["object_text"]) == (text, text)
    assert plain["object_datatype"] == "http://www.w3.org/2001/XMLSchema#string"
    assert typed["object_datatype"] == datatype.value
