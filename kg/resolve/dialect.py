"""The few SQL functions of which engines differ: another engine needs another `Dialect`, and no other change.

What stands outside the dialects is SQL that DuckDB and Spark share: CASE, joins, GROUP BY, windows, concat_ws, substr,
length, left, right, replace, lower, coalesce, instr, levenshtein.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

WORD = r"\p{L}\p{N}\x{4E00}-\x{9FFF}\x{20000}-\x{3FFFF}"
"""Inside of a class: letters, digits and all Han characters, of which an engine knows those of its own Unicode only.

Letters of other scripts that are younger than Unicode 13 are none to the JVM of Java 17.
"""


def identifier(name: str) -> str:
    """Return a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a quoted SQL string; of a value with backslashes only `Dialect.text` gives one that every engine reads."""
    return "'" + value.replace("'", "''") + "'"


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression group of literal words, the longest first; of no words, one that never matches."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(_literal, ordered)) + ")" if ordered else "(?:[^\\s\\S])"


def _literal(word: str) -> str:
    return "".join(character if character.isalnum() else f"\\{character}" for character in word)


class Dialect(ABC):
    """How an engine writes them. Arguments called `value`, `part`, `parts`, `order`, `left` and `right` are SQL."""

    @abstractmethod
    def text(self, value: str) -> str:
        """Return a quoted string."""

    @abstractmethod
    def matches(self, value: str, pattern: str) -> str:
        """Return SQL: does the pattern stand anywhere in the value."""

    @abstractmethod
    def extract(self, value: str, pattern: str, group: int = 0) -> str:
        """Return SQL: the first match, or an empty text."""

    @abstractmethod
    def remove(self, value: str, pattern: str) -> str:
        """Return SQL: the value without any match."""

    @abstractmethod
    def holds_any(self, value: str, characters: Iterable[str]) -> str:
        """Return SQL: does one of many characters stand in the value."""

    @abstractmethod
    def hashed(self, *parts: str) -> str:
        """Return SQL: a 64-bit hash of the parts."""

    @abstractmethod
    def contains(self, value: str, part: str) -> str:
        """Return SQL: is `part` inside `value`."""

    @abstractmethod
    def characters(self, value: str) -> str:
        """Return a FROM-less SELECT list: one row a character, as `i` and `c`."""

    @abstractmethod
    def joined(self, value: str, order: str) -> str:
        """Return SQL: the texts of a group as one, in order."""

    @abstractmethod
    def deletions(self, value: str) -> str:
        """Return SQL: one row a text that differs by one left-out character, and the text itself."""

    @abstractmethod
    def shape(self, value: str) -> str:
        """Return SQL: a text with one byte a character, for `edits`: DuckDB's levenshtein counts bytes.

        Two characters in 127 look the same: a distance may come out one too small once in a hundred times.
        """

    @abstractmethod
    def sorted_characters(self, value: str) -> str:
        """Return SQL: the characters of a text in a fixed order, to see whether two are swapped."""

    def edits(self, left: str, right: str) -> str:
        """Return SQL: how many characters must change to make one shape the other."""
        return f"levenshtein({left}, {right})"


class DuckdbDialect(Dialect):
    """The SQL of DuckDB; its regular expressions are RE2's."""

    def text(self, value: str) -> str:
        """Return a string; only the quote is special."""
        return text(value)

    def matches(self, value: str, pattern: str) -> str:
        """Return regexp_matches."""
        return f"regexp_matches({value}, {text(pattern)})"

    def extract(self, value: str, pattern: str, group: int = 0) -> str:
        """Return regexp_extract."""
        return f"regexp_extract({value}, {text(pattern)}, {group})"

    def remove(self, value: str, pattern: str) -> str:
        """Return regexp_replace, of all matches."""
        return f"regexp_replace({value}, {text(pattern)}, '', 'g')"

    def holds_any(self, value: str, characters: Iterable[str]) -> str:
        """Return a match with a class of them."""
        return self.matches(value, f"[{''.join(map(_in_class, characters))}]")

    def hashed(self, *parts: str) -> str:
        """Return hash."""
        return f"hash({', '.join(parts)})"

    def contains(self, value: str, part: str) -> str:
        """Return contains."""
        return f"contains({value}, {part})"

    def characters(self, value: str) -> str:
        """Return two lists, unnested together."""
        return f"unnest(range(1, length({value}) + 1)) AS i, unnest(string_split({value}, '')) AS c"

    def joined(self, value: str, order: str) -> str:
        """Return string_agg."""
        return f"string_agg({value}, '' ORDER BY {order})"

    def deletions(self, value: str) -> str:
        """Return a list, unnested."""
        return (
            f"unnest(list_distinct(list_concat([{value}], list_transform(range(1, length({value}) + 1), "
            f"lambda i: substr({value}, 1, i - 1) || substr({value}, i + 1)))))"
        )

    def shape(self, value: str) -> str:
        """Return the remainders of the code points."""
        return f"array_to_string(list_transform(string_split({value}, ''), lambda c: chr(ord(c) % 127 + 1)), '')"

    def sorted_characters(self, value: str) -> str:
        """Return a sorted list, joined."""
        return f"array_to_string(list_sort(string_split({value}, '')), '')"


DUCKDB = DuckdbDialect()


def _in_class(character: str) -> str:
    return f"\\{character}" if character in r"\]^-[" else character
