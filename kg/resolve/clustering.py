"""Rows that are linked -> entities: union-find that never joins what must stay apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field

AGAINST = -8.0
"""What a pair that is not even scored says against one set of its two: as much as another trade or city does."""

MOST = 8.0
"""What a pair says for one set at most, so that no link outweighs all that speaks against a set."""


@dataclass(slots=True)
class Clusters:
    """Sets of things, joined one link after the other; `apart` and different `codes` hold sets apart for good.

    With `weights` (log-odds of pairs, both ways) two sets are joined only if the pairs across them say so together
    (average linkage): that A is B and B is C makes no set of A and C where these two contradict it. The outcome depends
    on the order of the links only where a join is refused: give the surest first.
    """

    parents: dict[int, int] = field(default_factory=dict)
    enemies: dict[int, set[int]] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    weights: dict[int, dict[int, float]] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)

    def find(self, thing: int) -> int:
        """Return the root of a thing's set."""
        root = thing
        while (parent := self.parents.get(root, root)) != root:
            root = parent
        while (parent := self.parents.get(thing, thing)) != root:
            self.parents[thing] = root
            thing = parent
        return root

    def keep_apart(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forbids any link that would bring the two of a pair together; call it before the first `join`."""
        for left, right in pairs:
            self.enemies.setdefault(left, set()).add(right)
            self.enemies.setdefault(right, set()).add(left)

    def join(self, left: int, right: int, *, sure: bool = False) -> bool:
        """Joins the sets of two things; returns whether they are together now.

        What is `sure` (give it first) needs no weights, and counts as one thing from then on.
        """
        one, other = sorted((self.find(left), self.find(right)))
        if one == other:
            return True
        if self._forbidden(one, other) or not (sure or self._agree(one, other)):
            return False
        self.parents[other] = one
        if sure:
            self._contract(one, other)
        else:
            self.members.setdefault(one, [one]).extend(self.members.pop(other, [other]))
        if other in self.codes:
            self.codes[one] = self.codes.pop(other)
        for enemy in self.enemies.pop(other, ()):
            self.enemies[enemy].discard(other)
            self.enemies[enemy].add(one)
            self.enemies.setdefault(one, set()).add(enemy)
        return True

    def _forbidden(self, one: int, other: int) -> bool:
        codes = {self.codes[root] for root in (one, other) if root in self.codes}
        return len(codes) > 1 or other in self.enemies.get(one, ())

    def _agree(self, one: int, other: int) -> bool:
        """Whether the pairs across two sets together speak for one set."""
        if not self.weights:
            return True
        few, many = sorted((self.members.get(root, [root]) for root in (one, other)), key=len)
        if len(many) == 1:
            return True
        inside = set(many)
        across = [w for here in few for there, w in self.weights.get(here, {}).items() if there in inside]
        against = len(few) * len(many) - len(across)
        return sum(min(w, MOST) for w in across) + AGAINST * against >= 0

    def _contract(self, one: int, other: int) -> None:
        """Gives the pairs of a thing to another that is surely the same; of two with one partner the better counts."""
        for partner, weight in self.weights.pop(other, {}).items():
            back = self.weights[partner]
            back.pop(other, None)
            if partner != one:
                best = max(weight, back.get(one, weight))
                back[one] = best
                self.weights.setdefault(one, {})[partner] = best
