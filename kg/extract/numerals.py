"""Numbers as texts write them: 1,240.5, spaced thousands, and Chinese numerals."""

from decimal import Decimal, InvalidOperation
from itertools import pairwise

from kg.extract.lexicon import Lexicon

# 十 and what is below, alone.
SMALL = 10
# Two digits without a zero (一两, 三五) are a guess, no number.
ROUGH = 2


class Numerals:
    """Reads numbers; the numerals' characters come from the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._digits = {key: int(value) for key, value in lexicon.pairs("text.numerals.digits").items()}
        self._tens = {key: int(value) for key, value in lexicon.pairs("text.numerals.tens").items()}
        self._myriads = {key: int(value) for key, value in lexicon.pairs("text.numerals.myriads").items()}
        self._point = lexicon.text("text.numerals.point")
        self.characters = "".join((*self._digits, *self._tens))
        first = min(self._myriads, key=lambda key: self._myriads[key])
        written = rf"[{self.characters}]+(?:{first}[{self.characters}]+)?(?:{self._point}[{''.join(self._digits)}]+)?"
        self.pattern = rf"\d{{1,3}}(?:[, ]\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|{written}"

    def is_written(self, source: str) -> bool:
        """Whether the number is in Chinese numerals."""
        return not source[:1].isascii()

    def is_small(self, source: str) -> bool:
        """Whether it is a single written digit or ten: 一家 is an article more often than a count."""
        return len(source) == 1 and self.is_written(source) and self._tens.get(source, 1) <= SMALL

    def _is_rough(self, source: str) -> bool:
        """Whether two digits stand side by side: 一两家, 七八百."""
        digits = [self._digits.get(character, 0) for character in source]
        return any(one and other for one, other in pairwise(digits)) and any(
            character in self._tens for character in source
        )

    def value(self, source: str) -> Decimal | None:
        """The value of what `pattern` matched; None for numerals that make no number."""
        if not self.is_written(source):
            try:
                return Decimal(source.replace(",", "").replace(" ", ""))
            except InvalidOperation:
                return None
        whole, _, fraction = source.partition(self._point)
        value = self._whole(whole)
        if value is None or not fraction:
            return value
        digits = "".join(str(self._digits[character]) for character in fraction)
        return value + Decimal(f"0.{digits}")

    def _whole(self, source: str) -> Decimal | None:
        if self._is_rough(source):
            return None
        if len(source) > 1 and all(character in self._digits for character in source):
            if len(source) == ROUGH and all(self._digits[character] for character in source):
                return None
            return Decimal("".join(str(self._digits[character]) for character in source))
        total = section = digit = 0
        for character in source:
            if character in self._digits:
                digit = self._digits[character]
            elif character in self._tens:
                section += (digit or 1) * self._tens[character]
                digit = 0
            elif character in self._myriads:
                total = (total + section + digit) * self._myriads[character]
                section = digit = 0
        return Decimal(total + section + digit)
