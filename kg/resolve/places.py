"""Mentions of places -> their GB/T 2260 codes (or the keys of zones), with the reason, or with what they may be.

A name that several places have is told by its context: the places that stand with it, or the level that is asked for.
Old codes and abolished units go to their successors. A zone stays a zone: its host is told beside it, never instead.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.model import Problem
from kg.resolve.judgements import STAGE
from kg.resolve.lexicon import PLACE_COLUMNS
from kg.rows import read_column, read_rows

ZONE = "Zone"
TOPS = ("Province", "Municipality")
_CODE, _SHORT, _LONGEST = 6, 2, 14
_BEFORE_ZONE = 6
"""A name of a zone has so many characters at most between the place and the word for zones (GB/T 2260 has no zones)."""
_FORMER_COLUMNS = ("code", "name", "parent", "successors", "relation", "last_listed")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tables; `key` is its code, or the key of a zone or region. `host` is the district of a zone."""

    key: str
    name: str
    level: str
    parent: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """A unit or code that is no more; `relation` is same, renamed, merged, split or within."""

    code: str
    name: str
    parent: str
    successors: tuple[str, ...]
    relation: str
    listed: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a mention stands for; `place` is None where it is not certain, and `candidates` what it may be.

    `host` is a place that the mention's zone lies in, where the zone itself is in no table: the zone is not its host.
    """

    mention: str
    place: Place | None
    reason: str
    candidates: tuple[str, ...] = ()
    former: Former | None = None
    host: Place | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """All places by key and by name; `stems` are short forms that count only where nothing else has the name.

    `shorts` are the short forms by key; `words` are all names that texts use, those of units that are no more too.
    """

    by_key: Mapping[str, Place]
    names: Mapping[str, frozenset[str]]
    stems: Mapping[str, frozenset[str]]
    former_codes: Mapping[str, tuple[Former, ...]]
    former_names: Mapping[str, tuple[Former, ...]]
    shorts: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    zone_words: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def line(self, key: str) -> tuple[str, ...]:
        """Return a place and all that it lies in, from itself up."""
        found: list[str] = []
        while key in self.by_key and key not in found:
            found.append(key)
            key = self.by_key[key].parent
        return tuple(found)

    def above(self, key: str, *levels: str) -> Place | None:
        """Return the nearest place of one of these levels that a place is or lies in."""
        return next((self.by_key[one] for one in self.line(key) if self.by_key[one].level in levels), None)

    def province(self, key: str) -> Place | None:
        """Return the province or municipality of a place."""
        return self.above(key, *TOPS)

    def city(self, key: str) -> Place | None:
        """Return the city to which a place counts; a county counts for itself, a province is none."""
        return self.above(key, "City", "County", "Municipality")

    def run(self, text: str) -> list[str]:
        """Return the names of places with which a text begins, each the longest that fits (徐州市, 鼓楼区)."""
        found: list[str] = []
        while word := self._longest(text):
            found.append(word)
            text = text[len(word) :]
        return found

    def _longest(self, text: str) -> str:
        sizes = range(min(_LONGEST, len(text)), _SHORT - 1, -1)
        return next((text[:size] for size in sizes if text[:size] in self.words), "")

    def zone_of(self, text: str) -> str:
        """Return the name of a zone with which a text behind a place begins, or nothing (高新区 of 高新区传感器)."""
        ends = [(text.find(word), -len(word)) for word in self.zone_words]
        start, size = min((one for one in ends if 0 <= one[0] <= _BEFORE_ZONE), default=(0, 0))
        return text[: start - size]

    def resolve(self, mention: str, *, context: Iterable[str] = (), levels: Collection[str] = ()) -> Resolved:
        """Return the place of a mention.

        `context` are keys or names of places that stand with it (a province before it, the city of the source);
        `levels` are those that can be meant, where that is known.
        """
        mention = mention.strip()
        if len(mention) == _CODE and mention.isdigit():
            return self._of_code(mention)
        around = self._around(context)
        found = self._of_name(mention, around, levels)
        if found.place is not None or found.candidates:
            return found
        return self._of_parts(mention, around, levels) or self._of_zone(mention, around) or found

    def _of_code(self, code: str) -> Resolved:
        if code in self.by_key:
            return Resolved(code, self.by_key[code], "the code is in force")
        former = self.former_codes.get(code)
        return self._successor(code, former[-1]) if former else Resolved(code, None, "the code is in no table")

    def _around(self, context: Iterable[str]) -> frozenset[str]:
        """Return the keys of a context; a name counts only where one place has it."""
        keys = set()
        for item in context:
            named = self.names.get(item, frozenset())
            if item in self.by_key:
                keys.add(item)
            elif len(named) == 1:
                keys |= named
        return frozenset(keys)

    def _of_name(self, name: str, around: frozenset[str], levels: Collection[str]) -> Resolved:
        keys = self._outermost(self.names.get(name) or self.stems.get(name, frozenset()))
        if levels:
            keys = frozenset(key for key in keys if self.by_key[key].level in levels) or keys
        if len(keys) == 1:
            why = "the only place of this name and level" if levels else "the only place of this name"
            return Resolved(name, self.by_key[min(keys)], why)
        if not keys:
            return self._of_former_name(name, around)
        near = self._near(keys, around)
        if len(near) == 1:
            place = self.by_key[near[0]]
            return Resolved(name, place, f"of {len(keys)} places of this name the one that fits {self._told(around)}")
        reason = f"{len(keys)} places have this name and the context does not tell which"
        return Resolved(name, None, reason, tuple(sorted(near or keys)))

    def _outermost(self, keys: frozenset[str]) -> frozenset[str]:
        """Return places without those that have their full name from one of them (a city, and a district for it)."""
        names = {key: self.by_key[key].name for key in keys}
        return frozenset(
            key for key in keys if not any(one in keys and names[one] == names[key] for one in self.line(key)[1:])
        )

    def _near(self, keys: Iterable[str], around: frozenset[str]) -> list[str]:
        """Return the places that are in the context, else those inside or around a place of it, the nearest first."""
        lines = {key: self.line(key) for key in sorted(keys)}
        itself = [key for key in lines if key in around]
        above = {key: min((line.index(a) for a in around if a in line[1:]), default=0) for key, line in lines.items()}
        inside = [key for key, steps in above.items() if steps and steps == min(s for s in above.values() if s)]
        below = {upper for a in around for upper in self.line(a)[1:]}
        return itself or inside or [key for key in lines if key in below]

    def _of_former_name(self, name: str, around: frozenset[str]) -> Resolved:
        former = self.former_names.get(name, ())
        if len({item.successors for item in former}) > 1:
            former = tuple(item for item in former if set(around) & {*self.line(item.parent), *item.successors})
        if len({item.successors for item in former}) == 1:
            return self._successor(name, former[-1])
        return Resolved(name, None, "the name is in no table", tuple(sorted({s for f in former for s in f.successors})))

    def _successor(self, mention: str, former: Former) -> Resolved:
        """Return the first successor of a unit that is no more, and tell the others."""
        places = [self.by_key[key] for key in former.successors]
        told = " and ".join(f"{place.name} ({place.key})" for place in places)
        how = "lay in what is now" if former.relation == "within" else "is now"
        reason = f"{former.name} ({former.code}, listed until {former.listed}) {how} {told}"
        return Resolved(mention, places[0], reason, tuple(former.successors[1:]), former)

    def _of_parts(self, mention: str, around: frozenset[str], levels: Collection[str]) -> Resolved | None:
        """Return the place of a name with the names of what it lies in before it (山东省烟台市), or None."""
        for size in range(len(mention) - 2, 1, -1):
            upper = self._of_name(mention[:size], around, ())
            if upper.place is not None and upper.former is None:
                inner = self.resolve(mention[size:], context=(*around, upper.place.key), levels=levels)
                if inner.place is not None and (upper.place.key in self.line(inner.place.key) or inner.former):
                    reason = f"{inner.reason}; it lies in {upper.place.name}"
                    return Resolved(mention, inner.place, reason, inner.candidates, inner.former)
        return None

    def _of_zone(self, mention: str, around: frozenset[str]) -> Resolved | None:
        """Return the host of a zone that is in no table: never as the place itself."""
        upper = "".join(self.run(mention))
        zone = mention[len(upper) :]
        if not upper or not zone or self.zone_of(zone) != zone:
            return None
        host = self.resolve(upper, context=around)
        if host.place is None or host.place.level == ZONE:
            return None
        reason = f"a zone that is in no table; it lies in {host.place.name} ({host.place.key})"
        return Resolved(mention, None, reason, (), None, host.place)

    def _told(self, around: frozenset[str]) -> str:
        return ", ".join(self.by_key[key].name for key in sorted(around)) or "the level that is asked for"


def load_places(lexicon: Path, tables: Iterable[Place] = (), names: Iterable[tuple[str, str]] = ()) -> Places:
    """Return the places of the lexicon and of a project's own tables; `names` are (key, further name) of these."""
    rows = [row for _, row in read_rows(lexicon / "places.csv", PLACE_COLUMNS)]
    places = {row["code"]: Place(row["code"], row["name"], row["level"], row["parent"]) for row in rows}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for place in tables:
        places.setdefault(place.key, place)
    shorts = {row["code"]: row["short"] for row in rows if row["short"]}
    for key, name in (*((key, place.name) for key, place in places.items()), *shorts.items(), *names):
        if key in places:
            named[name].add(key)
    stems = _stems(lexicon / "company" / "place_suffixes.csv", places)
    for name, keys in stems.items():
        if cities := {key for key in keys if name in named and places[key].level == "City"}:
            named[name] |= cities
    former, problems = _former(lexicon / "company" / "former_places.csv", places)
    gone = [item for item in former if item.name not in named]
    words = {item.name for item in gone if len(item.name) > _SHORT} | {item.short for item in gone if item.short}
    return Places(
        by_key=places,
        names={name: frozenset(keys) for name, keys in named.items()},
        stems={name: frozenset(keys) for name, keys in stems.items()},
        former_codes=_grouped((item.code, item) for item in former),
        former_names=_grouped((name, item) for item in gone for name in (item.name, item.short) if name),
        shorts=shorts,
        words=frozenset({*named, *words}),
        zone_words=tuple(sorted(read_column(lexicon / "company" / "zone_words.csv", "word"), key=len, reverse=True)),
        problems=tuple(problems),
    )


def former_names(lexicon: Path) -> list[tuple[str, str]]:
    """Return the names of units that are no more, as texts use them, each with the code of its first successor."""
    path = lexicon / "company" / "former_places.csv"
    rows = [row for _, row in read_rows(path, _FORMER_COLUMNS, ("short",))] if path.is_file() else []
    names = ((name, row) for row in rows for name in (row["name"], row.get("short") or ""))
    short = {row.get("short") for row in rows}
    return [(name, row["successors"].split()[0]) for name, row in names if len(name) > _SHORT or name in short - {""}]


def _stems(path: Path, places: Mapping[str, Place]) -> dict[str, set[str]]:
    """Return the names without the word for their level, where two characters or more are left."""
    suffixes = sorted(read_column(path, "suffix"), key=len, reverse=True)
    stems: defaultdict[str, set[str]] = defaultdict(set)
    for key, place in places.items():
        suffix = next((suffix for suffix in suffixes if place.name.endswith(suffix)), "")
        if suffix and len(place.name) - len(suffix) > 1:
            stems[place.name[: -len(suffix)]].add(key)
    return stems


def _former(path: Path, places: Mapping[str, Place]) -> tuple[list[Former], list[Problem]]:
    """Return the units that are no more; one whose successors are no places, or that goes in a circle, is a Problem."""
    former, problems = [], []
    for line, row in read_rows(path, _FORMER_COLUMNS, ("short",)):
        successors = tuple(row["successors"].split())
        unknown = [code for code in successors if code not in places]
        if unknown or not successors:
            reason = f"the successor {unknown[0]} is in no table" if unknown else "no successor is given"
            problems.append(Problem(STAGE, path.name, line, f"{row['code']} {row['name']}", reason))
        else:
            listed = row["last_listed"]
            short = row.get("short") or ""
            former.append(Former(row["code"], row["name"], row["parent"], successors, row["relation"], listed, short))
    return former, problems


def _grouped(pairs: Iterable[tuple[str, Former]]) -> dict[str, tuple[Former, ...]]:
    grouped: defaultdict[str, list[Former]] = defaultdict(list)
    for key, item in pairs:
        grouped[key].append(item)
    return {key: tuple(sorted(items, key=lambda item: item.listed)) for key, items in grouped.items()}
