"""A cluster that only the model names: where it is, as its name or its quote says in words that the gazetteer knows."""

from kg.extract.llm.replies import Said
from kg.extract.llm.source import Checker, Rejected, SourceText
from kg.extract.reading import Cluster
from kg.model import Span

LONGEST_PLACE, SHORTEST_PLACE = 12, 2


def new_cluster(checker: Checker, source: SourceText, said: Said, quote: Span, span: Span) -> Cluster:
    """The cluster whose name stands at a place of a quote. Rejected where it is none, or its place or sector is not."""
    gazetteer, plain = checker.gazetteer, source.plain(span)
    if not checker.heads.sub("", plain).strip():
        raise Rejected(f"{said['name']!r} is any cluster, not one")
    codes = _codes_in(checker, plain) or _codes_of(checker, source, said, quote)
    sector = source.printed(source.within(said["sector"], quote, "sector")) if said["sector"] else None
    cities = (gazetteer.city(code) or gazetteer.places.get(code) for code in codes)
    return Cluster(
        name=source.printed(span),
        printed=(source.printed(span),),
        codes=codes,
        cities=tuple(dict.fromkeys(city.name for city in cities if city is not None)),
        province=next((place.name for code in codes if (place := gazetteer.province(code))), None),
        sector=sector,
        list_name=None,
        stage="",
        known=gazetteer.clusters.get(plain),
        evidence=source.evidence(quote, span),
    )


def _codes_in(checker: Checker, name: str) -> tuple[str, ...]:
    """The codes of the places with which a name begins; of a city and its district the district's."""
    names, codes, last, place = checker.gazetteer.place_names, list[str](), tuple[str, ...](), 0
    while place < len(name):
        size = next((n for n in range(LONGEST_PLACE, SHORTEST_PLACE - 1, -1) if name[place : place + n] in names), 0)
        joint = checker.joints.match(name, place)
        if size:
            last, place = names[name[place : place + size]], place + size
        elif joint is not None and last:
            codes, last, place = [*codes, *last], (), joint.end()
        else:
            break
    return tuple(dict.fromkeys((*codes, *last)))


def _codes_of(checker: Checker, source: SourceText, said: Said, quote: Span) -> tuple[str, ...]:
    """The codes of the places that the model names and the quote has."""
    codes: list[str] = []
    for name in said.places:
        plain = source.plain(source.within(name, quote, "place"))
        if plain not in checker.gazetteer.place_names:
            raise Rejected(f"the place {name!r} is not known")
        codes += checker.gazetteer.place_names[plain]
    return tuple(dict.fromkeys(codes))
