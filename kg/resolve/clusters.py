"""Clusters by list, place and subfield: those of different lists stay apart, and are linked where they are alike."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Protocol

from kg.resolve.lexicon import Lexicon
from kg.rows import read_column

_HASHED = 10


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster as a list has it: its id, its printed name, and what else the list tells."""

    id: str
    name: str
    list_id: str
    place: str = ""
    subfield: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two clusters of different lists that have one place and (nearly) one subject; they are not one."""

    left: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """The cluster of a mention, or None, with the reason; `candidates` are the clusters that it may be."""

    mention: str
    cluster: str | None
    reason: str
    candidates: tuple[str, ...] = ()


class Subjects(Protocol):
    """Gives what names of clusters are compared by."""

    def subject(self, name: str) -> str:
        """Return what a cluster is about."""

    def plain(self, name: str) -> str:
        """Return a name in plain characters."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a name of a cluster has besides its subject; and the plain form of odd characters."""

    lexicon: Lexicon
    general: tuple[str, ...]

    def subject(self, name: str) -> str:
        """Return what a cluster is about: its name without places and general words."""
        plain = self.plain(name)
        for word in self.general:
            plain = plain.replace(word, "")
        for _ in range(_PLACES):
            size = next((n for n in range(min(len(plain) - 1, _LONGEST), 1, -1) if self._is_place(plain[:n])), 0)
            plain = plain[size:]
        return plain

    def plain(self, name: str) -> str:
        """Return a name in simplified script, without punctuation."""
        return "".join(character for character in self.lexicon.plain(name) if character.isalnum())

    def _is_place(self, text: str) -> bool:
        return text in self.lexicon.place_names


_PLACES, _LONGEST = 3, 14


def load_words(folder: Path, lexicon: Lexicon) -> Words:
    """Return the words of a lexicon folder, the longest first."""
    words = read_column(folder / "company" / "cluster_words.csv", "word")
    return Words(lexicon, tuple(sorted(words, key=lambda word: (-len(word), word))))


def cluster_id(list_id: str, printed_name: str) -> str:
    """Return the id of a cluster that has none of its own: its list and a hash of its printed name.

    >>> cluster_id("shandong-strategic-1", "济南市生物医药产业集群")
    'shandong-strategic-1-827bc2773c'
    """
    digest = hashlib.sha1(printed_name.encode(), usedforsecurity=False).hexdigest()
    return f"{list_id}-{digest[:_HASHED]}"


def alike(clusters: Iterable[Cluster], words: Words) -> list[Alike]:
    """Return the pairs of clusters of different lists that are alike, sorted: same place, and one subject or nearly."""
    by_place: defaultdict[str, list[tuple[Cluster, str]]] = defaultdict(list)
    for cluster in sorted(clusters, key=lambda item: item.id):
        if cluster.place:
            by_place[cluster.place].append((cluster, words.subject(cluster.name)))
    return [pair for _, found in sorted(by_place.items()) for pair in _pairs(found)]


def _pairs(found: Sequence[tuple[Cluster, str]]) -> Iterator[Alike]:
    for (left, one), (right, other) in combinations(found, 2):
        if left.list_id == right.list_id or not one or not other:
            continue
        if one == other:
            yield Alike(
                left.id, right.id, f"same place and subject {one}, on the lists {left.list_id}, {right.list_id}"
            )
        elif one in other or other in one:
            reason = f"same place, subjects {one} and {other}, on the lists {left.list_id}, {right.list_id}"
            yield Alike(left.id, right.id, reason)


def resolve_cluster(
    mention: str, clusters: Sequence[Cluster], words: Subjects, *, lists: Collection[str] = (), place: str = ""
) -> Told:
    """Return the cluster of a mention: by name, else by place and subject, within the known lists and place."""
    on = [item for item in clusters if not lists or item.list_id in ("", *lists)]
    pool = [item for item in on if not place or item.place in ("", place)]
    plain, subject = words.plain(mention), words.subject(mention)
    named = [item for item in pool if plain in {words.plain(name) for name in (item.name, *item.other_names)}]
    if named:
        return _one(mention, named, "the name is the same")
    if not place:
        return Told(mention, None, "no cluster has this name, and its place is not known")
    about = [item for item in pool if subject and subject in map(words.subject, (item.name, *item.other_names))]
    return _one(mention, about, f"same place and subject {subject}")


def _one(mention: str, found: Sequence[Cluster], reason: str) -> Told:
    ids = tuple(sorted({item.id for item in found}))
    if len(ids) == 1:
        return Told(mention, ids[0], reason)
    if not ids:
        return Told(mention, None, "no cluster of this place and list is like it")
    return Told(mention, None, f"{reason}, but of {len(ids)} clusters; the list tells which", ids)
