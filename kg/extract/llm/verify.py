"""What a model says, held against the text: a claim stays only if its quote and its names stand there as they are.

The model says which words of the text mean what; what the words are worth is read here as the rules read it (numbers,
places, years). Whatever else the model says cannot be checked, and is only as sure as the catalog says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.extract.figures import FigureFinder, Quantity
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.lists import ListFinder, Selection
from kg.extract.llm.places import Folded, fold
from kg.extract.llm.prompt import ROLES, STATUSES, indicator_kinds
from kg.extract.llm.replies import Said
from kg.extract.normalize import Normaliser
from kg.extract.periods import Periods
from kg.extract.reading import Cluster, Enterprise, Evidence, Figure, Predicate, Reading, Relation
from kg.extract.sentences import Sentence, Splitter
from kg.model import Document, Problem, Span

LONGEST_PLACE, SHORTEST_PLACE = 12, 2
NOT_SELECTED = frozenset(one.value for one in (Selection.NOT, Selection.CANDIDATE, Selection.NOTICE))
TIES = {"leader": Predicate.LEAD.value, "member": Predicate.MEMBER.value}
STAGES = frozenset(one.value for one in Selection)


class Rejected(Exception):  # noqa: N818 it never leaves this module
    """A claim that the text does not bear out, and why."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What the evidence of a model's claims says: the rule that found them, how sure it is, the longest quote."""

    rule: str
    confidence: float
    longest_quote: int


class Checker:
    """What checking takes; prepared once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.normaliser = Normaliser(lexicon)
        self.splitter = Splitter(lexicon)
        self.figures = FigureFinder(lexicon)
        self.periods = Periods(lexicon)
        self.lists = ListFinder(lexicon)
        self.kinds = indicator_kinds(lexicon)
        self.heads = lexicon.any_of("clusters.heads")
        self.joints = any_of(lexicon.words("clusters.joints"))


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim with the window of the text that the model was shown."""

    said: Said
    window: Span


@dataclass(frozen=True, slots=True)
class Checked:
    """What of a model's claims stands, as a reading, and the claims that were rejected, each with its reason."""

    reading: Reading
    rejected: tuple[Problem, ...]


def check(checker: Checker, marking: Marking, document: Document, rules: Reading, claims: Iterable[Placed]) -> Checked:
    """The claims that the text bears out; what the rules know of the text helps to know a name again."""
    return _Checking(checker, marking, document, rules).checked(list(claims))


class _Checking:
    """The check of one document."""

    def __init__(self, checker: Checker, marking: Marking, document: Document, rules: Reading) -> None:
        self._checker, self._marking, self._document, self._rules = checker, marking, document, rules
        self._folded = Folded.of(document.text)
        self._known = {fold(name): one for one in rules.clusters for name in (*one.printed, one.name)}
        self._firms = {fold(name): one.name for one in rules.enterprises for name in (*one.printed, one.name)}
        self._clusters: dict[str, Cluster] = {}
        self._enterprises: dict[tuple[str, str | None, str], Enterprise] = {}
        self._figures: dict[tuple[object, ...], Figure] = {}
        self._relations: dict[tuple[str, str, str], Relation] = {}
        self._rejected: list[Problem] = []

    @cached_property
    def _text(self) -> str:
        return self._checker.normaliser.normalise(self._document.text)

    @cached_property
    def _sentences(self) -> Sequence[Sentence]:
        return tuple(self._checker.splitter.sentences(self._text))

    @cached_property
    def _years(self) -> frozenset[int]:
        """The years that the text speaks of."""
        now = self._checker.periods.of_document(self._document, self._text)
        return frozenset(one.value for one in self._checker.periods.years(self._text, 0, len(self._text), now))

    def checked(self, claims: list[Placed]) -> Checked:
        """Clusters first: the other claims speak of them."""
        takes: Mapping[str, Callable[[Said, Span], None]] = {
            "clusters": self._cluster,
            "enterprises": self._enterprise,
            "figures": self._figure,
            "supports": self._support,
        }
        for kind, take in takes.items():
            for claim in claims:
                if claim.said.kind == kind:
                    self._take(take, claim)
        supports = [one for one in self._relations.values() if one.predicate == Predicate.SUPPORTED_BY.value]
        reading = Reading(
            document=self._document.id,
            clusters=tuple(self._clusters.values()),
            enterprises=tuple(self._enterprises.values()),
            figures=tuple(self._figures.values()),
            relations=tuple(self._relations.values()),
            supports=tuple(supports),
            threshold=self._rules.threshold,
        )
        return Checked(reading, tuple(dict.fromkeys(self._rejected)))

    def _take(self, take: Callable[[Said, Span], None], claim: Placed) -> None:
        try:
            take(claim.said, self._quote(claim))
        except Rejected as error:
            self._reject(claim.said, str(error))

    def _reject(self, said: Said, reason: str) -> None:
        told = (*said.values.values(), *said.places)
        value = f"{said.kind}: {' · '.join(told)} “{said.quote[: self._marking.longest_quote]}”"
        self._rejected.append(Problem("extract", self._document.file, None, value, f"{self._marking.rule}: {reason}"))

    # -- where words stand --

    def _quote(self, claim: Placed) -> Span:
        if len(claim.said.quote) > self._marking.longest_quote:
            raise Rejected(f"the quote is longer than {self._marking.longest_quote} characters")
        found = self._folded.find(claim.said.quote, claim.window)
        if found is None:
            raise Rejected("the quote is not verbatim in the text")
        return found

    def _within(self, name: str, quote: Span, what: str) -> Span:
        found = self._folded.find(name, quote)
        if found is None:
            raise Rejected(f"the {what} {name!r} is not in the quote")
        return found

    def _printed(self, span: Span) -> str:
        return " ".join(self._document.text[span.start : span.end].split())

    def _plain(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _evidence(self, quote: Span, span: Span) -> Evidence:
        return Evidence(
            quote=self._document.text[quote.start : quote.end],
            sentence=self._document.in_original(quote),
            span=self._document.in_original(span),
            rule=self._marking.rule,
            confidence=self._marking.confidence,
        )

    # -- clusters --

    def _cluster(self, said: Said, quote: Span) -> None:
        span = self._within(said["name"], quote, "name")
        known = self._known.get(fold(said["name"]))
        cluster = replace(known, evidence=self._evidence(quote, span)) if known else self._new(said, quote, span)
        cluster = self._on_list(said, quote, replace(cluster, list_name=None, stage=""), known)
        before = self._clusters.get(cluster.name)
        if before is None or (before.list_name is None and cluster.list_name is not None):
            self._clusters[cluster.name] = cluster
            self._known.setdefault(fold(said["name"]), cluster)
            for relation in _relations(cluster):
                self._relate(relation)

    def _new(self, said: Said, quote: Span, span: Span) -> Cluster:
        gazetteer, plain = self._checker.gazetteer, self._plain(span)
        if not self._checker.heads.sub("", plain).strip():
            raise Rejected(f"{said['name']!r} is any cluster, not one")
        codes = self._codes_in(plain) or self._codes_of(said, quote)
        sector = self._printed(self._within(said["sector"], quote, "sector")) if said["sector"] else None
        cities = (gazetteer.city(code) or gazetteer.places.get(code) for code in codes)
        return Cluster(
            name=self._printed(span),
            printed=(self._printed(span),),
            codes=codes,
            cities=tuple(dict.fromkeys(city.name for city in cities if city is not None)),
            province=next((place.name for code in codes if (place := gazetteer.province(code))), None),
            sector=sector,
            list_name=None,
            stage="",
            known=gazetteer.clusters.get(plain),
            evidence=self._evidence(quote, span),
        )

    def _codes_in(self, name: str) -> tuple[str, ...]:
        """The codes of the places with which a name begins; of a city and its district the district's."""
        names, codes, place, last = self._checker.gazetteer.place_names, list[str](), 0, tuple[str, ...]()
        while place < len(name):
            size = next(
                (n for n in range(LONGEST_PLACE, SHORTEST_PLACE - 1, -1) if name[place : place + n] in names), 0
            )
            joint = self._checker.joints.match(name, place)
            if size:
                last, place = names[name[place : place + size]], place + size
            elif joint is not None and last:
                codes, last, place = [*codes, *last], (), joint.end()
            else:
                break
        return tuple(dict.fromkeys((*codes, *last)))

    def _codes_of(self, said: Said, quote: Span) -> tuple[str, ...]:
        """The codes of the places that the model names and the quote has."""
        codes: list[str] = []
        for name in said.places:
            plain = self._plain(self._within(name, quote, "place"))
            if plain not in self._checker.gazetteer.place_names:
                raise Rejected(f"the place {name!r} is not known")
            codes += self._checker.gazetteer.place_names[plain]
        return tuple(dict.fromkeys(codes))

    def _on_list(self, said: Said, quote: Span, cluster: Cluster, known: Cluster | None) -> Cluster:
        """The cluster with the list that names it; what the text or the rules deny is rejected, the cluster stays."""
        stage = said["stage"] if said["stage"] in STAGES else ""
        if stage != Selection.SELECTED.value or not said["list"]:
            return replace(cluster, stage=stage)
        try:
            name = self._list_named(said, quote, known.stage if known else "")
        except Rejected as error:
            self._reject(said, str(error))
            return cluster
        return replace(cluster, list_name=name, stage=stage)

    def _list_named(self, said: Said, quote: Span, ruled: str) -> str:
        """The list as printed; `ruled` is the stage that the rules read."""
        name = self._printed(self._within(said["list"], quote, "list"))
        read = self._checker.lists.selection(self._plain(quote))
        for stage in (ruled, read.value if read else ""):
            if stage in NOT_SELECTED:
                raise Rejected(f"the text does not say that it was selected, but {stage}")
        return name

    def _relate(self, relation: Relation) -> None:
        self._relations.setdefault((relation.subject, relation.predicate, relation.object), relation)

    def _cluster_named(self, name: str) -> Cluster:
        found = self._known.get(fold(name))
        if found is None:
            raise Rejected(f"no cluster {name!r} is in the text")
        return found

    # -- enterprises --

    def _enterprise(self, said: Said, quote: Span) -> None:
        span = self._within(said["name"], quote, "name")
        plain, role, gazetteer = self._plain(span), said["role"], self._checker.gazetteer
        if role not in ROLES:
            raise Rejected(f"{role!r} is no role")
        if plain in gazetteer.place_names or plain in gazetteer.issuers or self._checker.heads.search(plain):
            raise Rejected(f"{said['name']!r} is no enterprise")
        cluster = self._cluster_named(said["cluster"]) if said["cluster"] else None
        if cluster is None:
            role = "mentioned"
        printed = self._printed(span)
        name = self._firms.setdefault(fold(printed), printed)
        known, evidence = gazetteer.enterprises.get(plain), self._evidence(quote, span)
        tied = cluster.name if cluster and role in TIES else None
        firm = Enterprise(name, (printed,), tied, role, known or None, evidence)
        self._enterprises.setdefault((name, tied, role), firm)
        if tied:
            self._relate(Relation(tied, TIES[role], name, None, evidence))

    # -- figures --

    def _figure(self, said: Said, quote: Span) -> None:
        amount = self._within(said["amount"], quote, "amount")
        indicator, status = said["indicator"], said["status"]
        if indicator not in self._checker.kinds or status not in STATUSES:
            raise Rejected(f"{indicator!r}, {status!r}: no indicator and status that figures have")
        quantity = self._quantity(said, amount)
        if quantity.measure.value != self._checker.kinds[indicator]:
            raise Rejected(f"{said['amount']!r} is no number for {indicator}")
        if status == "actual" and self._is_aim(quantity):
            raise Rejected("the text gives it as an aim")
        subject, kind, code = self._subject(said["subject"], quote)
        figure = Figure(
            subject=subject,
            subject_kind=kind,
            code=code,
            indicator=indicator,
            value=quantity.value,
            unit=quantity.unit,
            comparator=quantity.comparator,
            year=self._year(said["year"]),
            status=status,
            source_value=self._document.text[quantity.start : quantity.end],
            evidence=self._evidence(quote, Span(quantity.start, quantity.end)),
        )
        key = (figure.subject, figure.indicator, figure.value, figure.unit, figure.status)
        self._figures.setdefault(key, figure)

    def _quantity(self, said: Said, amount: Span) -> Quantity:
        """The one number at a place, read in its sentence as the rules read it."""
        found = [one for one in self._quantities(amount) if one.start < amount.end and amount.start < one.end]
        if len(found) != 1:
            raise Rejected(f"{said['amount']!r} cannot be read as one number with a unit")
        return found[0]

    def _quantities(self, amount: Span) -> Iterator[Quantity]:
        for sentence in self._sentences_of(amount):
            clauses = self._checker.splitter.clauses(self._text, sentence)
            yield from self._checker.figures.quantities(self._text, clauses)

    def _is_aim(self, quantity: Quantity) -> bool:
        before = self._sentences_of(Span(quantity.start, quantity.start + 1))
        return any(self._checker.periods.is_target(self._text[one.start : quantity.start]) for one in before)

    def _sentences_of(self, span: Span) -> Sequence[Sentence]:
        """The sentences that share a character with a stretch."""
        first = bisect_right(self._sentences, span.start, key=lambda one: one.end)
        return self._sentences[first : bisect_left(self._sentences, span.end, key=lambda one: one.start)]

    def _year(self, year: str) -> int | None:
        if not year:
            return None
        if not year.isdecimal() or int(year) not in self._years:
            raise Rejected(f"the text does not speak of the year {year}")
        return int(year)

    def _subject(self, name: str, quote: Span) -> tuple[str, str, str | None]:
        """Of what a figure is: its name, kind, and the code of a place."""
        cluster, firm = self._known.get(fold(name)), self._firms.get(fold(name))
        if cluster is not None:
            return cluster.name, "cluster", None
        if firm is not None:
            return firm, "enterprise", None
        span = self._within(name, quote, "subject")
        codes = self._checker.gazetteer.place_names.get(self._plain(span), ())
        if len(codes) != 1:
            raise Rejected(f"{name!r} is no cluster, enterprise or place of the text")
        place = self._checker.gazetteer.places[codes[0]]
        return place.name, "place", place.code

    # -- who supports --

    def _support(self, said: Said, quote: Span) -> None:
        span = self._within(said["issuer"], quote, "issuer")
        cluster = self._cluster_named(said["cluster"])
        evidence = self._evidence(quote, span)
        self._relate(Relation(cluster.name, Predicate.SUPPORTED_BY.value, self._printed(span), None, evidence))


def _relations(cluster: Cluster) -> Iterator[Relation]:
    """Where a cluster is, its sector and its list, as the rules give them."""
    evidence = cluster.evidence
    for city in cluster.cities:
        yield Relation(cluster.name, Predicate.LOCATED_IN.value, city, None, evidence)
    if cluster.sector:
        yield Relation(cluster.name, Predicate.IN_SECTOR.value, cluster.sector, None, evidence)
    if cluster.list_name:
        yield Relation(cluster.name, Predicate.PART_OF_LIST.value, cluster.list_name, None, evidence)
