"""YARRRML text -> `Mapping`: the core of the specification (https://rml.io/yarrrml/spec/), the same values as from RML.

Read are prefixes, base, sources, mappings with subjects, predicate-objects and graphs, templates $(column), ~iri and
~lang, datatypes, languages, and joins by the function equal. Anything else (functions, conditions, targets, external
references) is refused by name, never left out.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from itertools import product
from typing import TypeAlias

from kg.errors import MappingError, did_you_mean
from kg.mapping.addresses import AddressError, address, is_address
from kg.mapping.template import Column, Parts
from kg.mapping.triples_maps import (
    IRI_TYPES,
    LogicalSource,
    Mapping,
    ParentMap,
    PredicateObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)

SUFFIXES = frozenset({".yml", ".yaml"})

Yaml: TypeAlias = "str | list[Yaml] | dict[str, Yaml] | None"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = {
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
}
"""What need not be declared."""

FORMULATIONS = {"csv": "CSV", "jsonpath": "JSONPath", "sql": "SQLQuery"}
TYPES = {"iri": TermType.IRI, "literal": TermType.LITERAL, "blank": TermType.BLANK_NODE}

_KEYS = {
    "mapping": {
        **dict.fromkeys(("sources", "source"), "sources"),
        **dict.fromkeys(("subjects", "subject", "s"), "subjects"),
        **dict.fromkeys(("predicateobjects", "predicateobject", "po"), "predicateobjects"),
        **dict.fromkeys(("graphs", "graph", "g"), "graphs"),
        **dict.fromkeys(("classes", "class"), "classes"),
    },
    "predicate-object": {
        **dict.fromkeys(("predicates", "predicate", "p"), "predicates"),
        **dict.fromkeys(("objects", "object", "o"), "objects"),
        **dict.fromkeys(("graphs", "graph", "g"), "graphs"),
    },
    "object": {
        **dict.fromkeys(("value", "v"), "value"),
        **{key: key for key in ("datatype", "language", "type", "mapping")},
        **dict.fromkeys(("condition", "conditions"), "conditions"),
    },
    "source": {
        key: key
        for key in ("access", "type", "credentials", "query", "queryFormulation", "referenceFormulation", "iterator")
    },
    "join condition": {key: key for key in ("function", "parameters")} | {"f": "function", "pms": "parameters"},
    "file": {
        "prefixes": "prefixes",
        "base": "base",
        "sources": "sources",
        "authors": "authors",
        **dict.fromkeys(("mappings", "mapping", "m"), "mappings"),
    },
}
"""What may stand in each part, short forms and long ones."""

_REFERENCE = re.compile(r"\$\(((?:\\.|[^()\\]|\([^()]*\))+)\)")
_PREFIXED = re.compile(r"([A-Za-z][\w.\-]*|):((?!//).*)", re.DOTALL)
_SCHEMES = frozenset(
    {"http", "https", "urn", "mailto", "tag", "file", "ftp", "data", "tel", "info", "doi", "geo", "did"}
)


def parse(text: str, *, file: str, base: str) -> Mapping:
    """Return what a mapping in YARRRML says; relative IRIs are resolved against `base`. Raises MappingError."""
    return _Reader(_yaml(text, file), file, base).mapping()


def _yaml(text: str, file: str) -> Yaml:
    """Return the content of YAML, every scalar as text: neither `no` nor 1.50 is anything else in a mapping."""
    import yaml

    class Loader(yaml.BaseLoader):
        """Refuses a key that stands twice, of which YAML would keep the last one."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
            keys = [key.value for key, _ in node.value]
            twice = [key for key in keys if keys.count(key) > 1]
            if twice:
                line = node.start_mark.line + 1
                raise MappingError(f"{twice[0]!r} stands twice in one place", file=file, line=line, value=str(twice[0]))
            return super().construct_mapping(node, deep)

    try:
        content: Yaml = yaml.load(text, Loader)  # noqa: S506  # BaseLoader makes nothing but text, lists and dicts
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise MappingError(f"not valid YAML: {error.problem}", file=file, line=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise MappingError(f"not valid YAML: {str(error).partition(chr(10))[0]}", file=file) from error
    return content


class _Reader:
    """Reads one file."""

    def __init__(self, content: Yaml, file: str, base: str) -> None:
        self.file, self.current = file, ""
        self.top = self.section(content, "file")
        self.base = self.text(self.top.get("base", base), "base")
        declared = self.dictionary(self.top.get("prefixes", {}), "prefixes")
        self.prefixes = PREFIXES | {name: self.text(iri, "a prefix") for name, iri in declared.items()}
        self.sources = self.dictionary(self.top.get("sources", {}), "sources")
        self.mappings = {
            name: self.section(content, "mapping", name)
            for name, content in self.dictionary(self.top.get("mappings", {}), "mappings").items()
        }

    def mapping(self) -> Mapping:
        """Return the mapping; a file without mappings is an error."""
        if not self.mappings:
            raise self.error("no mapping: nothing stands under mappings")
        return Mapping(self.file, tuple(each for name in self.mappings for each in self.triples_maps(name)))

    def triples_maps(self, name: str) -> Iterator[TriplesMap]:
        """Yield a triples map for each source and subject of a mapping."""
        self.current = name
        content = self.mappings[name]
        graphs = tuple(self.iri(each, "a graph") for each in _each(content.get("graphs")))
        classes = tuple(self.constant_iri(each, "a class") for each in _each(content.get("classes")))
        poms = tuple(self.predicate_object(each) for each in _items(content.get("predicateobjects")))
        for title, (source, subject) in zip(self.names(name), self.starts(name), strict=True):
            yield TriplesMap(title, self.source(source), self.base, self.subject(subject), classes, graphs, poms)

    def starts(self, name: str) -> list[tuple[Yaml, Yaml]]:
        """Return every source with every subject of a mapping; one without a subject makes blank nodes."""
        content = self.mappings[name]
        sources = _each(content.get("sources"))
        if not sources:
            raise self.error("has no source")
        return list(product(sources, _each(content.get("subjects")) or [None]))

    def names(self, name: str) -> list[str]:
        """Return the names of the triples maps of a mapping."""
        several = len(self.starts(name)) > 1
        return [f"{name} ({i})" if several else name for i in range(1, len(self.starts(name)) + 1)]

    def source(self, content: Yaml) -> LogicalSource:
        """Return a source: its name, a list [access~formulation, iterator], or all of it by keys."""
        if isinstance(content, str):
            known = self.sources.get(content)
            return self.source([content]) if known is None else self.source(known)
        if isinstance(content, list):
            access, mark, formulation = self.text(content[0] if content else None, "a source").partition("~")
            iterator = self.text(content[1], "an iterator") if len(content) > 1 else None
            return self.logical_source(access, formulation if mark else "csv", iterator)
        given = self.section(content, "source")
        access, kind = self.text(given.get("access"), "access"), self.text(given.get("type", "localfile"), "type")
        formulation = self.text(given.get("referenceFormulation", "csv"), "referenceFormulation")
        iterator = None if "iterator" not in given else self.text(given["iterator"], "iterator")
        if "query" in given or kind in {"postgresql", "mysql", "mariadb"}:
            return self.database(given, access, kind, iterator)
        if kind not in {"localfile", "file"}:
            raise self.error(f"a source of type {kind!r} is not read; there are localfile, postgresql and mysql")
        return self.logical_source(access, formulation, iterator)

    def logical_source(self, access: str, formulation: str, iterator: str | None) -> LogicalSource:
        found = FORMULATIONS.get(formulation.lower())
        if found is None:
            raise self.error(
                f"the reference formulation {formulation!r} is not read; there are {', '.join(FORMULATIONS)}"
            )
        return LogicalSource(self.address(access) if is_address(access) else access, found, iterator)

    def database(self, given: Dict[str, Yaml], access: str, kind: str, iterator: str | None) -> LogicalSource:
        """Return a database: its address or host and name, credentials, and a query or a table."""
        credentials = self.dictionary(given.get("credentials", {}), "credentials")
        user, password = (
            None if one not in credentials else self.text(credentials[one], one) for one in ("username", "password")
        )
        if is_address(access) or kind in {"postgresql", "mysql", "mariadb"}:
            place = access if is_address(access) else f"{kind}://{access.partition('://')[2] or access}"
            access = self.address(place, user, password)
        query = None if "query" not in given else self.text(given["query"], "query")
        return LogicalSource(access, "SQLTable" if query is None else "SQLQuery", query or iterator)

    def address(self, access: str, user: str | None = None, password: str | None = None) -> str:
        try:
            return address(access, user, password)
        except AddressError as err:
            raise self.error(f"its source: {err}") from None

    def subject(self, content: Yaml) -> TermMap:
        """Return a subject; none, or null, is a fresh blank node a row."""
        if content in (None, "", "null", "~"):
            return TermMap(None, TermType.BLANK_NODE)
        return self.iri(content, "a subject")

    def predicate_object(self, content: Yaml) -> PredicateObjectMap:
        """Return a predicate-object map: a list [predicates, objects, datatype or language], or all of it by keys."""
        graphs: tuple[TermMap, ...] = ()
        if isinstance(content, list):
            if not 2 <= len(content) <= 3:  # noqa: PLR2004  # predicates, objects, and what these are
                raise self.error("has a predicate-object list that is not [predicates, objects] or [..., datatype]")
            predicates, objects, more = content[0], content[1], content[2:]
        else:
            given = self.section(content, "predicate-object")
            if "predicates" not in given or "objects" not in given:
                raise self.error(
                    f"has a predicate-object without {'an object' if 'predicates' in given else 'a predicate'}"
                )
            predicates, objects, more = given["predicates"], given["objects"], []
            graphs = tuple(self.iri(each, "a graph") for each in _each(given.get("graphs")))
        made = tuple(self.predicate(each) for each in _each(predicates))
        of_class = any(each.parts == (RDF + "type",) for each in made)
        if of_class and len(made) > 1:
            raise self.error("has a predicate-object with `a` beside other predicates; write two")
        found = [one for each in self.object_items(objects) for one in self.object(each, more, of_class=of_class)]
        return PredicateObjectMap(made, tuple(found), graphs)

    def predicate(self, content: Yaml) -> TermMap:
        return (
            TermMap((RDF + "type",), TermType.IRI, reference=True)
            if content == "a"
            else self.iri(content, "a predicate")
        )

    def object_items(self, content: Yaml) -> list[Yaml]:
        """Return the objects: one, or a list of them; [value, datatype] inside a list is one as well."""
        return content if isinstance(content, list) else [content]

    def object(self, content: Yaml, more: list[Yaml], *, of_class: bool) -> Iterator[TermMap | ParentMap]:
        """Yield an object map, of a join one a parent; `more` is the datatype or language of a short form."""
        if isinstance(content, list):
            items: list[Yaml] = content
            content, more = (items[0] if items else None), items[1:]
        if not isinstance(content, dict):
            yield self.term(self.text(content, "an object"), more, of_class=of_class)
            return
        given = self.section(content, "object")
        if "mapping" in given:
            yield from self.join(given)
            return
        if "conditions" in given:
            raise self.error("has a condition on an object, which is not read; only joins of mappings have one")
        kind = self.text(given.get("type", "iri" if of_class else "literal"), "type")
        if kind not in TYPES:
            raise self.error(f"has an object of type {kind!r}; there are {', '.join(TYPES)}")
        stated = [given["datatype"]] if "datatype" in given else []
        stated += [f"{self.text(given['language'], 'language')}~lang"] if "language" in given else []
        yield self.term(self.text(given.get("value"), "an object"), stated, kind=TYPES[kind])

    def term(
        self, value: str, more: list[Yaml], *, of_class: bool = False, kind: TermType = TermType.LITERAL
    ) -> TermMap:
        """Return an object of a value: ~iri makes it an IRI, ~lang gives a language."""
        if len(more) > 1:
            raise self.error("has an object with more than one datatype or language; a literal has one of them")
        if value.endswith("~iri") or of_class or kind in IRI_TYPES:
            if more:
                raise self.error("has an IRI with a datatype or a language; only a literal has one")
            return self.iri(value, "an object")
        if kind is TermType.BLANK_NODE or value.startswith("_:"):
            return self.blank(value)
        parts = self.parts(value)
        stated = self.text(more[0], "a datatype") if more else ""
        language = datatype = None
        if stated.endswith("~lang"):
            tag = self.parts(stated.removesuffix("~lang"))
            language = TermMap(tag, TermType.LITERAL, _is_single(tag))
        elif stated:
            datatype = self.iri(stated, "a datatype")
        return TermMap(parts, TermType.LITERAL, _is_single(parts), language, datatype)

    def join(self, given: Dict[str, Yaml]) -> Iterator[ParentMap]:
        """Yield the parents of a join: the subjects of another mapping, where values are equal."""
        name = self.text(given["mapping"], "mapping")
        if name not in self.mappings:
            hint = did_you_mean(name, self.mappings)
            raise self.error(f"joins {name!r}, which is no mapping{hint}", value=name)
        conditions = tuple(self.condition(each) for each in _items(given.get("conditions")))
        yield from (ParentMap(title, conditions) for title in self.names(name))

    def condition(self, content: Yaml) -> tuple[Parts, Parts]:
        """Return the values (of the child, of the parent) that a join compares."""
        given = self.section(content, "join condition")
        function = self.text(given.get("function"), "function")
        if function.rpartition(":")[2].rpartition("#")[2].lower() != "equal":
            raise self.error(f"the function {function!r} is not read; joins compare by equal")
        sides: dict[str, Parts] = {}
        for each in _items(given.get("parameters")):
            name, value, *more = self.parameter(each)
            sides[more[0][:1] if more else "o" if name.endswith("2") else "s"] = self.parts(value)
        if set(sides) != {"s", "o"}:
            raise self.error("has a join condition without str1 (of this mapping) and str2 (of the other)")
        return sides["s"], sides["o"]

    def parameter(self, content: Yaml) -> list[str]:
        """Return the name and the value of a join's parameter, and the side it is of if that is stated."""
        items: Yaml = content
        if isinstance(content, dict):
            items = [content[key] for key in ("parameter", "value", "from") if key in content]
        if not isinstance(items, list) or not 2 <= len(items) <= 3:  # noqa: PLR2004  # name, value, side
            raise self.error("has a join parameter that is not [str1, value] or [str1, value, s]")
        return [self.text(each, "a parameter") for each in items]

    def iri(self, content: Yaml, what: str) -> TermMap:
        """Return an IRI map: a prefixed name, an IRI, a reference or a template; `_:` begins a blank node."""
        value = self.text(content, what).removesuffix("~iri")
        if value.startswith("_:"):
            return self.blank(value)
        parts = self.parts(self.expanded(value.removeprefix("<").removesuffix(">"), what))
        return TermMap(parts, TermType.IRI, _is_single(parts))

    def blank(self, value: str) -> TermMap:
        parts = self.parts(value.removeprefix("_:"))
        return TermMap(parts, TermType.BLANK_NODE, _is_single(parts))

    def constant_iri(self, content: Yaml, what: str) -> str:
        parts = self.iri(content, what).parts or ()
        if len(parts) != 1 or not isinstance(parts[0], str):
            raise self.error(
                f"{what} is a constant IRI, not {content!r}; a type from the data is a predicate-object with `a`"
            )
        return parts[0]

    def expanded(self, value: str, what: str) -> str:
        """Return a prefixed name as an IRI; a prefix that is not declared is an error, not a scheme."""
        found = _PREFIXED.fullmatch(value)
        if found is None or value.startswith("$("):
            return value
        if found[1] in self.prefixes:
            return self.prefixes[found[1]] + found[2]
        if found[1].lower() in _SCHEMES:
            return value
        raise self.error(f"{what} {value!r} has the prefix {found[1]!r}, which is not declared", value=value)

    def parts(self, value: str) -> Parts:
        r"""Return the constant texts and columns of a value; in a reference a backslash keeps the next sign."""
        found: list[str | Column] = []
        position = 0
        for reference in _REFERENCE.finditer(value):
            found += [value[position : reference.start()], Column(re.sub(r"\\(.)", r"\1", reference[1]))]
            position = reference.end()
        found.append(value[position:])
        kept = tuple(part for part in found if part)
        if any(isinstance(part, str) and "$(" in part for part in kept):
            raise self.error(f"{value!r} has a reference $( that is never closed", value=value)
        return kept or ("",)

    def section(self, content: Yaml, kind: str, name: str = "") -> dict[str, Yaml]:
        """Return a dictionary by its long keys; one that is not known is refused."""
        self.current = name or self.current
        known, found = _KEYS[kind], {}
        for key, value in self.dictionary(content, kind).items():
            if key not in known:
                hint = did_you_mean(key, known)
                raise self.error(f"{key!r} in a {kind} is not read here{hint}", value=key)
            if known[key] in found:
                raise self.error(f"has {known[key]} twice, as {key!r} too", value=key)
            found[known[key]] = value
        return found

    def dictionary(self, content: Yaml, what: str) -> dict[str, Yaml]:
        if content in (None, ""):
            return {}
        if not isinstance(content, dict):
            raise self.error(f"{what} must be keys with values")
        return content

    def text(self, content: Yaml, what: str) -> str:
        if not isinstance(content, str):
            given = (
                "a function"
                if isinstance(content, dict) and {"function", "f", "fn"} & set(content)
                else "nothing of the kind"
            )
            raise self.error(f"{what} must be a text; {given if content is not None else 'nothing'} stands there")
        return content

    def error(self, reason: str, *, value: str | None = None) -> MappingError:
        """Return an error that names the mapping."""
        place = f"mapping {self.current}: " if self.current else ""
        return MappingError(place + reason, file=self.file, value=value)


def _is_single(parts: Parts) -> bool:
    """Return whether a value is one reference or one constant: no template, whose columns are made safe for IRIs."""
    return len(parts) == 1


def _each(content: Yaml) -> list[Yaml]:
    """Return one or several values as a list; a list whose first is `x~csv` is one source."""
    if content in (None, ""):
        return []
    return content if isinstance(content, list) else [content]


def _items(content: Yaml) -> Iterable[Yaml]:
    """Return the items of a list, or one by keys."""
    return [] if content in (None, "") else content if isinstance(content, list) else [content]
