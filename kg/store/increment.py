"""The store of a release from that of the release before: a copy whose files are shared, and what has changed.

What has changed is told by the parts: those of equal name are equal and are not read. Copying takes milliseconds, as
files of a store never change and so can have two names; loading 10 million triples takes half a minute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.store.blank import has_blank
from kg.store.lines import is_part, number_of_lines
from kg.store.oxigraph import STORE
from kg.store.unshared import lines_about, write_unshared

LARGEST_SHARE = 0.2
"""Of more changed statements than this share of all, a new store is made: it takes less time, and less room."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What has changed since a release, by its parts: those that are gone, those that are new, those that stay."""

    before: Path
    gone: tuple[Path, ...]
    new: tuple[Path, ...]
    same: tuple[Path, ...]

    def is_small(self, changed: int) -> bool:
        """Whether a copy with so many changes is sooner made than a new store."""
        return changed <= LARGEST_SHARE * sum(map(number_of_lines, (*self.new, *self.same)))


@dataclass(frozen=True, slots=True)
class Changed:
    """The statements that came and those that went, as lines of N-Quads."""

    added: tuple[bytes, ...]
    removed: tuple[bytes, ...]
    unshared: tuple[Path, Path]
    """Where they stand: the files of `write_unshared`."""

    def quads(self) -> Iterator[ox.Quad]:
        """All of them."""
        return _quads((*self.added, *self.removed))


def delta_since(release: Path, parts: Iterable[Path]) -> Delta | None:
    """What these parts change in a release; None where it has no store to be copied, or no parts."""
    old = {path.name: path for path in sorted((release / "parts").glob("*.nq.zst")) if is_part(path)}
    new = {path.name: path for path in sorted(parts)}
    if not old or not (release / STORE / "CURRENT").is_file():
        return None
    gone = tuple(path for name, path in old.items() if name not in new)
    made = tuple(path for name, path in new.items() if name not in old)
    return Delta(release, gone, made, tuple(path for name, path in new.items() if name in old))


def copy_store(delta: Delta, folder: Path, working: Path) -> Changed | None:
    """Makes `folder/store` of the release before and the changes, which it returns.

    None where they are too many, or speak of nodes without a name. `working` keeps what the parts do not share.
    Oxigraph takes "1.50" and "1.5" for one number. So what is said of the same subject and predicate as something that
    went is said again: the one might have been removed with the other.
    """
    working.mkdir(parents=True, exist_ok=True)
    files = write_unshared(delta.gone, delta.new, working)
    if not delta.is_small(sum(map(_count, files))):
        return None
    old, new = ([line for line in path.read_bytes().split(b"\n") if line] for path in files)
    if any(has_blank(line) for line in {*old} ^ {*new}):  # such a node cannot be named, and so not removed
        return None
    changed = Changed(tuple(sorted(set(new) - set(old))), tuple(sorted(set(old) - set(new))), files)
    ox.Store.read_only(str(delta.before / STORE)).backup(str(folder / STORE))
    store = ox.Store(str(folder / STORE))
    for quad in _quads(changed.removed):
        store.remove(quad)
    store.bulk_extend(_quads((*new, *lines_about(delta.same, changed.removed, working))))
    store.flush()
    return changed


def _count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _quads(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    return iter(ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True))
