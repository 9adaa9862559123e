"""A number of a text with its unit, comparator and indicator."""

from decimal import Decimal
from enum import Enum
from typing import NamedTuple


class Measure(Enum):
    """What kind of number it is; one indicator belongs to one kind."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"


class Quantity(NamedTuple):
    """A number of the text. `indicator` is empty where none was found; `certain`: it stands beside the number."""

    start: int
    end: int
    value: Decimal
    unit: str
    measure: Measure
    comparator: str
    indicator: str = ""
    certain: bool = True
    change: bool = False
