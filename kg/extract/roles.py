"""Enterprises with their clusters and roles, one for each name of a text."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kg.extract.attach import Attacher, Topic
from kg.extract.enterprises import EnterpriseMention
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.page import Found, Page

RANK = {"leader": 0, "member": 1, "mentioned": 2, "": 3}
# The cue of a rule and the words that deny it stand in one stretch, so far around the name.
MENTIONED = "mentioned"
# Words beside an enumeration stand within so many characters.
REACH = 16


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
        self._corrected = lexicon.pattern("figures.nearby.corrected")
        confidence = lexicon.pairs("text.confidence")
        self._sure_inside, self._sure_carried = float(confidence["role-inside"]), float(confidence["role-carried"])

    def tie(self, page: Page, found: Found, mention: EnterpriseMention, topic: Topic) -> Tie:
        """What one mention says."""
        text = page.text
        if self._denies(page, found, mention):
            return Tie(mention, -1, MENTIONED, mention.rule, mention.confidence, found.number, denied=True)
        clause = next((part for part in found.clauses if part[0] <= mention.start < part[1]), found.clauses[-1])
        corrected = self._corrected.match(text[mention.end : mention.end + 16])
        if corrected or self._outside.search(text[min(clause[0], mention.span[0]) : max(clause[1], mention.span[1])]):
            return Tie(mention, -1, MENTIONED, mention.rule, mention.confidence, found.number)
        local = self._attacher.of_place(page, found, mention.start, mention.end)
        if local is None and mention.span != (mention.start, mention.end):
            first = min(item.start for item in found.enterprises if item.span == mention.span)
            local = self._attacher.of_place(page, found, first, mention.span[1])
        number = local
        if number is None:
            number = self._attacher.cluster_near(page, found, mention.start, mention.span[1], topic)
        if mention.role and mention.role != MENTIONED:
            if number is None:
                return Tie(
                    mention, -1, mention.role, mention.rule, mention.confidence * self._sure_inside, found.number
                )
            return Tie(mention, number, mention.role, mention.rule, mention.confidence, found.number)
        sentence = text[found.sentence.start : found.sentence.end]
        role = self._beside(text, found, mention)
        inside = local is not None or role == "leader" or bool(found.clusters) or self._inside.search(sentence)
        if mention.role or number is None or self._outside.search(sentence) or not inside:
            return Tie(mention, -1, MENTIONED, mention.rule, mention.confidence, found.number)
        return Tie(mention, number, role, mention.rule, mention.confidence * self._sure_carried, found.number)

    def _denies(self, page: Page, found: Found, mention: EnterpriseMention) -> bool:
        """Whether a sentence that begins with this firm, and names no other, says that it is no member."""
        first = mention.start == found.sentence.body and len({item.name for item in found.enterprises}) == 1
        return first and self._denied.search(page.text, mention.end, found.sentence.end) is not None

    def _beside(self, text: str, found: Found, mention: EnterpriseMention) -> str:
        """The role that the words beside an enumeration give; a member without any."""
        before = text[max(found.sentence.start, mention.span[0] - REACH) : mention.span[0]]
        after = text[mention.span[1] : min(found.sentence.end, mention.span[1] + REACH)]
        return "leader" if self._leader_before.search(before) or self._leader_after.match(after) else "member"


def canonical(names: Mapping[str, int], definitions: Mapping[str, str]) -> dict[str, str]:
    """For each name of a text the fullest that it has for the same enterprise.

    A definition (以下简称) says so; else a short name is the beginning of exactly one longer one (融晟 of 融晟重工).
    """
    fullest: dict[str, str] = {}
    for name in names:
        if name in definitions:
            fullest[name] = definitions[name]
            continue
        longer = [other for other in names if other != name and other.startswith(name)]
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
