"""Articles: files in, readings and claims out. Wires reading files, reading texts and the names of the tables.

The steps that it puts together know nothing of each other: `kg.read` gives documents, `kg.extract` readings, and
`kg.resolve.text` takes claims.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb

from kg.catalog import bundled_data, mistake
from kg.extract import reading as said
from kg.extract.check import Match, check_entry, failing_rules
from kg.extract.gazetteer import SHORTEST, Gazetteer
from kg.extract.lexicon import Lexicon
from kg.extract.llm.compare import Comparison
from kg.extract.reader import Reader
from kg.extract.reading import Predicate, Reading
from kg.mapping.template import Column, parse_template
from kg.mapping.words import UNSAFE
from kg.model import (
    Amount,
    Article,
    Catalog,
    Dataset,
    Document,
    Mentioned,
    ModelRules,
    NameTable,
    Problem,
    Quote,
    Relation,
    Span,
    TextClaim,
)
from kg.read.bounded import BoundedReader
from kg.read.documents import SUFFIXES, Intake, read_document
from kg.read.junk import Cut, load_junk
from kg.resolve.places import former_names
from kg.resolve.predicates import EXISTS, HAS_FIGURE, IN_SECTOR

if TYPE_CHECKING:
    from kg.extract.llm.reader import ModelReader

Open = Callable[[Dataset], Relation]
"""Opens the table of a dataset."""

OBJECTS = {
    Predicate.PART_OF_LIST.value: "list",
    Predicate.LEAD.value: "enterprise",
    Predicate.MEMBER.value: "enterprise",
    Predicate.SUPPORTED_BY.value: "issuer",
}
"""The kinds of things that relations of a reading point at; where a cluster is and its sector are its own."""

JUNK = "junk.toml"

LONGEST_PLACE = 14
"""Characters of the longest name of a place that is looked for beside a name of several places."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a table: `iri` relative to the base, `code` of a place that has one."""

    kind: str
    iri: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file and what came of it; without `reading` it was of no use, and `problems` say why.

    Where a model reads too, `reading` is what rules and model say together, and `compared` has both side by side;
    it is not `complete` where the model gave no usable answer about a part of it.
    """

    file: str
    reading: Reading | None
    document: Document | None
    cuts: tuple[Cut, ...]
    problems: tuple[Problem, ...]
    compared: Comparison | None = None
    complete: bool = True

    def cut_texts(self) -> list[tuple[str, str]]:
        """What was left out of the file, and why."""
        original = self.document.original if self.document else ""
        return [(original[cut.span.start : cut.span.end], cut.reason) for cut in self.cuts]


class ArticleReader:
    """Reads files of articles; one child process takes them apart, and what a reader needs is prepared once.

    With `model` a language model reads beside the rules; `strict` raises ModelError where its server is of no use.
    """

    def __init__(
        self, lexicon: Path, names: Iterable[Name] = (), model: ModelRules | None = None, *, strict: bool = False
    ) -> None:
        self.lexicon = Lexicon.read(lexicon)
        former = (("place", code, name) for name, code in former_names(lexicon))
        self.gazetteer = Gazetteer.from_tables(self.lexicon, (*map(_row, names), *former))
        self._reader = Reader(self.lexicon, self.gazetteer)
        self._folder, self._asked, self._strict = lexicon, model, strict
        self._junk = load_junk(lexicon / JUNK)
        self._bounded = BoundedReader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bounded.close()

    def read(self, source: Path | bytes, file: str, identifier: str | None = None) -> ReadFile:
        """What a file says, or the bytes of one; `file` names it in problems."""
        intake = read_document(source, id=identifier or file, junk=self._junk, reader=self._bounded, file=file)
        return self._told(file, intake)

    def matches(self, entry: str, read: ReadFile) -> list[Match]:
        """What an entry of the lexicon matches in a file; LexiconError where there is no such entry."""
        return list(check_entry(self.lexicon, self._reader, entry, read.document.text if read.document else ""))

    def faults(self) -> list[str]:
        """The role rules that miss a name of their own example or find one in their counter-example."""
        return [f"rule {rule.name}: {fault}" for rule, fault in failing_rules(self.lexicon, self._reader)]

    @cached_property
    def _model(self) -> "ModelReader | None":
        """The reader of the model, made for the first document: where all are known already, no server is needed."""
        if self._asked is None:
            return None
        from kg.extract.llm.reader import ModelReader

        return ModelReader(self._folder, self.lexicon, self.gazetteer, self._asked, strict=self._strict)

    def _told(self, file: str, intake: Intake) -> ReadFile:
        document = intake.document
        reading = self._reader.read(document) if document else None
        problems = (*intake.problems, *(reading.problems if reading else ()))
        if document is None or reading is None or self._model is None:
            return ReadFile(file, reading, document, intake.cuts, problems)
        told = self._model.read(document, reading)
        problems = (*problems, *told.problems)
        return ReadFile(file, told.joined, document, intake.cuts, problems, told.compared, told.complete)


def _row(name: Name) -> tuple[str, str, str]:
    return name.kind, name.code if name.kind == "place" and name.code else name.iri, name.name


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: as the user names it, and as it is called in a folder of results (without its ending)."""

    path: Path
    name: str

    @property
    def source(self) -> Path | bytes:
        """The file, or all of stdin for "-"."""
        return sys.stdin.buffer.read() if str(self.path) == STDIN else self.path


def find_articles(paths: Iterable[Path]) -> tuple[list[Found], list[Problem]]:
    """The files, and of each folder the articles in it and below, sorted; a problem for a folder without any."""
    found: list[Found] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            found.append(Found(path, "stdin" if str(path) == STDIN else path.stem))
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
        found += [Found(one, one.relative_to(path).with_suffix("").as_posix()) for one in inside]
        if not inside:
            endings = " ".join(sorted(SUFFIXES))
            problems.append(Problem("read", str(path), None, "", f"no article is in the folder; endings: {endings}"))
    return found, problems


STDIN = "-"


def lexicon_of(catalog: Catalog) -> Path:
    """The folder of the lexicon: that of the catalog, else the bundled one."""
    return catalog.reading.lexicon if catalog.reading else bundled_data().parent / "ontology" / "lexicon"


def names_of(connection: duckdb.DuckDBPyConnection, catalog: Catalog, open_table: Open) -> list[Name]:
    """The names of the tables, in the order of the catalog and of the rows."""
    tables = catalog.reading.names if catalog.reading else ()
    opened = [(table, open_table(catalog.dataset(table.dataset))) for table in tables]
    for table, relation in opened:
        _check_columns(catalog, table, relation)
    return [name for table, relation in opened for name in _names(connection, table, relation)]


def _check_columns(catalog: Catalog, table: NameTable, relation: Relation) -> None:
    """CatalogError where the catalog takes names from a column that the table has not."""
    for column in _columns(table):
        if column not in relation.columns:
            reason = (
                f"[[reading.names]]: {relation.file} has no column {column!r}; it has: {', '.join(relation.columns)}"
            )
            raise mistake(catalog, reason, near=column, after=f'dataset = "{table.dataset}"')


def _columns(table: NameTable) -> list[str]:
    keys = (part.name for part in parse_template(table.iri) if isinstance(part, Column))
    return [*keys, table.name, *([table.code] if table.code else [])]


def _names(connection: duckdb.DuckDBPyConnection, table: NameTable, relation: Relation) -> Iterator[Name]:
    parts, wanted = parse_template(table.iri), _columns(table)
    keys = [part.name for part in parts if isinstance(part, Column)]
    quoted = ", ".join('"' + column.replace('"', '""') + '"' for column in wanted)
    rows = connection.execute(f"SELECT {quoted} FROM ({relation.sql_with_rows}) ORDER BY _row").fetchall()
    for row in rows:
        values = dict(zip(wanted, row, strict=True))
        if values[table.name] and all(values[key] for key in keys):
            iri = "".join(iri_safe(values[part.name]) if isinstance(part, Column) else part for part in parts)
            code = values[table.code] if table.code else None
            yield Name(table.kind, iri, str(values[table.name]), code or "")


def iri_safe(text: str) -> str:
    """The text as a template of a mapping puts it into an IRI."""
    return re.sub(UNSAFE, lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def claims_of(found: ReadFile, article: Article, gazetteer: Gazetteer) -> list[TextClaim]:
    """The claims of an article, in the order of its reading; where clusters are is told by resolution."""
    if found.reading is None or found.document is None:
        return []
    return list(_Claiming(found.document, found.reading, article, found.file, gazetteer).claims())


class _Claiming:
    """Makes the claims of one reading."""

    def __init__(self, document: Document, reading: Reading, article: Article, file: str, gazetteer: Gazetteer) -> None:
        self._document, self._reading, self._gazetteer = document, reading, gazetteer
        self._article, self._file = article.id, file
        self._date = _iso(document.published or article.date)
        self._clusters = {one.name: self._cluster(one) for one in reversed(reading.clusters)}
        self._enterprises = {one.name: self._enterprise(one) for one in reading.enterprises}

    def claims(self) -> Iterator[TextClaim]:
        """First the things, then what is said of them."""
        for cluster in self._reading.clusters:
            yield from self._of_cluster(cluster)
        for enterprise in self._reading.enterprises:
            if enterprise.cluster or enterprise.known:
                yield self._claim(self._enterprises[enterprise.name], EXISTS, None, enterprise.evidence)
        for relation in self._reading.relations:
            if relation.predicate in OBJECTS:
                thing = self._object(OBJECTS[relation.predicate], relation.object)
                yield self._claim(self._subject(relation.subject), relation.predicate, thing, relation.evidence)
        for figure in self._reading.figures:
            yield self._claim(self._counted(figure), HAS_FIGURE, _amount(figure), figure.evidence)

    def _of_cluster(self, cluster: said.Cluster) -> Iterator[TextClaim]:
        thing = self._cluster(cluster)
        yield self._claim(thing, EXISTS, None, cluster.evidence)
        if cluster.sector:
            yield self._claim(thing, IN_SECTOR, Mentioned("sector", cluster.sector), cluster.evidence)

    def _claim(
        self, subject: Mentioned, predicate: str, thing: Mentioned | Amount | None, evidence: said.Evidence
    ) -> TextClaim:
        quote = quote_of(self._document, evidence)
        return TextClaim(self._article, self._file, self._date, subject, predicate, thing, quote)

    def _cluster(self, cluster: said.Cluster) -> Mentioned:
        near = self._near(cluster.name, cluster.codes, cluster.evidence)
        return Mentioned("cluster", cluster.name, cluster.known or None, cluster.codes, near=near)

    @staticmethod
    def _enterprise(enterprise: said.Enterprise) -> Mentioned:
        known, cluster = enterprise.known or None, enterprise.cluster or ""
        return Mentioned("enterprise", enterprise.name, known, cluster=cluster, official=enterprise.code)

    def _near(self, name: str, codes: Iterable[str], evidence: said.Evidence) -> tuple[tuple[str, ...], ...]:
        """The names of places in the sentence and in the text, where one of several places of a name is meant."""
        homonyms = self._gazetteer.homonyms
        places = (self._gazetteer.places.get(code) for code in codes)
        if not any(place.name in homonyms for place in places if place) and not any(word in name for word in homonyms):
            return ()
        return self._named(evidence.quote), self._named_in_text

    @cached_property
    def _named_in_text(self) -> tuple[str, ...]:
        return self._named(self._document.text)

    def _named(self, text: str) -> tuple[str, ...]:
        """The names of single places in a text, leftmost and longest, sorted."""
        found, start, names = set(), 0, self._gazetteer.place_names
        while start < len(text):
            sizes = range(LONGEST_PLACE, SHORTEST - 1, -1)
            word = next((text[start : start + size] for size in sizes if text[start : start + size] in names), "")
            found.add(word)
            start += len(word) or 1
        return tuple(sorted(word for word in found - {""} if word not in self._gazetteer.homonyms))

    def _subject(self, name: str) -> Mentioned:
        return self._clusters.get(name) or Mentioned("cluster", name)

    def _object(self, kind: str, name: str) -> Mentioned:
        return self._enterprises.get(name, Mentioned(kind, name)) if kind == "enterprise" else Mentioned(kind, name)

    def _counted(self, figure: said.Figure) -> Mentioned:
        if figure.subject_kind == "cluster":
            return self._subject(figure.subject)
        if figure.subject_kind == "enterprise":
            return self._object("enterprise", figure.subject)
        codes = [figure.code] if figure.code else []
        near = self._near(figure.subject, codes, figure.evidence) if figure.subject_kind == "place" else ()
        return Mentioned(figure.subject_kind, figure.subject, figure.code, near=near)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amount(figure: said.Figure) -> Amount:
    return Amount(
        indicator=figure.indicator,
        value=figure.value,
        unit=figure.unit,
        comparator=figure.comparator,
        status=figure.status,
        period=str(figure.year) if figure.year else "",
    )


def quote_of(document: Document, evidence: said.Evidence) -> Quote:
    """The quote of some evidence, without the white space around it.

    It is the stretch of the original itself, unless something was left out of it in between (markup, inserted pinyin).
    """
    start, end = evidence.sentence.start, evidence.sentence.end
    raw = document.original[start:end]
    start += len(raw) - len(raw.lstrip())
    exact = raw.strip()
    text = exact if exact.split() == evidence.quote.split() or _bare(exact) == _bare(evidence.quote) else evidence.quote
    return Quote(text, Span(start, start + len(exact)), evidence.rule, evidence.confidence)


def _bare(text: str) -> str:
    return "".join(text.split())
