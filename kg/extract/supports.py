"""Who supports which clusters: a department in a sentence of support, and the clusters that the sentence means."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.extract.lexicon import Lexicon, any_of
from kg.extract.lists import IssuerMention, ListFinder
from kg.extract.page import Found, Page

# What kind of department one is stands so near the end of its name (厅, 委员会).
KIND_REACH = 3


class Support(NamedTuple):
    """A department and the clusters that it supports; no numbers: all that the text says are selected."""

    issuer: str
    start: int
    end: int
    clusters: tuple[int, ...]
    sentence: int


class SupportFinder:
    """Finds sentences of support."""

    def __init__(self, lexicon: Lexicon, lists: ListFinder) -> None:
        self._lists = lists
        self._support = any_of(lexicon.words("clusters.issuers.support"))
        self._pointing = lexicon.pattern("clusters.issuers.pointing")
        self._listed = any_of(lexicon.words("clusters.issuers.supported"))
        same = lexicon.entry("clusters.issuers.same")
        self._same = (
            [[str(word) for word in group] for group in same if isinstance(group, list)]
            if isinstance(same, list)
            else []
        )

    def supports(self, page: Page) -> Iterator[Support]:
        """The supports of a text."""
        for found in page.found:
            sentence = page.text[found.sentence.start : found.sentence.end]
            if not self._lists.supports(sentence):
                continue
            issuer = self._giver(page, found, found.issuers or self._pointed(page, found))
            if issuer is None:
                continue
            numbers = {page.cluster_of.get((mention.start, mention.end)) for mention in found.clusters}
            clusters = tuple(sorted(number for number in numbers if number is not None))
            yield Support(self._fullest(page, issuer), issuer.start, issuer.end, clusters, found.number)

    def _pointed(self, page: Page, found: Found) -> list[IssuerMention]:
        """What 我厅 and 该局 mean: the only department of that kind that the text names."""
        word = self._pointing.search(page.text, found.sentence.start, found.sentence.end)
        if word is None:
            return []
        kind = word.group("ours") or word.group("theirs")
        departments = (item for one in page.found for item in one.issuers if kind in item.name[-KIND_REACH:])
        names = {self._fullest(page, item) for item in departments}
        return [IssuerMention(word.start(), word.end(), *names)] if len(names) == 1 else []

    def _giver(self, page: Page, found: Found, issuers: Sequence[IssuerMention]) -> IssuerMention | None:
        """The last department before the first word of support."""
        if not issuers:
            return None
        word = self._support.search(page.text, issuers[0].end, found.sentence.end)
        before = [item for item in issuers if word is not None and item.end <= word.start()]
        return before[-1] if before else None

    def _fullest(self, page: Page, issuer: IssuerMention) -> str:
        """The longest form of the department in the text: 省发展改革委 may be 浙江省发展和改革委员会."""
        key = self._key(issuer.name)
        forms = [item.name for found in page.found for item in found.issuers if self._key(item.name).endswith(key)]
        return max(forms, key=lambda name: (len(name), name)) if forms and key != issuer.name[:0] else issuer.name

    def _key(self, name: str) -> str:
        for group in self._same:
            for word in sorted(group, key=len, reverse=True):
                if name.endswith(word):
                    return name[: -len(word)] + group[0]
        return name
