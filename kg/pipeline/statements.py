"""The statements of a build and what backs them: of every dataset, and of what the articles say."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.catalog import mistake
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.evidence import Backed, EvidenceTables
from kg.mapping.plan import Plan
from kg.mapping.quads import QuadTables
from kg.model import Catalog, Dataset, Evidence, ForReview, Problem, ReadingRules, Relation, SourceJoin
from kg.pipeline.articles import Name, names_of
from kg.pipeline.bulk import Bulk
from kg.pipeline.inputs import (
    check_dataset,
    check_one_source,
    check_sources,
    ontology_quads,
    plan_mapping,
    read_mapping,
    unused_rows,
)
from kg.pipeline.limits import mapping_within
from kg.pipeline.tables import Tables
from kg.pipeline.text_build import TextBuild
from kg.pipeline.text_tables import dataset_of
from kg.vocabulary import ONTOLOGY_GRAPH


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dataset after mapping: its rows and the triples that they gave."""

    dataset: Dataset
    rows: int
    triples: int


class Statements:
    """The statements of one build, made stage by stage in one DuckDB connection."""

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection, folder: Path):
        """`folder` takes what does not stay in the connection."""
        self._catalog, self._connection = catalog, connection
        self._tables = Tables(catalog, connection, folder)
        self._engine = DuckdbEngine(connection)
        self._evidence = EvidenceTables(connection, catalog.evidence)
        self._text: TextBuild | None = None
        self._problems: list[Problem] = []
        self.quads = QuadTables(connection, catalog.base)
        self.bulk = Bulk(connection, self._engine, folder, limit=catalog.whole_files_limit)
        self.mapped: list[Mapped] = []

    @property
    def problems(self) -> list[Problem]:
        """What could not be read or mapped, in no order."""
        return [*self._tables.problems, *self._problems]

    @property
    def triples(self) -> int:
        """How many triples were made."""
        return self.quads.count() + self.bulk.triples

    @property
    def hash(self) -> str:
        """The hash of all of them."""
        return self.bulk.hash(self.quads.hash())

    def read(self) -> str:
        """Opens every table that the catalog names; returns what was read, in words."""
        return self._tables.read_all()

    def names(self) -> list[Name]:
        """What the tables call things."""
        return names_of(self._connection, self._catalog, self._tables.table)

    def extract(self, rules: ReadingRules) -> str:
        """Reads every article of the catalog; returns what was read, in words."""
        self._text = TextBuild(self._catalog, rules, self._connection)
        words = self._text.read(self.names())
        self._problems += self._text.problems
        return words

    @property
    def review(self) -> tuple[ForReview, ...]:
        """What the articles say that does not enter the graph."""
        return self._text.review if self._text else ()

    def map(self) -> str:
        """Makes the statements of every dataset and what backs them; returns what was made, in words."""
        rules = self._catalog.evidence
        sources, grades = (self._tables.table(self._catalog.dataset(one)) for one in (rules.sources, rules.grades))
        check_sources(self._catalog, sources, grades)
        self._evidence.know_sources(sources, grades)
        self._check_unsourced(sources)
        for number, dataset in enumerate(self._catalog.datasets):
            self._map_dataset(dataset, f"statements_{number}")
        for relation in self._text.relations(self.quads) if self._text else ():
            self._map_quoted(relation)
        self._map_derived("claims", self._evidence.claims(), "statements_of_claims")
        self.quads.add_claims("statements_of_claims")
        self.quads.add_terms("ontology", ontology_quads(self._catalog, self._catalog.base + ONTOLOGY_GRAPH))
        return f"{self.triples:,} triples, {self.quads.count_claims():,} claims"

    def _check_unsourced(self, sources: Relation) -> None:
        """CatalogError where the source that stands for "no source" is not in the table of sources."""
        wanted = self._catalog.evidence.unsourced
        found = self._connection.execute(f"SELECT 1 FROM ({sources.sql}) WHERE id = ?", [wanted]).fetchall()
        if not found:
            unread = [f"; row {one.line}: {one.reason}" for one in self.problems if one.file == sources.file]
            reason = f"no row of {sources.file} has the id {wanted!r}, which backs what has no source"
            raise mistake(self._catalog, reason + "".join(unread[:3]), near=f'"{wanted}"', after="unsourced")

    def _map_dataset(self, dataset: Dataset, statements: str) -> None:
        with mapping_within(self._catalog.time_limit, self._connection, dataset.mapping):
            self._make_statements(dataset, statements)
            self._make_evidence(dataset, statements)
            if self.bulk.has(dataset):
                self.bulk.close(dataset)

    def _make_statements(self, dataset: Dataset, statements: str) -> None:
        made, relation = self._tables.plan(dataset.mapping), self._tables.table(dataset)
        check_one_source(dataset, made, relation)
        rows = self._tables.rows(relation)
        if self.bulk.takes(dataset, made, rows):
            written = self.bulk.write(dataset, made, subjects=statements)
            self._problems += written.problems
            self.mapped.append(Mapped(dataset, rows, written.triples))
        else:
            self._problems += self._engine.statements(made, into=statements)
            self.mapped.append(Mapped(dataset, rows, self.quads.add(dataset.id, statements)))
        known = {problem.line for problem in self.problems if problem.file == relation.file}
        if not rows and not known:
            self._problems.append(Problem("read", relation.file, 1, "", "the table has no rows"))
        unused = unused_rows(self._connection, relation, statements, made.maps)
        self._problems += [problem for problem, told in unused if told or problem.line not in known]

    def _make_evidence(self, dataset: Dataset, statements: str) -> None:
        relation = self._tables.table(dataset)
        if dataset.evidence is Evidence.NONE:
            return
        join = self._tables.open(dataset.source.file) if isinstance(dataset.source, SourceJoin) else None
        check_dataset(self._catalog, dataset, relation, join)
        backed, backings = Backed(dataset, relation, join, statements), f"{statements}_backings"
        self._problems += self._evidence.back(backed, into=backings)
        self._problems += self._evidence.orphans(backed)
        if dataset.evidence is Evidence.STATEMENT:
            self.quads.add_backed(statements, backings)
            self._evidence.claim(backed, backings)
            return
        derived = self._evidence.entity_sources(backed, backings, into=f"{statements}_derived")
        if self.bulk.has(dataset):
            self._problems += self.bulk.derive(dataset, self._plan_derived("derivations", derived)).problems
        else:
            self.quads.add_backed(statements, backings)
            self._map_derived("derivations", derived, f"{statements}_derivations")
            self.quads.add(dataset.id, f"{statements}_derivations")

    def _map_quoted(self, relation: Relation) -> None:
        """Maps a relation whose rows say where they come from, and derives the claims of its statements."""
        name, statements = relation.file, f"statements_of_{relation.file}"
        self._map_derived(name, relation, statements)
        backed = Backed(dataset_of(name, self._catalog.mappings), relation, None, statements, quoted=True)
        self._problems += self._evidence.back(backed, into=f"{statements}_backings")
        self.quads.add(name, statements)
        self.quads.add_backed(statements, f"{statements}_backings")
        self._evidence.claim(backed, f"{statements}_backings")

    def _map_derived(self, name: str, relation: Relation, statements: str) -> None:
        """Maps a relation that the engine derived, by the mapping of that name."""
        self._problems += self._engine.statements(self._plan_derived(name, relation), into=statements)

    def _plan_derived(self, name: str, relation: Relation) -> Plan:
        path = self._catalog.mappings / f"{name}.rml.ttl"
        return plan_mapping(path, read_mapping(path, base=self._catalog.base), {name: relation})
