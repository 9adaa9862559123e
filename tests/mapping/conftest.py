"""Fixtures of the mapping tests."""

from collections.abc import Iterator

import duckdb
import pytest

from kg.read.tables import connect


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own."""
    made = connect(threads=2)
    yield made
    made.close()
