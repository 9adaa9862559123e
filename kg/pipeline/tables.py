"""The tables of a build, opened: each once for what its mapping and the catalog ask of it."""

from pathlib import Path

import duckdb

from kg.mapping.plan import Plan
from kg.mapping.triples_maps import LogicalSource
from kg.model import Catalog, Dataset, Problem, Relation, SourceJoin
from kg.pipeline.inputs import plan_mapping, read_mapping, source_path
from kg.pipeline.sources import asked
from kg.read.registry import open_source
from kg.read.source import Source


class Tables:
    """The tables that a catalog names, as relations of one connection; `problems` is what could not be read."""

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection, folder: Path):
        """`folder` takes copies of tables that have to be made into UTF-8."""
        self._catalog, self._connection, self._folder = catalog, connection, folder
        self._relations: dict[Source, Relation] = {}
        self.problems: list[Problem] = []

    def read_all(self) -> str:
        """Opens every table that the catalog names; returns what was read, in words."""
        for dataset in self._catalog.datasets:
            self.table(dataset)
            if isinstance(dataset.source, SourceJoin):
                self.open(dataset.source.file)
        rows = sum(self.rows(relation) for relation in self._relations.values())
        return f"{len(self._relations)} tables, {rows:,} rows"

    def plan(self, path: Path) -> Plan:
        """The plan of a mapping; MappingError with its place where it cannot be carried out."""
        mapping = read_mapping(path, base=self._catalog.base)
        files = {source: source_path(self._catalog, path, source.path) for source in mapping.sources}
        opened = {source.key: self.open(file, source, mapping.references(source)) for source, file in files.items()}
        return plan_mapping(path, mapping, opened)

    def table(self, dataset: Dataset) -> Relation:
        """The rows of a dataset as its mapping reads them, with the columns that the catalog names besides."""
        mapping = read_mapping(dataset.mapping, base=self._catalog.base)
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
            opened, known = open_source(self._connection, wanted), set(self.problems)
            self._relations[wanted] = opened.relation
            self.problems += [problem for problem in opened.problems if problem not in known]
        return self._relations[wanted]

    def rows(self, relation: Relation) -> int:
        """How many rows a relation has."""
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM ({relation.sql})").fetchall()
        return int(rows)
