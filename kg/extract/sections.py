"""Lines under a heading that gives a role: 龙头企业, and below it a firm a line, or an enumeration of firms."""

from collections.abc import Mapping, Sequence

from kg.extract.lexicon import Lexicon
from kg.extract.sentences import Sentence

LEADER, MEMBER = "leader", "member"
# A heading is no longer than this, without the marks around it; a section has at most so many lines.
LONGEST_HEADING = 12
MOST_LINES = 12


class SectionFinder:
    """Finds sections of firms."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._leader = lexicon.pattern("enterprises.section.leader")
        self._member = lexicon.pattern("enterprises.section.member")
        self._marks = lexicon.text("enterprises.section.marks")
        self._ends = lexicon.pattern("enterprises.section.name")

    def roles(self, text: str, sentences: Sequence[Sentence]) -> Mapping[int, str]:
        """For the number of each sentence that begins a line under such a heading the role of its firms."""
        roles: dict[int, str] = {}
        role, since = "", 0
        for number, sentence in enumerate(sentences):
            heading = self._heading(text, sentence)
            if heading is not None:
                role, since = self._role(heading), sentence.line
            elif role and sentence.line - since > MOST_LINES:
                role = ""
            elif role and (not number or sentences[number - 1].line != sentence.line):
                roles[number] = role
        return roles

    def names(self, text: str, sentence: Sentence) -> tuple[int, int]:
        """The stretch of a line that names its firms: up to what is said of them."""
        match = self._ends.match(text, sentence.body, sentence.end)
        return match.span("names") if match else (sentence.body, sentence.body)

    def _heading(self, text: str, sentence: Sentence) -> str | None:
        """The words of a heading: a short line that says nothing, or one in brackets; None for another line."""
        line = text[sentence.start : sentence.end].strip()
        words = line.strip(self._marks)
        short = 0 < len(words) <= LONGEST_HEADING
        if not short or not (words != line or self._role(words)):
            return None
        return words

    def _role(self, heading: str) -> str:
        if self._leader.fullmatch(heading):
            return LEADER
        return MEMBER if self._member.fullmatch(heading) else ""
