"""Golden cases: a folder with a mapping, tables and what must come out; adding one needs no code.

expected.nq (statements, and then expected.problems if some values are bad), or expected.err (the message).
"""

from pathlib import Path

import duckdb
import pytest

from kg.errors import MappingError
from kg.mapping import rml, yarrrml
from kg.mapping.lists import with_lists_apart
from kg.mapping.plan import plan
from kg.model import Problem
from kg.pipeline.sources import Opener
from tests.mapping.support import BASE, canonical, lines, statements

CASES = Path(__file__).parents[1] / "cases" / "mapping"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_case(name: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = CASES / name
    error = folder / "expected.err"
    if error.exists():
        with pytest.raises(MappingError) as caught:
            run(folder, connection, tmp_path)
        assert str(caught.value) == error.read_text(encoding="utf-8").strip()
        return
    written, problems = run(folder, connection, tmp_path)
    assert canonical("\n".join(written)) == canonical((folder / "expected.nq").read_text(encoding="utf-8"))
    expected = folder / "expected.problems"
    assert shown(problems) == (expected.read_text(encoding="utf-8").splitlines() if expected.exists() else [])


def run(folder: Path, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> tuple[list[str], list[Problem]]:
    """Return the lines and problems of a case, the same from both ways of the engine."""
    path = next(folder.glob("mapping.*"))
    parse = yarrrml.parse if path.suffix in yarrrml.SUFFIXES else rml.parse
    mapping = with_lists_apart(parse(path.read_text(encoding="utf-8"), file=path.name, base=BASE))
    relations, unread = Opener(connection, path, tmp_path).relations(mapping)
    made = plan(mapping, relations)
    written, report = lines(connection, made, tmp_path)
    listed, problems = statements(connection, made)
    assert sorted(written) == sorted(set(listed)), "write and statements agree"
    assert report.triples == len(written) == len(set(written)), "set semantics"
    assert list(report.problems) == problems
    return written, [*unread, *problems]


def shown(problems: list[Problem]) -> list[str]:
    return [f"{problem.file}:{problem.line}: {problem.value}: {problem.reason}" for problem in problems]
