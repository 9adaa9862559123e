"""The articles of a build: read, and made into relations that the mapping engine takes like any other table."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from kg.extract.llm.access import named
from kg.mapping.quads import QuadTables
from kg.model import Article, Catalog, ForReview, ModelRules, Problem, ReadingRules, Relation, TextClaim
from kg.pipeline.articles import ArticleReader, Name, claims_of
from kg.pipeline.fingerprints import fingerprint, of_file, of_files, of_program
from kg.pipeline.readings import Readings, Said
from kg.pipeline.resolving import Resolving
from kg.pipeline.text_tables import PLACE_COLUMNS, STATEMENT_COLUMNS, create_table, place_rows, statement_row
from kg.resolve.answers import Answers
from kg.resolve.identities import Identities, Thing
from kg.resolve.register import new_things

TEXT, TEXT_PLACES = "text", "text_places"
"""The relations, and the mappings that read them."""


class TextBuild:
    """What the articles of a catalog say, from files to relations; `review` is what does not enter the graph."""

    def __init__(
        self, catalog: Catalog, rules: ReadingRules, connection: duckdb.DuckDBPyConnection, readings: Readings
    ):
        """What was read before is found in `readings`, and kept there."""
        self._catalog, self._rules, self._connection, self._readings = catalog, rules, connection, readings
        self._claims: list[TextClaim] = []
        self._same = 0
        self._names: Sequence[Name] = ()
        self._resolving: Resolving | None = None
        self._places: Sequence[Mapping[str, str]] = ()
        self.problems: list[Problem] = []
        self.review: tuple[ForReview, ...] = ()

    def read(self, names: Sequence[Name]) -> str:
        """Reads every article; returns what was read, in words. One that cannot be read is a problem."""
        articles, unread = self._catalog.articles, 0
        model = named(self._rules.model, os.environ) if self._rules.model.enabled else None
        with ArticleReader(self._rules.lexicon, names, model) as reader:
            common = self._common_key(names, model)
            for article in articles:
                said = self._said(reader, article, common)
                unread += not said.useful
                self.problems += said.problems
                self._claims += said.claims
            self._readings.keep()
            self._names = names
            self._places = reader.lexicon.tables["places"]
        left = f"; {unread} of no use" if unread else ""
        left += f"; {self._same} as before" if self._same else ""
        return f"{len(articles)} articles, {len(self._claims):,} claims{left}"

    def _common_key(self, names: Sequence[Name], model: ModelRules | None) -> str:
        """What stands for all that a reading depends on besides the article."""
        lexicon = (path for path in self._rules.lexicon.rglob("*") if path.is_file())
        return fingerprint(of_program(), of_files(lexicon), model, *names)

    def _said(self, reader: ArticleReader, article: Article, common: str) -> Said:
        """What an article says: as it was read before if nothing has changed."""
        try:
            key = fingerprint(common, self._name(article.file), article.id, article.date, of_file(article.file))
        except OSError:  # reading it says why
            return self._read(reader, article)[0]
        found = self._readings.find(key)
        self._same += found is not None
        said, complete = (found, True) if found else self._read(reader, article)
        if complete:
            self._readings.note(key, said)
        return said

    def _read(self, reader: ArticleReader, article: Article) -> tuple[Said, bool]:
        """What an article says now, and whether all that should read it did: a model can fail or cost too much."""
        found = reader.read(article.file, self._name(article.file), article.id)
        claims = tuple(claims_of(found, article, reader.gazetteer))
        return Said(claims, tuple(found.problems), useful=found.reading is not None), found.complete

    def locate(self, quads: QuadTables) -> None:
        """Tells which places the articles mean; `quads` hold what the tables say."""
        official = [row["code"] for row in self._places] if self._rules.places else []
        self._resolving = Resolving(self._rules, self._names, quads, self._catalog.base, official)
        self._claims = self._resolving.locate(self._claims)

    def things(self) -> dict[str, Thing]:
        """The clusters and enterprises that the articles name, by the id that each has where no table knows it."""
        return new_things(self._claims)

    def relations(self, identities: Identities | None = None, answers: Answers | None = None) -> list[Relation]:
        """Creates the relations of what may enter the graph, after `identities` were applied to it and `locate`."""
        assert self._resolving is not None  # noqa: S101  # `locate` goes before
        resolved = self._resolving.resolve(
            self._claims, identities or Identities(), answers or Answers(), self._connection
        )
        self.review = resolved.review
        self.problems += (*resolved.problems, *self._resolving.problems)
        rows = [statement_row(one) for one in resolved.statements]
        places = place_rows(
            resolved.statements,
            self._places,
            self._resolving.known_places,
            source=self._rules.places or "",
            file=self._name(self._rules.lexicon / "places.csv"),
        )
        tables = ((TEXT, STATEMENT_COLUMNS, rows), (TEXT_PLACES, PLACE_COLUMNS, places))
        return [create_table(self._connection, *table) for table in tables]

    def _name(self, path: Path) -> str:
        """The name of a file below the project, such as data/articles/a.txt."""
        project = self._catalog.path.parent.parent
        return path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name
