"""Names of clusters that stand not before a head: after its colon, in quotes or in parentheses."""

import re
from collections.abc import Iterator

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.cluster_names import ClusterNamer
from kg.extract.floors import FloorFinder
from kg.extract.joining import SegmentJoiner
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.names import NameReader, Segment
from kg.extract.sentences import Sentence

# The names before a head or a number of clusters begin within so many characters.
REACH = 150
# Before a head its number stands within so many characters (五大百亿级|产业集群).
REACH_BACK = 12


class UnheadedNames:
    """Finds the names that a generic head announces; holds the words that this takes."""

    def __init__(
        self, lexicon: Lexicon, names: NameReader, joiner: SegmentJoiner, namer: ClusterNamer, floors: FloorFinder
    ) -> None:
        self._names, self._joiner, self._namer, self._floors = names, joiner, namer, floors
        self._opens = re.compile(f"(?:{any_of(lexicon.words('clusters.opens')).pattern})[::]?")
        self._count_before = lexicon.pattern("clusters.count_before")
        self._counted_opener = lexicon.pattern("clusters.counted_opener")
        self._shared_name = lexicon.pattern("clusters.shared_name")
        self._in_brackets = lexicon.pattern("clusters.in_brackets")
        self._amount = lexicon.pattern("clusters.amount")
        self._quoted = re.compile('["“](?P<names>[^"“”\n]{2,60})["”]$')
        self._counted_last = lexicon.pattern("clusters.counted_last")
        self._quotation = re.compile('["“](?P<name>[^"“”\n]{2,30})["”]')
        joint = any_of(lexicon.words("clusters.joints")).pattern
        self._several_quoted = re.compile(f'(?:["“][^"“”\n]{{2,30}}["”](?:{joint})?){{2,}}$')

    def after(
        self, text: str, marks: Marks, sentence: Sentence, head: re.Match[str], found: list[ClusterMention]
    ) -> Iterator[ClusterMention]:
        """入选的7个集群分别是: A市x、B市y - the enumeration after a generic head."""
        if said := self._counted_after(text, marks, sentence, head):
            yield from said
            return
        opener = self._opens.search(text, head.end(), sentence.end)
        if opener is None or any(mention.form in (Form.FULL, Form.ELIDED) for mention in found):
            return
        shared = list(self._shared(text, marks, opener.end(), sentence.end))
        if shared:
            yield from shared
            return
        for part in re.split(r"(?<=[;,])", text[opener.end() : sentence.end]):
            start = text.index(part, opener.end())
            end = self._floors.trimmed(text, start, start + len(part))
            counted = self._counted_last.search(text, start, end)
            end = counted.start() if counted is not None else end
            if text[start:end].endswith(")") and "(" not in text[start:end]:
                end -= 1
            if start < end:
                yield from self._of_part(text, marks, start, end)

    def _shared(self, text: str, marks: Marks, start: int, end: int) -> Iterator[ClusterMention]:
        """Names of an enumeration that each say with whom the place of the text shares the cluster."""
        for item in self._shared_name.finditer(text, start, end):
            partners = self._names.partners(text, marks, item.end())
            sector = self._names.sector_of(item.group())
            if partners and sector:
                yield ClusterMention(
                    *item.span(), Form.BARE, item.group(), sector, (), known_sector=True, partners=partners
                )

    def _of_part(self, text: str, marks: Marks, start: int, end: int) -> Iterator[ClusterMention]:
        """The names of a part of an enumeration after its head."""
        segments = self._without_amounts(text, self._names.segments(text, marks, start, end))
        counties = self._names.with_counties(text, marks, segments)
        if all(one.codes and not one.only_place for one in counties) and len(counties) > 1:
            yield from self._namer.items(text, marks, counties, Form.ELIDED)
        elif all(mark.kind & Kind.PLACE == 0 for mark in marks.within(start, end)):
            yield from self._namer.placeless(text, marks, segments)
        elif any(mark.kind & Kind.PLACE for mark in marks.within(start, start + 4)):
            whole = self._joiner.whole(text, marks, segments)
            yield from (item for item in self._namer.items(text, marks, whole, Form.ELIDED) if item.known_sector)

    def _without_amounts(self, text: str, segments: list[Segment]) -> list[Segment]:
        """The segments without the figures after their names: 新能源300亿元、节能环保200亿元."""
        amounts = [self._amount.search(text, one.sector, one.end) for one in segments]
        return [
            one if amount is None else one._replace(end=amount.start())
            for one, amount in zip(segments, amounts, strict=True)
        ]

    def _counted_after(self, text: str, marks: Marks, sentence: Sentence, head: re.Match[str]) -> list[ClusterMention]:
        """As many names after a colon as its head is counted: 五大产业集群:大数据、生物医药、新材料、小面、生态环保."""
        before = self._count_before.search(text, max(sentence.body, head.start() - REACH_BACK), head.start())
        opener = self._counted_opener.match(text, head.end())
        if before is None or opener is None:
            return []
        start = opener.end()
        end = next((place for place in range(start, sentence.end) if text[place] in self._floors.hard), sentence.end)
        count = self._names.number(before.group("count"))
        segments = self._joiner.counted(text, marks, self._names.segments(text, marks, start, end, whole=True), count)
        if len(segments) != count:
            return []
        segments = self._without_amounts(text, segments)
        # A place in such a name is a part of it (重庆小面).
        return self._namer.placeless(
            text, marks, [one._replace(sector=one.start, codes=()) for one in segments], known=False
        )

    def in_quotes(self, text: str, marks: Marks, end: int, count: int) -> list[ClusterMention]:
        """The names that a quotation before their number lists: “锂电、光伏”两个千亿级产业集群."""
        quoted = self._quoted.search(text, max(0, end - REACH), end)
        if quoted is None:
            return []
        if several := self._several_quoted.search(text, max(0, end - REACH), end):
            names = [name.span("name") for name in self._quotation.finditer(text, *several.span())]
            return self._each_quoted(text, marks, names) if len(names) == count else []
        segments = self._names.segments(text, marks, *quoted.span("names"), whole=True)
        return self._namer.placeless(text, marks, segments) if len(segments) == count else []

    def _each_quoted(self, text: str, marks: Marks, names: list[tuple[int, int]]) -> list[ClusterMention]:
        """The names of quotations side by side: “长沙工程机械”“株洲市轨道交通装备”两大集群."""
        found: list[ClusterMention] = []
        for span in names:
            segments = self._names.with_counties(text, marks, self._names.segments(text, marks, *span))
            whole = self._joiner.whole(text, marks, segments)
            placed = list(self._namer.items(text, marks, whole, Form.ELIDED))
            found += placed or self._namer.placeless(text, marks, whole, fewest=1)
        return found

    def in_brackets(self, text: str, marks: Marks, position: int, limit: int) -> list[ClusterMention]:
        """The names in a parenthesis after the number of clusters: 千亿级产业集群2个(新材料、汽车零部件)."""
        bracket = self._in_brackets.match(text, position, limit)
        if bracket is None:
            return []
        segments = self._joiner.whole(
            text, marks, self._names.segments(text, marks, *bracket.span("names"), whole=True)
        )
        counted = len(segments) == self._names.number(bracket.group("count"))
        return self._namer.placeless(text, marks, segments, fewest=1) if counted else []
