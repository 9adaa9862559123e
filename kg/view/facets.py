"""What entities can be filtered by: province, field, list, and how far they are confirmed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.store.entities import Entity, Fact, local_name
from kg.view.kinds import FIELD, LIST, MUNICIPALITY, PROVINCE, Kind
from kg.vocabulary import CKG, CONFIRMATION, LABEL, SKOS

CONTAINED_IN = "https://schema.org/containedInPlace"

CONFIRMATIONS = ("confirmed", "confirmed-by-repost", "partly-confirmed", "unconfirmed", "doubtful")
"""Best first; a key that is not here counts as worse than all of them."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to filter: the kinds whose entities are its values, and the predicates that lead to one, in steps."""

    name: str
    values: tuple[Kind, ...]
    predicates: tuple[str, ...]


FACETS = (
    Facet("province", (PROVINCE, MUNICIPALITY), (CKG + "inProvince", CONTAINED_IN)),
    Facet("field", (FIELD,), (CKG + "inSector", SKOS + "broader")),
    Facet("list", (LIST,), (CKG + "partOfList", CKG + "onList")),
)


def facet_values(facet: Facet, entities: Mapping[str, Entity], kinds: Mapping[str, Kind]) -> dict[str, frozenset[str]]:
    """The facet's values of each entity that has any: its own ones, else those of the entities that point at it.

    An enterprise is thus found under the provinces of its clusters, a figure under that of its subject.
    """
    own = {iri: _reach(entity, facet, entities, kinds) for iri, entity in entities.items() if kinds[iri].drawn}
    return {iri: values for iri in own if (values := own[iri] or _inherited(entities[iri], own, kinds))}


def confirmation_of(entity: Entity) -> str:
    """The key that the entity states, else the best of the claims that name it or point at it; "" without any."""
    for fact in entity.facts:
        if fact.predicate == CONFIRMATION.value:
            return local_name(text_of(fact.value))
    named = [fact for fact in entity.facts if fact.predicate == LABEL.value]
    return best_confirmation(named) or best_confirmation(entity.incoming)


def best_confirmation(facts: Iterable[Fact]) -> str:
    """The best confirmation that any claim of these facts has."""
    keys = {backing.confirmation for fact in facts for backing in fact.backings if backing.confirmation}
    return min(keys, key=lambda key: (rank_of(key), key), default="")


def rank_of(confirmation: str) -> int:
    """0 for what is confirmed, more for what is less so."""
    return CONFIRMATIONS.index(confirmation) if confirmation in CONFIRMATIONS else len(CONFIRMATIONS)


def text_of(term: object) -> str:
    """The IRI or the text of a term."""
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)


def _reach(entity: Entity, facet: Facet, entities: Mapping[str, Entity], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Values at the end of the facet's predicates; each entity is visited once, so a circle in the data ends."""
    found: set[str] = set()
    seen = {entity.iri}
    waiting = [entity.iri]
    while waiting:
        iri = waiting.pop()
        if kinds[iri] in facet.values:
            found.add(iri)
            continue
        targets = {text_of(fact.value) for fact in entities[iri].facts if fact.predicate in facet.predicates}
        fresh = (targets & entities.keys()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return frozenset(found)


def _inherited(entity: Entity, own: Mapping[str, frozenset[str]], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The values of what points at it, but for its like: a counterpart on another list has values of its own."""
    pointing = (fact.subject for fact in entity.incoming)
    return frozenset().union(*(own.get(iri, frozenset()) for iri in pointing if kinds.get(iri) != kinds[entity.iri]))
