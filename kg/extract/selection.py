"""Which clusters a list names: from the clause of each mention, or from the title over an enumeration of lines."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.extract.cluster_mention import ClusterMention, Form
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.lists import ListFinder, ListMention, Selection
from kg.extract.page import Found, Page

# What stands between the members of one enumeration is no longer than this.
LONGEST_JOINT, SHORTEST_JOINT = 4, 2
# So many characters before a name say that it was selected earlier (继A之后).
PRIOR_REACH = 4
# The parts of a sentence that name a list each.
PART_END = ";"
SELECTED = Selection.SELECTED
# Steps on the way to a decision, which a sentence may tell before the decision itself.
PROCEDURES = (Selection.CANDIDATE, Selection.NOTICE)


class Decision(NamedTuple):
    """What the text says of one mention; `list_name` None where it names no list. `sentence` says it."""

    selection: Selection
    list_name: str | None
    sentence: int
    rule: str


NAMED = (Form.FULL, Form.ELIDED)
# An enumeration of a list's clusters stands so many lines from the list's name.
LINES_AROUND = 2


class Selector:
    """Decides for each mention of a cluster."""

    def __init__(self, lexicon: Lexicon, finder: ListFinder) -> None:
        self._finder = finder
        self._notice = any_of(lexicon.words("clusters.selection.notice_titles"))
        self._opens = any_of(lexicon.words("clusters.selection.opens"))
        self._weak = any_of(lexicon.words("clusters.selection.weak"))
        self._prior = re.compile(f"(?:{any_of(lexicon.words('clusters.selection.prior')).pattern})$")
        self._opener = re.compile(f"(?:{any_of(lexicon.words('clusters.opens')).pattern}|[,:;])*")
        self._continues = any_of(lexicon.words("clusters.selection.continues"))
        self._counts = lexicon.pattern("clusters.selection.counts")
        self._no_subject = lexicon.pattern("clusters.selection.no_subject")
        self._label = re.compile(r"[^,;]{1,10}:")
        self._closers = lexicon.text("text.sentences.closers") + " \n"
        self._doubt = any_of(lexicon.words("clusters.selection.doubt"))
        self._listed = any_of(lexicon.words("clusters.selection.listed"))
        self._holds = lexicon.pattern("clusters.selection.holds")
        self._holds_too = lexicon.pattern("clusters.selection.holds_too")
        self._announces = lexicon.pattern("clusters.selection.announces")
        self._joint = lexicon.pattern("clusters.selection.joint")
        self._cluster_word = any_of(lexicon.words("clusters.heads"))

    def decisions(self, page: Page) -> dict[int, Decision]:
        """The decision for each cluster number: the first that says selected wins, else the first of all."""
        names = self._names(page)
        primary = self._primary(page, names)
        notice = any(
            self._notice.search(page.text, found.sentence.start, found.sentence.end) for found in page.found[:3]
        )
        decided: dict[int, Decision] = {}
        context: Decision | None = None
        reach = 0
        last: int | None = None
        for found in page.found:
            own = self._of_sentence(page, found, names, primary)
            opened = self._opening(page, found, names, own, notice=notice)
            if last is not None and opened is not None and self._of_last(page, found):
                decided.setdefault(last, opened)
                opened = None
            if opened is not None:
                context, reach = opened, found.number
            follows = context is not None and self._follows(page, found, reach)
            named = any((item.start, item.end) in page.cluster_of for item in found.clusters)
            if not named and (follows or page.found[reach].sentence.line == found.sentence.line):
                reach = found.number
            for mention in found.clusters:
                number = page.cluster_of.get((mention.start, mention.end))
                if number is None:
                    continue
                last = number
                decision = own.get((mention.start, mention.end))
                if decision is None and context is not None and (follows or self._is_item(page, found, mention)):
                    decision = context
                before = decided.get(number)
                if decision and (before is None or _stronger(decision, before)):
                    decided[number] = decision
        for number, decision in self._enumerated(page, names, primary).items():
            decided.setdefault(number, decision)
        return {
            number: Decision(Selection.NOTICE, item.list_name, item.sentence, item.rule)
            if notice and item.selection is Selection.SELECTED
            else item
            for number, item in decided.items()
        }

    def _enumerated(self, page: Page, names: dict[str, str], primary: str | None) -> dict[int, Decision]:
        """What enumerations near a decision on the list that a text is about leave unsaid: they are on that list."""
        told = [
            item
            for item in page.found
            if any(names[one.name] == primary for one in item.lists)
            and self._finder.selection(page.text[item.sentence.start : item.sentence.end]) is Selection.SELECTED
        ]
        if primary is None or not told:
            return {}
        order = {line: place for place, line in enumerate(dict.fromkeys(item.sentence.line for item in page.found))}
        # What stands before a decision on clusters that it names is not on the list.
        near = [
            range(
                place if any(one.form in NAMED for one in item.clusters) else place - LINES_AROUND,
                place + LINES_AROUND + 1,
            )
            for item in told
            for place in (order[item.sentence.line],)
        ]
        found: dict[int, Decision] = {}
        for item in page.found:
            if not any(order[item.sentence.line] in lines for lines in near):
                continue
            if self._doubt.search(page.text, item.sentence.start, item.sentence.end):
                continue
            full = [one for one in item.clusters if one.form in NAMED]
            for group in self._groups(page, full):
                numbers = {page.cluster_of.get((one.start, one.end)) for one in group} - {None}
                decision = Decision(SELECTED, primary, item.number, "selected-with-others")
                if len(numbers) > 1:
                    found |= {number: decision for number in numbers if number is not None}
        return found

    def _asks(self, sentence: str) -> bool:
        """Whether a sentence is a question: it says nothing of a selection."""
        return sentence.rstrip(self._closers).endswith("?")

    def _of_last(self, page: Page, found: Found) -> bool:
        """Whether a sentence that names a list speaks of the cluster before: 该集群入选, or a labelled line."""
        if any((item.start, item.end) in page.cluster_of for item in found.clusters):
            return False
        label = self._label.match(page.text, found.sentence.body, found.lists[0].start) if found.lists else None
        if label is not None or any(item.form is Form.BACK for item in found.clusters):
            return True
        return found.number > 0 and self._goes_on(page, found, page.found[found.number - 1])

    def _goes_on(self, page: Page, found: Found, before: Found) -> bool:
        """Whether a sentence without a subject of its own goes on about the cluster before it (2019年列入...名单)."""
        if before.sentence.line != found.sentence.line or page.text[found.sentence.start : found.sentence.end].endswith(
            ":"
        ):
            return False
        stretch = page.text[found.sentence.body : found.lists[0].start]
        return self._no_subject.fullmatch(stretch) is not None

    def _follows(self, page: Page, found: Found, reach: int) -> bool:
        """Whether a sentence goes on about a list up to sentence `reach`, or is an enumeration under it."""
        if reach != found.number - 1:
            return False
        body = found.sentence.body
        if self._continues.match(page.text, body) or self._counts.match(page.text, body):
            return True
        groups = self._groups(page, [item for item in found.clusters if item.form in NAMED])
        return len(groups) == 1 and len(groups[0]) > 1 and self._is_item(page, found, groups[0][0])

    def _is_item(self, page: Page, found: Found, mention: ClusterMention) -> bool:
        """Whether the mention is the first of a line, a label apart: an item of an enumeration of lines."""
        before = page.text[found.sentence.body : mention.start].strip()
        starts = not found.number or page.found[found.number - 1].sentence.line != found.sentence.line
        named = mention.form is not Form.SECTOR and (mention.form is not Form.BARE or found.sentence.bullet)
        return (starts and named) and (not before or self._label.fullmatch(before) is not None)

    def _names(self, page: Page) -> dict[str, str]:
        """For each printed name of a list the fullest name that the text has for it."""
        printed = [item.name for found in page.found for item in found.lists]
        canonical = {name: self._finder.canonical(name) for name in printed}
        fullest: dict[str, str] = {}
        for name in printed:
            same = [
                other
                for other in printed
                if canonical[other].endswith(canonical[name]) or canonical[other] == canonical[name]
            ]
            fullest[name] = max(
                same, key=lambda other: (len(canonical[other]), printed.count(other), canonical[other] == other)
            )
        return fullest

    def _primary(self, page: Page, names: dict[str, str]) -> str | None:
        """The list that the text is about: the first whose name speaks of clusters."""
        for found in page.found:
            for item in found.lists:
                if self._cluster_word.search(item.name):
                    return names[item.name]
        return None

    def _of_sentence(
        self, page: Page, found: Found, names: dict[str, str], primary: str | None
    ) -> dict[tuple[int, int], Decision]:
        if not found.clusters:
            return {}
        groups = self._groups(
            page,
            [
                mention
                for mention in found.clusters
                if (mention.start, mention.end) in page.cluster_of and mention.form is not Form.SECTOR
            ],
        )
        decided: dict[tuple[int, int], Decision] = {}
        edges = self._edges(page, found, groups)
        for index, group in enumerate(groups):
            selection = self._of_group(page, found, groups, index, (edges[index], edges[index + 1]))
            if selection is None and self._held_too(page, groups, index, decided):
                selection = SELECTED
            if selection is None:
                continue
            near = self._nearest(page, found, (group[0].start, group[-1].end, edges[index + 1]), names)
            list_name = near or primary
            if selection is Selection.SELECTED and list_name is None:
                continue
            rule = "selected-here" if near else "selected-elsewhere"
            for mention in group:
                decided[mention.start, mention.end] = Decision(selection, list_name, found.number, rule)
        return decided

    def _of_group(
        self,
        page: Page,
        found: Found,
        groups: list[list[ClusterMention]],
        index: int,
        edges: tuple[int, int],
    ) -> Selection | None:
        """What the words between two edges say of a group."""
        group = groups[index]
        before = self._said(page, found, edges[0], group[0].start)
        if index and self._opener.fullmatch(before.strip()):
            before = self._said(page, found, groups[index - 1][-1].end, group[0].start)
        listed = bool(_of_part(page, found, group[0].start, found.lists))
        selection = self._decide(page, found, before, self._said(page, found, group[-1].end, edges[1]), listed=listed)
        if selection in PROCEDURES and self._finder.selection(self._own_clause(page, found, group)) is SELECTED:
            selection = SELECTED if found.lists else None
        if selection is None and self._under_list(page, found, group):
            return SELECTED
        return selection

    def _own_clause(self, page: Page, found: Found, group: list[ClusterMention]) -> str:
        """What the clause of a group says before it: 经各市推荐,决定认定A、B decides, whatever came before."""
        start = max(start for start, _ in found.clauses if start <= group[0].start)
        return self._said(page, found, start, group[0].start)

    def _under_list(self, page: Page, found: Found, group: list[ClusterMention]) -> bool:
        """Whether a group is what a list of its sentence holds, by a colon after the list's name: 清单,共5个:A、B."""
        before = [item.end for item in found.lists if item.end <= group[0].start]
        return bool(before) and self._holds.fullmatch(page.text, before[-1], group[0].start) is not None

    def _held_too(
        self,
        page: Page,
        groups: list[list[ClusterMention]],
        index: int,
        decided: Mapping[tuple[int, int], Decision],
    ) -> bool:
        """Whether a group goes on with what a list holds: 2022年度4个,分别为A、B;2023年度4个,分别为C、D."""
        before = groups[index - 1][-1] if index else None
        if before is None or (before.start, before.end) not in decided:
            return False
        return self._holds_too.fullmatch(page.text, before.end, groups[index][0].start) is not None

    def _said(self, page: Page, found: Found, start: int, end: int) -> str:
        """A stretch without what the names of lists say of what they list: 成为省级集群培育对象 is no candidacy."""
        parts = []
        for item in found.lists:
            if start <= item.start and item.end <= end:
                parts += [page.text[start : item.start], self._listed.sub("", item.name)]
                start = item.end
        return "".join((*parts, page.text[start:end]))

    def _edges(self, page: Page, found: Found, groups: list[list[ClusterMention]]) -> list[int]:
        """Where the words that speak of each group begin and end: at the last clause end between two groups."""
        edges = [found.sentence.start]
        for left, right in pairwise(groups):
            ends = [end for _, end in found.clauses if left[-1].end <= end <= right[0].start]
            edges.append(ends[-1] if ends else right[0].start)
        edges.append(found.sentence.end)
        return edges

    def _decide(self, page: Page, found: Found, before: str, after: str, *, listed: bool) -> Selection | None:
        """What the words before and after a group say; weak ones count where its part of the sentence names a list."""
        if self._asks(page.text[found.sentence.start : found.sentence.end]):
            return None
        if self._prior.search(before[-PRIOR_REACH:]):
            return Selection.PRIOR
        after_says, before_says = self._finder.selection(after), self._finder.selection(before)
        says = after_says or before_says
        if after_says is Selection.SELECTED and before_says is Selection.NOT:
            says = before_says
        if says is not Selection.SELECTED:
            return says
        if self._doubt.search(page.text, found.sentence.start, found.sentence.end):
            return Selection.CANDIDATE
        if listed:
            return Selection.SELECTED
        strong = self._finder.selection(self._weak.sub("", before)) or self._finder.selection(self._weak.sub("", after))
        return Selection.SELECTED if strong else None

    def _nearest(self, page: Page, found: Found, place: tuple[int, int, int], names: dict[str, str]) -> str | None:
        """The list meant by a group at `place`: its start, its end, and where what is said of it ends."""
        position, group_end, edge = place
        usable = [item for item in found.lists if self._cluster_word.search(item.name) or self._finder.batch(item.name)]
        if not usable and not any(self._cluster_word.search(name) for name in names):
            usable = found.lists
        if not usable:
            return None
        after = [
            item
            for item in usable
            if group_end <= item.start < edge and page.text.find(PART_END, group_end, item.start) < 0
        ]
        if after:
            return names[after[0].name]
        own = _of_part(page, found, position, usable)
        return names[min(own or usable, key=lambda item: abs(item.start - position)).name]

    def _opening(
        self, page: Page, found: Found, names: dict[str, str], own: dict[tuple[int, int], Decision], *, notice: bool
    ) -> Decision | None:
        """The decision that a title or an introduction makes for the lines under it."""
        stretch = page.text[found.sentence.start : found.sentence.end]
        if own or self._asks(stretch):
            return None
        if not found.lists:
            return self._announced(found, stretch, names)
        if not (self._opens.search(stretch) or self._finder.selection(stretch) is Selection.SELECTED):
            return None
        if self._doubt.search(stretch):
            return None
        last = found.lists[-1]
        clause = next((page.text[start:end] for start, end in found.clauses if start <= last.start < end), stretch)
        selection = self._finder.selection(clause) or Selection.SELECTED
        if notice:
            selection = Selection.NOTICE
        end = found.sentence.end
        name = self._nearest(page, found, (end, end, end), names)
        return Decision(selection, name, found.number, "selected-list") if name else None

    def _announced(self, found: Found, stretch: str, names: dict[str, str]) -> Decision | None:
        """The decision of a sentence that announces the clusters of the only list of a text: 30个集群排列如下:."""
        only = set(names.values())
        announced = self._announces.search(stretch) is not None and any(
            item.form is Form.PLURAL for item in found.clusters
        )
        return Decision(SELECTED, only.pop(), found.number, "selected-list") if announced and len(only) == 1 else None

    def _groups(self, page: Page, mentions: Sequence[ClusterMention]) -> list[list[ClusterMention]]:
        """The mentions that one clause speaks of together: only a joint stands between them (、经开区的)."""
        groups: list[list[ClusterMention]] = []
        for mention in mentions:
            last = groups[-1][-1] if groups else None
            between = page.text[last.end : mention.start].strip() if last is not None else ""
            near = len(between) <= (SHORTEST_JOINT if between.isalnum() else LONGEST_JOINT)
            if last is not None and (near or self._joint.fullmatch(between)):
                groups[-1].append(mention)
            else:
                groups.append([mention])
        return groups


def _of_part(page: Page, found: Found, position: int, lists: Sequence[ListMention]) -> list[ListMention]:
    """The lists named in the part of the sentence around a position; parts end with a semicolon."""
    start, end = found.sentence.start, found.sentence.end
    first, last = page.text.rfind(PART_END, start, position), page.text.find(PART_END, position, end)
    return [item for item in lists if first < item.start < (last if last >= 0 else end)]


def _stronger(decision: Decision, before: Decision) -> bool:
    return decision.selection is Selection.SELECTED and before.selection in (Selection.CANDIDATE, Selection.PRIOR)
