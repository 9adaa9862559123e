"""Numbers as texts write them: 1,240.5, spaced thousands, and Chinese numerals."""

import re
from decimal import Decimal, InvalidOperation

from kg.extract.lexicon import Lexicon


class Numerals:
    """Reads numbers; the numerals' characters come from the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._digits = {key: int(value) for key, value in lexicon.pairs("text.numerals.digits").items()}
        self._tens = {key: int(value) for key, value in lexicon.pairs("text.numerals.tens").items()}
        self._myriads = {key: int(value) for key, value in lexicon.pairs("text.numerals.myriads").items()}
        self._point = lexicon.text("text.numerals.point")
        self._numerals = "".join((*self._digits, *self._tens))
        first = min(self._myriads, key=lambda key: self._myriads[key])
        written = rf"[{self._numerals}]+(?:{first}[{self._numerals}]+)?(?:{self._point}[{''.join(self._digits)}]+)?"
        self.pattern = rf"\d{{1,3}}(?:[, ]\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|{written}"

    def is_written(self, source: str) -> bool:
        """Whether the number is in Chinese numerals."""
        return not source[:1].isascii()

    def value(self, source: str) -> Decimal | None:
        """The value of what `pattern` matched; None for numerals that make no number."""
        if not self.is_written(source):
            try:
                return Decimal(re.sub(r"[, ]", "", source))
            except InvalidOperation:
                return None
        whole, _, fraction = source.partition(self._point)
        value = self._whole(whole)
        if value is None or not fraction:
            return value
        digits = "".join(str(self._digits[character]) for character in fraction)
        return value + Decimal(f"0.{digits}")

    def _whole(self, source: str) -> Decimal | None:
        if len(source) > 1 and all(character in self._digits for character in source):
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
