"""Names of clusters out of the segments of an enumeration."""

from collections.abc import Iterator

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.joining import is_known
from kg.extract.lexicon import Lexicon
from kg.extract.marks import Marks
from kg.extract.names import LONGEST_SECTOR, NameReader, Segment

# A word that is no known sector is one among known ones if it has so many characters.
UNKNOWN = range(3, 7)
# Names without a place come in enumerations only.
FEWEST_PLACELESS = 2


class ClusterNamer:
    """Makes mentions of segments."""

    def __init__(self, lexicon: Lexicon, names: NameReader) -> None:
        self._names = names
        self._zone_ends = lexicon.words("clusters.zone_ends")

    def items(self, text: str, marks: Marks, segments: list[Segment], form: Form) -> Iterator[ClusterMention]:
        """The segments with a place, or after one with a place; those of no sector are none."""
        codes: tuple[str, ...] = ()
        for segment in segments:
            sector = self._names.sector_of(text[segment.sector : segment.end])
            codes = segment.codes or codes
            sector, own = self._names.placed(text, marks, sector, codes)
            if sector and own and len(sector) <= LONGEST_SECTOR:
                name = text[segment.start : segment.end]
                yield ClusterMention(segment.start, segment.end, form, name, sector, own, is_known(marks, segment))

    def placeless(
        self,
        text: str,
        marks: Marks,
        segments: list[Segment],
        *,
        fewest: int = FEWEST_PLACELESS,
        known: bool = True,
    ) -> list[ClusterMention]:
        """Names without a place, which a count or a rank makes particular ones: 集成电路、新型显示等三大产业集群."""
        found = []
        sure = [is_known(marks, segment) for segment in segments]
        mostly = 2 * sum(sure) > len(sure) > fewest
        for number, segment in enumerate(segments):
            sector = self._names.sector_of(text[segment.sector : segment.end])
            if (
                sector
                and sector not in self._zone_ends
                and (not known or sure[number] or (mostly and number and len(sector) in UNKNOWN))
            ):
                found.append(
                    ClusterMention(segment.start, segment.end, Form.BARE, sector, sector, (), known_sector=True)
                )
        return found if len(found) >= fewest else []
