"""TOML files, and a table of one read key by key: what is missing, misspelt or wrong is said with its line."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from kg.errors import CatalogError, KgError, ReadError, did_you_mean

Choice = TypeVar("Choice")


def in_project(catalog: Path, path: Path) -> bool:
    """Whether a file, its links followed, is one that a build with this catalog may read."""
    data = catalog.parent.resolve()
    return any(path.resolve().is_relative_to(root) for root in (data, data.parent / "ontology"))


def read_toml(path: Path, error: type[KgError] = ReadError) -> tuple[dict[str, object], str]:
    """What a TOML file says, and its text; an `error` with the line where it is none."""
    try:
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text), text
    except OSError as err:
        raise error(f"cannot be read: {err.strerror or err}", file=path) from err
    except UnicodeDecodeError as err:
        raise error("is not UTF-8", file=path) from err
    except tomllib.TOMLDecodeError as err:
        found = re.search(r"\bline (\d+)", str(err))
        raise error(f"is not valid TOML: {err}", file=path, line=int(found[1]) if found else None) from err


def line_of(lines: list[str], near: str, start: int = 1) -> int | None:
    """The first line from `start` on with this text, comments aside."""
    numbered = enumerate(lines[start - 1 :], start)
    return next((number for number, line in numbered if near in line and not line.lstrip().startswith("#")), None)


class Section:
    """A table of the catalog that remembers which of its keys were asked for, so that a misspelt one is found."""

    def __init__(
        self, content: Mapping[str, object], file: Path, text: str, name: str, start: int = 1, *, within: str = ""
    ):
        """`within` is what the names of its own tables begin with in a header: "reading." for `[[reading.names]]`."""
        self.content = content
        self.file = file
        self._text = text
        self._name = name
        self._start = start
        self._within = within
        self._asked: set[str] = set()

    def error(self, reason: str, near: str) -> CatalogError:
        """The error, with the line on which `near` first stands: in this table, else anywhere."""
        lines = self._text.splitlines()
        line = line_of(lines, near, self._start) or line_of(lines, near)
        return CatalogError(reason, file=self.file, line=line)

    def done(self, *, also: tuple[str, ...] = ()) -> None:
        """CatalogError for a key that nothing asked for."""
        known = self._asked | set(also)
        for key in self.content:
            if key not in known:
                raise self.error(f"unknown key {key!r} in {self._name}{did_you_mean(key, known)}", key)

    def optional(self, key: str) -> str | None:
        """The text at this key; None where there is none."""
        self._asked.add(key)
        value = self.content.get(key)
        if value is not None and not isinstance(value, str):
            raise self.error(f"{key} must be text, not {value!r}", key)
        return value

    def text(self, key: str) -> str:
        """The text at this key, which must be there and not be empty."""
        value = self.optional(key)
        if not value:
            misspelt = difflib.get_close_matches(key, self.content.keys() - self._asked, n=1)
            also = f"; is {misspelt[0]!r} meant?" if misspelt else ""
            near = misspelt[0] if misspelt else str(self.content.get("id", key))
            raise self.error(f"{self._name} lacks {key!r}{also}", near)
        return value

    def number(self, key: str, default: int) -> int:
        """The whole number at this key, else the default."""
        self._asked.add(key)
        value = self.content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(f"{key} must be a whole number, not {value!r}", key)
        return value

    def flag(self, key: str) -> bool:
        """Whether this key is true; False where there is none."""
        self._asked.add(key)
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key} must be true or false, not {value!r}", key)
        return value

    def share(self, key: str) -> float:
        """The number from 0 to 1 at this key."""
        self._asked.add(key)
        value = self.content.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self.error(f"{key} must be a number from 0 to 1, not {value!r}", key)
        return float(value)

    def date(self, key: str) -> date | None:
        """The date at this key; None where there is none."""
        self._asked.add(key)
        value = self.content.get(key)
        if value is not None and not isinstance(value, date):
            raise self.error(f"{key} must be a date such as 2026-01-31 (without quotes), not {value!r}", key)
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """The list of texts at this key; empty where there is none."""
        self._asked.add(key)
        values = self.content.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} must be a list of texts", key)
        return tuple(values)

    def texts(self, key: str) -> Mapping[str, str]:
        """A text by language: { zh = "...", en = "..." }; a plain text counts for every language."""
        self._asked.add(key)
        value = self.content.get(key, {})
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.error(f'{key} must be a text, or {{ zh = "...", en = "..." }}', key)
        return dict(value)

    def one_of(self, key: str, choices: Mapping[str, Choice]) -> Choice:
        """The choice of this name."""
        value = self.text(key)
        if value not in choices:
            raise self.error(
                f"{key} must be one of {', '.join(choices)}, not {value!r}{did_you_mean(value, choices)}",
                said if (said := f'{key} = "{value}"') in self._text else value,
            )
        return choices[value]

    def path(self, key: str, *, folder: Path | None = None) -> Path:
        """The file at this key, which must exist inside the project."""
        return self._inside(self.text(key), folder or self.file.parent)

    def paths(self, key: str) -> tuple[Path, ...]:
        """The files at this key."""
        return tuple(self._inside(name, self.file.parent) for name in self.strings(key))

    def folder(self, key: str) -> Path:
        """The folder at this key, which must exist inside the project."""
        return self._inside(self.text(key), self.file.parent, is_folder=True)

    def _inside(self, name: str, folder: Path, *, is_folder: bool = False) -> Path:
        try:
            path = (folder / name).resolve()
            exists = path.exists()
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name that is too long or holds NUL
            raise self.error(f"{name!r} cannot be a file: {error}", name) from error
        if not in_project(self.file, path):
            data = self.file.parent.resolve().name
            raise self.error(f"{name} leads out of the project: only {data}/ and ontology/ are read", name)
        if not exists:
            siblings = [other.name for other in path.parent.glob("*")]
            raise self.error(f"{name} does not exist{did_you_mean(path.name, siblings)}", name)
        if not (path.is_dir() if is_folder else path.is_file()):
            raise self.error(f"{name} is no {'folder' if is_folder else 'file'}", name)
        return path

    def table(self, key: str) -> "Section":
        """The table at this key; an empty one where there is none."""
        self._asked.add(key)
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{key} must be a table ([{key}])", key)
        name = self._within + key
        return Section(value, self.file, self._text, f"[{name}]", *self._headers(f"[{name}]")[:1], within=f"{name}.")

    def tables(self, key: str) -> list["Section"]:
        """The array of tables at this key."""
        self._asked.add(key)
        values = self.content.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(f"{key} must be an array of tables ([[{key}]])", key)
        header = f"[[{self._within}{key}]]"
        starts = self._headers(header)
        starts = starts if len(starts) == len(values) else [1] * len(values)
        return [
            Section(value, self.file, self._text, f"{header} {value.get('id', '')}".rstrip(), start)
            for value, start in zip(values, starts, strict=True)
        ]

    def _headers(self, header: str) -> list[int]:
        """The lines on which tables of this name begin."""
        lines = enumerate(self._text.splitlines(), start=1)
        return [number for number, line in lines if line.split("#")[0].strip() == header]
