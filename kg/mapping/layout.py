"""How the groups of a plan become one SELECT of the text of a file: lines as they come, sorted lines, or Turtle.

Only DuckDB is asked this way: what Spark runs is `select.file_query`, which gives the same lines.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from kg.mapping import select, turtle
from kg.mapping.census import Groups
from kg.mapping.plan import Blank, Iri, MapPlan, Statement, Term
from kg.mapping.select import Group
from kg.mapping.sql import Fault
from kg.mapping.template import columns

NOTHING = "SELECT '' AS line WHERE false"


@dataclass(frozen=True, slots=True)
class Layout:
    """The SELECT of a file, of one column `line`. A row of the `packed` groups has several lines, any other has one.

    `in_order` tells that the rows must be written in the order in which they come.
    """

    query: str
    packed: tuple[Group, ...]
    complete: bool
    in_order: bool = False


def as_lines(made: Groups, found: Collection[Fault], sure: Callable[[Group], select.Sure] = lambda _: ()) -> Layout:
    """Return the lines in any order; `sure` tells which statements are given by all rows of a group."""
    return _unordered(made, found, lambda group: select.together(group, found, sure(group)))


def as_turtle(made: Groups, found: Collection[Fault], prefixes: Mapping[str, str]) -> Layout:
    """Return Turtle: one block a row and map, single statements where DISTINCT is needed."""
    return _unordered(made, found, lambda group: turtle.blocks(group, found, prefixes))


def _unordered(made: Groups, found: Collection[Fault], together: Callable[[Group], str]) -> Layout:
    packed = tuple(group for group in made.alone if not select.is_joined(group))
    queries = [together(group) for group in packed]
    queries += [select.single(group, found) for group in made.alone if select.is_joined(group)]
    queries += [select.distinct(group, found) for group in made.shared]
    return Layout(_union(queries), packed, len(queries) == len(packed))


def as_sorted_lines(made: Groups, found: Collection[Fault]) -> Layout:
    """Return the lines sorted by their bytes.

    Sorting rows by subject moves a tenth of what sorting lines does. It gives the same bytes for a map whose subjects
    no other map can give: all its lines begin with its constant text, and those of a row stand together.
    """
    queries: list[str] = []
    packed: list[Group] = []
    sections = _sections(made)
    for alone, shared in sections:
        if not shared and len(alone) == 1 and not select.is_joined(alone[0]):
            queries.append(_by_subject(*alone[0][0], found))
            packed.append(alone[0])
        else:
            lines = [*(select.single(one, found) for one in alone), *(select.distinct(one, found) for one in shared)]
            queries.append(f"SELECT line FROM ({_union(lines)}) ORDER BY line")
    return Layout(_union(queries), tuple(packed), len(packed) == len(sections), in_order=True)


def _union(queries: Iterable[str]) -> str:
    return " UNION ALL ".join(f"({query})" for query in queries) or NOTHING


def _sections(made: Groups) -> list[tuple[list[Group], list[Group]]]:
    """Return the groups, a map each where they stand alone, by the constant text that their lines begin with, in order.

    Where the text of one begins with that of another they stand together: their lines can alternate.
    """
    begun: list[tuple[str, bool, Group]] = []
    begun += ((_beginning(entry[0].subject), True, (entry,)) for group in made.alone for entry in group)
    begun += ((min(_beginning(each.subject) for each, _ in group), False, group) for group in made.shared)
    sections: list[tuple[list[Group], list[Group]]] = []
    shortest = None
    for text, is_alone, group in sorted(begun, key=lambda one: one[0]):
        if shortest is None or not text.startswith(shortest):
            shortest = text
            sections.append(([], []))
        sections[-1][0 if is_alone else 1].append(group)
    return sections


def _beginning(subject: Term) -> str:
    """Return the constant text that a subject begins with."""
    if isinstance(subject, Blank):
        return "_:"
    first = subject.parts[0] if subject.parts and isinstance(subject, Iri) and subject.base is None else ""
    return "<" + (first if isinstance(first, str) else "")


def _by_subject(each: MapPlan, statements: tuple[Statement, ...], found: Collection[Fault]) -> str:
    """Return one text a row, rows by subject and lines within it sorted."""
    lines: list[list[Statement]] = []
    for predicate, some in groupby(sorted(statements, key=_predicate), key=_predicate):
        listed = list(some)
        if not predicate:  # one that depends on the row can stand anywhere
            lines = [list(statements)]
            break
        if all(_is_constant(one.object) and one.graph is None for one in listed):
            lines += [[one] for one in sorted(listed, key=lambda one: _constant(one.object))]
        else:
            lines.append(listed)
    return select.sorted_rows(each, lines, found)


def _predicate(statement: Statement) -> str:
    """Return a constant predicate as a line has it, nothing for one that depends on the row."""
    return _constant(statement.predicate) if _is_constant(statement.predicate) else ""


def _constant(term: Term) -> str:
    return f"<{''.join(map(str, term.parts or ()))}>"


def _is_constant(term: Term) -> bool:
    return isinstance(term, Iri) and term.base is None and not columns(term.parts)
