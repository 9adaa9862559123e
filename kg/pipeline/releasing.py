"""What a build leaves behind: parts, store, manifest, and every file that readers open."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.export import Content, export_all
from kg.export.card import DatasetInfo, write_card
from kg.export.tables import write_problems
from kg.model import Catalog, Problem
from kg.pipeline.statements import Mapped, Statements
from kg.pipeline.text_tables import write_review
from kg.pipeline.validation import Validation, rules_of
from kg.store.history import Record
from kg.store.increment import Changed, copy_store, delta_since
from kg.store.oxigraph import create_store, memory_store, open_store
from kg.store.release import Manifest, one_more_name, spill
from kg.validate.surroundings import Since, nodes_of
from kg.view.graph_html import render
from kg.view.progress import Progress
from kg.view.report import CountedBefore, ReportData, Run, collect, render_html, render_json

QUADS = "quads.nq"


class ReleaseWriter:
    """Writes the release of one build into a folder: the graph first, which is asked while the rest is made.

    A release with large tables has parts and store; whole files and the graph page are for smaller ones.
    """

    def __init__(
        self, catalog: Catalog, made: Statements, folder: Path, *, with_store: bool, before: Path | None = None
    ):
        """`before` is the latest release: what has not changed since then is not written again."""
        self._catalog, self._made, self._folder, self._with_store = catalog, made, folder, with_store
        self._before = before
        self.parts = folder / "parts"
        self.since: Since | None = None
        self.unshared: tuple[Path, Path] | None = None
        self._counted: CountedBefore | None = None

    def load_large(self, progress: Progress) -> str:
        """Writes the parts and the store of a release with large tables; returns what, in words."""
        bulk = self._made.bulk
        parts = self._made.quads.write_parts(self.parts, self._bring)
        parts += [self.parts / part.name for part in bulk.parts]
        bulk.pack(self.parts, progress.tell)
        words = f"{len(bulk.parts)} large tables, {bulk.triples:,} triples"
        if not self._with_store:
            words += ", no store"
        elif changed := self._copy_store(parts):
            more, less = len(changed.added), len(changed.removed)
            words += f"; the store is that of the release before, {more:,} statements more, {less:,} less"
        else:
            self._made.quads.write_quads(self._folder / QUADS)
            create_store(self._folder, [self._folder / QUADS], lambda made: bulk.load(made, progress.tell))
        bulk.remove_pieces()
        return words

    def _copy_store(self, parts: list[Path]) -> Changed | None:
        """Makes the store of that of the release before, if there is one and little has changed; returns what has."""
        delta = delta_since(self._before, parts) if self._before else None
        changed = copy_store(delta, self._folder, spill(self._folder) / "delta") if delta else None
        if delta and changed:
            self._since(delta.before, changed)
            self.unshared = changed.unshared
        return changed

    def _since(self, before: Path, changed: Changed) -> None:
        """Notes what the release before was found to be, as far as the same rules hold."""
        if Record.read(before).rules != rules_of(self._catalog):
            return
        try:
            report = json.loads((before / "report.json").read_text("utf-8"))
            store, nodes = open_store(before), nodes_of(changed.quads())
            self._counted = CountedBefore.of(store, nodes, report)
            self.since = Since(store, nodes, report["run"]["targets"])
        except (OSError, ValueError, KeyError, TypeError):  # damaged: everything is looked at again
            self._counted = self.since = None

    def _bring(self, part: Path) -> bool:
        """Whether the release before has this part, which then gets one more name."""
        known = self._before and self._before / "parts" / part.name
        if not known or not known.is_file():
            return False
        one_more_name(known, part)
        return True

    @property
    def has_all(self) -> bool:
        """Whether all can be asked while building: without a store, what comes from large tables cannot."""
        return self._with_store or not self._made.bulk.parts

    def open_graph(self) -> ox.Store:
        """What can be asked while building: see `has_all`."""
        if self._made.bulk.parts and self._with_store:
            return open_store(self._folder)
        self._made.quads.write_quads(self._folder / QUADS)
        return memory_store([self._folder / QUADS])

    def write(self, release_id: str, validation: Validation, store: ox.Store) -> ReportData:
        """Writes every other file; returns what the report says."""
        manifest = self._manifest(release_id)
        manifest.write(self._folder)
        shutil.copytree(self._catalog.queries, self._folder / "queries")
        content = Content(self._folder, manifest, store)
        problems = () if self._made.bulk.parts else self._write_whole(content)
        (self._folder / QUADS).unlink(missing_ok=True)
        report = collect(store, manifest, self._run(validation, problems), self._counted)
        (self._folder / "report.json").write_text(render_json(report), "utf-8")
        (self._folder / "report.html").write_text(render_html(report), "utf-8")
        write_problems(report.run.problems, self._folder / "problems.csv")
        if self._catalog.articles and self._catalog.reading:
            write_review(self._made.review, self._folder / "review.csv")
        if not self._made.bulk.parts:
            write_card(content, self._folder / "card.ttl", datasets=self._datasets(), licence=self._catalog.licence)
        return report

    def _write_whole(self, content: Content) -> tuple[Problem, ...]:
        """Writes the files that hold all, and the page; returns what a format cannot hold."""
        quads, folder = self._made.quads, self._folder
        quads.write_triples(folder / "graph.nt")
        quads.write_parts(self.parts, self._bring)
        if self._with_store:
            create_store(folder, [folder / QUADS])
        quads.write_dataset(folder / QUADS)
        problems = tuple(export_all(content))
        (folder / "graph.html").write_text(render(content.entities, content.labels, content.manifest), "utf-8")
        return problems

    def _run(self, validation: Validation, problems: tuple[Problem, ...]) -> Run:
        return Run(
            problems=in_order((*self._made.problems, *problems)),
            counts=validation.measured,
            datasets=tuple(self._datasets()),
            shapes=validation.shapes.shapes,
            targets=validation.shapes.targets,
            checks=validation.checks,
            licence=self._catalog.licence,
            versions=versions(),
            review=len(self._made.review),
        )

    def _datasets(self) -> list[DatasetInfo]:
        return [_info(mapped) for mapped in self._made.mapped]

    def _manifest(self, release_id: str) -> Manifest:
        return Manifest(
            id=release_id,
            base=self._catalog.base,
            title=self._catalog.title,
            prefixes=self._catalog.prefixes,
            triples=self._made.triples,
            claims=self._made.quads.count_claims(),
            statements_hash=self._made.hash,
            version=__version__,
            records=self._catalog.evidence.records,
        )


def _info(mapped: Mapped) -> DatasetInfo:
    dataset = mapped.dataset
    return DatasetInfo(
        id=dataset.id,
        file=dataset.file.name,
        title=dataset.title,
        evidence=dataset.evidence.value,
        rows=mapped.rows,
        triples=mapped.triples,
        date=dataset.date.isoformat() if dataset.date else None,
        licence=dataset.licence,
        origin=dataset.origin,
    )


def size_words(folder: Path) -> str:
    """How many files a folder holds and how large they are, in words."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB"


def in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Problems as files and tables show them: by file and line."""
    return tuple(sorted(problems, key=lambda one: (one.file, one.line or 0, one.reason, one.value)))


def versions() -> dict[str, str]:
    """The program and the libraries that make triples, by version."""
    libraries = ("duckdb", "pyoxigraph", "rdflib", "pyshacl")
    return {"cluster-kg": __version__, **{name: version(name) for name in libraries}}
