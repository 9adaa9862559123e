"""Resolution in a build: what articles claim, in the ids of the graph. One stage between reading and mapping.

First the places of claims (`locate`), as the ids of new things depend on them; then, when the judgements of the project
have been applied, everything else (`resolve`). It wires the steps of `kg.resolve` to the names and triples of a build.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb

from kg.mapping.quads import QuadTables
from kg.model import Mentioned, Problem, ReadingRules, Relation, TextClaim
from kg.pipeline.articles import Name
from kg.resolve.answers import Answers
from kg.resolve.clusters import load_words
from kg.resolve.codes import fault, normalised
from kg.resolve.contexts import Contexts
from kg.resolve.enterprises import Looked, compare
from kg.resolve.identities import Identities
from kg.resolve.judgements import STAGE
from kg.resolve.lexicon import load_lexicon
from kg.resolve.lists import Lists
from kg.resolve.locating import locate
from kg.resolve.places import ZONE, Place, Places, load_places
from kg.resolve.predicates import HOST, LIES_IN, PART_OF_LIST
from kg.resolve.register import Register
from kg.resolve.stated import Stated, Triple
from kg.resolve.text import Resolved, beside, resolve_claims, things_of
from kg.resolve.things import Things
from kg.vocabulary import CKG, TYPE

ENTERPRISE = "enterprise"


class Resolving:
    """The stage, for the articles of one build; `problems` are rows of the register that cannot be compared."""

    def __init__(
        self, rules: ReadingRules, names: Sequence[Name], quads: QuadTables, base: str, official: Iterable[str]
    ) -> None:
        """`quads` hold what the tables say; `official` are codes of places that no table needs to have."""
        self._rules, self._names, self._quads, self._base = rules, names, quads, base
        self._register = register_of(names, official)
        self._lexicon = load_lexicon(rules.lexicon)
        self._places = self._load_places()
        self.problems: tuple[Problem, ...] = ()

    @property
    def known_places(self) -> Mapping[str, str]:
        """The IRIs of the places that tables have, by code."""
        return self._register.by_code

    def _load_places(self) -> Places:
        """The places of the lexicon, and the zones of the tables with what they lie in."""
        named = [(name.code or name.iri, name.name) for name in self._names if name.kind == "place"]
        zones = {name.iri: name.name for name in reversed(self._names) if name.kind == "place" and not name.code}
        stated = Stated(self._triples(zones))
        codes = {iri: code for code, iri in self._register.by_code.items()}
        tables = []
        for iri, name in zones.items():
            if any(one.strip("<>").endswith(f"#{ZONE}") for one in stated.objects(iri, TYPE.value)):
                parent, host = (min(stated.objects(iri, one), default="") for one in (LIES_IN, HOST))
                tables.append(Place(iri, name, ZONE, codes.get(parent, ""), codes.get(host, "")))
        return load_places(self._rules.lexicon, tables, named)

    def locate(self, claims: Sequence[TextClaim]) -> list[TextClaim]:
        """The claims with the places that they mean."""
        return locate(claims, self._places, self._lexicon.plain)

    def resolve(
        self,
        claims: Sequence[TextClaim],
        identities: Identities,
        answers: Answers,
        connection: duckdb.DuckDBPyConnection,
    ) -> Resolved:
        """The statements of located claims, and what is for review; `identities` and `answers` are what people said."""
        register = replace(self._register, identities=identities)
        self.problems = tuple(_bad_codes(claims))
        looked = self._look_up(claims, register, connection)
        firms = {one.enterprise for found in looked.values() for one in found.candidates}
        stated = self._stated(things_of(claims, register, firms))
        lists = Lists(register, self._rules.list_words)
        words = load_words(self._rules.lexicon, self._lexicon)
        contexts = Contexts(claims, register, stated, self._places, lists)
        apart = CKG + PART_OF_LIST in self._rules.settled
        things = Things(register, stated, contexts, words, looked, self._lexicon.is_in_full, apart)
        return resolve_claims(claims, things, lists, self._rules, answers)

    def _look_up(
        self, claims: Sequence[TextClaim], register: Register, connection: duckdb.DuckDBPyConnection
    ) -> dict[str, Looked]:
        """What the names of enterprises that no table has may be."""
        mentioned = {one for claim in claims for one in (claim.subject, claim.object) if isinstance(one, Mentioned)}
        unknown = sorted({one.name for one in mentioned if one.kind == ENTERPRISE and not register.of(one)})
        known = [(iri, name) for (kind, name), iris in register.by_name.items() if kind == ENTERPRISE for iri in iris]
        if not unknown or not known:
            return {}
        mentions = _relation(connection, "mentioned_firms", [(name, name) for name in unknown])
        looked, problems = compare(
            connection, mentions, _relation(connection, "known_firms", known), lexicon=self._lexicon
        )
        self.problems += tuple(problems)
        return looked

    def _stated(self, things: Sequence[str]) -> Stated:
        """What the tables say of the things that the articles speak of, and of what is beside them."""
        near = self._triples(things)
        further = self._triples(beside(near))
        return Stated([*near, *further, *self._triples(beside(further))])

    def _triples(self, things: Iterable[str]) -> list[Triple]:
        found = self._quads.about(f"<{self._base}{iri}>" for iri in things)
        return [(self._short(subject), predicate[1:-1], self._short(value)) for subject, predicate, value in found]

    def _short(self, term: str) -> str:
        """An IRI relative to the base; any other term as it is."""
        start = f"<{self._base}"
        return term[len(start) : -1] if term.startswith(start) else term


def _relation(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[str, str]]) -> Relation:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS name",
        [list(column) for column in zip(*rows, strict=True)],
    )
    numbered = f"SELECT rowid + 2 AS _row, id, name FROM {name}"
    return Relation(name, ("id", "name"), f"SELECT id, name FROM {name}", numbered)


def _bad_codes(claims: Iterable[TextClaim]) -> list[Problem]:
    """A Problem for each official code of an article that cannot be one (GB 32100); no table has it either."""
    mentioned = ((claim.file, one) for claim in claims for one in (claim.subject, claim.object))
    given = {(file, one.official, one.name) for file, one in mentioned if isinstance(one, Mentioned) and one.official}
    found = ((file, f"{name} {code}", fault(code)) for file, code, name in sorted(given))
    return [Problem(STAGE, file, None, value, f"{why}; the code is not used") for file, value, why in found if why]


def register_of(names: Iterable[Name], official: Iterable[str]) -> Register:
    """What the tables call things; places by their codes, zones by their IRIs."""
    by_name: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    by_code: dict[str, str] = {}
    for name in names:
        by_name[name.kind, name.name][name.iri] = None
        if name.code or name.kind == "place":
            by_code.setdefault(normalised(name.code) or name.iri, name.iri)
    return Register({key: tuple(iris) for key, iris in by_name.items()}, by_code, frozenset(official))
