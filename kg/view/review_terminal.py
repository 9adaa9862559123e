"""`kg review` in a terminal: one question after the other, answered by a key."""

import os
import re
import sys
import termios
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol, TextIO

from kg.view.keys import END, read_key, single_keys
from kg.view.terminal import Terminal, text_width, visible, wrap

LEAST_COLUMN = 24
"""Two records stand side by side where each gets so many columns, else one below the other."""

GAP = "  │  "
SKIP, WHY, UNDO, QUIT, HELP = "n", "w", "z", "q", "?"
ALWAYS = {SKIP: "next", WHY: "say why", UNDO: "undo", QUIT: "quit", HELP: "help"}
_HELP = """
  s  they are the same thing                a  accept: the sentence does say so; the next build takes it in
  d  they are different things              r  reject: it does not; it is not asked again
  u  unsure: it is not asked again          n  next: leave this one for another time
  w  say why, before the answer             z  undo the last answer
  q  quit (also Ctrl-D, Ctrl-C): every answer is saved at once, and the next review goes on from there"""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide: records side by side, or lines with `marks` in them, and below it why it is asked.

    `answers` are the keys that decide it, with what each says.
    """

    kind: str
    records: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    marks: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]

    def in_a_line(self) -> str:
        """The question in one line, for lists."""
        told = " | ".join(", ".join(record[:2]) for record in self.records)
        return "  ".join(visible(part) for part in (self.kind, told, *self.lines) if part)


class Session(Protocol):
    """What is asked, and what becomes of the answers."""

    def current(self) -> Question | None:
        """The question that is to be answered now; None where there is none left."""
        ...

    def position(self) -> str:
        """Where in all questions that is."""
        ...

    def answer(self, key: str, why: str) -> Sequence[str]:
        """Saves an answer to the current question and goes on; returns what is wrong with all answers together."""
        ...

    def skip(self) -> None:
        """Goes on without an answer."""
        ...

    def undo(self) -> bool:
        """Takes the last answer of this session back and asks again; whether there was one."""
        ...


class ReviewScreen:
    """Shows the questions of a session and reads the answers from a terminal."""

    def __init__(self, session: Session, terminal: Terminal, *, keys: int | None = None, out: TextIO | None = None):
        self._session, self._terminal = session, terminal
        self._keys = sys.stdin.fileno() if keys is None else keys
        self._out = out or sys.stdout
        self._why = ""

    def run(self) -> None:
        """Asks until there is nothing left or the person quits."""
        with single_keys(self._keys):
            while (question := self._session.current()) is not None:
                self._show(question)
                if not self._answered(question):
                    return

    def _answered(self, question: Question) -> bool:
        """Reads keys until the question is done with; False where the person quits."""
        decides = dict(question.answers)
        while True:
            key = read_key(self._keys)
            if key in (QUIT, END):
                self._say("")
                return False
            if key in decides:
                self._decide(key, decides[key])
                return True
            if key == SKIP:
                self._say("next")
                self._session.skip()
                return True
            if key == UNDO and self._session.undo():
                self._say("undone")
                return True
            self._other(key, question)

    def _decide(self, key: str, word: str) -> None:
        self._say(self._terminal.bold(word))
        for problem in self._session.answer(key, self._why):
            self._say(self._terminal.warn(f"! {visible(problem)}"))
        self._why = ""

    def _other(self, key: str, question: Question) -> None:
        """What a key does that decides nothing."""
        if key == WHY:
            self._why = self._line("why: ")
        elif key == HELP:
            self._say(_HELP)
        elif key == UNDO:
            self._say("nothing to undo: no answer was given since the start")
        self._prompt(question)

    def _line(self, prompt: str) -> str:
        """A line of text that the person types, letter by letter shown by the terminal itself."""
        self._say(prompt, end="")
        letters = termios.tcgetattr(self._keys)
        shown = [*letters[:3], letters[3] | termios.ICANON | termios.ECHO, *letters[4:]]
        termios.tcsetattr(self._keys, termios.TCSADRAIN, shown)
        try:
            return _typed(self._keys)
        finally:
            termios.tcsetattr(self._keys, termios.TCSADRAIN, letters)

    def _show(self, question: Question) -> None:
        terminal, width = self._terminal, self._terminal.width or 80
        self._say(f"\n{terminal.bold(f'{self._session.position()} · {question.kind}')}")
        for line in _side_by_side(question.records, width):
            self._say(line)
        for line in question.lines:
            for piece in wrap(visible(line), width - 2):
                self._say(f"  {self._marked(piece, question.marks)}")
        self._prompt(question)

    def _marked(self, text: str, marks: Sequence[str]) -> str:
        found = "|".join(re.escape(visible(mark)) for mark in sorted(marks, key=len, reverse=True) if mark)
        return re.sub(found, lambda match: self._terminal.bold(match[0]), text) if found else text

    def _prompt(self, question: Question) -> None:
        keys = {**dict(question.answers), **ALWAYS}
        said = f" (why: {visible(self._why)})" if self._why else ""
        self._say(self._terminal.dim("  ".join(f"[{key}] {word}" for key, word in keys.items())) + said + " › ", end="")

    def _say(self, text: str, *, end: str = "\n") -> None:
        self._out.write(text + end)
        self._out.flush()


def _typed(terminal: int) -> str:
    return os.read(terminal, 4096).decode("utf-8", "replace").strip()


def _side_by_side(records: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of records in columns, or below each other where there is no room."""
    if not records:
        return []
    room = (width - 2 - text_width(GAP) * (len(records) - 1)) // len(records)
    if room < LEAST_COLUMN:
        return [
            f"  {piece}" for record in records for line in (*record, "") for piece in wrap(visible(line), width - 2)
        ]
    columns = [[piece for line in record for piece in wrap(visible(line), room)] for record in records]
    rows = zip_longest(*columns, fillvalue="")
    return [("  " + GAP.join(text + " " * (room - text_width(text)) for text in row)).rstrip() for row in rows]
