"""What a model says, held against the text: a claim stays only if its quote and its names stand there as they are.

The model says which words of the text mean what; what the words are worth is read as the rules read it (numbers,
places, years). Whatever else the model says cannot be checked, and is only as sure as the catalog says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kg.extract.lists import Selection
from kg.extract.llm.naming import new_cluster
from kg.extract.llm.places import fold
from kg.extract.llm.prompt import ROLES, STATUSES
from kg.extract.llm.replies import Said
from kg.extract.llm.source import Checker, Marking, Rejected, SourceText
from kg.extract.reading import Cluster, Enterprise, Figure, Predicate, Reading, Relation
from kg.model import Document, Problem, Span

NOT_SELECTED = frozenset(one.value for one in (Selection.NOT, Selection.CANDIDATE, Selection.NOTICE))
TIES = {"leader": Predicate.LEAD.value, "member": Predicate.MEMBER.value}
STAGES = frozenset(one.value for one in Selection)


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
    """The check of one document's claims: what was accepted so far, and what the rules know."""

    def __init__(self, checker: Checker, marking: Marking, document: Document, rules: Reading) -> None:
        self._checker, self._marking, self._document, self._rules = checker, marking, document, rules
        self._source = SourceText(checker, marking, document)
        self._known = {fold(name): one for one in rules.clusters for name in (*one.printed, one.name)}
        self._firms = {fold(name): one.name for one in rules.enterprises for name in (*one.printed, one.name)}
        self._clusters: dict[str, Cluster] = {}
        self._enterprises: dict[tuple[str, str | None, str], Enterprise] = {}
        self._figures: dict[tuple[object, ...], Figure] = {}
        self._relations: dict[tuple[str, str, str], Relation] = {}
        self._rejected: list[Problem] = []

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
            take(claim.said, self._source.quote(claim.said.quote, claim.window))
        except Rejected as error:
            self._reject(claim.said, str(error))

    def _reject(self, said: Said, reason: str) -> None:
        told = (*said.values.values(), *said.places)
        value = f"{said.kind}: {' · '.join(told)} “{said.quote[: self._marking.longest_quote]}”"
        self._rejected.append(Problem("extract", self._document.file, None, value, f"{self._marking.rule}: {reason}"))

    def _relate(self, relation: Relation) -> None:
        self._relations.setdefault((relation.subject, relation.predicate, relation.object), relation)

    def _cluster(self, said: Said, quote: Span) -> None:
        span = self._source.within(said["name"], quote, "name")
        known = self._known.get(fold(said["name"]))
        if known is None:
            cluster = new_cluster(self._checker, self._source, said, quote, span)
        else:
            cluster = replace(known, evidence=self._source.evidence(quote, span), list_name=None, stage="")
        cluster = self._on_list(said, quote, cluster, known)
        before = self._clusters.get(cluster.name)
        if before is None or (before.list_name is None and cluster.list_name is not None):
            self._clusters[cluster.name] = cluster
            self._known.setdefault(fold(said["name"]), cluster)
            for relation in _relations(cluster):
                self._relate(relation)

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
        name = self._source.printed(self._source.within(said["list"], quote, "list"))
        read = self._checker.lists.selection(self._source.plain(quote))
        for stage in (ruled, read.value if read else ""):
            if stage in NOT_SELECTED:
                raise Rejected(f"the text does not say that it was selected, but {stage}")
        return name

    def _cluster_named(self, name: str, quote: Span) -> Cluster:
        """The cluster of the text that a claim speaks of; a quote may leave its name out, but not name another one."""
        found = self._known.get(fold(name))
        if found is None:
            raise Rejected(f"no cluster {name!r} is in the text")
        words = fold(self._source.printed(quote))
        named = {cluster.name for printed, cluster in self._known.items() if printed in words}
        if named and found.name not in named:
            raise Rejected(f"the quote speaks of {', '.join(sorted(named))}, not of {name!r}")
        return found

    def _enterprise(self, said: Said, quote: Span) -> None:
        span = self._source.within(said["name"], quote, "name")
        plain, role, gazetteer = self._source.plain(span), said["role"], self._checker.gazetteer
        if role not in ROLES:
            raise Rejected(f"{role!r} is no role")
        if plain in gazetteer.place_names or plain in gazetteer.issuers or self._checker.heads.search(plain):
            raise Rejected(f"{said['name']!r} is no enterprise")
        cluster = self._cluster_named(said["cluster"], quote) if said["cluster"] else None
        tied, role = (cluster.name, role) if cluster and role in TIES else (None, "mentioned")
        printed = self._source.printed(span)
        name = self._firms.setdefault(fold(printed), printed)
        known, evidence = gazetteer.enterprises.get(plain), self._source.evidence(quote, span)
        firm = Enterprise(name, (printed,), tied, role, known or None, evidence)
        self._enterprises.setdefault((name, tied, role), firm)
        if tied:
            self._relate(Relation(tied, TIES[role], name, None, evidence))

    def _figure(self, said: Said, quote: Span) -> None:
        indicator, status = said["indicator"], said["status"]
        if indicator not in self._checker.kinds or status not in STATUSES:
            raise Rejected(f"{indicator!r}, {status!r}: no indicator and status that figures have")
        quantity = self._source.quantity(self._source.within(said["amount"], quote, "amount"))
        if quantity.measure.value != self._checker.kinds[indicator]:
            raise Rejected(f"{said['amount']!r} is no number for {indicator}")
        if status == "actual" and self._source.is_aim(quantity):
            raise Rejected("the text gives it as an aim")
        subject, kind, code = self._subject(said["subject"], quote)
        place = Span(quantity.start, quantity.end)
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
            source_value=self._source.printed(place),
            evidence=self._source.evidence(quote, place),
        )
        key = (figure.subject, figure.indicator, figure.value, figure.unit, figure.status)
        self._figures.setdefault(key, figure)

    def _year(self, year: str) -> int | None:
        if not year:
            return None
        if not year.isdecimal() or int(year) not in self._source.years:
            raise Rejected(f"the text does not speak of the year {year}")
        return int(year)

    def _subject(self, name: str, quote: Span) -> tuple[str, str, str | None]:
        """Of what a figure is: its name, kind, and the code of a place."""
        if fold(name) in self._known:
            return self._cluster_named(name, quote).name, "cluster", None
        firm = self._firms.get(fold(name))
        if firm is not None:
            return firm, "enterprise", None
        gazetteer = self._checker.gazetteer
        codes = gazetteer.place_names.get(self._checker.normaliser.normalise(name), ())
        if len(codes) != 1:
            raise Rejected(f"{name!r} is no cluster, enterprise or place of the text")
        place = gazetteer.places[codes[0]]
        if not self._source.speaks_of(place, quote):
            raise Rejected(f"the quote does not speak of {name!r}")
        return place.name, "place", place.code

    def _support(self, said: Said, quote: Span) -> None:
        span = self._source.within(said["issuer"], quote, "issuer")
        cluster = self._cluster_named(said["cluster"], quote)
        evidence = self._source.evidence(quote, span)
        self._relate(Relation(cluster.name, Predicate.SUPPORTED_BY.value, self._source.printed(span), None, evidence))


def _relations(cluster: Cluster) -> Iterator[Relation]:
    """Where a cluster is, its sector and its list, as the rules give them."""
    evidence = cluster.evidence
    for city in cluster.cities:
        yield Relation(cluster.name, Predicate.LOCATED_IN.value, city, None, evidence)
    if cluster.sector:
        yield Relation(cluster.name, Predicate.IN_SECTOR.value, cluster.sector, None, evidence)
    if cluster.list_name:
        yield Relation(cluster.name, Predicate.PART_OF_LIST.value, cluster.list_name, None, evidence)
