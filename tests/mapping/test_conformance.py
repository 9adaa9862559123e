"""The RML-Core test cases of the KG-Construct group, through `map_file` and the readers of the product.

They are cases of JSON; those of flat records are also run as CSV, JSON Lines and Parquet: data and mapping translated.
"""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from kg.errors import KgError, MappingError
from kg.json_paths import compiled, normal
from kg.mapping.duckdb_engine import DuckdbEngine, Written
from kg.mapping.plan import plan
from kg.mapping.rml import parse
from kg.mapping.template import Column, Parts
from kg.mapping.triples_maps import LogicalSource, Mapping, ParentMap, PredicateObjectMap, TermMap, TriplesMap
from kg.model import Problem
from kg.pipeline.mapfile import map_file
from kg.pipeline.sources import Opener
from tests.mapping.support import BASE, canonical

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "rml-core"
INTEGER = re.compile(r'"\^\^<http://www.w3.org/2001/XMLSchema#integer>')

NOT_RDF = {"RMLTC0027b-JSON"}
"""Expected output with spaces in its IRIs: compared as lines."""

MAPPING_ERRORS = {
    "RMLTC0002e-JSON": "its source 'student2.json' is in none of",
    "RMLTC0002g-JSON": "rml:iterator '$.students[*]]' is not valid JSONPath",
    "RMLTC0004b-JSON": "rml:termType Literal cannot be a subject",
    "RMLTC0007h-JSON": "rml:termType Literal cannot be a graph",
    "RMLTC0012c-JSON": "has no subject map",
    "RMLTC0012d-JSON": "has 2 subject maps",
    "RMLTC0015b-JSON": "'a-english' is not a well-formed language tag",
    "RMLTC0023a-JSON": "has a stray '{'",
    "RMLTC0023b-JSON": "not valid Turtle",
    "RMLTC0023c-JSON": "not valid Turtle",
    "RMLTC0023d-JSON": "has a stray '{'",
    "RMLTC0023e-JSON": "not valid Turtle",
    "RMLTC0024a-JSON": "'School' is a Literal, which cannot be a subject",
}
DATA_ERRORS = {
    "RMLTC0019b-JSON": Problem("map", "persons.json", 1, "Juan Daniel", "column '$.FirstName': not a valid IRI"),
    "RMLTC0025b-JSON": Problem(
        "read", "persons.json", 1, "[30,40,50]",
        "the reference '$.amounts' gives an array, which is no value of its own",
    ),
}  # fmt: skip

LISTS = {"RMLTC0025a-JSON", "RMLTC0025b-JSON", "RMLTC0025c-JSON"}
"""Records with arrays: no table has them."""

names = sorted(path.name for path in CASES.iterdir()) if CASES.is_dir() else []
flat = [name for name in names if name not in LISTS and (name not in MAPPING_ERRORS or name == "RMLTC0015b-JSON")]


def run(name: str, tmp_path: Path) -> tuple[str, Written]:
    """Return the lines that `kg map` writes, and its report."""
    out = tmp_path / "out.nq"
    written = map_file(CASES / name / "mapping.ttl", out, base=BASE)
    return out.read_text(encoding="utf-8"), written


def assert_same(name: str, lines: str, change: Callable[[str], str] = str) -> None:
    """Compare with the expected output: as graphs, or as lines where that is no RDF."""
    expected = change((CASES / name / "output.nq").read_text(encoding="utf-8"))
    if name in NOT_RDF:
        assert sorted(lines.splitlines()) == sorted(expected.splitlines())
    else:
        assert canonical(lines) == canonical(expected)


@pytest.mark.shared
@pytest.mark.parametrize("name", names)
def test_case(name: str, tmp_path: Path) -> None:
    if name in MAPPING_ERRORS:
        with pytest.raises(MappingError) as caught:
            run(name, tmp_path)
        assert MAPPING_ERRORS[name] in caught.value.reason
        assert Path(caught.value.file or "").name == "mapping.ttl"
        assert not (tmp_path / "out.nq").exists()
        return
    lines, written = run(name, tmp_path)
    assert written.triples == len(lines.splitlines()) == len(set(lines.splitlines()))
    if name in DATA_ERRORS:
        assert (list(written.problems), lines) == ([DATA_ERRORS[name]], "")
        return
    assert not written.problems
    assert_same(name, lines)


@pytest.mark.shared
def test_every_case_is_there() -> None:
    errors = {name for name in names if not (CASES / name / "output.nq").exists()}
    assert (len(names), len(flat), errors) == (76, 61, {*MAPPING_ERRORS, *DATA_ERRORS})


@pytest.mark.shared
@pytest.mark.parametrize("name", flat)
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_the_same_as(kind: str, name: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A table of text has no natural datatypes, so that its expected output is without those."""
    mapping = parse((CASES / name / "mapping.ttl").read_text(encoding="utf-8"), file="mapping.ttl", base=BASE)
    translated = as_tables(mapping, CASES / name, tmp_path, kind, connection)
    relations, problems = Opener(connection, tmp_path / "mapping.ttl", tmp_path).relations(translated)
    if name in MAPPING_ERRORS:
        with pytest.raises(KgError, match="language tag"):
            plan(translated, relations)
        return
    written = DuckdbEngine(connection).write(plan(translated, relations, unsafe=True), tmp_path / "out.nq")
    lines = (tmp_path / "out.nq").read_text(encoding="utf-8")
    assert not problems
    if name in DATA_ERRORS:
        assert ([problem.reason.partition(": ")[2] for problem in written.problems], lines) == (["not a valid IRI"], "")
        return
    assert not written.problems
    natural = kind in {"csv", "tsv"} and "rml:datatype" not in (CASES / name / "mapping.ttl").read_text(
        encoding="utf-8"
    )
    assert_same(name, lines, change=lambda text: INTEGER.sub('"', text) if natural else text)


def as_tables(
    mapping: Mapping, folder: Path, target: Path, kind: str, connection: duckdb.DuckDBPyConnection
) -> Mapping:
    """Write the records of every source as a table of this kind; return the mapping that reads these."""
    sources: dict[LogicalSource, LogicalSource] = {}
    for i, source in enumerate(mapping.sources):
        file = f"table{i}.{kind}"
        document = json.loads((folder / source.path).read_text(encoding="utf-8"))
        records = compiled(source.iterator or "$").findall(document)
        header = [member(reference) for reference in mapping.references(source)]
        write_table(target / file, header, [record for record in records if isinstance(record, dict)], connection)
        sources[source] = LogicalSource(
            file, "JSONPath" if kind == "jsonl" else "CSV", "$" if kind == "jsonl" else None
        )
    if kind == "jsonl":
        maps = (replace(each, source=sources[each.source]) for each in mapping.triples_maps)
    else:
        maps = (with_columns(replace(each, source=sources[each.source])) for each in mapping.triples_maps)
    return replace(mapping, triples_maps=tuple(maps))


def write_table(
    path: Path, needed: list[str], records: list[dict[str, object]], connection: duckdb.DuckDBPyConnection
) -> None:
    """Write flat records, with the columns that are needed even if no record has them."""
    header = list(dict.fromkeys([*needed, *(key for record in records for key in record)]))
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        return
    if path.suffix == ".parquet":
        listed = ", ".join('"' + key.replace('"', '""') + '"' for key in header)
        kinds = ", ".join(
            f'"{key}" ' + ("BIGINT" if any(isinstance(record.get(key), int) for record in records) else "VARCHAR")
            for key in header
        )
        connection.execute(f"CREATE OR REPLACE TABLE written ({kinds})").fetchall()
        values = [[record.get(key) for key in header] for record in records]
        for row in values:
            connection.execute(f"INSERT INTO written VALUES ({', '.join('?' * len(header))})", row)
        connection.execute(f"COPY (SELECT {listed} FROM written) TO '{path}'").fetchall()
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writerows([header, *([record.get(key) for key in header] for record in records)])


def with_columns(each: TriplesMap) -> TriplesMap:
    """Return a triples map that names columns where it has paths."""

    def parts_of(parts: Parts) -> Parts:
        return tuple(Column(member(part.name)) if isinstance(part, Column) else part for part in parts)

    def term(one: TermMap) -> TermMap:
        parts = None if one.parts is None else parts_of(one.parts)
        return replace(
            one, parts=parts, language=one.language and term(one.language), datatype=one.datatype and term(one.datatype)
        )

    def object_of(one: TermMap | ParentMap) -> TermMap | ParentMap:
        if isinstance(one, TermMap):
            return term(one)
        return replace(one, conditions=tuple((parts_of(child), parts_of(parent)) for child, parent in one.conditions))

    poms = (
        PredicateObjectMap(
            tuple(map(term, pom.predicates)), tuple(map(object_of, pom.objects)), tuple(map(term, pom.graphs))
        )
        for pom in each.predicate_objects
    )
    return replace(
        each, subject=term(each.subject), graphs=tuple(map(term, each.graphs)), predicate_objects=tuple(poms)
    )


def member(path: str) -> str:
    """Return the member that a path names: `$.ID` and `$['Country Code']`."""
    found = re.fullmatch(r"\$(?:\.(\w+)|\['(.*)'\])", normal(path))
    assert found, path
    return found[1] or found[2]
