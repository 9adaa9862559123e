"""The lexicon: every word and pattern that reading looks for, read from a folder of TOML and CSV files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.rows import read_rows
from kg.sections import read_toml

FILES = ("text", "clusters", "enterprises", "figures")
TABLES = {
    "places": ("code", "name", "level", "parent", "short"),
    "abbreviations": ("name", "codes"),
    "traditional": ("traditional", "simplified"),
    "sectors": ("name",),
    "company/trade_words": ("word", "kind"),
}
# What {names} and {gap} stand for in a pattern; bounded, so that no text makes a pattern slow.
SHORTEST_NAMES, LONGEST_NAMES = 2, 90
NAMES_END = re.compile(r"[,;:\u3002!?\n]")
NAMES = "{names}"
PLACEHOLDERS = {
    NAMES: rf"(?P<names>[^,;:\u3002!?\n]{{{SHORTEST_NAMES},{LONGEST_NAMES}}}?)",
    "{gap}": r"[^,;:\u3002!?\n]{0,15}?",
}


# A word a path of characters; the empty one ends a word.
Trie = dict[str, "Trie"]


class LexiconError(KgError):
    """A lexicon file that lacks an entry or has one of another shape than expected."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{entry}: {reason}", file=f"lexicon {file}", value=entry)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that gives the names in it a role.

    `open`: the enumeration has no fixed left edge; `needs_company`: one of its names must look like a company;
    `asked`: only in the answer to a question about the role; `cut`: the last name ends where its ending does; `strict`:
    all of its names must look like companies; `like`: only those that do are taken. A group `count` in the pattern is
    how many names there must be.
    """

    name: str
    role: str
    trigger: str
    pattern: re.Pattern[str]
    confidence: float
    example: str
    finds: tuple[str, ...]
    counter: str
    open: bool
    needs_company: bool
    asked: bool
    cut: bool
    strict: bool
    like: bool
    # What follows the names, where the pattern begins with them: such a pattern is tried only where this stands.
    tail: re.Pattern[str] | None

    def search(self, text: str, position: int) -> re.Match[str] | None:
        """The first match from a position on."""
        if self.tail is None:
            return self.pattern.search(text, position)
        for tail in self.tail.finditer(text, position + SHORTEST_NAMES):
            start = max(position, tail.start() - LONGEST_NAMES)
            for end in NAMES_END.finditer(text, start, tail.start()):
                start = end.end()
            match = self.pattern.match(text, start)
            if match is not None:
                return match
        return None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with the words that name it; `silent` ones are recognised and not given out."""

    key: str
    kind: str
    words: tuple[str, ...]
    units: tuple[str, ...]
    silent: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The files of a lexicon folder; typed access by file and entry."""

    files: Mapping[str, Mapping[str, object]]
    tables: Mapping[str, tuple[Mapping[str, str], ...]]

    @staticmethod
    def read(folder: Path) -> "Lexicon":
        """The lexicon in `folder`; ReadError where a file is absent, no TOML, or a table lacks a column."""
        files = {name: read_toml(folder / f"{name}.toml")[0] for name in FILES}
        tables = {name: _rows(folder / f"{name}.csv", columns) for name, columns in TABLES.items()}
        return Lexicon(files, tables)

    def entry(self, path: str) -> object:
        """The value at `file.key` or `file.table.key`."""
        value: object = self.files
        for key in path.split("."):
            if not isinstance(value, Mapping) or key not in value:
                raise LexiconError(path.split(".", maxsplit=1)[0], path, "no such entry")
            value = value[key]
        return value

    def words(self, path: str) -> tuple[str, ...]:
        """A list of words."""
        value = self.entry(path)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise LexiconError(path.split(".", maxsplit=1)[0], path, "must be a list of strings")
        return tuple(value)

    def text(self, path: str) -> str:
        """One string."""
        value = self.entry(path)
        if not isinstance(value, str):
            raise LexiconError(path.split(".", maxsplit=1)[0], path, "must be a string")
        return value

    def number(self, path: str) -> int:
        """One whole number."""
        value = self.entry(path)
        if not isinstance(value, int):
            raise LexiconError(path.split(".", maxsplit=1)[0], path, "must be a whole number")
        return value

    def pairs(self, path: str) -> dict[str, str]:
        """A table of strings."""
        value = self.entry(path)
        if not isinstance(value, dict):
            raise LexiconError(path.split(".", maxsplit=1)[0], path, "must be a table")
        return {str(key): str(item) for key, item in value.items()}

    def pattern(self, path: str) -> re.Pattern[str]:
        """A regular expression."""
        return compiled(self.text(path), path)

    def any_of(self, *paths: str) -> re.Pattern[str]:
        """A pattern that finds any word of these lists, longest first."""
        return any_of(word for path in paths for word in self.words(path))

    def rules(self) -> tuple[Rule, ...]:
        """The role rules, in the order of the file."""
        return tuple(_rule(entry) for entry in _tables(self.entry("enterprises.rule")))

    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators, in the order of the file."""
        return tuple(
            Indicator(
                _str(entry, "key"),
                _str(entry, "kind"),
                _strings(entry, "words"),
                _strings(entry, "units"),
                bool(entry.get("silent")),
            )
            for entry in _tables(self.entry("figures.indicator"))
        )


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of `words`, the longest where several begin at one place; nothing for no words.

    Words with one beginning share it in the pattern (a trie): Python's re tries the branches of a long list one by one.
    """
    trie: Trie = {}
    for word in words:
        node = trie
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return re.compile(_branches(trie, outermost=True) if trie else r"(?!)")


def _branches(node: "Trie", *, outermost: bool = False) -> str:
    """The pattern of a trie; a node that ends a word makes what follows it optional.

    Where each branch of the outermost begins with a plain character, re skips all places at which none of these stands.
    """
    ends = "" in node
    single = [character for character, rest in node.items() if character and list(rest) == [""]]
    longer = [character for character in sorted(node) if character and character not in single]
    parts = [re.escape(character) + _branches(node[character]) for character in longer]
    if single and outermost:
        parts += map(re.escape, sorted(single))
    elif single:
        parts.append(f"[{''.join(map(re.escape, sorted(single)))}]" if len(single) > 1 else re.escape(single[0]))
    if not parts:
        return ""
    pattern = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return pattern + "?" if ends else pattern


def compiled(source: str, entry: str) -> re.Pattern[str]:
    """The pattern with its placeholders filled in; KgError where it is no regular expression."""
    for placeholder, meaning in PLACEHOLDERS.items():
        source = source.replace(placeholder, meaning)
    try:
        return re.compile(source)
    except re.error as err:
        raise LexiconError(entry.split(".", maxsplit=1)[0], entry, str(err)) from err


def _rule(entry: Mapping[str, object]) -> Rule:
    confidence = entry.get("confidence")
    if not isinstance(confidence, float):
        raise LexiconError("enterprises", "rule", "confidence must be a decimal number")
    source, name = _str(entry, "pattern"), "enterprises.rule." + _str(entry, "name")
    return Rule(
        name=_str(entry, "name"),
        role=_str(entry, "role"),
        trigger=_str(entry, "trigger"),
        pattern=compiled(source, name),
        confidence=confidence,
        example=_str(entry, "example"),
        finds=_strings(entry, "finds"),
        counter=_str(entry, "counter"),
        open=bool(entry.get("open")),
        needs_company=bool(entry.get("needs_company")),
        asked=bool(entry.get("asked")),
        cut=bool(entry.get("cut")),
        strict=bool(entry.get("strict")),
        like=bool(entry.get("like")),
        tail=compiled(source.removeprefix(NAMES), name) if source.startswith(NAMES) else None,
    )


def _rows(file: Path, columns: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    return tuple(row for _, row in read_rows(file, columns))


def _tables(value: object) -> list[Mapping[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _str(entry: Mapping[str, object], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise LexiconError("rules", key, f"must be a string in {entry.get('name', entry)}")
    return value


def _strings(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
