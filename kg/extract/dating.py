"""Of which year a quantity is, and whether it is only aimed at."""

from dataclasses import dataclass

from kg.extract.lexicon import Lexicon
from kg.extract.page import Found, Page
from kg.extract.periods import Periods, Year
from kg.extract.quantity import Quantity


@dataclass(slots=True)
class Calendar:
    """The years under way, changed as sentences are read: those of the sentence, once asked for, and the last one."""

    year: int | None = None
    years: list[Year] | None = None


class Dater:
    """Dates quantities; holds the words that this takes."""

    def __init__(self, lexicon: Lexicon, periods: Periods) -> None:
        self._periods = periods
        self._year_after = lexicon.pattern("figures.status.year_after")
        self._from_before = lexicon.pattern("figures.status.from_before")
        self._from_after = lexicon.pattern("figures.status.from_after")

    def year(self, page: Page, found: Found, quantity: Quantity, calendar: Calendar) -> int | None:
        """The year of a quantity: that right behind it, else the last one before it in its sentence."""
        after = self._year_after.match(page.text[quantity.end : found.sentence.end])
        if after is not None:
            return int(after.group("year"))
        if calendar.years is None:
            calendar.years = self._periods.years(page.text, found.sentence.start, found.sentence.end, page.year)
        first = _first(calendar.years, quantity) if len(calendar.years) > 1 else None
        if first is not None and self._goes_up_from(page, found, quantity):
            return first.value
        for year in reversed(calendar.years):
            if year.end <= quantity.start and not any(item.start <= year.start < item.end for item in found.lists):
                calendar.year = year.value
                return year.value
        same = self._periods.same_period(page.text[found.sentence.start : quantity.start])
        return calendar.year if same else None

    def target(self, page: Page, found: Found, quantity: Quantity, year: int | None) -> tuple[bool, int | None]:
        """Whether a quantity is aimed at, and its year: that of an aim may stand behind it."""
        if not self._is_target(page, found, quantity, year):
            return False, year
        if year is not None:
            return True, year
        later = self._periods.years(page.text, quantity.end, found.sentence.end, page.year)
        return True, later[0].value if later else None

    def _is_target(self, page: Page, found: Found, quantity: Quantity, year: int | None) -> bool:
        if self._goes_up_from(page, found, quantity):
            return False
        clause = found.clause_of(quantity.start)
        told = self._periods.aims(page.text, found.sentence.start, clause[0], quantity.start)
        if year is not None and page.year is not None and year > page.year:
            return True
        return bool(told) and not (year is not None and page.year is not None and year < page.year)

    def _goes_up_from(self, page: Page, found: Found, quantity: Quantity) -> bool:
        """Whether a number is the first of 由150亿元增至410亿元."""
        clause = found.clause_of(quantity.start)
        before = self._from_before.search(page.text[clause[0] : quantity.start])
        return before is not None and self._from_after.match(page.text[quantity.end : clause[1]]) is not None


def _first(years: list[Year], quantity: Quantity) -> Year | None:
    """Of two years before such a number, the first."""
    before = [year for year in years if year.end <= quantity.start and year.value is not None]
    return min(before, key=lambda year: year.value or 0) if len({year.value for year in before}) > 1 else None
