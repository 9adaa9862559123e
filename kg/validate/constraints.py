"""Shapes -> SPARQL: for each constraint one query whose rows are the nodes that break it.

The meaning of each component is that of https://www.w3.org/TR/shacl/#core-components. A shape inside another
(sh:or, sh:qualifiedValueShape) becomes a boolean expression with EXISTS.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, count

import pyoxigraph as ox

from kg.validate.shapes import Parameter, Shape, Target, Term, Unsupported
from kg.vocabulary import RDF, XSD

MOST = 4
"""A count above this is not compiled: it would need so many variables that differ in pairs."""

NODE_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "(isBlank({0}) || isIRI({0}))",
    "BlankNodeOrLiteral": "(isBlank({0}) || isLiteral({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLiteral({0}))",
}
LENGTHS = {"minLength": ">=", "maxLength": "<="}
COMPARISONS = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}
NUMERIC = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
CASTABLE = frozenset(XSD + name for name in ("boolean", "date", "dateTime", "time"))


@dataclass(frozen=True, slots=True)
class Check:
    """A query for what breaks one constraint: rows of ?this, and ?value where the constraint is about values."""

    shape: Shape
    component: str
    query: str


def never(_focus: str, _path: str) -> bool:
    """No property is read as a whole."""
    return False


class Compiler:
    """Compiles shapes; `below` gives each class with those below it.

    Oxigraph looks up each value of each node by itself, which takes some ten times as long as reading all values of a
    property. So where `scans` says that nearly all of them belong to the nodes of a pattern, the query reads them all.
    """

    def __init__(self, below: Mapping[str, set[str]], scans: Callable[[str, str], bool] = never):
        self._below = below
        self._scans = scans
        self._numbers = count()

    def checks(self, shape: Shape) -> Iterator[Check]:
        """The checks of a shape with targets, those of its property shapes among them."""
        focus = " UNION ".join(f"{{ {self.target(target)} }}" for target in shape.targets)
        yield from self._checks_of(shape, focus)

    def target(self, target: Target) -> str:
        """A pattern that binds ?this to the nodes of a target."""
        if target.kind == "targetClass":
            return self._of_class("?this", target.node)
        if target.kind == "targetSubjectsOf":
            return f"?this {target.node} ?of"
        if target.kind == "targetObjectsOf":
            return f"?of {target.node} ?this"
        return f"VALUES ?this {{ {target.node} }}"

    def _checks_of(self, shape: Shape, focus: str) -> Iterator[Check]:
        values = "BIND(?this AS ?value)" if shape.path is None else f"?this {shape.path} ?value ."
        for name, parameter in shape.parameters:
            if name == "property" and isinstance(parameter, Shape):
                yield from self._checks_of(parameter, self._inner_focus(shape, focus))
            elif (scanned := self._scanned(shape, name, parameter, focus)) is not None:
                yield Check(shape, name, scanned)
            elif (expression := self._of_value(shape, name, parameter, "?value")) is not None:
                where = f"{focus} {values} FILTER(!COALESCE({expression}, false))"
                yield Check(shape, name, f"SELECT DISTINCT ?this ?value WHERE {{ {where} }}")
            elif (grouped := self._grouped(shape, name, parameter, focus)) is not None:
                yield Check(shape, name, grouped)
            elif (expression := self._of_all(shape, name, parameter, "?this")) is not None:
                yield Check(shape, name, f"SELECT DISTINCT ?this WHERE {{ {focus} FILTER(!({expression})) }}")

    def _scanned(self, shape: Shape, name: str, parameter: Parameter, focus: str) -> str | None:
        """A query that reads a property as a whole before it looks at the nodes."""
        path = shape.path
        if path is None or not path.startswith("<") or not self._scans(focus, path):
            return None
        if name == "class" and not isinstance(parameter, Shape | tuple):
            right = f"MINUS {{ {self._of_class('?value', parameter)} }}"
            return f"{_VALUES} {{ {{ SELECT DISTINCT ?this ?value {{ ?this {path} ?value {right} }} }} {{ {focus} }} }}"
        if (expression := self._of_value(shape, name, parameter, "?value")) is not None:
            wrong = f"?this {path} ?value FILTER(!COALESCE({expression}, false))"
            return f"{_VALUES} {{ {{ SELECT DISTINCT ?this ?value {{ {wrong} }} }} {{ {focus} }} }}"
        if isinstance(parameter, Shape):
            return self._scanned_qualified(shape, parameter, focus) if name == "qualifiedValueShape" else None
        return None if isinstance(parameter, tuple) else _scanned_counts(name, path, parameter, focus)

    def _scanned_qualified(self, shape: Shape, inner: Shape, focus: str) -> str:
        least, most = shape.one("qualifiedMinCount"), shape.one("qualifiedMaxCount")
        fitting = f"?this {shape.path} ?value FILTER({self.conforms(inner, '?value')})"
        wrong = []
        if isinstance(least, ox.Literal) and _number(least):
            wrong.append(f"{{ {focus} }} MINUS {{ {_counted(fitting, f'>= {_number(least)}')} }}")
        if isinstance(most, ox.Literal):
            wrong.append(f"{{ {_counted(fitting, f'> {_number(most)}')} }} {{ {focus} }}")
        return f"SELECT DISTINCT ?this {{ {' UNION '.join(f'{{ {one} }}' for one in wrong or ['FILTER(false)'])} }}"

    def _inner_focus(self, shape: Shape, focus: str) -> str:
        """A pattern for the nodes that the property shapes of a shape are about: its value nodes."""
        if shape.path is None:
            return focus
        outer = self._variable()
        return f"{{ {focus.replace('?this', outer)} }} {outer} {shape.path} ?this ."

    def _grouped(self, shape: Shape, name: str, parameter: Parameter, focus: str) -> str | None:
        """A query that counts by group, whose cost grows with the values of a node and not with their pairs."""
        if shape.path is None or isinstance(parameter, Shape | tuple):
            return None
        values = f"{{ {focus} }} ?this {shape.path} ?value"
        if name == "maxCount":
            condition = f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {_number(parameter)})"
            return f"SELECT ?this WHERE {{ {values} }} {condition}"
        if name == "minCount" and _number(parameter) > 1:
            condition = f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) < {_number(parameter)})"
            return f"SELECT ?this WHERE {{ {{ {focus} }} OPTIONAL {{ ?this {shape.path} ?value }} }} {condition}"
        if name == "uniqueLang" and _is_true(parameter):
            condition = "GROUP BY ?this ?language HAVING (COUNT(DISTINCT ?value) > 1)"
            tagged = f'{values} BIND(LANG(?value) AS ?language) FILTER(?language != "")'
            return f"SELECT DISTINCT ?this WHERE {{ {{ SELECT ?this ?language WHERE {{ {tagged} }} {condition} }} }}"
        return None

    def conforms(self, shape: Shape, node: str) -> str:
        """An expression that is true where `node` (a variable) conforms to the shape."""
        parts = ["true"]
        for name, parameter in shape.parameters:
            value = node if shape.path is None else self._variable()
            expression = self._of_value(shape, name, parameter, value)
            if expression is not None and shape.path is not None:
                expression = f"NOT EXISTS {{ {node} {shape.path} {value} FILTER(!COALESCE({expression}, false)) }}"
            elif expression is not None:
                expression = f"COALESCE({expression}, false)"
            else:
                expression = self._of_all(shape, name, parameter, node)
            parts += [expression] if expression is not None else []
        return "(" + " && ".join(parts) + ")"

    def _of_value(self, shape: Shape, name: str, parameter: Parameter, value: str) -> str | None:
        """What one value node must fulfil; None where the parameter is not about single values."""
        if isinstance(parameter, Shape):
            return self._of_shape(name, parameter, value)
        if isinstance(parameter, tuple):
            return self._of_list(name, parameter, value)
        if name == "class":
            return self._has_class(value, parameter)
        if name == "pattern":
            flags = shape.one("flags")
            more = f", {flags}" if isinstance(flags, ox.Literal) else ""
            return f"!isBlank({value}) && REGEX(STR({value}), {parameter}{more})"
        return _of_term(name, parameter, value)

    def _of_shape(self, name: str, shape: Shape, value: str) -> str | None:
        if name in {"node", "property"}:
            return self.conforms(shape, value)
        return f"!{self.conforms(shape, value)}" if name == "not" else None

    def _of_list(self, name: str, members: tuple[Term, ...] | tuple[Shape, ...], value: str) -> str | None:
        shapes = [self.conforms(one, value) for one in members if isinstance(one, Shape)]
        terms = [one for one in members if not isinstance(one, Shape)]
        if name == "or":
            return "(" + " || ".join(shapes) + ")"
        if name == "and":
            return "(" + " && ".join(shapes) + ")"
        if name == "xone":
            return "(" + " + ".join(f"IF({one}, 1, 0)" for one in shapes) + " = 1)"
        if name == "in":
            return "(" + " || ".join([f"sameTerm({value}, {one})" for one in terms] or ["false"]) + ")"
        if name == "languageIn":
            return "(" + " || ".join(f"LANGMATCHES(LANG({value}), {one})" for one in terms) + ")"
        return None

    def _of_all(self, shape: Shape, name: str, parameter: Parameter, node: str) -> str | None:
        """What all value nodes together must fulfil; None where the parameter only helps another one."""
        path = shape.path
        if name == "closed":
            return self._closed(shape, node) if _is_true(parameter) else None
        if path is None:
            return f"sameTerm({node}, {parameter})" if name == "hasValue" else None
        if isinstance(parameter, Shape):
            return self._qualified(shape, parameter, node) if name == "qualifiedValueShape" else None
        if isinstance(parameter, tuple):
            return None
        return self._of_count(name, node, path, parameter) or self._of_pair(name, node, path, parameter)

    def _of_count(self, name: str, node: str, path: str, parameter: Term) -> str | None:
        """Constraints of how many and which values there are (SHACL, sections 4.2, 4.4.5, 4.8.2)."""
        if name == "minCount":
            return f"EXISTS {{ {self._distinct(node, path, _number(parameter))} }}"
        if name == "maxCount":
            return f"NOT EXISTS {{ {self._distinct(node, path, _number(parameter) + 1)} }}"
        if name == "hasValue":
            return f"EXISTS {{ {node} {path} {parameter} }}"
        return self._unique_languages(node, path) if name == "uniqueLang" and _is_true(parameter) else None

    def _of_pair(self, name: str, node: str, path: str, other: Term) -> str | None:
        """Constraints that compare the values of two properties (SHACL, section 4.5)."""
        first, second = self._variable(), self._variable()
        if name == "equals":
            forth = f"NOT EXISTS {{ {node} {path} {first} FILTER NOT EXISTS {{ {node} {other} {first} }} }}"
            back = f"NOT EXISTS {{ {node} {other} {second} FILTER NOT EXISTS {{ {node} {path} {second} }} }}"
            return f"({forth} && {back})"
        if name == "disjoint":
            return f"NOT EXISTS {{ {node} {path} {first} . {node} {other} {first} }}"
        if name in {"lessThan", "lessThanOrEquals"}:
            sign = "<" if name == "lessThan" else "<="
            compared = f"COALESCE({first} {sign} {second}, false)"
            return f"NOT EXISTS {{ {node} {path} {first} . {node} {other} {second} FILTER(!{compared}) }}"
        return None

    def _qualified(self, shape: Shape, inner: Shape, node: str) -> str:
        least, most = shape.one("qualifiedMinCount"), shape.one("qualifiedMaxCount")
        path = shape.path or ""
        parts = []
        if isinstance(least, ox.Literal):
            parts.append(f"EXISTS {{ {self._distinct(node, path, _number(least), inner)} }}")
        if isinstance(most, ox.Literal):
            parts.append(f"NOT EXISTS {{ {self._distinct(node, path, _number(most) + 1, inner)} }}")
        return "(" + " && ".join(parts or ["true"]) + ")"

    def _distinct(self, node: str, path: str, number: int, inner: Shape | None = None) -> str:
        """A pattern that fits where the path has at least so many values (that conform to `inner`)."""
        if number > MOST:
            raise Unsupported(f"a count of {number}")
        variables = [self._variable() for _ in range(number)]
        pattern = " ".join(f"{node} {path} {variable} ." for variable in variables)
        filters = [f"FILTER(!sameTerm({one}, {other}))" for one, other in combinations(variables, 2)]
        if inner is not None:
            filters += [f"FILTER({self.conforms(inner, variable)})" for variable in variables]
        return " ".join([pattern, *filters])

    def _unique_languages(self, node: str, path: str) -> str:
        one, other = self._variable(), self._variable()
        same = f'LANG({one}) != "" && LANG({one}) = LANG({other}) && !sameTerm({one}, {other})'
        return f"NOT EXISTS {{ {node} {path} {one} . {node} {path} {other} FILTER({same}) }}"

    def _closed(self, shape: Shape, node: str) -> str:
        ignored = shape.one("ignoredProperties")
        allowed = [str(one) for one in ignored if not isinstance(one, Shape)] if isinstance(ignored, tuple) else []
        allowed += [one.path for one in shape.all("property") if isinstance(one, Shape) and one.path]
        predicate, value = self._variable(), self._variable()
        return f"NOT EXISTS {{ {node} {predicate} {value} FILTER({predicate} NOT IN ({', '.join(allowed)})) }}"

    def _of_class(self, variable: str, name: Term) -> str:
        classes = sorted({name.value, *self._below.get(name.value, ())})
        if len(classes) == 1:
            return f"{variable} <{RDF}type> {name}"
        listed = " ".join(f"<{one}>" for one in classes)
        kind = self._variable()
        return f"VALUES {kind} {{ {listed} }} {variable} <{RDF}type> {kind}"

    def _has_class(self, value: str, name: Term) -> str:
        classes = sorted({name.value, *self._below.get(name.value, ())})
        return "(" + " || ".join(f"EXISTS {{ {value} <{RDF}type> <{one}> }}" for one in classes) + ")"

    def _variable(self) -> str:
        return f"?v{next(self._numbers)}"


_VALUES = "SELECT DISTINCT ?this ?value"


def _scanned_counts(name: str, path: str, parameter: Term, focus: str) -> str | None:
    """Constraints of how many and which values there are; the triples of a graph are distinct, and so are values."""
    values = f"?this {path} ?value"
    if name == "minCount":
        enough = values if _number(parameter) == 1 else _counted(values, f">= {_number(parameter)}")
        return f"SELECT DISTINCT ?this {{ {{ {focus} }} MINUS {{ {enough} }} }}" if _number(parameter) else None
    if name == "maxCount":
        return f"SELECT DISTINCT ?this {{ {{ {_counted(values, f'> {_number(parameter)}')} }} {{ {focus} }} }}"
    if name == "hasValue":
        return f"SELECT DISTINCT ?this {{ {{ {focus} }} MINUS {{ ?this {path} {parameter} }} }}"
    if name == "uniqueLang" and _is_true(parameter):
        tagged = f'{values} BIND(LANG(?value) AS ?language) FILTER(?language != "")'
        several = f"SELECT DISTINCT ?this {{ {tagged} }} GROUP BY ?this ?language HAVING (COUNT(*) > 1)"
        return f"SELECT DISTINCT ?this {{ {{ {several} }} {{ {focus} }} }}"
    return None


def _counted(values: str, condition: str) -> str:
    """A subquery for the nodes with a number of values."""
    return f"SELECT ?this {{ {values} }} GROUP BY ?this HAVING (COUNT(*) {condition})"


def _of_term(name: str, parameter: Term, value: str) -> str | None:
    """Constraints of a value that need nothing but the value."""
    if name in COMPARISONS:
        return f"{value} {COMPARISONS[name]} {parameter}"
    if name in LENGTHS:
        return f"!isBlank({value}) && STRLEN(STR({value})) {LENGTHS[name]} {_number(parameter)}"
    if name == "datatype":
        return _of_datatype(value, parameter.value)
    return NODE_KINDS[parameter.value.rpartition("#")[2]].format(value) if name == "nodeKind" else None


def _of_datatype(value: str, datatype: str) -> str:
    """The datatype, and for those that Oxigraph knows a lexical form that fits it (SHACL, section 4.1.2)."""
    same = f"isLiteral({value}) && DATATYPE({value}) = <{datatype}>"
    if datatype in NUMERIC:
        return f"{same} && isNumeric({value})"
    if datatype in CASTABLE:
        return f"{same} && BOUND({value}) && STRLEN(STR(<{datatype}>(STR({value})))) > 0"
    return same


def _is_true(parameter: Parameter) -> bool:
    return isinstance(parameter, ox.Literal) and parameter.value == "true"


def _number(parameter: Parameter) -> int:
    if not isinstance(parameter, ox.Literal):
        raise Unsupported("a count that is no number")
    return int(parameter.value)
