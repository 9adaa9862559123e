"""What a text says: frozen values, each with the sentence that says it, and the shape in which they are printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from kg.model import Problem, Span

# Between the cities of one cluster, as Chinese texts enumerate.
CITY_JOINT = "\u3001"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim stands: the sentence as printed, the place of the sentence and of the words in the original file.

    `rule` names what found it, `confidence` is between 0 and 1.
    """

    quote: str
    sentence: Span
    span: Span
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster. `printed` are its forms in the text; `codes` its places; `known` the id of the table row it is.

    `sector` is in simplified characters, `printed_sector` as the text has it.

    `stage` is selected, candidate, public-notice, not-selected or selected-before, empty where the text does not say.
    """

    name: str
    printed: tuple[str, ...]
    codes: tuple[str, ...]
    cities: tuple[str, ...]
    province: str | None
    sector: str | None
    list_name: str | None
    stage: str
    known: str | None
    evidence: Evidence
    printed_sector: str = ""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise with its role in a cluster (None where it is only mentioned) and its official `code`, if given."""

    name: str
    printed: tuple[str, ...]
    cluster: str | None
    role: str
    known: str | None
    evidence: Evidence
    code: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed. `subject_kind` is cluster, enterprise, place or industry; `code` the code of a place."""

    subject: str
    subject_kind: str
    code: str | None
    indicator: str
    value: Decimal
    unit: str
    comparator: str
    year: int | None
    status: str
    source_value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Relation:
    """A statement about a cluster; the object is a name, `code` the code of a place."""

    subject: str
    predicate: str
    object: str
    code: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Mention:
    """A known or found name at one place of the original."""

    kind: str
    text: str
    known: str | None
    span: Span


class Predicate(Enum):
    """What is said of a cluster."""

    LOCATED_IN = "locatedIn"
    IN_SECTOR = "inSector"
    PART_OF_LIST = "partOfList"
    LEAD = "hasLeadEnterprise"
    MEMBER = "hasMember"
    SUPPORTED_BY = "supportedBy"


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a document says. `threshold`: claims below it are for review and not given out by `to_json`."""

    document: str
    clusters: tuple[Cluster, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    figures: tuple[Figure, ...] = ()
    relations: tuple[Relation, ...] = ()
    supports: tuple[Relation, ...] = ()
    mentions: tuple[Mention, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    threshold: float = 0.0

    def to_json(self, threshold: float | None = None) -> dict[str, list[object]]:
        """Clusters, enterprises, figures and relations that are sure enough, as plain values."""
        least = self.threshold if threshold is None else threshold
        printed = {
            (item.name, Predicate.IN_SECTOR.value, item.sector): item.printed_sector
            for item in self.clusters
            if item.printed_sector
        }
        return {
            "clusters": [_cluster(item) for item in self.clusters if item.evidence.confidence >= least],
            "enterprises": [
                {"name": item.name, "cluster": item.cluster, "role": item.role}
                | ({"code": item.code} if item.code else {})
                for item in self.enterprises
                if item.evidence.confidence >= least
            ],
            "figures": [_figure(item) for item in self.figures if item.evidence.confidence >= least],
            "relations": [
                [item.subject, item.predicate, printed.get((item.subject, item.predicate, item.object), item.object)]
                for item in self.relations
                if item.evidence.confidence >= least
            ],
        }


def _cluster(item: Cluster) -> Mapping[str, object]:
    return {
        "name": item.name,
        "city": CITY_JOINT.join(item.cities) or None,
        "province": item.province,
        "sector": item.printed_sector or item.sector,
        "batch_or_list": item.list_name,
    }


def _figure(item: Figure) -> Mapping[str, object]:
    value = int(item.value) if item.value == item.value.to_integral_value() else float(item.value)
    return {
        "subject": item.subject,
        "indicator": item.indicator,
        "value": value,
        "unit": item.unit,
        "comparator": item.comparator,
        "year": item.year,
        "status": item.status,
    }
