"""Names for nodes without a name, made of what is said of them: two files that say the same get the same names.

A file's own labels (`_:b1`) mean nothing outside it, and canonical ones (RDFC-1.0) are numbered: one new node renames
the others. Here a name is a hash of the node's own statements, so a node that says the same keeps its name. Two nodes
that say the same get one name: for a comparison they are the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.errors import KgError
from kg.store.lines import split_line

LIMIT = 500_000
"""Statements with such nodes that are compared; they have to be in memory together."""

ROUNDS = 8
"""How far nodes that point at each other in a circle are told apart."""

Terms = tuple[bytes, ...]


def has_blank(line: bytes) -> bool:
    """Whether a node of this line of N-Quads has no name.

    >>> has_blank(b'_:a <p> <o> .'), has_blank(b'<s> <p> "see _:a" .')
    (True, False)
    """
    return b"_:" in line and any(term.startswith(b"_:") for term in split_line(line))


class BlankLines:
    """The statements of a graph that have nodes without names, until all of them are known."""

    def __init__(self) -> None:
        self._found: list[Terms] = []

    def taken(self, line: bytes) -> bool:
        """Keeps the line, if it has such a node; KgError where there are too many."""
        if not has_blank(line):
            return False
        if len(self._found) >= LIMIT:
            raise KgError(f"more than {LIMIT:,} statements have nodes without a name: too many to be compared")
        self._found.append(split_line(line))
        return True

    def named(self) -> set[bytes]:
        """The statements as lines, with names made of their content."""
        names = _names(self._found)
        return {b" ".join(filter(None, (*_renamed(terms, names), b"."))) for terms in self._found}


def _names(statements: Iterable[Terms]) -> dict[bytes, bytes]:
    """A name for each label: of its own statements, once the nodes that these speak of have theirs."""
    about: dict[bytes, list[Terms]] = defaultdict(list)
    labels: set[bytes] = set()
    for terms in statements:
        labels |= _labels(terms)
        about[terms[0]].append(terms)
    names: dict[bytes, bytes] = {}
    for label in _downwards({label: _spoken_of(label, about[label]) for label in labels}):
        names[label] = _digest(label, about[label], names)
    circles = sorted(labels - names.keys())
    for _ in range(ROUNDS):
        known = names | {label: b"_:circle" for label in circles if label not in names}
        names |= {label: _digest(label, about[label], known) for label in circles}
    return names


def _labels(terms: Terms) -> set[bytes]:
    return {term for term in terms if term.startswith(b"_:")}


def _spoken_of(label: bytes, statements: Iterable[Terms]) -> set[bytes]:
    return {other for terms in statements for other in _labels(terms)} - {label}


def _downwards(needs: Mapping[bytes, set[bytes]]) -> Iterable[bytes]:
    """Every label behind those that it needs (the last of a list first), without those that hang on a circle."""
    waiting = {label: len(others) for label, others in needs.items()}
    users: dict[bytes, list[bytes]] = defaultdict(list)
    for label, others in needs.items():
        for other in others:
            users[other].append(label)
    ready = [label for label, count in waiting.items() if not count]
    while ready:
        label = ready.pop()
        yield label
        for user in users[label]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)


def _digest(label: bytes, statements: Iterable[Terms], names: Mapping[bytes, bytes]) -> bytes:
    """A name made of a node's statements; `_:self` stands for the node in them."""
    itself = {label: b"_:self"}
    said = sorted(b" ".join(_renamed(_renamed(terms, itself), names)) for terms in statements)
    return b"_:b" + hashlib.sha256(b"\n".join(said)).hexdigest()[:32].encode()


def _renamed(terms: Terms, names: Mapping[bytes, bytes]) -> Terms:
    return tuple(names.get(term, term) for term in terms)
