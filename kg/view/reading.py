"""What a text says, for a terminal: each sentence once, under it what was read in it, by which rule and how surely."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kg.errors import KgError
from kg.extract.check import Match
from kg.extract.reading import Cluster, Enterprise, Evidence, Figure, Predicate, Reading, Relation
from kg.view.terminal import PIPE, Terminal, text_width, visible

SAID = {Predicate.PART_OF_LIST.value: "on list", Predicate.SUPPORTED_BY.value: "supported by"}
"""Relations with a line of their own; the others stand in the line of their cluster or enterprise."""

CUT_SHOWN = 60
"""Characters of a cut that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A claim in words: its kind, what it says, and its evidence."""

    kind: str
    text: str
    evidence: Evidence


def matches_text(name: str, matches: Iterable[Match], faults: Iterable[str]) -> str:
    """What an entry of the lexicon matches in a file, a line a match; under it the rules that miss their examples."""
    lines = [f"  {match.found}\t{match.context}" for match in matches]
    return "\n".join([f"{name}: {len(lines)} matches", *lines, *(f"  {fault}" for fault in faults)])


def reading_text(
    name: str,
    reading: Reading,
    *,
    least: float | None = None,
    terminal: Terminal = PIPE,
    cuts: Iterable[tuple[str, str]] = (),
) -> str:
    """A reading in sentences; what is less sure than `least`, or than the lexicon asks, is counted at the end.

    `cuts` are pairs of text and reason.
    """
    threshold = reading.threshold if least is None else least
    lines = list(lines_of(reading))
    sure = [line for line in lines if line.evidence.confidence >= threshold]
    left = len(lines) - len(sure)
    parts = [terminal.bold(visible(name)), *_sentences(sure, terminal)]
    if not sure:
        parts.append("  nothing was read in it")
    if left:
        parts.append(terminal.dim(f"  {left} less sure than {threshold:g} left out"))
    cut = [f"  {visible(_short(text))} {terminal.dim(f'({visible(reason)})')}" for text, reason in cuts]
    if cut:
        parts += [terminal.bold(f"  {len(cut)} pieces cut, with the reason"), *(f"  {line}" for line in cut)]
    return "\n".join(parts)


@dataclass(slots=True)
class JsonReadings:
    """Readings as JSON: one of them as it is, of several an object by the name of the file."""

    several: bool
    found: dict[str, object] = field(default_factory=dict)

    def add(self, name: str, content: object) -> None:
        """Takes the reading of a file in."""
        self.found[name] = content

    @property
    def text(self) -> str:
        """The JSON text; empty where one file was asked for and is of no use."""
        if self.several:
            return _json(self.found)
        return "".join(_json(content) for content in self.found.values())


class Told(Protocol):
    """What can be written as JSON: a reading, or a comparison of two."""

    def to_json(self, threshold: float | None = None) -> Mapping[str, object]:
        """What is sure enough, as plain values."""


def write_reading(reading: Told, folder: Path, name: str, least: float | None) -> None:
    """Writes a reading as `folder`/`name`.json; KgError where it cannot be written."""
    path = folder / f"{name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_json(reading.to_json(least)) + "\n", "utf-8")
    except OSError as error:
        raise KgError(f"cannot be written: {error.strerror or error}", file=path) from error


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)


def _sentences(lines: Iterable[Line], terminal: Terminal) -> Iterator[str]:
    by_place: dict[tuple[int, int, str], list[Line]] = defaultdict(list)
    for line in lines:
        span = line.evidence.sentence
        by_place[span.start, span.end, line.evidence.quote].append(line)
    width = max((text_width(line.kind) for of_one in by_place.values() for line in of_one), default=0)
    for (start, end, quote), said in sorted(by_place.items()):
        yield f"  “{visible(' '.join(quote.split()))}” {terminal.dim(f'{start}–{end}')}"
        for line in dict.fromkeys(said):
            how = terminal.dim(f"{line.evidence.rule} {line.evidence.confidence:g}")
            yield f"      {line.kind:<{width}}  {visible(line.text)}  {how}"


def lines_of(reading: Reading) -> Iterator[Line]:
    """The claims of a reading, in its order; what a line tells already has none of its own."""
    for cluster in reading.clusters:
        yield Line("cluster", _cluster(cluster), cluster.evidence)
    for enterprise in reading.enterprises:
        yield Line(enterprise.role, _enterprise(enterprise), enterprise.evidence)
    for figure in reading.figures:
        yield Line("figure", _figure(figure), figure.evidence)
    for relation in reading.relations:
        if relation.predicate in SAID:
            yield Line(SAID[relation.predicate], _relation(relation), relation.evidence)


def _cluster(item: Cluster) -> str:
    told = (*item.cities, item.province, item.sector, item.stage, item.known)
    return " · ".join(filter(None, (item.name, *told)))


def _enterprise(item: Enterprise) -> str:
    return " · ".join(filter(None, (item.name, item.cluster, item.known)))


def _figure(item: Figure) -> str:
    value = f"{item.comparator} {item.value.normalize():f} {item.unit}"
    period = str(item.year) if item.year else ""
    status = "" if item.status == "actual" else item.status
    return " · ".join(filter(None, (item.subject, f"{item.indicator} {value}", period, status)))


def _relation(item: Relation) -> str:
    return f"{item.subject} → {item.object}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= CUT_SHOWN else f"{flat[: CUT_SHOWN - 1]}…"
