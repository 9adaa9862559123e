"""Where marks stand: groups around an anchor, none on another. Pure arithmetic: the same input, the same place.

Labels are wider than high, so everything is computed in a space where a label is as wide as high, and `x` is
stretched at the end by STRETCH.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

STRETCH = 1.5
SPACING = 58.0
MARGIN = 12.0
ROUNDS = 300
TOUCHING = 0.5


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that stand together: `centre` in the middle, `members` on rings around it, near `anchor`."""

    centre: str
    members: tuple[str, ...]
    anchor: Point


def arrange(groups: Sequence[Group], *, aspect: float = 1.0) -> dict[str, Point]:
    """A place for every centre and member; anchors may have any scale, only how they lie to each other counts.

    `aspect` is how wide the whole shall be for its height: below 1 for a telephone.
    """
    radii = [radius_of(len(group.members)) for group in groups]
    return _place(groups, separate(spread([group.anchor for group in groups], radii, aspect), radii))


def _place(groups: Sequence[Group], centres: Sequence[Point]) -> dict[str, Point]:
    places: dict[str, Point] = {}
    for group, (x, y) in zip(groups, centres, strict=True):
        places[group.centre] = (x, y)
        offsets = rings(len(group.members))
        places.update({member: (x + dx, y + dy) for member, (dx, dy) in zip(group.members, offsets, strict=True)})
    return places


def finish(places: Mapping[str, Point]) -> dict[str, tuple[int, int]]:
    """Stretched, centred on the origin and rounded, so that the page has few digits and no platform's last bit."""
    if not places:
        return {}
    left, right = (pick(x for x, _ in places.values()) for pick in (min, max))
    top, bottom = (pick(y for _, y in places.values()) for pick in (min, max))
    middle = ((left + right) / 2, (top + bottom) / 2)
    return {key: (round((x - middle[0]) * STRETCH), round(y - middle[1])) for key, (x, y) in places.items()}


def rings(count: int) -> list[Point]:
    """Offsets of `count` marks on a few rings around the origin, all of them SPACING apart."""
    offsets = []
    for ring, (radius, share) in enumerate(_plan(count)):
        turn = (ring % 2) * math.pi / share - math.pi / 2
        offsets += [_polar(radius, turn + 2 * math.pi * step / share) for step in range(share)]
    return offsets


def radius_of(count: int) -> float:
    """The radius of a group of a centre and `count` members, labels included."""
    return SPACING / 2 + (_plan(count)[-1][0] if count else 0)


def _plan(count: int) -> list[tuple[float, int]]:
    """Radius and number of marks of each ring: marks dealt in proportion to how long the rings are."""
    if count == 0:
        return []
    number = max(1, round(math.sqrt(count / 5)))
    shares = _shares(count, number)
    roomy = SPACING if number == 1 else 1.25 * SPACING
    first = max(roomy, *(share * SPACING / (2 * math.pi) - ring * SPACING for ring, share in enumerate(shares)))
    return [(first + ring * SPACING, share) for ring, share in enumerate(shares)]


def spread(anchors: Sequence[Point], radii: Sequence[float], aspect: float) -> list[Point]:
    """Anchors scaled to the room that the groups need: half by place, half by rank, so that no corner stays empty."""
    side = math.sqrt(sum(math.pi * radius * radius for radius in radii)) * 1.1
    columns = [_normal([anchor[axis] for anchor in anchors]) for axis in (0, 1)]
    wide, high = side * math.sqrt(aspect), side / math.sqrt(aspect)
    return [(x * wide, y * high) for x, y in zip(*columns, strict=True)]


def separate(centres: Sequence[Point], radii: Sequence[float]) -> list[Point]:
    """Centres pushed apart until no two circles overlap, pulled back to where they began as long as that helps."""
    places = list(centres)
    for round_number in range(ROUNDS):
        pull = 0.05 * max(0.0, 1 - 1.5 * round_number / ROUNDS)
        places = [
            (x + (home[0] - x) * pull, y + (home[1] - y) * pull) for (x, y), home in zip(places, centres, strict=True)
        ]
        if not _push_apart(places, radii) and pull == 0:
            break
    return places


def bouquet(parents: Mapping[str, str | None]) -> dict[str, Point]:
    """A tree: what hangs on the root alone on rings around it, each branch a group of its own around those.

    `parents` names the parent of each mark, parents first; the root has none. A mark stands with the branch it is on,
    however deep.
    """
    root = next(iter(parents))
    branches: dict[str, list[str]] = {}
    branch_of: dict[str, str] = {}
    for key, parent in parents.items():
        if parent == root:
            branch_of[key] = key
            branches[key] = []
        elif parent is not None:
            branch_of[key] = branch_of[parent]
            branches[branch_of[key]].append(key)
    leaves = tuple(key for key, members in branches.items() if not members)
    around = [(key, tuple(members)) for key, members in branches.items() if members]
    groups = [Group(root, leaves, (0.0, 0.0))]
    for number, (key, members) in enumerate(around):
        distance = radius_of(len(leaves)) + radius_of(len(members)) + MARGIN
        x, y = on_circle(number, len(around))
        groups.append(Group(key, members, (x * distance, y * distance)))
    radii = [radius_of(len(group.members)) for group in groups]
    return _place(groups, separate([group.anchor for group in groups], radii))


def on_circle(number: int, count: int) -> Point:
    """The place of the given number among `count` on a circle, from the top."""
    return _polar(1.0, 2 * math.pi * number / max(1, count) - math.pi / 2)


def _push_apart(places: list[Point], radii: Sequence[float]) -> bool:
    """Moves every two circles that overlap half the overlap each; says whether any did."""
    moved = False
    for first in range(len(places)):
        for second in range(first + 1, len(places)):
            dx = places[second][0] - places[first][0]
            dy = places[second][1] - places[first][1]
            distance = math.hypot(dx, dy)
            lack = radii[first] + radii[second] + MARGIN - distance
            if lack <= TOUCHING:
                continue
            moved = True
            if distance == 0:  # two on one spot: part them in a direction of their own
                dx, dy, distance = math.cos(second), math.sin(second), 1.0
            step_x, step_y = dx / distance * lack / 2, dy / distance * lack / 2
            places[first] = (places[first][0] - step_x, places[first][1] - step_y)
            places[second] = (places[second][0] + step_x, places[second][1] + step_y)
    return moved


def _shares(count: int, number: int) -> list[int]:
    """`count` marks dealt to rings in proportion to how long the rings are; every ring gets at least one."""
    weights = [ring + 1.2 for ring in range(number)]
    total = sum(weights)
    bounds = [round(count * sum(weights[:ring]) / total) for ring in range(number + 1)]
    return [max(1, bounds[ring + 1] - bounds[ring]) for ring in range(number)]


def _normal(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    width = high - low or 1.0
    ordered = sorted(set(values))
    rank = {value: place / max(1, len(ordered) - 1) for place, value in enumerate(ordered)}
    return [(value - low) / width / 2 + rank[value] / 2 for value in values]


def _polar(radius: float, angle: float) -> Point:
    return radius * math.cos(angle), radius * math.sin(angle)
