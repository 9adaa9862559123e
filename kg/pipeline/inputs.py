"""What a build reads besides tables: mappings, ontology, queries; each mistake in them is explained with its place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import pyoxigraph as ox

from kg.catalog import mistake
from kg.errors import KgError, MappingError, QueryError, ReadError, ValidationError, did_you_mean
from kg.mapping import rml, sql, yarrrml
from kg.mapping.lists import with_lists_apart
from kg.mapping.plan import MapPlan, Plan, plan, term_columns
from kg.model import Catalog, Dataset, Problem, Relation, SourceJoin
from kg.sections import in_project
from kg.store.sparql import check_query, syntax_error
from kg.validate.expectations import read_expectations

SHOWN = 200
"""Characters of a row that a problem shows."""

QUOTED = re.compile(r"'([^']+)'|(\brml:\w+)")
"""What a message about a mapping names: a column, a value, a property."""


def read_mapping(path: Path, *, base: str) -> rml.Mapping:
    """The mapping of a file; MappingError with file and line."""
    content = read_text(path, MappingError)
    try:
        parse = yarrrml.parse if path.suffix.lower() in yarrrml.SUFFIXES else rml.parse
        return with_lists_apart(parse(content, file=path.name, base=base))
    except MappingError as error:
        raise _located(error, path, content) from error


def plan_mapping(path: Path, mapping: rml.Mapping, relations: Mapping[str, Relation], *, unsafe: bool = False) -> Plan:
    """The checked plan of a mapping; MappingError with file and line."""
    try:
        return plan(mapping, relations, unsafe=unsafe)
    except MappingError as error:
        raise _located(error, path, read_text(path, MappingError)) from error


def source_path(catalog: Catalog, mapping: Path, source: str) -> Path:
    """The file that a mapping names; MappingError where there is none, or it leads out of the project."""
    path = catalog.path.parent / source
    if not in_project(catalog.path, path):
        reason = f"its source {source!r} leads out of the project: only the folders of data and ontology are read"
    elif not path.is_file():
        tables = [dataset.file.name for dataset in catalog.datasets]
        reason = f"its source {source!r} is no file of {catalog.path.parent.name}/{did_you_mean(source, tables)}"
    else:
        return path
    raise _located(MappingError(reason, value=source), mapping, read_text(mapping, MappingError))


def check_dataset(catalog: Catalog, dataset: Dataset, relation: Relation, join: Relation | None) -> None:
    """CatalogError for a column that the catalog names and the table does not have."""
    named = [(relation, name) for name in (dataset.confirmation, dataset.as_of) if name]
    if isinstance(dataset.source, SourceJoin) and join is not None:
        named += [(relation, dataset.source.key), (join, dataset.source.key), (join, dataset.source.column)]
    elif isinstance(dataset.source, str):
        named.append((relation, dataset.source))
    for table, name in named:
        _check_column(catalog, dataset, table, name)


def check_sources(catalog: Catalog, sources: Relation, grades: Relation) -> None:
    """ReadError where the tables that evidence rests on lack one of their columns."""
    evidence = catalog.evidence
    for identifier, table, needed in (
        (evidence.sources, sources, ("id", "grade")),
        (evidence.grades, grades, ("key", "confirms")),
    ):
        for name in needed:
            if name not in table.columns:
                reason = f"evidence needs the column {name!r} here; it has: {_columns(table, name)}"
                raise ReadError(reason, file=catalog.dataset(identifier).file, line=1)


def _check_column(catalog: Catalog, dataset: Dataset, table: Relation, name: str) -> None:
    if name not in table.columns:
        reason = f"dataset {dataset.id}: column {name!r} is not in {table.file}; it has: {_columns(table, name)}"
        raise mistake(catalog, reason, near=f'"{name}"', after=f'"{dataset.id}"')


def _columns(table: Relation, wanted: str) -> str:
    return ", ".join(table.columns) + did_you_mean(wanted, table.columns)


def check_one_source(dataset: Dataset, made: Plan, relation: Relation) -> None:
    """MappingError where a triples map reads another table: its rows would be taken for rows of the dataset's.

    One without statements is fine: it is the parent of a join.
    """
    for each in made.maps:
        if each.statements and each.relation.rows_of != relation.rows_of:
            reason = f"triples map {each.name} reads {each.relation.file}, but dataset {dataset.id} is {relation.file}"
            raise MappingError(
                f"{reason}: give {each.relation.file} a dataset and a mapping of its own", file=dataset.mapping
            )


def unused_rows(
    connection: duckdb.DuckDBPyConnection, relation: Relation, statements: str, maps: Iterable[MapPlan]
) -> list[tuple[Problem, bool]]:
    """A Problem for each row of a table that gave no statement; and whether it says why: what must not be empty.

    Where it does not say why, another Problem of the row does, if there is one.
    """
    needed = dict.fromkeys(name for each in maps if each.statements for name in term_columns(each.subject))
    empty = (
        ", ".join(f"CASE WHEN r.{sql.identifier(name)} IS NULL THEN {sql.text(name)} END" for name in needed) or "NULL"
    )
    shown = ", ".join(f"r.{sql.identifier(name)}" for name in relation.columns)
    rows = connection.execute(
        f"SELECT r._row, concat_ws(', ', {empty}), concat_ws(',', {shown})[:{SHOWN}] FROM ({relation.sql_with_rows}) r "
        f"ANTI JOIN {statements} s ON s.row = r._row ORDER BY 1"
    ).fetchall()
    reason = "the row gives no triple"
    return [
        (Problem("map", relation.file, row, value, f"{reason}: {names} is empty" if names else reason), bool(names))
        for row, names, value in rows
    ]


def ontology_quads(catalog: Catalog, graph: str) -> Iterator[tuple[str, str, str, str]]:
    """The ontology in a named graph; blank nodes get canonical names (RDFC-1.0), so that builds are comparable."""
    name = ox.NamedNode(graph)
    dataset = ox.Dataset(
        ox.Quad(quad.subject, quad.predicate, quad.object, name) for path in catalog.ontology for quad in _turtle(path)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in dataset:
        yield str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)


def _turtle(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(read_text(path, ValidationError), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        reason = error.msg.partition(": ")[2] or error.msg
        raise ValidationError(f"is not valid Turtle: {reason}", file=path, line=error.lineno) from error


def check_queries(catalog: Catalog) -> None:
    """ValidationError, with the place, for a query or check of the project that is not valid SPARQL."""
    for path in sorted([*catalog.queries.glob("*.rq"), *catalog.checks.glob("*.rq")]):
        query = read_text(path, ValidationError)
        try:
            parse_query(query, base=catalog.base, prefixes=catalog.prefixes)
        except QueryError as error:
            raise ValidationError(f"is not valid SPARQL: {error.reason}", file=path, line=error.line) from error
    if catalog.expectations:
        _check_expectations(catalog, catalog.expectations)


def _check_expectations(catalog: Catalog, path: Path) -> None:
    for one in read_expectations(path):
        try:
            parse_query(one.query, base=catalog.base, prefixes=catalog.prefixes)
        except QueryError as error:
            before, found, _ = read_text(path, ValidationError).partition(one.query)
            line = before.count("\n") + (error.line or 1) if found else None
            reason = f"expectation {one.id}: the query is not valid SPARQL: {error.reason}"
            raise ValidationError(reason, file=path, line=line) from error


def parse_query(query: str, *, base: str, prefixes: Mapping[str, str]) -> None:
    """QueryError where the text is refused or is not valid SPARQL; nothing is asked of any data."""
    check_query(query)
    try:
        ox.Store().query(query, base_iri=base, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise syntax_error(query, str(error), prefixes) from error


def read_text(path: Path, kind: type[KgError]) -> str:
    """The text of a file, without a byte order mark; an error of this kind where it cannot be read or is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise kind(f"cannot be read: {error.strerror or error}", file=path) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise kind("is not UTF-8; save it as UTF-8", file=path, line=line) from error


def _located(error: MappingError, path: Path, content: str) -> MappingError:
    """The same error with the whole path, and the line on which what it names stands."""
    named = [error.value, *(quoted or name for quoted, name in QUOTED.findall(error.reason))]
    lines = content.splitlines()
    places = (number for name in named if name for number, line in enumerate(lines, 1) if name in line)
    return MappingError(error.reason, file=path, line=error.line or next(places, None), value=error.value)
