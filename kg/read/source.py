"""What a reader is asked for and what it gives: the two values that all readers share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import duckdb

from kg.model import Problem, Relation


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to be read: those of a file, or of a database (`address`, whose secrets stand as ${NAME}).

    `iterator` is the JSONPath, sheet, table or query that gives the rows; `references` are the columns that are asked
    for, which only nested data needs to know. `folder` takes copies of what cannot be read as it is.
    """

    file: Path
    folder: Path
    address: str = ""
    formulation: str = "CSV"
    iterator: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A relation, and what could not be read of it."""

    relation: Relation
    problems: tuple[Problem, ...] = field(default=())


Read: TypeAlias = Callable[[duckdb.DuckDBPyConnection, Source], Opened]
