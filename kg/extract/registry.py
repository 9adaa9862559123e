"""The clusters of one text: which mentions speak of one cluster, and where one without a city is."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.setting import Setting

# A bare name may be a short form of a longer sector (装备 of 高端能源装备) from so many characters on.
SHORTEST_PART = 3
NOWHERE = (-1, -1)


@dataclass(slots=True)
class Known:
    """A cluster of the text while it is being put together."""

    sector: str
    codes: tuple[str, ...]
    rule: str
    mentions: list[tuple[int, ClusterMention]] = field(default_factory=list)

    def take(self, sentence: int, mention: ClusterMention) -> None:
        """Adds a mention with a place; of two that are placed differently the one with more places is taken over."""
        self.mentions.append((sentence, mention))
        self.sector = max(self.sector, mention.sector, key=len)
        self.codes = max(self.codes, mention.codes, key=len)

    @property
    def name(self) -> str:
        """The form most often printed in full, the longest where several are."""
        full = [mention for _, mention in self.mentions if mention.form not in (Form.PLACE, Form.SECTOR)]
        named = [mention for mention in full if mention.codes] or full
        counts = Counter([mention.name for mention in named]) if len(named) > 1 else {named[0].name: 1}
        return max(counts, key=lambda name: (counts[name], len(name), name))


class Registry:
    """Resolves the mentions of a text."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._joint = any_of(lexicon.words("clusters.joints"))
        self._rests = frozenset(lexicon.words("clusters.sector_rests"))
        tails = "|".join(map(re.escape, lexicon.words("clusters.sector_tails")))
        self._tail = re.compile(f"(?:{tails})$")

    def core(self, sector: str) -> str:
        """A sector without an ending that says nothing, or the id of the table row that it is."""
        known = self._gazetteer.sectors.get(sector)
        return known or self._tail.sub("", sector) or sector

    def unknown_sectors(self, clusters: Sequence[Known]) -> dict[str, int]:
        """The sectors that the lexicon does not know, each with the number of the only cluster that has it."""
        counts = Counter(known.sector for known in clusters)
        return {
            known.sector: number
            for number, known in enumerate(clusters)
            if counts[known.sector] == 1
            and len(known.sector) >= SHORTEST_PART
            and known.sector not in self._gazetteer.sectors
        }

    def resolve(
        self,
        mentions: Sequence[tuple[int, ClusterMention]],
        setting: Setting,
        short: Mapping[str, tuple[int, int]],
    ) -> tuple[list[Known], dict[tuple[int, int], int]]:
        """The clusters, and for the place (start, end) of each mention the number of its cluster.

        `setting` tells where one without a place is, `short` for a name that the text defines the place of the mention
        that it is short for.
        """
        clusters: list[Known] = []
        of: dict[tuple[int, int], int] = {}
        for sentence, mention in mentions:
            if mention.codes and mention.form is not Form.PLACE:
                number = self._same(clusters, mention)
                if number is None:
                    number = len(clusters)
                    clusters.append(Known(mention.sector, mention.codes, mention.form.value))
                clusters[number].take(sentence, mention)
                of[mention.start, mention.end] = number
        for sentence, mention in mentions:
            if mention.form in (Form.BARE, Form.PLACE, Form.SECTOR):
                number = of.get(short.get(mention.name, NOWHERE), self._bare(clusters, mention, of))
                if (
                    number is None
                    and mention.form is Form.BARE
                    and not mention.denied
                    and (mention.known_sector or mention.heading or mention.untold or not clusters)
                ):
                    number = self._new(clusters, sentence, mention, setting)
                if number is not None:
                    clusters[number].mentions.append((sentence, mention))
                    of[mention.start, mention.end] = number
        return clusters, of

    def _same(self, clusters: list[Known], mention: ClusterMention) -> int | None:
        core, places = self.core(mention.sector), frozenset(mention.codes)
        for number, known in enumerate(clusters):
            if any(item.name == mention.name and item.codes for _, item in known.mentions):
                return number
            if frozenset(known.codes) == places and (
                self.core(known.sector) == core or self._first_half(known.sector, mention.sector)
            ):
                return number
        return None

    def _first_half(self, one: str, other: str) -> bool:
        """Whether one sector is the end or the first half of the other: 显示 of 新型显示, 机器人 of 机器人及装备."""
        short, long = sorted((one, other), key=len)
        if long.endswith(short):
            return True
        if not long.startswith(short):
            return False
        return self._joint.match(long, len(short)) is not None or long[len(short) :] in self._rests

    def _bare(self, clusters: list[Known], mention: ClusterMention, of: Mapping[tuple[int, int], int]) -> int | None:
        if mention.form is Form.PLACE:
            return _only([n for n, known in enumerate(clusters) if set(known.codes) & set(mention.codes)])
        if mention.untold:
            named = [n for n, item in enumerate(clusters) if any(one.name == mention.name for _, one in item.mentions)]
            return _only(named)
        core = self.core(mention.sector)
        same = [n for n, known in enumerate(clusters) if self.core(known.sector) == core]
        if len(same) > 1:
            before = [of[place] for place in sorted(of) if place[0] < mention.start and of[place] in same]
            return before[-1] if before else None
        if same:
            return _only(same)
        part = [number for number, known in enumerate(clusters) if _part(mention.sector, known.sector)]
        if not part and mention.planned:
            # What a cluster is to become: 乐清电气产业集群 aims at 世界级先进智能电气产业集群.
            part = [number for number, known in enumerate(clusters) if mention.sector.endswith(known.sector)]
        return _only(part)

    def _new(self, clusters: list[Known], sentence: int, mention: ClusterMention, setting: Setting) -> int | None:
        """The number of a new cluster; None for a planned one of which neither the place nor the sector is known."""
        near, headline, province = _places(sentence, mention, setting)
        near = () if mention.partners else near
        if mention.planned and not (mention.known_sector and (headline or near or province)):
            return None
        if mention.name == mention.sector and near:
            headline = near
        rule = "bare-name-headline-city" if headline else "bare-name-near-city" if near else "bare-name-no-city"
        if not mention.known_sector and not (mention.heading and headline):
            rule = "bare-name-no-city"
        rule = "place-untold" if mention.untold else "bare-name-planned" if mention.planned else rule
        places = dict.fromkeys((*(headline or near or province), *mention.partners))
        clusters.append(Known(mention.sector, tuple(places), rule))
        return len(clusters) - 1


def _places(
    sentence: int, mention: ClusterMention, setting: Setting
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The codes of the place near a name without one, that of the headline and its province."""
    told = setting.openings.get(mention.start)
    near = setting.near.get(sentence, ())
    if mention.zoned:
        # A zone may lie in any city of a list, but hardly in another than that of headline and sentence.
        return (near, near, ()) if near == setting.headline else ((), (), ())
    if told is not None:
        return told, told, ()
    return near, setting.headline, setting.province


def _only(numbers: list[int]) -> int | None:
    return numbers[0] if len(numbers) == 1 else None


def _part(short: str, sector: str) -> bool:
    """Whether one is a short form of the other: its end, or a longer part of it."""
    return sector.endswith(short) or (
        len(short) >= SHORTEST_PART and (short in sector or (len(sector) >= SHORTEST_PART and sector in short))
    )
