"""What was read in articles, sentence by sentence: for the report, where each fact is a click from its sentence."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.store.oxigraph import select
from kg.vocabulary import CKG, LABEL, OA, PROV, PROVENANCE_GRAPH, RDF

Labels = Callable[[str], Mapping[str, str]]

_CLAIMS = f"""
PREFIX oa: <{OA}> PREFIX prov: <{PROV}> PREFIX rdf: <{RDF}> PREFIX ckg: <{CKG}>
SELECT ?source ?quote ?start ?end ?rule ?confidence ?subject ?predicate ?object ?who ?day {{
  GRAPH <%s> {{
    ?claim prov:wasQuotedFrom ?source ; oa:hasTarget ?target ; rdf:subject ?subject ; rdf:predicate ?predicate ;
      rdf:object ?object ; ckg:rule ?rule ; ckg:confidence ?confidence .
    OPTIONAL {{ ?claim ckg:judgedBy ?who ; ckg:judgedOn ?day }}
    ?target oa:hasSelector ?words , ?place . ?words oa:exact ?quote . ?place oa:start ?start ; oa:end ?end .
  }}
}}"""


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A fact that a sentence says: labels of subject and property, and the value's; how it was read; who let it in."""

    subject: Mapping[str, str]
    predicate: Mapping[str, str]
    value: Mapping[str, str]
    rule: str
    confidence: str
    judged_by: str = ""
    judged_on: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, its place in the original file, and the facts that it says."""

    quote: str
    start: int
    end: int
    facts: tuple[ReadFact, ...]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article that was read: `id` is that of its source."""

    id: str
    labels: Mapping[str, str]
    claims: int
    sentences: tuple[Sentence, ...]


def article_rows(store: ox.Store, base: str, labels: Labels) -> tuple[ArticleRow, ...]:
    """The articles by id, their sentences in order."""
    found: dict[str, dict[tuple[int, int, str], set[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(set))
    for row in select(store, _CLAIMS % (base + PROVENANCE_GRAPH)):
        texts = [_text(term) for term in row]
        source, quote, start, end = texts[:4]
        kind = "entity" if isinstance(row["object"], ox.NamedNode) else ""
        found[source][int(start), int(end), quote].add((*texts[4:], kind))
    return tuple(_article(source, base, found[source], labels) for source in sorted(found))


def _article(
    source: str, base: str, found: Mapping[tuple[int, int, str], set[tuple[str, ...]]], labels: Labels
) -> ArticleRow:
    sentences = tuple(
        Sentence(quote, start, end, tuple(_fact(fact, labels) for fact in sorted(facts, key=_fact_order)))
        for (start, end, quote), facts in sorted(found.items())
    )
    claims = sum(len(facts) for facts in found.values())
    return ArticleRow(source.removeprefix(f"{base}source/"), labels(source), claims, sentences)


def _fact(parts: tuple[str, ...], labels: Labels) -> ReadFact:
    rule, confidence, subject, predicate, value, who, day, kind = parts
    called = (labels(value) if kind else {}) or {"": value}
    named = labels(subject) or {"": subject}, labels(predicate) or {"": predicate}
    return ReadFact(*named, called, rule, confidence, who, day)


def _fact_order(parts: tuple[str, ...]) -> tuple[str, bool, str, str]:
    """By subject, its name first."""
    _, _, subject, predicate, value, *_ = parts
    return subject, predicate != LABEL.value, predicate, value


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    return "" if term is None else str(term) if isinstance(term, ox.Triple) else term.value
