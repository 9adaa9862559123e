"""What was found in a text as a reading: names instead of numbers, each claim with its sentence and its confidence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.extract.amount import Amount
from kg.extract.gazetteer import Gazetteer, Place
from kg.extract.lists import Selection
from kg.extract.page import Page
from kg.extract.reading import Cluster, Enterprise, Evidence, Figure, Mention, Predicate, Reading, Relation
from kg.extract.registry import Known
from kg.extract.roles import Tie, canonical, strongest
from kg.extract.selection import Decision
from kg.extract.supports import Support
from kg.model import Document, Span


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the steps found in one text."""

    page: Page
    known: list[Known]
    decisions: Mapping[int, Decision]
    ties: list[Tie]
    amounts: list[Amount]
    supports: list[Support]
    definitions: Mapping[str, str]
    may_add: Callable[[str, str], bool]
    codes: Mapping[str, str]


class Assembler:
    """Makes readings."""

    def __init__(self, gazetteer: Gazetteer, confidence: Mapping[str, float]) -> None:
        self._gazetteer = gazetteer
        self._confidence = confidence

    def reading(self, document: Document, findings: Findings) -> Reading:
        """The reading of a document."""
        making = _Making(self._gazetteer, self._confidence, document, findings)
        clusters = [making.cluster(number) for number in range(len(findings.known))]
        enterprises = making.enterprises()
        relations = [
            relation for number, cluster in enumerate(clusters) for relation in making.of_cluster(number, cluster)
        ]
        relations += making.of_enterprises(enterprises)
        supports = making.supports(clusters)
        return Reading(
            document=document.id,
            clusters=tuple(clusters),
            enterprises=tuple(enterprises),
            figures=tuple(making.figures()),
            relations=tuple(relations + supports),
            supports=tuple(supports),
            mentions=tuple(making.mentions()),
            threshold=self._confidence["threshold"],
        )


class _Making:
    """One reading in the making."""

    def __init__(
        self, gazetteer: Gazetteer, confidence: Mapping[str, float], document: Document, findings: Findings
    ) -> None:
        self._gazetteer, self._confidence = gazetteer, confidence
        self._document, self._findings = document, findings
        self._page = findings.page
        # How far a text that stands in the original in one piece is moved there; None for one in pieces.
        start, origin, length = document.runs[0] if len(document.runs) == 1 else (0, 0, -1)
        self._moved = origin - start if start == 0 and length >= len(document.text) else None
        self._sentences: dict[int, tuple[str, Span]] = {}
        self._known_names = [known.name for known in findings.known]
        self._names = self._cluster_names()
        counts: dict[str, int] = {}
        for tie in findings.ties:
            counts[tie.mention.name] = counts.get(tie.mention.name, 0) + 1
        self._fullest = canonical(counts, findings.definitions, findings.may_add)

    def _cluster_names(self) -> list[str]:
        """The printed names, taken from the document so that a traditional text keeps its script."""
        names = []
        for known, name in zip(self._findings.known, self._known_names, strict=True):
            mention = next(item for _, item in known.mentions if item.name == name)
            names.append(self._document.text[mention.start : mention.end])
        return names

    def evidence(self, sentence: int, start: int, end: int, rule: str, confidence: float | None = None) -> Evidence:
        """The evidence of something found at [start, end) of a sentence."""
        quote, place = self._sentence(sentence)
        return Evidence(
            quote=quote,
            sentence=place,
            span=self._original(start, end),
            rule=rule,
            confidence=round(self._confidence.get(rule, 0.7) if confidence is None else confidence, 3),
        )

    def _sentence(self, number: int) -> tuple[str, Span]:
        """A sentence as printed and where it stands in the original; many claims share one."""
        if number not in self._sentences:
            start, end, *_ = self._page.found[number].sentence
            self._sentences[number] = self._document.text[start:end].strip(), self._original(start, end)
        return self._sentences[number]

    def _original(self, start: int, end: int) -> Span:
        """Where [start, end) of the text stands in the original."""
        if self._moved is None:
            return self._document.in_original(Span(start, end))
        return Span(start + self._moved, end + self._moved)

    def cluster(self, number: int) -> Cluster:
        """One cluster."""
        known = self._findings.known[number]
        sentence, mention = known.mentions[0]
        decision = self._findings.decisions.get(number)
        cities = [self._city(code, self._known_names[number]) for code in known.codes]
        province = next((place for code in known.codes if (place := self._gazetteer.province(code))), None)
        rule = known.rule
        sure = self._confidence[rule] * (
            1.0 if mention.known_sector or rule.startswith("bare") else self._confidence["unknown-sector"]
        )
        if len(known.mentions) > 1:
            sure = 1 - (1 - sure) * 0.8
        listed = decision is not None and decision.selection in (Selection.SELECTED, Selection.NOTICE)
        return Cluster(
            name=self._names[number],
            printed=tuple(sorted({self._document.text[item.start : item.end] for _, item in known.mentions})),
            codes=known.codes,
            cities=tuple(dict.fromkeys(city.name for city in cities if city is not None)),
            province=province.name if province else None,
            sector=known.sector,
            list_name=decision.list_name if decision and listed else None,
            stage=decision.selection.value if decision else "",
            known=next(
                (
                    self._gazetteer.clusters[item.name]
                    for _, item in known.mentions
                    if item.name in self._gazetteer.clusters
                ),
                None,
            ),
            evidence=self.evidence(sentence, mention.start, mention.end, rule, sure),
            printed_sector=self._printed_sector(known),
        )

    def _printed_sector(self, known: Known) -> str:
        """A cluster's sector as the first mention that has it prints it; empty where it is put together."""
        for _, mention in known.mentions:
            start = self._page.text.find(known.sector, mention.start, mention.end)
            if start >= 0:
                return self._document.text[start : start + len(known.sector)]
        return ""

    def _city(self, code: str, name: str) -> Place | None:
        """The city of a place: the one above a county-level city where the name has both (温州市乐清电气产业集群).

        A district stands for itself where the text does not name its city.
        """
        city = self._gazetteer.city(code)
        own = self._gazetteer.places.get(code)
        if own is not None and own is not city and city is not None and not self._is_named(city):
            return own
        above = self._gazetteer.places.get(city.parent) if city is not None else None
        if city is None or above is None or above.level != "City":
            return city
        # The name of a county-level city may begin with that of the prefecture (文山市).
        rest = name.replace(city.name, "")
        return above if any(word in rest for word in self._gazetteer.names_of(above.code)) else city

    def _is_named(self, place: Place) -> bool:
        """Whether the text names a place."""
        return any(word in self._page.text for word in self._gazetteer.names_of(place.code))

    def of_cluster(self, number: int, cluster: Cluster) -> list[Relation]:
        """Where a cluster is, its sector, and the list that names it."""
        relations = []
        seen = set()
        for code in cluster.codes:
            place = self._city(code, self._known_names[number]) or self._gazetteer.places.get(code)
            if place is not None and place.name not in seen:
                seen.add(place.name)
                relations.append(
                    Relation(cluster.name, Predicate.LOCATED_IN.value, place.name, place.code, cluster.evidence)
                )
        if cluster.sector:
            relations.append(Relation(cluster.name, Predicate.IN_SECTOR.value, cluster.sector, None, cluster.evidence))
        decision = self._findings.decisions.get(number)
        if decision is not None and cluster.list_name:
            sentence = self._page.found[decision.sentence].sentence
            # A public notice proposes a list: it is for a person to say whether it came to be.
            rule = "public-notice" if decision.selection is Selection.NOTICE else decision.rule
            sure = self._confidence[rule] * cluster.evidence.confidence
            evidence = self.evidence(decision.sentence, sentence.start, sentence.end, rule, sure)
            relations.append(Relation(cluster.name, Predicate.PART_OF_LIST.value, cluster.list_name, None, evidence))
        return relations

    def enterprises(self) -> list[Enterprise]:
        """One enterprise for each name, with its strongest tie."""
        by_name: dict[str, list[Tie]] = {}
        for tie in self._findings.ties:
            by_name.setdefault(self._fullest[tie.mention.name], []).append(tie)
        return [self._enterprise(name, ties) for name, ties in by_name.items()]

    def _enterprise(self, name: str, ties: list[Tie]) -> Enterprise:
        best = strongest(ties)
        mention = best.mention
        sure = best.confidence if len(ties) == 1 else 1 - (1 - best.confidence) * 0.7
        printed = {self._document.text[tie.mention.start : tie.mention.end] for tie in ties}
        own = next((tie.mention for tie in ties if tie.mention.name == name), None)
        codes = self._findings.codes
        return Enterprise(
            name=self._document.text[own.start : own.end] if own else name,
            printed=tuple(sorted(printed)),
            cluster=self._names[best.cluster] if best.cluster >= 0 else None,
            role=best.role,
            known=next(
                (
                    self._gazetteer.enterprises[item]
                    for item in sorted({tie.mention.name for tie in ties})
                    if item in self._gazetteer.enterprises
                ),
                None,
            ),
            evidence=self.evidence(best.sentence, mention.start, mention.end, best.rule, sure),
            code=next((codes[one.mention.name] for one in ties if one.mention.name in codes), ""),
        )

    def of_enterprises(self, enterprises: Iterable[Enterprise]) -> list[Relation]:
        """The ties of enterprises to clusters."""
        predicates = {"leader": Predicate.LEAD.value, "member": Predicate.MEMBER.value}
        return [
            Relation(item.cluster, predicates[item.role], item.name, None, item.evidence)
            for item in enterprises
            if item.cluster and item.role in predicates
        ]

    def figures(self) -> list[Figure]:
        """The figures, each once."""
        done: dict[tuple[object, ...], Figure] = {}
        for amount in self._findings.amounts:
            figure = self._figure(amount)
            key = (figure.subject, figure.indicator, figure.value, figure.unit, figure.status)
            before = done.get(key)
            if before is None or (before.year is None and figure.year is not None):
                done[key] = figure
        return list(done.values())

    def _figure(self, amount: Amount) -> Figure:
        quantity, subject = amount.quantity, amount.subject
        name = subject.name
        if subject.kind == "cluster":
            name = self._names[subject.cluster]
        elif subject.kind == "enterprise":
            name = self._fullest.get(name, name)
        elif subject.span is not None:
            name = self._document.text[slice(*subject.span)]
        return Figure(
            subject=name,
            subject_kind=subject.kind,
            code=subject.code or None,
            indicator=quantity.indicator,
            value=quantity.value,
            unit=quantity.unit,
            comparator=quantity.comparator,
            year=amount.year,
            status="target" if amount.target else "actual",
            source_value=self._document.text[quantity.start : quantity.end],
            evidence=self.evidence(amount.sentence, quantity.start, quantity.end, amount.rule),
        )

    def supports(self, clusters: list[Cluster]) -> list[Relation]:
        """Who supports whom; a sentence that names no cluster means all that are selected."""
        done: dict[tuple[str, str], Relation] = {}
        for support in self._findings.supports:
            meant = [clusters[number] for number in support.clusters] or [
                cluster for cluster in clusters if cluster.list_name and cluster.stage == Selection.SELECTED.value
            ]
            for cluster in meant:
                evidence = self.evidence(support.sentence, support.start, support.end, "support")
                done.setdefault(
                    (cluster.name, support.issuer),
                    Relation(cluster.name, Predicate.SUPPORTED_BY.value, support.issuer, None, evidence),
                )
        return list(done.values())

    def mentions(self) -> list[Mention]:
        """Every place of the text at which a cluster or an enterprise is named."""
        found = []
        for number, known in enumerate(self._findings.known):
            identifier = self._gazetteer.clusters.get(self._names[number])
            found += [self._mention("cluster", item.start, item.end, identifier) for _, item in known.mentions]
        for tie in self._findings.ties:
            found.append(
                self._mention(
                    "enterprise", tie.mention.start, tie.mention.end, self._gazetteer.enterprises.get(tie.mention.name)
                )
            )
        return sorted(found, key=lambda mention: (mention.span.start, mention.span.end))

    def _mention(self, kind: str, start: int, end: int, known: str | None) -> Mention:
        return Mention(kind, self._document.text[start:end], known or None, self._original(start, end))
