"""card.ttl: what the release is, in DCAT and VoID: title, licence, files, statistics, and the tables it came from."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.export import EXPORTERS
from kg.export.content import TRIPLES, Content, slugs
from kg.export.rdf import blocks, prefix_lines
from kg.vocabulary import PROV, TYPE, XSD

DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SPDX = "http://spdx.org/licenses/"

_PREFIXES = {"dcat": DCAT, "dcterms": DCTERMS, "void": VOID, "foaf": FOAF, "prov": PROV, "xsd": XSD}

_HERE = "x-release://here/"
"""Stands for the folder of the card while writing: its files get relative addresses, right wherever the folder is."""

_SPDX_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*-\d+(\.\d+)*(-[a-z-]+)?")
"""Licence identifiers with a version, such as CC0-1.0, CC-BY-4.0 or Apache-2.0; other terms are given as text."""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A table that the release was made from: its name, size, and on what terms it may be used.

    `evidence` is "statement", "entity" or "none"; `date` an ISO date.
    """

    id: str
    file: str
    title: Mapping[str, str]
    evidence: str
    rows: int
    triples: int
    date: str | None = None
    licence: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of the default graph, as VoID asks for them."""

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def write_card(
    content: Content, target: Path, *, datasets: Sequence[DatasetInfo] = (), licence: str | None = None
) -> None:
    """Writes the card beside the files that it describes; so it is written after all of them but the report.

    It names no moment of writing: the same release has the same card.
    """
    triples = sorted(set(_card(content, datasets, licence)), key=_card_order)
    prefixes = _PREFIXES | {"release": f"{_release(content).value}#"} | content.prefixes
    body = blocks(triples, ox.RdfFormat.TURTLE, base=_HERE, prefixes=prefixes)
    target.write_bytes(prefix_lines(prefixes).encode() + b"\n" + body)


def statistics(triples: Sequence[ox.Triple]) -> Statistics:
    """The counts of these statements."""
    types = (triple.object for triple in triples if triple.predicate == TYPE)
    return Statistics(
        triples=len(triples),
        subjects=len({triple.subject for triple in triples}),
        objects=len({triple.object for triple in triples}),
        classes=Counter(term.value for term in types if isinstance(term, ox.NamedNode)),
        properties=Counter(triple.predicate.value for triple in triples),
    )


def _card(content: Content, datasets: Sequence[DatasetInfo], licence: str | None) -> Iterator[ox.Triple]:
    yield from _description(content, datasets, licence)
    yield from _counts(content)
    for file, title, media_type in _files(content.folder):
        yield from _distribution(content, file, title, media_type)
    for dataset in datasets:
        yield from _origin(content, dataset)


def _description(content: Content, datasets: Sequence[DatasetInfo], licence: str | None) -> Iterator[ox.Triple]:
    release, manifest = _release(content), content.manifest
    for kind in (DCAT + "Dataset", VOID + "Dataset"):
        yield ox.Triple(release, TYPE, ox.NamedNode(kind))
    yield from _titles(release, manifest.title)
    yield from _terms(release, licence)
    yield _text(release, DCTERMS + "identifier", manifest.id)
    yield _text(release, VOID + "uriSpace", manifest.base)
    yield _link(release, VOID + "dataDump", _HERE + TRIPLES)
    if dates := sorted(dataset.date for dataset in datasets if dataset.date):
        yield _typed(release, DCTERMS + "modified", dates[-1], "date")
    for page in ("graph.html", "report.html"):
        yield _link(release, FOAF + "page", _HERE + page)


def _counts(content: Content) -> Iterator[ox.Triple]:
    release, counted = _release(content), statistics(content.triples)
    for name, number in (
        ("triples", counted.triples),
        ("entities", counted.subjects),
        ("distinctSubjects", counted.subjects),
        ("distinctObjects", counted.objects),
        ("classes", len(counted.classes)),
        ("properties", len(counted.properties)),
    ):
        yield _typed(release, VOID + name, str(number), "integer")
    yield from _partitions(content, "class", "entities", counted.classes)
    yield from _partitions(content, "property", "triples", counted.properties)


def _partitions(content: Content, kind: str, unit: str, counts: Mapping[str, int]) -> Iterator[ox.Triple]:
    release = _release(content)
    for iri, name in slugs(counts, content.prefixes).items():
        partition = ox.NamedNode(f"{release.value}#{kind}-{name}")
        yield _link(release, f"{VOID}{kind}Partition", partition.value)
        yield _link(partition, VOID + kind, iri)
        yield _typed(partition, VOID + unit, str(counts[iri]), "integer")


def _files(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Path, title and media type of every file of the formats that is there; a folder's files one by one."""
    known = [(TRIPLES, "The facts as N-Triples, the master", "application/n-triples")]
    known += [(exporter.file, exporter.title, exporter.media_type) for exporter in EXPORTERS]
    for name, title, media_type in known:
        path = folder / name
        if path.is_dir():
            for file in sorted(path.iterdir()):
                yield f"{name}/{file.name}", f"{title}: {file.stem}", media_type
        elif path.is_file():
            yield name, title, media_type


def _distribution(content: Content, file: str, title: str, media_type: str) -> Iterator[ox.Triple]:
    release = _release(content)
    node = ox.NamedNode(f"{release.value}#{quote(file.replace('/', '-'))}")
    yield _link(release, DCAT + "distribution", node.value)
    yield ox.Triple(node, TYPE, ox.NamedNode(DCAT + "Distribution"))
    yield from _titles(node, {"en": title})
    yield _link(node, DCAT + "downloadURL", _HERE + quote(file))
    yield _link(node, DCAT + "mediaType", MEDIA_TYPES + media_type)
    yield _typed(node, DCAT + "byteSize", str((content.folder / file).stat().st_size), "nonNegativeInteger")


def _origin(content: Content, dataset: DatasetInfo) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{content.manifest.base}data/{quote(dataset.file)}")
    yield _link(_release(content), PROV + "wasDerivedFrom", node.value)
    yield ox.Triple(node, TYPE, ox.NamedNode(DCAT + "Dataset"))
    yield from _titles(node, dataset.title)
    yield from _terms(node, dataset.licence)
    yield _text(node, DCTERMS + "identifier", dataset.id)
    if dataset.date:
        yield _typed(node, DCTERMS + "issued", dataset.date, "date")
    if dataset.origin:
        yield _text(node, DCTERMS + "source", dataset.origin)


def _terms(node: ox.NamedNode, licence: str | None) -> Iterator[ox.Triple]:
    if licence and _SPDX_ID.fullmatch(licence):
        yield _link(node, DCTERMS + "license", SPDX + licence)
    elif licence:
        yield _text(node, DCTERMS + "rights", licence)


def _titles(node: ox.NamedNode, titles: Mapping[str, str]) -> Iterator[ox.Triple]:
    for language, title in titles.items():
        literal = ox.Literal(title, language=language) if language else ox.Literal(title)
        yield ox.Triple(node, ox.NamedNode(DCTERMS + "title"), literal)


def _link(node: ox.NamedNode, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), ox.NamedNode(target))


def _text(node: ox.NamedNode, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), ox.Literal(text))


def _typed(node: ox.NamedNode, predicate: str, text: str, datatype: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)))


def _release(content: Content) -> ox.NamedNode:
    return ox.NamedNode(f"{content.manifest.base}release/{content.manifest.id}")


def _card_order(triple: ox.Triple) -> tuple[bool, str, bool, str]:
    """The release itself first, then its parts and origins; of each, first what it is."""
    subject = str(triple.subject)
    return "#" in subject or "/data/" in subject, subject, triple.predicate != TYPE, str(triple)
