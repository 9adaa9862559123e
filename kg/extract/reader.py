"""The reader: the steps of extraction in their order, from a document to a reading."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.extract.amounts import AmountFinder
from kg.extract.assemble import Assembler, Findings
from kg.extract.attach import Attacher
from kg.extract.cluster_mention import ClusterMention
from kg.extract.clusters import ClusterFinder
from kg.extract.enterprises import EnterpriseFinder, EnterpriseMention
from kg.extract.figures import FigureFinder
from kg.extract.firm_names import FirmNames
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon, any_of
from kg.extract.lists import ListFinder
from kg.extract.marker import Marker
from kg.extract.marks import Marks
from kg.extract.normalize import Normaliser
from kg.extract.overlap import apart
from kg.extract.page import Found, Page
from kg.extract.periods import Periods
from kg.extract.pieces import Pieces
from kg.extract.reading import Reading
from kg.extract.registry import Known, Registry
from kg.extract.roles import RoleFinder, Tie
from kg.extract.sections import SectionFinder
from kg.extract.selection import Selector
from kg.extract.sentences import Sentence, Splitter
from kg.extract.setting import HEADLINE_LINES, SettingFinder
from kg.extract.supports import SupportFinder
from kg.extract.tables import Cell, TableFinder
from kg.extract.topics import Topic, TopicFinder
from kg.extract.unruled import UnruledFinder
from kg.model import Document

# A question holds for the sentences of so many lines after it.
ANSWER_LINES = 2
NO_TOPIC = Topic()


class Reader:
    """Reads documents; everything that takes long to prepare is prepared once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        confidence = {key: float(value) for key, value in lexicon.pairs("text.confidence").items()}
        self._normaliser = Normaliser(lexicon)
        self._marker = Marker(lexicon, gazetteer)
        self._splitter = Splitter(lexicon)
        self._clusters = ClusterFinder(lexicon, gazetteer)
        self._registry = Registry(lexicon, gazetteer)
        self._lists = ListFinder(lexicon)
        self._selector = Selector(lexicon, self._lists)
        pieces = Pieces(lexicon, gazetteer, FirmNames(lexicon, gazetteer))
        self._enterprises = EnterpriseFinder(lexicon, pieces)
        self._unruled = UnruledFinder(lexicon, gazetteer, pieces)
        self._attacher = Attacher(lexicon, gazetteer)
        self._topics = TopicFinder(lexicon)
        self._periods = Periods(lexicon)
        self._setting = SettingFinder(lexicon, gazetteer)
        self._sections = SectionFinder(lexicon)
        self._tables = TableFinder(lexicon.text("text.sentences.cell_ends"))
        self._amounts = AmountFinder(lexicon, FigureFinder(lexicon), self._attacher, self._periods)
        self._roles = RoleFinder(lexicon, self._attacher)
        self._supports = SupportFinder(lexicon, self._lists)
        self._assembler = Assembler(gazetteer, confidence)

    def read(self, document: Document) -> Reading:
        """What a document says. A document that says nothing gives an empty reading."""
        text = self._normaliser.normalise(document.text)
        if not self._clusters.speaks_of_clusters(text):
            return Reading(document.id)
        page, known = self._page(document, text)
        defined = {short: name for name, short in self._enterprises.definitions(text, page.marks)}
        page, definitions = self._with_enterprises(page, defined, known)
        topics = self._topics.topics(page)
        findings = Findings(
            page=page,
            known=known,
            decisions=self._selector.decisions(page),
            ties=self._ties(page, known, topics),
            amounts=list(self._amounts.amounts(page, topics)),
            supports=list(self._supports.supports(page)),
            definitions=definitions,
            may_add=self._roles.may_add,
            codes=self._enterprises.codes(page.text, (one for item in page.found for one in item.enterprises)),
        )
        return self._assembler.reading(document, findings)

    def by_rule(self, text: str) -> list[EnterpriseMention]:
        """The names that role rules find in a text, a question before included: what a new rule matches."""
        normal = self._normaliser.normalise(text)
        marks = self._marker.mark(normal)
        found: list[EnterpriseMention] = []
        asked = False
        for sentence in self._splitter.sentences(normal):
            found += self._enterprises.by_rule(normal, marks, sentence, [], asked=asked)
            asked = asked or self._enterprises.asks(normal[sentence.start : sentence.end])
        return found

    def _page(self, document: Document, text: str) -> tuple[Page, list[Known]]:
        """The sentences with their clusters and lists."""
        marks = self._marker.mark(text)
        cells = tuple(self._tables.cells(text))
        found = self._found(text, marks, cells)
        mentions = [(item.number, mention) for item in found for mention in item.clusters]
        setting = self._setting.of(text, marks, found)
        short = self._clusters.short_names(text, (mention for _, mention in mentions))
        known, cluster_of = self._registry.resolve(mentions, setting, short)
        found = self._with_industries(text, marks, found, known, cluster_of)
        homes = self._attacher.homes
        about = 0 if len(known) == 1 and min(known[0].mentions)[0] < HEADLINE_LINES else None
        places = tuple(item.codes for item in known)
        page = Page(
            text=text,
            marks=marks,
            found=found,
            cluster_of=cluster_of,
            year=self._periods.of_document(document, text),
            cells=cells,
            places=places,
            firsts=tuple(min(mention.start for _, mention in item.mentions) for item in known),
            sectors=tuple(item.sector for item in known),
            about=about,
            homes=homes.of({code for codes in (setting.headline, *places) for code in codes}),
            home_province=homes.province(marks),
            town=homes.town(text),
            zone=homes.zone(text, marks, found),
            counties=homes.counties(marks),
            home=homes.of_headline(setting.headline),
        )
        return page, known

    def _found(self, text: str, marks: Marks, cells: tuple[Cell, ...]) -> list[Found]:
        """The sentences with the clusters, lists and issuers that each names."""
        found: list[Found] = []
        listing = False
        for number, sentence in enumerate(self._splitter.sentences(text)):
            lists = self._lists.lists(text, marks, sentence)
            clusters = self._clusters.mentions(text, marks, sentence)
            if not clusters and listing:
                clusters = self._clusters.of_line(text, marks, sentence)
            if not clusters and cells:
                clusters = self._of_cells(text, marks, sentence, cells)
            listing = listing or bool(lists)
            if lists:
                clusters = [item for item in clusters if not any(one.start < item.end <= one.end for one in lists)]
            issuers = self._lists.issuers(text, marks, sentence)
            found.append(Found(number, sentence, self._splitter.clauses(text, sentence), clusters, lists, issuers))
        return found

    def _with_industries(
        self, text: str, marks: Marks, found: list[Found], known: list[Known], cluster_of: dict[tuple[int, int], int]
    ) -> list[Found]:
        """The sentences with the industries of clusters whose sectors only the text knows (南皮五金机电产业)."""
        numbers = self._registry.unknown_sectors(known)
        if not numbers:
            return found
        sectors, done = any_of(numbers), list(found)
        for item in found:
            industries = apart(self._clusters.industries(text, item.sentence, sectors), item.clusters)
            for one in industries:
                cluster_of[one.start, one.end] = numbers[one.sector]
            if industries:
                done[item.number] = item._replace(clusters=sorted([*item.clusters, *industries], key=_start))
        return done

    def _of_cells(self, text: str, marks: Marks, sentence: Sentence, cells: tuple[Cell, ...]) -> list[ClusterMention]:
        """The clusters of a table's row that are named without a head in a column of clusters."""
        return [
            mention
            for cell in cells
            if sentence.start <= cell.start < sentence.end and self._clusters.speaks_of_clusters(cell.heading)
            for mention in self._clusters.of_line(text, marks, sentence._replace(body=cell.start, end=cell.end))
        ]

    def _with_enterprises(
        self, page: Page, definitions: Mapping[str, str], known: Sequence[Known] = ()
    ) -> tuple[Page, Mapping[str, str]]:
        """The page with names of enterprises: by rule and by form, then every other place of each name found so.

        With it what short names stand for: those that the text defines, and the own names of firms (宁德|x|有限公司).
        """
        first: list[list[EnterpriseMention]] = []
        asked_until = -1
        asking = "?" in page.text
        roles = self._sections.roles(page.text, [item.sentence for item in page.found])
        for item in page.found:
            first.append(self._named(page, item, roles.get(item.number, ""), asked=item.sentence.line <= asked_until))
            if asking and self._enterprises.asks(page.text[item.sentence.start : item.sentence.end]):
                asked_until = item.sentence.line + ANSWER_LINES
        trades = {name for cluster in known for name in (cluster.name, cluster.sector)}
        first = [[one for one in mentions if one.name not in trades] for mentions in first] if trades else first
        sure: dict[str, float] = {}
        for mention in (mention for mentions in first for mention in mentions):
            sure[mention.name] = max(mention.confidence, sure.get(mention.name, 0.0))
        if not sure:
            return page, definitions
        definitions = {**self._enterprises.own_names(sure), **definitions}
        sure.update({short: sure[name] for short, name in definitions.items() if name in sure and short not in sure})
        sure = dict(sorted(sure.items(), key=lambda item: -len(item[0])))
        again = self._enterprises.again(page.text, [item.sentence for item in page.found], sure, first)
        found = list(page.found)
        for item, mentions in zip(page.found, first, strict=True):
            named = mentions + apart(again.get(item.number, []), item.clusters)
            if named:
                named = [_surer(one, sure[one.name]) for one in named]
                found[item.number] = item._replace(enterprises=sorted(named, key=_start))
        return replace(page, found=found), definitions

    def _named(self, page: Page, item: Found, role: str, *, asked: bool) -> list[EnterpriseMention]:
        """The enterprises that a sentence names by rule or by form, apart from what is something else."""
        text, marks, sentence = page.text, page.marks, item.sentence
        edges = [one.end for one in item.clusters]
        ruled = self._enterprises.by_rule(text, marks, sentence, edges, asked=asked)
        if role:
            ruled += self._enterprises.of_section(text, marks, self._sections.names(text, sentence), role, ruled)
        for cell in page.cells:
            if sentence.start <= cell.start < sentence.end:
                ruled += self._enterprises.of_cell(text, marks, cell, ruled)
        ruled += self._unruled.enumerations(text, marks, sentence, item.clauses, edges, ruled)
        named = [*ruled, *self._unruled.free(text, marks, sentence, ruled)]
        return apart(named, [*item.clusters, *item.issuers, *item.lists]) if named else named

    def _ties(self, page: Page, known: list[Known], topics: list[Topic]) -> list[Tie]:
        """What each mention of an enterprise says: of no cluster before the text has named one, but in its headline."""
        first = min((number for cluster in known for number, _ in cluster.mentions), default=0)
        ahead = first if first >= HEADLINE_LINES else 0
        return [
            self._roles.tie(page, item, mention, topics[item.number] if item.number >= ahead else NO_TOPIC)
            for item in page.found
            for mention in item.enterprises
        ]


def _start(mention: EnterpriseMention | ClusterMention) -> int:
    return mention.start


def _surer(mention: EnterpriseMention, confidence: float) -> EnterpriseMention:
    return mention if mention.confidence >= confidence else mention._replace(confidence=confidence)
