"""What a text speaks of at a place: the topic that a sentence without a subject goes on about."""

import re
from typing import NamedTuple

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.page import Found, Page

# A word that makes a mention an object of comparison stands within so many characters before it.
BEFORE_REACH = 4
# A heading of a part has at most so many characters.
LONGEST_HEADING = 22
# So many clusters without heads make an enumeration of which none is the topic.
FEWEST_LISTED = 2
# The former and the latter.
PAIR = 2


class Topic(NamedTuple):
    """What the text speaks of at a place: a cluster, the last two clusters, and the last enterprise."""

    focus: int | None = None
    pair: tuple[int, ...] = ()
    enterprise: str = ""

    def seen(self, number: int) -> "Topic":
        """The topic after cluster `number` has been named; the last two named are what 前者 and 后者 mean."""
        return self._replace(pair=(*(other for other in self.pair if other != number), number)[-2:])


class TopicFinder:
    """Follows the topic through a text; holds the words that this takes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._compared = re.compile(f"(?:{any_of(lexicon.words('clusters.compared')).pattern})$")
        self._part_heading = lexicon.pattern("figures.subjects.part_heading")
        self._heading_end = re.compile(f"[{re.escape(lexicon.text('text.sentences.ends'))},:;]|\\d")
        self._aside = any_of(lexicon.words("clusters.asides"))

    def topics(self, page: Page) -> list[Topic]:
        """The topic at the beginning of each sentence; a text with one cluster speaks of it from the start."""
        topic = Topic(focus=0 if len(page.places) == 1 else None)
        topics = []
        for found in page.found:
            topics.append(topic)
            topic = self._after(page, found, topic)
        return topics

    def _after(self, page: Page, found: Found, topic: Topic) -> Topic:
        """The topic after a sentence: the last cluster that it names and does not only compare with."""
        if topic.focus is not None and self._aside.match(page.text, found.sentence.body):
            return topic
        if self._closes(page, found):
            topic = topic._replace(focus=None)
        for mention in found.clusters:
            number = page.cluster_of.get((mention.start, mention.end))
            before = page.text[max(found.sentence.start, mention.start - BEFORE_REACH) : mention.start]
            if number is not None:
                topic = topic.seen(number)
                topic = topic if self._compared.search(before) else topic._replace(focus=number)
        return topic._replace(focus=None) if _lists_several(page, found) else topic

    def _closes(self, page: Page, found: Found) -> bool:
        """Whether a sentence is the heading of another part of a text with several clusters, or of another industry."""
        sentence = found.sentence
        industry = self._part_heading.match(page.text, sentence.start, sentence.end)
        if industry is not None and not found.clusters:
            return True
        heading = (
            sentence.bullet and sentence.body > sentence.start and sentence.end - sentence.start <= LONGEST_HEADING
        )
        return (
            heading
            and len(page.places) > 1
            and not found.clusters
            and self._heading_end.search(page.text, sentence.start, sentence.end) is None
        )


def named_last(page: Page, found: Found, position: int, topic: Topic) -> int | None:
    """The cluster that a sentence names last before a position, else the topic."""
    before = [page.cluster_of.get((item.start, item.end)) for item in found.clusters if item.end <= position]
    return next((number for number in reversed(before) if number is not None), topic.focus)


def number_of(page: Page, found: Found, mention: ClusterMention, topic: Topic) -> int | None:
    """The cluster of a mention; one that points back means the one named before it in the sentence, or the topic."""
    if mention.form is Form.BACK:
        return named_last(page, found, mention.start, topic)
    if mention.form in (Form.FORMER, Form.LATTER):
        if len(topic.pair) < PAIR:
            return topic.focus
        return topic.pair[0 if mention.form is Form.FORMER else 1]
    return page.cluster_of.get((mention.start, mention.end))


def _lists_several(page: Page, found: Found) -> bool:
    """Whether a sentence names more clusters than a pair, or enumerates them without heads: the next means none."""
    if len(found.clusters) < FEWEST_LISTED:
        return False
    known = [item for item in found.clusters if (item.start, item.end) in page.cluster_of]
    bare = [item for item in known[-FEWEST_LISTED:] if item.name == item.sector or item.form is Form.ELIDED]
    return len(bare) == FEWEST_LISTED or len({page.cluster_of[item.start, item.end] for item in known}) > FEWEST_LISTED
