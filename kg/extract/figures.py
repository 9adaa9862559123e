"""Quantities: a number with its unit, comparator and indicator, and whether it is a total or a change."""

import re
from decimal import Decimal
from typing import NamedTuple

from kg.extract.lexicon import Indicator, Lexicon, any_of
from kg.extract.numerals import Numerals
from kg.extract.percents import PercentReader
from kg.extract.quantity import Measure, Quantity

# How many characters before a number its comparator stands in.
COMPARATOR_REACH = 6
# A figure may take its indicator from so many clauses before its own.
CLAUSES_BACK = 2
# So many characters after an amount tell that it is a class of firms.
CLASS_REACH = 16
# A qualifier of an indicator has so many characters.
SHORTEST_QUALIFIER = 2


class _Noun(NamedTuple):
    start: int
    end: int
    indicator: Indicator


class FigureFinder:
    """Finds quantities in a sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._numerals = Numerals(lexicon)
        self._full = lexicon.pairs("figures.units.full")
        self._measures = {
            unit: measure for measure in Measure for unit in lexicon.words(f"figures.units.{measure.value}")
        }
        self._number = self._number_pattern(lexicon)
        self._set_comparators(lexicon)
        indicators = lexicon.indicators()
        self._by_word = {word: indicator for indicator in indicators for word in indicator.words}
        self._nouns = {
            measure: any_of(word for word, indicator in self._by_word.items() if indicator.kind == measure.value)
            for measure in (Measure.MONEY, Measure.COUNT)
        }
        after, before = lexicon.text("figures.nearby.after"), lexicon.text("figures.nearby.before")
        self._count_after = re.compile(f"{after}(?P<noun>{self._nouns[Measure.COUNT].pattern})")
        self._money_after = re.compile(
            f"{lexicon.text('figures.nearby.after_money')}(?P<noun>{self._nouns[Measure.MONEY].pattern})"
        )
        self._of_clusters = lexicon.pattern("figures.nearby.of_clusters")
        self._corrected = lexicon.pattern("figures.nearby.corrected")
        self._size_class = lexicon.pattern("figures.nearby.size_class")
        self._no_money = lexicon.pattern("figures.nearby.no_money")
        self._not_counted = lexicon.pattern("figures.nearby.not_counted")
        self._first_class = lexicon.pattern("figures.nearby.first_class")
        self._class_head = lexicon.pattern("figures.nearby.class_head")
        self._vague = re.compile(f"(?:{any_of(lexicon.words('figures.units.vague')).pattern})$")
        self._beside = re.compile(before)
        self._growth_key, self._share_key = (
            lexicon.text("figures.percent.growth_key"),
            lexicon.text("figures.percent.share_key"),
        )
        self._delta, self._total = (any_of(lexicon.words(f"figures.change.{key}")) for key in ("delta", "total"))
        self._range, self._range_from, self._range_after, self._origin = (
            lexicon.pattern(f"figures.change.{key}") for key in ("range", "range_from", "range_after", "origin")
        )
        self._half_range = re.compile(rf"\d(?:{self._range.pattern})$")
        self._not_delta = any_of(lexicon.words("figures.change.not_delta"))
        self._any_delta = lexicon.any_of("figures.change.delta", "figures.change.not_delta")
        self._firms = lexicon.text("figures.nearby.firms")
        self._trade = lexicon.pattern("figures.nearby.trade")
        self._loose_unit = lexicon.text("figures.nearby.loose_unit")
        self._loose_between, self._loose_after = (
            lexicon.pattern(f"figures.nearby.loose_{key}") for key in ("between", "after")
        )
        self._percents = PercentReader(lexicon, self.order)
        self._respectively = lexicon.pattern("figures.change.respectively")
        self._growth_of = frozenset(lexicon.words("figures.percent.growth_of"))
        plain = any_of(lexicon.words("figures.subjects.plain")).pattern
        self._part = re.compile(f"(?:{any_of(lexicon.words('figures.subjects.part')).pattern})[,:]?")
        self._plain = re.compile(rf"(?:{plain}|[\d\s.-])*")
        self._heading_unit = lexicon.pattern("figures.nearby.heading_unit")
        self._numeral_cell = re.compile(r"[-+]?\d[\d,]*(?: \d{3})*(?:\.\d+)?")
        self._count_unit = lexicon.text("figures.nearby.count_unit")

    def _number_pattern(self, lexicon: Lexicon) -> re.Pattern[str]:
        units = any_of((*self._measures, *lexicon.words("figures.units.skip"))).pattern
        more = any_of(lexicon.words("figures.comparators.more_after")).pattern
        about = any_of(lexicon.words("figures.comparators.about_after")).pattern
        words = any_of(lexicon.words("figures.units.percent_words")).pattern
        tenths = lexicon.pattern("figures.units.tenths").pattern
        ordinal = re.escape(lexicon.text("figures.units.ordinal"))
        multiples = "".join(lexicon.pairs("text.numerals.myriads"))
        implicit = lexicon.text("figures.units.implicit_after")
        counts = "".join({unit[-1] for unit in lexicon.words("figures.units.count")})
        number = self._numerals.pattern
        million_million = "".join(
            sorted(
                lexicon.pairs("text.numerals.myriads"), key=lambda key: int(lexicon.pairs("text.numerals.myriads")[key])
            )
        )
        # Where no number can begin, which is nearly everywhere, one test must do.
        begins = re.escape("".join({word[0] for word in lexicon.words("figures.units.percent_words")}))
        begins += self._numerals.characters + multiples
        return re.compile(
            rf"(?=[\d{begins}])(?<![\dA-Za-z.{ordinal}])(?:(?P<words>{words})(?P<rate>{number})"
            rf"|{tenths}(?P<later>{more}|{about})?"
            rf"|(?P<number>{number}|(?={million_million})|(?<=[{implicit}])(?=[{multiples}][{counts}]))"
            rf"[ ]?(?P<multiple>[{multiples}]?)(?P<more>{more})?[ ]?"
            rf"(?P<unit>{units})(?P<after>{more}|{about})?)"
        )

    def _set_comparators(self, lexicon: Lexicon) -> None:
        gap = lexicon.text("figures.comparators.gap")
        before = any_of(
            lexicon.words("figures.comparators.more_before") + lexicon.words("figures.comparators.about_before")
        )
        self._any_before = re.compile(f"(?:{before.pattern}){gap}")
        self._more_before = re.compile(f"(?:{any_of(lexicon.words('figures.comparators.more_before')).pattern}){gap}")
        self._about_before = re.compile(f"(?:{any_of(lexicon.words('figures.comparators.about_before')).pattern}){gap}")
        self._about_after = any_of(lexicon.words("figures.comparators.about_after"))

    def quantities(self, text: str, clauses: list[tuple[int, int]]) -> list[Quantity]:
        """The quantities of the clauses of one sentence, each with its indicator."""
        by_clause: dict[int, list[Quantity]] = {}
        index = 0
        # No number reaches over the end of a clause.
        for match in self._number.finditer(text, clauses[0][0], clauses[-1][1]):
            while match.start() >= clauses[index][1]:
                index += 1
            start = clauses[index][0]
            raw = self._raw(text, match, start)
            if raw is not None and not self._corrected.match(text[raw.end : raw.end + 16]):
                before = by_clause.setdefault(index, [])
                before.append(self._named(text, clauses, index, before[-1].end if before else start, raw))
        return [
            quantity
            for index, quantities in by_clause.items()
            for quantity in self._without_ranges(text, *clauses[index], quantities)
        ]

    def _without_ranges(self, text: str, start: int, end: int, quantities: list[Quantity]) -> list[Quantity]:
        """The quantities of a clause; those of a range (3至5家, 从3亿元到5亿元不等) count as changes, not as totals."""
        done: list[Quantity] = []
        for quantity in quantities:
            before = done[-1] if done else None
            between = text[before.end : quantity.start] if before else ""
            if before is not None and self._range.fullmatch(between):
                loose = self._range_from.search(text, start, before.start) is None
                if loose or before.change or self._range_after.match(text, quantity.end, end):
                    done[-1] = before._replace(change=True)
                    quantity = quantity._replace(change=True)  # noqa: PLW2901
            elif self._half_range.search(text, start, quantity.start) or self._origin.match(text, quantity.end, end):
                quantity = quantity._replace(change=True)  # noqa: PLW2901
            done.append(quantity)
        return done

    def _raw(self, text: str, match: re.Match[str], start: int) -> Quantity | None:
        words, rate, source, multiple, unit = match.group("words", "rate", "number", "multiple", "unit")
        if words:
            value, unit, measure = self._numerals.value(rate), "%", Measure.PERCENT
        elif match.group("tenths"):
            tens, ones = match.group("tenths", "ones")
            value, unit, measure = self._tenths(tens, ones), "%", Measure.PERCENT
        else:
            measure_found = self._measures.get(multiple + unit) or self._measures.get(unit)
            if measure_found is None:
                return None
            measure = measure_found
            if self._is_of_others(text, match, start, measure):
                return None
            if (not source or self._numerals.is_written(source)) and self._vague.search(text[start : match.start()]):
                return None
            if source and measure is Measure.COUNT and not multiple and self._numerals.is_small(source):
                return None
            value = self._numerals.value(source) if source else Decimal(1)
            unit = self._full.get(multiple + unit, multiple + unit)
        if value is None:
            return None
        return Quantity(match.start(), match.end(), value, unit, measure, self._comparator(text, match, start))

    def _tenths(self, tens: str, ones: str | None) -> Decimal | None:
        """The percentage of 三成 and 三成五."""
        value, rest = self._numerals.value(tens), self._numerals.value(ones) if ones else Decimal(0)
        return value * 10 + rest if value is not None and rest is not None else None

    def _is_of_others(self, text: str, match: re.Match[str], start: int, measure: Measure) -> bool:
        """Whether a number is nobody's figure: an amount that is a size class, a count of people of firms."""
        after = text[match.end() : match.end() + CLASS_REACH]
        if measure is Measure.MONEY:
            bare = match.group("unit") in self._full and self._no_money.match(after) is not None
            return bare or self._is_class(text[start : match.start()], after)
        return measure is Measure.COUNT and self._not_counted.match(after) is not None

    def _is_class(self, before: str, after: str) -> bool:
        """Whether an amount is a size class: 超10亿元企业12家, 首个千亿元产业集群."""
        if self._size_class.match(after):
            return True
        return self._class_head.match(after) is not None and self._first_class.search(before) is not None

    def _comparator(self, text: str, match: re.Match[str], start: int) -> str:
        before = text[max(start, match.start() - COMPARATOR_REACH) : match.start()]
        more, after = match.group("more"), match.group("after") or match.group("later")
        if not more and not after and self._any_before.search(before) is None:
            return "="
        if self._about_before.search(before) or (after and self._about_after.fullmatch(after)):
            return "~"
        if more or after or self._more_before.search(before):
            return ">="
        return "="

    def _named(self, text: str, clauses: list[tuple[int, int]], index: int, before: int, raw: Quantity) -> Quantity:
        if raw.measure is Measure.PERCENT:
            return self._percents.read(text, clauses, index, before, raw)
        noun, certain = self._noun(text, clauses, index, before, raw)
        return Quantity(
            raw.start,
            raw.end,
            raw.value,
            raw.unit,
            raw.measure,
            raw.comparator,
            indicator=noun.key if noun is not None and not noun.silent else ("-" if noun is not None else ""),
            certain=certain,
            change=self._is_change(text[before : raw.start]),
        )

    def _noun(
        self, text: str, clauses: list[tuple[int, int]], index: int, before: int, raw: Quantity
    ) -> tuple[Indicator | None, bool]:
        start, end = clauses[index]
        if raw.measure is Measure.COUNT:
            right = self._count_after.search(text[raw.end : end])
            if right is not None:
                return self._fitting(right.group("noun"), raw), True
            left = self._last(text, start, raw.start, raw)
            if left is not None and (
                left.end > before or before == start or self._total.search(text, before, raw.start)
            ):
                beside = self._beside.search(text[left.end : raw.start]) is not None
                return (left.indicator, True) if beside or raw.unit[-1:] in left.indicator.units else (None, False)
        else:
            left = self._nth(text, start, raw) or self._last(text, start, raw.start, raw)
            if left is not None:
                return left.indicator, True
            right = self._money_after.search(text[raw.end : end])
            if right is not None:
                return self._by_word[right.group("noun")], True
        for start, end in reversed(clauses[max(0, index - CLAUSES_BACK) : index]):
            left = self._last(text, start, end, raw)
            if left is not None:
                return left.indicator, False
        return None, False

    def of_cell(self, heading: str, cell: str) -> Quantity | None:
        """The quantity of a table's cell: read as its heading, the cell and the unit that the heading gives."""
        unit = self._heading_unit.search(heading)
        name = heading[: unit.start()] if unit else heading
        if self._numeral_cell.fullmatch(cell) and unit:
            cell += unit.group("unit")
        elif self._numeral_cell.fullmatch(cell) and any(self._nouns[Measure.COUNT].findall(name)):
            cell += self._count_unit
        read = name + cell
        found = [item for item in self.quantities(read, [(0, len(read))]) if item.start >= len(name)]
        return found[0] if len(found) == 1 else None

    def order(self, text: str, start: int, position: int) -> int | None:
        """Which of several numbers the one at `position` is, where its clause gives them in order; else None."""
        word = self._respectively.search(text, start, position)
        return None if word is None else sum(1 for _ in self._number.finditer(text, word.end(), position))

    def _nth(self, text: str, start: int, raw: Quantity) -> _Noun | None:
        """The noun whose number it is in 收入、利润分别达到512亿元和31亿元."""
        order = self.order(text, start, raw.start)
        word = self._respectively.search(text, start, raw.start)
        if order is None or word is None:
            return None
        nouns = [
            _Noun(match.start(), match.end(), self._by_word[match.group()])
            for match in self._nouns[raw.measure].finditer(text, start, word.start())
        ]
        return nouns[order] if len(nouns) > 1 and order < len(nouns) else None

    def grows(self, indicator: str) -> bool:
        """Whether growth of this indicator is growth of the cluster."""
        return not indicator or indicator in self._growth_of

    def is_growth(self, quantity: Quantity) -> bool:
        """Whether a quantity is a growth rate."""
        return quantity.indicator == self._growth_key

    def is_share(self, quantity: Quantity) -> bool:
        """Whether a quantity is a share of a whole."""
        return quantity.indicator == self._share_key

    def names_money(self, stretch: str) -> bool:
        """Whether a stretch names an indicator of money."""
        return self._nouns[Measure.MONEY].search(stretch) is not None

    def qualified(self, stretch: str) -> bool:
        """Whether words that are not known stand before the indicator of money of a clause (电池产值300亿元)."""
        noun = self._nouns[Measure.MONEY].search(stretch)
        if noun is None:
            return False
        part = self._part.match(stretch)
        plain = self._plain.match(stretch, part.end() if part else 0)
        return plain is not None and noun.start() - plain.end() >= SHORTEST_QUALIFIER

    def is_part_aside(self, text: str, start: int, position: int) -> bool:
        """Whether a parenthesis around `position` begins with a word that announces a part."""
        opening = text.rfind("(", start, position)
        return opening > text.rfind(")", start, position) and self._part.match(text, opening + 1) is not None

    def is_part(self, stretch: str) -> bool:
        """Whether a clause begins with a word that announces a part of what was named before (其中)."""
        return self._part.match(stretch) is not None

    def _fitting(self, word: str, raw: Quantity) -> Indicator | None:
        indicator = self._by_word[word]
        return indicator if raw.unit[-1:] in indicator.units or not indicator.units else None

    def _last(self, text: str, start: int, end: int, raw: Quantity) -> _Noun | None:
        """The last noun of the right kind in [start, end) that goes with the number's unit."""
        nouns = self._nouns[raw.measure].finditer(text, start, end)
        matches = [noun for noun in nouns if self._of_clusters.match(text, noun.end(), end) is None]
        for position in range(len(matches) - 1, -1, -1):
            match, before = matches[position], matches[position - 1] if position else None
            indicator = self._by_word[match.group()]
            fits = raw.measure is not Measure.COUNT or raw.unit[-1:] in indicator.units
            if fits or self._is_counted_loosely(text, match, raw):
                kind = before if before is not None and self._is_kind(text, before, match) else match
                return _Noun(kind.start(), match.end(), self._by_word[kind.group()])
        return None

    def _is_counted_loosely(self, text: str, match: re.Match[str], raw: Quantity) -> bool:
        """Whether firms are counted with a unit of other things, and nothing else can be meant: 企业达到670个."""
        if not match.group().endswith(self._firms) or raw.unit != self._loose_unit:
            return False
        is_last = self._loose_after.match(text, raw.end) is not None
        return is_last and self._loose_between.fullmatch(text, match.end(), raw.start) is not None

    def _is_kind(self, text: str, before: re.Match[str], match: re.Match[str]) -> bool:
        """Whether a word says which of the firms are counted, their trade between them: 规上纺织企业."""
        if match.group() != self._firms or before.group().endswith(self._firms):
            return False
        return self._trade.fullmatch(text, before.end(), match.start()) is not None

    def _is_change(self, stretch: str) -> bool:
        if self._any_delta.search(stretch) is None:
            return False
        stretch = self._not_delta.sub("", stretch)
        deltas = list(self._delta.finditer(stretch))
        return bool(deltas) and self._total.search(stretch, deltas[-1].end()) is None

    def asked(self, sentence: str) -> str:
        """The indicator of money that a question asks for; empty where it is no question or asks for none."""
        if not sentence.rstrip().endswith("?"):
            return ""
        nouns = [self._by_word[match.group()] for match in self._nouns[Measure.MONEY].finditer(sentence)]
        return nouns[-1].key if nouns and not nouns[-1].silent else ""

    def number(self, source: str) -> Decimal | None:
        """The value of a numeral."""
        return self._numerals.value(source)
