"""Precision, recall and F1 of readings against annotations: what the shared score.py measures.

Names compare after NFKC and without spaces, cities without 市, sectors without 产业; `aliases` of an annotation lead to
its name; `optional` items count neither way; `traps` are counted when produced.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.extract.reading import Reading

CORE = frozenset(
    (
        "revenue",
        "output_value",
        "scale",
        "enterprise_count",
        "above_scale_enterprise_count",
        "hightech_enterprise_count",
        "growth_rate",
    )
)
UNITS = (("万亿", 1e12), ("千亿", 1e11), ("百亿", 1e10), ("亿", 1e8), ("百万", 1e6), ("万", 1e4))
SECTIONS = ("clusters", "enterprises", "figures core", "figures value only", "relations")
# Gold and readings as JSON gives them.
Json = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was given that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """The share of what is there that was given."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Score:
    """The tallies of a set of texts, and the wrong and missed items as lines."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in SECTIONS})
    traps: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, tag: str, section: str, gold: set[Any], given: set[Any]) -> None:
        """Counts one section of one text."""
        tally = self.tallies[section]
        tally.right += len(gold & given)
        tally.wrong += len(given - gold)
        tally.missed += len(gold - given)
        self.errors += [f"{tag}\t{section}\twrong\t{item}" for item in sorted(map(str, given - gold))]
        self.errors += [f"{tag}\t{section}\tmissed\t{item}" for item in sorted(map(str, gold - given))]


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim of a reading against the annotation: its section, its rule, how sure it was, whether it is right."""

    section: str
    rule: str
    confidence: float
    right: bool


def judged(gold: Json, reading: Reading) -> Iterator[Judged]:
    """Each claim by itself; those that count neither way are left out."""
    whole = reading.to_json(0.0)
    for key, evidences in (
        ("clusters", [item.evidence for item in reading.clusters]),
        ("enterprises", [item.evidence for item in reading.enterprises]),
        ("figures", [item.evidence for item in reading.figures]),
        ("relations", [item.evidence for item in reading.relations]),
    ):
        section = "figures core" if key == "figures" else key
        for evidence, item in zip(evidences, whole[key], strict=True):
            total = Score()
            score(total, reading.document, gold, {name: [item] if name == key else [] for name in whole})
            tally = total.tallies[section]
            if tally.right or tally.wrong:
                yield Judged(section, evidence.rule, evidence.confidence, not tally.wrong)


def plain(text: object) -> str:
    """A name for comparing."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text or "")))


def score(total: Score, tag: str, gold: Json, given: Json) -> None:
    """Adds one text to a score."""
    names = {plain(key): plain(value) for key, value in gold.get("aliases", {}).items()}
    cities = {_city(key): _city(value) for key, value in names.items()}
    optional, traps = gold.get("optional", {}), gold.get("traps", {})

    def name(text: object) -> str:
        return names.get(plain(text), plain(text))

    def place(text: object) -> str:
        return cities.get(_city(plain(text)), _city(plain(text)))

    stands_for = _cities_that_will_do(gold, place)

    def city_of(cluster: str, text: object) -> str:
        return stands_for.get((cluster, place(text)), place(text))

    def clusters(items: Iterable[Json]) -> set[Any]:
        return {
            (name(item["name"]), city_of(name(item["name"]), city))
            for item in items
            for city in (str(item.get("city") or "").split("、"))
        }

    def relation(item: list[str]) -> tuple[str, str, str]:
        subject = name(item[0])
        thing = city_of(subject, item[2]) if item[1] == "locatedIn" else re.sub("产业$", "", name(item[2]))
        return subject, item[1], thing

    maybe = {name(item) for item in optional.get("clusters", ())} - {plain(item["name"]) for item in gold["clusters"]}
    total.add(
        tag,
        "clusters",
        clusters(gold["clusters"]),
        {item for item in clusters(given["clusters"]) if item[0] not in maybe},
    )
    firms = {plain(item["name"]) for item in gold["enterprises"]}
    found = {name(item["name"]) for item in given["enterprises"]} - {
        name(item) for item in optional.get("enterprises", ())
    }
    total.add(tag, "enterprises", firms, found)
    _figures(total, tag, gold, given, lambda item: (place(name(item["subject"])), str(item["indicator"]), _base(item)))
    wanted = {relation(item) for item in gold["relations"]}
    free = {relation(item) for item in optional.get("relations", ())} - wanted
    made = {item for item in map(relation, given["relations"]) if item not in free and item[0] not in maybe}
    total.add(tag, "relations", wanted, made)
    total.traps += len({relation(item) for item in traps.get("relations", ())} & made)
    total.traps += len({name(item) for item in traps.get("enterprises", ())} & found)
    total.traps += len(
        {name(item) for item in traps.get("clusters", ())} & {item[0] for item in clusters(given["clusters"])}
    )


def _cities_that_will_do(gold: Json, place: Callable[[object], str]) -> dict[tuple[str, str], str]:
    """For a cluster and a city that will do as well (`city_ok`: its district, the city above) the annotated one."""
    found = {}
    for item in gold["clusters"]:
        cities = [place(city) for city in str(item.get("city") or "").split("、")]
        for other in item.get("city_ok", ()):
            if place(other) not in cities and len(cities) == 1:
                found[plain(item["name"]), place(other)] = cities[0]
    return found


def _figures(total: Score, tag: str, gold: Json, given: Json, key: Any) -> None:
    wanted, made = {key(item) for item in gold["figures"]}, {key(item) for item in given["figures"]}
    free = {(item[0], float(item[2])) for item in gold.get("optional", {}).get("figures", ())}
    values = {value / scale for _, value in free for scale in (1, 1e-4, 1e-8)}
    made = {item for item in made if item in wanted or item[2] not in values}
    core = {item for item in wanted if item[1] in CORE}
    total.add(tag, "figures core", core, {item for item in made if item[1] in CORE})
    have, got = Counter(item[2] for item in wanted), Counter(item[2] for item in made)
    right, tally = sum((have & got).values()), total.tallies["figures value only"]
    tally.right += right
    tally.wrong += sum(got.values()) - right
    tally.missed += sum(have.values()) - right


def _city(text: str) -> str:
    return text[:-1] if text.endswith("市") and len(text) > 2 else text


def _base(item: Json) -> float:
    unit = plain(item["unit"]).replace("億", "亿").replace("萬", "万")
    factor = next((factor for word, factor in UNITS if word in unit), 1.0)
    return float(f"{float(item['value']) * factor:.6g}")
