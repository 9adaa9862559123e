"""The SQL of Spark 4. Its regular expressions are Java's, and its functions run in the JVM: none is Python."""

from collections.abc import Iterable, Mapping
from functools import reduce

from kg.mapping import words
from kg.mapping.dialect import Dialect

CODE_POINT = "\\u%04X"

_SPECIAL = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\0": "\\u0000"}


class SparkDialect(Dialect):
    """The SQL of Spark."""

    def identifier(self, name: str) -> str:
        """Return a name in backticks."""
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        """Return a string; a backslash begins an escape."""
        return "'" + "".join(_SPECIAL.get(character, character) for character in value) + "'"

    def matches(self, code: str, pattern: str) -> str:
        """Return regexp_like, which looks anywhere."""
        return f"regexp_like({code}, {self.text(java(pattern))})"

    def full_match(self, code: str, pattern: str) -> str:
        r"""Return regexp_like between \A and \z: to Java, $ is also before a last line break."""
        return self.matches(code, rf"\A(?:{pattern})\z")

    def within(self, code: str, least: int, greatest: int) -> str:
        """Return a comparison of decimals of 38 digits."""
        return f"try_cast({code} AS DECIMAL(38, 0)) BETWEEN {least} AND {greatest}"

    def coded(self, code: str) -> str:
        """Return the characters one by one (split gives code points, ascii their numbers)."""
        number = f"format_string({self.text(CODE_POINT)}, ascii(one))"
        one = f"CASE WHEN {self.matches('one', f'[{words.OTHER_CONTROLS}]')} THEN {number} ELSE one END"
        return f"array_join(transform(split({code}, ''), one -> {one}), '')"

    def url_encoded(self, code: str) -> str:
        """Return url_encode, which is that of HTML forms, with the three signs that it treats otherwise put right."""
        signs = {"+": "%20", "*": "%2A", "%7E": "~"}
        made = f"url_encode({code})"
        return reduce(lambda sql, pair: f"replace({sql}, '{pair[0]}', '{pair[1]}')", signs.items(), made)

    def encoded_runs(self, code: str) -> str:
        """Return the text run by run, each safe as a whole or not at all."""
        runs = f"regexp_extract_all({code}, {self.text(words.RUNS)}, 0)"
        encode = f"run -> CASE WHEN {self.matches('run', words.UNSAFE)} THEN {self.url_encoded('run')} ELSE run END"
        return f"array_join(transform({runs}, {encode}), '')"

    def unnested(self, codes: Iterable[str]) -> str:
        """Return explode."""
        return f"explode(array({', '.join(codes)}))"

    def struct(self, fields: Mapping[str, str]) -> str:
        """Return a named struct."""
        return f"named_struct({', '.join(f'{self.text(name)}, {code}' for name, code in fields.items())})"

    def hashed(self, code: str) -> str:
        """Return xxhash64: Spark's plain hash has 32 bits only."""
        return f"xxhash64({code})"


def java(pattern: str) -> str:
    r"""Return a pattern of `words` for Java: repeated groups never give back what they took.

    Java tries a repeated group by recursion, so that a long value would overflow its stack; possessive ones loop. The
    patterns of `words` allow it: what may follow such a group never begins as the group does.

    >>> java(r"(?:[a()*]|%\))*x(?:bc)+")
    '(?:[a()*]|%\\))*+x(?:bc)++'
    """
    made, in_class, escaped, before = "", False, False, ""
    for character in pattern:
        made += character
        if not escaped and not in_class and character in "*+" and before == ")":
            made += "+"
        if not escaped:
            in_class = character == "[" or (in_class and character != "]")
        before = "" if escaped or in_class else character
        escaped = character == "\\" and not escaped
    return made
