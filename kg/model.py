"""The values that the stages share. Frozen: a stage gives new ones, it never changes the ones it got."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path

RECORD = "#record"
"""The reference that stands for the number of a record, where rows of several numbers or none would be one node."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be used, or a rule that the data breaks: counted, written to problems.csv, never dropped.

    `line` is the row of a table as a spreadsheet numbers it (the header is row 1), or the line of a text.
    """

    stage: str
    file: str
    line: int | None
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as the mapping engine sees it: every column text, NULL for an empty field.

    `sql` is a SELECT that gives `columns`, then the columns that `forms` and `typed_by` name; `sql_with_rows` gives
    `_row` before them (BIGINT, the header is row 1). Of a source that has types, `datatypes` are pairs (column, IRI),
    `typed_by` pairs (column, column with the IRI of each value) where they differ, and `forms` pairs (column, column
    with the canonical lexical form) where that is not how the source writes a value. `rows_of` is the same for two
    relations if the rows of one number are the same record; `files` are those of a folder (see `kg.read.many`).
    """

    file: str
    columns: tuple[str, ...]
    sql: str
    sql_with_rows: str
    datatypes: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    typed_by: tuple[tuple[str, str], ...] = ()
    rows_of: str = ""
    files: tuple[str, ...] = ()


class Evidence(Enum):
    """How much provenance a dataset gets (DESIGN: invariant 1)."""

    STATEMENT = "statement"
    ENTITY = "entity"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SourceJoin:
    """A table that gives each row of a dataset its sources: rows whose `key` equals the dataset's column `key`."""

    file: Path
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file of the catalog with its mapping, and what the catalog says of it."""

    id: str
    file: Path
    mapping: Path
    title: Mapping[str, str]
    evidence: Evidence
    source: str | SourceJoin | None
    confirmation: str | None
    as_of: str | None
    date: date | None
    licence: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """A text of the catalog; its id is the id of the source that it is."""

    id: str
    file: Path
    date: date | None


@dataclass(frozen=True, slots=True)
class NameTable:
    """A dataset whose column `name` names things of a kind; `iri` is the template of their IRIs, `code` of places."""

    kind: str
    dataset: str
    iri: str
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRules:
    """How a language model reads articles beside the rules: off unless `enabled`.

    `confidence` is that of its claims, None for the lexicon's. `window` and `overlap` are characters of a text,
    `timeout` seconds for one request, `longest_wait` seconds before one is tried again. `max_requests` and
    `max_tokens` hold for a whole run, `max_article_tokens` for one article, `max_reply_tokens` for one answer.
    """

    enabled: bool = False
    name: str | None = None
    confidence: float | None = None
    window: int = 3000
    overlap: int = 300
    timeout: int = 60
    retries: int = 3
    longest_wait: int = 30
    max_requests: int = 200
    max_tokens: int = 500_000
    max_article_tokens: int = 60_000
    max_reply_tokens: int = 4000


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What the catalog says of reading articles.

    A statement less sure than `threshold` is for review. `places` is the source of what the lexicon says of places
    that no table has. Of `settled` predicates the tables say all: a text backs what they say, and adds nothing.
    `list_words` are patterns and what stands for them before two names of lists are compared.
    """

    lexicon: Path
    threshold: float
    places: str | None
    names: tuple[NameTable, ...]
    settled: tuple[str, ...]
    list_words: tuple[tuple[str, str], ...] = ()
    model: ModelRules = ModelRules()


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """What the catalog says of evidence: which datasets hold sources and grades, which predicates point at records.

    `sources`, `grades` are dataset ids; `unsourced` is the id of the source of what no source backs;
    `records` are IRIs of predicates whose object is a record that one claim covers.
    """

    sources: str
    grades: str
    unsourced: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgementFiles:
    """Where people say who is who, and which claims of articles are right; `source` backs what they say."""

    judgements: Path
    accepted: Path
    source: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that a build needs to know, read from `catalog.toml`; every path is absolute."""

    path: Path
    title: Mapping[str, str]
    base: str
    licence: str | None
    ontology: tuple[Path, ...]
    shapes: tuple[Path, ...]
    queries: Path
    checks: Path
    mappings: Path
    expectations: Path | None
    prefixes: Mapping[str, str]
    evidence: EvidenceRules
    datasets: tuple[Dataset, ...]
    articles: tuple[Article, ...]
    whole_files_limit: int
    time_limit: int
    reading: ReadingRules | None = None
    judged: JudgementFiles | None = None

    def dataset(self, identifier: str) -> Dataset:
        """The dataset of this id; KeyError where there is none (the catalog was checked when it was read)."""
        return next(dataset for dataset in self.datasets if dataset.id == identifier)


@dataclass(frozen=True, slots=True)
class Expectation:
    """A count that the graph must have: `query` gives one row with one number."""

    id: str
    title: Mapping[str, str]
    query: str
    equals: int | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """An expectation with the number that the graph gave."""

    expectation: Expectation
    found: int

    @property
    def met(self) -> bool:
        """Whether the number is as expected."""
        wanted = self.expectation
        return (
            (wanted.equals is None or self.found == wanted.equals)
            and (wanted.at_least is None or self.found >= wanted.at_least)
            and (wanted.at_most is None or self.found <= wanted.at_most)
        )


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the graph breaks, in plain words.

    `entity` and `predicate` are IRIs, empty where the rule speaks of the whole graph; `label` and `rows`
    ("clusters.csv#row=5") say which thing of which table that is.
    """

    rule: str
    entity: str
    message: str
    value: str = ""
    predicate: str = ""
    label: str = ""
    rows: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of characters, `start` inclusive, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """The main text of a file, with the way back to it.

    `original` is the decoded file (of a docx or pdf, all its text in reading order). `runs` are triples
    (start in `text`, start in `original`, length), ascending and without overlap: characters of `text` that are in no
    run were put in by reading (a line break for a paragraph).
    """

    id: str
    file: str
    text: str
    original: str
    runs: tuple[tuple[int, int, int], ...]
    title: str | None = None
    published: date | None = None

    def in_original(self, span: Span) -> Span:
        """Where a span of `text` stands in `original`: from its first to its last character that has a place there."""
        if len(self.runs) == 1:
            start, origin, length = self.runs[0]
            first, last = max(span.start - start, 0), min(span.end - start, length)
            return Span(origin + first, origin + last) if first < length and last > 0 else Span(0, 0)
        first = max(bisect_right(self.runs, span.start, key=_start_of_run) - 1, 0)
        last = bisect_left(self.runs, span.end, key=_start_of_run)
        places = [
            (origin + max(span.start - start, 0), origin + min(span.end - start, length))
            for start, origin, length in self.runs[first:last]
            if start < span.end and span.start < start + length
        ]
        return Span(places[0][0], places[-1][1]) if places else Span(0, 0)


def _start_of_run(run: tuple[int, int, int]) -> int:
    return run[0]


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a text says a thing: the sentence, its place in the original, the rule that read it, and how sure it is.

    `text` is the stretch of the original, or what is read of it where markup stands in between.
    """

    text: str
    span: Span
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A thing as a text names it. `known` is the IRI that reading found, of a place its code.

    `codes` are the places of a cluster, or the provinces of the `cluster` (its name) to which an enterprise belongs; of
    a place without `known` they are what it may be, of a zone what it lies in. `near` are the names of places in the
    sentence, then in the whole text, where a name of several places needs them. `reason` says how a place was told;
    `official` is the code of an enterprise (GB 32100).
    """

    kind: str
    name: str
    known: str | None = None
    codes: tuple[str, ...] = ()
    cluster: str = ""
    near: tuple[tuple[str, ...], ...] = ()
    reason: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure that a text gives; `period` is empty where it names none."""

    indicator: str
    value: Decimal
    unit: str
    comparator: str
    status: str
    period: str


@dataclass(frozen=True, slots=True)
class TextClaim:
    """What an article says: `article` is its source, `file` its name below the project.

    `predicate` is a local name of the ontology; without `object` the claim is that there is such a thing as the
    subject. `date` is that of the article, never that of what it tells.
    """

    article: str
    file: str
    date: str
    subject: Mentioned
    predicate: str
    object: Mentioned | Amount | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: who, when (ISO 8601) and why; `line` is its row in the file."""

    who: str
    when: str
    why: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TextStatement:
    """A statement for the graph, with the claim that it was made of; IRIs are relative to the base.

    `label` and `cls` describe the subject where the statement is what it is called (`predicate` is then an IRI);
    `cls` is empty where a table has the subject. `figure` holds the parts of a figure that no table has. `decision` is
    there where a person let the claim in. `remark` says how its things were told where they are called otherwise.
    """

    claim: TextClaim
    subject: str
    predicate: str
    object: str = ""
    label: str = ""
    cls: str = ""
    figure: tuple[tuple[str, str], ...] = ()
    decision: Decision | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ForReview:
    """A claim that does not enter the graph, and why: a person decides."""

    claim: TextClaim
    reason: str
