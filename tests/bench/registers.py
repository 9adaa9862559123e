"""Generated registers of firms with known truth: how one firm's name looks in two lists, and what only looks alike.

Brand cores are drawn from the characters of GB 2312 (skewed, as names are); trade words, legal forms and towns are the
generator's own, partly absent from the matcher's lexicon. `Part.UNSEEN` draws from the other half of all of them.
"""

import csv
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate
from pathlib import Path

from kg.resolve.codes import ALPHABET, check_character


class Part(Enum):
    """The half of the pools that a register is drawn from: the one weights were set on, or the other."""

    SEEN = 0
    UNSEEN = 1


_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CITIES, TOWNS, TRADES = _WORDS["cities"].split(), _WORDS["towns"].split(), _WORDS["trades"].split()
GENERIC, ASIDE, BRANCHES = _WORDS["generic"].split(), _WORDS["aside"].split(), _WORDS["branches"].split()
FORMS = [form for form, times in _WORDS["forms"].items() for _ in range(times)]
PROVINCES = {city: province for province, cities in _WORDS["provinces"].items() for city in cities.split()}
TRADITIONAL = dict(map(tuple, _WORDS["traditional"].split()))
"""The generator's own table, of characters that stand in its words."""

DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm as it is."""

    core: str
    city: str
    trade: str
    generic: str
    form: str
    code: str
    town: str = ""
    group: str = ""
    branch: str = ""
    place_last: bool = False

    def name(self) -> str:
        """Return the name in full."""
        body = self.core + self.trade + self.generic
        if self.place_last:
            return f"{self.core}{self.trade}{self.generic}（{self.city}）{self.group}{self.form}{self.branch}"
        return f"{self.town or self.city}{body}{self.group}{self.form}{self.branch}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register."""

    id: str
    name: str
    city: str
    code: str


class Source:
    """A stream of firms of one part, the same for one seed."""

    def __init__(self, seed: int, part: Part):
        self.random = random.Random(f"{seed}-{part.name}")
        half = part.value
        shuffled = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
        random.Random(2312).shuffle(shuffled)
        self.characters = [c for c in shuffled[half::2] if c not in "省市县区厂州国"]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.characters))))
        self.cities = CITIES[half::2]
        mixed = random.Random(2).sample(TRADES, len(TRADES))
        self.trades = mixed[half::2] + mixed[:8]
        self.shares = list(accumulate(1 / (rank + 5) for rank in range(len(self.trades))))

    def firm(self) -> Firm:
        """Return the next firm."""
        r = self.random
        return Firm(
            core=self.core(),
            city=r.choice(self.cities),
            trade=r.choices(self.trades, cum_weights=self.shares)[0],
            generic=r.choice(GENERIC) if r.random() < 0.4 else "",
            form=r.choice(FORMS),
            code=self.code(),
            town=r.choice(TOWNS) if r.random() < 0.02 else "",
            group=r.choice(("集团", "控股")) if r.random() < 0.06 else "",
            place_last=r.random() < 0.1,
        )

    def core(self) -> str:
        """Return a brand: mostly two characters, of which some are far more usual than others."""
        r = self.random
        if r.random() < 0.02:
            return "".join(r.choice("ABCDEFGHKLMNPRSTWXYZ") for _ in range(r.choice((3, 4))))
        if r.random() < 0.02:
            number = "".join(r.choice("一二三五六八九") for _ in range(2))
            return r.choice(("", "第")) + number + self.characters[r.randrange(200)]
        size = r.choices((2, 3, 4), (45, 30, 25))[0]
        return "".join(r.choices(self.characters, cum_weights=self.weights, k=size))

    def code(self) -> str:
        """Return a valid unified social credit code."""
        body = "91" + "".join(self.random.choices("0123456789", k=6)) + "".join(self.random.choices(ALPHABET, k=9))
        return body + check_character(body)

    def sibling(self, firm: Firm) -> Firm:
        """Return another firm that only looks alike: the near-miss negatives."""
        r = self.random
        kinds = {"trade": 26, "city": 26, "both": 12, "subsidiary": 14, "branch": 10, "seat": 8, "letter": 4}
        elsewhere = self._other(self.cities, firm.city)
        another = replace(firm, trade=self._other(self.trades, firm.trade))
        ways: dict[str, Callable[[], Firm]] = {
            "trade": lambda: another,
            "city": lambda: replace(firm, city=elsewhere, town=""),
            "both": lambda: replace(another, city=elsewhere, town=""),
            "subsidiary": lambda: replace(firm, trade=firm.trade + r.choice(ASIDE), generic="", group=""),
            "branch": lambda: replace(firm, branch=r.choice(("", elsewhere)) + r.choice(BRANCHES)),
            "seat": lambda: replace(firm, form="有限公司", group="", branch=f"{elsewhere}分公司"),
            "letter": lambda: replace(firm, core=self.mistyped(firm.core)),
        }
        return replace(ways[r.choices(list(kinds), list(kinds.values()))[0]](), code=self.code())

    def _other(self, pool: list[str], but: str) -> str:
        return next(word for word in iter(lambda: self.random.choice(pool), None) if word != but)

    def mistyped(self, word: str) -> str:
        """Return a word with one character put wrong, left out, doubled or two swapped."""
        r = self.random
        at = r.randrange(len(word))
        kind = r.choices(("wrong", "lost", "swapped", "added"), (6, 2, 2, 1))[0]
        new = self.characters[r.randrange(400)]
        if kind == "lost" and len(word) > 2:
            return word[:at] + word[at + 1 :]
        if kind == "swapped" and at + 1 < len(word) and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == "added":
            return word[:at] + new + word[at:]
        return word[:at] + (new if new != word[at] else self.characters[500]) + word[at + 1 :]

    def variant(self, firm: Firm) -> str:
        """Return the name of a firm as another list prints it."""
        r = self.random
        kinds = {
            "same": 12, "no form": 12, "short": 14, "core": 4, "form": 12, "moved": 8, "less trade": 6, "group": 5,
            "typo": 10, "province": 6, "no place": 8, "digits": 3,
        }  # fmt: skip
        written = self._written(firm, r.choices(list(kinds), list(kinds.values()))[0])
        if r.random() < 0.08:
            written = "".join(TRADITIONAL.get(character, character) for character in written)
        if r.random() < 0.06:
            written = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
            written = written.replace("公司", "公司　") if r.random() < 0.5 else written
        if r.random() < 0.05:
            at = r.randrange(1, len(written))
            written = written[:at] + r.choice((" ", "·", "-", "  ")) + written[at:]
        return written

    def _written(self, firm: Firm, kind: str) -> str:
        """Return one way to write a name; each stands for something that registers do."""
        body, towards = firm.core + firm.trade + firm.generic, self.random.choice
        ways: dict[str, Callable[[], str]] = {
            "same": firm.name,
            "no form": lambda: f"{firm.city}{body}{firm.group}{firm.branch}",
            "short": lambda: f"{firm.core}{firm.trade}{firm.branch}",
            "core": lambda: firm.core + (towards(("", "集团")) if firm.group else "") + firm.branch,
            "form": lambda: replace(firm, form=towards(["有限公司", "股份有限公司", "有限责任公司", "公司"])).name(),
            "moved": lambda: replace(firm, place_last=not firm.place_last, town="").name(),
            "less trade": lambda: replace(firm, generic="" if firm.generic else towards(GENERIC[:2])).name(),
            "group": lambda: replace(firm, group="" if firm.group else "集团").name(),
            "typo": lambda: self._typo(firm).name(),
            "province": lambda: PROVINCES.get(firm.city, "") + (firm.city if firm.place_last else "") + firm.name(),
            "no place": lambda: f"{body}{firm.group}{firm.form}{firm.branch}",
            "digits": lambda: replace(firm, core="".join(DIGITS.get(c, c) for c in firm.core)).name(),
        }
        return ways[kind]()

    def _typo(self, firm: Firm) -> Firm:
        """Return a firm with a typing error, in the trade or the core as often as they are long."""
        if self.random.random() < len(firm.core) / len(firm.core + firm.trade):
            return replace(firm, core=self.mistyped(firm.core))
        return replace(firm, trade=self.mistyped(firm.trade))


@dataclass(frozen=True, slots=True)
class Registers:
    """Two registers and the pairs (left id, right id) that are one firm."""

    left: list[Row]
    right: list[Row]
    truth: set[tuple[str, str]]


def generate(size: int, *, seed: int = 1, part: Part = Part.SEEN) -> Registers:
    """Return registers of `size` rows together: about six rows of ten on each side have a counterpart."""
    source = Source(seed, part)
    r = source.random
    left: list[Row] = []
    right: list[Row] = []
    truth: set[tuple[str, str]] = set()
    while len(left) + len(right) < size:
        firm = source.firm()
        kin = [firm] + [source.sibling(firm) for _ in range(r.choices((0, 1, 2), (65, 25, 10))[0])]
        for member in kin:
            where = r.choices(("both", "left", "right"), (55, 25, 20))[0]
            if where != "right":
                left.append(_row(source, f"L{len(left):07d}", member, member.name(), (0.05, 0.6)))
            if where != "left":
                right.append(_row(source, f"R{len(right):07d}", member, source.variant(member), (0.15, 0.12)))
            if where == "both":
                truth.add((left[-1].id, right[-1].id))
    return Registers(_shuffled(left, r), _shuffled(right, r), truth)


def _row(source: Source, identifier: str, firm: Firm, name: str, shares: tuple[float, float]) -> Row:
    """Return a row that lacks the city, and has a code (one of a hundred wrong), in these shares of cases."""
    r = source.random
    code = firm.code if r.random() < shares[1] else ""
    if code and r.random() < 0.01:
        code = code[:-1] + ("0" if code[-1] != "0" else "1")
    city = "" if r.random() < shares[0] else firm.city + r.choice(("", "市"))
    return Row(identifier, name, city, code)


def _shuffled(rows: list[Row], r: random.Random) -> list[Row]:
    return r.sample(rows, len(rows))


def write(rows: list[Row], path: Path) -> None:
    """Writes a register as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "name", "city", "code"))
        writer.writerows((row.id, row.name, row.city, row.code) for row in rows)


def samples(count: int, *, seed: int = 1, part: Part = Part.SEEN) -> Iterator[tuple[str, str]]:
    """Yield names in full with the same firms as another list prints them: to look at."""
    source = Source(seed, part)
    for _ in range(count):
        firm = source.firm()
        yield firm.name(), source.variant(firm)
