"""Entities with their facts, and each fact with its evidence: what explain, the pages and the exports show."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import pyoxigraph as ox

from kg.store.oxigraph import select
from kg.vocabulary import (
    ADDRESS,
    ALT_LABEL,
    ARTICLE_DATE,
    AS_OF,
    COMMENT,
    CONFIDENCE,
    CONFIRMATION,
    DERIVED_FROM,
    END,
    EXACT,
    GRADE,
    HAS_SELECTOR,
    HAS_TARGET,
    JUDGED_BY,
    JUDGED_ON,
    LABEL,
    LEGAL_NAME,
    LOCATOR,
    OBJECT,
    ONTOLOGY_GRAPH,
    PREDICATE,
    PROVENANCE_GRAPH,
    RULE,
    SAME_AS,
    START,
    SUBJECT,
    TYPE,
)

NAMES = (LABEL, ALT_LABEL, LEGAL_NAME)
LANGUAGES = ("zh", "en")
"""What entities are called by, and the languages that are looked up before all labels are read."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Statement = tuple[ox.NamedNode | ox.BlankNode | ox.Triple, ox.NamedNode, Term]


@dataclass(frozen=True, slots=True, order=True)
class Backing:
    """One claim: a source that states a fact, how far it is confirmed, the rows that say so ("clusters.csv#row=5").

    A claim that was read in an article has the sentence (`quote`), its `start` and `end` in the original file, the
    rule, the confidence, and the date of the article; all of these are empty for one of a table. A claim that a person
    made or let in says who and on which day (`judged_by`, `judged_on`). `remark` is why, and how things were told that
    the text calls otherwise.
    """

    source: str
    grade: str
    address: str
    confirmation: str
    rows: tuple[str, ...]
    as_of: str = ""
    quote: str = ""
    start: str = ""
    end: str = ""
    rule: str = ""
    confidence: str = ""
    article_date: str = ""
    judged_by: str = ""
    judged_on: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement with its evidence; a statement about a record shares the evidence of the fact that points at it."""

    subject: str
    predicate: str
    value: Term
    backings: tuple[Backing, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A subject of the graph: its types, labels by language, what it says (`facts`), what points at it (`incoming`)."""

    iri: str
    types: tuple[str, ...]
    labels: Mapping[str, str]
    facts: tuple[Fact, ...]
    incoming: tuple[Fact, ...]

    def label(self, language: str = "zh") -> str:
        """The label in this language, else in any, else the last part of the IRI."""
        return pick_label(self.labels, self.iri, language)


def pick_label(labels: Mapping[str, str], iri: str, language: str) -> str:
    """The label in this language, else an untagged or any other one, else the IRI's last part, decoded."""
    fallback = next(iter(labels.values()), None) or unquote(local_name(iri))
    return labels.get(language) or labels.get("") or fallback


def local_name(iri: str) -> str:
    """The part of an IRI behind the last `#` or `/`.

    >>> local_name("https://w3id.org/cluster-kg/place/370600")
    '370600'
    """
    return iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]


class EntityReader:
    """Reads entities out of a store: one at a time (`read`) or all of them (`read_all`)."""

    def __init__(self, store: ox.Store, base: str, records: Iterable[str] = ()):
        """`records` are the predicates of the manifest whose object is a record."""
        self._store = store
        self._records = frozenset(records)
        self._base = base
        self._provenance = ox.NamedNode(base + PROVENANCE_GRAPH)
        self._ontology = ox.NamedNode(base + ONTOLOGY_GRAPH)
        self._sources: dict[ox.NamedNode, tuple[str, str, str]] = {}
        self._quotes: dict[ox.NamedNode, dict[str, str]] = {}

    def find(self, name: str) -> list[str]:
        """IRIs of the entities of this IRI, id ("enterprise/e003"), label or other name; sorted.

        An id that people said is the same as another one stands for that.
        """
        for node in filter(None, (_node(name), _node(self._base + name))):
            if next(self._store.quads_for_pattern(node, None, None, ox.DefaultGraph()), None):
                return [node.value]
            stands_for = self._store.quads_for_pattern(None, SAME_AS, node, ox.DefaultGraph())
            if kept := sorted(_key(quad.subject) for quad in stands_for):
                return kept
        literals = (ox.Literal(name), *(ox.Literal(name, language=language) for language in LANGUAGES))
        found = {
            quad.subject
            for predicate in NAMES
            for literal in literals
            for quad in self._store.quads_for_pattern(None, predicate, literal, ox.DefaultGraph())
        }
        return sorted(map(_key, found)) or self._find_in_any_language(name)

    def _find_in_any_language(self, name: str) -> list[str]:
        predicates = " ".join(map(str, NAMES))
        wanted = f"FILTER(STR(?label) = {ox.Literal(name)})"
        query = f"SELECT DISTINCT ?s {{ VALUES ?p {{ {predicates} }} ?s ?p ?label {wanted} }}"
        return sorted(_text(row["s"]) for row in select(self._store, query))

    def is_record(self, iri: str) -> bool:
        """Whether the node is a record, such as a figure: what it says is covered by the claim that points at it."""
        incoming = self._store.quads_for_pattern(None, None, ox.NamedNode(iri), ox.DefaultGraph())
        return any(quad.predicate.value in self._records for quad in incoming)

    def labels(self, iri: str) -> dict[str, str]:
        """Labels by language of an entity or an ontology term; empty where it has none."""
        node = ox.NamedNode(iri)
        graphs = (ox.DefaultGraph(), self._ontology)
        quads = (quad for graph in graphs for quad in self._store.quads_for_pattern(node, LABEL, None, graph))
        return _labels((quad.predicate, quad.object) for quad in quads)

    def read(self, iri: str) -> Entity:
        """The entity of this IRI; without facts where the graph has none."""
        node = ox.NamedNode(iri)
        outgoing = [_statement(quad) for quad in self._about(node)]
        incoming = [_statement(quad) for quad in self._store.quads_for_pattern(None, None, node, ox.DefaultGraph())]
        claims = {
            quad.subject
            for role in (SUBJECT, OBJECT)
            for quad in self._store.quads_for_pattern(None, role, node, self._provenance)
        }
        quads = [
            quad for claim in claims for quad in self._store.quads_for_pattern(claim, None, None, self._provenance)
        ]
        return _entity(iri, outgoing, incoming, self._backings(quads), self._records)

    def read_all(self) -> dict[str, Entity]:
        """Every entity of the default graph by IRI, sorted; one pass over the store."""
        outgoing: dict[str, list[Statement]] = defaultdict(list)
        incoming: dict[str, list[Statement]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            statement = _statement(quad)
            outgoing[_key(quad.subject)].append(statement)
            if isinstance(quad.object, ox.NamedNode):
                incoming[quad.object.value].append(statement)
        backings = self._backings(self._store.quads_for_pattern(None, None, None, self._provenance))
        return {
            iri: _entity(iri, outgoing[iri], incoming.get(iri, []), backings, self._records) for iri in sorted(outgoing)
        }

    def _about(self, node: ox.NamedNode) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(node, None, None, ox.DefaultGraph())

    def _backings(self, quads: Iterable[ox.Quad]) -> dict[Statement, tuple[Backing, ...]]:
        claims: dict[object, dict[ox.NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            claims[quad.subject][quad.predicate].append(quad.object)
        found: dict[Statement, list[Backing]] = defaultdict(list)
        for claim in claims.values():
            if claim[SUBJECT] and claim[PREDICATE] and claim[OBJECT]:
                statement = (claim[SUBJECT][0], claim[PREDICATE][0], claim[OBJECT][0])
                found[statement].append(self._backing(claim))  # type: ignore[index]  # a claim's subject and predicate are nodes
        return {statement: tuple(sorted(backings)) for statement, backings in found.items()}

    def _backing(self, claim: Mapping[ox.NamedNode, list[Term]]) -> Backing:
        node = claim[DERIVED_FROM][0]
        source, grade, address = self._source(node) if isinstance(node, ox.NamedNode) else ("", "", "")
        prefix = self._base + "data/"
        rows = (_text(row).removeprefix(prefix) for row in claim[LOCATOR])
        return Backing(
            source=source,
            grade=grade,
            address=address,
            confirmation=local_name(_first(claim[CONFIRMATION])),
            rows=tuple(sorted(rows, key=_row_order)),
            as_of=_first(claim[AS_OF]),
            **self._quote(claim[HAS_TARGET]),
            rule=_first(claim[RULE]),
            confidence=_first(claim[CONFIDENCE]),
            article_date=_first(claim[ARTICLE_DATE]),
            judged_by=_joined(claim[JUDGED_BY]),
            judged_on=_joined(claim[JUDGED_ON]),
            remark=_joined(claim[COMMENT]),
        )

    def _quote(self, targets: list[Term]) -> dict[str, str]:
        """The sentence that a claim was read in, and where it starts and ends; nothing for a claim of a table."""
        node = min(targets, key=str, default=None)
        if not isinstance(node, ox.NamedNode):
            return {}
        if node not in self._quotes:
            selectors = self._store.quads_for_pattern(node, HAS_SELECTOR, None, self._provenance)
            parts = {
                quad.predicate: _text(quad.object)
                for selector in selectors
                if not isinstance(selector.object, ox.Literal | ox.Triple)
                for quad in self._store.quads_for_pattern(selector.object, None, None, self._provenance)
            }
            named = (("quote", EXACT), ("start", START), ("end", END))
            self._quotes[node] = {name: parts.get(predicate, "") for name, predicate in named}
        return self._quotes[node]

    def _source(self, node: ox.NamedNode) -> tuple[str, str, str]:
        if node not in self._sources:
            facts = {
                quad.predicate: quad.object
                for quad in self._store.quads_for_pattern(node, None, None, ox.DefaultGraph())
            }
            grade = local_name(_text(facts[GRADE])) if GRADE in facts else ""
            address = _text(facts[ADDRESS]) if ADDRESS in facts else ""
            self._sources[node] = (node.value.removeprefix(self._base + "source/"), grade, address)
        return self._sources[node]


def _entity(
    iri: str,
    outgoing: list[Statement],
    incoming: list[Statement],
    backings: Mapping[Statement, tuple[Backing, ...]],
    records: Collection[str],
) -> Entity:
    covering = _covering(incoming, backings, records)
    return Entity(
        iri=iri,
        types=tuple(sorted(_text(value) for _, predicate, value in outgoing if predicate == TYPE)),
        labels=_labels((predicate, value) for _, predicate, value in outgoing),
        facts=_facts(outgoing, backings, covering),
        incoming=_facts(incoming, backings, ()),
    )


def _covering(
    incoming: list[Statement], backings: Mapping[Statement, tuple[Backing, ...]], records: Collection[str]
) -> tuple[Backing, ...]:
    """The evidence of a record's own statements: that of the statement which points at it; nothing for an entity."""
    pointing = (statement for statement in incoming if statement[1].value in records)
    return tuple(sorted({backing for statement in pointing for backing in backings.get(statement, ())}))


def _facts(
    statements: list[Statement], backings: Mapping[Statement, tuple[Backing, ...]], covering: tuple[Backing, ...]
) -> tuple[Fact, ...]:
    ordered = sorted(statements, key=lambda statement: tuple(str(term) for term in statement))
    return tuple(Fact(_key(s), p.value, o, backings.get((s, p, o), covering)) for s, p, o in ordered)


def _labels(pairs: Iterable[tuple[ox.NamedNode, Term]]) -> dict[str, str]:
    literals = (value for predicate, value in pairs if predicate == LABEL and isinstance(value, ox.Literal))
    found = sorted(((value.language or "", value.value) for value in literals), reverse=True)
    return dict(found)


def _statement(quad: ox.Quad) -> Statement:
    return quad.subject, quad.predicate, quad.object


def _row_order(locator: str) -> tuple[str, int]:
    file, _, row = locator.partition("#row=")
    return file, int(row) if row.isdigit() else 0


def _first(values: list[Term]) -> str:
    return min(map(_text, values), default="")


def _joined(values: list[Term]) -> str:
    """All of them: two people may have judged the same."""
    return "; ".join(sorted(map(_text, values)))


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _key(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _node(text: str) -> ox.NamedNode | None:
    """The node of this IRI; None where the text is none."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None
