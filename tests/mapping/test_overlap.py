"""Which statements can give one triple."""

import pytest

from kg.mapping.overlap import terms_meet
from kg.mapping.plan import Blank, Encoding, Iri, Literal, Term
from kg.mapping.template import Column

A, B = Column("a"), Column("b")
SAFE = Encoding.IRI
DATE = Iri(("http://www.w3.org/2001/XMLSchema#date",))


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Iri(("x/", A), SAFE), Iri(("x/", B), SAFE), True),
        (Iri(("x/", A), SAFE), Iri(("y/", A), SAFE), False),
        (Iri(("x/", A), SAFE), Iri(("x/zone/", A), SAFE), False),
        (Iri(("x/", A)), Iri(("x/zone/", A)), True),
        (Iri(("x/", A, "#row"), SAFE), Iri(("x/", A), SAFE), False),
        (Iri(("x/", A, "-b"), SAFE), Iri(("x/a-", A), SAFE), True),
        (Iri(("x/1",)), Iri(("x/", A), SAFE), True),
        (Iri(("x/1/2",)), Iri(("x/", A), SAFE), False),
        (Iri((A,), Encoding.NONE, "http://b/"), Iri(("http://b/1",)), True),
        (Iri(("x",)), Literal(("x",)), False),
        (Blank((A,)), Blank(("x",)), True),
        (Blank(None, "one"), Blank(None, "two"), False),
        (Blank(None, "one"), Blank(("x",)), False),
        (Literal((A,), ("zh",)), Literal((A,), ("en",)), False),
        (Literal((A,), ("zh",)), Literal((A,), (B,)), True),
        (Literal((A,), ("zh",)), Literal((A,)), False),
        (Literal((A,), None, DATE), Literal((A,)), False),
        (Literal((A,), None, DATE), Literal((A,), None, Iri((B,), Encoding.NONE, "http://b/")), True),
        (Literal((A,)), Literal((A,), None, Iri(("http://www.w3.org/2001/XMLSchema#", B), SAFE)), True),
    ],
)
def test_terms(one: Term, other: Term, meet: bool) -> None:
    assert terms_meet(one, other) is meet
    assert terms_meet(other, one) is meet
