"""How a text mentions a cluster."""

from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """How a cluster is mentioned."""

    FULL = "full-name"
    ELIDED = "elided-list"
    LINE = "list-line"
    BARE = "bare-name"
    BACK = "points-back"
    FORMER = "points-to-former"
    LATTER = "points-to-latter"
    PLACE = "place-and-head"
    SECTOR = "sector-as-topic"
    PLURAL = "several"


class ClusterMention(NamedTuple):
    """A cluster as one place of the text names it; `codes` are its places.

    `planned`: it does not exist yet; `denied`: it is only talked of; `heading`: the name is a
    line of its own; `zoned`: it has a zone in it of which no place is known; `untold`: it begins with a name that
    several places have. `partners` are places that share the cluster with that of the text.
    """

    start: int
    end: int
    form: Form
    name: str
    sector: str
    codes: tuple[str, ...]
    known_sector: bool
    planned: bool = False
    denied: bool = False
    heading: bool = False
    zoned: bool = False
    untold: bool = False
    partners: tuple[str, ...] = ()
