"""What `kg map --explain` shows: what is read, the SQL that makes the lines, where they are made distinct and why."""

from collections.abc import Iterable, Iterator

import duckdb

from kg.mapping.grouping import Grouping
from kg.mapping.layout import as_lines
from kg.mapping.overlap import overlapping
from kg.mapping.plan import Blank, Iri, MapPlan, Plan, Statement, Term
from kg.mapping.repeated import RepeatedRows
from kg.mapping.select import Group
from kg.mapping.template import Parts


def explain(connection: duckdb.DuckDBPyConnection, plan: Plan) -> str:
    """Return the plan as text; nothing is written. Rows are counted: that decides what has to be made distinct."""
    with RepeatedRows(connection) as repeated:
        made = Grouping.of(connection, plan, repeated)
        explained = _Explained(made, repeated)
        return "\n".join((*explained.sources(plan), "", *explained.maps(plan), "", *explained.steps()))


class _Explained:
    """The parts of the text."""

    def __init__(self, made: Grouping, repeated: RepeatedRows) -> None:
        self._made, self._repeated = made, repeated
        self._same = list(overlapping(made.plan))

    def sources(self, plan: Plan) -> Iterator[str]:
        yield "SOURCES"
        joins = (one.join.relation for each in plan.maps for one in each.statements if one.join is not None)
        for relation in dict.fromkeys((*(each.relation for each in plan.maps), *joins)):
            rows, *_ = self._made.census.count(relation, ["count(*)"])
            yield f"  {relation.file}: {rows:,} rows, columns {', '.join(relation.columns)}"
            bad = self._made.faults.get(relation, ())
            yield from (f"    checked in each row, as some have it: {fault.reason}" for fault in bad)

    def maps(self, plan: Plan) -> Iterator[str]:
        yield "TRIPLES MAPS"
        for each, thinned in zip(plan.maps, self._made.plan.maps, strict=True):
            yield f"  {each.name} reads {each.relation.file}"
            yield f"    subject {term(each.subject)}, {len(each.statements)} statements a row"
            yield f"    {self._key(each, unique=thinned in self._made.unique and thinned is each)}"
            if (found := self._repeated.thinned.get(thinned.relation)) is not None:
                left = "no two of them have one subject" if thinned in self._made.unique else "some subjects come again"
                yield (
                    f"    so its rows are made distinct first, over {', '.join(found.columns)}: "
                    f"{found.before:,} rows become {found.after:,}, and {left}"
                )

    def _key(self, each: MapPlan, *, unique: bool) -> str:
        counts = self._made.census.keys(each)
        if not counts:
            return "each row makes a subject of its own"
        given, different = counts
        if unique:
            return f"no two rows have one subject: {given:,} subjects counted"
        return f"rows repeat subjects: {given:,} rows give {different:,} subjects"

    def steps(self) -> Iterator[str]:
        yield "STEPS (each makes lines of the one file)"
        for number, group in enumerate(self._made.groups.alone, 1):
            yield f"  {number}. {_named(group)}"
            yield "    no DISTINCT: one row gives each of these once, and no other row has its subject"
            yield from self._sql(group, alone=True)
        for number, group in enumerate(self._made.groups.shared, len(self._made.groups.alone) + 1):
            yield f"  {number}. {_named(group)}"
            yield from (f"    DISTINCT, because {reason}" for reason in self._reasons(group))
            yield from self._sql(group, alone=False)

    def _reasons(self, group: Group) -> Iterator[str]:
        for each, _ in group:
            if each not in self._made.unique:
                yield f"two rows of {each.name} can have one subject"
        inside = {(each.name, statement) for each, statements in group for statement in statements}
        for one, other in self._same:
            pair = [(self._made.plan.maps[i], self._made.plan.maps[i].statements[j]) for i, j in (one, other)]
            if any((each.name, statement) in inside for each, statement in pair):
                yield " and ".join(triple(*each) for each in pair) + " can be the same triple"

    def _sql(self, group: Group, *, alone: bool) -> Iterator[str]:
        made = type(self._made.groups)((group,), ()) if alone else type(self._made.groups)((), (group,))
        found, census = self._made.found, self._made.census
        yield f"    SQL: {as_lines(made, found, lambda one: census.sure(one, found)).query}"


def _named(group: Group) -> str:
    return "; ".join(f"{each.name}: {_predicates(statements)}" for each, statements in group)


def _predicates(statements: Iterable[Statement]) -> str:
    shown = [term(one.predicate) + (" (by a join)" if one.join is not None else "") for one in statements]
    return ", ".join(dict.fromkeys(shown))


def triple(each: MapPlan, statement: Statement) -> str:
    """Return a statement with its columns in braces."""
    return f"{each.name}'s {term(each.subject)} {term(statement.predicate)} {term(statement.object)}"


def term(made: Term) -> str:
    """Return a term with its columns in braces, as templates write them."""
    if isinstance(made, Blank):
        return "_:(row)" if made.parts is None else f"_:{_text(made.parts)}"
    if isinstance(made, Iri):
        return f"<{_text(made.parts)}>"
    tag = f"@{_text(made.language)}" if made.language else ""
    return f'"{_text(made.parts)}"{tag}' + (f"^^{term(made.datatype)}" if made.datatype else "")


def _text(parts: Parts) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in parts)
