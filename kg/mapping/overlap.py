"""Which statements of a plan can give the same triple, known without reading a row.

Only those need DISTINCT. The test is safe: it may say yes for two that never meet, never no for two that do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import TypeAlias

from kg.mapping.plan import Blank, Encoding, Iri, Literal, MapPlan, Plan, Statement, Term
from kg.mapping.template import Parts, columns
from kg.mapping.words import XSD_STRING

Place: TypeAlias = tuple[int, int]
"""A statement of a plan: the numbers of its map and of the statement in it."""

_ENCODED_ASCII = frozenset("%-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_ANY = "any text"
_ENCODED = "percent-encoded text"


def overlapping(plan: Plan) -> Iterator[tuple[Place, Place]]:
    """Yield the pairs of different statements that can give the same triple."""
    by_predicate: dict[Parts | None, list[Place]] = defaultdict(list)
    for i, each in enumerate(plan.maps):
        for j, statement in enumerate(each.statements):
            parts = statement.predicate.parts
            by_predicate[None if parts is None or columns(parts) else parts].append((i, j))
    open_ended = by_predicate.pop(None, [])
    for places in by_predicate.values():
        yield from _meeting(plan, combinations(places, 2))
        yield from _meeting(plan, product(places, open_ended))
    yield from _meeting(plan, combinations(open_ended, 2))


def _meeting(plan: Plan, pairs: Iterable[tuple[Place, Place]]) -> Iterator[tuple[Place, Place]]:
    for one, other in pairs:
        if _statements_meet(plan.maps[one[0]], one[1], plan.maps[other[0]], other[1]):
            yield one, other


def _statements_meet(one_map: MapPlan, one_number: int, other_map: MapPlan, other_number: int) -> bool:
    one, other = one_map.statements[one_number], other_map.statements[other_number]
    return (
        terms_meet(one.predicate, other.predicate)
        and _graphs_meet(one, other)
        and terms_meet(one.object, other.object)
        and terms_meet(one_map.subject, other_map.subject)
    )


def _graphs_meet(one: Statement, other: Statement) -> bool:
    if one.graph is None or other.graph is None:
        return one.graph is other.graph
    return terms_meet(one.graph, other.graph)


def terms_meet(one: Term, other: Term) -> bool:
    """Return whether two terms can be equal for some rows."""
    if isinstance(one, Iri) and isinstance(other, Iri):
        return one.base is not None or other.base is not None or _meet(_tokens(one), _tokens(other))
    if isinstance(one, Blank) and isinstance(other, Blank):
        return one.scope == other.scope if None in {one.parts, other.parts} else True
    if isinstance(one, Literal) and isinstance(other, Literal):
        return (
            _parts_meet(one.language, other.language)
            and terms_meet(_datatype(one), _datatype(other))
            and _parts_meet(one.parts, other.parts)
        )
    return False


def _datatype(term: Literal) -> Iri:
    """Return the datatype, which a column can make xsd:string too."""
    return term.datatype or Iri((XSD_STRING,))


def _parts_meet(one: Parts | None, other: Parts | None) -> bool:
    if one is None or other is None:
        return one is other
    return _meet(_tokens(Literal(one)), _tokens(Literal(other)))


def _tokens(term: Iri | Literal) -> tuple[str, ...]:
    """Return a value as single characters and wildcards."""
    wildcard = _ENCODED if isinstance(term, Iri) and term.encoding is not Encoding.NONE else _ANY
    return tuple(token for part in term.parts for token in (part if isinstance(part, str) else (wildcard,)))


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether some text matches both: a walk through the product of the two patterns."""
    if not {_ANY, _ENCODED} & {*one, *other}:
        return one == other
    pending, seen = [(0, 0)], {(0, 0)}
    while pending:
        i, j = pending.pop()
        if i == len(one) and j == len(other):
            return True
        for step in _steps(one, i, other, j):
            if step not in seen:
                seen.add(step)
                pending.append(step)
    return False


def _steps(one: tuple[str, ...], i: int, other: tuple[str, ...], j: int) -> Iterator[tuple[int, int]]:
    a = one[i] if i < len(one) else ""
    b = other[j] if j < len(other) else ""
    if a in {_ANY, _ENCODED}:
        yield i + 1, j
        if b and _takes(a, b):
            yield i, j + 1
    if b in {_ANY, _ENCODED}:
        yield i, j + 1
        if a and _takes(b, a):
            yield i + 1, j
    if a and a == b:
        yield i + 1, j + 1


def _takes(wildcard: str, token: str) -> bool:
    """Return whether a wildcard can swallow a token; what is encoded has no reserved character."""
    return wildcard == _ANY or len(token) > 1 or token in _ENCODED_ASCII or not token.isascii()
