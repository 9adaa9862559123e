"""The statements of a build and what backs them: of every dataset, and of what the articles say."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from kg.catalog import mistake
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.evidence import Backed, EvidenceTables
from kg.mapping.plan import Plan
from kg.mapping.quads import QuadTables
from kg.model import Catalog, Dataset, Evidence, ForReview, Problem, ReadingRules, Relation, SourceJoin
from kg.pipeline.articles import Name, names_of
from kg.pipeline.bulk import Bulk, Writer
from kg.pipeline.deciding import Deciding
from kg.pipeline.fingerprints import fingerprint, of_file, of_program
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
from kg.pipeline.readings import Readings
from kg.pipeline.tables import Tables
from kg.pipeline.text_build import TextBuild
from kg.pipeline.text_tables import dataset_of
from kg.pipeline.units import Unit, Units
from kg.vocabulary import ONTOLOGY_GRAPH


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dataset after mapping: its rows and the triples that they gave."""

    dataset: Dataset
    rows: int
    triples: int


class Statements:
    """The statements of one build, made stage by stage in one DuckDB connection."""

    def __init__(
        self,
        catalog: Catalog,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        units: Units | None = None,
        large: Writer | None = None,
    ):
        """`folder` takes what does not stay in the connection; `units` are what datasets gave in the build before.

        `large` is what writes large tables in the place of DuckDB.
        """
        self._catalog, self.connection, self._units = catalog, connection, units
        self._keys: dict[str, str] = {}
        self._same: dict[str, Unit] = {}
        self._made: list[Unit] = []
        self._tables = Tables(catalog, connection, folder)
        self._engine = DuckdbEngine(connection)
        self._evidence = EvidenceTables(connection, catalog.evidence)
        self._text: TextBuild | None = None
        self._problems: list[Problem] = []
        self.quads = QuadTables(connection, catalog.base)
        self.bulk = Bulk(connection, large or self._engine, folder, limit=catalog.whole_files_limit)
        self.mapped: list[Mapped] = []

    @property
    def problems(self) -> list[Problem]:
        """What could not be read or mapped, each once, in no order."""
        return list(dict.fromkeys((*self._tables.problems(), *self._problems)))

    @property
    def triples(self) -> int:
        """How many triples were made."""
        return self.quads.count() + self.bulk.triples

    @property
    def hash(self) -> str:
        """The hash of all of them."""
        return self.bulk.hash(self.quads.hash())

    def read(self) -> str:
        """Opens the tables of every dataset that is not the same as before; returns what was read, in words."""
        self._know_sources()
        if self._units:
            self._keys = {dataset.id: self._key(dataset) for dataset in self._datasets}
            found = ((name, self._units.find(name, key)) for name, key in self._keys.items())
            self._same = {name: unit for name, unit in found if unit}
        words = self._tables.read(dataset for dataset in self._datasets if dataset.id not in self._same)
        return f"{words}; {len(self._same)} tables as before" if self._same else words

    @property
    def _datasets(self) -> tuple[Dataset, ...]:
        return self._catalog.datasets

    def _know_sources(self) -> None:
        rules = self._catalog.evidence
        sources, grades = (self._tables.table(self._catalog.dataset(one)) for one in (rules.sources, rules.grades))
        check_sources(self._catalog, sources, grades)
        self._evidence.know_sources(sources, grades)
        self._check_named(sources)

    def _key(self, dataset: Dataset) -> str:
        """What stands for all that a dataset's statements depend on; of the sources, `Units` looks itself."""
        catalog = self._catalog
        evidence = [catalog.mappings / f"{name}.rml.ttl" for name in ("claims", "derivations")]
        files = [*self._tables.files(dataset), dataset.mapping, *(path for path in evidence if path.is_file())]
        said = (catalog.base, catalog.evidence, catalog.whole_files_limit, replace(dataset, title={}, licence=None))
        return fingerprint(of_program(), said, *map(of_file, files))

    def names(self) -> list[Name]:
        """What the tables call things."""
        return names_of(self.connection, self._catalog, self._tables.table)

    def extract(self, rules: ReadingRules, readings: Readings) -> str:
        """Reads every article that is not as before, in `readings`; returns what was read, in words."""
        self._text = TextBuild(self._catalog, rules, self.connection, readings)
        words = self._text.read(self.names())
        self._problems += self._text.problems
        return words

    @property
    def review(self) -> tuple[ForReview, ...]:
        """What the articles say that does not enter the graph."""
        return self._text.review if self._text else ()

    def map(self) -> str:
        """Makes the statements of every dataset and what backs them; returns what was made, in words."""
        for number, dataset in enumerate(self._datasets):
            if dataset.id in self._same:
                self._take(dataset, self._same[dataset.id])
            else:
                self._map_dataset(dataset, f"statements_{number}")
        if self._text:
            self._text.locate(self.quads)
        decided = self._decide() if self._catalog.judged else None
        for relation in self._text_relations(decided) if self._text else ():
            self._map_quoted(relation)
        before = len(self._problems)
        self._map_derived("claims", self._evidence.claims(), "statements_of_claims")
        if len(self._problems) > before:  # they are told of the claims of all datasets together
            self._made.clear()
        self.quads.add_claims("statements_of_claims")
        self.quads.add_terms("ontology", ontology_quads(self._catalog, self._catalog.base + ONTOLOGY_GRAPH))
        self._tables.check_unchanged()
        return f"{self.triples:,} triples, {self.quads.count_claims():,} claims"

    def _decide(self) -> Deciding:
        """Applies what people decided of ids; a dataset whose statements it changed is not kept for the next build."""
        assert self._catalog.judged is not None  # noqa: S101  # asked only then
        decided = Deciding(self._catalog, self._catalog.judged)
        changed = decided.apply(self.connection, self.quads, self._text.things() if self._text else {})
        self._made = [unit for unit in self._made if unit.dataset not in changed]
        self._problems += decided.problems
        if relation := decided.relation(self.connection):
            self._map_quoted(relation)
        return decided

    def _text_relations(self, decided: Deciding | None) -> list[Relation]:
        assert self._text is not None  # noqa: S101  # asked only then
        known = len(self._text.problems)
        found = (decided.identities, decided.answers) if decided else ()
        relations = self._text.relations(*found)
        self._problems += self._text.problems[known:]
        return relations

    def _check_named(self, sources: Relation) -> None:
        """CatalogError where a source that the catalog itself names is not in the table of sources."""
        self._check_source(sources, self._catalog.evidence.unsourced, "unsourced", "what has no source")
        if self._catalog.reading and self._catalog.reading.places:
            self._check_source(sources, self._catalog.reading.places, "places =", "places of the lexicon")

    def _check_source(self, sources: Relation, wanted: str, key: str, backed: str) -> None:
        found = self.connection.execute(f"SELECT 1 FROM ({sources.sql}) WHERE id = ?", [wanted]).fetchall()
        if not found:
            unread = [f"; row {one.line}: {one.reason}" for one in self.problems if one.file == sources.file]
            reason = f"no row of {sources.file} has the id {wanted!r}, which backs {backed}"
            raise mistake(self._catalog, reason + "".join(unread[:3]), near=f'"{wanted}"', after=key)

    def _take(self, dataset: Dataset, unit: Unit) -> None:
        """Takes what a dataset gave in the build before."""
        assert self._units is not None  # noqa: S101  # units come from there
        self._units.take(unit)
        if unit.part:
            self.bulk.take(unit.part, self._units.part_of(unit))
        self._problems += unit.problems
        self.mapped.append(Mapped(dataset, unit.rows, unit.triples))

    def keep(self, parts: Path) -> None:
        """Keeps what the datasets gave for the next build; `parts` are the parts of this one."""
        if self._units:
            self._units.keep(self._made, {part.name: parts / part.name for part in self.bulk.parts})

    def _map_dataset(self, dataset: Dataset, statements: str) -> None:
        before = len(self._problems)
        with mapping_within(self._catalog.time_limit, self.connection, dataset.mapping):
            self._make_statements(dataset, statements)
            self._make_evidence(dataset, statements)
            part = self.bulk.close(dataset) if self.bulk.has(dataset) else None
        mapped, problems = self.mapped[-1], (*self._read_problems(dataset), *self._problems[before:])
        key = self._keys.get(dataset.id, "")
        self._made.append(Unit(key, dataset.id, mapped.rows, mapped.triples, problems, part=part))

    def _read_problems(self, dataset: Dataset) -> list[Problem]:
        return self._tables.problems(self._tables.files(dataset))

    def _make_statements(self, dataset: Dataset, statements: str) -> None:
        before = len(self._problems)
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
        said = (*self._read_problems(dataset), *self._problems[before:])
        known = {problem.line for problem in said if problem.file == relation.file}
        if not rows and not known:
            self._problems.append(Problem("read", relation.file, 1, "", "the table has no rows"))
        unused = unused_rows(self.connection, relation, statements, made.maps)
        self._problems += [problem for problem, told in unused if told or problem.line not in known]

    def _make_evidence(self, dataset: Dataset, statements: str) -> None:
        relation = self._tables.table(dataset)
        if dataset.evidence is Evidence.NONE:
            return
        join = self._tables.open(dataset.source.file) if isinstance(dataset.source, SourceJoin) else None
        check_dataset(self._catalog, dataset, relation, join)
        backed, backings = Backed(dataset, relation, join, statements), f"{statements}_backings"
        self._problems += self._evidence.back(backed, into=backings)
        if self._units:
            self._units.note_sources(dataset.id, f"{backings}_named", self._catalog.evidence.unsourced)
        self._problems += self._evidence.orphans(backed)
        if dataset.evidence is Evidence.STATEMENT:
            self.quads.add_backed(dataset.id, statements, backings)
            self._evidence.claim(backed, backings)
            return
        derived = self._evidence.entity_sources(backed, backings, into=f"{statements}_derived")
        if self.bulk.has(dataset):
            self._problems += self.bulk.derive(dataset, self._plan_derived("derivations", derived)).problems
        else:
            self.quads.add_backed(dataset.id, statements, backings)
            self._map_derived("derivations", derived, f"{statements}_derivations")
            self.quads.add(dataset.id, f"{statements}_derivations")

    def _map_quoted(self, relation: Relation) -> None:
        """Maps a relation whose rows say where they come from, and derives the claims of its statements."""
        name, statements = relation.file, f"statements_of_{relation.file}"
        self._map_derived(name, relation, statements)
        backed = Backed(dataset_of(name, self._catalog.mappings), relation, None, statements, quoted=True)
        self._problems += self._evidence.back(backed, into=f"{statements}_backings")
        self.quads.add(name, statements)
        self.quads.add_backed(name, statements, f"{statements}_backings")
        self._evidence.claim(backed, f"{statements}_backings")

    def _map_derived(self, name: str, relation: Relation, statements: str) -> None:
        """Maps a relation that the engine derived, by the mapping of that name."""
        self._problems += self._engine.statements(self._plan_derived(name, relation), into=statements)

    def _plan_derived(self, name: str, relation: Relation) -> Plan:
        path = self._catalog.mappings / f"{name}.rml.ttl"
        return plan_mapping(path, read_mapping(path, base=self._catalog.base), {name: relation})
