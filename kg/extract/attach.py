"""What a number or a name belongs to: the subject of its clause, what it describes, or the topic."""

import re

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.gazetteer import Gazetteer
from kg.extract.homes import Homes
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.marks import PROVINCE, Kind, Mark
from kg.extract.names import LONGEST_SECTOR
from kg.extract.openings import Openings
from kg.extract.page import OTHER, Found, Page, Subject
from kg.extract.stand_ins import StandIns
from kg.extract.topics import BEFORE_REACH, PAIR, Topic, named_last, number_of

# Between two members of an enumeration stand so many characters.
JOINT_REACH = 2
# An enterprise less sure than this is not taken for a subject.
SURE = 0.6
# Between a name and the word of its place stand so many characters (千山木业是临沂的招牌); a place has so many.
LINK_REACH = 4
LONGEST_PLACE = 8
# Between an attribute's end and the name that it describes stand so many characters (以A为龙头的全国领先的B集群).
ATTRIBUTE_REACH = 8


# What all clusters of a place have together is not what the place has: a person decides.
OF_ALL = "figure-of-all"


# The rules for a zone or place with which a clause opens.
OPENING = ("figure-zone", "figure-place")


class Attacher:
    """Finds subjects; holds the words that this takes."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._openings = Openings(lexicon, gazetteer)
        self.homes = Homes(lexicon, gazetteer, self._openings)
        self.stand_ins = StandIns(lexicon, gazetteer, self._openings)
        self._firm_describes = lexicon.pattern("figures.subjects.firm_describes")
        self._no_subject = lexicon.pattern("figures.subjects.no_subject")
        self._compared = re.compile(f"(?:{any_of(lexicon.words('clusters.compared')).pattern})$")
        self._leads = re.compile(f"(?:{any_of(lexicon.words('figures.subjects.leads')).pattern})$")
        words = {
            key: any_of(lexicon.words(f"figures.subjects.{key}")).pattern
            for key in ("whole", "here", "here_province", "zone", "firm")
        }
        view = lexicon.pattern("figures.subjects.view").pattern
        self._becoming = lexicon.pattern("figures.subjects.becoming")
        self._settled = lexicon.words("figures.subjects.settled")
        self._quotes = tuple(lexicon.text("figures.subjects.quotes"))
        self._approach = lexicon.text("figures.subjects.approach")
        self._located = lexicon.words("figures.subjects.located")
        market = lexicon.pattern("figures.subjects.whole_market").pattern
        self._whole = re.compile(f"(?:{view})?(?:{words['whole']})(?!{market})")
        self._within = lexicon.pattern("figures.subjects.within")
        pointing = "|".join(words[key] for key in ("whole", "here", "here_province", "zone"))
        self._points = re.compile(f"(?:{view})?(?:{pointing})|{self.homes.others.pattern}")
        self._firm = re.compile(f"(?:{words['firm']})|{lexicon.text('figures.subjects.this_firm')}")
        self._of_firms = lexicon.text("figures.nearby.firms")
        self._industry = lexicon.words("clusters.industry")
        self._of_whole = lexicon.pattern("figures.subjects.of_whole")
        self._wider = re.compile(f"(?:{words['whole']}|{words['here_province']})$")
        self._linked = any_of(lexicon.words("figures.subjects.linked"))
        self._described = lexicon.pattern("figures.subjects.described_as")
        self._head = any_of(lexicon.words("clusters.heads"))
        self._firms = lexicon.pattern("figures.subjects.several_firms")
        self._situated = re.compile(f"(?:{any_of(lexicon.words('figures.subjects.situated')).pattern})$")
        self._link = lexicon.pattern("enterprises.place_before")
        self._link_after = lexicon.pattern("enterprises.place_after")
        self._gathered = lexicon.pattern("figures.subjects.gathered")
        self._among = lexicon.pattern("figures.subjects.among")
        self._counted_with = lexicon.pattern("figures.subjects.counted_with")
        self._maker = lexicon.pattern("figures.percent.maker")
        self._sums = lexicon.any_of("figures.subjects.together", "figures.subjects.sum")
        self._number_of_them = lexicon.pattern("figures.subjects.number_of_them")
        self._together = any_of(lexicon.words("figures.subjects.together"))
        self._joint = any_of(lexicon.words("clusters.joints"))
        self._attribute = lexicon.text("clusters.attribute")

    def clause_subject(
        self, page: Page, found: Found, clause: tuple[int, int], limit: int, topic: Topic
    ) -> Subject | None:
        """The subject that a clause itself names before `limit`; None where it names none."""
        start = clause[0]
        while start < limit and page.text[start].isspace():
            start += 1
        if found.enterprises or topic.enterprise:
            enterprise = self._enterprise(page, found, start, limit, topic)
            if enterprise is not None:
                return enterprise
        number = named_last(page, found, start, topic) if self._linked.match(page.text, start, limit) else None
        if number is not None:
            return Subject("cluster", "", cluster=number, rule="figure-carried-paragraph")
        cluster = self._cluster(page, found, start, limit, topic) if found.clusters else None
        if cluster is None or cluster is OTHER:
            industry = self._openings.industry(page, start, limit)
            if industry is not None:
                return industry
        if cluster is OTHER and (whole := self._of_all(page, found, start, limit)) is not None:
            return whole._replace(rule=OF_ALL)
        place = self._place(page, found, start, limit) if cluster in (None, OTHER) else None
        # Where a clause opens with a place, no cluster of the text is named further on: 某区在新材料产业上有基础.
        opens = place is not None and place.rule in OPENING
        return place if cluster is None or opens else cluster

    def _of_all(self, page: Page, found: Found, start: int, limit: int) -> Subject | None:
        """The place of all of whose clusters a clause speaks: 全市27个集群, 保定市县域特色产业集群中有."""
        opened = self._openings.opened(page.text, start, limit)
        mark = page.marks.at(opened)
        if mark is not None and any(one.form is Form.PLACE and one.start == opened for one in found.clusters):
            return self.place(mark)
        return self.homes.whole_at(page, start, limit)

    def _cluster(self, page: Page, found: Found, start: int, limit: int, topic: Topic) -> Subject | None:
        for mention in reversed(found.clusters):
            if mention.start < start or mention.end > limit:
                continue
            before = page.text[max(start, mention.start - BEFORE_REACH) : mention.start]
            if before and self._compared.search(before):
                continue
            if page.text.startswith(self._attribute, mention.end) and self._situated.search(before):
                return OTHER
            if mention.form is Form.SECTOR and self._of_whole.search(page.text, start, mention.start):
                continue
            if mention.form is Form.PLURAL and self._becoming.search(page.text, start, mention.end):
                continue
            if mention.form is Form.PLURAL or self._is_one_of_several(page, found, mention, start, limit):
                return OTHER
            said = self._of_mention(page, found, mention, start, topic)
            if said is not None:
                return said
        return None

    def _of_mention(
        self, page: Page, found: Found, mention: ClusterMention, start: int, topic: Topic
    ) -> Subject | None:
        """What a mention of a cluster, or of the former or latter of two, makes the subject."""
        if mention.form in (Form.FORMER, Form.LATTER) and (firm := _firm_meant(found, mention)) is not None:
            return firm
        number = self._meant(page, found, mention, topic)
        if number is None:
            other = mention.form in (Form.BARE, Form.PLACE)
            industry = page.text.endswith(self._industry, mention.start, mention.end)
            # 新材料规上工业企业 are firms of whoever has them, no industry.
            other = other or (industry and not page.text.endswith(self._of_firms, mention.start, mention.end))
            return OTHER if other else None
        if mention.form is Form.SECTOR and self._is_elsewhere(page, mention, number, start):
            return OTHER
        if mention.form is Form.SECTOR and mention.start < page.firsts[number] and len(page.places) > 1:
            return OTHER
        return Subject("cluster", mention.name, cluster=number, rule="figure-beside-subject")

    def _is_elsewhere(self, page: Page, mention: ClusterMention, number: int, start: int) -> bool:
        """Whether an industry is that of another place than its cluster, or of one of its places only (无锡医药产业).

        The place stands right before it, or is what the clause from `start` on speaks of (湖北省计划将x产业).
        """
        if self._wider.search(page.text, start, mention.start):
            return True
        before = page.marks.ending(mention.start)
        if before is not None and before.kind & Kind.ZONE:
            return True
        places = [mark.codes for mark in page.marks.within(start, mention.start) if mark.kind & Kind.PLACE]
        return any(set(codes) != set(page.places[number]) for codes in places[-1:])

    def begins_elsewhere(self, page: Page, start: int, number: int) -> bool:
        """Whether a name begins with a place of another province than its cluster's (上海x公司, 芜湖)."""
        mark = page.marks.at(start)
        if mark is None or not mark.kind & Kind.PLACE:
            return False
        own = {code[:PROVINCE] for code in page.places[number]}
        return own.isdisjoint(code[:PROVINCE] for code in mark.codes)

    def _is_one_of_several(self, page: Page, found: Found, mention: ClusterMention, start: int, limit: int) -> bool:
        """Whether a number after an enumeration of clusters is that of all of them (A、B产值合计800亿元)."""
        counted = self.number_of_them(page.text, mention.end, limit)
        if not counted and not self._together.search(page.text, mention.end, limit):
            return False
        return any(
            start <= other.start < mention.start and len(page.text[other.end : mention.start].strip()) <= JOINT_REACH
            for other in found.clusters
        )

    def maker(self, page: Page, start: int, limit: int) -> Subject | None:
        """The place that makes a share of what all make: 全国核电产品的60%都是德阳制造."""
        made = self._maker.match(page.text, start, limit)
        mark = page.marks.at(made.start("maker")) if made is not None else None
        return self.place(mark) if mark is not None and mark.kind & Kind.PLACE else None

    def sums(self, text: str, start: int, limit: int) -> bool:
        """Whether a stretch says that a number is that of all together (合计, 总营收)."""
        return self._sums.search(text, start, limit) is not None

    def number_of_them(self, text: str, end: int, limit: int) -> str:
        """How many an enumeration that ends there is said to hold (x、y两个产业集群), as printed; empty for none."""
        counted = self._number_of_them.match(text, end, limit)
        return counted.group("count") if counted is not None else ""

    def _enterprise(self, page: Page, found: Found, start: int, limit: int, topic: Topic) -> Subject | None:
        here = [
            item
            for item in found.enterprises
            if item.confidence >= SURE
            and item.start >= start
            and item.end <= limit
            and not _aside(page.text, found.sentence.start, item.start, limit)
            and not self._firm_describes.match(page.text, item.end)
        ]
        if here:
            if self._counted_with.fullmatch(page.text, here[-1].end, limit):
                return None
            if self._among.fullmatch(page.text, here[-1].end, limit) and self._gather(
                page.text, start, here[0].start, limit
            ):
                return None
            text = page.text
            opening = [item for item in here if item.start == start or self._leads.search(text[start : item.start])]
            if len(opening) > 1 or (opening and len(here) > len(opening)):
                return OTHER
            if opening:
                return Subject("enterprise", opening[0].name, rule="figure-enterprise")
        if topic.enterprise and self._firm.match(page.text, start, limit):
            return Subject("enterprise", topic.enterprise, rule="figure-enterprise")
        return None

    def _is_one_of_places(self, page: Page, mark: Mark, limit: int) -> bool:
        """Whether a joint and another place follow: 济南和烟台, but not 柳州同比."""
        joint = self._joint.match(page.text, mark.end, limit)
        after = page.marks.at(joint.end()) if joint is not None and joint.end() < limit else None
        return after is not None and after.kind & Kind.PLACE != 0

    def _gather(self, text: str, start: int, first: int, limit: int) -> bool:
        """Whether firms gather in a place, by the words after their number at `limit` or before the `first` of them."""
        return self._gathered.match(text, limit) is not None or self._gathered.match(text, start, first) is not None

    def _place(self, page: Page, found: Found, start: int, limit: int) -> Subject | None:
        text = page.text
        # Most clauses begin with none of these words; then there is no need to ask which it is.
        points = self._points.match(text, start, limit) is not None
        if points and self._whole.match(text, start, limit):
            return self._openings.zone(page, self._openings.opened(text, start, limit), limit) or OTHER
        opened = self._openings.opened(text, start, limit)
        opened += text.startswith(self._quotes, opened)
        opened = start if text.endswith(self._located, start, opened) else opened
        for mark in page.marks.within(start, limit):
            if not mark.kind & Kind.PLACE or start < mark.start < opened or _taken(found, mark.start):
                continue
            if text.startswith(self._attribute, mark.end) and text.endswith(self._settled, start, mark.start):
                return self.place(mark)
            if (mark.start in (start, opened) or self._leads.search(text[start : mark.start])) and len(mark.codes) == 1:
                return self._of_opening(page, mark, start, limit)
            break
        else:
            town = self._openings.town(page, opened, limit) or self._openings.county(page, opened, limit)
            if town is not None:
                return town
        pointed = self.homes.pointed(page, start, limit) if points else None
        return pointed if pointed not in (None, OTHER) else self._openings.zone(page, opened, limit) or pointed

    def _of_opening(self, page: Page, mark: Mark, start: int, limit: int) -> Subject:
        """Whom the place means with which a clause opens: itself, its zone or town, or nobody of the text."""
        if self._is_none(page, mark, limit):
            return OTHER
        if self._described.search(page.text, start, mark.start) and self._head.search(page.text, mark.end, limit):
            return OTHER
        return self._openings.area(page, mark, limit)

    def is_of_all(self, page: Page, start: int, limit: int) -> bool:
        """Whether a clause speaks of a whole (全国泳装市场有它一席), or of what is in it (在全省营业收入中约占)."""
        within = self._within.match(page.text, start, limit) is not None
        return within or self._whole.match(page.text, start, limit) is not None

    def _is_none(self, page: Page, mark: Mark, limit: int) -> bool:
        """Whether a place that a clause opens with is one of several, or only part of a name or of what firms do."""
        if self._no_subject.match(page.text, mark.end, limit) or self._firms.search(page.text, mark.end, limit):
            return True
        return self._is_one_of_places(page, mark, limit)

    def names_several(self, page: Page) -> bool:
        """Whether a text has words for several industries or clusters together."""
        return self._openings.names_several(page.text)

    def together(self, page: Page, start: int, limit: int) -> Subject | None:
        """Several industries or clusters with which a clause opens and that have no names there: 三大主导产业."""
        return self._openings.together(page.text, start, limit)

    def industries(self, page: Page, start: int, limit: int) -> list[Subject]:
        """The industries of an enumeration with which a clause opens."""
        return self._openings.industries(page, start, limit)

    def place_at(self, page: Page, found: Found, start: int, limit: int) -> Subject | None:
        """The place with which a clause begins; None for a whole without a name (全国)."""
        subject = self._place(page, found, start, limit)
        return subject if subject is not None and subject.kind == "place" else None

    def beside(self, page: Page, found: Found, start: int, position: int) -> Subject | None:
        """The place whose name ends right before a number of a clause, where no cluster's name holds it."""
        gap = page.text[start:position]
        end = start + len(gap.rstrip(self._approach))
        mark = page.marks.ending(end)
        if mark is None or mark.start < start or not mark.kind & Kind.PLACE:
            return self._openings.county_ending(page, start, end)
        if _taken(found, mark.start):
            return None
        if page.text.endswith(self._located, start, mark.start):
            return None
        return self.place(mark)

    def place(self, mark: Mark) -> Subject | None:
        """A place as a subject; None for a name of several places."""
        return Subject("place", mark.word, code=mark.codes[0], rule="figure-place") if len(mark.codes) == 1 else None

    def place_of_issuer(self, mark: Mark) -> Subject | None:
        """The place whose department a mark names (山东省|发展改革委)."""
        names = self._gazetteer.place_names
        name = next((mark.word[:size] for size in range(LONGEST_PLACE, 1, -1) if mark.word[:size] in names), "")
        codes = names.get(name, ())
        return Subject("place", name, code=codes[0], rule="figure-place") if len(codes) == 1 else None

    def described(self, page: Page, found: Found, position: int, limit: int) -> int | None:
        """The cluster that an attribute ending before it describes, from `position` on (企业1100余家的A市x产业集群)."""
        for mention in found.clusters:
            if mention.start < position or mention.start >= limit:
                continue
            number = page.cluster_of.get((mention.start, mention.end))
            if number is None:
                continue
            return number if page.text[: mention.start].endswith(self._attribute) else None
        return None

    def described_next(self, page: Page, found: Found, position: int) -> int | None:
        """The cluster that the attribute describes which ends at a position: 产值300亿元的x产业集群."""
        if not page.text.startswith(self._attribute, position):
            return None
        return self.described(page, found, position, position + LONGEST_SECTOR)

    def in_parentheses(self, page: Page, found: Found, clause_start: int, position: int) -> Subject | None:
        """What stands right before the parenthesis around `position`."""
        opening = page.text.rfind("(", clause_start, position)
        if opening < 0 or page.text.find(")", opening, position) >= 0:
            return None
        for mention in found.clusters:
            number = page.cluster_of.get((mention.start, mention.end))
            if mention.end == opening and number is not None:
                return Subject("cluster", mention.name, cluster=number, rule="figure-in-parentheses")
        for item in found.enterprises:
            if item.end == opening:
                return Subject("enterprise", item.name, rule="figure-in-parentheses")
        return self._openings.town_ending(page, clause_start, opening) or OTHER

    def cluster_near(self, page: Page, found: Found, start: int, end: int, topic: Topic) -> int | None:
        """The cluster of a name at [start, end): described right after it, named before it, or the topic."""
        after = self._attributed(page, found, end, topic)
        if after is None:
            after = self._named_before(page, found, start, topic)
        if after is None:
            after = self.described(page, found, end, found.sentence.end)
        if after is None:
            after = self._of_opening_place(page, found, start)
        if after is not None or topic.focus is not None:
            return topic.focus if after is None else after
        later = [page.cluster_of.get((item.start, item.end)) for item in found.clusters if item.start >= end]
        return next((number for number in later if number is not None), None)

    def _attributed(self, page: Page, found: Found, end: int, topic: Topic) -> int | None:
        """The cluster that an attribute ending at `end` describes: 以A、B为龙头的x产业集群."""
        if not page.text.startswith(self._attribute, end):
            return None
        near = [item for item in found.clusters if end < item.start <= end + ATTRIBUTE_REACH]
        return page.cluster_of.get((near[0].start, near[0].end), topic.focus) if near else None

    def _named_before(self, page: Page, found: Found, start: int, topic: Topic) -> int | None:
        """The cluster that a sentence names last before a name, and does not only compare with."""
        for mention in reversed(found.clusters):
            before = page.text[max(found.sentence.start, mention.start - BEFORE_REACH) : mention.start]
            if mention.end > start or self._compared.search(before):
                continue
            number = number_of(page, found, mention, topic)
            if number is not None:
                return number
        return None

    def _of_opening_place(self, page: Page, found: Found, start: int) -> int | None:
        """The one cluster of the last place with which a clause before `start` begins: 济宁则群雄并起,甲、乙领跑."""
        if len(page.places) < PAIR:
            return None
        for first, _ in reversed([clause for clause in found.clauses if clause[0] <= start]):
            mark = page.marks.at(first)
            if mark is not None and mark.kind & Kind.PLACE and not _taken(found, first):
                return self.stand_ins.cluster_of_place(page, mark.codes)
        return None

    def _meant(self, page: Page, found: Found, mention: ClusterMention, topic: Topic) -> int | None:
        """The cluster of a mention; one that points back means that of the city its sentence names before it."""
        if mention.form is Form.BACK and not any(item.end <= mention.start for item in found.clusters):
            for mark in page.marks.within(found.sentence.body, mention.start):
                if mark.kind & Kind.PLACE and (number := self.stand_ins.cluster_of_place(page, mark.codes)) is not None:
                    return number
        return number_of(page, found, mention, topic)

    def of_place(self, page: Page, found: Found, start: int, end: int) -> int | None:
        """The one cluster of the place to which the words around names at [start, end) tie them.

        盐城的黄海风能, 徐州有彭城重工; 千山木业是临沂的招牌.
        """
        for mark in page.marks.within(max(found.sentence.start, start - LINK_REACH - LONGEST_PLACE), start):
            if mark.kind & Kind.PLACE and self._link.fullmatch(page.text, mark.end, start):
                return None if _taken(found, mark.start) else self.stand_ins.cluster_of_place(page, mark.codes)
        for mark in page.marks.within(end, min(found.sentence.end, end + LINK_REACH)):
            if mark.kind & Kind.PLACE and self._link_after.fullmatch(page.text, end, mark.start):
                own = page.text.startswith(self._attribute, mark.end) and not _taken(found, mark.start)
                return self.stand_ins.cluster_of_place(page, mark.codes) if own else None
        return None

    def points_at_firm(self, page: Page, start: int, limit: int) -> bool:
        """Whether a sentence begins with a word for the firm in question (这家公司)."""
        return self._firm.match(page.text, start, limit) is not None


def _firm_meant(found: Found, mention: ClusterMention) -> Subject | None:
    """The enterprise that 前者 or 后者 means, where two were named since the last cluster; None where not."""
    since = max((item.end for item in found.clusters if item.end <= mention.start), default=0)
    firms = [item for item in found.enterprises if since <= item.start < mention.start]
    if len(firms) != PAIR:
        return None
    return Subject("enterprise", firms[0 if mention.form is Form.FORMER else 1].name, rule="figure-enterprise")


def _aside(text: str, start: int, position: int, limit: int) -> bool:
    """Whether a parenthesis around `position` opens after `start` and closes before `limit`."""
    opening = text.rfind("(", start, position)
    return opening > text.rfind(")", start, position) and text.find(")", position, limit) >= 0


def _taken(found: Found, position: int) -> bool:
    """Whether a place's name is part of a longer name."""
    for names in (found.clusters, found.issuers, found.enterprises):
        for item in names:
            if item.start <= position < item.end:
                return True
    return False
