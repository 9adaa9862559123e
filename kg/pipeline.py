"""build(): the stages wired in their order: read, map, validate, publish. It reads from top to bottom like DESIGN.md.

Only this module knows the order: each stage takes and gives values of `model`, or relations of one DuckDB connection.
"""

import hashlib
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyoxigraph as ox

from kg import __version__
from kg.catalog import find_catalog, read_catalog
from kg.mapping import rml
from kg.mapping.duckdb_engine import DuckdbEngine
from kg.mapping.evidence import Backed, EvidenceTables
from kg.mapping.plan import Plan, plan
from kg.mapping.quads import QuadTables
from kg.model import Catalog, Dataset, Evidence, Problem, Relation, SourceJoin, Violation
from kg.read.tables import connect, open_table
from kg.store.oxigraph import create_store, memory_store
from kg.store.release import Manifest, publish, published_id, staging
from kg.validate.checks import count_checks, run_checks
from kg.validate.expectations import Measured, measure, read_expectations
from kg.validate.shacl import ShapesReport, check_shapes
from kg.validate.witnesses import with_witnesses
from kg.vocabulary import ONTOLOGY_GRAPH


class Progress:
    """Hears of the stages of a build; this one keeps only their times. The terminal's shows them as they run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator["Progress"]:
        """One stage; its time counts even when it fails."""
        started = time.perf_counter()
        self.begin(name)
        try:
            yield self
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 3)
            self.end(name)

    def begin(self, name: str) -> None:
        """A stage begins."""

    def detail(self, text: str) -> None:
        """What the running stage has found, in words."""

    def end(self, name: str) -> None:
        """The stage has ended."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What validation found: the shapes' report, the measured counts, and every violation."""

    shapes: ShapesReport
    checks: int
    measured: tuple[Measured, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did. `folder` is None where nothing was published, because of `violations`."""

    folder: Path | None
    release_id: str
    changed: bool
    problems: tuple[Problem, ...]
    violations: tuple[Violation, ...]
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
) -> Build:
    """Builds the catalog of `directory` (else of ./data, else the bundled one) into `output`, and publishes it.

    KgError where the configuration cannot be used; bad records are Problems of the result. Nothing is published, and
    the release before stays, where validation finds a violation. Unchanged statements publish nothing new unless
    `force`.
    """
    progress = progress or Progress()
    catalog = read_catalog(find_catalog(directory))
    with staging(output) as folder, connect() as connection:
        builder = _Builder(catalog, connection)
        with progress.stage("read") as stage:
            stage.detail(builder.read())
        with progress.stage("map") as stage:
            stage.detail(builder.map())
        problems = tuple(sorted(builder.problems, key=_problem_order))
        release_id = _release_id(catalog, builder.quads.hash(), problems)
        if release_id == published_id(output) and not force:
            return Build(output / "releases" / release_id, release_id, False, problems, (), progress.seconds)
        with progress.stage("validate") as stage:
            store = builder.write_masters(folder)
            validation = validate_store(store, catalog)
            stage.detail(_validation_words(validation))
        if validation.violations:
            return Build(None, release_id, False, problems, validation.violations, progress.seconds)
        with progress.stage("publish") as stage:
            builder.write_release(folder, release_id, validation)
            stage.detail(f"{release_id}")
        return Build(publish(folder, output, release_id), release_id, True, problems, (), progress.seconds)


class _Builder:
    """The tables of one build, filled stage by stage in one DuckDB connection."""

    def __init__(self, catalog: Catalog, connection: duckdb.DuckDBPyConnection):
        self._catalog = catalog
        self._connection = connection
        self._engine = DuckdbEngine(connection)
        self._relations: dict[Path, Relation] = {}
        self._evidence = EvidenceTables(connection, catalog.evidence)
        self.quads = QuadTables(connection, catalog.base)
        self.mapped: list[Mapped] = []
        self.problems: list[Problem] = []

    def read(self) -> str:
        """Opens every table that the catalog names; returns what was read, in words."""
        for dataset in self._catalog.datasets:
            self._open(dataset.file)
            if isinstance(dataset.source, SourceJoin):
                self._open(dataset.source.file)
        rows = sum(self._rows(relation) for relation in self._relations.values())
        return f"{len(self._relations)} tables, {rows:,} rows"

    def map(self) -> str:
        """Makes the statements of every dataset and what backs them; returns what was made, in words."""
        rules = self._catalog.evidence
        sources, grades = (self._open(self._catalog.dataset(one).file) for one in (rules.sources, rules.grades))
        self._evidence.know_sources(sources, grades)
        for number, dataset in enumerate(self._catalog.datasets):
            self._map_dataset(dataset, f"statements_{number}")
        self._map_derived("claims", self._evidence.claims(), "statements_of_claims")
        self.quads.add_claims("statements_of_claims")
        self.quads.add_terms("ontology", _ontology_quads(self._catalog))
        return f"{self.quads.count():,} triples, {self.quads.count_claims():,} claims"

    def _map_dataset(self, dataset: Dataset, statements: str) -> None:
        self.problems += self._engine.statements(self._plan(dataset.mapping), into=statements)
        relation = self._open(dataset.file)
        self.mapped.append(Mapped(dataset, self._rows(relation), self.quads.add(dataset.id, statements)))
        if dataset.evidence is Evidence.NONE:
            return
        join = self._open(dataset.source.file) if isinstance(dataset.source, SourceJoin) else None
        backed, backings = Backed(dataset, relation, join, statements), f"{statements}_backings"
        self.problems += self._evidence.back(backed, into=backings)
        self.problems += self._evidence.orphans(backed)
        self.quads.add_backed(statements, backings)
        if dataset.evidence is Evidence.STATEMENT:
            self._evidence.claim(backed, backings)
        else:
            derived = self._evidence.entity_sources(backed, backings, into=f"{statements}_derived")
            self._map_derived("derivations", derived, f"{statements}_derivations")
            self.quads.add(dataset.id, f"{statements}_derivations")

    def _map_derived(self, name: str, relation: Relation, statements: str) -> None:
        """Maps a relation that the engine derived, by the mapping of that name."""
        mapping = self._parse(self._catalog.mappings / f"{name}.rml.ttl")
        self.problems += self._engine.statements(plan(mapping, {name: relation}), into=statements)

    def _plan(self, path: Path) -> Plan:
        mapping = self._parse(path)
        folder = self._catalog.path.parent
        return plan(mapping, {source.key: self._open(folder / source.path) for source in mapping.sources})

    def _parse(self, path: Path) -> rml.Mapping:
        return rml.parse(path.read_text("utf-8"), file=path.name, base=self._catalog.base)

    def _open(self, path: Path) -> Relation:
        if path not in self._relations:
            relation, problems = open_table(self._connection, path)
            self._relations[path] = relation
            self.problems += problems
        return self._relations[path]

    def _rows(self, relation: Relation) -> int:
        [(rows,)] = self._connection.execute(f"SELECT count(*) FROM ({relation.sql})").fetchall()
        return int(rows)

    def write_masters(self, folder: Path) -> ox.Store:
        """Writes the files that everything else is made from; returns their statements as a store in memory."""
        self.quads.write_triples(folder / "graph.nt")
        self.quads.write_quads(folder / "quads.nq")
        return memory_store([folder / "quads.nq"])

    def write_release(self, folder: Path, release_id: str, validation: Validation) -> None:
        """Writes the store, the parts, and every file that is made for readers."""
        self.quads.write_parts(folder / "parts")
        create_store(folder, [folder / "quads.nq"])
        catalog = self._catalog
        Manifest(
            id=release_id,
            base=catalog.base,
            title=catalog.title,
            prefixes=catalog.prefixes,
            triples=self.quads.count(),
            claims=self.quads.count_claims(),
            statements_hash=self.quads.hash(),
            version=__version__,
        ).write(folder)
        shutil.copytree(catalog.queries, folder / "queries")


def validate_store(store: ox.Store, catalog: Catalog) -> Validation:
    """Checks a graph against everything that the catalog names: shapes, checks and expected counts."""
    shapes = check_shapes(store, catalog.shapes, catalog.ontology)
    base, prefixes = catalog.base, catalog.prefixes
    found = run_checks(store, catalog.checks, base=base, prefixes=prefixes)
    expectations = read_expectations(catalog.expectations) if catalog.expectations else []
    measured = tuple(measure(store, one, base=base, prefixes=prefixes) for one in expectations)
    unmet = [one.violation() for one in measured if not one.met]
    violations = with_witnesses(store, (*shapes.violations, *found, *unmet), base=base)
    return Validation(shapes, count_checks(catalog.checks), measured, tuple(violations))


def _validation_words(validation: Validation) -> str:
    return (
        f"{validation.shapes.shapes} shapes on {validation.shapes.targets:,} entities, {validation.checks} checks, "
        f"{len(validation.measured)} expected counts: {len(validation.violations) or 'no'} violations"
    )


def _ontology_quads(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """The ontology in its named graph; blank nodes get canonical names (RDFC-1.0), so that builds are comparable."""
    graph = ox.NamedNode(catalog.base + ONTOLOGY_GRAPH)
    dataset = ox.Dataset(
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for path in catalog.ontology
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in dataset:
        yield str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)


def _release_id(catalog: Catalog, statements: str, problems: Iterable[Problem]) -> str:
    """A name for all that the release's files depend on: statements, problems, texts of the project and the program."""
    digest = hashlib.sha256()
    for text in (statements, *(repr(problem) for problem in problems)):
        digest.update(text.encode())
    project = [catalog.path, *catalog.shapes, *catalog.queries.glob("*.rq"), *catalog.checks.glob("*.rq")]
    project += [catalog.expectations] if catalog.expectations else []
    program = (path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".j2", ".js", ".css"})
    for path in sorted([*project, *program]):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _problem_order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.reason, problem.value
