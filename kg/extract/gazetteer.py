"""The names that reading knows beforehand: places with their codes, sectors, enterprises, clusters, issuers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.extract.lexicon import Lexicon

# A name of one character is in every text.
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division: its code, full name and level, and the code of the one above it."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Known names. `place_names` gives codes for a name; the others give the id of a table row for a name.

    `homonyms` are the names that several places have, with all their codes; `place_names` has the first.
    """

    places: Mapping[str, Place]
    place_names: Mapping[str, tuple[str, ...]]
    sectors: Mapping[str, str] = field(default_factory=dict)
    enterprises: Mapping[str, str] = field(default_factory=dict)
    clusters: Mapping[str, str] = field(default_factory=dict)
    issuers: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    homonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def from_tables(lexicon: Lexicon, rows: Iterable[tuple[str, str, str]] = ()) -> "Gazetteer":
        """The gazetteer of the lexicon's places and sectors, and of `rows`: (kind, id, name).

        Kinds: place (the id is a GB/T 2260 code where it has one), sector, enterprise, cluster, issuer, list. Rows of
        another kind, and names of one character, are left out. Where two rows share a name the first keeps it.
        """
        places, names = _divisions(lexicon)
        known: dict[str, dict[str, str]] = {kind: {} for kind in ("sector", "enterprise", "cluster", "issuer", "list")}
        for row in lexicon.tables["sectors"]:
            known["sector"].setdefault(row["name"], "")
        for kind, identifier, name in rows:
            if len(name) < SHORTEST:
                continue
            if kind == "place" and identifier in places:
                names.setdefault(name, (identifier,))
            elif kind in known:
                table = known[kind]
                table[name] = table.get(name) or identifier
        of: dict[str, tuple[str, ...]] = {}
        for name, codes in names.items():
            if len(codes) == 1:
                of[codes[0]] = (*of.get(codes[0], ()), name)
        return Gazetteer(
            places=places,
            place_names=names,
            sectors=known["sector"],
            enterprises=known["enterprise"],
            clusters=known["cluster"],
            issuers=known["issuer"],
            lists=known["list"],
            names=of,
            homonyms=_homonyms(places.values()),
        )

    def meant(self, word: str, before: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of a name; of several places of one name the one that lies in the place named before it."""
        inside = [code for code in self.homonyms.get(word, ()) if set(before) & set(self._line(code))]
        return tuple(inside) if len(inside) == 1 else self.place_names[word]

    def _line(self, code: str) -> Iterator[str]:
        while (place := self.places.get(code)) is not None:
            yield code
            code = place.parent

    def above(self, code: str, level: str) -> Place | None:
        """The division of this level that `code` is or lies in."""
        place = self.places.get(code)
        while place is not None and place.level != level:
            place = self.places.get(place.parent)
        return place

    def city(self, code: str) -> Place | None:
        """The city to which a place counts: itself or the city above it; a county-level city counts for itself."""
        place = self.places.get(code)
        if place is None or place.level == "Province":
            return None
        if place.level == "District":
            return self.above(code, "City") or self.above(code, "Municipality")
        return place

    def names_of(self, code: str) -> tuple[str, ...]:
        """The names by which a place is known."""
        return self.names.get(code, ())

    def province(self, code: str) -> Place | None:
        """The province or municipality above a place."""
        return self.above(code, "Province") or self.above(code, "Municipality")


def _homonyms(places: Iterable[Place]) -> dict[str, tuple[str, ...]]:
    """The names of several places: each in full, and of provinces and cities without its last character (GB/T 2260)."""
    named: dict[str, set[str]] = {}
    for place in places:
        named.setdefault(place.name, set()).add(place.code)
        if place.level in ("Province", "City"):
            named.setdefault(place.name[:-1], set()).add(place.code)
    return {name: tuple(sorted(codes)) for name, codes in named.items() if len(codes) > 1}


def _divisions(lexicon: Lexicon) -> tuple[dict[str, Place], dict[str, tuple[str, ...]]]:
    """The divisions of the lexicon by code, and the codes of each of their names."""
    places: dict[str, Place] = {}
    names: dict[str, tuple[str, ...]] = {}
    for row in lexicon.tables["places"]:
        places[row["code"]] = Place(row["code"], row["name"], row["level"], row["parent"])
        for name in (row["name"], row["short"]):
            if name:
                names.setdefault(name, (row["code"],))
    for row in lexicon.tables["abbreviations"]:
        if len(row["name"]) > 1:
            names.setdefault(row["name"], tuple(row["codes"].split()))
    return places, names
