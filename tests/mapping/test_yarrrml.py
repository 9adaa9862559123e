"""YARRRML gives the same values as RML; what is not read of it is refused in words."""

from pathlib import Path

import pytest

from kg.errors import MappingError
from kg.mapping import rml
from kg.mapping.triples_maps import LogicalSource, TriplesMap
from kg.mapping.yarrrml import parse
from kg.pipeline.mapfile import map_file
from tests.mapping.support import BASE, PREFIXES

HEAD = "prefixes: {ex: 'http://example.com/'}\nmappings:\n  m:\n    source: t.csv\n    s: ex:$(id)\n"


def said(each: TriplesMap) -> list[object]:
    """Return the predicate-object maps, in no order inside."""
    return [(set(pom.predicates), set(pom.objects), set(pom.graphs)) for pom in each.predicate_objects]


@pytest.mark.parametrize(
    ("po", "turtle"),
    [
        ("[ex:p, $(a)]", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ]'),
        ("[ex:p, x]", 'rml:predicate ex:p ; rml:object "x"'),
        ("[ex:p, ex:x~iri]", "rml:predicate ex:p ; rml:object ex:x"),
        ("[a, ex:C]", "rml:predicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ; rml:object ex:C"),
        ("[ex:p, '$(a) $(b)']",
         'rml:predicate ex:p ; rml:objectMap [ rml:template "{a} {b}" ; rml:termType rml:Literal ]'),
        ("[ex:p, ex:$(a)~iri]", 'rml:predicate ex:p ; rml:objectMap [ rml:template "http://example.com/{a}" ]'),
        ("[ex:p, $(a)~iri]", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:termType rml:IRI ]'),
        ("[ex:p, $(a), en~lang]", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:language "en" ]'),
        ("[ex:p, $(a), $(l)~lang]",
         'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:languageMap [ rml:reference "l" ] ]'),
        ("[ex:p, $(a), xsd:date]", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:datatype xsd:date ]'),
        ("[[ex:p, ex:q], [$(a), y]]",
         'rml:predicate ex:p, ex:q ; rml:objectMap [ rml:reference "a" ], [ rml:constant "y" ]'),
        ("{p: ex:p, o: {value: $(a), type: iri}, g: ex:g}",
         'rml:predicate ex:p ; rml:graph ex:g ; rml:objectMap [ rml:reference "a" ; rml:termType rml:IRI ]'),
        ("{predicates: ex:p, objects: {v: $(a), type: blank}}",
         'rml:predicate ex:p ; rml:objectMap [ rml:reference "a" ; rml:termType rml:BlankNode ]'),
        (r"[ex:p, '$(a\)b)']", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "a)b" ]'),
        ("[ex:p, '$(f(a))']", 'rml:predicate ex:p ; rml:objectMap [ rml:reference "f(a)" ]'),
    ],
)  # fmt: skip
def test_the_same_as_rml(po: str, turtle: str) -> None:
    source = 'rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ]'
    subject = 'rml:subjectMap [ rml:template "http://example.com/{id}" ]'
    text = f"{PREFIXES}<#m> {source} ; {subject} ; rml:predicateObjectMap [ {turtle} ] ."
    expected = rml.parse(text, file="m.yml", base=BASE)
    found = parse(f"{HEAD}    po: [{po}]\n", file="m.yml", base=BASE)
    one, other = found.triples_maps[0], expected.triples_maps[0]
    assert (one.subject, one.source, one.graphs, one.classes) == (
        other.subject,
        other.source,
        other.graphs,
        other.classes,
    )
    assert said(one) == said(other)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("t.csv", [LogicalSource("t.csv", "CSV")]),
        ("[t.csv~csv, u.csv]", [LogicalSource("t.csv", "CSV"), LogicalSource("u.csv", "CSV")]),
        ("[['d.json~jsonpath', '$.a[*]']]", [LogicalSource("d.json", "JSONPath", "$.a[*]")]),
        ("{access: d.json, referenceFormulation: jsonpath, iterator: '$[*]'}",
         [LogicalSource("d.json", "JSONPath", "$[*]")]),
        ("{access: 'http://h:5/db', type: postgresql, credentials: {username: u, password: '${PW}'}, query: SELECT 1}",
         [LogicalSource("postgresql://u:${PW}@h:5/db", "SQLQuery", "SELECT 1")]),
        ("{access: 'mysql://h/db', iterator: t}", [LogicalSource("mysql://h/db", "CSV", "t")]),
    ],
)  # fmt: skip
def test_sources(source: str, expected: list[LogicalSource]) -> None:
    text = f"mappings:\n  m:\n    sources: {source}\n    s: http://example.com/$(id)\n"
    assert list(parse(text, file="m.yml", base=BASE).sources) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.yml: no mapping: nothing stands under mappings"),
        ("a: [", "m.yml:1: not valid YAML: "),
        ("mappings:\n  m: {}\n  m: {}\n", "m.yml:2: 'm' stands twice in one place"),
        ("mapings: {}\n", "m.yml: 'mapings' in a file is not read here; did you mean 'mappings'?"),
        ("targets: {}\n", "m.yml: 'targets' in a file is not read here"),
        ("mappings:\n  m:\n    s: http://e/$(id)\n", "m.yml: mapping m: has no source"),
        (HEAD + "    condition: {function: equal}\n", "mapping m: 'condition' in a mapping is not read here"),
        (HEAD + "    po: [[ex:p]]\n", "mapping m: has a predicate-object list that is not [predicates, objects]"),
        (HEAD + "    po: [{p: ex:p}]\n", "mapping m: has a predicate-object without an object"),
        (HEAD + "    po: [[foaf:p, x]]\n",
         "mapping m: a predicate 'foaf:p' has the prefix 'foaf', which is not declared"),
        (HEAD + "    po: [{p: ex:p, o: {function: ex:f}}]\n", "mapping m: 'function' in a object is not read here"),
        (HEAD + "    po: [{p: ex:p, o: {mapping: n}}]\n", "mapping m: joins 'n', which is no mapping"),
        (HEAD + "    po: [{p: ex:p, o: {mapping: m, condition: {function: ex:near}}}]\n",
         "the function 'ex:near' is not read"),
        (HEAD + "    po: [{p: ex:p, o: {mapping: m, condition: {function: equal, parameters: [[str1, x]]}}}]\n",
         "mapping m: has a join condition without str1"),
        (HEAD + "    po: [[ex:p, '$(a']]\n", "mapping m: '$(a' has a reference $( that is never closed"),
        (HEAD + "    po: [[ex:p, $(a)~iri, en~lang]]\n", "mapping m: has an IRI with a datatype or a language"),
        (HEAD + "    po: [{p: ex:p, o: {value: x, datatype: xsd:int, language: en}}]\n", "more than one datatype"),
        (HEAD + "    po: [{p: ex:p, o: {value: x, type: thing}}]\n", "mapping m: has an object of type 'thing'"),
        (HEAD + "    po: [[[a, ex:p], ex:x]]\n", "mapping m: has a predicate-object with `a` beside other predicates"),
        ("mappings:\n  m:\n    sources: [['x.xml~xpath', /a]]\n", "the reference formulation 'xpath' is not read"),
        ("mappings:\n  m:\n    source: {access: 'mysql://u:geheim@h/d'}\n",
         "its source: a password stands in the mapping"),
        ("mappings:\n  m:\n    source: {access: x, type: sparql}\n", "a source of type 'sparql' is not read"),
        ("mappings: [m]\n", "m.yml: mappings must be keys with values"),
        ("mappings:\n  m:\n    source: t.csv\n    s: {function: ex:f}\n",
         "mapping m: a subject must be a text; a function stands there"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse(text, file="m.yml", base=BASE)
    assert message in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_kg_map_takes_it(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,a\n1,x\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(HEAD + "    po: [[ex:p, $(a)]]\n", encoding="utf-8")
    map_file(tmp_path / "m.yaml", tmp_path / "o.nt", base=BASE)
    assert (tmp_path / "o.nt").read_text() == '<http://example.com/1> <http://example.com/p> "x" .\n'
