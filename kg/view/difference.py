"""A difference, and the releases of a folder, as text for a terminal, as Markdown, and as JSON."""

import json
import re
from collections.abc import Iterator

from kg.store.counts import ClassTally, Counts, Tally
from kg.store.diff import Difference
from kg.store.entities import Backing, local_name
from kg.store.history import History, Release
from kg.view.changes import Changes, EntityChange, FactChange, by_evidence, class_name, words
from kg.view.terminal import PIPE, Terminal, visible

ENTITIES_TOLD = 100
"""Entities that the text tells, unless all are asked for."""

TALLIES = ("entities", "facts", "claims", "ontology", "other")
SIGNS = {"+": "+", "-": "−", "~": "~", "=": "="}

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|&~:@-])")


def tally_words(tally: Tally) -> str:
    """How many are new, gone and changed.

    >>> tally_words(Tally(12, 3, 1))
    '+12 −3 ~1'
    """
    numbers = (("+", tally.added), ("−", tally.removed), ("~", tally.changed))
    return " ".join(f"{sign}{number:,}" for sign, number in numbers if number) or "±0"


def text(
    difference: Difference, counts: Counts, language: str, *, everything: bool = False, terminal: Terminal = PIPE
) -> Iterator[str]:
    """The difference for a reader at a terminal: numbers first, then entity by entity."""
    phrases = words(language)
    yield terminal.bold(f"{visible(difference.before.name)} → {visible(difference.after.name)}")
    if not difference.count:
        yield phrases["none"]
    for name, numbers in _numbers(counts):
        yield f"  {phrases[name]}  {numbers}"
    if counts.classes:
        yield f"  {phrases['classes']}"
        for name, numbers in _class_numbers(difference, counts, language):
            yield f"    {name}  {numbers}"
    yield from (terminal.dim(f"  {note}") for note in _notes(difference, language))
    changes = Changes(difference, everything=everything)
    for entity in _told(changes, language):
        if isinstance(entity, str):
            yield f"\n{entity}"
        else:
            yield from _entity_text(changes, entity, language, terminal)


def _entity_text(changes: Changes, entity: EntityChange, language: str, terminal: Terminal) -> Iterator[str]:
    phrases = words(language)
    names = ", ".join(filter(None, (entity.classes, visible(entity.id))))
    yield f"\n{terminal.bold(f'{SIGNS[entity.sign]} {entity.label}')} ({names})"
    for told in by_evidence(changes, language, entity):
        yield from (f"    {SIGNS[fact.sign]} {fact_words(fact)}" for fact in told.facts)
        for what, line in told.evidence:
            yield terminal.dim(f"        {phrases[what] + ': ' if what else ''}{line}")
    if entity.more:
        yield f"    {phrases['more_facts'].format(count=entity.more)}"


def fact_words(fact: FactChange) -> str:
    """A changed fact on one line: what is gone, what is new, or the one → the other."""
    values = (fact.before, fact.after) if fact.sign == "~" else (fact.after or fact.before,)
    return f"{fact.name}: {' → '.join(values)}"


def markdown(difference: Difference, counts: Counts, language: str, *, everything: bool = False) -> Iterator[str]:
    """The difference as Markdown, for a page or a pull request; nothing in a label is markup."""
    phrases = words(language)
    yield f"# {escaped(difference.before.name)} → {escaped(difference.after.name)}\n"
    if not difference.count:
        yield phrases["none"]
    rows = [*_numbers(counts), *_class_numbers(difference, counts, language)]
    if rows:
        yield "| | |\n|---|---|"
        yield from (f"| {escaped(phrases.get(name, name))} | {numbers} |" for name, numbers in rows)
    yield from (f"\n*{escaped(note)}*" for note in _notes(difference, language))
    changes = Changes(difference, everything=everything)
    for entity in _told(changes, language):
        if isinstance(entity, str):
            yield f"\n{escaped(entity)}"
        else:
            yield from _entity_markdown(changes, entity, language)


def _entity_markdown(changes: Changes, entity: EntityChange, language: str) -> Iterator[str]:
    phrases = words(language)
    sign = phrases[{"+": "added", "-": "removed", "~": "changed"}[entity.sign]]
    yield f"\n## {sign}: {escaped(entity.label)}\n\n{escaped(entity.classes)} {escaped(visible(entity.id))}\n"
    for told in by_evidence(changes, language, entity):
        yield from (f"- **{SIGNS[fact.sign]}** {escaped(fact_words(fact))}" for fact in told.facts)
        for what, line in told.evidence:
            yield f"  - {escaped(phrases[what] + ': ' if what else '')}{escaped(line)}"
    if entity.more:
        yield f"- {escaped(phrases['more_facts'].format(count=entity.more))}"


def escaped(words_: str) -> str:
    r"""The text for Markdown: every sign that could be markup stands for itself.

    >>> print(escaped("<b> [x](y) | *"))
    \<b\> \[x\]\(y\) \| \*
    """
    return _MARKDOWN.sub(r"\\\1", words_)


def as_json(difference: Difference, counts: Counts, language: str) -> Iterator[str]:
    """The whole difference as one JSON object, written entity by entity."""
    head = {
        "from": difference.before.name,
        "to": difference.after.name,
        "statements": difference.count,
        "unnamed": difference.unnamed,
        "facts_only": difference.facts_only,
        "counts": counts.to_json(),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entities": ['
    separator = ""
    for entity in Changes(difference, everything=True).entities(language):
        if entity.worth_telling:
            yield separator + json.dumps(_entity_json(entity), ensure_ascii=False)
            separator = ","
    yield "]}"


def _entity_json(entity: EntityChange) -> dict[str, object]:
    return {
        "change": entity.sign,
        "iri": entity.iri,
        "id": entity.id,
        "label": entity.label,
        "classes": entity.classes,
        "facts": [
            {
                "change": fact.sign,
                "predicate": fact.predicate,
                "name": fact.name,
                "before": fact.before or None,
                "after": fact.after or None,
                "sources": [_backing_json(one) for one in fact.sources],
                "gained": [_backing_json(one) for one in fact.gained],
                "lost": [_backing_json(one) for one in fact.lost],
            }
            for fact in entity.facts
        ],
        "moved": entity.moved,
    }


def _backing_json(backing: Backing) -> dict[str, object]:
    return {name: getattr(backing, name) for name in Backing.__slots__}


def _told(changes: Changes, language: str) -> Iterator[EntityChange | str]:
    """The entities that are told, and at the end what is not."""
    phrases = words(language)
    told = moved = 0
    for entity in changes.entities(language):
        moved += entity.moved
        if not entity.worth_telling:
            continue
        if told == ENTITIES_TOLD and not changes.everything:
            yield phrases["more"]
            return
        told += 1
        yield entity
    if not changes.complete:
        yield phrases["more"]
    elif moved:
        yield phrases["moved"].format(count=f"{moved:,}")


def _numbers(counts: Counts) -> Iterator[tuple[str, str]]:
    for name in TALLIES:
        tally = getattr(counts, name)
        if tally:
            yield name, tally_words(tally)


def _class_numbers(difference: Difference, counts: Counts, language: str) -> Iterator[tuple[str, str]]:
    phrases = words(language)
    for iri, tally in sorted(counts.classes.items(), key=_most):
        yield (
            class_name(difference, iri, language),
            f"{tally_words(tally.entities)} ({phrases['facts']} {tally_words(tally.facts)})",
        )


def _most(item: tuple[str, ClassTally]) -> tuple[int, str]:
    iri, tally = item
    return -(tally.facts.added + tally.facts.removed), iri


def _notes(difference: Difference, language: str) -> Iterator[str]:
    phrases = words(language)
    if difference.facts_only:
        yield phrases["facts_only"]
    if difference.unnamed:
        yield phrases["unnamed"].format(count=f"{difference.unnamed:,}")


def history_text(history: History, terminal: Terminal = PIPE) -> Iterator[str]:
    """The releases of a folder, the newest first: when, how large, and what changed since which one."""
    for release in history.releases:
        mark = f" {terminal.warn('(latest)')}" if release.latest else ""
        yield terminal.bold(f"release {visible(release.id)}") + mark
        yield from (f"  {name:<9} {words_}" for name, words_ in _release_lines(release))
        yield ""
    if history.latest is None:
        yield "no release is the latest; `kg restore ID` makes one so"
    yield from (f"damaged: {visible(str(folder))}" for folder in history.damaged)


def _release_lines(release: Release) -> Iterator[tuple[str, str]]:
    record, manifest = release.record, release.manifest
    yield "built", f"{visible(record.built.replace('T', ' '))}"
    yield "holds", f"{manifest.triples:,} triples, {manifest.claims:,} claims"
    changes = record.changes
    if record.previous is None or changes is None:
        yield "since", visible(record.previous) if record.previous else "no release before it is known"
        return
    yield "since", visible(record.previous) + ("" if changes else ": no statement changed")
    for name, numbers in _numbers(changes):
        yield name, numbers + (f": {_by_class(changes)}" if name == "facts" else "")


def _by_class(changes: Counts) -> str:
    found = sorted(changes.classes.items(), key=_most)
    return " · ".join(f"{visible(local_name(iri) or '?')} {tally_words(tally.facts)}" for iri, tally in found)


def history_json(history: History) -> str:
    """The same as JSON."""
    releases = [
        {
            "id": release.id,
            "latest": release.latest,
            "built": release.record.built,
            "version": release.record.version,
            "seconds": dict(release.record.seconds),
            "triples": release.manifest.triples,
            "claims": release.manifest.claims,
            "previous": release.record.previous,
            "changes": None if release.record.changes is None else release.record.changes.to_json(),
        }
        for release in history.releases
    ]
    return json.dumps({"releases": releases, "damaged": [path.name for path in history.damaged]}, indent=1)
