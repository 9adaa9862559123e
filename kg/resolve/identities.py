"""One thing, one id: what the judgements of a project make of the ids of its graph. Nothing is lost: ids stand for ids.

A judgement counts only if both ids are known, are things of one kind, and are still called what they were called when
they were judged: an id that has got another name may stand for another thing now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.model import Problem
from kg.resolve.clustering import Clusters
from kg.resolve.judgements import STAGE, Judgement, Verdict, settle

NEW_ID = "/text-"
"""What ids have in them that an article alone brought into the graph."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of a judged id: what it is called, and its classes."""

    names: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Identities:
    """Which id stands for which, as people decided.

    `kept` gives the id that stands for another one; ids that are not in it stand for themselves. `held` are the
    judgements behind it; `between_ids` has those that say "different" or "unsure", by the two ids.
    """

    kept: Mapping[str, str] = field(default_factory=dict)
    held: tuple[Judgement, ...] = ()
    between_ids: Mapping[tuple[str, str], Judgement] = field(default_factory=dict)

    def of(self, identifier: str) -> str:
        """The id that stands for this one."""
        return self.kept.get(identifier, identifier)

    def between(self, one: str, other: str) -> Judgement | None:
        """The judgement that two ids are different, or may be."""
        left, right = self.of(one), self.of(other)
        return self.between_ids.get((min(left, right), max(left, right)))


def identify(rows: Iterable[Judgement], known: Mapping[str, Thing], file: str) -> tuple[Identities, list[Problem]]:
    """What sound judgements make of the known ids, and a Problem for each that is not applied."""
    usable, problems = [], []
    for row in rows:
        reason = _fault(row, known)
        if reason:
            problems.append(Problem(STAGE, file, row.line, f"{row.left},{row.right}", f"{reason}; it is not applied"))
        else:
            usable.append(row)
    held, contradictions = settle(usable, file)
    return _identities(held.rows), problems + contradictions


def _fault(row: Judgement, known: Mapping[str, Thing]) -> str:
    for identifier, name in ((row.left, row.left_name), (row.right, row.right_name)):
        if identifier not in known:
            return f"nothing in the graph has the id {identifier}"
        names = known[identifier].names
        if name and name not in names:
            now = ", ".join(sorted(names)) or "without a name"
            return f"{identifier} was called {name} when it was judged, and is now {now}: it may be something else"
    left, right = known[row.left].kinds, known[row.right].kinds
    if left and right and not left & right:
        return f"{row.left} and {row.right} are things of different kinds"
    return ""


def _identities(held: Sequence[Judgement]) -> Identities:
    same = [row for row in held if row.verdict is Verdict.SAME]
    kept = _kept(same)
    between = {}
    for row in held:
        if row.verdict is not Verdict.SAME:
            left, right = sorted((kept.get(row.left, row.left), kept.get(row.right, row.right)))
            between[left, right] = row
    return Identities(kept, tuple(held), between)


def _kept(same: Sequence[Judgement]) -> dict[str, str]:
    """The id that stands for each other one: the left one of the earliest judgement; ids of tables before new ones."""
    order = list(dict.fromkeys(identifier for row in same for identifier in (row.left, row.right)))
    order.sort(key=lambda identifier: NEW_ID in identifier)
    numbers = {identifier: number for number, identifier in enumerate(order)}
    clusters = Clusters()
    for row in same:
        clusters.join(numbers[row.left], numbers[row.right])
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(order)):
        groups[clusters.find(number)].append(number)
    return {order[one]: order[root] for root, found in groups.items() for one in found if one != root}
