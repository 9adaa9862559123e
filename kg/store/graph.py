"""The handle of an opened release: what `kg.open(path)` gives."""

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from kg.errors import KgError, NotFoundError, did_you_mean
from kg.store.entities import Entity, EntityReader
from kg.store.oxigraph import open_store, select
from kg.store.query import LONG, Query, run, run_in_child
from kg.store.release import Manifest, find_release
from kg.store.results import Answer, QueryResult
from kg.vocabulary import ALT_LABEL, LABEL, ONTOLOGY_GRAPH

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

QUERIES = "queries"
QUERY_NAME = re.compile(r"[\w.-]+")
QUERY_TITLE = re.compile(r"#\s*(title|about)-([a-z]{2,3}):\s*(.+?)\s*")
SUGGESTIONS = 5
LOOKED_AT = 200_000
COMPARED = 20_000
"""Labels that are searched for a name that was not found, and those that are compared with it letter by letter."""


@dataclass(frozen=True, slots=True)
class BundledQuery:
    """A query that comes with a release: its name, titles and remarks by language, and its text."""

    name: str
    titles: Mapping[str, str]
    remarks: Mapping[str, str]
    text: str

    def title(self, language: str = "zh") -> str:
        """The title in this language, else in any, else the name."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.name)


class Graph:
    """A published release, open for reading; the store itself is opened when it is first needed.

    >>> graph = Graph.open("output")                                    # doctest: +SKIP
    >>> for row in graph.query("SELECT ?s { ?s a ckg:Cluster }"):       # doctest: +SKIP
    ...     print(row["s"])
    https://example.org/cluster/c1
    >>> cluster = graph.entity("cluster/c1")                            # doctest: +SKIP
    >>> cluster.label("en"), cluster.facts[0].backings[0].source        # doctest: +SKIP
    ('Yantai materials', 's1')
    >>> len(graph.to_rdflib()) == graph.manifest.triples                # doctest: +SKIP
    True
    """

    def __init__(self, folder: Path, manifest: Manifest):
        self.folder = folder
        self.manifest = manifest
        self._closed = False

    @classmethod
    def open(cls, path: str | Path = ".") -> Self:
        """The release at `path`: its own folder, an output folder, or a folder that holds `output/`."""
        folder = find_release(Path(path))
        return cls(folder, Manifest.read(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Graph {self.manifest.id}: {self.manifest.triples} triples, {self.folder}>"

    def close(self) -> None:
        """Lets go of the store; nothing can be read after."""
        self._closed = True
        for name in ("store", "reader"):
            self.__dict__.pop(name, None)

    @cached_property
    def store(self) -> ox.Store:
        """The read-only store: default graph, provenance and ontology."""
        if self._closed:
            raise KgError("the graph was closed", file=self.folder)
        return open_store(self.folder)

    @cached_property
    def reader(self) -> EntityReader:
        """Reads entities with their facts and the evidence of each."""
        return EntityReader(self.store, self.manifest.base, self.manifest.records)

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Labels by IRI and language, of entities and of ontology terms; read once."""
        found: dict[str, dict[str, str]] = {}
        for graph in (ox.DefaultGraph(), self._named(ONTOLOGY_GRAPH)):
            for quad in self.store.quads_for_pattern(None, LABEL, None, graph):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    found.setdefault(quad.subject.value, {})[quad.object.language or ""] = quad.object.value
        return MappingProxyType(found)

    def query(self, query: str, *, timeout: float | None = None, limit: int | None = None) -> QueryResult:
        """The result of a SPARQL query, or of a bundled query by its name; QueryError where it is wrong or refused.

        Prefixes of the catalog need no declaration, and `<cluster/x>` is relative to the release's base IRI.
        With `timeout` (seconds) it runs in a process of its own, which is killed when the time is over or Ctrl-C is
        pressed; without, in this one. `limit` keeps the first rows and sets `complete` to False where there are more.
        """
        with self.stream(query, timeout=timeout) as answer:
            return answer.collect(limit)

    @contextmanager
    def stream(self, query: str, *, timeout: float | None = None) -> Iterator[Answer]:
        """The same, row by row while the query runs: for results that need not fit in memory."""
        text = self.query_text(query)
        prepared = Query.checked(text, base=self.manifest.base, prefixes=self.manifest.prefixes)
        if timeout is None and len(text) <= LONG:
            running = run(prepared, self.store)
        else:
            running = run_in_child(prepared, self.folder, timeout=float("inf") if timeout is None else timeout)
        with running as answer:
            yield answer

    def query_text(self, query: str) -> str:
        """The text of the bundled query of this name; anything that is no name is a text already."""
        if not QUERY_NAME.fullmatch(query):
            return query
        path = self.folder / QUERIES / f"{query}.rq"
        if path.is_file():
            return path.read_text("utf-8")
        names = [found.name for found in self.queries()]
        hint = did_you_mean(query, names) or "; `kg query --list` shows their names"
        raise NotFoundError(f"no query is called {query!r}{hint}", value=query)

    def queries(self) -> list[BundledQuery]:
        """The queries that came with the release, by name."""
        return [_bundled(path) for path in sorted((self.folder / QUERIES).glob("*.rq"))]

    def find(self, name: str) -> list[str]:
        """IRIs of the entities of this name, id or IRI; NotFoundError with the nearest labels where there is none.

        A record that has its owner's name (the designation of a cluster) is left out beside others.
        """
        name = name.encode("utf-8", "replace").decode()
        found = self.reader.find(name)
        if found:
            return [iri for iri in found if not self.reader.is_record(iri)] or found if len(found) > 1 else found
        near = self.similar_labels(name)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise NotFoundError(f"nothing is called {name!r}{hint}", value=name)

    def entities(self, name: str) -> list[Entity]:
        """All entities of this name: a name can belong to several."""
        return [self.reader.read(iri) for iri in self.find(name)]

    def entity(self, name: str) -> Entity:
        """The one entity of this name, id ("enterprise/e003") or IRI; NotFoundError where there is none or several."""
        found = self.find(name)
        if len(found) > 1:
            listed = ", ".join(iri.removeprefix(self.manifest.base) for iri in found)
            raise NotFoundError(f"{len(found)} entities are called {name!r}: {listed}; take one of these", value=name)
        return self.reader.read(found[0])

    def similar_labels(self, name: str) -> list[str]:
        """Labels that hold the name, else those that are spelt most like it; at most five."""
        holding = self._names_like(f"FILTER(CONTAINS(LCASE(?name), LCASE({ox.Literal(name)})))", 200)
        if holding:
            return sorted(holding, key=lambda label: (len(label), label))[:SUGGESTIONS]
        return difflib.get_close_matches(name, self._names_like("", COMPARED), n=SUGGESTIONS, cutoff=0.5)

    def _names_like(self, condition: str, limit: int) -> list[str]:
        labels = f"SELECT ?label {{ VALUES ?property {{ {LABEL} {ALT_LABEL} }} ?s ?property ?label }} LIMIT {LOOKED_AT}"
        query = f"SELECT DISTINCT ?name {{ {{ {labels} }} BIND(STR(?label) AS ?name) {condition} }} LIMIT {limit}"
        return [row["name"].value for row in select(self.store, query)]

    def to_rdflib(self) -> "rdflib.Graph":
        """The default graph (each fact once) as an rdflib Graph, with the catalog's prefixes bound."""
        from kg.store.interchange import rdflib_graph

        return rdflib_graph(self.store, self.manifest)

    def to_rdflib_dataset(self) -> "rdflib.Dataset":
        """All graphs as an rdflib Dataset: the facts in the default graph, claims and ontology in named ones."""
        from kg.store.interchange import rdflib_dataset

        return rdflib_dataset(self.store, self.manifest)

    def to_networkx(self, language: str = "zh") -> "nx.MultiDiGraph[str]":
        """Entities as nodes (`label`, `types`), statements between them as edges (`predicate`, `label`, `sources`)."""
        from kg.store.interchange import networkx_graph

        return networkx_graph(self.reader, self.labels, language)

    def _named(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(self.manifest.base + name)


def _bundled(path: Path) -> BundledQuery:
    """A query file: its first comments hold `# title-zh: ...`, `# about-en: ...`."""
    text = path.read_text("utf-8")
    lines = (QUERY_TITLE.fullmatch(line) for line in text.splitlines())
    found = [(match[1], match[2], match[3]) for match in lines if match]
    titles = {language: words for what, language, words in found if what == "title"}
    remarks = {language: words for what, language, words in found if what == "about"}
    return BundledQuery(path.stem, MappingProxyType(titles), MappingProxyType(remarks), text)
