"""What articles say, in the ids of the graph: claims in, statements for the graph and claims for review out.

A claim is taken over as it is, unless it is not sure enough, names what no table knows and what cannot stand for
itself (a sector, a list, an issuer), or says of a thing in the tables what they say otherwise. Clusters and enterprises
that no table has get an id that is a hash of what they are called and where they are.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.model import Amount, Decision, ForReview, Mentioned, Problem, ReadingRules, TextClaim, TextStatement
from kg.resolve.answers import Answers
from kg.resolve.identities import NEW_ID
from kg.resolve.judgements import Verdict
from kg.resolve.register import NEW, Register, digest, new_id
from kg.resolve.stated import NAMES, Stated, Triple, text_of
from kg.vocabulary import ALT_LABEL, CKG, LABEL

NOT_SURE, UNSURE_THING = "not sure enough", "it is not sure that there is such a thing"
"""Reasons for which a claim is for review, and a person may let it in."""

EXISTS, PART_OF_LIST, IN_SECTOR, HAS_FIGURE = "type", "partOfList", "inSector", "hasFigure"
WHERE = ("locatedIn", "inCity", "inProvince")
"""From the narrowest: a text that says less than a table does not contradict it."""

FIGURE_PARTS = ("indicator", "value", "unit", "comparator", "status")
COUNTED_FOR = {"cluster": "cluster", "place": "other"}
"""Kinds of things that have figures, with the scope of the figures that a text gives them."""

BROADER = "http://www.w3.org/2004/02/skos/core#broader"
Subject = Callable[[str], str]
Key = tuple[str, str, str, str]
"""Article, subject, predicate, object: a statement as one article makes it."""


class Refused(Exception):  # noqa: N818 it never leaves this module
    """A claim that a person has to look at, with the reason."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What enters the graph, and what is for review; both in the order of article and place.

    `problems` are answers that could not be applied.
    """

    statements: tuple[TextStatement, ...]
    review: tuple[ForReview, ...]
    problems: tuple[Problem, ...] = ()


def things_of(claims: Iterable[TextClaim], register: Register) -> list[str]:
    """The IRIs of the tables that the claims may speak of, sorted: what `Stated` has to know.

    It has to know too what is in these places, and the figures of both (`beside`).
    """
    mentioned = {thing for claim in claims for thing in (claim.subject, claim.object) if isinstance(thing, Mentioned)}
    lists = {iri for (kind, _), iris in register.by_name.items() if kind == "list" for iri in iris}
    return sorted(lists.union(*(register.of(thing) for thing in mentioned)))


def beside(triples: Sequence[Triple]) -> list[str]:
    """The figures that the things of the triples have, and what is in their places, sorted."""
    figures, inside = CKG + HAS_FIGURE, {CKG + predicate for predicate in WHERE[:2]}
    found = {value for _, predicate, value in triples if predicate == figures}
    return sorted(found | {thing for thing, predicate, _ in triples if predicate in inside})


def resolve_claims(
    claims: Sequence[TextClaim],
    register: Register,
    stated: Stated,
    rules: ReadingRules,
    subject: Subject,
    answers: Answers | None = None,
) -> Resolved:
    """The statements of the claims; one an article and triple, that of the surest sentence.

    `subject` gives what a cluster is about, without places and general words, so that a name which leaves something
    out is known by its place. What `answers` accept needs not be sure, and what they reject is left out.
    """
    answers = answers or Answers()
    resolver = _Resolver(register, stated, rules, subject)
    best: dict[Key, TextStatement] = {}
    refused: list[ForReview] = []
    problems = answers.unused(claims)
    for claim in sorted((one for one in claims if not answers.rejected(one)), key=_order):
        decision = answers.accepted(claim)
        try:
            for statement in resolver.statements(claim, decision):
                key = (claim.article, statement.subject, statement.predicate, statement.object or statement.label)
                if key not in best or best[key].claim.quote.confidence < claim.quote.confidence:
                    best[key] = statement
        except Refused as error:
            refused.append(ForReview(claim, str(error)))
            problems += answers.kept_out(claim, str(error))
    best, unsure = _existing(_narrowest(best))
    said = {_whereabouts(one.claim) for one in best.values() if one.claim.predicate in WHERE}
    review = [one for one in refused if one.claim.predicate not in WHERE or _whereabouts(one.claim) not in said]
    statements = sorted(best.values(), key=lambda one: (_order(one.claim), one.object))
    return Resolved(tuple(statements), (*review, *unsure), tuple(problems))


def _whereabouts(claim: TextClaim) -> tuple[object, ...]:
    return claim.article, claim.subject, claim.quote.span


def _narrowest(best: Mapping[Key, TextStatement]) -> dict[Key, TextStatement]:
    """The statements where a text says of a thing in the tables only the narrowest place: the rest is in the tables."""
    narrowest: dict[tuple[object, ...], int] = {}
    for one in best.values():
        if one.claim.predicate in WHERE and not one.subject.startswith(_NEW_IRIS):
            place, number = _whereabouts(one.claim), WHERE.index(one.claim.predicate)
            narrowest[place] = min(number, narrowest.get(place, number))
    return {
        key: one
        for key, one in best.items()
        if one.claim.predicate not in WHERE
        or WHERE.index(one.claim.predicate) == narrowest.get(_whereabouts(one.claim), WHERE.index(one.claim.predicate))
    }


def _existing(
    best: Mapping[Key, TextStatement],
) -> tuple[dict[Key, TextStatement], list[ForReview]]:
    """The statements without those on a new thing of which the same article does not surely say that it is one."""
    made = {(one.claim.article, one.subject) for one in best.values() if one.cls}
    kept, unsure = {}, []
    for key, one in best.items():
        new = [iri for iri in (one.subject, one.object) if iri.startswith(_NEW_IRIS)]
        if all((one.claim.article, iri) in made for iri in new):
            kept[key] = one
        else:
            unsure.append(ForReview(one.claim, UNSURE_THING))
    return kept, unsure


_NEW_IRIS = tuple(kind + NEW_ID for kind in NEW)


def _order(claim: TextClaim) -> tuple[str, int, str]:
    """By article and place; the rest only has to be the same in each run."""
    return claim.article, claim.quote.span.start, repr(claim)


class _Resolver:
    """Turns one claim after another into statements."""

    def __init__(self, register: Register, stated: Stated, rules: ReadingRules, subject: Subject) -> None:
        self._register, self._stated, self._rules, self._subject = register, stated, rules, subject
        self._settled = frozenset(rules.settled)

    def statements(self, claim: TextClaim, decision: Decision | None = None) -> list[TextStatement]:
        """The statements of a claim. Refused where it is for review.

        With a decision to let it in it needs not be sure, and says too that there are the new things it speaks of.
        """
        if decision is None and claim.quote.confidence < self._rules.threshold:
            raise Refused(NOT_SURE)
        found = self._said(claim)
        if decision is None:
            return found
        named = [] if claim.predicate == EXISTS else self._named(claim)
        return [replace(one, decision=decision) for one in (*found, *named)]

    def _named(self, claim: TextClaim) -> list[TextStatement]:
        """What the new things that a claim speaks of are called."""
        mentioned = (thing for thing in (claim.subject, claim.object) if isinstance(thing, Mentioned))
        things = [(thing, *self._thing(thing)) for thing in mentioned if thing.kind in NEW]
        return [self._new(claim, thing, iri) for thing, iri, known in things if not known]

    def _said(self, claim: TextClaim) -> list[TextStatement]:
        subject, known = self._thing(claim.subject)
        if claim.predicate == EXISTS:
            return self._names(claim, subject, known=known)
        if isinstance(claim.object, Amount):
            return [self._figure(claim, subject, claim.object, known=known)]
        if claim.object is None:
            raise Refused("it says nothing of its subject")
        found = [
            TextStatement(claim, subject, claim.predicate, value)
            for value in self._objects(claim, claim.object)
            if self._fits(claim, subject, value, known=known)
        ]
        if not found:
            told = sorted(self._stated.objects(subject, claim.predicate))
            raise Refused(f"the tables say {', '.join(told) or 'nothing like it'}")
        return found

    def _thing(self, thing: Mentioned) -> tuple[str, bool]:
        """The IRI of a thing, and whether the tables have it."""
        found = self._judged(thing, self._register.of(thing) or self._alike(thing))
        if len(found) > 1:
            raise Refused(f"{thing.name} is the name of several: {', '.join(found)}")
        if found:
            return found[0], True
        if thing.kind not in NEW:
            raise Refused(f"no table knows the {thing.kind} {thing.name}")
        if len(within := self._register.within(thing)) > 1:
            raise Refused(f"it holds the names of several: {', '.join(within)}")
        return self._register.identities.of(new_id(thing)), False

    def _judged(self, thing: Mentioned, found: Sequence[str]) -> tuple[str, ...]:
        """What a mention may be, without what people said it is not. Refused where they were not sure."""
        if thing.kind not in NEW:
            return tuple(found)
        own, left = new_id(thing), []
        for iri in found:
            judged = self._register.identities.between(own, iri)
            if judged is None:
                left.append(iri)
            elif judged.verdict is Verdict.UNSURE:
                raise Refused(f"{thing.name} may be {iri}: {judged.reason}")
        return tuple(left)

    def _alike(self, thing: Mentioned) -> tuple[str, ...]:
        """The clusters of the tables that are in the place of a cluster and about the same."""
        about = self._subject(thing.name) if thing.kind == "cluster" else ""
        places = {iri for code in thing.codes for iri in self._register.of(Mentioned("place", "", code))}
        near = {iri for place in places for predicate in WHERE[:2] for iri in self._stated.subjects(predicate, place)}
        names = {iri: [text_of(name) for kind in NAMES for name in self._stated.objects(iri, kind)] for iri in near}
        alike = {iri for iri in near if about and about in map(self._subject, names[iri])}
        return tuple(sorted(set(map(self._register.identities.of, alike))))

    def _names(self, claim: TextClaim, subject: str, *, known: bool) -> list[TextStatement]:
        """That there is a thing of this name; for one of the tables, the name that they give it too."""
        if not known:
            return [self._new(claim, claim.subject, subject)]
        name = claim.subject.name
        literals = {f'"{name}"@zh', f'"{name}"'}
        called = [predicate for predicate in NAMES if literals & self._stated.objects(subject, predicate)]
        if not called and self._register.identities.kept.get(new_id(claim.subject)) == subject:
            called = [ALT_LABEL.value]
        return [TextStatement(claim, subject, predicate, label=name) for predicate in called[:1]]

    @staticmethod
    def _new(claim: TextClaim, thing: Mentioned, iri: str) -> TextStatement:
        """What a new thing is called; one that people said is another one gives that one another name."""
        called = LABEL if iri == new_id(thing) else ALT_LABEL
        return TextStatement(claim, iri, called.value, label=thing.name, cls=NEW[thing.kind])

    def _objects(self, claim: TextClaim, thing: Mentioned) -> list[str]:
        """The IRIs that a claim points at; of a sector that is a part of another, that one too."""
        if thing.kind == "sector":
            return self._sectors(thing)
        if thing.kind == "list":
            thing = Mentioned("list", self.list_name(thing.name))
            found = [iri for name, iri in self._lists if name == thing.name]
            if len(found) == 1:
                return found
        return [self._thing(thing)[0]]

    def _sectors(self, thing: Mentioned) -> list[str]:
        found = set(self._register.of(thing))
        broader = {above for iri in found for above in self._stated.objects(iri, BROADER)}
        if not found:
            raise Refused(f"no table knows the sector {thing.name}")
        if len(broader) > 1 or len(found - broader) > 1:
            raise Refused(f"{thing.name} is the name of several sectors: {', '.join(sorted(found))}")
        return sorted(found | broader)

    @cached_property
    def _lists(self) -> list[tuple[str, str]]:
        named = self._register.by_name.items()
        return [(self.list_name(name), iri) for (kind, name), iris in named if kind == "list" for iri in iris]

    def list_name(self, name: str) -> str:
        """The name of a list without what writers leave out or add at will."""
        for pattern, word in self._rules.list_words:
            name = re.sub(pattern, word, name)
        return name

    def _fits(self, claim: TextClaim, subject: str, value: str, *, known: bool) -> bool:
        """Whether a statement agrees with the tables: of what is settled they must have it, or say nothing."""
        told = self._stated.objects(subject, claim.predicate)
        if claim.predicate == PART_OF_LIST and value not in told and self._is_full(value):
            raise Refused(f"the tables have the whole of {value}, without {claim.subject.name}")
        if CKG + claim.predicate not in self._settled or not known:
            return True
        return value in told or not told

    def _is_full(self, list_iri: str) -> bool:
        """Whether the tables have as many clusters of a list as it says it has."""
        size = max((_number(one) for one in self._stated.objects(list_iri, "size")), default=0)
        return 0 < size <= len(self._stated.subjects(PART_OF_LIST, list_iri))

    def _figure(self, claim: TextClaim, subject: str, amount: Amount, *, known: bool) -> TextStatement:
        scope = COUNTED_FOR.get(claim.subject.kind)
        if scope is None:
            raise Refused(f"figures of an {claim.subject.kind} have no place in the graph")
        if amount.status == "target" and not amount.period:
            raise Refused("an aim without a year")
        parts = {
            "indicator": self._only("indicator", amount.indicator),
            "value": f"{amount.value.normalize():f}",
            "unit": self._only("unit", amount.unit),
            "comparator": amount.comparator,
            "status": amount.status,
        }
        same = self._same_figure(subject, parts, amount.period) if known else None
        if same:
            return TextStatement(claim, subject, HAS_FIGURE, same)
        new = f"figure/text-{digest(subject, *parts.values(), amount.period)}"
        label = f"{parts['value']}{amount.unit}"
        figure = {**parts, "label": label, "period": amount.period, "scope": scope, "figure": new}
        return TextStatement(claim, subject, HAS_FIGURE, new, figure=tuple(figure.items()))

    def _only(self, kind: str, name: str) -> str:
        return self._thing(Mentioned(kind, name))[0]

    def _same_figure(self, subject: str, parts: Mapping[str, str], period: str) -> str | None:
        """The figure of the tables that says the same; of several the one of the same period, then the first."""
        found = []
        for figure in sorted(self._stated.objects(subject, HAS_FIGURE)):
            told = {name: _only(self._stated.objects(figure, name)) for name in FIGURE_PARTS}
            own = _only(self._stated.objects(figure, "period"))
            if all(_same(told[name], parts[name]) for name in FIGURE_PARTS) and _meet(own, period):
                found.append((own != period, figure))
        return min(found)[1] if found else None


def _only(values: frozenset[str]) -> str:
    """The text of the one value."""
    return text_of(min(values)) if values else ""


def _number(term: str) -> int:
    text = text_of(term)
    return int(text) if text.isdecimal() else 0


def _same(one: str, other: str) -> bool:
    return one == other or _plain(one) == _plain(other)


def _plain(number: str) -> str:
    """A decimal number without zeros that say nothing."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _meet(one: str, other: str) -> bool:
    """Whether two periods can be the same: one is not given, or their years overlap (2021 and 2021-01/2021-09)."""
    if not one or not other:
        return True
    first, second = (sorted(part[:4] for part in period.split("/")) for period in (one, other))
    return first[0] <= second[-1] and second[0] <= first[-1]
