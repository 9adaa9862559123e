"""Flat tables for a spreadsheet: one a class, one of all facts with their sources, one of problems.

Numbers are spelled as the store does (1.5 for 1.50); the serialisations keep them as they were in the data.
UTF-8 with a byte order mark, or Excel shows Chinese as noise; CRLF and quotes as in RFC 4180.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.export.content import Content, slugs, term_names
from kg.export.property_graph import SEPARATOR, clean, joined, sources
from kg.model import Problem
from kg.store.entities import Backing, Entity, Fact, Term
from kg.vocabulary import LABEL, TYPE, XSD

FACT_COLUMNS = (
    "subject",
    "subject_label",
    "predicate",
    "predicate_label",
    "value",
    "value_label",
    "source",
    "grade",
    "confirmation",
    "as_of",
    "rows",
    "quote",
    "start",
    "end",
    "rule",
    "confidence",
    "article_date",
    "judged_by",
    "judged_on",
    "remark",
)
PROBLEM_COLUMNS = ("stage", "file", "line", "value", "reason")

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Beginnings that a spreadsheet may run as a formula (OWASP, CSV injection); East Asian editions take wide ones too."""

_EVIDENCE = ("sources", "confirmations", "rows")
_TAKEN = frozenset(("id", "label", *_EVIDENCE))
_NO_BACKING = Backing(source="", grade="", address="", confirmation="", rows=())

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NUMERIC = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))


def write_tables(content: Content, target: Path) -> list[Problem]:
    """Writes the folder `target`: a table a class."""
    target.mkdir(exist_ok=True)
    members: dict[str, list[Entity]] = defaultdict(list)
    for entity in content.entities.values():
        for iri in entity.types:
            members[iri].append(entity)
    for iri, name in slugs(members, content.prefixes).items():
        write_csv(target / f"{name}.csv", *_table(content, members[iri]))
    return []


def write_facts(content: Content, target: Path) -> list[Problem]:
    """Writes every fact: a row for each source that states it, and one without source where none is known."""
    write_csv(target, FACT_COLUMNS, _fact_rows(content))
    return []


def write_problems(problems: Iterable[Problem], target: Path) -> None:
    """Writes `problems.csv`; with its header alone where there are none."""
    rows = (
        (problem.stage, problem.file, Number(problem.line or ""), problem.value, problem.reason)
        for problem in sorted(problems, key=_problem_order)
    )
    write_csv(target, PROBLEM_COLUMNS, rows)


class Number(str):
    """A number, which needs no guard against formulas: -1.5 stays a number."""

    __slots__ = ()


def write_csv(target: Path, header: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """Writes a table with every text made safe to open."""
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(map(safe_text, header))
        writer.writerows(map(safe_text, row) for row in rows)


def safe_text(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: with an apostrophe before it where it could be one.

    >>> safe_text("=1+1"), safe_text("text"), safe_text(Number("-1.5"))
    ("'=1+1", 'text', '-1.5')
    """
    guarded = text.startswith(_FORMULA) and not isinstance(text, Number)
    return clean(f"'{text}" if guarded else text)


def _table(content: Content, entities: Sequence[Entity]) -> tuple[list[str], Iterator[list[str]]]:
    """The header and rows of a class: id, labels, every property of any member, then the evidence of the whole row."""
    languages = ["zh", "en", *sorted({tag for entity in entities for tag in entity.labels} - {"zh", "en"})]
    values = {entity.iri: _values(entity) for entity in entities}
    linked = {
        predicate
        for found in values.values()
        for predicate, terms in found.items()
        if any(isinstance(term, ox.NamedNode) for term in terms)
    }
    names = term_names({predicate for found in values.values() for predicate in found}, content.prefixes)
    predicates = sorted(names, key=lambda predicate: names[predicate])
    header = ["id", *(f"label_{tag}" if tag else "label" for tag in languages)]
    for predicate in predicates:
        name = names[predicate] + "_" * (names[predicate] in _TAKEN)
        header += [name, f"{name}_label"] if predicate in linked else [name]

    def row(entity: Entity) -> list[str]:
        cells = [content.short(entity.iri), *(entity.labels.get(tag, "") for tag in languages)]
        for predicate in predicates:
            terms = values[entity.iri].get(predicate, ())
            cells.append(_cell(content, terms))
            if predicate in linked:
                cells.append(SEPARATOR.join(_label(content, term) for term in terms))
        return cells + _evidence(entity)

    return header + list(_EVIDENCE), map(row, entities)


def _values(entity: Entity) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for fact in entity.facts:
        if fact.predicate not in (TYPE.value, LABEL.value):
            found[fact.predicate].append(fact.value)
    return found


def _cell(content: Content, terms: Sequence[Term]) -> str:
    if len(terms) == 1:
        return _text(content, terms[0])
    return SEPARATOR.join(_text(content, term) for term in terms)


def _text(content: Content, term: Term) -> str:
    if isinstance(term, ox.Literal):
        number = term.datatype.value in _NUMERIC and _NUMBER.fullmatch(term.value)
        return Number(term.value) if number else term.value
    return content.short(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _label(content: Content, term: Term) -> str:
    """The label of what a cell points at; empty for a value and for what has no label."""
    return content.label(term.value) if isinstance(term, ox.NamedNode) and content.labels(term.value) else ""


def _evidence(entity: Entity) -> list[str]:
    backings = [backing for fact in entity.facts for backing in fact.backings]
    confirmations = joined(backing.confirmation for backing in backings)
    rows = sorted({row for backing in backings for row in backing.rows}, key=_row_order)
    return [sources(backings), confirmations, SEPARATOR.join(rows)]


def _row_order(locator: str) -> tuple[str, int]:
    file, _, row = locator.partition("#row=")
    return file, int(row) if row.isdecimal() else 0


def _fact_rows(content: Content) -> Iterator[list[str]]:
    for entity in content.entities.values():
        for fact in entity.facts:
            start = _fact_cells(content, entity, fact)
            for backing in fact.backings or (_NO_BACKING,):
                rows = SEPARATOR.join(backing.rows)
                told = (backing.source, backing.grade, backing.confirmation, backing.as_of, rows)
                judged = (backing.judged_by, backing.judged_on, backing.remark)
                yield [*start, *told, *_quoted(backing), *judged]


def _quoted(backing: Backing) -> list[str]:
    """The sentence of an article and how it was read; empty cells for a claim of a table."""
    place = (Number(backing.start), Number(backing.end))
    return [backing.quote, *place, backing.rule, Number(backing.confidence), backing.article_date]


def _fact_cells(content: Content, entity: Entity, fact: Fact) -> list[str]:
    return [
        content.short(entity.iri),
        entity.label(),
        content.qualified(fact.predicate),
        content.label(fact.predicate),
        _text(content, fact.value),
        _label(content, fact.value),
    ]


def _problem_order(problem: Problem) -> tuple[str, str, int, str, str]:
    return problem.stage, problem.file, problem.line or 0, problem.value, problem.reason
