"""The RML-Core test cases of the KG-Construct group, run with a JSON reader in miniature.

The engine sees tables only: a column is named by the JSONPath that the mapping uses, so the mappings run as they are.
"""

import json
import re
from itertools import product
from pathlib import Path

import duckdb
import pytest

from kg.errors import MappingError
from kg.mapping.plan import plan
from kg.mapping.rml import LogicalSource, Mapping, parse
from kg.model import Relation
from tests.mapping.support import BASE, canonical, lines, statements, table

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "rml-core"
XSD = "http://www.w3.org/2001/XMLSchema#"
STEP = re.compile(r"\.([^.\[\]]+)|\['([^']+)'\]|(\[\*\])")

READER = {
    "RMLTC0002e-JSON": "the source file is missing: the reader's error, tests/read/test_tables.py",
    "RMLTC0002g-JSON": "the iterator is not valid JSONPath: an error of the JSON reader, which does not exist yet",
}
"""Expected errors that come before the engine; not counted as passed."""

DIFFERENT = {
    "RMLTC0027b-JSON": 'rml:UnsafeIRI of "Emily Smith": a space cannot stand in N-Triples, so the value is a Problem',
}
"""Cases whose expected output is not valid RDF."""

names = [path.name for path in sorted(CASES.iterdir()) if path.name not in READER] if CASES.is_dir() else []


@pytest.mark.shared
@pytest.mark.parametrize("name", names)
def test_case(name: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = CASES / name
    expected = folder / "output.nq"
    if not expected.exists():
        assert fails(connection, folder, tmp_path)
        return
    mapping = parse((folder / "mapping.ttl").read_text(encoding="utf-8"), file="mapping.ttl", base=BASE)
    made = plan(mapping, relations(connection, folder, mapping))
    written, report = lines(connection, made, tmp_path)
    listed, problems = statements(connection, made)
    assert report.triples == len(written) == len(set(written))
    assert sorted(written) == sorted(set(listed))
    assert list(report.problems) == problems
    if name in DIFFERENT:
        assert [problem.value.rpartition("/")[2] for problem in problems] == ["Emily Smith", "Zoë Krüger"]
        return
    assert not problems
    assert canonical("\n".join(written)) == canonical(expected.read_text(encoding="utf-8"))


@pytest.mark.shared
def test_every_case_is_there() -> None:
    assert len(names) + len(READER) == 76


def fails(connection: duckdb.DuckDBPyConnection, folder: Path, tmp_path: Path) -> bool:
    """Return whether a case that must fail does: with an error of the mapping, or a Problem of the data."""
    try:
        mapping = parse((folder / "mapping.ttl").read_text(encoding="utf-8"), file="mapping.ttl", base=BASE)
        made = plan(mapping, relations(connection, folder, mapping))
    except MappingError:
        return True
    written, report = lines(connection, made, tmp_path)
    return bool(report.problems) and not written


def relations(connection: duckdb.DuckDBPyConnection, folder: Path, mapping: Mapping) -> dict[str, Relation]:
    """Return the relations of a case."""
    return {source.key: relation(connection, folder, source, mapping.references(source)) for source in mapping.sources}


def relation(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: LogicalSource, references: tuple[str, ...]
) -> Relation:
    """Return a table with a column a reference that gives scalars; a list of values makes several rows."""
    found = json.loads((folder / source.path).read_text(encoding="utf-8"))
    records = select(found, source.iterator or "$")
    values = [[select(record, reference) for reference in references] for record in records]
    scalar = [
        i for i in range(len(references)) if not any(isinstance(each, list | dict) for row in values for each in row[i])
    ]
    present = [i for i in scalar if any(row[i] for row in values) or not values]
    rows = [row for each in values for row in product(*(each[i] or [None] for i in present))]
    datatypes = tuple(
        (references[i], XSD + "integer")
        for i in present
        if any(isinstance(each, int) for row in values for each in row[i])
    )
    texts = [[None if each is None else str(each) for each in row] or [None] for row in rows]
    return table(connection, [references[i] for i in present] or ["nothing"], texts, datatypes=datatypes)


def select(found: object, path: str) -> list[object]:
    """Return what a simple JSONPath selects."""
    chosen = [found]
    for plain, quoted, every in STEP.findall(path):
        if every:
            chosen = [item for each in chosen if isinstance(each, list) for item in each]
        else:
            chosen = [each[plain or quoted] for each in chosen if isinstance(each, dict) and (plain or quoted) in each]
    return chosen
