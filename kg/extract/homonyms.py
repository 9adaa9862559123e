"""Which place a name of several means in a text: 南山区 is in 深圳 or in 鹤岗, 吉林 is a province and a city.

What decides, in this order: the last place before the name in which just one of the homonyms lies; the full name of one
of them in the text; the places of the whole text. A name that nothing decides is no place, unless one of its homonyms
lies in another (吉林): then it is the wider one.
"""

from collections.abc import Sequence

from kg.extract.gazetteer import Gazetteer
from kg.extract.marks import Kind, Mark

# A place so many characters before a name tells which one it is.
REACH = 60


class Homonyms:
    """Tells places of one name apart."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._above: dict[str, frozenset[str]] = {}

    def told_apart(self, text: str, marks: Sequence[Mark]) -> list[Mark]:
        """The marks with one code for each name of several places; one that nothing decides is no place any more."""
        known = [mark for mark in marks if mark.kind & Kind.PLACE and mark.word not in self._gazetteer.homonyms]
        return [self._told(text, mark, known) if mark.word in self._gazetteer.homonyms else mark for mark in marks]

    def _told(self, text: str, mark: Mark, known: Sequence[Mark]) -> Mark:
        options = self._gazetteer.homonyms[mark.word]
        code = (
            self._before(mark, options, known)
            or self._named(text, mark.word, options)
            or self._around(options, known)
            or self._widest(options)
        )
        if code:
            return mark._replace(codes=(code,))
        return mark._replace(kind=mark.kind & ~Kind.PLACE | Kind.KEEP, codes=())

    def _before(self, mark: Mark, options: Sequence[str], known: Sequence[Mark]) -> str:
        """The one that lies in the nearest place before the name that holds just one of them."""
        for other in reversed([one for one in known if mark.start - REACH <= one.start < mark.start]):
            inside = self._inside(options, other.codes)
            if len(inside) == 1:
                return inside[0]
        return ""

    def _named(self, text: str, word: str, options: Sequence[str]) -> str:
        """The only one whose full name, longer than the word, the text has."""
        names = {code: self._gazetteer.places[code].name for code in options}
        full = [code for code, name in names.items() if name != word and name in text]
        return full[0] if len(full) == 1 else ""

    def _around(self, options: Sequence[str], known: Sequence[Mark]) -> str:
        """The one that lies in more of the places of the text than any other."""
        counts = {code: sum(bool(self._inside([code], mark.codes)) for mark in known) for code in options}
        best = max(counts.values())
        first = [code for code in options if counts[code] == best]
        return first[0] if best and len(first) == 1 else ""

    def _widest(self, options: Sequence[str]) -> str:
        """The one in which another lies; none where they lie apart."""
        wider = [code for code in options if any(code in self._line(other) for other in options)]
        return wider[0] if len(wider) == 1 else ""

    def _inside(self, options: Sequence[str], places: Sequence[str]) -> list[str]:
        return [code for code in options if not self._line(code).isdisjoint(places)]

    def _line(self, code: str) -> frozenset[str]:
        """The codes of what a place lies in."""
        if code not in self._above:
            self._above[code] = frozenset(place.code for place in self._gazetteer.line(code)) - {code}
        return self._above[code]
