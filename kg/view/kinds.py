"""What each class looks like: one mark a class, so that types can be told apart without colour too."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.store.entities import Entity
from kg.vocabulary import CKG, PROV, SKOS


@dataclass(frozen=True, slots=True)
class Kind:
    """A class as the page draws it: `family` names a colour of graph.css, `shape` a path of the page's painter.

    `drawn` kinds are marks; the others (sources, units …) are attributes, met in details and in the table only.
    `shown` kinds are switched on when the page opens.
    """

    iri: str
    family: str
    shape: str
    size: int = 7
    drawn: bool = True
    shown: bool = True


def _kind(name: str, family: str, shape: str, size: int = 7, *, drawn: bool = True, shown: bool = True) -> Kind:
    return Kind(CKG + name, family, shape, size, drawn=drawn, shown=shown)


FIELD = _kind("Field", "sector", "hexagon", 15)
PROVINCE = _kind("Province", "place", "square", 10)
MUNICIPALITY = _kind("Municipality", "place", "square-double", 10)
CLUSTER = _kind("Cluster", "cluster", "circle", 9)
LIST = _kind("List", "list", "star", 11)
DIRECTION = _kind("Direction", "sector", "hexagon-flat", 9)

KINDS = (
    FIELD,
    DIRECTION,
    _kind("Sector", "sector", "hexagon-open", 8),
    PROVINCE,
    MUNICIPALITY,
    _kind("City", "place", "house", 7),
    _kind("District", "place", "square-open", 7),
    _kind("County", "place", "square-cut", 7),
    _kind("Zone", "place", "square-round", 7),
    _kind("Region", "place", "squares", 8),
    CLUSTER,
    _kind("Enterprise", "enterprise", "triangle"),
    LIST,
    _kind("Programme", "list", "star-open", 9),
    _kind("Announcement", "list", "flag", 8),
    _kind("Designation", "list", "ribbon", shown=False),
    _kind("Issuer", "issuer", "triangle-down", 8),
    _kind("Office", "issuer", "triangle-down-open", 7),
    _kind("Figure", "figure", "diamond"),
    _kind("SupportMeasure", "measure", "plus"),
    _kind("ChainSegment", "chain", "bar"),
    _kind("DevelopmentAim", "measure", "arrow"),
    _kind("DevelopmentPattern", "measure", "cross"),
    _kind("EvaluationFeature", "measure", "pentagon"),
    _kind("InnovationElement", "measure", "half"),
    _kind("Indicator", "other", "dot", drawn=False),
    _kind("Unit", "other", "dot", drawn=False),
    _kind("Source", "other", "page", drawn=False),
    _kind("Grade", "other", "dot", drawn=False),
    _kind("Confirmation", "other", "dot", drawn=False),
    _kind("Claim", "other", "dot", drawn=False),
    Kind(SKOS + "ConceptScheme", "other", "dot", drawn=False),
    Kind(PROV + "Entity", "other", "dot", drawn=False),
)
"""Most telling class first: an entity of several classes is drawn as the first; also the order of the legend."""

UNKNOWN = Kind("", "other", "ring")
"""An entity without a class. Classes that are not in KINDS get this look too, with a shape of OTHER_SHAPES each."""

OTHER_SHAPES = ("ring", "pentagon", "diamond", "plus", "triangle", "bar", "square-round", "star-open", "flag")


def kinds_of(entities: Iterable[Entity]) -> dict[str, Kind]:
    """The kind of each entity by IRI; a class that this module does not know gets a mark of its own."""
    ranked = {kind.iri: rank for rank, kind in enumerate(KINDS)}
    chosen = {
        entity.iri: min(entity.types, key=lambda iri: (ranked.get(iri, len(KINDS)), iri), default="")
        for entity in entities
    }
    known = {kind.iri: kind for kind in KINDS} | {"": UNKNOWN}
    strangers = sorted(set(chosen.values()) - set(known))
    for number, iri in enumerate(strangers):
        known[iri] = replace(UNKNOWN, iri=iri, shape=OTHER_SHAPES[number % len(OTHER_SHAPES)])
    return {iri: known[kind] for iri, kind in chosen.items()}


def legend_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Each kind once, as KINDS has them, strangers behind by IRI."""
    ranked = {kind.iri: rank for rank, kind in enumerate(KINDS)}
    return sorted(set(kinds), key=lambda kind: (ranked.get(kind.iri, len(KINDS)), kind.iri))
