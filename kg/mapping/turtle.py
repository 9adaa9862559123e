"""The rows of a group as blocks of Turtle: the subject once, constant terms by prefix (RDF 1.1 Turtle, section 2.4)."""

import re
from collections.abc import Collection, Mapping

from kg.mapping import select, sql
from kg.mapping.plan import RDF_TYPE, Iri, Literal, MapPlan, Plan, Statement, Term
from kg.mapping.select import Group, Projection
from kg.mapping.sql import Fault, Pieces
from kg.mapping.template import columns
from kg.vocabulary import RDF, RDFS, XSD

TYPE = Iri((RDF_TYPE,))
_KNOWN = {"rdf": RDF, "rdfs": RDFS, "xsd": XSD}
NAMESPACE = re.compile(r"[^/#]*$")
"""What stands behind the namespace of an IRI."""

PREFIX = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
LOCAL = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
"""Local names that need no escape."""


def header(prefixes: Mapping[str, str]) -> str:
    """Return the directives that stand at the beginning of a file, each with its line end."""
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()))


def prefixes_of(plan: Plan, offered: Mapping[str, str]) -> dict[str, str]:
    """Return a prefix for each namespace of the constant terms of a plan: one that is offered, else ns1, ns2, ..."""
    known = {iri: name for name, iri in (_KNOWN | dict(offered)).items() if PREFIX.fullmatch(name)}
    names = (_constant(term) for each in plan.maps for one in each.statements for term in (one.predicate, one.object))
    found: dict[str, str] = {}
    for namespace in dict.fromkeys(NAMESPACE.sub("", name) for name in names if name is not None):
        if namespace:
            found[known.get(namespace, f"ns{len(found) + 1}")] = namespace
    return found


def _constant(term: Term) -> str | None:
    """Return the constant IRI of a term: itself, or its datatype."""
    iri = term.datatype if isinstance(term, Literal) else term
    return (
        "".join(map(str, iri.parts)) if isinstance(iri, Iri) and iri.base is None and not columns(iri.parts) else None
    )


def blocks(group: Group, found: Collection[Fault], prefixes: Mapping[str, str]) -> str:
    """Return a SELECT of one text a row: a block a map."""
    projection = Projection()
    made = [_block(each, statements, projection, found, prefixes) for each, statements in group]
    numbered = any(select.is_numbered(each) for each, _ in group)
    rows = f"{select.rows(group[0][0].relation, numbered=numbered)} WHERE {select.some_line(group, found)}"
    return f"SELECT concat_ws(chr(10), {', '.join(made)}) AS line FROM ({projection.select(rows)})"


def _block(
    each: MapPlan,
    statements: tuple[Statement, ...],
    projection: Projection,
    found: Collection[Fault],
    prefixes: Mapping[str, str],
) -> str:
    """Return the SQL of a block, NULL where the subject or every object is missing."""
    subject = projection.alias(sql.concatenation(select.pieces(each.subject, found)))
    pairs = []
    for statement in statements:
        made = [_short(term, found, prefixes) for term in (statement.predicate, statement.object)]
        predicate = ("a",) if statement.predicate == TYPE else projection.pieces(made[0])
        pairs.append(sql.line((*predicate, " ", *projection.pieces(made[1]))))
    body = f"nullif(concat_ws(' ;' || chr(10) || '    ', {', '.join(pairs)}), '')"
    return f"{subject} || ' ' || {body} || ' .'"


def _short(term: Term, found: Collection[Fault], prefixes: Mapping[str, str]) -> Pieces:
    """Return a term, a constant IRI or datatype in it by its prefix."""
    made = select.pieces(term, found)
    if isinstance(term, Iri) and not columns(term.parts) and term.base is None:
        name = "".join(map(str, term.parts))
        return (_qualified(name, prefixes),)
    if isinstance(term, Literal) and term.datatype is not None and not columns(term.datatype.parts):
        name = "".join(map(str, term.datatype.parts))
        return _with_datatype(made, name, _qualified(name, prefixes))
    return made


def _with_datatype(made: Pieces, name: str, short: str) -> Pieces:
    """Return a literal whose last constant text is its datatype; a guarded one is left as it is."""
    tail: list[str] = []
    rest = list(made)
    while rest and isinstance(rest[-1], str):
        tail.insert(0, str(rest.pop()))
    text = "".join(tail)
    end = f"^^<{name}>"
    return (*rest, text.removesuffix(end) + f"^^{short}") if text.endswith(end) else made


def _qualified(iri: str, prefixes: Mapping[str, str]) -> str:
    for name, namespace in prefixes.items():
        if iri.startswith(namespace) and LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{name}:{iri[len(namespace) :]}"
    return f"<{iri}>"
