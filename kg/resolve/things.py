"""Mentions of claims -> ids of the graph, each with the reason, or a refusal that says what it may be.

What people judged comes first. Then places by their codes, enterprises as `enterprises` tells them and clusters as
`clusters` does, with what stands beside them in the article; anything else by its name alone. A cluster or an
enterprise that no table knows gets an id that is a hash of what it is called and where it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.model import Mentioned, TextClaim
from kg.resolve.clusters import Cluster, Subjects, resolve_cluster
from kg.resolve.contexts import Contexts
from kg.resolve.enterprises import Candidate, Looked, Rule, choose, named
from kg.resolve.judgements import Verdict
from kg.resolve.predicates import PART_OF_LIST
from kg.resolve.register import Register, new_id
from kg.resolve.stated import NAMES, Stated, text_of


class Refused(Exception):  # noqa: N818 it never leaves resolution
    """A claim that a person has to look at, with the reason."""


@dataclass(frozen=True, slots=True)
class Told:
    """The id of a mention, whether the tables have it, and how it was told where its name alone did not.

    `counterparts` are clusters of the tables with its name that are on other lists: they are not it. `renamed` where
    people said that a new thing is another new one.
    """

    iri: str
    known: bool
    reason: str = ""
    counterparts: tuple[str, ...] = ()
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Things:
    """What mentions are told by.

    `looked` are the firms that names which no table has may be; `in_full` says whether a name has a legal form.
    With `apart` a cluster that the tables have on some lists is not on another one.
    """

    register: Register
    stated: Stated
    contexts: Contexts
    words: Subjects
    looked: Mapping[str, Looked]
    in_full: Callable[[str], bool]
    apart: bool = True

    def of(self, claim: TextClaim, thing: Mentioned) -> Told:
        """The id of a thing that a claim mentions. Refused where a person has to say."""
        decided = self.register.decided(thing)
        if decided:
            return Told(decided, known=True)
        if thing.kind == "enterprise":
            return self._firm(claim, thing)
        if thing.kind == "cluster":
            return self._cluster(claim, thing)
        found = self.register.of(thing)
        if len(found) == 1:
            return Told(found[0], known=True, reason=thing.reason)
        if found or thing.codes:
            raise Refused(self._several(thing, found or self.places(thing)))
        raise Refused(f"no table knows the {thing.kind} {thing.name}")

    def places(self, thing: Mentioned) -> list[str]:
        """The places that one which is not told may be."""
        return [iri for code in thing.codes for iri in self.register.of(replace(thing, known=code))]

    def _several(self, thing: Mentioned, found: Sequence[str]) -> str:
        if thing.kind == "place":
            keys = map(self.contexts.key, found)
            return f"{thing.name} may be {' or '.join(f'{self.contexts.told([key])} ({key})' for key in keys)}: " + (
                thing.reason
            )
        return f"{thing.name} is the name of several: {', '.join(found)}"

    def _firm(self, claim: TextClaim, thing: Mentioned) -> Told:
        if (coded := self.register.coded(thing)) and self._judged(thing, (coded,)):
            plain = coded in self.register.of(thing)
            return Told(coded, known=True, reason="" if plain else f"{thing.name}: official code {thing.official}")
        own = self.looked.get(thing.name, Looked(thing.name))
        known = self.register.of(thing)
        candidates = named(known, in_full=self.in_full(thing.name)) if known else own.candidates
        left = self._left(thing, candidates)
        bearings = {
            one.enterprise: bearing
            for one in left
            if (bearing := self.contexts.bearing(claim.article, thing, own.place, one.enterprise))
        }
        found = choose(Looked(thing.name, left, own.place), bearings)
        if found.enterprise is not None:
            plain = len(left) == 1 and found.rule in (Rule.NAME, Rule.SHORT)
            return Told(found.enterprise, known=True, reason="" if plain else f"{thing.name}: {found.reason}")
        if found.candidates:
            raise Refused(f"{thing.name}: {found.reason}. If it is one of them, judge {new_id(thing)} the same")
        return self._new(thing)

    def _left(self, thing: Mentioned, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The firms that a mention may be, under the ids that stand for them, without those it was judged not to be."""
        kept: dict[str, Candidate] = {}
        for one in candidates:
            firm = self.register.identities.of(one.enterprise)
            kept.setdefault(firm, replace(one, enterprise=firm))
        return tuple(kept[firm] for firm in self._judged(thing, tuple(kept)))

    def _judged(self, thing: Mentioned, found: Sequence[str]) -> list[str]:
        """What a mention may be, without what people said it is not. Refused where they were not sure."""
        own, left = new_id(thing), []
        for iri in found:
            judged = self.register.identities.between(own, iri)
            if judged is None:
                left.append(iri)
            elif judged.verdict is Verdict.UNSURE:
                raise Refused(f"{thing.name} may be {iri}: {judged.reason}")
        return left

    def _new(self, thing: Mentioned, others: Sequence[str] = ()) -> Told:
        if not others and len(within := self.register.within(thing)) > 1:
            raise Refused(f"it holds the names of several: {', '.join(within)}")
        own = new_id(replace(thing, codes=(*thing.codes, *others)))
        kept = self.register.identities.of(own)
        return Told(kept, known=False, renamed=kept != own)

    def _cluster(self, claim: TextClaim, thing: Mentioned) -> Told:
        called = self._judged(thing, self.register.of(thing))
        lists = self.contexts.lists(claim, thing) if self.apart else frozenset()
        rows = [row for iri in called for row in self._rows(iri, thing.name, "")]
        if not called or lists:
            near = self._judged(thing, self.contexts.clusters_in(thing.codes))
            rows += [row for iri in near for row in self._rows(iri, "", _HERE)]
        told = resolve_cluster(thing.name, rows, self.words, lists=lists, place=_HERE if thing.codes else "")
        if told.cluster is not None:
            return self._checked(thing, told.cluster, told.reason, plain=told.cluster in called)
        found = self._of_place(thing, told.candidates)
        if len(found) == 1:
            return Told(found[0], known=True, reason=f"{thing.name}: of {len(told.candidates)} the one of its place")
        if found:
            raise Refused(f"{self._several(thing, found)}; their lists tell which: {self._listed(found)}")
        if called:
            return self._on_other_list(thing, called, lists)
        return self._new(thing)

    def _checked(self, thing: Mentioned, found: str, reason: str, *, plain: bool) -> Told:
        """A cluster that is told, unless it has only its name and lies somewhere else."""
        there = self.contexts.places_of(found)
        if plain and thing.codes and there and not self.contexts.meets(thing.codes, there):
            where = f"the tables have it in {self.contexts.told(there)}, not in {self.contexts.told(thing.codes)}"
            raise Refused(f"{thing.name} may be {found}: {where}. If it is, judge {new_id(thing)} the same")
        return Told(found, known=True, reason="" if plain else f"{thing.name}: {reason}")

    def _rows(self, iri: str, name: str, place: str) -> list[Cluster]:
        """A cluster of the tables, a row a list; with what it is called there, and as the text calls it."""
        names = tuple(text_of(one) for kind in NAMES for one in sorted(self.stated.objects(iri, kind)))
        lists = sorted(self.stated.objects(iri, PART_OF_LIST)) or [""]
        first, *others = (name, *names) if name else names or ("",)
        return [Cluster(iri, first, one, place, other_names=tuple(others)) for one in lists]

    def _of_place(self, thing: Mentioned, found: Sequence[str]) -> tuple[str, ...]:
        here = tuple(iri for iri in found if self.contexts.meets(thing.codes, self.contexts.places_of(iri)))
        return here or tuple(found)

    def _listed(self, found: Sequence[str]) -> str:
        return ", ".join(" ".join(sorted(self.stated.objects(iri, PART_OF_LIST))) or "none" for iri in found)

    def _on_other_list(self, thing: Mentioned, called: Sequence[str], lists: frozenset[str]) -> Told:
        """A cluster that has the name of one of the tables, and is on another list: it stays apart."""
        return replace(self._new(thing, sorted(lists)), counterparts=tuple(called))


_HERE = "here"
"""Stands for the place of a mention: rows of clusters that are in it have it."""
