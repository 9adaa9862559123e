"""What is settled before a row is read."""

import pytest

from kg.errors import MappingError
from kg.mapping.plan import Encoding, Iri, Literal, Statement, plan
from kg.mapping.rml import parse
from kg.mapping.template import Column, TemplateError, parse_template
from kg.model import Relation
from tests.mapping.support import BASE, planned, triples_map

A = Column("a")
TABLE = Relation("t.csv", ("a", "b"), "SELECT", "SELECT")
TYPED = Relation("t.json", ("a", "b"), "SELECT", "SELECT", (("a", "http://www.w3.org/2001/XMLSchema#integer"),))


def statements(*pairs: str, relation: Relation = TABLE, subject: str = 'rml:template "{a}"') -> tuple[Statement, ...]:
    return planned(triples_map(subject, *pairs), relation).maps[0].statements


def test_a_relative_template_gets_the_base_beforehand() -> None:
    assert planned(triples_map('rml:template "x/{a}"'), TABLE).maps[0].subject == Iri((BASE + "x/", A), Encoding.IRI)
    assert planned(triples_map('rml:template "{a}"'), TABLE).maps[0].subject == Iri((BASE, A), Encoding.IRI)
    absolute = planned(triples_map('rml:template "urn:x:{a}"'), TABLE).maps[0].subject
    assert absolute == Iri(("urn:x:", A), Encoding.IRI)


def test_a_reference_keeps_the_base_for_later() -> None:
    assert planned(triples_map('rml:reference "a"'), TABLE).maps[0].subject == Iri((A,), Encoding.NONE, BASE)


def test_a_format_that_knows_types_gives_natural_datatypes() -> None:
    pair = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "{}" ]'
    found = [statement.object for statement in statements(pair.format("a"), pair.format("b"), relation=TYPED)]
    assert found == [Literal((A,), None, Iri((TYPED.datatypes[0][1],))), Literal((Column("b"),))]


def test_xsd_string_is_no_datatype() -> None:
    pair = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:datatype xsd:string ]'
    assert statements(pair)[0].object == Literal((A,))


def test_a_statement_stands_once() -> None:
    pair = 'rml:predicate ex:p ; rml:objectMap [ rml:reference "b" ] ; rml:graph ex:g'
    assert len(statements(pair, pair, subject='rml:template "{a}" ; rml:graph ex:g')) == 1


def test_a_source_without_a_table_is_an_error() -> None:
    with pytest.raises(MappingError, match=r"there is no table for its source 't\.csv'"):
        plan(parse(triples_map('rml:template "{a}"'), file="m", base=BASE), {})


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ("", ("",)),
        ("x", ("x",)),
        ("{a}", (A,)),
        ("{a}{b}", (A, Column("b"))),
        (r"\{{a}\}\\", ("{", A, "}\\")),
        (r"{\{a\}\\ 名}", (Column("{a}\\ 名"),)),
    ],
)
def test_template(template: str, parts: tuple[str | Column, ...]) -> None:
    assert parse_template(template) == parts


@pytest.mark.parametrize("template", ["{", "}", "{a", "a}", "{}", "{{a}}", "{a{b}}", "\\", "\\n", "{a\\}"])
def test_a_template_that_is_not_well_formed(template: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(template)
