"""A figure of a text before it is given out: a quantity with whose it is, when, and which sentence says it."""

from typing import NamedTuple

from kg.extract.page import Subject
from kg.extract.quantity import Quantity


class Amount(NamedTuple):
    """A quantity with its subject; `sentence` is the number of the sentence that says it."""

    quantity: Quantity
    subject: Subject
    year: int | None
    target: bool
    sentence: int
    rule: str
