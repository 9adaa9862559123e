"""Union-find with constraints."""

from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.clustering import Clusters

pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1]), max_size=30)


@given(pairs, pairs)
def test_no_join_goes_across_a_different(links: list[tuple[int, int]], apart: list[tuple[int, int]]) -> None:
    clusters = Clusters()
    clusters.keep_apart(apart)
    joined = [pair for pair in links if clusters.join(*pair)]
    assert all(clusters.find(left) != clusters.find(right) for left, right in apart)
    assert all(clusters.find(left) == clusters.find(right) for left, right in joined)


@given(pairs, st.randoms(use_true_random=False))
def test_without_constraints_the_order_has_no_effect(links: list[tuple[int, int]], order) -> None:  # type: ignore[no-untyped-def]
    one, other = Clusters(), Clusters()
    for pair in links:
        one.join(*pair)
    shuffled = order.sample(links, len(links))
    for left, right in shuffled:
        other.join(right, left)
    assert [one.find(n) for n in range(13)] == [other.find(n) for n in range(13)]


def test_two_codes_keep_sets_apart() -> None:
    clusters = Clusters()
    clusters.codes.update({1: "A", 3: "B"})
    assert clusters.join(2, 1)
    assert clusters.join(3, 4)
    assert not clusters.join(2, 4)
    assert clusters.join(5, 2)
    assert not clusters.join(5, 3)


def weighed(*pairs: tuple[int, int, float]) -> Clusters:
    clusters = Clusters()
    for left, right, weight in pairs:
        clusters.weights.setdefault(left, {})[right] = weight
        clusters.weights.setdefault(right, {})[left] = weight
    return clusters


def test_a_chain_is_no_set_where_its_ends_contradict_it() -> None:
    clusters = weighed((1, 2, 6.0), (2, 3, 3.0))
    assert clusters.join(1, 2)
    assert not clusters.join(2, 3)


def test_a_chain_is_a_set_where_the_pairs_agree_together() -> None:
    clusters = weighed((1, 2, 6.0), (2, 3, 3.0), (1, 3, -1.0))
    assert clusters.join(1, 2)
    assert clusters.join(2, 3)


def test_things_surely_one_count_as_one() -> None:
    clusters = weighed((1, 2, 50.0), (1, 3, 50.0), (3, 4, 5.0))
    assert clusters.join(1, 2, sure=True)
    assert clusters.join(1, 3, sure=True)
    assert clusters.join(3, 4)
    assert clusters.find(4) == 1
