"""The model's reader: windows of a document asked one by one, the answers checked, nothing of use lost on the way."""

import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ModelError
from kg.extract.gazetteer import Gazetteer
from kg.extract.lexicon import Lexicon
from kg.extract.llm.access import Access
from kg.extract.llm.budget import BudgetReachedError
from kg.extract.llm.client import Client
from kg.extract.llm.compare import Comparison, compare
from kg.extract.llm.join import join
from kg.extract.llm.places import seen
from kg.extract.llm.prompt import Prompt
from kg.extract.llm.replies import BadReplyError, CutOffError, Saying, read_claims
from kg.extract.llm.source import Checker, Marking
from kg.extract.llm.verify import Placed, check
from kg.extract.llm.windows import halves, windows
from kg.extract.reading import Reading
from kg.model import Document, ModelRules, Problem, Span

TRIES = 2
"""How often a window is asked about: a model that once gives no JSON may give some the next time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What rules and model say of a document: joined, and side by side; `problems` are those of the model.

    It is `complete` if the model gave a usable answer about all of the document.
    """

    joined: Reading
    compared: Comparison
    problems: tuple[Problem, ...]
    complete: bool


class ModelReader:
    """Reads documents with a model.

    Where the server is of no use, `strict` raises ModelError; else each document that it does not read is a problem,
    and the server is not asked again.
    """

    def __init__(
        self,
        folder: Path,
        lexicon: Lexicon,
        gazetteer: Gazetteer,
        rules: ModelRules,
        *,
        strict: bool = False,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._rules, self._strict = rules, strict
        self._access = Access.from_environment(environment, rules)
        prompt = Prompt.read(folder, lexicon)
        confidence = prompt.confidence if rules.confidence is None else rules.confidence
        self._marking = Marking(f"model:{self._access.name}", confidence, prompt.longest_quote)
        self._checker = Checker(lexicon, gazetteer)
        self._client = Client(self._access, rules, prompt)
        self._failed: ModelError | None = None

    def read(self, document: Document, rules: Reading) -> Told:
        """What the model says of a document beside what the rules say.

        A text that does not speak of clusters costs nothing: it is not sent.
        """
        asking = _Asking(self._client, self._access, document, self._marking.rule)
        text = self._checker.normaliser.normalise(document.text)
        if self._checker.heads.search(text):
            self._ask(asking, text)
        if self._strict and self._failed is not None:
            raise self._failed
        checked = check(self._checker, self._marking, document, rules, asking.placed)
        joined = join(rules, checked.reading)
        rejected = (*asking.odd, *checked.rejected, *(asking.problem(value, "left out") for value in joined.contrary))
        compared = compare(self._access.name, rules, checked.reading, rejected)
        return Told(joined.reading, compared, (*asking.problems, *rejected), complete=not asking.problems)

    def _ask(self, asking: "_Asking", text: str) -> None:
        self._client.budget.begin_article()
        sentences = list(self._checker.splitter.sentences(text))
        pending = deque(windows(sentences, self._rules.window, self._rules.overlap))
        while pending:
            window = pending.popleft()
            try:
                self._ask_about(asking, window)
            except CutOffError as error:
                parts = halves(sentences, window)
                pending.extendleft(reversed(parts))
                if not parts:
                    asking.lost(window, str(error))
            except (BudgetReachedError, ModelError) as error:
                asking.left_out(window, str(error))
                return

    def _ask_about(self, asking: "_Asking", window: Span) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            asking.ask(window)
        except ModelError as error:
            self._failed = error
            raise


class _Asking:
    """The questions about one document."""

    def __init__(self, client: Client, access: Access, document: Document, rule: str) -> None:
        self._client, self._access, self._document, self._rule = client, access, document, rule
        self.placed: list[Placed] = []
        self.odd: list[Problem] = []
        self.problems: list[Problem] = []

    def ask(self, window: Span) -> None:
        """Takes in what the model says of a window; an answer without use, again and again, is a problem.

        CutOffError where the answer was too long.
        """
        try:
            saying = self._saying(self._document.text[window.start : window.end])
        except CutOffError:
            raise
        except BadReplyError as error:
            self.lost(window, str(error))
            return
        self.placed += [Placed(said, window) for said in saying.claims]
        self.odd += [self.problem(value, reason) for value, reason in saying.odd]

    def _saying(self, text: str) -> Saying:
        text, title = seen(text), seen(self._document.title or "")
        for number in range(TRIES):
            try:
                answer = self._client.ask(title, text)
                return read_claims(answer.content, self._access.hide)
            except BadReplyError as error:
                if number + 1 == TRIES or isinstance(error, CutOffError):
                    raise
        raise BadReplyError("it was not asked")

    def lost(self, window: Span, reason: str) -> None:
        """A problem: the model says nothing of use about a window."""
        self.problems.append(self.problem(self._place(window), reason))

    def left_out(self, window: Span, reason: str) -> None:
        """A problem: from this window on the document is not read."""
        rest = Span(window.start, len(self._document.text))
        self.problems.append(self.problem(self._place(rest), f"not read by the model: {reason}"))

    def problem(self, value: str, reason: str) -> Problem:
        """A problem of this document."""
        return Problem("extract", self._document.file, None, value, f"{self._rule}: {reason}")

    def _place(self, span: Span) -> str:
        place = self._document.in_original(span)
        return f"characters {place.start}-{place.end}"
