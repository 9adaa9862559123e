"""Excel workbooks -> relations: a sheet is a table of text, as if it were saved as CSV.

The sheet is named after the file (`book.xlsx#Sheet`) or by the iterator; a workbook of one sheet needs no name. Cells
have types one by one, columns have none, so there are no natural datatypes.
"""

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # expat limits what entities may grow to since 2.4.1

import duckdb

from kg.errors import ReadError
from kg.model import Problem
from kg.read.header import check_names
from kg.read.source import Opened, Source
from kg.read.spool import spool
from kg.read.typed import TypedColumn, typed_relation

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"


def open_sheet(connection: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Return the relation of a sheet, with a Problem for merged header cells and for each cell that holds an error."""
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise ReadError("needs openpyxl: pip install 'cluster-kg[excel]'", file=source.file) from error
    try:
        book = load_workbook(source.file, read_only=True, data_only=True)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}", file=source.file) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReadError(f"is not a workbook (.xlsx) that can be read: {error}", file=source.file) from error
    try:
        return _Sheet(source.file, _chosen(book.worksheets, source)).opened(connection)
    finally:
        book.close()


def _chosen(sheets: Sequence["ReadOnlyWorksheet"], source: Source) -> "ReadOnlyWorksheet":
    """Return the sheet that is asked for; ReadError with the names that there are."""
    names = ", ".join(repr(each.title) for each in sheets)
    if source.iterator:
        found = next((each for each in sheets if each.title == source.iterator), None)
        if found is None:
            reason = f"has no sheet {source.iterator!r}; there are: {names}"
            raise ReadError(reason, file=source.file, value=source.iterator)
        return found
    if len(sheets) != 1:
        raise ReadError(f"has several sheets, so one must be named (rml:iterator): {names}", file=source.file)
    return sheets[0]


class _Sheet:
    """One sheet, read row by row."""

    def __init__(self, path: Path, sheet: "ReadOnlyWorksheet") -> None:
        self.path, self.sheet = path, sheet
        self.name = f"{path.name}#{sheet.title}"
        self.merged = _merged_in_header(path, sheet)
        self.last_of_header = max((last for _, _, last, _ in self.merged), default=1)
        self.problems: list[Problem] = []

    def opened(self, connection: duckdb.DuckDBPyConnection) -> Opened:
        """Return the relation; rows have the numbers that the spreadsheet shows."""
        self.sheet.reset_dimensions()  # what a file says of its own size is often wrong
        rows = self._rows()
        header = self._header([next(rows, (n, []))[1] for n in range(1, self.last_of_header + 1)])
        check_names(header, self.path)
        table = spool(connection, self._body(rows, len(header)), len(header), of=self.name)
        columns = [TypedColumn(name, f"c{i}") for i, name in enumerate(header)]
        return Opened(typed_relation(self.path.name, columns, table, "n"), tuple(self.problems))

    def _rows(self) -> Iterator[tuple[int, list[str | None]]]:
        for number, cells in enumerate(self.sheet.iter_rows(), 1):
            yield number, [self._text(number, cell.value, cell.data_type) for cell in cells]

    def _text(self, row: int, value: object, kind: str) -> str | None:
        """Return a cell as CSV would have it, an error as no value and a Problem."""
        if kind == "e":
            reason = f"a cell of sheet {self.sheet.title!r} holds an error, which is no value"
            self.problems.append(Problem("read", self.path.name, row, str(value), reason))
            return None
        return as_text(value)

    def _header(self, rows: list[list[str | None]]) -> list[str]:
        """Return the names: of merged cells each has the name, and names of several rows stand one after another."""
        named = [(row, i) for row, values in enumerate(rows, 1) for i, each in enumerate(values, 1) if each]
        merged = (right for left, top, _, right in self.merged if (top, left) in named)
        width = max((*(column for _, column in named), *merged), default=0)
        grid = [[(row[i] if i < len(row) else None) or "" for i in range(width)] for row in rows]
        for first_column, first_row, last_row, last_column in self.merged:
            name = grid[first_row - 1][first_column - 1] if first_column <= width else ""
            for column in range(first_column, min(last_column, width) + 1):
                for row in range(first_row, last_row + 1):
                    grid[row - 1][column - 1] = name
        names = [" / ".join(dict.fromkeys(filter(None, parts))).strip() for parts in zip(*grid, strict=True)]
        told: dict[str, int] = {}
        for i, name in enumerate(names):
            told[name] = told.get(name, 0) + 1
            names[i] = f"{name} ({told[name]})" if name and told[name] > 1 and self.merged else name
        if self.merged:
            rows_words = f"rows 1 to {self.last_of_header} are" if self.last_of_header > 1 else "row 1 is"
            reason = f"the header has merged cells: {rows_words} read as the names {', '.join(map(repr, names))}"
            self.problems.append(Problem("read", self.path.name, 1, self.sheet.title, reason))
        return names

    def _body(self, rows: Iterator[tuple[int, list[str | None]]], width: int) -> Iterator[tuple[int, list[str | None]]]:
        """Yield the rows that hold anything, as wide as the header; more cells with values are a Problem."""
        for number, values in rows:
            if any(each is not None for each in values[width:]):
                reason = f"the row has values beyond the {width} columns of the header"
                shown = ",".join(each or "" for each in values)[:200]
                self.problems.append(Problem("read", self.path.name, number, shown, reason))
            elif any(each is not None for each in values):
                yield number, values[:width] + [None] * (width - len(values))


def as_text(value: object) -> str | None:
    """Return the value of a cell as people write it: whole numbers without a point, dates as ISO 8601.

    >>> as_text(1001.0), as_text(1.5), as_text(True), as_text(datetime.datetime(2024, 1, 2))
    ('1001', '1.5', 'true', '2024-01-02')
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  # digits of a double
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="auto")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _merged_in_header(path: Path, sheet: "ReadOnlyWorksheet") -> list[tuple[int, int, int, int]]:
    """Return the merged ranges that begin in row 1: first column, first row, last row, last column.

    A sheet that is read row by row does not know them, so they are taken from its XML.
    """
    from openpyxl.utils.cell import range_boundaries

    found = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as xml:
        for _, element in ElementTree.iterparse(xml):  # noqa: S314
            if element.tag == _MERGED:
                left, top, right, bottom = range_boundaries(element.get("ref", "A1"))
                if top == 1:
                    found.append((left, top, bottom, right))
            elif not element.tag.endswith("mergeCells"):
                element.clear()
    return found
