"""What the SQL of two engines differs in: a few functions and signs. All else that is printed is common SQL.

`sql` and `select` print in the dialect that `speaking` names, DuckDB's unless told otherwise: as with
`decimal.localcontext`, the choice holds for what is printed inside the `with`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from kg.mapping import words


class Dialect(ABC):
    """How an engine writes what no standard of SQL settles. An argument called `code` is SQL, others are not."""

    @abstractmethod
    def identifier(self, name: str) -> str:
        """Return a quoted name."""

    @abstractmethod
    def text(self, value: str) -> str:
        """Return a quoted string."""

    @abstractmethod
    def matches(self, code: str, pattern: str) -> str:
        """Return whether a pattern of `words` is found somewhere in a text."""

    @abstractmethod
    def full_match(self, code: str, pattern: str) -> str:
        """Return whether a pattern of `words` is the whole text."""

    @abstractmethod
    def within(self, code: str, least: int, greatest: int) -> str:
        """Return whether an integer, given as text, is in a range; NULL when it is too long for a number."""

    @abstractmethod
    def coded(self, code: str) -> str:
        """Return a text with `words.OTHER_CONTROLS` as code points."""

    @abstractmethod
    def url_encoded(self, code: str) -> str:
        """Return a text with every byte but those of the unreserved characters of RFC 3986 percent-encoded."""

    @abstractmethod
    def encoded_runs(self, code: str) -> str:
        """Return a text with every byte of what is not in `words.SAFE` percent-encoded."""

    @abstractmethod
    def unnested(self, codes: Iterable[str]) -> str:
        """Return the item of a SELECT that makes a row of each of several values."""

    @abstractmethod
    def struct(self, fields: Mapping[str, str]) -> str:
        """Return one value of several named ones."""

    @abstractmethod
    def hashed(self, code: str) -> str:
        """Return a number of 64 bits that is the same for the same text."""


class DuckdbDialect(Dialect):
    """The SQL of DuckDB; its regular expressions are RE2's."""

    def identifier(self, name: str) -> str:
        """Return a name in double quotes."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        """Return a string; only the quote is special."""
        return "'" + value.replace("'", "''") + "'"

    def matches(self, code: str, pattern: str) -> str:
        """Return regexp_matches."""
        return f"regexp_matches({code}, {self.text(pattern)})"

    def full_match(self, code: str, pattern: str) -> str:
        """Return regexp_full_match."""
        return f"regexp_full_match({code}, {self.text(pattern)})"

    def within(self, code: str, least: int, greatest: int) -> str:
        """Return a comparison of integers of 128 bits."""
        return f"TRY_CAST({code} AS HUGEINT) BETWEEN {least} AND {greatest}"

    def coded(self, code: str) -> str:
        """Return the characters one by one."""
        is_control = self.matches("one", f"[{words.OTHER_CONTROLS}]")
        one = f"CASE WHEN {is_control} THEN printf('\\u%04X', unicode(one)) ELSE one END"
        return f"array_to_string(list_transform(string_split({code}, ''), lambda one: {one}), '')"

    def url_encoded(self, code: str) -> str:
        """Return url_encode."""
        return f"url_encode({code})"

    def encoded_runs(self, code: str) -> str:
        """Return the text run by run, each safe as a whole or not at all."""
        runs = f"regexp_extract_all({code}, {self.text(words.RUNS)})"
        encode = f"lambda run: CASE WHEN {self.matches('run', words.UNSAFE)} THEN url_encode(run) ELSE run END"
        return f"array_to_string(list_transform({runs}, {encode}), '')"

    def unnested(self, codes: Iterable[str]) -> str:
        """Return unnest."""
        return f"unnest([{', '.join(codes)}])"

    def struct(self, fields: Mapping[str, str]) -> str:
        """Return a struct."""
        return "{" + ", ".join(f"{name}: {code}" for name, code in fields.items()) + "}"

    def hashed(self, code: str) -> str:
        """Return hash; of NULL it is a number like any other."""
        return f"hash({code})"


DUCKDB = DuckdbDialect()

_DIALECT: ContextVar[Dialect] = ContextVar("dialect", default=DUCKDB)


def current() -> Dialect:
    """Return the dialect in which SQL is printed now."""
    return _DIALECT.get()


@contextmanager
def speaking(dialect: Dialect) -> Iterator[None]:
    """Print in this dialect, until the end of the `with`."""
    token = _DIALECT.set(dialect)
    try:
        yield
    finally:
        _DIALECT.reset(token)
