"""The articles of a build: read, and made into relations that the mapping engine takes like any other table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from kg.mapping.quads import QuadTables
from kg.model import Catalog, ForReview, Problem, ReadingRules, Relation, TextClaim
from kg.pipeline.articles import ArticleReader, Name, claims_of, register_of
from kg.pipeline.text_tables import PLACE_COLUMNS, STATEMENT_COLUMNS, create_table, place_rows, statement_row
from kg.resolve.clusters import load_words
from kg.resolve.lexicon import load_lexicon
from kg.resolve.text import Register, Stated, beside, resolve_claims, things_of

TEXT, TEXT_PLACES = "text", "text_places"
"""The relations, and the mappings that read them."""


class TextBuild:
    """What the articles of a catalog say, from files to relations; `review` is what does not enter the graph."""

    def __init__(self, catalog: Catalog, rules: ReadingRules, connection: duckdb.DuckDBPyConnection):
        self._catalog, self._rules, self._connection = catalog, rules, connection
        self._claims: list[TextClaim] = []
        self._register = Register({})
        self._places: Sequence[Mapping[str, str]] = ()
        self.problems: list[Problem] = []
        self.review: tuple[ForReview, ...] = ()

    def read(self, names: Sequence[Name]) -> str:
        """Reads every article; returns what was read, in words. One that cannot be read is a problem."""
        articles, unread = self._catalog.articles, 0
        with ArticleReader(self._rules.lexicon, names) as reader:
            for article in articles:
                found = reader.read(article.file, self._name(article.file), article.id)
                unread += found.reading is None
                self.problems += found.problems
                self._claims += claims_of(found, article, reader.gazetteer)
            self._register = register_of(names, reader.gazetteer, self._rules)
            self._places = reader.lexicon.tables["places"]
        left = f"; {unread} of no use" if unread else ""
        return f"{len(articles)} articles, {len(self._claims):,} claims{left}"

    def relations(self, quads: QuadTables) -> list[Relation]:
        """Creates the relations of what may enter the graph; `quads` hold what the tables say."""
        words = load_words(self._rules.lexicon, load_lexicon(self._rules.lexicon))
        resolved = resolve_claims(self._claims, self._register, self._stated(quads), self._rules, words.subject)
        self.review = resolved.review
        rows = [statement_row(one) for one in resolved.statements]
        places = place_rows(
            resolved.statements,
            self._places,
            self._register.by_code,
            source=self._rules.places or "",
            file=self._name(self._rules.lexicon / "places.csv"),
        )
        tables = ((TEXT, STATEMENT_COLUMNS, rows), (TEXT_PLACES, PLACE_COLUMNS, places))
        return [create_table(self._connection, *table) for table in tables]

    def _stated(self, quads: QuadTables) -> Stated:
        """What the tables say of the things that the articles speak of, and of what is beside them."""
        near = self._triples(quads, things_of(self._claims, self._register))
        further = self._triples(quads, beside(near))
        return Stated([*near, *further, *self._triples(quads, beside(further))])

    def _triples(self, quads: QuadTables, things: Sequence[str]) -> list[tuple[str, str, str]]:
        found = quads.about(f"<{self._catalog.base}{iri}>" for iri in things)
        return [(self._short(subject), predicate[1:-1], self._short(value)) for subject, predicate, value in found]

    def _short(self, term: str) -> str:
        """An IRI relative to the base; any other term as it is."""
        start = f"<{self._catalog.base}"
        return term[len(start) : -1] if term.startswith(start) else term

    def _name(self, path: Path) -> str:
        """The name of a file below the project, such as data/articles/a.txt."""
        project = self._catalog.path.parent.parent
        return path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name
