"""The tables of a build, opened: each once for what its mapping and the catalog ask of it."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from kg.mapping.plan import Plan
from kg.mapping.triples_maps import LogicalSource, Mapping
from kg.model import Catalog, Dataset, Problem, Relation, SourceJoin
from kg.pipeline.inputs import plan_mapping, read_mapping, source_path
from kg.pipeline.sources import asked
from kg.read.registry import open_source
from kg.read.source import Source
from kg.read.stamps import Stamps


class Tables:
    """The tables that a catalog names, as relations of one connection."""

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection, folder: Path):
        """`folder` takes copies of tables that have to be made into UTF-8."""
        self._catalog, self._connection, self._folder = catalog, connection, folder
        self._relations: dict[Source, Relation] = {}
        self._mappings: dict[Path, Mapping] = {}
        self._problems: dict[Path, list[Problem]] = defaultdict(list)
        self._stamps = Stamps()

    def problems(self, files: Iterable[Path] | None = None) -> list[Problem]:
        """What could not be read of these files, else of all."""
        paths = self._problems if files is None else files
        return [problem for path in paths for problem in self._problems.get(path, ())]

    def mapping(self, path: Path) -> Mapping:
        """The mapping of a file, read once."""
        if path not in self._mappings:
            self._mappings[path] = read_mapping(path, base=self._catalog.base)
        return self._mappings[path]

    def files(self, dataset: Dataset) -> list[Path]:
        """The tables that a dataset depends on: its own, what its mapping joins, and where its sources stand."""
        sources = self.mapping(dataset.mapping).sources
        named = [source_path(self._catalog, dataset.mapping, source.path) for source in sources]
        joined = [dataset.source.file] if isinstance(dataset.source, SourceJoin) else []
        found = list(dict.fromkeys((dataset.file, *named, *joined)))
        self._stamps.add(found)
        return found

    def check_unchanged(self) -> None:
        """ReadError where a table is not any more what it was when it was first looked at."""
        self._stamps.check()

    def read(self, datasets: Iterable[Dataset]) -> str:
        """Opens the tables of datasets; returns what was read, in words."""
        for dataset in datasets:
            self.table(dataset)
            if isinstance(dataset.source, SourceJoin):
                self.open(dataset.source.file)
        rows = sum(self.rows(relation) for relation in self._relations.values())
        return f"{len(self._relations)} tables, {rows:,} rows"

    def plan(self, path: Path) -> Plan:
        """The plan of a mapping; MappingError with its place where it cannot be carried out."""
        mapping = self.mapping(path)
        files = {source: source_path(self._catalog, path, source.path) for source in mapping.sources}
        opened = {source.key: self.open(file, source, mapping.references(source)) for source, file in files.items()}
        return plan_mapping(path, mapping, opened)

    def table(self, dataset: Dataset) -> Relation:
        """The rows of a dataset as its mapping reads them, with the columns that the catalog names besides."""
        mapping = self.mapping(dataset.mapping)
        files = {source: source_path(self._catalog, dataset.mapping, source.path) for source in mapping.sources}
        source = next((source for source, file in files.items() if file == dataset.file), None)
        if source is None:
            return self.open(dataset.file)
        key = dataset.source.key if isinstance(dataset.source, SourceJoin) else dataset.source
        beside = [name for name in (key, dataset.confirmation, dataset.as_of) if name]
        return self.open(dataset.file, source, tuple(dict.fromkeys((*mapping.references(source), *beside))))

    def open(self, path: Path, source: LogicalSource | None = None, references: tuple[str, ...] = ()) -> Relation:
        """The rows of a file as a logical source asks for them; a table of the project as a rule."""
        wanted = asked(source or LogicalSource(path.name, "CSV"), path, self._folder, references)
        if wanted not in self._relations:
            self._stamps.add([path])
            opened = open_source(self._connection, wanted)
            self._relations[wanted] = opened.relation
            self._problems[path] += opened.problems
        return self._relations[wanted]

    def rows(self, relation: Relation) -> int:
        """How many rows a relation has."""
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM ({relation.sql})").fetchall()
        return int(rows)
