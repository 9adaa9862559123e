"""Validation of a whole graph by everything that a catalog names: shapes, checks and expected counts."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg.catalog import find_catalog, read_catalog
from kg.model import Catalog, Measured, Violation
from kg.pipeline.fingerprints import fingerprint, of_files, of_program
from kg.pipeline.inputs import check_queries
from kg.pipeline.limits import validation_within
from kg.store.oxigraph import load_file
from kg.validate.checks import count_checks, run_checks
from kg.validate.expectations import measure, read_expectations, violation
from kg.validate.shacl import ShapesReport, check_around, check_shapes
from kg.validate.side_by_side import both
from kg.validate.surroundings import Since, TooFarError
from kg.validate.witnesses import with_witnesses
from kg.vocabulary import PROVENANCE_GRAPH


@dataclass(frozen=True, slots=True)
class Validation:
    """What validation found: the shapes' report, the measured counts, and every violation."""

    shapes: ShapesReport
    checks: int
    measured: tuple[Measured, ...]
    violations: tuple[Violation, ...]
    partial: bool = False
    """Whether only what has changed since a valid graph was looked at."""

    def words(self) -> str:
        """What was checked and what was found, in a line."""
        if self is NOT_VALIDATED:
            return "not done: without a store, large tables cannot be asked"
        return (
            f"{self.shapes.shapes} shapes on {self.shapes.targets:,} entities, {self.checks} checks, "
            f"{len(self.measured)} expected counts: {len(self.violations) or 'no'} violations"
            f"{'; looked at where it changed' if self.partial else ''}"
        )


def rules_of(catalog: Catalog) -> str:
    """What stands for the rules of a validation, but the expected counts, which are always counted."""
    files = of_files([*catalog.shapes, *catalog.ontology, *catalog.checks.glob("*.rq")])
    return fingerprint(of_program(), catalog.base, catalog.prefixes, files)


NOT_VALIDATED = Validation(ShapesReport(0, 0, ()), 0, (), ())
"""What there is to say of a graph that cannot be asked."""


def validate_store(store: ox.Store, catalog: Catalog, since: Since | None = None) -> Validation:
    """Checks a graph against everything that the catalog names: shapes, checks and expected counts.

    With `since`, only what a small change of a valid graph can have made wrong is looked at; where something is, all.
    """
    if since:
        with suppress(TooFarError):
            validation = _validate_since(store, catalog, since)
            if not validation.violations:
                return validation
    shapes, found = both(
        lambda: check_shapes(store, catalog.shapes, catalog.ontology, prefixes=catalog.prefixes),
        lambda: run_checks(store, catalog.checks, base=catalog.base, prefixes=catalog.prefixes),
    )
    return _validation(store, catalog, shapes, found)


def _validate_since(store: ox.Store, catalog: Catalog, since: Since) -> Validation:
    provenance = ox.NamedNode(catalog.base + PROVENANCE_GRAPH)
    shapes, around = check_around(
        store, since, catalog.shapes, catalog.ontology, provenance=provenance, prefixes=catalog.prefixes
    )
    found = run_checks(store, catalog.checks, base=catalog.base, prefixes=catalog.prefixes, around=around)
    return replace(_validation(store, catalog, shapes, found), partial=True)


def _validation(store: ox.Store, catalog: Catalog, shapes: ShapesReport, found: list[Violation]) -> Validation:
    base, prefixes = catalog.base, catalog.prefixes
    expectations = read_expectations(catalog.expectations) if catalog.expectations else []
    file = catalog.expectations
    measured = tuple(measure(store, one, base=base, prefixes=prefixes, file=file) for one in expectations)
    unmet = [violation(one) for one in measured if not one.met]
    violations = with_witnesses(store, (*shapes.violations, *found, *unmet), base=base)
    return Validation(shapes, count_checks(catalog.checks), measured, tuple(violations))


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
