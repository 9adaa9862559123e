"""The sources that a mapping names, opened: which files or database each is, and what its reader is asked for."""

from collections.abc import Mapping as Frames
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from kg.errors import MappingError, ReadError
from kg.mapping.lists import is_json
from kg.mapping.triples_maps import LogicalSource, Mapping
from kg.model import Problem, Relation
from kg.pipeline.spark import Spark
from kg.read.arrow import open_frame
from kg.read.compressed import inner_suffix
from kg.read.encoding import in_utf8
from kg.read.registry import find_files, is_address, open_source
from kg.read.source import Opened, Source
from kg.read.stamps import Stamps

PLAIN = frozenset({".csv", ".tsv"})
"""Files that Spark's workers may read themselves."""


def asked(source: LogicalSource, file: Path, folder: Path, references: tuple[str, ...]) -> Source:
    """What the reader of a file is asked for; only nested data must know the references."""
    wanted = references if is_json(source) else ()
    return Source(file, folder, formulation=source.formulation, iterator=source.iterator, references=wanted)


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the sources of one mapping; they are looked for in `data`, beside the mapping, then here.

    `frames` are tables of Python by the name that the mapping gives its source.
    """

    connection: duckdb.DuckDBPyConnection
    mapping: Path
    folder: Path
    data: Path | None = None
    frames: Frames[str, object] = field(default_factory=dict)
    spark: Spark | None = None
    stamps: Stamps = field(default_factory=Stamps)

    def relations(self, parsed: Mapping) -> tuple[dict[str, Relation], list[Problem]]:
        """The relation of each source by its key, and what could not be read; MappingError where one is nowhere."""
        relations: dict[str, Relation] = {}
        problems: list[Problem] = []
        for source in parsed.sources:
            opened = self._open(source, parsed.references(source))
            relations[source.key] = opened.relation
            problems += opened.problems
        return relations, list(dict.fromkeys(problems))

    def _open(self, source: LogicalSource, references: tuple[str, ...]) -> Opened:
        if source.path in self.frames:
            return self._shared(open_frame(self.connection, source.path, self.frames[source.path]))
        request = asked(source, Path(source.path), self.folder, references)
        if is_address(source.path):
            return self._shared(open_source(self.connection, replace(request, address=source.path)))
        files, sheet = self._find(source.path)
        self.stamps.add(files)
        request = replace(request, iterator=sheet or source.iterator)
        if self.spark and len(files) == 1 and inner_suffix(files[0]) in PLAIN and not is_json(source):
            utf8, _ = in_utf8(files[0], self.folder)
            relation = self.spark.tables.read(files[0]) if utf8 == files[0] else None
            if relation is not None:
                return Opened(relation)
        return self._shared(open_source(self.connection, request, files))

    def _shared(self, opened: Opened) -> Opened:
        """The same rows where Spark's workers see them, if it is at work."""
        return replace(opened, relation=self.spark.tables.copy(opened.relation)) if self.spark else opened

    def _find(self, path: str) -> tuple[list[Path], str | None]:
        folders = [folder for folder in (self.data, self.mapping.parent, Path()) if folder is not None]
        try:
            files, sheet = find_files(path, folders)
        except (ValueError, NotImplementedError) as error:
            raise ReadError(f"the pattern {path!r} is not one: {error}", file=self.mapping) from error
        if not files:
            places = ", ".join(str(folder) for folder in folders)
            raise MappingError(f"its source {path!r} is in none of: {places}", file=self.mapping)
        return files, sheet
