"""The entities as a property graph for Gephi, Cytoscape, yEd or networkx: GraphML and GEXF."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export.content import Content, term_names
from kg.export.rdf import XML_FORBIDDEN
from kg.model import Problem
from kg.store.entities import Backing, Entity, Fact, local_name
from kg.vocabulary import CKG, LABEL, TYPE, XSD

if TYPE_CHECKING:
    import networkx

    PropertyGraph = networkx.MultiDiGraph[str]

SEPARATOR = " | "
"""Between the values of one attribute or one cell."""

ABOUT_EVIDENCE = frozenset(CKG + name for name in ("Source", "Grade", "Confirmation", "Claim"))
"""Classes that say how well something is known: attributes here, or every node would hang on a few of them."""

_OWN = ("iri", "label", "label_zh", "label_en", "type", "sources")
_TAKEN = frozenset((*_OWN, "id", "key", "pid", "start", "end", "parents", "slices", "spells", "viz", "weight"))
"""Attribute names with a meaning here, or to networkx's GEXF writer, which breaks on some of them."""

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double"))

_GEXF_DATE = re.compile(rb' lastmodifieddate="[^"]*"')


def write_graphml(content: Content, target: Path) -> list[Problem]:
    """Writes GraphML; by the standard library's XML whether lxml is there or not, so that the bytes are the same."""
    import networkx  # slow to import

    with target.open("wb") as out:
        networkx.write_graphml_xml(property_graph(content), out)
    return []


def write_gexf(content: Content, target: Path) -> list[Problem]:
    """Writes GEXF 1.2 without the day of writing, which networkx puts in."""
    import networkx  # slow to import

    out = BytesIO()
    networkx.write_gexf(property_graph(content), out)
    target.write_bytes(_GEXF_DATE.sub(b"", out.getvalue(), count=1))
    return []


def property_graph(content: Content) -> "PropertyGraph":
    """A node an entity, an edge a statement between two of them, both with labels, sources and confirmation."""
    import networkx  # slow to import

    nodes = {iri: entity for iri, entity in content.entities.items() if not ABOUT_EVIDENCE.intersection(entity.types)}
    graph: PropertyGraph = networkx.MultiDiGraph()
    for iri, attributes in _nodes(content, nodes).items():
        graph.add_node(content.short(iri), **attributes)
    edges = (fact for entity in nodes.values() for fact in entity.facts if _target(fact) in nodes)
    for number, fact in enumerate(edges):
        source, target = content.short(fact.subject), content.short(_target(fact))
        graph.add_edge(source, target, key=f"e{number}", **_edge(content, fact))
    return graph


def clean(text: str) -> str:
    """The text as XML and spreadsheets can hold it: other control characters become U+FFFD, line breaks one kind."""
    return XML_FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def sources(backings: Iterable[Backing]) -> str:
    """The ids of the sources, each once."""
    return joined(backing.source for backing in backings)


def joined(texts: Iterable[str]) -> str:
    """Different texts, sorted, in one; empty ones drop out."""
    return SEPARATOR.join(sorted({text for text in texts if text}))


def _nodes(content: Content, entities: Mapping[str, Entity]) -> dict[str, dict[str, str | float]]:
    """The attributes of every node by its IRI: labels, type, sources, and all that is no edge."""
    properties = {iri: _properties(entity, entities.keys()) for iri, entity in entities.items()}
    names = term_names((predicate for values in properties.values() for predicate in values), content.prefixes)
    numeric = _numeric(properties.values())
    return {
        iri: _own(content, entity)
        | {
            names[predicate] + "_" * (names[predicate] in _TAKEN): float(values[0].value)
            if predicate in numeric
            else clean(joined(map(_text, values)))
            for predicate, values in properties[iri].items()
        }
        for iri, entity in entities.items()
    }


def _own(content: Content, entity: Entity) -> dict[str, str | float]:
    texts = {
        "iri": entity.iri,
        "label": entity.label(),
        "label_zh": entity.labels.get("zh", ""),
        "label_en": entity.labels.get("en", ""),
        "type": joined(map(local_name, entity.types)),
        "sources": sources(backing for fact in entity.facts for backing in fact.backings),
    }
    return {name: clean(text) for name, text in texts.items() if text}


def _properties(entity: Entity, nodes: Collection[str]) -> dict[str, list[ox.NamedNode | ox.Literal]]:
    """Values by predicate of what is neither a type, a label, nor an edge."""
    found: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
    for fact in entity.facts:
        known = fact.predicate in (TYPE.value, LABEL.value) or _target(fact) in nodes
        if not known and isinstance(fact.value, ox.NamedNode | ox.Literal):
            found[fact.predicate].append(fact.value)
    return found


def _numeric(properties: Iterable[Mapping[str, list[ox.NamedNode | ox.Literal]]]) -> set[str]:
    """Predicates with one number for each node, wherever they stand: an attribute has one type in the whole file."""
    seen: set[str] = set()
    other: set[str] = set()
    for values in properties:
        for predicate, terms in values.items():
            (seen if len(terms) == 1 and _is_number(terms[0]) else other).add(predicate)
    return seen - other


def _is_number(term: ox.NamedNode | ox.Literal) -> bool:
    if not isinstance(term, ox.Literal) or term.datatype.value not in _NUMBERS:
        return False
    try:
        float(term.value)
    except ValueError:
        return False
    return True


def _text(term: ox.NamedNode | ox.Literal) -> str:
    return term.value if isinstance(term, ox.Literal) else local_name(term.value)


def _target(fact: Fact) -> str:
    """The key of the entity that a fact points at; empty where it has a literal."""
    if isinstance(fact.value, ox.Literal):
        return ""
    return fact.value.value if isinstance(fact.value, ox.NamedNode) else str(fact.value)


def _edge(content: Content, fact: Fact) -> dict[str, str]:
    texts = {
        "label": content.label(fact.predicate),
        "label_en": content.label(fact.predicate, "en"),
        "predicate": fact.predicate,
        "sources": sources(fact.backings),
        "confirmation": joined(backing.confirmation for backing in fact.backings),
        "as_of": joined(backing.as_of for backing in fact.backings),
    }
    return {name: clean(text) for name, text in texts.items() if text}
