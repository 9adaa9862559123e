"""Structure: the graph against SHACL shapes, compiled to SPARQL and run on the store; violations in plain words.

pySHACL, the reference, needs some 100 times as long on the bundled graph; it takes over where a shapes file uses what
is not compiled (sh:sparql, rules, recursion). Tests compare the verdicts of both.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ValidationError
from kg.model import Violation
from kg.validate.constraints import Check, Compiler
from kg.validate.shapes import Shape, Unsupported, read_shapes, read_turtle, subclasses
from kg.validate.side_by_side import side_by_side
from kg.validate.surroundings import Node, Reach, Since, Surroundings, TooFarError, reach_of, surroundings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShapesReport:
    """What the shapes found; `targets` counts the nodes that some shape describes."""

    shapes: int
    targets: int
    violations: tuple[Violation, ...]


def check_shapes(
    data: ox.Store, shapes: Sequence[Path], ontology: Sequence[Path], *, prefixes: Mapping[str, str]
) -> ShapesReport:
    """Checks the default graph of `data`; ValidationError where the shapes themselves cannot be used.

    Data without one node that a shape targets never counts as valid: by the letter of SHACL, empty data conforms.
    """
    below = subclasses(read_turtle([*ontology, *shapes]))
    try:
        found = read_shapes(shapes)
        compiler = Compiler(below, _Sizes(data).scans)
        checks = [check for shape in found for check in compiler.checks(shape)]
    except Unsupported as reason:
        _log.info("the shapes use %s: pySHACL checks them, which takes longer", reason)
        return _by_pyshacl(data, shapes, ontology)
    targets = _count_targets(data, compiler, found)
    if found and not targets:
        return ShapesReport(len(found), 0, (NOTHING,))
    broken = side_by_side([partial(_violations, data, check, prefixes) for check in checks])
    violations = sorted(chain.from_iterable(broken), key=lambda one: (one.entity, one.rule, one.message, one.value))
    return ShapesReport(len(found), targets, tuple(dict.fromkeys(violations)))


def check_around(
    data: ox.Store,
    since: Since,
    shapes: Sequence[Path],
    ontology: Sequence[Path],
    *,
    provenance: ox.NamedNode,
    prefixes: Mapping[str, str],
) -> tuple[ShapesReport, Surroundings]:
    """The same for a graph that was valid before a small change, and what surrounds the change.

    TooFarError where that takes a look at the whole graph.
    """
    try:
        found = read_shapes(shapes)
    except Unsupported as reason:
        raise TooFarError from reason
    around = surroundings(data, since.nodes, Reach().with_(*map(reach_of, found)), provenance)
    report = check_shapes(around.store, shapes, ontology, prefixes=prefixes)
    compiler = Compiler(subclasses(read_turtle([*ontology, *shapes])))
    now, before = (_count_targets(store, compiler, found, since.nodes) for store in (data, since.before))
    violations = tuple(one for one in report.violations if around.concerns(one))
    return ShapesReport(len(found), since.targets + now - before, violations), around


MANY = 10_000
"""Nodes below this number are looked up in no time."""

LOOK_UP = 6
"""How many values are read and judged in the time that one is looked up (measured: 14 microseconds, and 2.3)."""

NOTHING = Violation("target", "", "no entity belongs to a class that the shapes describe: nothing was checked")


class _Sizes:
    """How many nodes and values there are; each is counted when it is first asked for."""

    def __init__(self, data: ox.Store):
        self._data = data
        self._counted: dict[str, int] = {}

    def scans(self, focus: str, path: str) -> bool:
        """Whether all values of a property are read sooner than those of each node of a pattern."""
        nodes = self._count(focus)
        return nodes >= MANY and self._count(f"?this {path} ?value") <= nodes * LOOK_UP

    def _count(self, pattern: str) -> int:
        if pattern not in self._counted:
            [row] = _rows(self._data, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
            self._counted[pattern] = int(_text(row["n"]))
        return self._counted[pattern]


def _count_targets(
    data: ox.Store, compiler: Compiler, shapes: Iterable[Shape], nodes: Iterable[Node] | None = None
) -> int:
    """How many nodes the shapes describe, of these or of all."""
    patterns = {compiler.target(target) for shape in shapes for target in shape.targets}
    if not patterns:
        return 0
    those = "" if nodes is None else f"VALUES ?this {{ {' '.join(str(one) for one in nodes if _is_named(one))} }} "
    union = " UNION ".join(f"{{ {those}{pattern} }}" for pattern in sorted(patterns))
    [row] = _rows(data, f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {union} }}")
    return int(_text(row["n"]))


def _is_named(node: Node) -> bool:
    """Blank nodes cannot be asked for; graphs of ours have none but in the ontology."""
    return isinstance(node, ox.NamedNode)


def _violations(data: ox.Store, check: Check, prefixes: Mapping[str, str]) -> list[Violation]:
    return list(_broken(data, check, prefixes))


def _broken(data: ox.Store, check: Check, prefixes: Mapping[str, str]) -> Iterator[Violation]:
    path = check.shape.path or ""
    rule = _rule(check, prefixes)
    message = " / ".join(check.shape.messages) or rule
    with_value = check.query.startswith("SELECT DISTINCT ?this ?value")
    for row in _rows(data, check.query):
        value = _text(row["value"]) if with_value and check.shape.path else ""
        predicate = path[1:-1] if path.startswith("<") else ""
        yield Violation(rule, _text(row["this"]), message, value, predicate)


def _rows(data: ox.Store, query: str) -> ox.QuerySolutions:
    try:
        solutions = data.query(query)
    except SyntaxError as error:
        raise ValidationError(f"a shape cannot be used: {error}") from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValidationError("a shape was compiled to something that is no SELECT")
    return solutions


def _rule(check: Check, prefixes: Mapping[str, str]) -> str:
    """The path that breaks the shape, else the shape's name: where to look in the shapes file."""
    name = check.shape.path or f"<{check.shape.name}>"
    for prefix, namespace in prefixes.items():
        name = name.replace(f"<{namespace}", f"{prefix}:")
    shown = name.replace(">", "") if not name.startswith("<") else name
    return f"{shown} ({check.component[0].upper()}{check.component[1:]})"


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value


def _by_pyshacl(data: ox.Store, shapes: Sequence[Path], ontology: Sequence[Path]) -> ShapesReport:
    from kg.validate.pyshacl_engine import check_by_pyshacl

    found, targets, violations = check_by_pyshacl(data, shapes, ontology)
    return ShapesReport(found, targets, violations if targets or not found else (NOTHING,))
