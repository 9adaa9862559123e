"""The catalog: `catalog.toml` names every dataset and article of a build, and what is known of each."""

import re
from collections.abc import Mapping
from pathlib import Path

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
from kg.sections import Section, line_of, read_toml

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
    content, text = read_toml(path, CatalogError)
    return _catalog(Section(content, path, text, "the catalog"))


def _catalog(section: Section) -> Catalog:
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


def _dataset(section: Section, mappings: Path) -> Dataset:
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


def _id(section: Section) -> str:
    name = section.text("id")
    if not re.fullmatch(r"[\w-]+", name):
        raise section.error(f"the id {name!r} becomes the name of a file: letters, digits, _ and - only", name)
    return name


def _source(section: Section) -> str | SourceJoin | None:
    if "sources" not in section.content:
        return section.optional("source")
    join = section.table("sources")
    found = SourceJoin(join.path("file"), join.text("key"), join.text("column"))
    join.done()
    return found


def _article(section: Section) -> Article:
    article = Article(section.text("id"), section.path("file"), section.date("date"))
    section.done(also=("title",))
    return article


def _judged(section: Section) -> JudgementFiles:
    files = JudgementFiles(section.path("file"), section.path("accepted"), section.text("source"))
    section.done()
    return files


def _reading(section: Section, prefixes: Mapping[str, str], datasets: tuple[Dataset, ...]) -> ReadingRules:
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


def _model(section: Section) -> ModelRules:
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


def _name_table(section: Section, datasets: tuple[Dataset, ...]) -> NameTable:
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


def _evidence(section: Section, prefixes: Mapping[str, str], ids: set[str]) -> EvidenceRules:
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


def _expand(name: str, prefixes: Mapping[str, str], section: Section) -> str:
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in prefixes:
        raise section.error(f"{name!r} is no prefixed name; known prefixes: {', '.join(prefixes)}", name)
    return prefixes[prefix] + local


def _prefixes(section: Section) -> dict[str, str]:
    for name, iri in section.content.items():
        if not isinstance(iri, str) or not _is_iri(iri):
            raise section.error(f"the prefix {name} must stand for an IRI, not {iri!r}", f"{name} =")
    return {name: str(iri) for name, iri in section.content.items()}


def _base(section: Section) -> str:
    base = section.text("base")
    if not _is_iri(base) or not base.startswith(("http://", "https://")) or base[-1] not in "/#":
        raise section.error(f'base must be an http(s) IRI that ends in "/" or "#", not {base!r}', "base")
    return base


def _check_ids(section: Section, ids: list[str]) -> None:
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
    return CatalogError(reason, file=catalog.path, line=line_of(lines, near, line_of(lines, after) or 1))
