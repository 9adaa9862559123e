"""Enterprises with their clusters and roles, one for each name of a text."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kg.extract.attach import Attacher
from kg.extract.enterprises import EnterpriseMention
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.page import Found, Page
from kg.extract.topics import Topic

RANK = {"leader": 0, "member": 1, "mentioned": 2, "": 3}
# The cue of a rule and the words that deny it stand in one stretch, so far around the name.
MENTIONED = "mentioned"
# Words beside an enumeration stand within so many characters.
REACH = 16
# So do words that say of a name that it was wrong.
CORRECTION_REACH = 16


class Tie(NamedTuple):
    """One mention of an enterprise with what it says: the role, the cluster's number (-1 for none), how sure."""

    mention: EnterpriseMention
    cluster: int
    role: str
    rule: str
    confidence: float
    sentence: int
    denied: bool = False


class RoleFinder:
    """Gives each mention of an enterprise a role."""

    def __init__(self, lexicon: Lexicon, attacher: Attacher) -> None:
        self._attacher = attacher
        self._inside = any_of(lexicon.words("enterprises.inside"))
        self._denied = any_of(lexicon.words("enterprises.denied"))
        self._outside = any_of(lexicon.words("enterprises.outside"))
        self._leader_before = lexicon.pattern("enterprises.beside.leader_before")
        self._leader_after = lexicon.pattern("enterprises.beside.leader_after")
        self._whole = re.compile(f"(?:{any_of(lexicon.words('enterprises.whole')).pattern})$")
        self._legal_rest = lexicon.pattern("enterprises.legal_rest")
        self._corrected = lexicon.pattern("figures.nearby.corrected")
        self._relies_on = lexicon.pattern("enterprises.relies_on")
        self._relies = lexicon.pattern("enterprises.relies")
        self._making = lexicon.pattern("enterprises.making")
        confidence = lexicon.pairs("text.confidence")
        self._sure_inside, self._sure_carried = float(confidence["role-inside"]), float(confidence["role-carried"])
        self._sure_told = float(confidence["role-told"])

    def tie(self, page: Page, found: Found, mention: EnterpriseMention, topic: Topic) -> Tie:
        """What one mention says."""
        denied = self._denies(page, found, mention)
        made = self._makes(page, found, mention)
        own = self._made(page, found, mention, made) if made is not None else None
        if denied or self._is_outside(page, found, mention) or (made is not None and own is None):
            return _mentioned(found, mention, denied=denied)
        local, number = (None, own) if own is not None else self._cluster(page, found, mention, topic)
        if mention.role and mention.role != MENTIONED:
            return self._by_cue(found, mention, number)
        sentence = page.text[found.sentence.start : found.sentence.end]
        if mention.role or number is None or self._outside.search(sentence):
            return _mentioned(found, mention)
        role = self._beside(page.text, found, mention)
        if local is not None or role == "leader" or found.clusters or self._inside.search(sentence):
            return Tie(mention, number, role, mention.rule, mention.confidence * self._sure_carried, found.number)
        if number == page.about and not self._attacher.begins_elsewhere(page, mention.start, number):
            # The sentence does not speak of the cluster; where the whole text does, its firms are members.
            return Tie(mention, number, role, mention.rule, mention.confidence * self._sure_told, found.number)
        return _mentioned(found, mention)

    def may_add(self, name: str, longer: str) -> bool:
        """Whether a longer name can be that of the same firm: after a whole one (甲工集团) only a legal form."""
        return self._whole.search(name) is None or self._legal_rest.fullmatch(longer, len(name)) is not None

    def _is_outside(self, page: Page, found: Found, mention: EnterpriseMention) -> bool:
        """Whether the words around a mention say that it is wrong, or that the firm does not belong."""
        if self._corrected.match(page.text[mention.end : mention.end + CORRECTION_REACH]):
            return True
        clause = next((part for part in found.clauses if part[0] <= mention.start < part[1]), found.clauses[-1])
        around = page.text[min(clause[0], mention.span[0]) : max(clause[1], mention.span[1])]
        return self._outside.search(around) is not None

    def _cluster(
        self, page: Page, found: Found, mention: EnterpriseMention, topic: Topic
    ) -> tuple[int | None, int | None]:
        """The cluster of the place that stands beside a mention, and the cluster that it belongs to all in all."""
        local = self._attacher.of_place(page, found, mention.start, mention.end)
        if local is None and mention.span != (mention.start, mention.end):
            first = min(item.start for item in found.enterprises if item.span == mention.span)
            local = self._attacher.of_place(page, found, first, mention.span[1])
        if local is not None:
            return local, local
        return None, self._attacher.cluster_near(page, found, mention.start, mention.span[1], topic)

    def _makes(self, page: Page, found: Found, mention: EnterpriseMention) -> re.Match[str] | None:
        """The words after firms that say what is to be made of them: 依托甲、乙等企业,形成x产业集群."""
        clause = next((part for part in found.clauses if part[0] <= mention.start < part[1]), found.clauses[-1])
        first = min(item.start for item in found.enterprises if item.span == mention.span)
        opened = self._relies_on.match(page.text, mention.span[0], mention.start)
        if opened is None and self._relies.search(page.text, clause[0], first) is None:
            return None
        return self._making.match(page.text, mention.end, found.sentence.end)

    def _made(self, page: Page, found: Found, mention: EnterpriseMention, making: re.Match[str]) -> int | None:
        """The cluster that is to be made of firms; None where it is none of the text's."""
        made = next((item for item in found.clusters if mention.end <= item.start and item.end <= making.end()), None)
        return None if made is None else page.cluster_of.get((made.start, made.end))

    def _by_cue(self, found: Found, mention: EnterpriseMention, number: int | None) -> Tie:
        """A tie with the role that the rule of the mention gives; without a cluster it is less sure."""
        if number is None:
            sure = mention.confidence * self._sure_inside
            return Tie(mention, -1, mention.role, mention.rule, sure, found.number)
        return Tie(mention, number, mention.role, mention.rule, mention.confidence, found.number)

    def _denies(self, page: Page, found: Found, mention: EnterpriseMention) -> bool:
        """Whether a sentence that begins with this firm, and names no other, says that it is no member."""
        first = mention.start == found.sentence.body and len({item.name for item in found.enterprises}) == 1
        return first and self._denied.search(page.text, mention.end, found.sentence.end) is not None

    def _beside(self, text: str, found: Found, mention: EnterpriseMention) -> str:
        """The role that the words beside an enumeration give; a member without any."""
        before = text[max(found.sentence.start, mention.span[0] - REACH) : mention.span[0]]
        after = text[mention.span[1] : min(found.sentence.end, mention.span[1] + REACH)]
        return "leader" if self._leader_before.search(before) or self._leader_after.match(after) else "member"


def _mentioned(found: Found, mention: EnterpriseMention, *, denied: bool = False) -> Tie:
    return Tie(mention, -1, MENTIONED, mention.rule, mention.confidence, found.number, denied)


def canonical(
    names: Mapping[str, int], definitions: Mapping[str, str], adds: Callable[[str, str], bool] = lambda *_: True
) -> dict[str, str]:
    """For each name of a text the fullest that it has for the same enterprise.

    A definition (以下简称) says so; else a short name is the beginning of exactly one longer one (融晟 of 融晟重工).
    `adds` tells whether the longer one may be the same firm's.
    """
    fullest: dict[str, str] = {}
    for name in names:
        if name in definitions:
            fullest[name] = definitions[name]
            continue
        longer = [other for other in names if other != name and other.startswith(name) and adds(name, other)]
        fullest[name] = longer[0] if len(longer) == 1 else name
    return {name: fullest.get(full, full) for name, full in fullest.items()}


def strongest(ties: list[Tie]) -> Tie:
    """The tie that stands for an enterprise: a denial, else the strongest role, then the surest, then the first."""
    if len(ties) == 1:
        return ties[0]
    denied = [tie for tie in ties if tie.denied]
    if denied:
        return denied[0]
    seen = Counter((tie.role, tie.cluster) for tie in ties)
    return min(
        ties,
        key=lambda tie: (
            RANK[tie.role],
            tie.cluster < 0,
            -tie.confidence,
            -seen[tie.role, tie.cluster],
            tie.mention.start,
        ),
    )
