"""Every bundled query gives the rows of tests/cq/<name>.csv, and the queries answer what the seed article says.

The files hold what the facts say, checked by hand: after a change of data, read the difference before you change one.
IRIs are written relative to the base.
"""

import csv
from pathlib import Path

import pytest

import kg

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED = HERE / "seed.csv"
QUERIES = sorted(path.stem for path in (ROOT / "ontology" / "queries").glob("*.rq"))


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file, header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def answer(graph: kg.Graph, query: str) -> list[list[str]]:
    """What a query answers, as text: header first, IRIs relative to the base, nothing for an unbound variable."""
    result = graph.query(query)
    rows = [
        ["" if value is None else str(value).removeprefix(graph.manifest.base) for value in row.values()]
        for row in result
    ]
    return [list(result.variables), *rows]


@pytest.mark.parametrize("name", QUERIES)
def test_query_gives_the_expected_rows(name: str, release: kg.Graph) -> None:
    assert answer(release, name) == read_csv(HERE / f"{name}.csv")


def test_every_query_is_expected_to_answer_something() -> None:
    expected = {path.stem for path in HERE.glob("*.csv")} - {SEED.stem}
    assert expected == set(QUERIES)
    assert all(len(read_csv(HERE / f"{name}.csv")) > 1 for name in QUERIES)


def test_every_query_says_what_it_asks_in_both_languages(release: kg.Graph) -> None:
    for query in release.queries():
        assert set(query.titles) == {"zh", "en"}, query.name
        assert set(query.remarks) in (set(), {"zh", "en"}), query.name


def test_every_query_has_an_order(release: kg.Graph) -> None:
    assert [query.name for query in release.queries() if "ORDER BY" not in query.text] == []


def seed_rows() -> list[dict[str, str]]:
    """Lines of seed.csv: number and key of a statement, the query, and the cells of one row that answers it."""
    header, *rows = read_csv(SEED)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("seed", seed_rows(), ids=lambda seed: f"{seed['number']}-{seed['query']}")
def test_seed_statement_is_answered(seed: dict[str, str], release: kg.Graph) -> None:
    cells = dict(cell.split(" = ", 1) for cell in seed["cells"].split(" | "))
    header, *rows = answer(release, seed["query"])
    assert set(cells) <= set(header)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert any(cells.items() <= row.items() for row in found), found


def test_every_seed_statement_has_an_answer() -> None:
    assert {int(seed["number"]) for seed in seed_rows()} == set(range(1, 29))


@pytest.mark.shared
def test_seed_statements_are_those_of_the_article(shared: Path) -> None:
    _, *statements = read_csv(shared / "facts" / "seed_statements.csv")
    asked = {(int(seed["number"]), seed["subject"], seed["statement"]) for seed in seed_rows()}
    assert asked == {(number, row[0], row[1]) for number, row in enumerate(statements, start=1)}
