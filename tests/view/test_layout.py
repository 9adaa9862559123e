"""Marks of the layout never stand on each other, whatever the sizes of the groups."""

import itertools
import math

import hypothesis
import pytest
from hypothesis import strategies as st

from kg.view.layout import SPACING, Group, arrange, bouquet, finish, rings


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 13, 23, 40, 90, 150])
def test_marks_on_rings_keep_their_distance(count: int) -> None:
    offsets = [(0.0, 0.0), *rings(count)]
    assert len(offsets) == count + 1
    assert min(math.dist(one, other) for one, other in itertools.combinations(offsets, 2)) > SPACING * 0.8


@hypothesis.given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=12)
)
def test_groups_never_overlap(sizes: list[tuple[int, int, int]]) -> None:
    groups = [
        Group(f"g{n}", tuple(f"g{n} {member}" for member in range(count)), (x, y))
        for n, (count, x, y) in enumerate(sizes)
    ]
    places = arrange(groups)
    assert len(places) == sum(count + 1 for count, _, _ in sizes)
    closest = min((math.dist(one, other) for one, other in itertools.combinations(places.values(), 2)), default=SPACING)
    assert closest > SPACING * 0.6


def test_a_tree_stands_branch_by_branch() -> None:
    parents: dict[str, str | None] = {"root": None, "a": "root", "b": "root", "a1": "a", "a11": "a1", "b1": "b"}
    places = bouquet(parents)
    assert places["root"] == (0.0, 0.0)
    assert math.dist(places["a"], places["a11"]) < math.dist(places["b"], places["a11"])
    assert len(set(places.values())) == len(parents)


def test_places_are_whole_numbers_around_the_middle() -> None:
    assert finish({"a": (0.0, 0.0), "b": (10.0, 4.0)}) == {"a": (-8, -2), "b": (8, 2)}
    assert finish({}) == {}
