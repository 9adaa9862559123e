"""What the graph says already, as triples of texts: what claims of articles are compared with."""

import re
from collections import defaultdict
from collections.abc import Iterable

from kg.vocabulary import ALT_LABEL, CKG, LABEL, LEGAL_NAME

NAMES = (LABEL.value, ALT_LABEL.value, LEGAL_NAME.value)
"""What things are called by."""

Triple = tuple[str, str, str]
"""Subject, predicate, object: IRIs (relative to the base, predicates whole) and literals as N-Triples writes them."""


class Stated:
    """The triples of the graph about some things, as the tables make them."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._subjects: dict[tuple[str, str], set[str]] = defaultdict(set)
        for subject, predicate, value in triples:
            self._objects[subject, predicate].add(value)
            self._subjects[predicate, value].add(subject)

    def objects(self, subject: str, predicate: str) -> frozenset[str]:
        """What the graph says of a subject with this predicate; a local name is one of the ontology's."""
        return frozenset(self._objects.get((subject, _full(predicate)), ()))

    def subjects(self, predicate: str, value: str) -> frozenset[str]:
        """Of which subjects the graph says this."""
        return frozenset(self._subjects.get((_full(predicate), value), ()))


def _full(predicate: str) -> str:
    return predicate if ":" in predicate else CKG + predicate


def text_of(term: str) -> str:
    """The text of a literal (N-Triples); any other term as it is."""
    found = re.match(r'"((?s:.*))"(?:@[\w-]+|\^\^<[^>]*>)?$', term)
    return found[1] if found else term
