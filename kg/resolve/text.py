"""What articles say, in the ids of the graph: claims in, statements for the graph and claims for review out.

A claim is taken over as it is, unless it is not sure enough, names what no table knows and what cannot stand for
itself (a sector, a list, an issuer), or says of a thing in the tables what they say otherwise. Clusters and enterprises
that no table has get an id that is a hash of what they are called and where they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.model import Amount, Decision, ForReview, Mentioned, Problem, ReadingRules, TextClaim, TextStatement
from kg.resolve.answers import Answers
from kg.resolve.identities import NEW_ID
from kg.resolve.lists import Lists
from kg.resolve.locating import is_open
from kg.resolve.predicates import BROADER, COUNTERPART, EXISTS, HAS_FIGURE, PART_OF_LIST, TIES, WHERE
from kg.resolve.register import NEW, Register, digest
from kg.resolve.stated import NAMES, Triple, text_of
from kg.resolve.things import Refused, Things, Told
from kg.vocabulary import ALT_LABEL, CKG, LABEL

NOT_SURE, UNSURE_THING = "not sure enough", "it is not sure that there is such a thing"
"""Reasons for which a claim is for review, and a person may let it in."""

FIGURE_PARTS = ("indicator", "value", "unit", "comparator", "status")
COUNTED_FOR = {"cluster": "cluster", "place": "other"}
"""Kinds of things that have figures, with the scope of the figures that a text gives them."""

Key = tuple[str, str, str, str]
"""Article, subject, predicate, object: a statement as one article makes it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What enters the graph, and what is for review; both in the order of article and place.

    `problems` are answers that could not be applied.
    """

    statements: tuple[TextStatement, ...]
    review: tuple[ForReview, ...]
    problems: tuple[Problem, ...] = ()


def things_of(claims: Iterable[TextClaim], register: Register, firms: Collection[str] = ()) -> list[str]:
    """The IRIs of the tables that the claims may speak of, sorted: what `Stated` has to know.

    `firms` are what names of enterprises may be that no table has. It has to know too what is in these places, what
    the firms belong to, and the figures of all (`beside`).
    """
    mentioned = {thing for claim in claims for thing in (claim.subject, claim.object) if isinstance(thing, Mentioned)}
    lists = {iri for (kind, _), iris in register.by_name.items() if kind == "list" for iri in iris}
    found = lists.union(*(register.of(thing) for thing in mentioned))
    return sorted(found.union(map(register.identities.of, firms)))


def beside(triples: Sequence[Triple]) -> list[str]:
    """The figures that the things of the triples have, what is in their places, and what ties firms to it, sorted."""
    figures = CKG + HAS_FIGURE
    inside = {CKG + predicate for predicate in (*WHERE[:2], *TIES)}
    found = {value for _, predicate, value in triples if predicate == figures}
    return sorted(found | {thing for thing, predicate, _ in triples if predicate in inside})


def resolve_claims(
    claims: Sequence[TextClaim], things: Things, lists: Lists, rules: ReadingRules, answers: Answers | None = None
) -> Resolved:
    """The statements of the claims; one an article and triple, that of the surest sentence.

    `things` tell what mentions are, `lists` what names of lists mean. What `answers` accept needs not be sure, and what
    they reject is left out.
    """
    answers = answers or Answers()
    resolver = _Resolver(things, lists, rules)
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
    review = [one for one in refused if _is_asked(one.claim) or _whereabouts(one.claim) not in said]
    statements = sorted(best.values(), key=lambda one: (_order(one.claim), one.object))
    return Resolved(tuple(statements), (*review, *unsure), tuple(problems))


def _is_asked(claim: TextClaim) -> bool:
    """Whether a refused claim is for review even where the article says of its subject where it is."""
    return claim.predicate not in WHERE or is_open(claim.object)


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

    def __init__(self, things: Things, lists: Lists, rules: ReadingRules) -> None:
        self._things, self._lists, self._stated, self._rules = things, lists, things.stated, rules
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
        things = [(thing, self._things.of(claim, thing)) for thing in mentioned if thing.kind in NEW]
        return [self._new(claim, thing, told) for thing, told in things if not told.known]

    def _said(self, claim: TextClaim) -> list[TextStatement]:
        subject = self._things.of(claim, claim.subject)
        if claim.predicate == EXISTS:
            return self._names(claim, subject)
        if isinstance(claim.object, Amount):
            return [replace(self._figure(claim, subject, claim.object), remark=subject.reason)]
        if claim.object is None:
            raise Refused("it says nothing of its subject")
        found = [
            TextStatement(claim, subject.iri, claim.predicate, value.iri, remark=_remark(subject, value))
            for value in self._objects(claim, claim.object, subject)
            if self._fits(claim, subject, value.iri)
        ]
        if not found:
            told = sorted(self._stated.objects(subject.iri, claim.predicate))
            raise Refused(f"the tables say {', '.join(told) or 'nothing like it'}")
        return found + (self._apart(claim, subject) if claim.predicate == PART_OF_LIST else [])

    def _apart(self, claim: TextClaim, subject: Told) -> list[TextStatement]:
        """What a cluster is called that has the name of one on another list, and that the two are counterparts."""
        if not subject.counterparts:
            return []
        pairs = [pair for iri in subject.counterparts for pair in ((subject.iri, iri), (iri, subject.iri))]
        links = [TextStatement(claim, one, COUNTERPART, other) for one, other in pairs]
        return [self._new(claim, claim.subject, subject), *links]

    def _names(self, claim: TextClaim, subject: Told) -> list[TextStatement]:
        """That there is a thing of this name; for one of the tables, the name that they give it too."""
        if not subject.known:
            return [self._new(claim, claim.subject, subject)]
        name = claim.subject.name
        literals = {f'"{name}"@zh', f'"{name}"'}
        called = [predicate for predicate in NAMES if literals & self._stated.objects(subject.iri, predicate)]
        if not called and self._is_another_name(claim.subject, subject):
            called = [ALT_LABEL.value]
        return [
            TextStatement(claim, subject.iri, predicate, label=name, remark=subject.reason) for predicate in called[:1]
        ]

    def _is_another_name(self, thing: Mentioned, told: Told) -> bool:
        """Whether a thing of the tables is called so in texts alone: people said so, or it told an enterprise."""
        return bool(self._things.register.decided(thing)) or (thing.kind == "enterprise" and told.reason != "")

    @staticmethod
    def _new(claim: TextClaim, thing: Mentioned, told: Told) -> TextStatement:
        """What a new thing is called; one that people said is another one gives that one another name."""
        called = ALT_LABEL if told.renamed else LABEL
        return TextStatement(claim, told.iri, called.value, label=thing.name, cls=NEW[thing.kind])

    def _objects(self, claim: TextClaim, thing: Mentioned, subject: Told) -> list[Told]:
        """What a claim points at; of a sector that is a part of another, that one too."""
        if thing.kind == "sector":
            return [Told(iri, known=True) for iri in self._sectors(thing)]
        if is_open(thing):
            meant = self._stated.objects(subject.iri, claim.predicate) & set(self._things.places(thing))
            if len(meant) == 1:
                return [Told(min(meant), known=True, reason="of the places of this name the one that the tables have")]
        if thing.kind == "list" and len(found := self._lists.of(thing.name)) == 1:
            return [Told(found[0], known=True)]
        return [self._things.of(claim, thing)]

    def _sectors(self, thing: Mentioned) -> list[str]:
        found = set(self._things.register.of(thing))
        broader = {above for iri in found for above in self._stated.objects(iri, BROADER)}
        if not found:
            raise Refused(f"no table knows the sector {thing.name}")
        if len(broader) > 1 or len(found - broader) > 1:
            raise Refused(f"{thing.name} is the name of several sectors: {', '.join(sorted(found))}")
        return sorted(found | broader)

    def _fits(self, claim: TextClaim, subject: Told, value: str) -> bool:
        """Whether a statement agrees with the tables: of what is settled they must have it, or say nothing."""
        told = self._stated.objects(subject.iri, claim.predicate)
        if claim.predicate == PART_OF_LIST and value not in told and self._is_full(value):
            raise Refused(f"the tables have the whole of {value}, without {claim.subject.name}")
        if CKG + claim.predicate not in self._settled or not subject.known:
            return True
        return value in told or not told

    def _is_full(self, list_iri: str) -> bool:
        """Whether the tables have as many clusters of a list as it says it has."""
        size = max((_number(one) for one in self._stated.objects(list_iri, "size")), default=0)
        return 0 < size <= len(self._stated.subjects(PART_OF_LIST, list_iri))

    def _figure(self, claim: TextClaim, told: Told, amount: Amount) -> TextStatement:
        scope = COUNTED_FOR.get(claim.subject.kind)
        if scope is None:
            raise Refused(f"figures of an {claim.subject.kind} have no place in the graph")
        if amount.status == "target" and not amount.period:
            raise Refused("an aim without a year")
        parts = {
            "indicator": self._only(claim, "indicator", amount.indicator),
            "value": f"{amount.value.normalize():f}",
            "unit": self._only(claim, "unit", amount.unit),
            "comparator": amount.comparator,
            "status": amount.status,
        }
        subject = told.iri
        same = self._same_figure(subject, parts, amount.period) if told.known else None
        if same:
            return TextStatement(claim, subject, HAS_FIGURE, same)
        new = f"figure/text-{digest(subject, *parts.values(), amount.period)}"
        label = f"{parts['value']}{amount.unit}"
        figure = {**parts, "label": label, "period": amount.period, "scope": scope, "figure": new}
        return TextStatement(claim, subject, HAS_FIGURE, new, figure=tuple(figure.items()))

    def _only(self, claim: TextClaim, kind: str, name: str) -> str:
        return self._things.of(claim, Mentioned(kind, name)).iri

    def _same_figure(self, subject: str, parts: Mapping[str, str], period: str) -> str | None:
        """The figure of the tables that says the same; of several the one of the same period, then the first."""
        found = []
        for figure in sorted(self._stated.objects(subject, HAS_FIGURE)):
            told = {name: _only(self._stated.objects(figure, name)) for name in FIGURE_PARTS}
            own = _only(self._stated.objects(figure, "period"))
            if all(_same(told[name], parts[name]) for name in FIGURE_PARTS) and _meet(own, period):
                found.append((own != period, figure))
        return min(found)[1] if found else None


def _remark(*things: Told) -> str:
    """How the things of a statement were told, where their names alone do not say it."""
    return "; ".join(dict.fromkeys(thing.reason for thing in things if thing.reason))


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
