"""The SQL of Spark 4. Its regular expressions are Java's, and its functions run in the JVM: none is Python."""

from collections.abc import Iterable

from kg.resolve.dialect import Dialect, text


class SparkDialect(Dialect):
    """The SQL of Spark."""

    def text(self, value: str) -> str:
        """Return a string; a backslash begins an escape."""
        return text(value.replace("\\", "\\\\"))

    def matches(self, value: str, pattern: str) -> str:
        """Return regexp_like, which looks anywhere."""
        return f"regexp_like({value}, {self.text(pattern)})"

    def extract(self, value: str, pattern: str, group: int = 0) -> str:
        """Return regexp_extract."""
        return f"regexp_extract({value}, {self.text(pattern)}, {group})"

    def remove(self, value: str, pattern: str) -> str:
        """Return regexp_replace, which takes all matches."""
        return f"regexp_replace({value}, {self.text(pattern)}, '')"

    def holds_any(self, value: str, characters: Iterable[str]) -> str:
        """Return a comparison with the text without them: Java tries the characters of a class one by one."""
        return f"({value} <> translate({value}, {self.text(''.join(characters))}, ''))"

    def hashed(self, *parts: str) -> str:
        """Return xxhash64: Spark's plain hash has 32 bits only."""
        return f"xxhash64({', '.join(parts)})"

    def contains(self, value: str, part: str) -> str:
        """Return contains."""
        return f"contains({value}, {part})"

    def characters(self, value: str) -> str:
        """Return posexplode (split gives code points)."""
        return f"posexplode(split({value}, '')) AS (i, c)"

    def joined(self, value: str, order: str) -> str:
        """Return listagg."""
        return f"listagg({value}, '') WITHIN GROUP (ORDER BY {order})"

    def deletions(self, value: str) -> str:
        """Return an array, exploded."""
        left_out = f"i -> substr({value}, 1, i - 1) || substr({value}, i + 1)"
        cut = f"transform(sequence(1, length({value})), {left_out})"
        return f"explode(array_distinct(concat(array({value}), {cut})))"

    def shape(self, value: str) -> str:
        """Return the remainders of the code points (ascii gives these); of an empty text, an empty one."""
        shaped = f"array_join(transform(split({value}, ''), c -> chr(ascii(c) % 127 + 1)), '')"
        return f"CASE WHEN {value} = '' THEN '' ELSE {shaped} END"

    def sorted_characters(self, value: str) -> str:
        """Return a sorted array, joined."""
        return f"array_join(array_sort(split({value}, '')), '')"
