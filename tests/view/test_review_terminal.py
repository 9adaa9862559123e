"""The screen of `kg review`: what it shows of a question, whatever stands in it, and what keys do."""

import io
import os
import pty
import termios
import threading
import time
from collections.abc import Sequence

import pytest

from kg.view.review_terminal import Question, ReviewScreen
from kg.view.terminal import Terminal

PAIR = Question(
    "one thing?",
    (("华芯电子", "enterprise/e1", "位于: 苏州"), ("苏州华芯电子有限公司", "enterprise/text-9")),
    ("score 0.50: same core 华芯",),
    (),
    (("s", "same"), ("d", "different")),
)
CLAIM = Question(
    "does the article say so?",
    (),
    ("甲 → 有指标值 → 1", "“甲有1家企业。”"),
    ("甲", "1"),
    (("a", "accept"), ("r", "reject")),
)


class Told:
    """A session that keeps what it was told."""

    def __init__(self, *questions: Question):
        self._questions, self._place = questions, 0
        self.told: list[tuple[str, str]] = []

    def current(self) -> Question | None:
        return self._questions[self._place] if self._place < len(self._questions) else None

    def position(self) -> str:
        return f"{self._place + 1} of {len(self._questions)}"

    def answer(self, key: str, why: str) -> Sequence[str]:
        self.told.append((key, why))
        self._place += 1
        return ["a contradicts b"] if key == "d" else []

    def skip(self) -> None:
        self._place += 1

    def undo(self) -> bool:
        if not self.told:
            return False
        self.told.pop()
        self._place -= 1
        return True


def shown(session: Told, keys: str, terminal: Terminal) -> str:
    """What the screen shows while these keys are pressed; the terminal is a real one, of the kernel.

    They are pressed when it hands over single keys: one that comes while it changes can wait for the next one.
    """
    ours, theirs = pty.openpty()
    out = io.StringIO()

    def press() -> None:
        while termios.tcgetattr(theirs)[3] & termios.ICANON:
            time.sleep(0.001)
        os.write(ours, keys.encode())

    fingers = threading.Thread(target=press, daemon=True)
    fingers.start()
    try:
        ReviewScreen(session, terminal, keys=theirs, out=out).run()
        fingers.join()
    finally:
        os.close(ours)
        os.close(theirs)
    return out.getvalue()


def test_two_records_stand_side_by_side_in_columns_of_equal_width() -> None:
    text = shown(Told(PAIR), "q", Terminal(width=80))
    lines = text.splitlines()
    assert lines[1] == "1 of 1 · one thing?"
    assert lines[2].split() == ["华芯电子", "│", "苏州华芯电子有限公司"]
    assert lines[3].split() == ["enterprise/e1", "│", "enterprise/text-9"]
    assert lines[5] == "  score 0.50: same core 华芯"


def test_in_a_narrow_terminal_they_stand_below_each_other() -> None:
    lines = shown(Told(PAIR), "q", Terminal(width=40)).splitlines()
    assert lines[2:6] == ["  华芯电子", "  enterprise/e1", "  位于: 苏州", "  "]
    assert lines[6] == "  苏州华芯电子有限公司"


def test_what_the_claim_speaks_of_is_marked_in_its_sentence() -> None:
    text = shown(Told(CLAIM), "q", Terminal(width=80, colour=True))
    assert "“\x1b[1m甲\x1b[0m有\x1b[1m1\x1b[0m家企业。”" in text


def test_no_name_can_steer_the_terminal() -> None:
    hostile = Question("one thing?", (("\x1b[31mred",), ("\u202eback",)), ("\x07bell",), ("\x1b",), (("s", "same"),))
    text = shown(Told(hostile), "q", Terminal(width=80))
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert r"\x1b[31mred" in text
    assert not {"\x1b", "\u202e"} & set(hostile.in_a_line())


@pytest.mark.parametrize("keys", ["q", "\x04", "Q"])
def test_quitting_answers_nothing(keys: str) -> None:
    session = Told(PAIR)
    shown(session, keys, Terminal())
    assert session.told == []


def test_keys_answer_skip_undo_and_help() -> None:
    session = Told(PAIR, CLAIM, CLAIM)
    text = shown(session, "zs?zsnr", Terminal())
    assert session.told == [("s", ""), ("r", "")]
    assert "nothing to undo" in text
    assert "undone" in text
    assert "they are different things" in text


def test_a_key_of_another_kind_of_question_answers_nothing() -> None:
    session = Told(CLAIM)
    shown(session, "sdxq", Terminal())
    assert session.told == []


def test_a_contradiction_is_told_at_once() -> None:
    text = shown(Told(PAIR), "d", Terminal())
    assert "! a contradicts b" in text
