"""The store of a release from that of the release before: a copy whose files are shared, and what has changed.

What has changed is told by the parts: those of equal name are equal and are not read. Copying takes milliseconds, as
files of a store never change and so can have two names; loading 10 million triples takes half a minute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyoxigraph as ox

from kg.store.lines import is_part
from kg.store.oxigraph import STORE

LARGEST_SHARE = 0.2
"""Of more changed statements than this share of all, a new store is made: it takes less time, and less room."""

OLD, NEW = "old_lines", "new_lines"
_LINES = "columns = {line: 'VARCHAR'}, header = false, auto_detect = false, delim = chr(1), quote = '', escape = ''"
_SAID_OF = "split_part(line, ' ', 1) AS subject, split_part(line, ' ', 2) AS predicate"


@dataclass(frozen=True, slots=True)
class Delta:
    """What has changed since a release, by its parts: those that are gone, those that are new, those that stay."""

    before: Path
    gone: tuple[Path, ...]
    new: tuple[Path, ...]
    same: tuple[Path, ...]

    @property
    def is_small(self) -> bool:
        """Whether a copy with the changes is sooner made than a new store."""
        changed = sum(map(_lines_of, (*self.gone, *self.new)))
        return changed <= LARGEST_SHARE * sum(map(_lines_of, (*self.new, *self.same)))


@dataclass(frozen=True, slots=True)
class Changed:
    """The statements that came and those that went, as lines of N-Quads."""

    added: tuple[str, ...]
    removed: tuple[str, ...]

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


def copy_store(delta: Delta, folder: Path, connection: duckdb.DuckDBPyConnection) -> Changed:
    """Makes `folder/store` of the release before and the changes; returns these.

    Oxigraph takes "1.50" and "1.5" for one number. So what is said of the same subject and predicate as something that
    went is said again: the one might have been removed with the other.
    """
    ox.Store.read_only(str(delta.before / STORE)).backup(str(folder / STORE))
    for name, parts in ((OLD, delta.gone), (NEW, delta.new)):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_select(parts)}")
    removed = _rows(connection, f"SELECT line FROM {OLD} EXCEPT SELECT line FROM {NEW}")
    added = _rows(connection, f"SELECT line FROM {NEW} EXCEPT SELECT line FROM {OLD}")
    kept = _rows(connection, _kept((*delta.new, *delta.same))) if removed else []
    store = ox.Store(str(folder / STORE))
    for quad in _quads(removed):
        store.remove(quad)
    store.bulk_extend(_quads((*added, *kept)))
    store.flush()
    return Changed(tuple(added), tuple(removed))


def _lines_of(part: Path) -> int:
    return int(part.name.split("-")[-2], 16)


def _kept(parts: tuple[Path, ...]) -> str:
    gone = f"SELECT {_SAID_OF} FROM (SELECT line FROM {OLD} EXCEPT SELECT line FROM {NEW})"
    return f"SELECT line FROM ({_select(parts)}) WHERE (split_part(line, ' ', 1), split_part(line, ' ', 2)) IN ({gone})"


def _select(parts: tuple[Path, ...]) -> str:
    if not parts:
        return "SELECT NULL::VARCHAR AS line WHERE false"
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in parts)
    return f"SELECT line FROM read_csv([{names}], compression = 'zstd', {_LINES})"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [line for (line,) in connection.execute(query).fetchall()]


def _quads(lines: Iterable[str]) -> Iterator[ox.Quad]:
    return iter(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True))
