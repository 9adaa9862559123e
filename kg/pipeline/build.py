"""build(): the stages wired in their order: read, map, validate, publish. It reads from top to bottom like DESIGN.md.

Only this module knows the order: each stage takes and gives values of `model`, or relations of one DuckDB connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import kg
from kg.catalog import find_catalog, read_catalog
from kg.model import Catalog, ModelRules, Problem, Violation
from kg.pipeline.articles import ArticleReader, lexicon_of
from kg.pipeline.fingerprints import fingerprint, of_files, of_program
from kg.pipeline.inputs import check_queries
from kg.pipeline.limits import validation_within
from kg.pipeline.mapfile import database
from kg.pipeline.readings import Readings
from kg.pipeline.releasing import ReleaseWriter, in_order, size_words, versions
from kg.pipeline.spark import large_by_spark
from kg.pipeline.statements import Statements
from kg.pipeline.units import Units
from kg.pipeline.validation import NOT_VALIDATED, rules_of, validate_store
from kg.store.history import Record
from kg.store.oxigraph import open_store
from kg.store.release import Manifest, find_release, latest_release, publish, published_id, spill, staging
from kg.view.changes_page import tell_changes
from kg.view.progress import Progress
from kg.view.report import ReportData, Run, collect


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


def build(
    directory: Path | None = None,
    *,
    output: Path = Path("output"),
    progress: Progress | None = None,
    force: bool = False,
    with_store: bool = True,
    master: str | None = None,
) -> Build:
    """Builds the catalog of `directory` (else of ./data, else the bundled one) into `output`, and publishes it.

    KgError where the configuration cannot be used; bad records are Problems of the result. Nothing is published, and
    the release before stays, where validation finds a violation. What has not changed since the build before is not
    done again, and unchanged statements publish nothing new, unless `force`. A release without a store is for those
    who load its parts elsewhere; one with large tables is not validated then. With `master`, the address of one, Spark
    writes the large tables; its workers must see `output` and the tables under the same paths.
    """
    progress = progress or Progress()
    catalog = read_catalog(find_catalog(directory))
    check_queries(catalog)
    files = [dataset.file for dataset in catalog.datasets]
    with (
        staging(output) as folder,
        database(spill(folder), output) as connection,
        large_by_spark(master, connection, spill(folder), files) if master else nullcontext() as large,
    ):
        before = None if force else latest_release(output)
        made = Statements(catalog, connection, spill(folder), Units(output, connection, fresh=force), large)
        with progress.stage("read") as stage:
            stage.detail(made.read())
        if catalog.articles and catalog.reading:
            with progress.stage("extract") as stage:
                stage.detail(made.extract(catalog.reading, Readings(output, fresh=force)))
        with progress.stage("map") as stage:
            stage.detail(made.map())
        problems = in_order(tuple(made.problems))
        release_id = _release_id(catalog, made, problems)
        if release_id == published_id(output) and not force:
            made.keep(output / "latest" / "parts")
            return _unchanged(output, release_id, problems, progress, review=len(made.review))
        writer = ReleaseWriter(catalog, made, folder, with_store=with_store, before=before)
        if made.bulk.parts:
            with progress.stage("load") as stage:
                stage.detail(writer.load_large(stage))
        made.keep(writer.parts)
        validation = NOT_VALIDATED
        with progress.stage("validate") as stage:
            store = writer.open_graph()
            if writer.has_all:
                validation = validation_within(catalog.time_limit, lambda: validate_store(store, catalog, writer.since))
            stage.detail(validation.words())
        if validation.violations:
            return Build(None, release_id, True, problems, validation.violations, None, progress.seconds)
        with progress.stage("publish") as stage:
            report = writer.write(release_id, validation, store)
            previous, changes = tell_changes(folder, output, release_id, writer.unshared)
            stage.detail(size_words(folder))
            record = Record.now(kg.__version__, progress.seconds, previous=previous, changes=changes)
            replace(record, rules=rules_of(catalog) if writer.has_all else "").write(folder)
            target = publish(folder, output, release_id)
        return Build(target, release_id, True, report.run.problems, (), report, progress.seconds)


@contextmanager
def article_reader(directory: Path | None = None, *, with_model: bool = False) -> Iterator[ArticleReader]:
    """A reader of articles that knows the words and the names of a project: of `directory`, as `build` finds it.

    Where the project's model is to read too, KgError if none is named and ModelError while reading if it is of no use.
    """
    catalog = read_catalog(find_catalog(directory))
    model = (catalog.reading.model if catalog.reading else ModelRules()) if with_model else None
    with TemporaryDirectory(prefix="kg-") as folder, database(Path(folder) / "spill", catalog.path) as connection:
        names = Statements(catalog, connection, Path(folder)).names()
    with ArticleReader(lexicon_of(catalog), names, model, strict=True) as reader:
        yield reader


def _unchanged(
    output: Path, release_id: str, problems: tuple[Problem, ...], progress: Progress, *, review: int
) -> Build:
    folder = find_release(output)
    report = collect(open_store(folder), Manifest.read(folder), Run(problems=problems, review=review))
    return Build(folder, release_id, False, problems, (), report, progress.seconds)


def _release_id(catalog: Catalog, made: Statements, problems: tuple[Problem, ...]) -> str:
    """A name for all that the release's files depend on: statements, what is told of them, the project, the program."""
    project = [catalog.path, *catalog.shapes, *catalog.queries.glob("*.rq"), *catalog.checks.glob("*.rq")]
    project += [catalog.expectations] if catalog.expectations else []
    rows = [(mapped.dataset.id, mapped.rows, mapped.triples) for mapped in made.mapped]
    return fingerprint(made.hash, problems, made.review, rows, of_files(project), of_program(), versions())[:16]
