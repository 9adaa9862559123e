"""Rows that are linked -> entities: union-find that never joins what must stay apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clusters:
    """Sets of things, joined one link after the other; `apart` and different `codes` hold sets apart for good.

    The outcome depends on the order of the links only where a constraint refuses one: give the surest first.
    """

    parents: dict[int, int] = field(default_factory=dict)
    enemies: dict[int, set[int]] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

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

    def join(self, left: int, right: int) -> bool:
        """Joins the sets of two things; returns whether they are together now."""
        one, other = sorted((self.find(left), self.find(right)))
        if one == other:
            return True
        if self._forbidden(one, other):
            return False
        self.parents[other] = one
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
