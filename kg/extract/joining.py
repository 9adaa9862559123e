"""Which segments before a cluster's head are names of their own, and which parts of one (产品和服务)."""

import re
from collections.abc import Iterator

from kg.extract.lexicon import Lexicon
from kg.extract.marks import Kind, Marks
from kg.extract.names import Segment


class SegmentJoiner:
    """Joins segments; `head` finds the heads of clusters' names."""

    def __init__(self, lexicon: Lexicon, head: re.Pattern[str]) -> None:
        self._head = head
        self._sized = lexicon.pattern("clusters.sized")
        self._last_joints = frozenset(lexicon.words("clusters.last_joints"))
        self._separators = frozenset(lexicon.words("clusters.separators"))

    def is_sized(self, text: str, segment: Segment) -> bool:
        """Whether a size begins a segment (千亿级绿色食品): it is a name of its own."""
        return self._sized.match(text, segment.sector) is not None

    def whole(
        self, text: str, marks: Marks, segments: list[Segment], *, split: bool = False, listed: bool = True
    ) -> list[Segment]:
        """The names of a stretch; 和 parts two of them with `split`, and at the end of an enumeration with `listed`."""
        return list(joined_left(self._joined(text, marks, segments, split=split, listed=listed)))

    def counted(self, text: str, marks: Marks, segments: list[Segment], count: int | None) -> list[Segment]:
        """The items of an enumeration; 及 parts two of them unless there are as many as counted without that."""
        for parts in (segments, self._fused(text, segments)):
            if count == len(parts):
                return list(joined_left(parts))
        whole = self.whole(text, marks, segments, listed=False)
        items = run_of(whole) if any(segment.codes for segment in whole) else whole
        return whole if count and len(items) >= count else self.whole(text, marks, segments, split=True)

    def _fused(self, text: str, segments: list[Segment]) -> list[Segment]:
        """The items between the marks of an enumeration, in which words of joining part nothing: 稀贵和液态金属."""
        done: list[Segment] = []
        for segment in segments:
            inside = not segment.codes and segment.joint not in self._separators
            if inside and done and done[-1].sector < done[-1].end and not self.is_sized(text, done[-1]):
                done[-1] = done[-1]._replace(end=segment.end)
            else:
                done.append(segment)
        return done

    def _joined(self, text: str, marks: Marks, segments: list[Segment], *, split: bool, listed: bool) -> list[Segment]:
        """Segments without a place put to the one before, where the joint stands inside a sector (产品和服务)."""
        done: list[Segment] = []
        for segment in segments:
            before = done[-1] if done else None
            if (
                before is None
                or segment.codes
                or segment.joint in self._separators
                or self.is_sized(text, segment)
                or before.only_place
                or (
                    (split or (listed and self._ends_list(text, done, segment)))
                    and is_known(marks, before)
                    and is_known(marks, segment)
                )
                or (not before.codes and not is_known(marks, before))
            ):
                done.append(segment)
                continue
            done[-1] = Segment(before.start, before.sector, segment.end, before.codes, before.place_words, before.joint)
        return done

    def _ends_list(self, text: str, before: list[Segment], segment: Segment) -> bool:
        """Whether a joint is the last of an enumeration (A、B和C), or parts what has a head of its own elsewhere."""
        last = before[-1]
        if last.joint in self._separators and not last.codes and segment.joint in self._last_joints:
            return True
        own = text.find(text[last.start : last.end])
        while own >= 0:
            if self._head.match(text, own + last.end - last.start):
                return True
            own = text.find(text[last.start : last.end], own + 1)
        return False


def run_of(segments: list[Segment]) -> list[Segment]:
    """The last segments of which the first has a place: what stands before it is no part of the enumeration."""
    first = len(segments) - 1
    for index in range(len(segments) - 1, -1, -1):
        if segments[index].codes and not segments[index].only_place:
            first = index
        elif segments[index].only_place:
            break
    return segments[first:]


def is_known(marks: Marks, segment: Segment) -> bool:
    """Whether a segment holds a sector that the lexicon or a table has."""
    return any(mark.kind & Kind.SECTOR for mark in marks.within(segment.sector, segment.end))


def joined_left(segments: list[Segment]) -> Iterator[Segment]:
    """The segments with neighbours joined that share one sector: 南通市、泰州市x is one, with both cities."""
    waiting: list[Segment] = []
    for segment in segments:
        if segment.only_place:
            waiting.append(segment)
            continue
        if waiting and (segment.codes or len(waiting) > 1):
            codes = tuple(code for part in (*waiting, segment) for code in part.codes)
            words = tuple(word for part in (*waiting, segment) for word in part.place_words)
            yield waiting[0]._replace(sector=segment.sector, end=segment.end, codes=codes, place_words=words)
        else:
            yield from waiting
            yield segment
        waiting = []
    yield from waiting
