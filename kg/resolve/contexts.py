"""What stands beside a mention in its article, and beside a firm in the tables: what tells things of one name apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.model import Mentioned, TextClaim
from kg.resolve.enterprises import Bearing
from kg.resolve.lists import Lists
from kg.resolve.places import Places
from kg.resolve.predicates import EXISTS, IN_SECTOR, PART_OF_LIST, TIES, WHERE
from kg.resolve.register import Register
from kg.resolve.stated import Stated

CLUSTER = "cluster"


class Contexts:
    """The contexts of the mentions of some claims."""

    def __init__(
        self, claims: Iterable[TextClaim], register: Register, stated: Stated, places: Places, lists: Lists
    ) -> None:
        self._register, self._stated, self._places, self._lists = register, stated, places, lists
        self._known_clusters = {iri for (kind, _), iris in register.by_name.items() if kind == CLUSTER for iri in iris}
        self._keys = {iri: code for code, iri in register.by_code.items()}
        self._clusters: dict[tuple[str, str], Mentioned] = {}
        self._sectors: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._said: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for claim in claims:
            if claim.subject.kind == CLUSTER and isinstance(claim.object, Mentioned):
                self._note(claim, claim.object)
            elif claim.subject.kind == CLUSTER and claim.predicate == EXISTS:
                self._clusters.setdefault((claim.article, claim.subject.name), claim.subject)

    def _note(self, claim: TextClaim, thing: Mentioned) -> None:
        key = claim.article, claim.subject.name
        if claim.predicate == IN_SECTOR:
            self._sectors[key].update(self._register.of(thing))
        elif claim.predicate == PART_OF_LIST:
            self._said[key].update(self._lists.of(thing.name))

    def lists(self, claim: TextClaim, cluster: Mentioned) -> frozenset[str]:
        """The lists on which the article puts a cluster; for a claim that names one, that one."""
        if claim.predicate == PART_OF_LIST and claim.subject == cluster and isinstance(claim.object, Mentioned):
            return frozenset(self._lists.of(claim.object.name))
        return frozenset(self._said.get((claim.article, cluster.name), ()))

    def key(self, iri: str) -> str:
        """The key of a place by its IRI."""
        return self._keys.get(iri, iri.removeprefix("place/"))

    def clusters_in(self, codes: Iterable[str]) -> list[str]:
        """The clusters of the tables that lie in places, or count to them as their city, sorted."""
        places = {iri for code in codes for iri in self._register.of(Mentioned("place", "", code))}
        found = {iri for place in places for where in WHERE[:2] for iri in self._stated.subjects(where, place)}
        return sorted(set(map(self._register.identities.of, found & self._known_clusters)))

    def places_of(self, iri: str) -> frozenset[str]:
        """The keys of the places that the tables give a thing, without its province unless that is all."""
        near, above = (
            {key for where in some for place in self._stated.objects(iri, where) if (key := self._known(place))}
            for some in (WHERE[:2], WHERE[2:])
        )
        return frozenset(near or above)

    def _known(self, iri: str) -> str:
        key = self.key(iri)
        return key if key in self._places.by_key else ""

    def meets(self, some: Iterable[str], others: Iterable[str]) -> str:
        """The name of a place of some that is, holds or lies in one of others; empty for none."""
        pairs = ((one, other) for one in sorted(some) for other in sorted(others))
        met = (one for one, other in pairs if one in self._places.line(other) or other in self._places.line(one))
        return self.told([key]) if (key := next(met, "")) else ""

    def told(self, keys: Iterable[str]) -> str:
        """The names of places, each behind that of its city."""
        return ", ".join(map(self._full, sorted(keys)))

    def _full(self, key: str) -> str:
        place, city = self._places.by_key.get(key), self._places.city(key)
        if place is None:
            return key
        return place.name if city is None or place.name.startswith(city.name) else city.name + place.name

    def bearing(self, article: str, firm: Mentioned, own: str, candidate: str) -> Bearing | None:
        """What the cluster of a mention (or the place in its own name) says of a firm of the tables, if anything."""
        cluster = self._clusters.get((article, firm.cluster))
        ties = set(self._ties(candidate))
        if cluster is not None and not own and ties & set(self._register.of(cluster)):
            return Bearing(agrees=True, reason=f"both belong to {cluster.name}")
        here = {own} if own else set(cluster.codes if cluster is not None else ())
        there = self.places_of(candidate).union(*map(self.places_of, ties))
        if met := self.meets(here, there):
            return Bearing(agrees=True, reason=f"both in {met}")
        if not here or not there or (not own and self._alike(here, there, ties, self._sectors[article, firm.cluster])):
            return None
        return Bearing(agrees=False, reason=f"the tables have it in {self.told(there)}, not in {self.told(here)}")

    def _ties(self, firm: str) -> Iterator[str]:
        return (cluster for tie in TIES for cluster in self._stated.subjects(tie, firm))

    def _alike(self, here: set[str], there: Iterable[str], ties: set[str], sectors: set[str]) -> bool:
        """Whether two firms of different cities may be one: in one province, or in one sector."""
        provinces = [{place.key for key in keys if (place := self._places.province(key))} for keys in (here, there)]
        theirs = {sector for cluster in ties for sector in self._stated.objects(cluster, IN_SECTOR)}
        return bool(provinces[0] & provinces[1] or sectors & theirs)
