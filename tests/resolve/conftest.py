"""What the tests of resolution share: the lexicon, a connection, and tables written in place."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from kg.model import Relation
from kg.read.tables import connect, open_table
from kg.resolve.lexicon import Lexicon, load_lexicon

LEXICON = Path(__file__).parent.parent.parent / "ontology" / "lexicon"

Table = Callable[[str], Relation]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon(LEXICON)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as opened:
        yield opened


@pytest.fixture
def table(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Table:
    """Returns a relation of CSV text; the first line names the columns."""
    made = iter(range(100))

    def make(text: str) -> Relation:
        path = tmp_path / f"table{next(made)}.csv"
        path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
        return open_table(connection, path)[0]

    return make
