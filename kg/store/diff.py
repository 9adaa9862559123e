"""What two graphs do not share: every statement that only one of them has, in order, in bounded memory.

Two releases are compared by their parts: those of equal name are equal and are not read. Everything else becomes sorted
lines of N-Quads, which are read side by side.
"""

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from heapq import merge
from itertools import chain, groupby, islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import NotFoundError, PublishError, ReadError
from kg.store.blank import BlankLines, has_blank
from kg.store.graph import Graph
from kg.store.lines import (
    UnsortedError,
    each_once,
    file_lines,
    in_order,
    is_part,
    number_of_lines,
    open_rdf,
    part_lines,
    rdf_format,
    sort_lines,
    split_line,
)
from kg.store.oxigraph import open_store
from kg.store.release import Manifest, find_release
from kg.store.unshared import write_unshared
from kg.vocabulary import CKG, OWL, PROV, PROVENANCE_GRAPH, RDF, RDFS, SKOS

DEFAULT_BASE = "https://w3id.org/cluster-kg/"
"""Where relative IRIs of a file start, and where its claims are looked for, if nothing else tells."""

PREFIXES = {"ckg": CKG, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "prov": PROV, "owl": OWL}
"""How IRIs are shortened where no release says it."""

FACTS, DATASET = "graph.nt", "graph.trig"
"""What a release is compared by, if the other side is a file: the facts alone, or all graphs."""

AT_ONCE = 200_000
"""Doubtful lines that are looked for at once."""

LARGE = 200_000
"""Parts of more lines are compared by a database."""


class Sign(StrEnum):
    """What became of a statement. A patch says a KEPT one again, for stores that keep values and not spellings.

    Such a store takes "1.50" and "1.5" for one number: deleting the first would delete the second.
    """

    ADDED = "+"
    REMOVED = "-"
    KEPT = "="


@dataclass(frozen=True, slots=True)
class Change:
    """A statement as a line of N-Quads, and what became of it."""

    sign: Sign
    line: bytes

    def packed(self) -> bytes:
        """The change as a line that sorts as its statement does: a statement holds no tab, it is escaped there."""
        return self.line + b"\t" + self.sign.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> "Change":
        """The change that was packed."""
        return cls(Sign(packed[-1:].decode()), packed[:-2])


@dataclass(frozen=True)
class Side:
    """One of the two: a release (with its manifest) or an RDF file."""

    path: Path
    manifest: Manifest | None

    @classmethod
    def find(cls, path: Path) -> "Side":
        """The release at `path` (its folder, an output folder, one that holds `output/`), or the RDF file."""
        if path.is_dir():
            folder = find_release(path)
            return cls(folder, Manifest.read(folder))
        if not path.exists():
            raise NotFoundError("there is no such file, folder or release", file=path)
        rdf_format(path)
        return cls(path, None)

    @property
    def name(self) -> str:
        """The release's id, or the file's name."""
        return self.manifest.id if self.manifest else self.path.name

    @cached_property
    def facts_only(self) -> bool:
        """Whether it is a file without named graphs: JSON-LD, for one, may have some or none."""
        if self.manifest:
            return False
        lines = file_lines(self.path, base=DEFAULT_BASE) if rdf_format(self.path).supports_datasets else ()
        return not any(split_line(line)[3] for line in lines)

    @cached_property
    def parts(self) -> dict[str, Path]:
        """The parts of a release by name; PublishError where it has none."""
        folder = self.path / "parts"
        found = {path.name: path for path in sorted(folder.glob("*.nq.zst")) if is_part(path)}
        if not found:
            raise PublishError("the release is damaged: it has no parts", file=folder)
        return found


class _FileGraph(Graph):
    """An RDF file, to be read as a release is."""

    def __init__(self, path: Path, manifest: Manifest, store: ox.Store):
        super().__init__(path, manifest)
        self._given = store

    @cached_property
    def store(self) -> ox.Store:
        """The statements of the file."""
        return self._given


@dataclass(frozen=True)
class Difference:
    """The changes between two sides; they wait in a file, so that they can be read as often as needed.

    `count` statements changed; in `unnamed` of them a node has no name. With `facts_only` one side had only facts, and
    claims and ontology were left out.
    """

    before: Side
    after: Side
    facts_only: bool
    count: int
    unnamed: int
    file: Path

    def changes(self) -> Iterator[Change]:
        """Every change, sorted by its line; read again at each call."""
        return (change for change in _read(self.file) if change.sign is not Sign.KEPT)

    @cached_property
    def graph_before(self) -> Graph:
        """What was, to look things up in."""
        return self._graph(self.before)

    @cached_property
    def graph_after(self) -> Graph:
        """What is, to look things up in."""
        return self._graph(self.after)

    def close(self) -> None:
        """Lets go of the graphs."""
        for name in ("graph_before", "graph_after"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def _graph(self, side: Side) -> Graph:
        """Both graphs know the records of either: a file does not say which these are, nor did releases always."""
        known = [one.manifest for one in (self.after, self.before) if one.manifest]
        records = tuple(dict.fromkeys(record for manifest in known for record in manifest.records))
        if side.manifest:
            return Graph(side.path, replace(side.manifest, records=records))
        store = self._load(side)
        base, prefixes = (known[0].base, known[0].prefixes) if known else (_base_of(store), PREFIXES)
        return _FileGraph(side.path, Manifest(side.name, base, {}, prefixes, 0, 0, "", "", records), store)

    def _load(self, side: Side) -> ox.Store:
        """A store on disk: a large file need not fit into memory."""
        store = ox.Store(tempfile.mkdtemp(prefix="store-", dir=self.file.parent))
        try:
            with open_rdf(side.path) as file:
                store.bulk_load(file, rdf_format(side.path), base_iri=_base(self.before, self.after))
        except (OSError, SyntaxError, ValueError) as error:
            raise ReadError(f"cannot be read: {error}", file=side.path) from error
        return store


def _base(before: Side, after: Side) -> str:
    known = after.manifest or before.manifest
    return known.base if known else DEFAULT_BASE


def _base_of(store: ox.Store) -> str:
    """What the graph of claims is called, without its last part."""
    names = sorted(graph.value for graph in store.named_graphs() if graph.value.endswith(PROVENANCE_GRAPH))
    return names[0].removesuffix(PROVENANCE_GRAPH) if names else DEFAULT_BASE


@contextmanager
def compare(
    before: Side, after: Side, *, spill: Path | None = None, unshared: tuple[Path, Path] | None = None
) -> Iterator[Difference]:
    """What changed from one side to the other; what does not fit into memory waits in a folder below `spill`.

    A file that holds triples is compared with the facts of the other side, without its claims and ontology.
    `unshared` are the files of `write_unshared`, where they have been made already.
    """
    with tempfile.TemporaryDirectory(prefix="kg-diff-", dir=spill) as name:
        difference = _Comparison(before, after, Path(name), unshared).run()
        try:
            yield difference
        except BrokenPipeError:
            raise
        except OSError as error:
            raise PublishError(f"a store cannot be read: {error.strerror or error}", file=error.filename) from error
        finally:
            difference.close()


@dataclass
class _Comparison:
    """One comparison on its way: which files have to be sorted is found out while they are read."""

    before: Side
    after: Side
    folder: Path
    known: tuple[Path, Path] | None = None
    unsorted: set[Path] = field(default_factory=set)

    @property
    def facts_only(self) -> bool:
        return self.before.facts_only or self.after.facts_only

    @property
    def releases(self) -> bool:
        return bool(self.before.manifest and self.after.manifest)

    def run(self) -> Difference:
        """Writes every change into a file; PublishError where a part holds what is no statement."""
        try:
            return self._run()
        except (ValueError, SyntaxError) as error:
            raise PublishError(f"the release is damaged: a part holds what is no statement ({error})") from error

    def _run(self) -> Difference:
        blank = self._write_named()
        changes: Iterable[Change] = _read(self._file("named"))
        if self.releases:
            changes = self._without_common(changes)
        removed, added = (one.named() for one in blank)
        nodes = [Change(Sign.REMOVED, line) for line in removed - added]
        nodes += [Change(Sign.ADDED, line) for line in added - removed]
        count = _write(merge(changes, sorted(nodes, key=Change.packed), key=Change.packed), self._file("changes"))
        return Difference(self.before, self.after, self.facts_only, count, len(nodes), self._file("changes"))

    def _file(self, name: str) -> Path:
        return self.folder / name

    def _write_named(self) -> tuple[BlankLines, BlankLines]:
        """Writes the changes of statements whose nodes all have names; returns all other statements of each side."""
        while True:
            blank = BlankLines(), BlankLines()
            sides = zip((self.before, self.after), blank, strict=True)
            try:
                _write(_with_kept(_side_by_side(*(self._lines(*one) for one in sides))), self._file("named"))
            except UnsortedError as found:
                self.unsorted.add(found.path)
            else:
                return blank

    def _lines(self, side: Side, blank: BlankLines) -> Iterator[bytes]:
        """The lines of a side that can differ, sorted; those with nodes without names go to `blank`."""
        lines = self._part_lines(side) if self.releases else sort_lines(self._file_lines(side), self.folder)
        return (line for line in lines if not blank.taken(line))

    def _part_lines(self, side: Side) -> Iterator[bytes]:
        if self._unshared:
            lines = self._unshared[side is self.after].open("rb")
            return (line.rstrip(b"\n") for line in lines)
        return each_once(merge(*(self._sorted_part(path) for path in self._own_parts(side))))

    def _own_parts(self, side: Side) -> list[Path]:
        other = self.after if side is self.before else self.before
        return [path for name, path in side.parts.items() if name not in other.parts]

    @cached_property
    def _unshared(self) -> tuple[Path, Path] | None:
        """Files with the lines of large parts that can differ; None where parts are small, and read as they are."""
        gone, come = self._own_parts(self.before), self._own_parts(self.after)
        if self.known:
            return self.known
        large = sum(map(number_of_lines, (*gone, *come))) > LARGE
        return write_unshared(gone, come, self.folder) if large else None

    def _sorted_part(self, path: Path) -> Iterator[bytes]:
        if path in self.unsorted:
            return sort_lines(part_lines(path), self.folder)
        return in_order(part_lines(path), path)

    def _file_lines(self, side: Side) -> Iterator[bytes]:
        path = side.path / (FACTS if self.facts_only else DATASET) if side.manifest else side.path
        lines = file_lines(path, base=_base(self.before, self.after))
        if side.manifest and not path.is_file():  # whole files are not written for large releases
            lines = chain.from_iterable(map(part_lines, side.parts.values()))
        return (line for line in lines if not split_line(line)[3]) if self.facts_only else lines

    def _without_common(self, changes: Iterable[Change]) -> Iterator[Change]:
        """The changes, but for lines that a part which both have says too: two parts can say one thing.

        Only lines that the other side's store knows are doubtful, and only for them the common parts are read.
        """
        common = [path for name, path in self.after.parts.items() if name in self.before.parts]
        if _write(self._doubtful(), self._file("doubtful")) and common:
            said = sort_lines((change.packed() for change in self._said_in(common)), self.folder)
            changes = _subtract(changes, map(Change.unpack, said))
        return iter(changes)

    def _doubtful(self) -> Iterator[Change]:
        """The changes of which the other side's store knows the statement; every line is checked to be one."""
        stores = {Sign.REMOVED: open_store(self.after.path), Sign.ADDED: open_store(self.before.path)}
        changes = _read(self._file("named"))
        while some := list(islice(changes, AT_ONCE)):
            quads = ox.parse(b"\n".join(change.line for change in some), ox.RdfFormat.N_QUADS)
            for change, quad in zip(some, quads, strict=True):
                if change.sign in stores and quad in stores[change.sign]:
                    yield change

    def _said_in(self, common: list[Path]) -> Iterator[Change]:
        """The doubtful lines that common parts have, and other spellings of the values beside them."""
        changes = _read(self._file("doubtful"))
        while some := {change.line: change for change in islice(changes, AT_ONCE)}:
            stems = {_stem(line) for line, change in some.items() if _is_typed(line) and change.sign is Sign.REMOVED}
            for line in (line for part in common for line in part_lines(part)):
                if line in some:
                    yield some[line]
                if stems and _is_typed(line) and _stem(line) in stems:
                    yield Change(Sign.KEPT, line)


def _side_by_side(left: Iterator[bytes], right: Iterator[bytes]) -> Iterator[Change]:
    """Every line that only one of two sorted streams has, and the lines with typed values that both have."""
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        if before == after and after is not None:
            if _is_typed(after):
                yield Change(Sign.KEPT, after)
            before, after = next(left, None), next(right, None)
        elif after is None or (before is not None and before < after):
            yield Change(Sign.REMOVED, before or b"")
            before = next(left, None)
        else:
            yield Change(Sign.ADDED, after)
            after = next(right, None)


def _with_kept(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes; kept lines only beside a removed one of the same subject and predicate."""
    for stem, group in groupby(changes, key=lambda change: _stem(change.line) if _is_typed(change.line) else b""):
        if not stem:
            yield from group
            continue
        same = list(group)
        removing = any(change.sign is Sign.REMOVED for change in same)
        yield from (change for change in same if removing or change.sign is not Sign.KEPT)


def _subtract(changes: Iterable[Change], said: Iterable[Change]) -> Iterator[Change]:
    """The changes without those that are `said` too; what must be kept is kept."""
    for _, group in groupby(merge(changes, said, key=Change.packed), key=lambda change: change.line):
        same = list(group)
        kept = [change for change in same if change.sign is Sign.KEPT]
        yield from kept[:1] or (same if len(same) == 1 else ())


def _is_typed(line: bytes) -> bool:
    """Whether the object is a literal that a store may spell otherwise: a number or a date."""
    return b'"^^<' in line


def _stem(line: bytes) -> bytes:
    """Subject and predicate of a line whose object is a literal."""
    return line[: line.index(b'"')]


def _read(path: Path) -> Iterator[Change]:
    with path.open("rb") as file:
        for line in file:
            yield Change.unpack(line[:-1])


def _write(changes: Iterable[Change], path: Path) -> int:
    """Writes the changes; returns how many there are, but for those that only a patch needs."""
    count = 0
    with path.open("wb") as file:
        for change in changes:
            file.write(change.packed() + b"\n")
            count += change.sign is not Sign.KEPT
    return count


def patch(difference: Difference) -> Iterator[str]:
    """The lines of an RDF Patch that makes `before` into `after` (https://afs.github.io/rdf-delta/rdf-patch.html).

    Deletions come first. A patch calls a node without a name by its label in the other store, which nobody here can
    know: statements with such nodes are left out, and a comment counts them.
    """
    names = difference.before.name, difference.after.name
    if difference.unnamed:
        yield f"# left out: {difference.unnamed} statements with nodes without a name"
    yield f"H id <uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(names))}> ."
    yield from (f"H {key} {ox.Literal(name)} ." for key, name in zip(("from", "to"), names, strict=True))
    yield "TX ."
    for operation, signs in (("D", {Sign.REMOVED}), ("A", {Sign.ADDED, Sign.KEPT})):
        for change in _read(difference.file):
            if change.sign in signs and not has_blank(change.line):
                yield f"{operation} {change.line.decode()}"
    yield "TC ."
