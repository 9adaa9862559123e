"""The names that reading knows beforehand: places with their codes, sectors, enterprises, clusters, issuers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.extract.lexicon import Lexicon

# A name of one character is in every text.
SHORTEST = 2
# The code of a province is that of its two digits alone (GB/T 2260).
REST_OF_PROVINCE = "0000"
BELOW_CITY = ("County", "District")


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

    `stems` gives the codes of counties and districts by their names without the last character: short forms that are
    words besides, and count only where something else says that a place is meant. `homonyms` are the names that several
    places have, with all their codes.
    """

    places: Mapping[str, Place]
    place_names: Mapping[str, tuple[str, ...]]
    sectors: Mapping[str, str] = field(default_factory=dict)
    enterprises: Mapping[str, str] = field(default_factory=dict)
    clusters: Mapping[str, str] = field(default_factory=dict)
    issuers: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    homonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def from_tables(lexicon: Lexicon, rows: Iterable[tuple[str, str, str]] = ()) -> "Gazetteer":
        """The gazetteer of the lexicon's places, sectors and well-known firms, and of `rows`: (kind, id, name).

        Kinds: place (the id is a GB/T 2260 code where it has one), sector, enterprise, cluster, issuer, list. Rows of
        another kind, and names of one character, are left out. Where two rows share a name the first keeps it.
        """
        places, names, homonyms = _divisions(lexicon)
        known: dict[str, dict[str, str]] = {kind: {} for kind in ("sector", "enterprise", "cluster", "issuer", "list")}
        for row in lexicon.tables["sectors"]:
            known["sector"].setdefault(row["name"], "")
        known["enterprise"].update(dict.fromkeys(lexicon.words("enterprises.well_known"), ""))
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
            stems=_stems(places, names),
            homonyms={name: codes for name, codes in homonyms.items() if names[name] == codes[:1]},
        )

    def province_of(self, digits: str) -> Place | None:
        """The division of the first level whose code begins with two digits."""
        return self.places.get(digits + REST_OF_PROVINCE)

    def above(self, code: str, level: str) -> Place | None:
        """The division of this level that `code` is or lies in."""
        return next((place for place in self.line(code) if place.level == level), None)

    def line(self, code: str) -> Iterator[Place]:
        """A division and what it lies in, the narrowest first."""
        place = self.places.get(code)
        while place is not None:
            yield place
            place = self.places.get(place.parent)

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


def holds(code: str, inner: str) -> bool:
    """Whether a place is another or holds it, by their codes (GB/T 2260: two digits a level)."""
    return inner.startswith(code.removesuffix("00").removesuffix("00"))


def _run_on(places: Mapping[str, Place], short: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Districts after the short name of their city, where both could be cut otherwise (济南|市中区)."""
    found: dict[str, tuple[str, ...]] = {}
    for place in places.values():
        city = places.get(place.parent)
        if city is not None and short.get(city.code) and city.name == short[city.code] + place.name[:1]:
            found[short[city.code] + place.name] = (place.code,)
    return found


def _stems(places: Mapping[str, Place], names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    stems: dict[str, tuple[str, ...]] = {}
    for place in places.values():
        stem = place.name[:-1]
        if place.level in BELOW_CITY and len(stem) >= SHORTEST and stem not in names:
            stems[stem] = (*stems.get(stem, ()), place.code)
    return stems


def _divisions(
    lexicon: Lexicon,
) -> tuple[dict[str, Place], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The divisions of the lexicon by code, the codes of each of their names, and the names that several have."""
    places: dict[str, Place] = {}
    names: dict[str, tuple[str, ...]] = {}
    shared: dict[str, tuple[str, ...]] = {}
    for row in lexicon.tables["places"]:
        places[row["code"]] = Place(row["code"], row["name"], row["level"], row["parent"])
        for name in (row["name"], row["short"]):
            if name:
                names.setdefault(name, (row["code"],))
                shared[name] = (*shared.get(name, ()), row["code"])
    names.update(_run_on(places, {row["code"]: row["short"] for row in lexicon.tables["places"]}))
    for row in lexicon.tables["abbreviations"]:
        if len(row["name"]) > 1:
            names.setdefault(row["name"], tuple(row["codes"].split()))
    return places, names, {name: codes for name, codes in shared.items() if len(codes) > 1}
