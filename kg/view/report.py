"""report.html and report.json: what a release holds, how well it is backed, and what is wrong with it."""

import base64
import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.export.card import DatasetInfo
from kg.model import Measured, Problem, Violation
from kg.store.entities import EntityReader, local_name, pick_label
from kg.store.oxigraph import select
from kg.store.release import Manifest
from kg.view.articles import ArticleRow, article_rows
from kg.vocabulary import CKG, ONTOLOGY_GRAPH, PROV, PROVENANCE_GRAPH, RDF, RDFS

CONFIRMATIONS = ("confirmed", "confirmed-by-repost", "partly-confirmed", "unconfirmed", "doubtful")
"""From the best to the worst; others that the data uses come after them."""

LINKED_GRADES = frozenset(("government", "news"))
"""Grades whose addresses become live links. Reposts are copied pages of strangers: their addresses are text."""

TOP_SOURCES = 25
SHOWN_PROBLEMS = 300
"""More stay in the files that stand beside the page, which says so."""

TEMPLATES = resources.files("kg.view") / "templates"

_PREFIXES = "".join(
    f"PREFIX {name}: <{iri}>\n"
    for name, iri in (("rdf", RDF), ("rdfs", RDFS), ("prov", PROV), ("ckg", CKG), ("schema", "https://schema.org/"))
)


@dataclass(frozen=True, slots=True)
class Run:
    """What the build knows and the graph does not say.

    `stages` are names and outcomes in words, `versions` names and version numbers; neither may hold times, because
    the report of the same input is the same file. `unsourced` is the id of the source of what no source backs,
    `review` the number of statements of articles that are not in the graph but in review.csv.
    """

    problems: tuple[Problem, ...] = ()
    violations: tuple[Violation, ...] = ()
    counts: tuple[Measured, ...] = ()
    datasets: tuple[DatasetInfo, ...] = ()
    shapes: int = 0
    targets: int = 0
    checks: int = 0
    licence: str | None = None
    stages: tuple[tuple[str, str], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    unsourced: str = "unsourced"
    review: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of something that has labels by language; `key` is its id."""

    key: str
    labels: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the members of a group are confirmed, the best confirmation first."""

    key: str
    labels: Mapping[str, str]
    parts: tuple[Tally, ...]

    @property
    def total(self) -> int:
        """All of the group."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade of sources: how many there are of it, and how many claims they back."""

    key: str
    labels: Mapping[str, str]
    sources: int
    claims: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and the number of its claims; `link` is empty where its address must not be a live link."""

    id: str
    labels: Mapping[str, str]
    grade: str
    grade_labels: Mapping[str, str]
    address: str
    link: str
    claims: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list: how many entries it says it has (`size`), how many the graph has, in how many cities."""

    key: str
    labels: Mapping[str, str]
    level: str
    announced: str
    size: int | None
    clusters: int
    cities: int


@dataclass(frozen=True, slots=True)
class SharedCity:
    """A city with clusters on several lists; `lists` are positions in the report's lists."""

    key: str
    labels: Mapping[str, str]
    lists: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that the report shows. `overlap[i][j]` counts the cities that lists i and j share."""

    release: Manifest
    run: Run
    entities: int
    classes: tuple[Tally, ...]
    clusters: tuple[Coverage, ...]
    legal_names: Coverage
    claims: Coverage
    backed_by: tuple[tuple[int, int], ...]
    grades: tuple[GradeRow, ...]
    sources: tuple[SourceRow, ...]
    lists: tuple[ListRow, ...]
    overlap: tuple[tuple[int, ...], ...]
    shared_cities: tuple[SharedCity, ...]
    articles: tuple[ArticleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CountedBefore:
    """What a report said of the release before, and what has changed since: `nodes` are those of changed statements.

    What is counted by entity needs to be counted again of these only.
    """

    store: ox.Store
    nodes: frozenset[ox.NamedNode | ox.BlankNode]
    entities: int
    classes: tuple[Tally, ...]

    @classmethod
    def of(
        cls, store: ox.Store, nodes: frozenset[ox.NamedNode | ox.BlankNode], report: Mapping[str, Any]
    ) -> "CountedBefore":
        """With the numbers of a report.json."""
        return cls(store, nodes, report["entities"], tuple(Tally(**one) for one in report["classes"]))


def collect(store: ox.Store, manifest: Manifest, run: Run, before: CountedBefore | None = None) -> ReportData:
    """All that the report shows: counted in the release's store, and what the build gives."""
    questions = _Questions(store, manifest.base, before)
    lists, cities = questions.lists()
    return ReportData(
        release=manifest,
        run=run,
        entities=questions.entities(),
        classes=questions.classes(),
        clusters=questions.clusters(),
        legal_names=questions.legal_names(),
        claims=questions.claims(),
        backed_by=questions.backed_by(run.unsourced),
        grades=questions.grades(),
        sources=questions.sources(),
        lists=lists,
        overlap=tuple(tuple(len(cities[one.key] & cities[other.key]) for other in lists) for one in lists),
        shared_cities=questions.shared_cities([one.key for one in lists], cities),
        articles=article_rows(store, manifest.base, EntityReader(store, manifest.base).labels),
    )


Row = list[str]
"""A row of answers as texts; empty where a variable is not bound."""


class _Questions:
    """The queries of the report, each with its answer in the report's terms; every order is fixed."""

    def __init__(self, store: ox.Store, base: str, before: CountedBefore | None = None):
        self._store = store
        self._base = base
        self._before = before
        self._reader = EntityReader(store, base)
        self._claims = ox.NamedNode(base + PROVENANCE_GRAPH)
        self._ontology = ox.NamedNode(base + ONTOLOGY_GRAPH)

    def entities(self) -> int:
        if self._before is None:
            return self._count_entities(self._store, "")
        those = _values("?entity", self._before.nodes)
        now, then = (self._count_entities(store, those) for store in (self._store, self._before.store))
        return self._before.entities + now - then

    def _count_entities(self, store: ox.Store, those: str) -> int:
        [[number]] = _ask(store, f"SELECT (COUNT(DISTINCT ?entity) AS ?n) {{ {those} ?entity ?p ?o }}")
        return int(number)

    def classes(self) -> tuple[Tally, ...]:
        """Entities by their most special classes, as far as the ontology knows them."""
        if self._before is None:
            found = self._count_classes(self._store, "")
        else:
            those = _values("?entity", self._before.nodes)
            now, then = (self._count_classes(store, those) for store in (self._store, self._before.store))
            found = _changed_by({tally.key: tally for tally in self._before.classes}, now, then)
        return tuple(sorted(found.values(), key=lambda tally: (-tally.count, tally.key)))

    def _count_classes(self, store: ox.Store, those: str) -> dict[str, Tally]:
        rows = _ask(
            store,
            f"SELECT ?class (COUNT(DISTINCT ?entity) AS ?n) {{ {those} ?entity a ?class MINUS {{ {those} "
            "?entity a ?special FILTER(?special != ?class) "
            f"GRAPH {self._ontology} {{ ?special rdfs:subClassOf+ ?class }} }} }} GROUP BY ?class",
        )
        return {local_name(iri): Tally(local_name(iri), self._labels(iri), int(number)) for iri, number in rows}

    def clusters(self) -> tuple[Coverage, ...]:
        """Clusters by list: as stated of the cluster, else as its name's best claim says; those on no list last."""
        rows = self._ask(
            "SELECT ?list ?cluster ?stated ?claimed { ?cluster a ckg:Cluster "
            "OPTIONAL { ?cluster ckg:partOfList ?list } "
            f"OPTIONAL {{ ?cluster ckg:confirmation ?stated }} OPTIONAL {{ GRAPH {self._claims} "
            "{ ?claim rdf:subject ?cluster ; rdf:predicate rdfs:label ; ckg:confirmation ?claimed } } }"
        )
        best: dict[str, dict[str, str]] = defaultdict(dict)
        for group, cluster, stated, claimed in rows:
            known = best[group].get(cluster)
            found = stated or claimed or self._base + "confirmation/unconfirmed"
            best[group][cluster] = found if known is None else min(known, found, key=_rank)
        order = sorted(best, key=lambda group: (not group, -len(best[group]), group))
        return tuple(self._coverage(group, best[group].values()) for group in order)

    def legal_names(self) -> Coverage:
        """Enterprises that have a legal name, by how far it is confirmed."""
        rows = self._ask(
            "SELECT ?enterprise (SAMPLE(?stated) AS ?found) { ?enterprise schema:legalName ?name "
            "OPTIONAL { ?enterprise ckg:legalNameConfirmation ?stated } } GROUP BY ?enterprise"
        )
        return self._coverage("", [found or self._base + "confirmation/unconfirmed" for _, found in rows])

    def claims(self) -> Coverage:
        rows = self._ask(
            f"SELECT ?found (COUNT(?claim) AS ?n) {{ GRAPH {self._claims} {{ ?claim ckg:confirmation ?found }} }} "
            "GROUP BY ?found"
        )
        return self._counted("", {iri: int(number) for iri, number in rows})

    def backed_by(self, unsourced: str) -> tuple[tuple[int, int], ...]:
        """How many statements have so many sources: (sources, statements), the fewest sources first."""
        nothing = ox.NamedNode(f"{self._base}source/{unsourced}")
        rows = self._ask(
            "SELECT ?sources (COUNT(*) AS ?n) { SELECT ?s ?p ?o (COUNT(DISTINCT ?known) AS ?sources) "
            f"{{ GRAPH {self._claims} {{ ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; "
            f"prov:wasDerivedFrom ?source }} BIND(IF(?source = {nothing}, ?unbound, ?source) AS ?known) }} "
            "GROUP BY ?s ?p ?o } GROUP BY ?sources"
        )
        return tuple(sorted((int(sources), int(number)) for sources, number in rows))

    def grades(self) -> tuple[GradeRow, ...]:
        sources: Counter[str] = Counter()
        claims: Counter[str] = Counter()
        for _, grade, _, number in self._source_rows():
            sources[grade] += 1
            claims[grade] += int(number)
        order = sorted(sources, key=lambda grade: (-claims[grade], grade))
        return tuple(GradeRow(local_name(grade), self._labels(grade), sources[grade], claims[grade]) for grade in order)

    def sources(self) -> tuple[SourceRow, ...]:
        """The sources with most claims."""
        rows = sorted(self._source_rows(), key=lambda row: (-int(row[3]), row[0]))
        return tuple(self._source(*row) for row in rows[:TOP_SOURCES] if int(row[3]))

    def lists(self) -> tuple[tuple[ListRow, ...], Mapping[str, frozenset[str]]]:
        """The lists, the longest first, and the cities of each."""
        rows = self._ask(
            "SELECT ?list (SAMPLE(?level) AS ?l) (SAMPLE(?announced) AS ?a) (SAMPLE(?size) AS ?s) { ?list a ckg:List "
            "OPTIONAL { ?list ckg:level ?level } OPTIONAL { ?list ckg:announced ?announced } "
            "OPTIONAL { ?list ckg:size ?size } } GROUP BY ?list"
        )
        clusters: dict[str, set[str]] = defaultdict(set)
        cities: dict[str, set[str]] = defaultdict(set)
        members = "SELECT ?list ?cluster ?city { ?cluster ckg:partOfList ?list OPTIONAL { ?cluster ckg:inCity ?city } }"
        for iri, cluster, city in self._ask(members):
            clusters[iri].add(cluster)
            cities[iri] |= {city} - {""}
        found = [
            ListRow(iri, self._labels(iri), level, announced, _number(size), len(clusters[iri]), len(cities[iri]))
            for iri, level, announced, size in rows
        ]
        ordered = sorted(found, key=lambda row: (-row.clusters, row.key))
        return tuple(ordered), {row.key: frozenset(cities[row.key]) for row in ordered}

    def shared_cities(self, lists: list[str], cities: Mapping[str, frozenset[str]]) -> tuple[SharedCity, ...]:
        """The cities on two lists and more, those on most lists first."""
        places: dict[str, list[int]] = defaultdict(list)
        for number, iri in enumerate(lists):
            for city in cities[iri]:
                places[city].append(number)
        found = (SharedCity(city, self._labels(city), tuple(where)) for city, where in places.items() if len(where) > 1)
        return tuple(sorted(found, key=lambda city: (-len(city.lists), city.key)))

    def _source_rows(self) -> list[Row]:
        """Of every source: its IRI, grade, address and number of claims."""
        return self._ask(
            "SELECT ?source (SAMPLE(?g) AS ?grade) (SAMPLE(?a) AS ?address) (COUNT(DISTINCT ?claim) AS ?n) "
            "{ ?source a ckg:Source OPTIONAL { ?source ckg:grade ?g } OPTIONAL { ?source ckg:address ?a } "
            f"OPTIONAL {{ GRAPH {self._claims} {{ ?claim prov:wasDerivedFrom ?source }} }} }} GROUP BY ?source"
        )

    def _source(self, iri: str, grade: str, address: str, claims: str) -> SourceRow:
        name = iri.removeprefix(self._base + "source/")
        link = address if local_name(grade) in LINKED_GRADES and is_web_address(address) else ""
        labels = self._labels(iri)
        return SourceRow(name, labels, local_name(grade), self._labels(grade), address, link, int(claims))

    def _coverage(self, group: str, confirmations: Iterable[str]) -> Coverage:
        return self._counted(group, Counter(confirmations))

    def _counted(self, group: str, counts: Mapping[str, int]) -> Coverage:
        parts = (Tally(local_name(iri), self._labels(iri), counts[iri]) for iri in sorted(counts, key=_rank))
        return Coverage(group, self._labels(group), tuple(parts))

    def _labels(self, iri: str) -> dict[str, str]:
        """Labels of an IRI; its last part where the graph has none; nothing for no IRI."""
        if not iri:
            return {}
        return self._reader.labels(iri) or {"": local_name(iri)}

    def _ask(self, query: str) -> list[Row]:
        return _ask(self._store, query)


def _ask(store: ox.Store, query: str) -> list[Row]:
    return sorted([_text(value) for value in row] for row in select(store, _PREFIXES + query))


def _changed_by(known: dict[str, Tally], more: dict[str, Tally], less: dict[str, Tally]) -> dict[str, Tally]:
    """Tallies with those that came and without those that went; none that is 0."""
    counts = Counter({key: tally.count for key, tally in known.items()})
    counts.update({key: tally.count for key, tally in more.items()})
    counts.subtract({key: tally.count for key, tally in less.items()})
    return {key: replace(one, count=counts[key]) for key, one in (more | known).items() if counts[key]}


def _values(variable: str, nodes: Iterable[ox.NamedNode | ox.BlankNode]) -> str:
    """A pattern for these nodes; blank ones cannot be asked for, and no graph of ours has any outside the ontology."""
    return f"VALUES {variable} {{ {' '.join(str(node) for node in nodes if isinstance(node, ox.NamedNode))} }}"


def is_web_address(text: str) -> bool:
    """Whether a text may become a link: http or https with a host, and no character that hides where it leads.

    >>> is_web_address("https://www.gov.cn/a"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isprintable() and not any(character in text for character in ' \\"<>`')
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def render_json(data: ReportData) -> str:
    """The report as sorted JSON, for programs."""
    content = asdict(data)
    content["run"]["counts"] = [asdict(one) | {"met": one.met} for one in data.run.counts]
    content["release"] = {name: getattr(data.release, name) for name in data.release.__slots__}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def render_html(data: ReportData) -> str:
    """The report as one page: no script, nothing loaded, every label escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"shown": shown, "label": _label, "number": _grouped}
    template = environment.from_string((TEMPLATES / "report.html.j2").read_text("utf-8"))
    style = (TEMPLATES / "report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return template.render(
        data=data,
        run=data.run,
        order=CONFIRMATIONS,
        limit=SHOWN_PROBLEMS,
        style=Markup(style),  # noqa: S704  # our own file
        policy=policy,
    )


def shown(text: str, limit: int = 300) -> str:
    """The text with what cannot be seen spelled out, because in a problem that is often the point; cut if long.

    >>> shown("a\\u202eb")
    'a\\\\u202eb'
    """
    visible = "".join(f"\\u{ord(one):04x}" if unicodedata.category(one)[0] == "C" else one for one in text[:limit])
    return visible + "…" * (len(text) > limit)


def _label(labels: Mapping[str, str], language: str, key: str = "") -> str:
    return pick_label(labels, key, language)


def _grouped(number: int) -> str:
    return f"{number:,}"


def _rank(iri: str) -> tuple[int, str]:
    name = local_name(iri)
    return (CONFIRMATIONS.index(name) if name in CONFIRMATIONS else len(CONFIRMATIONS), iri)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _text(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, ox.Triple) else value.value
