"""Where the things of articles are: names of places in claims -> codes and zones, before anything is told by its place.

Reading takes a name that several places have for one of them, or for none. Here the places beside it in the name, then
in the sentence, then in the whole text tell which one is meant; a unit that is no more is what it is now, and a zone
stays a zone in its host. What none of them tells is left to a person: as a place without `known`, with what it may be.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.model import Amount, Mentioned, TextClaim
from kg.resolve.identities import NEW_ID
from kg.resolve.places import ZONE, Places, Resolved
from kg.resolve.predicates import EXISTS, IN_SECTOR, WHERE
from kg.resolve.register import digest

LASTING = ("same", "renamed")
"""Relations of former units (`former_places.csv`) to a successor that is the same place: figures of the others are not
figures of theirs."""

PLACE = "place"


@dataclass(frozen=True, slots=True)
class _Where:
    """A place of a cluster: as a claim says it, and the code that its city and province follow from."""

    place: Mentioned
    code: str


def locate(claims: Sequence[TextClaim], places: Places, plain: Callable[[str], str]) -> list[TextClaim]:
    """The claims with the places that they mean, and claims of where each cluster is.

    `plain` gives a name in simplified script.
    """
    locating = _Locating(places, plain, claims)
    return [located for claim in claims for located in locating.located(claim)]


class _Locating:
    """Locates the claims of articles; what one article says never bears on another."""

    def __init__(self, places: Places, plain: Callable[[str], str], claims: Iterable[TextClaim]) -> None:
        self._places, self._plain = places, plain
        self._sectors: dict[tuple[str, str], str] = {}
        self._clusters: dict[tuple[str, Mentioned], tuple[_Where, ...]] = {}
        self._named: dict[tuple[str, str], Mentioned] = {}
        listed = list(claims)
        for claim in listed:
            if claim.predicate == IN_SECTOR and isinstance(claim.object, Mentioned):
                self._sectors[claim.article, claim.subject.name] = claim.object.name
        for claim in listed:
            if claim.predicate == EXISTS and claim.subject.kind == "cluster":
                self._clusters[claim.article, claim.subject] = self._whereabouts(claim)
                self._named.setdefault((claim.article, claim.subject.name), claim.subject)

    def located(self, claim: TextClaim) -> Iterator[TextClaim]:
        """The claim with the places that it means; that there is a cluster comes with where it is."""
        subject = self._mentioned(claim.article, claim.subject)
        told = claim.object
        thing = self._mentioned(claim.article, told) if isinstance(told, Mentioned) else told
        yield replace(claim, subject=subject, object=thing)
        if claim.predicate == EXISTS:
            for where in self._clusters.get((claim.article, claim.subject), ()):
                yield from self._claims(replace(claim, subject=subject), where)

    def _claims(self, claim: TextClaim, where: _Where) -> Iterator[TextClaim]:
        yield replace(claim, predicate=WHERE[0], object=where.place)
        for predicate, place in zip(
            WHERE[1:], (self._places.city(where.code), self._places.province(where.code)), strict=True
        ):
            if place is not None:
                yield replace(claim, predicate=predicate, object=Mentioned(PLACE, place.name, place.key))

    def _mentioned(self, article: str, thing: Mentioned) -> Mentioned:
        if thing.kind == PLACE:
            return self._counted(thing)
        if thing.kind == "cluster":
            return replace(thing, codes=self._codes(article, thing), near=())
        of = self._named.get((article, thing.cluster), thing)
        provinces = (self._places.province(code) for code in self._codes(article, of))
        return replace(thing, codes=tuple(sorted({place.key for place in provinces if place is not None})))

    def _codes(self, article: str, thing: Mentioned) -> tuple[str, ...]:
        found = self._clusters.get((article, thing))
        return thing.codes if found is None else tuple(dict.fromkeys(where.code for where in found if where.code))

    def _whereabouts(self, claim: TextClaim) -> tuple[_Where, ...]:
        """The places of a cluster: that with which its name begins, or those that reading gave it."""
        thing = claim.subject
        said = self._leading(thing.name, self._sectors.get((claim.article, thing.name), ""))
        found: dict[_Where, None] = {}
        if not thing.codes and (untold := self._told(said, thing.near)).candidates:
            found.update(dict.fromkeys(self._places_of(untold, said, "")))
        for code in thing.codes:
            if self._speaks_of(said, code):
                found.update(dict.fromkeys(self._places_of(self._told(said, thing.near), said, code)))
            else:
                told = self._elsewhere(code, thing.near)
                found.update(dict.fromkeys(self._places_of(told, told.mention, code)))
        return tuple(found)

    def _elsewhere(self, code: str, near: Sequence[Sequence[str]]) -> Resolved:
        """A place that stands not at the beginning of a name; reading guesses the first of several places, no other."""
        told = self._told(self._name(code), near)
        read = code in self._places.resolve(told.mention).candidates[1:] or not told.candidates
        if told.place is None and read and code in self._places.by_key:
            return Resolved(told.mention, self._places.by_key[code], told.reason)
        return told

    def _name(self, code: str) -> str:
        return self._places.by_key[code].name if code in self._places.by_key else code

    def _leading(self, name: str, sector: str) -> str:
        """The places with which a name begins, and the zone behind them that is no part of the sector."""
        name = self._plain(name)
        upper = "".join(self._places.run(name))
        zone = self._places.zone_of(name[len(upper) :]) if upper else ""
        begins = name.find(self._plain(sector), len(upper)) if sector else -1
        return upper + zone if begins < 0 or len(upper) + len(zone) <= begins else upper

    def _told(self, name: str, near: Sequence[Sequence[str]]) -> Resolved:
        """What a name means by itself, else by the places near it: first those of the sentence, then all."""
        found = self._places.resolve(name)
        for context in near:
            if found.place is not None or not found.candidates:
                break
            found = self._places.resolve(name, context=context)
        return found

    def _speaks_of(self, name: str, code: str) -> bool:
        """Whether a name may mean the place that reading found, or a place in it."""
        told = self._places.resolve(name)
        keys = {*told.candidates, *(place.key for place in (told.place, told.host) if place is not None)}
        return code in keys or (told.place is not None and code in self._places.line(told.place.key))

    def _places_of(self, told: Resolved, said: str, code: str) -> Iterator[_Where]:
        if told.host is not None:
            yield _Where(self._zone(told, said), told.host.key)
        elif told.place is None and not told.candidates:
            yield _Where(Mentioned(PLACE, code, code), code)
        elif told.place is None:
            common = self._common(told.candidates)
            yield _Where(Mentioned(PLACE, told.mention, None, told.candidates, reason=told.reason), common)
        elif told.former is not None:
            for key in told.former.successors:
                yield _Where(Mentioned(PLACE, self._name(key), key, reason=told.reason), key)
        else:
            place, official = told.place, code if told.place.level == ZONE else told.place.key
            reason = told.reason if self._places.resolve(said).place is None else ""
            yield _Where(Mentioned(PLACE, place.name, place.key, reason=reason), official)

    def _zone(self, told: Resolved, said: str) -> Mentioned:
        """A zone in no table, under the name of what it lies in: the same however much of that a text prints."""
        assert told.host is not None  # noqa: S101  # asked only then
        own, host = said[len("".join(self._places.run(said))) :], told.host
        name = self._places.shorts.get(host.key, host.name) + own
        return Mentioned(PLACE, name, f"{PLACE}{NEW_ID}{digest(host.key, own)}", (host.key,), reason=told.reason)

    def _common(self, keys: Sequence[str]) -> str:
        """The narrowest place in which all of several lie, or nothing."""
        lines = [self._places.line(key) for key in keys]
        return next((key for key in lines[0] if all(key in line for line in lines)), "")

    def _counted(self, thing: Mentioned) -> Mentioned:
        """A place that has figures: they are not those of one that it may be, or that only holds what it was."""
        plain = replace(thing, near=())
        if thing.known is None:
            return plain
        name = self._plain(thing.name)
        told = self._told(name, thing.near)
        if told.host is not None or not self._speaks_of(name, thing.known):
            return plain
        if told.place is None or (told.former is not None and told.former.relation not in LASTING):
            keys = told.former.successors if told.former is not None else told.candidates
            return replace(plain, known=None, codes=keys, reason=told.reason)
        return replace(plain, known=told.place.key)


def is_open(thing: Mentioned | Amount | None) -> bool:
    """Whether a place is one of several, and nothing told which."""
    return isinstance(thing, Mentioned) and thing.kind == PLACE and thing.known is None
