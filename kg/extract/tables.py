"""Tables in a text: lines of cells under a line of headings, as tables of pages and spreadsheets come out."""

import re
from dataclasses import dataclass
from itertools import pairwise

# A table has at least so many columns.
FEWEST_COLUMNS = 2
# One whose cells only spaces divide has at least so many: two stand in many a line that is no table's.
FEWEST_SPACED = 3
LONGEST_HEADING = 24


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with text in it: its place, the heading of its column, and the place of its row."""

    start: int
    end: int
    heading: str
    row: tuple[int, int]


class TableFinder:
    """Finds tables: a line of headings without digits and, right below it, lines of as many cells."""

    def __init__(self, separators: str) -> None:
        self._separator = re.compile(separators)
        self._line = re.compile(r"[^\s\n](?:[^\n]*[^\s\n])?")

    def cells(self, text: str) -> list[Cell]:
        """The cells of all tables of a text, row by row; none for most texts."""
        if self._separator.search(text) is None:
            return []
        found: list[Cell] = []
        headings: list[str] = []
        for line in self._line.finditer(text):
            places = self._places(text, *line.span())
            if len(places) < (FEWEST_COLUMNS if self._drawn(text, *line.span()) else FEWEST_SPACED):
                headings = []
            elif len(places) == len(headings):
                found += [
                    Cell(start, end, heading, line.span())
                    for (start, end), heading in zip(places, headings, strict=True)
                    if start < end and heading
                ]
            else:
                headings = self._headings([text[start:end] for start, end in places])
        return found

    def _drawn(self, text: str, start: int, end: int) -> bool:
        """Whether tabs or strokes divide the cells of a line."""
        return any(
            not mark.group().isspace() or "\t" in mark.group() for mark in self._separator.finditer(text, start, end)
        )

    def _places(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The places of the cells of a line, without the space around their text."""
        cuts = [(start, start), *(match.span() for match in self._separator.finditer(text, start, end)), (end, end)]
        places = []
        for (_, left), (right, _) in pairwise(cuts):
            cell = text[left:right]
            first = left + len(cell) - len(cell.lstrip())
            places.append((first, max(first, left + len(cell.rstrip()))))
        return places

    def _headings(self, cells: list[str]) -> list[str]:
        """The cells as headings; none where one is too long or only a number."""
        good = all(len(cell) <= LONGEST_HEADING and not cell.isdigit() for cell in cells)
        return cells if good and any(cells) else []
