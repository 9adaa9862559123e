"""The serialisations of a release: written from its masters, so that lexical forms stay as they are in the data."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export.content import Content
from kg.model import Problem
from kg.store.entities import local_name
from kg.vocabulary import SKOS, TYPE

if TYPE_CHECKING:
    import rdflib

XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML 1.0 document may hold, not even escaped (https://www.w3.org/TR/xml/#charsets)."""

_PREFIX = re.compile(r"(?!xml)[a-z][a-z0-9_-]*", re.IGNORECASE)
"""Prefixes that every syntax takes: NCNames in ASCII; XML keeps the names beginning with "xml" to itself."""

_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_QNAME_END = re.compile(rf"[{_NAME_START}][-.0-9\u00b7\u0300-\u036f\u203f-\u2040{_NAME_START}]*\Z")
"""The end of a predicate that RDF/XML can write as an element name (https://www.w3.org/TR/xml-names/#NT-NCName)."""

_LOCAL = re.compile(r"[^\W\d][\w-]*")
"""Local names that a prefixed name holds without escapes; rdflib misreads some escapes, such as a final `\\.`."""

_HEADER = re.compile(rb"\A(?:@[^\n]*\n)+")
"""The base and the prefixes; they are written in full instead, because Oxigraph makes them relative to the base."""

_BLOCK_END = re.compile(rb" \.\n(?=[^\s}])")
"""The end of a subject's statements outside named graphs: written literals never hold a line break."""

_STRING_OR_HOST = re.compile(rb'("(?:[^"\\]|\\.)*")|<//')

CONCEPT_SCHEME = ox.NamedNode(SKOS + "ConceptScheme")
XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")


def write_turtle(content: Content, target: Path) -> list[Problem]:
    """Writes the default graph, one paragraph a subject."""
    return _write_turtle(content, content.triples, target)


def write_provenance(content: Content, target: Path) -> list[Problem]:
    """Writes the claims as Turtle: one node a statement and source."""
    return _write_turtle(content, content.provenance, target)


def write_trig(content: Content, target: Path) -> list[Problem]:
    """Writes all graphs: the facts, the ontology, the claims, and once more the facts of each source."""
    base, prefixes = content.manifest.base, content.prefixes
    write_blocks(content.quads, target, ox.RdfFormat.TRIG, base=base, prefixes=prefixes)
    return []


def write_ontology(content: Content, target: Path) -> list[Problem]:
    """Writes the ontology by rdflib, which nests lists and nodes without a name instead of numbering them."""
    prefixes = _safe_prefixes(content.prefixes, content.ontology)
    # rdflib names the namespaces of properties itself where it has to, in an order that it takes from hashes.
    used = {triple.predicate.value.removesuffix(local_name(triple.predicate.value)) for triple in content.ontology}
    unknown = sorted(used - set(prefixes.values()))
    graph = _rdflib_graph(content.ontology, prefixes | {f"ns{n}": iri for n, iri in enumerate(unknown, 1)})
    graph.serialize(target, format="turtle", encoding="utf-8")
    return []


def write_schemes(content: Content, target: Path) -> list[Problem]:
    """Writes the concept schemes with their concepts and mappings (SKOS); no file where there is no scheme.

    They are all that stands under the first part of a scheme's IRI: sector/scheme/x, sector/field/y, sector/mapping/z.
    """
    base = content.manifest.base
    schemes = [str(one.subject) for one in content.triples if one.predicate == TYPE and one.object == CONCEPT_SCHEME]
    parts = tuple({f"<{base}{iri.removeprefix(f'<{base}').split('/')[0]}/" for iri in schemes})
    triples = [one for one in content.triples if parts and str(one.subject).startswith(parts)]
    return _write_turtle(content, triples, target) if triples else []


def write_jsonld(content: Content, target: Path) -> list[Problem]:
    """Writes the default graph, one line an entity, with short names for properties and classes."""
    prefixes = _jsonld_prefixes(content)
    names = _Names(prefixes)
    context = json.dumps(prefixes, ensure_ascii=False)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"@context": {context},\n"@graph": [')
        separator = "\n"
        for subject, triples in groupby(content.triples, lambda triple: triple.subject):
            node = json.dumps(_jsonld_node(subject, triples, names), ensure_ascii=False)
            out.write(separator + node)
            separator = ",\n"
        out.write("\n]}\n")
    return []


def write_rdfxml(content: Content, target: Path) -> list[Problem]:
    """Writes the default graph as RDF/XML, or nothing and one Problem for each statement that XML cannot hold."""
    problems = [problem for triple in content.triples for problem in _xml_problems(triple, target.name)]
    if problems:
        return problems
    prefixes = _safe_prefixes(content.prefixes, content.triples)
    text = _serialize(content.triples, ox.RdfFormat.RDF_XML, prefixes=prefixes)
    # A reader of XML takes a bare CR for a line break (https://www.w3.org/TR/xml/#sec-line-ends).
    target.write_bytes(text.replace(b"\r", b"&#xD;"))
    return []


def write_blocks(
    statements: Sequence[ox.Triple | ox.Quad],
    target: Path,
    syntax: ox.RdfFormat,
    *,
    base: str,
    prefixes: Mapping[str, str],
) -> None:
    """Writes Turtle or TriG: the header in full, then a blank line before each block."""
    safe = _safe_prefixes(prefixes, statements)
    header = f"@base <{base}> .\n" + prefix_lines(safe)
    target.write_bytes(header.encode() + b"\n" + blocks(statements, syntax, base=base, prefixes=safe))


def prefix_lines(prefixes: Mapping[str, str]) -> str:
    """The declarations of Turtle."""
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())


def blocks(
    statements: Iterable[ox.Triple | ox.Quad], syntax: ox.RdfFormat, *, base: str, prefixes: Mapping[str, str]
) -> bytes:
    """Turtle or TriG without its header, IRIs relative to `base`, a blank line between subjects and graphs."""
    text = _serialize(statements, syntax, prefixes=prefixes, base_iri=base)
    body = _HEADER.sub(b"", text).replace(b"\n}\n", b"\n}\n\n")
    return _with_schemes(_BLOCK_END.sub(b" .\n\n", body), base.partition(":")[0])


def _with_schemes(text: bytes, scheme: str) -> bytes:
    """IRIs of other hosts in full: Oxigraph cuts the scheme off, which is valid and read by few as an address."""
    if b"<//" not in text:
        return text
    return _STRING_OR_HOST.sub(lambda found: found[1] or f"<{scheme}://".encode(), text)


def _write_turtle(content: Content, triples: Sequence[ox.Triple], target: Path) -> list[Problem]:
    base, prefixes = content.manifest.base, content.prefixes
    write_blocks(triples, target, ox.RdfFormat.TURTLE, base=base, prefixes=prefixes)
    return []


def _serialize(
    statements: Iterable[ox.Triple | ox.Quad],
    syntax: ox.RdfFormat,
    *,
    prefixes: Mapping[str, str],
    base_iri: str | None = None,
) -> bytes:
    out = BytesIO()
    ox.serialize(statements, out, syntax, prefixes=dict(prefixes), base_iri=base_iri)  # type: ignore[arg-type]  # the stub asks for one kind or the other
    return out.getvalue()


def _safe_prefixes(prefixes: Mapping[str, str], statements: Iterable[ox.Triple | ox.Quad]) -> dict[str, str]:
    """Prefixes that every reader expands rightly in these statements."""
    iris = {iri for statement in statements for iri in _iris(statement)}
    difficult = [iri for iri in iris if iri.endswith(".")]
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if _PREFIX.fullmatch(prefix) and not any(iri.startswith(namespace) for iri in difficult)
    }


def _iris(statement: ox.Triple | ox.Quad) -> Iterator[str]:
    yield statement.predicate.value
    for term in (statement.subject, statement.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _jsonld_prefixes(content: Content) -> dict[str, str]:
    """Prefixes that JSON-LD 1.1 expands: they end in a delimiter, and no IRI of the data uses one as its scheme."""
    schemes = {iri.partition(":")[0].casefold() for triple in content.triples for iri in _iris(triple)}
    return {
        prefix: namespace
        for prefix, namespace in content.prefixes.items()
        if _PREFIX.fullmatch(prefix) and namespace.endswith(("#", "/", ":", "?")) and prefix.casefold() not in schemes
    }


class _Names(dict[str, str]):
    """Compact IRIs of terms, made once for each; a term whose local name is not plain keeps its whole IRI."""

    def __init__(self, prefixes: Mapping[str, str]):
        super().__init__()
        self._by_namespace = {iri: prefix for prefix, iri in prefixes.items()}

    def __missing__(self, iri: str) -> str:
        name = local_name(iri)
        prefix = self._by_namespace.get(iri.removesuffix(name))
        self[iri] = f"{prefix}:{name}" if prefix is not None and _LOCAL.fullmatch(name) else iri
        return self[iri]


def _jsonld_node(subject: object, triples: Iterable[ox.Triple], names: _Names) -> dict[str, object]:
    values: dict[str, list[object]] = {}
    for triple in triples:
        if triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode):
            values.setdefault("@type", []).append(names[triple.object.value])
        else:
            values.setdefault(names[triple.predicate.value], []).append(_jsonld_value(triple.object))
    single = {name: found[0] if len(found) == 1 else found for name, found in values.items()}
    return {"@id": _jsonld_id(subject)} | single


def _jsonld_value(term: object) -> object:
    if not isinstance(term, ox.Literal):
        return {"@id": _jsonld_id(term)}
    if term.language is not None:
        return {"@language": term.language, "@value": term.value}
    if term.datatype == XSD_STRING:
        return term.value
    return {"@type": term.datatype.value, "@value": term.value}


def _jsonld_id(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _xml_problems(triple: ox.Triple, file: str) -> Iterator[Problem]:
    if not _QNAME_END.search(triple.predicate.value):
        yield Problem(
            "export", file, None, triple.predicate.value, "RDF/XML cannot name this property; the file was left out"
        )
    if isinstance(triple.object, ox.Literal) and (found := XML_FORBIDDEN.search(triple.object.value)):
        reason = f"XML cannot hold the character U+{ord(found[0]):04X} ({triple.subject}); the file was left out"
        yield Problem("export", file, None, triple.object.value, reason)


def _rdflib_graph(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> "rdflib.Graph":
    import rdflib  # a quarter of a second that no other format needs

    def term(value: object) -> "rdflib.URIRef | rdflib.BNode | rdflib.Literal":
        if isinstance(value, ox.NamedNode):
            return rdflib.URIRef(value.value)
        if not isinstance(value, ox.Literal):
            return rdflib.BNode(str(value).removeprefix("_:"))
        if value.language is not None:
            return rdflib.Literal(value.value, lang=value.language)
        datatype = None if value.datatype == XSD_STRING else rdflib.URIRef(value.datatype.value)
        return rdflib.Literal(value.value, datatype=datatype, normalize=False)

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph
