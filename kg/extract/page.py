"""One text on its way through the steps: its sentences with all that was found in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.extract.cluster_mention import ClusterMention
from kg.extract.enterprises import EnterpriseMention
from kg.extract.lists import IssuerMention, ListMention
from kg.extract.marks import Marks
from kg.extract.sentences import Sentence
from kg.extract.tables import Cell


class Subject(NamedTuple):
    """Whom a clause speaks of. `kind` is cluster, enterprise, place, industry or other; `rule` its rule.

    `cluster` is the number of a cluster, `span` where a zone, a town or an industry stands that is named as printed.
    """

    kind: str
    name: str
    cluster: int = -1
    code: str = ""
    rule: str = ""
    span: tuple[int, int] | None = None


# Whom a clause speaks of that speaks of somebody else than the places and clusters of the text.
OTHER = Subject("other", "")


class Found(NamedTuple):
    """A sentence with what was found in it."""

    number: int
    sentence: Sentence
    clauses: list[tuple[int, int]]
    clusters: list[ClusterMention]
    lists: list[ListMention]
    issuers: list[IssuerMention]
    enterprises: Sequence[EnterpriseMention] = ()

    def clause_of(self, position: int) -> tuple[int, int]:
        """The clause of the sentence in which a position is."""
        return next((one for one in reversed(self.clauses) if one[0] <= position), self.clauses[0])


@dataclass(frozen=True, slots=True)
class Page:
    """A normalised text, its marks and its sentences. `cluster_of` numbers the cluster of each mention.

    `places` are the codes of each cluster, `firsts` where each is named first, `sectors` theirs; `about` is the
    only cluster of a text that names it in its headline; `homes` and `home_province` are what 全市 and 全县 and the
    province that 全省 mean, `town` the town that 全镇 means, `zone` the zone and `home` the city that the text is
    about, `counties` by their short names those that it names in full.
    """

    text: str
    marks: Marks
    found: list[Found]
    cluster_of: dict[tuple[int, int], int]
    year: int | None
    cells: tuple[Cell, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()
    firsts: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()
    about: int | None = None
    homes: Mapping[str, Subject] = field(default_factory=dict)
    home_province: Subject | None = None
    town: Subject | None = None
    zone: Subject | None = None
    home: Subject | None = None
    counties: Mapping[str, Subject] = field(default_factory=dict)
