"""build(): the stages wired in their order: read, map, validate, publish. It reads from top to bottom like DESIGN.md.

Only this module knows the order: each stage takes and gives values of `model`, or relations of one DuckDB connection.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyoxigraph as ox

from kg import __version__
from kg.articles import ArticleReader, Name, lexicon_of, names_of
from kg.bulk import Bulk
from kg.catalog import find_catalog, mistake, read_catalog
from kg.export import Content, export_all
from kg.export.card import DatasetInfo, write_card
from kg.export.tables import write_problems
from kg.inputs import (
    check_dataset,
    check_one_source,
    check_queries,
    check_sources,
    ontology_quads,
    plan_mapping,
    read_mapping,
    source_path,
    unused_rows,
)
from kg.limits import mapping_within, validation_within
from kg.mapfile import database
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.evidence import Backed, EvidenceTables
from kg.mapping.plan import Plan
from kg.mapping.quads import QuadTables
from kg.mapping.triples_maps import LogicalSource
from kg.model import (
    Catalog,
    Dataset,
    Evidence,
    ForReview,
    Measured,
    Problem,
    ReadingRules,
    Relation,
    SourceJoin,
    Violation,
)
from kg.read.registry import open_source
from kg.read.source import Source
from kg.sources import asked
from kg.store.history import Record
from kg.store.oxigraph import create_store, load_file, memory_store, open_store
from kg.store.release import Manifest, find_release, publish, published_id, spill, staging
from kg.text_build import TextBuild
from kg.text_tables import dataset_of, write_review
from kg.validate.checks import count_checks, run_checks
from kg.validate.expectations import measure, read_expectations, violation
from kg.validate.shacl import ShapesReport, check_shapes
from kg.validate.witnesses import with_witnesses
from kg.view.changes_page import tell_changes
from kg.view.graph_html import render
from kg.view.progress import Progress
from kg.view.report import ReportData, Run, collect, render_html, render_json
from kg.vocabulary import ONTOLOGY_GRAPH, PROVENANCE_GRAPH


@dataclass(frozen=True, slots=True)
class Validation:
    """What validation found: the shapes' report, the measured counts, and every violation."""

    shapes: ShapesReport
    checks: int
    measured: tuple[Measured, ...]
    violations: tuple[Violation, ...]

    def words(self) -> str:
        """What was checked and what was found, in a line."""
        return (
            f"{self.shapes.shapes} shapes on {self.shapes.targets:,} entities, {self.checks} checks, "
            f"{len(self.measured)} expected counts: {len(self.violations) or 'no'} violations"
        )


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did. `folder` and `report` are None where nothing was published, because of `violations`.

    `changed` is False where the release before already says the same; `seconds` are those of each stage.
    """

    folder: Path | None
    release_id: str
    changed: bool
    problems: tuple[Problem, ...]
    violations: tuple[Violation, ...]
    report: ReportData | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 fine, 1 published with problems, 3 nothing published."""
        if self.folder is None:
            return 3
        return 1 if self.problems else 0


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dataset after mapping: its rows and the triples that they gave."""

    dataset: Dataset
    rows: int
    triples: int


def build(
    directory: Path | None = None,
    *,
    output: Path = Path("output"),
    progress: Progress | None = None,
    force: bool = False,
    with_store: bool = True,
) -> Build:
    """Builds the catalog of `directory` (else of ./data, else the bundled one) into `output`, and publishes it.

    KgError where the configuration cannot be used; bad records are Problems of the result. Nothing is published, and
    the release before stays, where validation finds a violation. Unchanged statements publish nothing new unless
    `force`. A release without a store is for those who load its parts elsewhere; large tables are not validated then.
    """
    progress = progress or Progress()
    catalog = read_catalog(find_catalog(directory))
    check_queries(catalog)
    with staging(output) as folder, database(spill(folder), output) as connection:
        builder = _Builder(catalog, connection, spill(folder))
        with progress.stage("read") as stage:
            stage.detail(builder.read())
        if catalog.articles and catalog.reading:
            with progress.stage("extract") as stage:
                stage.detail(builder.extract(catalog.reading))
        with progress.stage("map") as stage:
            stage.detail(builder.map())
        problems = tuple(sorted(builder.problems, key=_problem_order))
        release_id = _release_id(catalog, builder.bulk.hash(builder.quads.hash()), (*problems, *builder.review))
        if release_id == published_id(output) and not force:
            return _unchanged(output, release_id, problems, progress, review=len(builder.review))
        large = bool(builder.bulk.parts)
        if large:
            with progress.stage("load") as stage:
                stage.detail(builder.load_large(folder, stage, with_store=with_store))
        with progress.stage("validate") as stage:
            store = builder.large_store(folder, with_store=with_store) if large else builder.write_masters(folder)
            validation = validation_within(catalog.time_limit, lambda: validate_store(store, catalog))
            stage.detail(validation.words())
        if validation.violations:
            return Build(None, release_id, True, problems, validation.violations, None, progress.seconds)
        with progress.stage("publish") as stage:
            if large:
                report = builder.write_large_release(folder, release_id, validation, store)
            else:
                report = builder.write_release(folder, release_id, validation, store, with_store=with_store)
            previous, changes = tell_changes(folder, output, release_id)
            stage.detail(_size_words(folder))
            seconds = progress.seconds
            Record.now(version=__version__, seconds=seconds, previous=previous, changes=changes).write(folder)
            target = publish(folder, output, release_id)
        return Build(target, release_id, True, report.run.problems, (), report, progress.seconds)


@contextmanager
def article_reader(directory: Path | None = None) -> Iterator[ArticleReader]:
    """A reader of articles that knows the words and the names of a project: of `directory`, as `build` finds it."""
    catalog = read_catalog(find_catalog(directory))
    with TemporaryDirectory(prefix="kg-") as folder, database(Path(folder) / "spill", catalog.path) as connection:
        names = _Builder(catalog, connection, Path(folder)).names()
    with ArticleReader(lexicon_of(catalog), names) as reader:
        yield reader


def _unchanged(
    output: Path, release_id: str, problems: tuple[Problem, ...], progress: Progress, *, review: int
) -> Build:
    folder = find_release(output)
    report = collect(open_store(folder), Manifest.read(folder), Run(problems=problems, review=review))
    return Build(folder, release_id, False, problems, (), report, progress.seconds)


class _Builder:
    """The tables of one build, filled stage by stage in one DuckDB connection."""

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection, folder: Path):
        """`folder` takes copies of tables that have to be made into UTF-8."""
        self._catalog = catalog
        self._folder = folder
        self._connection = connection
        self._engine = DuckdbEngine(connection)
        self._relations: dict[Source, Relation] = {}
        self._evidence = EvidenceTables(connection, catalog.evidence)
        self.quads = QuadTables(connection, catalog.base)
        self.bulk = Bulk(connection, self._engine, folder, limit=catalog.whole_files_limit)
        self.mapped: list[Mapped] = []
        self.problems: list[Problem] = []
        self._text: TextBuild | None = None

    def read(self) -> str:
        """Opens every table that the catalog names; returns what was read, in words."""
        for dataset in self._catalog.datasets:
            self._table(dataset)
            if isinstance(dataset.source, SourceJoin):
                self._open(dataset.source.file)
        rows = sum(self._rows(relation) for relation in self._relations.values())
        return f"{len(self._relations)} tables, {rows:,} rows"

    def names(self) -> list[Name]:
        """What the tables call things."""
        return names_of(self._connection, self._catalog, self._table)

    def extract(self, rules: ReadingRules) -> str:
        """Reads every article of the catalog; returns what was read, in words."""
        self._text = TextBuild(self._catalog, rules, self._connection)
        words = self._text.read(self.names())
        self.problems += self._text.problems
        return words

    @property
    def review(self) -> tuple[ForReview, ...]:
        """What the articles say that does not enter the graph."""
        return self._text.review if self._text else ()

    def map(self) -> str:
        """Makes the statements of every dataset and what backs them; returns what was made, in words."""
        rules = self._catalog.evidence
        sources, grades = (self._table(self._catalog.dataset(one)) for one in (rules.sources, rules.grades))
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
        return f"{self.quads.count() + self.bulk.triples:,} triples, {self.quads.count_claims():,} claims"

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

    def _make_statements(self, dataset: Dataset, statements: str) -> None:
        made, relation = self._plan(dataset.mapping), self._table(dataset)
        check_one_source(dataset, made, relation)
        rows = self._rows(relation)
        if self.bulk.takes(dataset, made, rows):
            written = self.bulk.write(dataset, made, subjects=statements)
            self.problems += written.problems
            self.mapped.append(Mapped(dataset, rows, written.triples))
        else:
            self.problems += self._engine.statements(made, into=statements)
            self.mapped.append(Mapped(dataset, rows, self.quads.add(dataset.id, statements)))
        known = {problem.line for problem in self.problems if problem.file == relation.file}
        if not rows and not known:
            self.problems.append(Problem("read", relation.file, 1, "", "the table has no rows"))
        unused = unused_rows(self._connection, relation, statements, made.maps)
        self.problems += [problem for problem, told in unused if told or problem.line not in known]

    def _make_evidence(self, dataset: Dataset, statements: str) -> None:
        relation = self._table(dataset)
        if dataset.evidence is Evidence.NONE:
            return
        join = self._open(dataset.source.file) if isinstance(dataset.source, SourceJoin) else None
        check_dataset(self._catalog, dataset, relation, join)
        backed, backings = Backed(dataset, relation, join, statements), f"{statements}_backings"
        self.problems += self._evidence.back(backed, into=backings)
        self.problems += self._evidence.orphans(backed)
        if dataset.evidence is Evidence.STATEMENT:
            self.quads.add_backed(statements, backings)
            self._evidence.claim(backed, backings)
            return
        derived = self._evidence.entity_sources(backed, backings, into=f"{statements}_derived")
        if self.bulk.has(dataset):
            self.problems += self.bulk.derive(dataset, self._plan_derived("derivations", derived)).problems
        else:
            self.quads.add_backed(statements, backings)
            self._map_derived("derivations", derived, f"{statements}_derivations")
            self.quads.add(dataset.id, f"{statements}_derivations")

    def _map_quoted(self, relation: Relation) -> None:
        """Maps a relation whose rows say where they come from, and derives the claims of its statements."""
        name, statements = relation.file, f"statements_of_{relation.file}"
        self._map_derived(name, relation, statements)
        backed = Backed(dataset_of(name, self._catalog.mappings), relation, None, statements, quoted=True)
        self.problems += self._evidence.back(backed, into=f"{statements}_backings")
        self.quads.add(name, statements)
        self.quads.add_backed(statements, f"{statements}_backings")
        self._evidence.claim(backed, f"{statements}_backings")

    def _map_derived(self, name: str, relation: Relation, statements: str) -> None:
        """Maps a relation that the engine derived, by the mapping of that name."""
        self.problems += self._engine.statements(self._plan_derived(name, relation), into=statements)

    def _plan_derived(self, name: str, relation: Relation) -> Plan:
        path = self._catalog.mappings / f"{name}.rml.ttl"
        return plan_mapping(path, read_mapping(path, base=self._catalog.base), {name: relation})

    def _plan(self, path: Path) -> Plan:
        mapping = read_mapping(path, base=self._catalog.base)
        files = {source: source_path(self._catalog, path, source.path) for source in mapping.sources}
        opened = {source.key: self._open(file, source, mapping.references(source)) for source, file in files.items()}
        return plan_mapping(path, mapping, opened)

    def _table(self, dataset: Dataset) -> Relation:
        """The rows of a dataset as its mapping reads them, with the columns that the catalog names besides."""
        mapping = read_mapping(dataset.mapping, base=self._catalog.base)
        files = {source: source_path(self._catalog, dataset.mapping, source.path) for source in mapping.sources}
        source = next((source for source, file in files.items() if file == dataset.file), None)
        if source is None:
            return self._open(dataset.file)
        key = dataset.source.key if isinstance(dataset.source, SourceJoin) else dataset.source
        beside = [name for name in (key, dataset.confirmation, dataset.as_of) if name]
        return self._open(dataset.file, source, tuple(dict.fromkeys((*mapping.references(source), *beside))))

    def _open(self, path: Path, source: LogicalSource | None = None, references: tuple[str, ...] = ()) -> Relation:
        wanted = asked(source or LogicalSource(path.name, "CSV"), path, self._folder, references)
        if wanted not in self._relations:
            opened, known = open_source(self._connection, wanted), set(self.problems)
            self._relations[wanted] = opened.relation
            self.problems += [problem for problem in opened.problems if problem not in known]
        return self._relations[wanted]

    def _rows(self, relation: Relation) -> int:
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM ({relation.sql})").fetchall()
        return int(rows)

    def write_masters(self, folder: Path) -> ox.Store:
        """Writes the files that everything else is made from; returns their statements as a store in memory."""
        self.quads.write_triples(folder / "graph.nt")
        self.quads.write_quads(folder / "quads.nq")
        return memory_store([folder / "quads.nq"])

    def load_large(self, folder: Path, progress: Progress, *, with_store: bool) -> str:
        """Writes the parts and the store of a release that is too large for whole files; returns what, in words."""
        self.quads.write_parts(folder / "parts")
        self.quads.write_quads(folder / "quads.nq")
        if with_store:
            quads = [folder / "quads.nq"]
            create_store(folder, quads, lambda made: self.bulk.load(made, folder / "parts", progress.tell))
        else:
            self.bulk.load(None, folder / "parts", progress.tell)
        return f"{len(self.bulk.parts)} large tables, {self.bulk.triples:,} triples{'' if with_store else ', no store'}"

    def large_store(self, folder: Path, *, with_store: bool) -> ox.Store:
        """What can be asked while building; without a store only what does not come from large tables."""
        return open_store(folder) if with_store else memory_store([folder / "quads.nq"])

    def write_large_release(self, folder: Path, release_id: str, validation: Validation, store: ox.Store) -> ReportData:
        """Writes what readers open beside parts and store; whole files and the graph page are for smaller releases."""
        (folder / "quads.nq").unlink()
        manifest = self._manifest(release_id)
        manifest.write(folder)
        shutil.copytree(self._catalog.queries, folder / "queries")
        report = collect(store, manifest, self._run(validation, ()))
        (folder / "report.json").write_text(render_json(report), "utf-8")
        (folder / "report.html").write_text(render_html(report), "utf-8")
        write_problems(report.run.problems, folder / "problems.csv")
        if self._text:
            write_review(self.review, folder / "review.csv")
        return report

    def write_release(
        self, folder: Path, release_id: str, validation: Validation, store: ox.Store, *, with_store: bool
    ) -> ReportData:
        """Writes the store, the parts, and every file that readers open; returns what the report says."""
        manifest = self._manifest(release_id)
        manifest.write(folder)
        self.quads.write_parts(folder / "parts")
        if with_store:
            create_store(folder, [folder / "quads.nq"])
        self.quads.write_dataset(folder / "quads.nq")
        shutil.copytree(self._catalog.queries, folder / "queries")
        content = Content(folder, manifest, store)
        problems = tuple(export_all(content))
        page = render(content.entities, content.labels, manifest)
        (folder / "graph.html").write_text(page, "utf-8")
        (folder / "quads.nq").unlink()
        report = collect(store, manifest, self._run(validation, problems))
        (folder / "report.json").write_text(render_json(report), "utf-8")
        (folder / "report.html").write_text(render_html(report), "utf-8")
        write_problems(report.run.problems, folder / "problems.csv")
        if self._text:
            write_review(self.review, folder / "review.csv")
        write_card(content, folder / "card.ttl", datasets=self._dataset_infos(), licence=self._catalog.licence)
        return report

    def _run(self, validation: Validation, problems: tuple[Problem, ...]) -> Run:
        return Run(
            problems=tuple(sorted((*self.problems, *problems), key=_problem_order)),
            counts=validation.measured,
            datasets=tuple(self._dataset_infos()),
            shapes=validation.shapes.shapes,
            targets=validation.shapes.targets,
            checks=validation.checks,
            licence=self._catalog.licence,
            versions=_versions(),
            review=len(self.review),
        )

    def _dataset_infos(self) -> list[DatasetInfo]:
        return [
            DatasetInfo(
                id=mapped.dataset.id,
                file=mapped.dataset.file.name,
                title=mapped.dataset.title,
                evidence=mapped.dataset.evidence.value,
                rows=mapped.rows,
                triples=mapped.triples,
                date=mapped.dataset.date.isoformat() if mapped.dataset.date else None,
                licence=mapped.dataset.licence,
                origin=mapped.dataset.origin,
            )
            for mapped in self.mapped
        ]

    def _manifest(self, release_id: str) -> Manifest:
        return Manifest(
            id=release_id,
            base=self._catalog.base,
            title=self._catalog.title,
            prefixes=self._catalog.prefixes,
            triples=self.quads.count() + self.bulk.triples,
            claims=self.quads.count_claims(),
            statements_hash=self.bulk.hash(self.quads.hash()),
            version=__version__,
            records=self._catalog.evidence.records,
        )


def _size_words(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB"


def _versions() -> dict[str, str]:
    """The program and the libraries that make triples, by version."""
    libraries = ("duckdb", "pyoxigraph", "rdflib", "pyshacl")
    return {"cluster-kg": __version__, **{name: version(name) for name in libraries}}


def validate_store(store: ox.Store, catalog: Catalog) -> Validation:
    """Checks a graph against everything that the catalog names: shapes, checks and expected counts."""
    base, prefixes = catalog.base, catalog.prefixes
    shapes = check_shapes(store, catalog.shapes, catalog.ontology, prefixes=prefixes)
    found = run_checks(store, catalog.checks, base=base, prefixes=prefixes)
    expectations = read_expectations(catalog.expectations) if catalog.expectations else []
    file = catalog.expectations
    measured = tuple(measure(store, one, base=base, prefixes=prefixes, file=file) for one in expectations)
    unmet = [violation(one) for one in measured if not one.met]
    violations = with_witnesses(store, (*shapes.violations, *found, *unmet), base=base)
    return Validation(shapes, count_checks(catalog.checks), measured, tuple(violations))


def _release_id(catalog: Catalog, statements: str, told: Iterable[Problem | ForReview]) -> str:
    """A name for all that the release's files depend on: statements, what is told of them, the project, the program."""
    digest = hashlib.sha256()
    for text in (statements, *map(repr, told)):
        digest.update(text.encode())
    project = [catalog.path, *catalog.shapes, *catalog.queries.glob("*.rq"), *catalog.checks.glob("*.rq")]
    project += [catalog.expectations] if catalog.expectations else []
    program = (path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".j2", ".js", ".css"})
    for path in sorted([*project, *program]):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _problem_order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.reason, problem.value


def validate_file(path: Path, directory: Path | None = None) -> Validation:
    """Checks any RDF file by the rules of a catalog.

    A file without a graph of claims is checked by the shapes alone: evidence and counts are those of a whole release.
    """
    catalog = read_catalog(find_catalog(directory))
    check_queries(catalog)
    store = load_file(path, base=catalog.base)
    if any(store.quads_for_pattern(None, None, None, ox.NamedNode(catalog.base + PROVENANCE_GRAPH))):
        return validation_within(catalog.time_limit, lambda: validate_store(store, catalog))
    shapes = check_shapes(store, catalog.shapes, catalog.ontology, prefixes=catalog.prefixes)
    violations = tuple(with_witnesses(store, shapes.violations, base=catalog.base))
    return Validation(shapes, 0, (), violations)
