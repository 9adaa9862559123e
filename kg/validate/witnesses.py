"""Which thing of which table a violation speaks of: its label, and the rows that its claims name."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyoxigraph as ox

from kg.model import Violation
from kg.vocabulary import LABEL, LOCATOR, OBJECT, PREDICATE, PROVENANCE_GRAPH, SUBJECT

SHOWN_ROWS = 3


def with_witnesses(store: ox.Store, violations: Iterable[Violation], *, base: str) -> Iterator[Violation]:
    """The same violations with label and rows, as far as the store knows them."""
    provenance = ox.NamedNode(base + PROVENANCE_GRAPH)
    for violation in violations:
        if not violation.entity or ":" not in violation.entity:
            yield violation
            continue
        entity = ox.NamedNode(violation.entity)
        rows = _rows(store, entity, violation.predicate, provenance)
        names = (row.removeprefix(base + "data/") for row in rows)
        yield replace(violation, label=_label(store, entity), rows=tuple(sorted(names, key=_by_row)[:SHOWN_ROWS]))


def _rows(store: ox.Store, entity: ox.NamedNode, predicate: str, graph: ox.NamedNode) -> set[str]:
    """Rows of the claims that state this predicate of the entity, else any of it, else that point at it (a record)."""
    stating = {quad.subject for quad in store.quads_for_pattern(None, SUBJECT, entity, graph)}
    exact = {claim for claim in stating if predicate in _values(store, claim, PREDICATE, graph)}
    pointing = {quad.subject for quad in store.quads_for_pattern(None, OBJECT, entity, graph)}
    return {row for claim in exact or stating or pointing for row in _values(store, claim, LOCATOR, graph)}


def _values(
    store: ox.Store, claim: ox.NamedNode | ox.BlankNode | ox.Triple, predicate: ox.NamedNode, graph: ox.NamedNode
) -> set[str]:
    quads = store.quads_for_pattern(claim, predicate, None, graph)
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}


def _label(store: ox.Store, entity: ox.NamedNode) -> str:
    quads = store.quads_for_pattern(entity, LABEL, None, ox.DefaultGraph())
    labels = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
    return min(labels, key=lambda label: (label.language != "zh", label.value)).value if labels else ""


def _by_row(locator: str) -> tuple[str, int]:
    file, _, row = locator.partition("#row=")
    return file, int(row) if row.isdigit() else 0
