"""Query results as files: one writer a format, one registry. A table for the terminal is `kg.view.terminal`'s."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox
from wcwidth import wcswidth

from kg.errors import KgError
from kg.store.entities import Term
from kg.store.results import Answer, Kind, QueryResult, Solution, to_triples, to_value
from kg.vocabulary import XSD

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Result = Answer | QueryResult

TABLES = frozenset({Kind.SELECT, Kind.ASK})
GRAPHS = frozenset({Kind.GRAPH})

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 1_048_576
XLSX_CHARACTERS = 32_767
XLSX_EXACT = 2**53
"""Excel's limits: rows of a sheet (with the header), characters of a cell, integers that a double holds."""
NARROWEST, WIDEST = 8, 60
"""Widths of columns, in characters."""


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format of results: what it is called, which results it can hold, and its writer."""

    name: str
    suffix: str
    media_type: str
    kinds: frozenset[Kind]
    write: Callable[[Result, IO[bytes]], None]


def write_result(result: Result, name: str, target: Path | str | IO[bytes] | io.TextIOBase) -> None:
    """Writes the result in this format to a path or a stream; KgError where format and result don't go together.

    A text stream gets the same bytes through its `buffer` (so stdout will do), or decoded where it has none.
    """
    found = result_format(name, result.kind)
    if isinstance(target, Path | str):
        _write_path(result, found, Path(target))
    elif isinstance(target, io.TextIOWrapper):
        target.flush()
        found.write(result, target.buffer)
    elif isinstance(target, io.TextIOBase):
        target.write(_bytes(result, found).decode())
    else:
        found.write(result, target)


def result_format(name: str, kind: Kind) -> ResultFormat:
    """The format of this name; KgError where there is none, or where it cannot hold a result of this kind."""
    possible = [known.name for known in FORMATS.values() if kind in known.kinds]
    if name not in possible:
        reason = f"cannot hold the result of this query ({kind})" if name in FORMATS else "is no format"
        raise KgError(f"{name!r} {reason}; possible here: {', '.join(possible)}", value=name)
    return FORMATS[name]


def format_for_path(path: Path) -> str | None:
    """The format that a file name asks for by its ending; None where the ending is not known."""
    return next((known.name for known in FORMATS.values() if known.suffix == path.suffix.lower()), None)


def _write_path(result: Result, found: ResultFormat, path: Path) -> None:
    """A file that stands only when it is complete."""
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as stream:
            found.write(result, stream)
        partial.replace(path)
    except OSError as error:
        raise KgError(f"cannot be written: {error.strerror}", file=path) from error
    finally:
        partial.unlink(missing_ok=True)


def _bytes(result: Result, found: ResultFormat) -> bytes:
    stream = io.BytesIO()
    found.write(result, stream)
    return stream.getvalue()


def write_csv(result: Result, stream: IO[bytes]) -> None:
    """SPARQL 1.1 CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/): plain values, exact; an ASK is true or false.

    Nothing is changed for spreadsheets, which take `=...` for a formula: give those xlsx.
    """
    with _text(stream) as text:
        writer = csv.writer(text, lineterminator="\r\n")
        if result.boolean is not None:
            text.write(_truth(result.boolean))
            return
        writer.writerow(result.variables)
        writer.writerows([_csv_value(term) for term in row] for row in result.solutions)


def write_tsv(result: Result, stream: IO[bytes]) -> None:
    """SPARQL 1.1 TSV: terms as in Turtle, so that language and datatype are kept."""
    with _text(stream) as text:
        if result.boolean is not None:
            text.write(_truth(result.boolean))
            return
        text.write("\t".join(f"?{variable}" for variable in result.variables) + "\n")
        for row in result.solutions:
            text.write("\t".join("" if term is None else _tsv_term(term) for term in row) + "\n")


def write_json(result: Result, stream: IO[bytes]) -> None:
    """SPARQL 1.1 JSON (https://www.w3.org/TR/sparql11-results-json/), a line a row."""
    with _text(stream) as text:
        if result.boolean is not None:
            text.write(json.dumps({"head": {}, "boolean": result.boolean}) + "\n")
            return
        head = json.dumps({"vars": list(result.variables)}, ensure_ascii=False)
        text.write(f'{{"head": {head}, "results": {{"bindings": [')
        separator = "\n"
        for row in result.solutions:
            text.write(separator + json.dumps(_binding(result.variables, row), ensure_ascii=False))
            separator = ",\n"
        text.write("\n]}}\n")


def write_xlsx(result: Result, stream: IO[bytes]) -> None:
    """A workbook: texts are texts, never formulas or links; numbers are numbers where Excel holds them exactly."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        _write_sheet(result, workbook.add_worksheet("result"), workbook.add_format({"bold": True}))
    stream.write(buffer.getvalue())


def _write_sheet(result: Result, sheet: "Worksheet", bold: "Format") -> None:
    sheet.freeze_panes(1, 0)
    header = list(result.variables) if result.boolean is None else ["ask"]
    widths = [_width(name) for name in header]
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    if result.boolean is not None:
        sheet.write_boolean(1, 0, result.boolean)
    for number, row in enumerate(result.solutions, start=1):
        if number >= XLSX_ROWS:
            raise KgError(f"a sheet holds {XLSX_ROWS:,} rows at most: write csv, or add LIMIT to the query")
        for column, term in enumerate(row):
            widths[column] = max(widths[column], _write_cell(sheet, number, column, term))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 1, NARROWEST), WIDEST))


def _write_cell(sheet: "Worksheet", row: int, column: int, term: Term | None) -> int:
    """Writes a term; returns the width of its text."""
    value = to_value(term)
    text = _csv_value(term)
    if len(text) > XLSX_CHARACTERS:
        raise KgError(f"a cell holds {XLSX_CHARACTERS:,} characters at most, this text has {len(text):,}: write csv")
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal | float) and _is_exact(value):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)
    elif text:
        sheet.write_string(row, column, text)
    return _width(text)


def _is_exact(value: int | Decimal | float) -> bool:
    """Whether a cell shows this very number; a longer one is written as text instead of being rounded."""
    if isinstance(value, int):
        return abs(value) <= XLSX_EXACT
    if isinstance(value, float):
        return isfinite(value)
    return Decimal(repr(float(value))) == value


def _width(text: str) -> int:
    """Columns that the longest line of a text takes; a Chinese character takes two."""
    return max((max(wcswidth(line), 0) for line in text.splitlines()), default=0)


def write_turtle(result: Result, stream: IO[bytes]) -> None:
    """Turtle with the release's prefixes, sorted, so that the same triples give the same bytes.

    It declares no base: Oxigraph would write the prefixes relative to it too, as `<//schema.org/>`.
    """
    triples = sorted(to_triples(result.solutions), key=str)
    ox.serialize(triples, stream, ox.RdfFormat.TURTLE, prefixes=dict(result.prefixes))


def write_nt(result: Result, stream: IO[bytes]) -> None:
    """N-Triples, in the order in which they come."""
    ox.serialize(to_triples(result.solutions), stream, ox.RdfFormat.N_TRIPLES)


def write_jsonld(result: Result, stream: IO[bytes]) -> None:
    """JSON-LD with whole IRIs, sorted."""
    triples = sorted(to_triples(result.solutions), key=str)
    ox.serialize(triples, stream, ox.RdfFormat.JSON_LD)
    stream.write(b"\n")


FORMATS: Mapping[str, ResultFormat] = {
    known.name: known
    for known in (
        ResultFormat("csv", ".csv", "text/csv", TABLES | GRAPHS, write_csv),
        ResultFormat("tsv", ".tsv", "text/tab-separated-values", TABLES | GRAPHS, write_tsv),
        ResultFormat("json", ".json", "application/sparql-results+json", TABLES | GRAPHS, write_json),
        ResultFormat("xlsx", ".xlsx", XLSX_TYPE, TABLES | GRAPHS, write_xlsx),
        ResultFormat("turtle", ".ttl", "text/turtle", GRAPHS, write_turtle),
        ResultFormat("nt", ".nt", "application/n-triples", GRAPHS, write_nt),
        ResultFormat("jsonld", ".jsonld", "application/ld+json", GRAPHS, write_jsonld),
    )
}
DEFAULTS: Mapping[Kind, str] = {Kind.SELECT: "csv", Kind.ASK: "csv", Kind.GRAPH: "turtle"}
"""What a file without a known ending, or a pipe, gets."""


@contextmanager
def _text(stream: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """The stream as UTF-8 text without newline translation; it stays open behind."""
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _csv_value(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _tsv_term(term: Term) -> str:
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def _binding(variables: Iterable[str], row: Solution) -> dict[str, object]:
    return {name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None}


def _json_term(term: Term) -> dict[str, object]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    return {"type": "literal", "value": term.value, **_json_kind(term)}


def _json_kind(literal: ox.Literal) -> dict[str, str]:
    """The language or datatype of a literal; a plain string has neither."""
    if literal.language:
        direction = {"its:dir": str(literal.direction)} if literal.direction else {}
        return {"xml:lang": literal.language, **direction}
    return {} if literal.datatype.value == XSD + "string" else {"datatype": literal.datatype.value}
