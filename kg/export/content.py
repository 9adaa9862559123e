"""What a release says, as the exporters need it: each view is read once, when it is first asked for."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.store.entities import Entity, EntityReader, local_name, pick_label
from kg.store.oxigraph import open_store
from kg.store.release import Manifest
from kg.vocabulary import CKG, ONTOLOGY_GRAPH, OWL, PROV, PROVENANCE_GRAPH, RDF, RDFS, SKOS, XSD

TRIPLES = "graph.nt"
QUADS = "quads.nq"
DATASET = "graph.trig"
"""The masters: `graph.nt` is the default graph; all graphs are in `quads.nq` while building, in `graph.trig` after."""

WELL_KNOWN = {
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "owl": OWL,
    "skos": SKOS,
    "prov": PROV,
    "ckg": CKG,
    "dcterms": "http://purl.org/dc/terms/",
    "vann": "http://purl.org/vocab/vann/",
}

_NOT_IN_SLUGS = re.compile(r"[^\w.-]+")


class Content:
    """The statements and entities of one release folder."""

    def __init__(self, folder: Path, manifest: Manifest, store: ox.Store | None = None):
        """`store` saves opening the release's own; it must hold the same statements."""
        self.folder = folder
        self.manifest = manifest
        self._given = store

    @cached_property
    def store(self) -> ox.Store:
        """The release's store, or the one that was given."""
        return open_store(self.folder) if self._given is None else self._given

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The default graph in the order of its file, lexical forms untouched (a store would make 1.50 into 1.5)."""
        return tuple(quad.triple for quad in ox.parse(path=self.folder / TRIPLES, format=ox.RdfFormat.N_TRIPLES))

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """All graphs, one after the other, the default graph first."""
        path = self.folder / QUADS
        if path.is_file():
            quads: Iterable[ox.Quad] = ox.parse(path=path, format=ox.RdfFormat.N_QUADS)
        else:
            quads = ox.parse(path=self.folder / DATASET, format=ox.RdfFormat.TRIG)
        return tuple(sorted(quads, key=_graph_order))

    def graph(self, name: str) -> list[ox.Triple]:
        """The statements of the named graph `<base>name`."""
        node = ox.NamedNode(self.manifest.base + name)
        return [quad.triple for quad in self.quads if quad.graph_name == node]

    @cached_property
    def ontology(self) -> list[ox.Triple]:
        """The statements of the ontology graph."""
        return self.graph(ONTOLOGY_GRAPH)

    @cached_property
    def provenance(self) -> list[ox.Triple]:
        """The claims."""
        return self.graph(PROVENANCE_GRAPH)

    @cached_property
    def reader(self) -> EntityReader:
        """Reads entities and the labels of ontology terms."""
        return EntityReader(self.store, self.manifest.base, self.manifest.records)

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """Every entity by IRI, sorted."""
        return self.reader.read_all()

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that a writer may use, sorted by name; none that covers the base, which is written as @base."""
        offered = WELL_KNOWN | dict(self.manifest.prefixes)
        return {name: iri for name, iri in sorted(offered.items()) if not self.manifest.base.startswith(iri)}

    def labels(self, iri: str) -> Mapping[str, str]:
        """Labels by language of an entity, or of a term of the ontology; asked once for each IRI."""
        if iri not in self._labels:
            entity = self.entities.get(iri)
            self._labels[iri] = self.reader.labels(iri) if entity is None else entity.labels
        return self._labels[iri]

    def label(self, iri: str, language: str = "zh") -> str:
        """The label of an entity or a term in this language, else in any, else the last part of the IRI."""
        return pick_label(self.labels(iri), iri, language)

    def short(self, iri: str) -> str:
        """The IRI without the base, as tables and graphs show ids."""
        return iri.removeprefix(self.manifest.base)

    def qualified(self, iri: str) -> str:
        """The IRI as `prefix:name` where a prefix covers it."""
        return _qualified(iri, self.prefixes)

    @cached_property
    def _labels(self) -> dict[str, Mapping[str, str]]:
        return {}


def term_names(iris: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """A short name for each term: its local name, or `prefix:name` where two share one.

    Names are compared without case, because they become file names.
    """
    terms = sorted(set(iris))
    shared = Counter(local_name(iri).casefold() for iri in terms)
    return {
        iri: local_name(iri) if shared[local_name(iri).casefold()] == 1 else _qualified(iri, prefixes) for iri in terms
    }


def slugs(iris: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """A name for each term that file names and fragments can hold; what had to be changed gets a hash besides."""
    return {iri: _slug(iri, name.replace(":", "-")) for iri, name in term_names(iris, prefixes).items()}


def _slug(iri: str, name: str) -> str:
    plain = _NOT_IN_SLUGS.sub("-", name).strip(".-")
    return plain if plain == name else f"{plain}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def _qualified(iri: str, prefixes: Mapping[str, str]) -> str:
    name = local_name(iri)
    namespace = iri.removesuffix(name)
    prefix = next((prefix for prefix, known in prefixes.items() if known == namespace), None)
    return iri if prefix is None else f"{prefix}:{name}"


def _graph_order(quad: ox.Quad) -> str:
    name = quad.graph_name
    return "" if isinstance(name, ox.DefaultGraph) else str(name)
