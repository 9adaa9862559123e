"""Single keys from a terminal, without the Enter key; POSIX terminals only."""

import os
import select
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

END = "\x04"
"""What Ctrl-D sends; also what a terminal gives that is gone."""

ESCAPE, LAST_SIGN = 0x1B, 0x7E
_SEQUENCE_SECONDS = 0.05
"""The bytes of an arrow key follow each other within this time; a person is slower."""


@contextmanager
def single_keys(terminal: int) -> Iterator[None]:
    """Keys are handed over at once and not shown; afterwards, whatever happens, the terminal is as it was.

    Ctrl-C still interrupts.
    """
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def read_key(terminal: int) -> str:
    """The next key as a lower-case letter or sign; keys that send several bytes (arrows, 中) are passed over."""
    while True:
        try:
            pressed = os.read(terminal, 1)
        except OSError:  # the terminal was closed
            return END
        if not pressed:
            return END
        if pressed[0] == ESCAPE or pressed[0] > LAST_SIGN:
            while select.select([terminal], [], [], _SEQUENCE_SECONDS)[0] and os.read(terminal, 64):
                pass
        else:
            return pressed.decode("ascii").lower()
