"""The words that names are made of, from the folder of the lexicon: `places.csv`, `traditional.csv`, `company/`."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.rows import read_column, read_pairs, read_rows

_COMPATIBLE = (
    (0x2460, 0x24FF),
    (0x2E80, 0x2FDF),
    (0x3000, 0x3000),
    (0x3200, 0x33FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
)
"""Blocks of Unicode whose characters are forms of others (NFKC): circled, squared, radicals, compatibility forms."""

_WIDTHS = (0xFF01, 0xFFEE)
"""The block of full-width and half-width forms."""

PLACE_COLUMNS = ("code", "name", "level", "parent", "short")
"""What the table of places says of each."""

_CAPITALS = {"İ": "i", "Σ": "σ"}
"""Capitals whose small form is not one to every engine: it may be two characters, or another at the end of a word."""

_LEVELS = {"Province": 0, "Municipality": 0, "City": 1, "County": 2, "District": 2}

GENERIC, ACTIVITY = "generic", "activity"
"""Kinds of trade words: `generic` ones come and go in one firm's names; `activity` ones name a firm of its own."""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a name tells of a place; `city` is the code at city level, empty where the name tells only a province.

    `code` is empty where several places have the name and nothing of it is common to them.
    """

    name: str
    code: str
    city: str
    province: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words, in simplified script and lower case. `characters` maps any odd character to its plain form."""

    characters: Mapping[str, str]
    numerals: Mapping[str, str]
    forms: Mapping[str, str]
    groups: frozenset[str]
    branches: frozenset[str]
    trades: Mapping[str, str]
    places: tuple[PlaceName, ...]
    place_names: frozenset[str]

    def plain(self, value: str) -> str:
        """Return a text with every odd character in its plain form, in lower case."""
        return "".join(self.characters.get(character, character) for character in value).lower()

    def is_in_full(self, name: str) -> bool:
        """Return whether a name has a legal form at its end: a short name tells less."""
        return self.plain(name).endswith(tuple(self.forms))


def load_lexicon(folder: Path) -> Lexicon:
    """Return the lexicon of a folder; raises ReadError where a file or a column is missing."""
    company = folder / "company"
    characters = read_pairs(folder / "traditional.csv", "traditional", "simplified")
    characters = {key: value for key, value in characters.items() if len(key) == 1} | _compatible() | _CAPITALS
    brands = set(read_column(company / "brand_places.csv", "word"))
    countries = [PlaceName(word, "", "", "") for word in read_column(company / "country_words.csv", "word")]
    places = (*_place_names(folder, brands), *countries)
    forms = read_pairs(company / "legal_forms.csv", "form", "kind")
    return Lexicon(
        characters=characters,
        numerals=read_pairs(company / "numerals.csv", "word", "digit"),
        forms={form.replace(" ", ""): kind for form, kind in forms.items()},
        groups=frozenset(read_column(company / "group_words.csv", "word")),
        branches=frozenset(read_column(company / "branch_words.csv", "word")),
        trades=read_pairs(company / "trade_words.csv", "word", "kind"),
        places=places,
        place_names=frozenset(place.name for place in places),
    )


def _compatible() -> dict[str, str]:
    """Return the plain form (NFKC) of every character that is only another form of others."""
    found = {}
    for first, last in (*_COMPATIBLE, _WIDTHS):
        for number in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(number))
            if plain != chr(number):
                found[chr(number)] = plain
    return found


def _place_names(folder: Path, brands: set[str]) -> tuple[PlaceName, ...]:
    """Return each name of a place once; a short form that firms use as a brand only counts in full."""
    rows = {row["code"]: row for _, row in read_rows(folder / "places.csv", PLACE_COLUMNS)}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for code, row in rows.items():
        named[row["name"]].add(code)
        if row["short"] and row["short"] not in brands:
            named[row["short"]].add(code)
    for _, row in read_rows(folder / "company" / "former_places.csv", ("name", "successors")):
        if row["successors"] and row["name"] not in named and len(row["name"]) > _SHORT:
            named[row["name"]].add(row["successors"].split()[0])
    return tuple(_place_name(name, codes, rows) for name, codes in sorted(named.items()) if len(name) > 1)


_SHORT = 2
"""A former name of two characters ("the suburb", "the new town") tells nothing outside its own city."""


def _place_name(name: str, codes: set[str], rows: Mapping[str, Mapping[str, str]]) -> PlaceName:
    """Return the place of a name: the highest of its level if one stands out, else what the places have in common."""
    level = min(_LEVELS.get(rows[code]["level"], 2) for code in codes)
    highest = {code for code in codes if _LEVELS.get(rows[code]["level"], 2) == level}
    if len(highest) == 1 and not (level == _LEVELS["District"] and len(codes) > 1):
        (code,) = highest
        return PlaceName(name, code, _city(code, rows), code[:2])
    cities = {_city(code, rows) for code in codes}
    provinces = {code[:2] for code in codes}
    city = cities.pop() if len(cities) == 1 else ""
    return PlaceName(name, city, city, provinces.pop() if len(provinces) == 1 else "")


def _city(code: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    row = rows[code]
    if row["level"] in {"City", "Municipality"}:
        return code
    if row["level"] == "Province":
        return ""
    parent = row["parent"]
    return parent if parent in rows and rows[parent]["level"] in {"City", "Municipality"} else code
