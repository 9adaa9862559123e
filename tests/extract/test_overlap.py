"""Stretches of a text that share characters."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.overlap import apart, is_free, overlaps


class Piece(NamedTuple):
    start: int
    end: int


SPANS = st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda pair: Piece(pair[0], pair[0] + pair[1]))


def characters(one: Piece) -> set[int]:
    return set(range(one.start, one.end))


@given(SPANS, st.lists(SPANS))
def test_stretches_overlap_where_they_share_a_character(one: Piece, others: list[Piece]) -> None:
    shared = any(characters(one) & characters(other) for other in others)
    assert overlaps(one.start, one.end, others) is shared
    assert is_free(one, others) is not shared


@given(st.lists(SPANS), st.lists(SPANS))
def test_what_is_apart_keeps_its_order(mentions: list[Piece], others: list[Piece]) -> None:
    assert apart(mentions, others) == [one for one in mentions if is_free(one, others)]
