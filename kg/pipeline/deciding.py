"""What people decided, in a build: the judgements on ids and the answers about claims of articles, read and applied.

It works on what the mapping of tables made, before articles are resolved: which ids there are, and what they are
called, is known only then. Without judgements nothing is looked at and nothing rewritten.
"""

from collections.abc import Mapping

import duckdb
import pyoxigraph as ox

from kg.errors import ValidationError
from kg.mapping.merging import Merging
from kg.mapping.quads import QuadTables
from kg.model import Catalog, Decision, JudgementFiles, Problem, Relation
from kg.pipeline.inputs import read_text
from kg.pipeline.text_tables import JUDGEMENT_COLUMNS, create_table, judged_row
from kg.resolve.answers import read_answers
from kg.resolve.identities import Identities, Thing, identify
from kg.resolve.judgements import Judgement, Verdict, parse_judgements
from kg.resolve.stated import NAMES, text_of
from kg.vocabulary import TYPE

JUDGED = "judgements"
"""The relation of judgements, and the mapping that reads it."""

SAYS = {Verdict.SAME: "sameAs", Verdict.DIFFERENT: "differentFrom"}
"""What judgements say in the graph (OWL 2, section 9.6); what nobody is sure of stands in their file only."""

_ONCE = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sub ?path WHERE {
  ?shape sh:targetClass ?class ; sh:property ?property .
  ?property sh:path ?path ; sh:maxCount ?most .
  ?sub rdfs:subClassOf* ?class
  FILTER(?most = 1 && isIRI(?path) && isIRI(?sub))
}"""


class Deciding:
    """The decisions of a project: read at once, applied to what the tables say by `apply`."""

    def __init__(self, catalog: Catalog, files: JudgementFiles):
        self._catalog, self._files = catalog, files
        self._rows, problems = parse_judgements(files.judgements)
        self.answers, more = read_answers(files.accepted)
        self.identities = Identities()
        self.problems: list[Problem] = [*problems, *more]

    def apply(self, connection: duckdb.DuckDBPyConnection, quads: QuadTables, new: Mapping[str, Thing]) -> set[str]:
        """Moves the statements of ids that are one; returns the datasets whose statements changed.

        `new` are the things that articles alone name.
        """
        if not self._rows:
            return set()
        known = {**new, **self._things(quads)}
        self.identities, problems = identify(self._rows, known, self._files.judgements.name)
        self.problems += problems
        if not self.identities.kept:
            return set()
        return Merging(connection, self._catalog.base).merge(self.identities.kept, _single_values(self._catalog))

    def _things(self, quads: QuadTables) -> dict[str, Thing]:
        """What the tables call the judged ids, and of which classes these are."""
        base = self._catalog.base
        judged = {f"<{base}{identifier}>" for row in self._rows for identifier in row.pair}
        names: dict[str, set[str]] = {}
        kinds: dict[str, set[str]] = {}
        for subject, predicate, value in quads.about(judged):
            if subject in judged:
                iri = subject[len(base) + 1 : -1]
                names.setdefault(iri, set()).update([text_of(value)] if predicate[1:-1] in NAMES else ())
                kinds.setdefault(iri, set()).update([value[1:-1]] if predicate == str(TYPE) else ())
        return {iri: Thing(frozenset(names[iri]), frozenset(kinds[iri])) for iri in names}

    def relation(self, connection: duckdb.DuckDBPyConnection) -> Relation | None:
        """Creates the relation of the judgements that say something in the graph; None where there are none."""
        rows = [self._row(one) for one in self.identities.held if one.verdict in SAYS]
        return create_table(connection, JUDGED, JUDGEMENT_COLUMNS, rows) if rows else None

    def _row(self, judgement: Judgement) -> dict[str, str]:
        """A judgement as a row: of two ids that are one, the one that stays says so of the other."""
        left, right = (self.identities.of(identifier) for identifier in (judgement.left, judgement.right))
        if judgement.verdict is Verdict.SAME:
            right = judgement.left if judgement.right == left else judgement.right
        decision = Decision(judgement.who, judgement.when, judgement.why)
        locator = f"{self._catalog.path.parent.name}/{self._files.judgements.name}#row={judgement.line}"
        said = {"source": self._files.source, "left": left, "says": SAYS[judgement.verdict], "right": right}
        return {**said, "locator": locator, **judged_row(decision)}


def _single_values(catalog: Catalog) -> list[tuple[str, str]]:
    """The classes and predicates (IRIs) of which the shapes allow one value."""
    store = ox.Store()
    for path in (*catalog.shapes, *catalog.ontology):
        store.extend(ox.parse(read_text(path, ValidationError), format=ox.RdfFormat.TURTLE))
    solutions = store.query(_ONCE)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101  # it is a SELECT
    return sorted((str(one["sub"].value), str(one["path"].value)) for one in solutions)
