"""What a query answers: read as it comes (`Answer`) or whole (`QueryResult`), with rows of plain Python values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import KgError
from kg.store.entities import Term
from kg.vocabulary import XSD

if TYPE_CHECKING:
    import pandas as pd

Solution = tuple[Term | None, ...]
Value = str | int | Decimal | float | bool | None

TRIPLE = ("subject", "predicate", "object")
"""The columns of a CONSTRUCT or DESCRIBE, read as a table."""

INTEGER_TYPES = """
    integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger
    unsignedLong unsignedInt unsignedShort unsignedByte"""
INTEGERS = frozenset(XSD + name for name in INTEGER_TYPES.split())
FLOATS = frozenset({XSD + "double", XSD + "float"})
NUMBERS = INTEGERS | FLOATS | {XSD + "decimal"}


class Kind(StrEnum):
    """What a query gives: rows (SELECT), yes or no (ASK), triples (CONSTRUCT, DESCRIBE)."""

    SELECT = "select"
    ASK = "ask"
    GRAPH = "graph"


class Row(Mapping[str, Value]):
    """One solution: plain values by variable, None where nothing is bound; `terms` has the RDF terms.

    >>> row = Row(("n", "s"), (ox.Literal(7), ox.NamedNode("https://example.org/a")))
    >>> row["n"] + 1, row["s"], row.terms["s"]
    (8, 'https://example.org/a', <NamedNode value=https://example.org/a>)
    """

    __slots__ = ("_solution", "_variables")

    def __init__(self, variables: tuple[str, ...], solution: Solution):
        self._variables = variables
        self._solution = solution

    def __getitem__(self, variable: str) -> Value:
        return to_value(self.terms[variable])

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"

    @property
    def terms(self) -> dict[str, Term | None]:
        """The RDF terms by variable."""
        return dict(zip(self._variables, self._solution, strict=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """A result that is read once, while the query runs; `prefixes` and `base` are those that shorten its IRIs."""

    kind: Kind
    variables: tuple[str, ...]
    solutions: Iterator[Solution]
    boolean: bool | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    base: str = ""

    def collect(self, limit: int | None = None) -> "QueryResult":
        """The whole result, or its first `limit` rows."""
        kept = tuple(self.solutions if limit is None else islice(self.solutions, limit))
        complete = limit is None or next(self.solutions, None) is None
        prefixes = MappingProxyType(dict(self.prefixes))
        return QueryResult(self.kind, self.variables, kept, self.boolean, complete, prefixes, self.base)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A whole result: iterate it for rows; `boolean` answers an ASK; `complete` is False where a limit cut it.

    The triples of a CONSTRUCT or DESCRIBE are rows too, of `subject`, `predicate` and `object`.
    """

    kind: Kind
    variables: tuple[str, ...]
    solutions: tuple[Solution, ...]
    boolean: bool | None = None
    complete: bool = True
    prefixes: Mapping[str, str] = field(default_factory=dict, repr=False)
    base: str = ""

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.variables, solution) for solution in self.solutions)

    def __len__(self) -> int:
        return len(self.solutions)

    def __bool__(self) -> bool:
        """The answer of an ASK; else whether there is any row."""
        return bool(self.solutions) if self.boolean is None else self.boolean

    @property
    def rows(self) -> list[Row]:
        """The rows as a list, for looking at one by its place."""
        return list(self)

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The triples of a CONSTRUCT or DESCRIBE; none for other queries."""
        return tuple(to_triples(self.solutions)) if self.kind is Kind.GRAPH else ()

    def to_pandas(self) -> "pd.DataFrame":
        """A DataFrame with a column a variable; KgError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError as error:
            raise KgError("to_pandas() needs pandas: pip install 'cluster-kg[pandas]'") from error
        columns = zip(*self.solutions, strict=True) if self.solutions else ((),) * len(self.variables)
        values = {
            variable: [to_value(term) for term in column]
            for variable, column in zip(self.variables, columns, strict=True)
        }
        return pd.DataFrame(values, columns=list(self.variables))


def to_value(term: Term | None) -> Value:
    """The plain value of a term: numbers as numbers (decimals exact), IRIs, dates and texts as str.

    >>> to_value(ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal")))
    Decimal('1.50')
    """
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value if isinstance(term, ox.NamedNode) else str(term)
    try:
        return _number(term)
    except (ValueError, ArithmeticError):
        return term.value


def _number(literal: ox.Literal) -> Value:
    """The literal's number or truth value; its text where the datatype is another one."""
    datatype = literal.datatype.value
    if datatype in INTEGERS:
        return int(literal.value)
    if datatype == XSD + "decimal":
        return Decimal(literal.value)
    if datatype in FLOATS:
        return float(literal.value)
    if datatype == XSD + "boolean":
        return literal.value in {"true", "1"}
    return literal.value


def to_triples(solutions: Iterable[Solution]) -> Iterator[ox.Triple]:
    """Rows of `subject`, `predicate`, `object` as triples again."""
    for subject, predicate, value in solutions:
        if isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(predicate, ox.NamedNode) and value:
            yield ox.Triple(subject, predicate, value)
