"""Lists of clusters, who selects and supports, and whether a clause says selected, not selected or only a candidate."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import Kind, Marks
from kg.extract.sentences import Sentence

# How far before its head a list's name can begin.
REACH = 48
# How far after the word for a cluster the name of a programme can end (第十二批建设名单).
REACH_AFTER = 24
SHORTEST_NAME = 6
PLACE_REACH, VERB_REACH = 8, 8


class Selection(Enum):
    """What a clause says of a cluster and a list."""

    NOT = "not-selected"
    CANDIDATE = "candidate"
    NOTICE = "public-notice"
    PRIOR = "selected-before"
    SELECTED = "selected"


class ListMention(NamedTuple):
    """A list as the text names it."""

    start: int
    end: int
    name: str


class IssuerMention(NamedTuple):
    """A department as the text names it."""

    start: int
    end: int
    name: str


class ListFinder:
    """Finds lists, departments and words of selection."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._head = any_of(lexicon.words("clusters.lists.heads"))
        self._about = any_of(lexicon.words("clusters.lists.about"))
        self._cut = any_of(lexicon.words("clusters.lists.cut"))
        self._same = lexicon.pairs("clusters.lists.same")
        self._edge = re.compile(f"[{re.escape(lexicon.text('clusters.hard'))}\\s]")
        self._quoted = lexicon.pattern("clusters.lists.quoted")
        self._verb = lexicon.pattern("clusters.lists.verb")
        self._cluster = any_of(lexicon.words("clusters.heads"))
        self._programme = lexicon.pattern("clusters.lists.programme")
        self._chosen_after = lexicon.pattern("clusters.lists.chosen_after")
        self._year_before = lexicon.pattern("clusters.lists.year_before")
        self._denied = lexicon.pattern("clusters.selection.not_pattern")
        self._byline = lexicon.pattern("clusters.lists.byline")
        self._after = lexicon.pattern("clusters.lists.after")
        self._batch = lexicon.pattern("clusters.lists.batch")
        self._words = [
            (selection, any_of(lexicon.words(f"clusters.selection.{key}")))
            for selection, key in (
                (Selection.NOT, "not"),
                (Selection.CANDIDATE, "candidate"),
                (Selection.NOTICE, "notice"),
                (Selection.PRIOR, "prior"),
                (Selection.SELECTED, "selected"),
            )
        ]
        self._any = any_of(
            word
            for key in ("not", "candidate", "notice", "prior", "selected")
            for word in lexicon.words(f"clusters.selection.{key}")
        )
        places = any_of(lexicon.words("clusters.issuers.places")).pattern
        departments = any_of(lexicon.words("clusters.issuers.departments")).pattern
        self._issuer = lexicon.any_of("clusters.issuers.departments", "clusters.issuers.alone")
        alone = any_of(lexicon.words("clusters.issuers.alone")).pattern
        self._department = re.compile(f"(?P<level>{places})?(?:{departments})|{alone}")
        self._to_clusters = lexicon.pattern("clusters.issuers.to_clusters")
        self._unspecific = any_of(lexicon.words("clusters.issuers.unspecific"))
        self._support = any_of(lexicon.words("clusters.issuers.support"))
        self._supported = any_of(lexicon.words("clusters.issuers.supported"))

    def lists(self, text: str, marks: Marks, sentence: Sentence) -> list[ListMention]:
        """The lists that a sentence names."""
        found = list(self._named(text, sentence))
        # The programme of a list is one of clusters; the words for those are found much faster.
        heads = [head.span() for head in self._cluster.finditer(text, sentence.start, sentence.end)]
        if not heads:
            return found
        first, last = max(sentence.start, heads[0][0] - REACH), min(sentence.end, heads[-1][1] + REACH_AFTER)
        for match in self._programme.finditer(text, first, last):
            start, end = match.span("list")
            around = marks.within(max(sentence.start, start - PLACE_REACH), start)
            touching = [mark for mark in around if mark.kind & Kind.PLACE and mark.end >= start]
            # 市 is no rank where it ends the name of a city: 诸暨市产业集群.
            rank, plain = match.group("rank"), match.group("plain") or ""
            inside = any(mark.end == match.end("rank") > start for mark in touching)
            ranked = rank and not (inside and match.group("list") == rank + plain)
            places = [mark.start for mark in touching]
            start = min(places, default=start)
            if year := self._year_before.search(text[max(sentence.start, start - PLACE_REACH) : start]):
                start -= len(year.group())
            dated = self._batch.search(match.group("list")) and not match.group("plain")
            if not ranked and not dated and (not places or match.group("plain")):
                continue
            chosen = self._verb.search(text[max(sentence.start, start - VERB_REACH) : start])
            chosen = chosen or self._chosen_after.match(text, end, sentence.end)
            if not chosen and not self._batch.search(match.group("list")):
                continue
            if not any(item.start < end and start < item.end for item in found):
                found.append(ListMention(start, end, text[start:end]))
        return sorted(found, key=lambda item: item.start) if len(found) > 1 else found

    def _named(self, text: str, sentence: Sentence) -> Iterator[ListMention]:
        for head in self._head.finditer(text, sentence.start, sentence.end):
            start = self._left_edge(text, max(sentence.start, head.start() - REACH), head.start())
            for cut in self._cut.finditer(text, start, head.start()):
                start = cut.end()
            for byline in self._byline.finditer(text, start, head.start()):
                start = byline.end()
            opening = text.rfind("(", start, head.start())
            start = opening + 1 if text.find(")", opening, head.start()) < 0 <= opening else start
            closing = text.rfind(")", start, head.start())
            start = closing + 1 if text.find("(", start, max(start, closing)) < 0 <= closing else start
            after = self._after.match(text[head.end() : head.end() + 12])
            end = head.end() + (after.end() if after else 0)
            name = text[start:end]
            if (len(name) >= SHORTEST_NAME or self._batch.search(name)) and self._about.search(name):
                yield ListMention(start, end, name)

    def _left_edge(self, text: str, start: int, head: int) -> int:
        """Where the name of a list begins: after the last punctuation, a quoted word apart (山东“雁阵形”名录)."""
        quoted = [word.span() for word in self._quoted.finditer(text, start, head)]
        for edge in self._edge.finditer(text, start, head):
            if not any(first <= edge.start() < last for first, last in quoted):
                start = edge.end()
        return start

    def batch(self, name: str) -> bool:
        """Whether a list's name is that of a batch or of a year."""
        return self._batch.search(name) is not None

    def canonical(self, name: str) -> str:
        """The name with one word for one thing (首批 -> 第一批); for comparing only."""
        for word, other in self._same.items():
            name = name.replace(word, other)
        return name

    def issuers(self, text: str, marks: Marks, sentence: Sentence) -> list[IssuerMention]:
        """The departments that a sentence names."""
        found: list[IssuerMention] = []
        if self._issuer.search(text, sentence.start, sentence.end) is None:
            return found
        for match in self._department.finditer(text, sentence.start, sentence.end):
            start = match.start()
            level_end = match.end("level") if match.group("level") else start
            for mark in marks.within(max(sentence.start, start - 8), max(start, level_end - 1)):
                if mark.kind & Kind.PLACE and mark.end in (start, level_end):
                    start = mark.start
            found.append(IssuerMention(start, match.end(), text[start : match.end()]))
        return found

    def selection(self, clause: str) -> Selection | None:
        """What a clause says; the strongest denial wins."""
        if self._denied.search(clause):
            return Selection.NOT
        if self._any.search(clause) is None:
            return None
        for selection, words in self._words:
            if words.search(clause):
                return selection
        return None

    def supports(self, sentence: str) -> bool:
        """Whether a sentence offers support to clusters of a list, or to clusters."""
        if self._unspecific.search(sentence) is not None or self._to_clusters.search(sentence) is None:
            return False
        return self._support.search(sentence) is not None and self._supported.search(sentence) is not None
