"""Rows in = triples + problems: every cell of every row becomes a statement with that row, or is named in a problem."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import kg
from kg.errors import KgError
from kg.model import Problem
from tests.projects import rewrite, write_project

HEADER = ["id", "name", "people", "source_id"]
SOUND = [["a", "甲镇", "1200", "s1"], ["b", "乙镇", "", "s2"]]
"""Two rows that always stand at the top: a graph without any town is never valid."""

BASE = "https://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FEW = settings(max_examples=35, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a table: the statements by row, and the problems by row."""

    statements: dict[int, set[tuple[str, str]]]
    problems: dict[int | None, list[Problem]]

    def texts(self, row: int) -> set[str]:
        return {text for _, text in self.statements.get(row, ())}


def tell(table: bytes) -> Told:
    """Builds the small project, without any rule that its towns could break, with this table of towns."""
    with TemporaryDirectory() as name:
        folder = write_project(Path(name) / "project")
        rewrite(folder / "data/expectations.toml", "equals = 2", "at_least = 0")
        rewrite(folder / "ontology/shapes.ttl", "sh:minCount 1", "sh:minCount 0")
        rewrite(folder / "ontology/shapes.ttl", "sh:minInclusive 0", "sh:minCount 0")
        (folder / "data/towns.csv").write_bytes(table)
        result = kg.build(folder, output=folder / "out")
        assert result.folder is not None, result.violations
        assert result.exit_code == (1 if result.problems else 0)
        return Told(statements_by_row(result.folder), by_row(result.problems))


def tell_or_refuse(table: bytes) -> Told | KgError:
    """What became of a table, or why it cannot be used at all."""
    try:
        return tell(table)
    except KgError as error:
        return error


def statements_by_row(release: Path) -> dict[int, set[tuple[str, str]]]:
    """Predicate and object of the claims that name a row of the table; as the master spells them, not the store."""
    parts: dict[str, dict[str, str]] = {}
    found: dict[int, set[tuple[str, str]]] = {}
    provenance = ox.NamedNode(BASE + "graph/provenance")
    rows: dict[str, list[int]] = {}
    for quad in ox.parse(path=release / "graph.trig", format=ox.RdfFormat.TRIG):
        if quad.graph_name != provenance:
            continue
        claim, name, text = str(quad.subject), quad.predicate.value, str(getattr(quad.object, "value", ""))
        parts.setdefault(claim, {})[name] = text
        if name.endswith("#locator"):
            rows.setdefault(claim, []).append(int(text.rpartition("towns.csv#row=")[2]))
    for claim, numbers in rows.items():
        for number in numbers:
            found.setdefault(number, set()).add((parts[claim][RDF + "predicate"], parts[claim][RDF + "object"]))
    return found


def by_row(problems: tuple[Problem, ...]) -> dict[int | None, list[Problem]]:
    found: dict[int | None, list[Problem]] = {}
    for problem in problems:
        if problem.file == "towns.csv":
            found.setdefault(problem.line, []).append(problem)
    return found


hard = st.sampled_from("\",;\t\n\r\\'=+-@<>&{}%#/ \u00a0\u3000\u202e\u200f\ufeff\ufffe\U0001f600\x00\x01\x1b\x7f甲é")
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), hard), max_size=8)
numbers = st.sampled_from(["", "0", "-1", "+7", "007", "1.0", "1,000", "12O", " 5", "٣", "1e3", "9" * 40])
sources = st.sampled_from(["s1", "s2", "", "nobody", "S1"])
rows = st.lists(
    st.one_of(
        st.tuples(texts, texts, numbers, sources).map(list),
        st.lists(texts, max_size=6),
        st.just(["", "", "", ""]),
    ),
    max_size=8,
)


@pytest.mark.slow
@FEW
@given(rows, st.sampled_from(["\n", "\r\n"]))
def test_every_cell_is_a_statement_or_a_problem(rows: list[list[str]], ending: str) -> None:
    told = tell("".join(line(row) + ending for row in [HEADER, *SOUND, *rows]).encode())
    for number, row in enumerate([*SOUND, *rows], 2):
        for missing in unaccounted(row, number, told):
            raise AssertionError(f"row {number} {row}: {missing!r} is gone; problems: {told.problems.get(number)}")


def line(row: list[str]) -> str:
    """A row as a table writes it, without the end of its line.

    A writer whose lines end with a line feed alone leaves a carriage return unquoted (Python before 3.13), which ends a
    row for every reader.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(row)
    return out.getvalue().removesuffix("\r\n")


def unaccounted(row: list[str], number: int, told: Told) -> Iterator[str]:
    """The cells of a row that are neither in a statement of that row nor in a problem."""
    problems = told.problems.get(number, [])
    if not any(row) or any(problem.reason.startswith("the row ") for problem in problems):
        return
    named = {problem.value for problem in problems}
    key, name, people, source = (*row, "", "", "", "")[:4]
    assert key, "a row without a key is a problem"
    said = told.texts(number)
    yield from (cell for cell in (name, people) if cell and cell not in said | named)
    if source not in {"s1", "s2", ""} and source not in named:
        yield source


pieces = st.sampled_from(
    [
        b",",
        b"\n",
        b"\r",
        b"\r\n",
        b'"',
        b'""',
        b"a",
        b"1",
        b"s1",
        "甲".encode(),
        "甲".encode("gb18030"),
        b"\xff",
        b"\x00",
    ]
)


@pytest.mark.slow
@FEW
@given(st.lists(st.one_of(pieces, st.binary(max_size=3)), max_size=40).map(b"".join))
def test_any_bytes_are_rows_or_problems_or_a_clear_refusal(body: bytes) -> None:
    table = "\n".join(map(",".join, [HEADER, *SOUND])).encode() + b"\n" + body
    told = tell_or_refuse(table)
    if isinstance(told, KgError):
        assert "towns.csv" in str(told)
        return
    encoding = next((one.value for one in told.problems.get(None, ())), "utf-8-sig")
    assume(not encoding.startswith("UTF-16"))
    text = table.decode(encoding, "surrogateescape")
    expected = {number for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1) if any(row)}
    assert expected - {1} <= told.statements.keys() | told.problems.keys()


def test_the_check_sees_a_cell_that_is_gone() -> None:
    told = Told({2: {("p", "甲镇")}}, {})
    assert list(unaccounted(["a", "甲镇", "", "s1"], 2, told)) == []
    assert list(unaccounted(["a", "甲镇", "7", "s1"], 2, told)) == ["7"]
    assert list(unaccounted(["a", "乙镇", "", "s9"], 2, told)) == ["乙镇", "s9"]


def test_all_rows_of_a_table_in_one_encoding_are_read() -> None:
    table = "\n".join(map(",".join, [HEADER, *SOUND, ["c", "丙镇", "x", "s1"]])).encode("gb18030")
    told = tell(table)
    assert re.search("GB18030", told.problems[None][0].reason)
    assert (told.texts(4), [one.value for one in told.problems[4]]) == (
        {"https://w3id.org/cluster-kg/ontology#Place", "丙镇"},
        ["x"],
    )
