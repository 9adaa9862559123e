"""What the tables call things, and which id a thing has that they do not know."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.model import Mentioned, TextClaim
from kg.resolve.codes import fault
from kg.resolve.identities import NEW_ID, Identities, Thing
from kg.vocabulary import CKG

NEW = {"cluster": "Cluster", "enterprise": "Enterprise"}
"""The kinds of things that a text alone can bring into the graph, with their classes."""


@dataclass(frozen=True, slots=True)
class Register:
    """What the tables call things: IRIs (relative to the base) by kind and name; of places by code, else by IRI.

    `official` are the codes of places that no table needs to have. `identities` are what people decided of ids.
    """

    by_name: Mapping[tuple[str, str], tuple[str, ...]]
    by_code: Mapping[str, str] = field(default_factory=dict)
    official: frozenset[str] = frozenset()
    identities: Identities = field(default_factory=Identities)

    def of(self, thing: Mentioned) -> tuple[str, ...]:
        """The IRIs that a mention may have; none where no table knows it."""
        decided = self.decided(thing)
        if decided:
            return (decided,)
        return tuple(dict.fromkeys(map(self.identities.of, self._called(thing))))

    def decided(self, thing: Mentioned) -> str:
        """The IRI of the tables that people said a cluster or an enterprise is, or nothing."""
        found = self.identities.kept.get(new_id(thing), "") if thing.kind in NEW else ""
        return "" if NEW_ID in found else found

    def coded(self, thing: Mentioned) -> str:
        """The IRI of the enterprise that the tables have under the official code that a text gives, or nothing."""
        if thing.official not in self.by_code or fault(thing.official):
            return ""
        return self.identities.of(self.by_code[thing.official])

    def _called(self, thing: Mentioned) -> tuple[str, ...]:
        if thing.kind == "place":
            code = thing.known or ""
            own = code if NEW_ID in code else f"place/{code}" if code in self.official else ""
            return tuple(filter(None, (self.by_code.get(code, own),)))
        found = self.by_name.get((thing.kind, thing.name), ())
        return found if found or thing.known is None else (thing.known,)

    def within(self, thing: Mentioned) -> list[str]:
        """The IRIs of things of the kind whose names stand in this one, sorted: two firms run into one, it may be."""
        name, size = thing.name, len(thing.name)
        parts = {name[start:end] for start in range(size) for end in range(start + 2, size + 1)}
        found = {iri for part in parts for iri in self.by_name.get((thing.kind, part), ())}
        return sorted(set(map(self.identities.of, found)))


def new_id(thing: Mentioned) -> str:
    """The id that a thing has which articles alone name: a hash of what it is called and where it is."""
    return f"{thing.kind}{NEW_ID}{digest(thing.name, *sorted(thing.codes))}"


def new_things(claims: Iterable[TextClaim]) -> dict[str, Thing]:
    """What judgements may name, by id: the clusters and enterprises that claims speak of, as articles name them."""
    mentioned = {thing for claim in claims for thing in (claim.subject, claim.object) if isinstance(thing, Mentioned)}
    return {
        new_id(thing): Thing(frozenset((thing.name,)), frozenset((CKG + NEW[thing.kind],)))
        for thing in mentioned
        if thing.kind in NEW
    }


def digest(*parts: str) -> str:
    """A short hash of texts, in their order."""
    return hashlib.sha1("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()[:16]
