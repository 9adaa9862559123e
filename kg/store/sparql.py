"""What a query may be, and where it is wrong: refusals before it runs, clear sentences after it failed to parse.

Oxigraph has no switch that keeps SERVICE from calling out, and its parser needs no space between words
(`SERVICEex:a {` calls out too). So the text is split into tokens here, and what could be read in two ways is refused.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kg.errors import QueryError, did_you_mean

DEEPEST = 100
"""Brackets in brackets: at some thousands the parser's recursion ends the whole process, and no person writes 100."""

IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"
"""IRIREF of the grammar (https://www.w3.org/TR/sparql11-query/#rIRIREF), with the escapes that an IRI may hold."""

STRING = (
    r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\""
    r"|'(?!'')(?:[^'\\\n\r]|\\.)*'|\"(?!\"\")(?:[^\"\\\n\r]|\\.)*\""
)
NAME = r"[^\W\d_](?:[\w.\-\u00b7]{0,99}[\w\-\u00b7])?"
LOCAL = r"(?:[\w:.\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)"

LOCAL_NAME = re.compile(r"\w[\w-]*(?:\.[\w-]+)*")
"""Local names that need no escapes in any syntax: what may be shortened to a prefixed name."""

TOKEN = re.compile(
    rf"(?P<space>[ \t\r\n]+)|(?P<comment>\#[^\n\r]*)|(?P<iri>{IRI})|(?P<string>{STRING})|(?P<broken>['\"])"
    rf"|(?P<var>[?$]\w+)|(?P<language>@[A-Za-z][A-Za-z0-9\-]*)|(?P<pname>(?:{NAME}|_)?:(?:{LOCAL})?)"
    rf"|(?P<number>\d+(?:\.\d+)?(?:[eE][+\-]?\d+)?|\.\d+(?:[eE][+\-]?\d+)?)|(?P<word>[^\W\d]\w*)|(?P<mark>.)",
    re.DOTALL,
)
SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")

OPERANDS = frozenset({"iri", "string", "var", "language", "pname", "number", "word"})
NAMES = frozenset({"word", "pname", "language"})
CLOSING = {"(": ")", "{": "}", "[": "]"}
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
KEYWORDS = """
    BASE PREFIX SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET
    VALUES OPTIONAL GRAPH SILENT BIND UNDEF MINUS UNION FILTER COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR
    LANG LANGMATCHES LANGDIR HASLANG HASLANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN
    UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS
    TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM ISIRI ISURI
    ISBLANK ISLITERAL ISNUMERIC ISTRIPLE TRIPLE SUBJECT PREDICATE OBJECT REGEX SUBSTR REPLACE EXISTS NOT IN AS A TRUE
    FALSE LATERAL ADJUST VERSION"""
WORDS = frozenset(KEYWORDS.split())
REMARKS = {
    "variable that is unbound": "SELECT names a variable that nothing binds (or that GROUP BY does not keep)",
    "overrides an existing variable": "SELECT gives a new value to a variable that the pattern binds",
    "Duplicated variable name": "SELECT names a variable twice",
    "same number of values": "VALUES needs as many values in each row as it has variables",
    "IRI parsing failed": "this is no valid IRI",
}
"""What the parser says in words of its own, and what that means."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: its kind (a group of TOKEN), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def names_service(self) -> bool:
        """Whether Oxigraph could read the keyword SERVICE out of it, alone or stuck to a name."""
        return self.kind in NAMES and "SERVICE" in self.text.upper()


def check_query(text: str) -> str:
    """The text without a byte order mark; QueryError where the query is refused whatever it would answer."""
    text = text.removeprefix("\ufeff")
    tokens = list(_tokens(text))
    _refuse_updates(text, tokens)
    _refuse_dangers(text, tokens)
    wide = _wide_mark(tokens)
    if wide:
        raise error_at(text, *wide)
    return text


def syntax_error(text: str, message: str, known: Mapping[str, str]) -> QueryError:
    """What is wrong with a query that the parser refused with `message` ("error at 2:10: expected ...")."""
    tokens = list(_tokens(text))
    finding = _bracket(tokens) or _unknown_prefix(tokens, known) or _unknown_word(tokens)
    if finding:
        return error_at(text, *finding)
    found = re.match(r"error at (\d+):(\d+): ", message)
    start = _offset(text, int(found[1]), int(found[2])) if found else 0
    return error_at(text, _parser_reason(message, at_end=not text[start:].strip()), start)


def error_at(text: str, reason: str, start: int) -> QueryError:
    """The error with its line, its column (both from 1, columns in characters) and the text of that line."""
    before = text[:start]
    line = before.count("\n") + 1
    column = start - (before.rfind("\n") + 1) + 1
    return QueryError(reason, line=line, column=column, text=text.split("\n")[line - 1].rstrip("\r"))


def _tokens(text: str) -> Iterator[Token]:
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind not in {None, "space", "comment"}:
            yield Token(str(kind), match.group(), match.start())


def _refuse_updates(text: str, tokens: list[Token]) -> None:
    first = next(iter(_after_prologue(tokens)), None)
    if first and first.text.upper() in UPDATES:
        raise error_at(text, f"{first.text.upper()} changes data; a published release can only be read", first.start)


def _after_prologue(tokens: list[Token]) -> list[Token]:
    """The tokens behind `BASE <...>` and `PREFIX x: <...>`."""
    place = 0
    while place < len(tokens) and tokens[place].text.upper() in {"BASE", "PREFIX"}:
        place += 2 if tokens[place].text.upper() == "BASE" else 3
    return tokens[place:]


def _refuse_dangers(text: str, tokens: list[Token]) -> None:
    open_marks: list[str] = []
    for place, token in enumerate(tokens):
        reason = _danger(tokens, place, open_marks)
        if reason:
            raise error_at(text, reason, token.start)
        if token.kind == "mark" and token.text in CLOSING:
            open_marks.append(token.text)
        elif open_marks and token.text == CLOSING[open_marks[-1]]:
            open_marks.pop()


def _danger(tokens: list[Token], place: int, open_marks: list[str]) -> str | None:
    token = tokens[place]
    if token.kind == "broken":
        return "a string starts here and does not end"
    if token.kind == "word" and "FROM" in token.text.upper():
        return "FROM is not allowed: a query reads the release's own graphs; use GRAPH <...> { ... } for a named one"
    if (token.kind == "word" and token.names_service) or (token.text == "{" and _calls_out(tokens, place)):
        return "SERVICE is not allowed: a query never calls another server"
    if token.kind == "iri" and _is_ambiguous(tokens, place, open_marks):
        return 'this can be read as an IRI or as "less than": put a space behind <, or write the whole IRI'
    return f"more than {DEEPEST} brackets in brackets" if len(open_marks) > DEEPEST else None


def _calls_out(tokens: list[Token], place: int) -> bool:
    """Whether the group that opens here could belong to `SERVICE SILENT <iri> {`, in any reading of its tokens."""
    before = tokens[max(0, place - 3) : place]
    if not before or before[-1].kind not in {"iri", "var", "pname"}:
        return False
    keyword = before[-2].text.upper() if len(before) > 1 else ""
    if keyword == "GRAPH":
        return False
    return any(token.names_service for token in (before if keyword == "SILENT" else before[-2:]))


def _is_ambiguous(tokens: list[Token], place: int, open_marks: list[str]) -> bool:
    """Whether `<...>` may be a comparison in the parser's eyes and hide a string or comment start from us.

    Comparisons stand in parentheses, behind an operand. No comparison starts `<scheme://`.
    """
    text = tokens[place].text
    if not place or not ("'" in text or "#" in text) or SCHEME.match(text):
        return False
    before = tokens[place - 1]
    compared = before.kind in OPERANDS or before.text in {")", "]", "}"}
    return before.text in {"<", ">"} or (compared and open_marks[-1:] == ["("])


Finding = tuple[str, int]


def _wide_mark(tokens: list[Token]) -> Finding | None:
    """The first full-width sign outside strings: what an input method for Chinese writes.

    The grammar lets some of them end a variable's name, so that a comma makes another variable without a word said.
    """
    for token in tokens:
        plain = unicodedata.normalize("NFKC", token.text)
        if token.kind == "mark" and token.text in "\u201c\u201d\u2018\u2019":
            return f"a typographic quote ({token.text}) where SPARQL needs \" or '", token.start
        if token.kind == "mark" and token.text == "\u3002":
            return f'a full-width full stop ({token.text}) where SPARQL needs "."', token.start
        if token.kind == "mark" and plain != token.text and plain.isascii():
            return f'a full-width sign ({token.text}) where SPARQL needs "{plain}"', token.start
    return None


def _bracket(tokens: list[Token]) -> Finding | None:
    """The first bracket without its partner."""
    open_marks: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in CLOSING:
            open_marks.append(token)
        elif token.text in CLOSING.values():
            if not open_marks:
                return f'this "{token.text}" closes nothing', token.start
            opened = open_marks.pop()
            if CLOSING[opened.text] != token.text:
                return f'"{CLOSING[opened.text]}" is missing here: "{opened.text}" is still open', token.start
    if not open_marks:
        return None
    last = open_marks[-1]
    return f'"{CLOSING[last.text]}" is missing: this "{last.text}" is never closed', last.start


def _unknown_prefix(tokens: list[Token], known: Mapping[str, str]) -> Finding | None:
    declared = {
        name.text.partition(":")[0]
        for word, name in pairwise(tokens)
        if word.text.upper() == "PREFIX" and name.kind == "pname"
    }
    prefixes = {*declared, *known, "_"}
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "pname" and prefix not in prefixes:
            return _prefix_reason(prefix, prefixes - {"_"}), token.start
    return None


def _prefix_reason(prefix: str, prefixes: Collection[str]) -> str:
    listed = f" (known: {', '.join(sorted(prefixes))})" if prefixes else ""
    return f"the prefix {prefix + ':'!r} is not known{did_you_mean(prefix, prefixes) or listed}"


def _unknown_word(tokens: list[Token]) -> Finding | None:
    """A misspelt keyword or function."""
    for token in tokens:
        if token.kind == "word" and token.text.upper() not in WORDS:
            return f"{token.text!r} is no word of SPARQL{did_you_mean(token.text.upper(), WORDS)}", token.start
    return None


def _parser_reason(message: str, *, at_end: bool) -> str:
    """The parser's own remark where it has one; what it would accept instead is a list that helps nobody."""
    for words, meaning in REMARKS.items():
        if words in message:
            return meaning
    return "the query ends too early" if at_end else "the query is not valid SPARQL from here on"


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    before = sum(len(one) + 1 for one in lines[: line - 1])
    return min(before + column - 1, len(text))
