"""What the mapping tests share: tables from rows, and a mapping run to the set of its triples."""

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import duckdb
import pyoxigraph

from kg.mapping.duckdb_engine import DuckdbEngine, Written
from kg.mapping.plan import Plan, plan
from kg.mapping.rml import parse
from kg.model import Problem, Relation

BASE = "http://example.com/"
PREFIXES = """@prefix rml: <http://w3id.org/rml/> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> .
"""
_numbers = count(1)


def table(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    file: str = "t.csv",
    datatypes: tuple[tuple[str, str], ...] = (),
) -> Relation:
    """Return a relation of rows given as Python values."""
    name = f"rows_{next(_numbers)}"
    fields = ", ".join(f"c{i} VARCHAR" for i in range(len(columns)))
    connection.execute(f"CREATE TABLE {name} (n BIGINT, {fields})").fetchall()
    for number, row in enumerate(rows, 2):
        connection.execute(f"INSERT INTO {name} VALUES (?{', ?' * len(columns)})", [number, *row]).fetchall()
    listed = ", ".join(f'c{i} AS "{column.replace(chr(34), chr(34) * 2)}"' for i, column in enumerate(columns))
    numbered = f"SELECT n AS _row, {listed} FROM {name}"
    return Relation(file, tuple(columns), f"SELECT {listed} FROM {name}", numbered, datatypes)


def triples_map(subject: str, *pairs: str, source: str = "t.csv", name: str = "#m", more: str = "") -> str:
    """Return a triples map: a subject map and predicate-object maps, each the inside of its brackets."""
    poms = "".join(f" rml:predicateObjectMap [ {pair} ] ;" for pair in pairs)
    return (
        f'{PREFIXES}<{name}> rml:logicalSource [ rml:source "{source}" ; rml:referenceFormulation rml:CSV ] ;'
        f" {more} rml:subjectMap [ {subject} ] ;{poms} ."
    )


def planned(text: str, relations: Relation | dict[str, Relation]) -> Plan:
    """Return the plan of a mapping over one relation, or over relations by key."""
    mapping = parse(text, file="m.rml.ttl", base=BASE)
    by_key = {source.key: relations for source in mapping.sources} if isinstance(relations, Relation) else relations
    return plan(mapping, by_key)


def lines(connection: duckdb.DuckDBPyConnection, made: Plan, folder: Path) -> tuple[list[str], Written]:
    """Return the lines of the file that `write` gives."""
    out = folder / "out.nq"
    written = DuckdbEngine(connection).write(made, out)
    return out.read_bytes().decode().removesuffix("\n").split("\n") if out.stat().st_size else [], written


def statements(connection: duckdb.DuckDBPyConnection, made: Plan) -> tuple[list[str], list[Problem]]:
    """Return the lines of the table that `statements` gives."""
    problems = DuckdbEngine(connection).statements(made, into="made")
    records = connection.execute("SELECT subject, predicate, object, graph FROM made ORDER BY ALL").fetchall()
    return [" ".join(term for term in record if term) + " ." for record in records], problems


def canonical(text: str) -> list[str]:
    """Return the statements of N-Quads as sorted lines, blank nodes named by what is said of them."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))
