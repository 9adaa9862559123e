"""The catalog: `catalog.toml` names every dataset and article of a build, and what is known of each."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from pyoxigraph import NamedNode

from kg.errors import CatalogError, did_you_mean
from kg.model import (
    Article,
    Catalog,
    Dataset,
    Evidence,
    EvidenceRules,
    JudgementFiles,
    ModelRules,
    NameTable,
    ReadingRules,
    SourceJoin,
)

Choice = TypeVar("Choice")

CATALOG = "catalog.toml"
WHOLE_FILES_LIMIT = 2_000_000
"""Triples up to which a build writes every whole-file format, unless the catalog says otherwise."""

TIME_LIMIT = 3600
"""Seconds that one mapping, or validation, may take before the build gives up, unless the catalog says otherwise."""


def find_catalog(directory: Path | None) -> Path:
    """The catalog to build: of `directory`, else of `./data`, else the one that came with the package."""
    if directory is not None:
        return _catalog_in(directory)
    local = Path("data") / CATALOG
    return (local if local.is_file() else bundled_data() / CATALOG).resolve()


def _catalog_in(directory: Path) -> Path:
    candidates = (directory, directory / CATALOG, directory / "data" / CATALOG)
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise CatalogError(f"no {CATALOG} in {directory}, nor in its folder data/")
    return found.resolve()


def bundled_data() -> Path:
    """The bundled data folder: inside an installed wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    installed = package / "bundled" / "data"
    return installed if installed.is_dir() else package.parent / "data"


def read_catalog(path: Path) -> Catalog:
    """The checked catalog; CatalogError with file, line and what is wrong."""
    try:
        text = path.read_text("utf-8-sig")
        content = tomllib.loads(text)
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror}", file=path) from error
    except UnicodeDecodeError as error:
        raise CatalogError("is not UTF-8", file=path) from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"is not valid TOML: {error}", file=path, line=_toml_line(error)) from error
    return _catalog(_Section(content, path, text, "the catalog"))


def _toml_line(error: tomllib.TOMLDecodeError) -> int | None:
    found = re.search(r"\bline (\d+)", str(error))
    return int(found[1]) if found else None


def _catalog(section: "_Section") -> Catalog:
    prefixes = _prefixes(section.table("prefixes"))
    mappings = section.folder("mappings")
    datasets = tuple(_dataset(one, mappings) for one in section.tables("dataset"))
    _check_ids(section, [dataset.id for dataset in datasets])
    licence = section.table("licence")
    catalog = Catalog(
        path=section.file,
        title=section.texts("title"),
        base=_base(section),
        licence=licence.optional("data"),
        ontology=section.paths("ontology"),
        shapes=section.paths("shapes"),
        queries=section.folder("queries"),
        checks=section.folder("checks"),
        mappings=mappings,
        expectations=section.path("expectations") if section.optional("expectations") else None,
        prefixes=prefixes,
        evidence=_evidence(section.table("evidence"), prefixes, {dataset.id for dataset in datasets}),
        datasets=datasets,
        articles=tuple(_article(one) for one in section.tables("article")),
        whole_files_limit=section.number("whole_files_limit", WHOLE_FILES_LIMIT),
        time_limit=section.number("time_limit", TIME_LIMIT),
        reading=_reading(section.table("reading"), prefixes, datasets) if "reading" in section.content else None,
        judged=_judged(section.table("judgements")) if "judgements" in section.content else None,
    )
    licence.done(also=("code", "terms"))
    section.done()
    if catalog.articles and catalog.reading is None:
        raise section.error("a [[article]] is named, but no [reading] says how it is read", "[[article]]")
    return catalog


def _dataset(section: "_Section", mappings: Path) -> Dataset:
    evidence = section.one_of("evidence", {level.value: level for level in Evidence})
    dataset = Dataset(
        id=_id(section),
        file=section.path("file"),
        mapping=section.path("mapping", folder=mappings),
        title=section.texts("title"),
        evidence=evidence,
        source=_source(section),
        confirmation=section.optional("confirmation"),
        as_of=section.optional("as_of"),
        date=section.date("date"),
        licence=section.optional("licence"),
        origin=section.optional("origin"),
    )
    if evidence is not Evidence.NONE and dataset.source is None:
        raise section.error(
            f'dataset {dataset.id} has evidence "{evidence.value}" but names no source column', "evidence"
        )
    section.done()
    return dataset


def _id(section: "_Section") -> str:
    name = section.text("id")
    if not re.fullmatch(r"[\w-]+", name):
        raise section.error(f"the id {name!r} becomes the name of a file: letters, digits, _ and - only", name)
    return name


def _source(section: "_Section") -> str | SourceJoin | None:
    if "sources" not in section.content:
        return section.optional("source")
    join = section.table("sources")
    found = SourceJoin(join.path("file"), join.text("key"), join.text("column"))
    join.done()
    return found


def _article(section: "_Section") -> Article:
    article = Article(section.text("id"), section.path("file"), section.date("date"))
    section.done(also=("title",))
    return article


def _judged(section: "_Section") -> JudgementFiles:
    files = JudgementFiles(section.path("file"), section.path("accepted"), section.text("source"))
    section.done()
    return files


def _reading(section: "_Section", prefixes: Mapping[str, str], datasets: tuple[Dataset, ...]) -> ReadingRules:
    words = section.table("list_words")
    rules = ReadingRules(
        lexicon=section.folder("lexicon"),
        threshold=section.share("threshold"),
        places=section.optional("places"),
        names=tuple(_name_table(one, datasets) for one in section.tables("names")),
        settled=tuple(_expand(name, prefixes, section) for name in section.strings("settled")),
        list_words=tuple((pattern, words.optional(pattern) or "") for pattern in words.content),
        model=_model(section.table("model")),
    )
    section.done()
    return rules


def _model(section: "_Section") -> ModelRules:
    """The section on a language model; where its server is and the key for it come from the environment only."""
    plain = ModelRules()
    rules = ModelRules(
        enabled=section.flag("enabled"),
        name=section.optional("name"),
        confidence=section.share("confidence") if "confidence" in section.content else None,
        **{limit: section.number(limit, getattr(plain, limit)) for limit in _MODEL_LIMITS},
    )
    section.done()
    if rules.overlap >= rules.window:
        raise section.error(f"overlap ({rules.overlap}) must be less than window ({rules.window})", "overlap")
    return rules


_MODEL_LIMITS = (
    *("window", "overlap", "timeout", "retries", "longest_wait"),
    *("max_requests", "max_tokens", "max_article_tokens", "max_reply_tokens"),
)


def _name_table(section: "_Section", datasets: tuple[Dataset, ...]) -> NameTable:
    by_id = {dataset.id: dataset for dataset in datasets}
    found = NameTable(
        kind=section.text("kind"),
        dataset=section.one_of("dataset", by_id).id,
        iri=section.text("iri"),
        name=section.text("name"),
        code=section.optional("code"),
    )
    section.done()
    return found


def _evidence(section: "_Section", prefixes: Mapping[str, str], ids: set[str]) -> EvidenceRules:
    rules = EvidenceRules(
        sources=section.text("sources"),
        grades=section.text("grades"),
        unsourced=section.text("unsourced"),
        records=tuple(_expand(name, prefixes, section) for name in section.strings("records")),
    )
    for identifier in (rules.sources, rules.grades):
        if identifier not in ids:
            raise section.error(f"no dataset has the id {identifier!r}{did_you_mean(identifier, ids)}", identifier)
    section.done()
    return rules


def _expand(name: str, prefixes: Mapping[str, str], section: "_Section") -> str:
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in prefixes:
        raise section.error(f"{name!r} is no prefixed name; known prefixes: {', '.join(prefixes)}", name)
    return prefixes[prefix] + local


def _prefixes(section: "_Section") -> dict[str, str]:
    for name, iri in section.content.items():
        if not isinstance(iri, str) or not _is_iri(iri):
            raise section.error(f"the prefix {name} must stand for an IRI, not {iri!r}", f"{name} =")
    return {name: str(iri) for name, iri in section.content.items()}


def _base(section: "_Section") -> str:
    base = section.text("base")
    if not _is_iri(base) or not base.startswith(("http://", "https://")) or base[-1] not in "/#":
        raise section.error(f'base must be an http(s) IRI that ends in "/" or "#", not {base!r}', "base")
    return base


def _check_ids(section: "_Section", ids: list[str]) -> None:
    twice = sorted({identifier for identifier in ids if ids.count(identifier) > 1})
    if twice:
        raise section.error(f"two datasets have the id {twice[0]!r}", "id")
    if not ids:
        raise section.error("no [[dataset]] is named: there is nothing to build", "dataset")


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def mistake(catalog: Catalog, reason: str, *, near: str, after: str = "") -> CatalogError:
    """An error that only shows when the tables are read, with the line of the catalog on which `near` stands.

    The search begins where `after` stands: two datasets may name one column.
    """
    lines = catalog.path.read_text("utf-8-sig").splitlines()
    return CatalogError(reason, file=catalog.path, line=_line(lines, near, _line(lines, after) or 1))


def in_project(catalog: Path, path: Path) -> bool:
    """Whether a file, its links followed, is one that a build with this catalog may read."""
    data = catalog.parent.resolve()
    return any(path.resolve().is_relative_to(root) for root in (data, data.parent / "ontology"))


def _line(lines: list[str], near: str, start: int = 1) -> int | None:
    """The first line from `start` on with this text, comments aside."""
    numbered = enumerate(lines[start - 1 :], start)
    return next((number for number, line in numbered if near in line and not line.lstrip().startswith("#")), None)


class _Section:
    """A table of the catalog that remembers which of its keys were asked for, so that a misspelt one is found."""

    def __init__(self, content: Mapping[str, object], file: Path, text: str, name: str, start: int = 1):
        self.content = content
        self.file = file
        self._text = text
        self._name = name
        self._start = start
        self._asked: set[str] = set()

    def error(self, reason: str, near: str) -> CatalogError:
        """The error, with the line on which `near` first stands: in this table, else anywhere."""
        lines = self._text.splitlines()
        line = _line(lines, near, self._start) or _line(lines, near)
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
                f"{key} must be one of {', '.join(choices)}, not {value!r}{did_you_mean(value, choices)}", value
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

    def table(self, key: str) -> "_Section":
        """The table at this key; an empty one where there is none."""
        self._asked.add(key)
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{key} must be a table ([{key}])", key)
        return _Section(value, self.file, self._text, f"[{key}]", *self._headers(f"[{key}]")[:1])

    def tables(self, key: str) -> list["_Section"]:
        """The array of tables at this key."""
        self._asked.add(key)
        values = self.content.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(f"{key} must be an array of tables ([[{key}]])", key)
        starts = self._headers(f"[[{key}]]")
        starts = starts if len(starts) == len(values) else [1] * len(values)
        return [
            _Section(value, self.file, self._text, f"[[{key}]] {value.get('id', '')}".rstrip(), start)
            for value, start in zip(values, starts, strict=True)
        ]

    def _headers(self, header: str) -> list[int]:
        """The lines on which tables of this name begin."""
        lines = enumerate(self._text.splitlines(), start=1)
        return [number for number, line in lines if line.split("#")[0].strip() == header]
