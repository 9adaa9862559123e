"""What a mapping file says, read from both vocabularies."""

import pytest

from kg.errors import MappingError
from kg.mapping.rml import LogicalSource, parse
from kg.mapping.template import Column
from kg.mapping.triples_maps import TermType
from tests.mapping.support import BASE, PREFIXES, triples_map


def test_sources_are_distinct_and_in_order() -> None:
    text = triples_map('rml:template "{a}"', source="b.csv", name="#1")
    text += triples_map('rml:template "{a}"', source="a.csv", name="#2")
    text += triples_map('rml:template "{a}"', source="b.csv", name="#3")
    mapping = parse(text, file="m", base=BASE)
    assert mapping.sources == (LogicalSource("b.csv", "CSV"), LogicalSource("a.csv", "CSV"))
    assert [source.key for source in mapping.sources] == ["b.csv", "a.csv"]


def test_an_iterator_is_part_of_the_key() -> None:
    source = 'rml:logicalSource [ rml:source "x.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ]'
    mapping = parse(f'{PREFIXES}<#m> {source} ; rml:subjectMap [ rml:template "{{$.id}}" ] .', file="m", base=BASE)
    assert mapping.sources == (LogicalSource("x.json", "JSONPath", "$[*]"),)
    assert mapping.sources[0].key == "x.json $[*]"


def test_references_name_what_a_source_must_give() -> None:
    join = "rml:predicate ex:p ; rml:objectMap [ rml:parentTriplesMap <#parent> ; "
    join += 'rml:joinCondition [ rml:child "city" ; rml:parent "code" ] ]'
    other = 'rml:predicate ex:q ; rml:objectMap [ rml:reference "v" ; rml:languageMap [ rml:reference "l" ] ]'
    text = triples_map('rml:template "{id}/{id}"', join, other)
    text += triples_map('rml:template "{key}"', source="u.csv", name="#parent")
    mapping = parse(text, file="m", base=BASE)
    assert {source.path: mapping.references(source) for source in mapping.sources} == {
        "t.csv": ("city", "id", "v", "l"),
        "u.csv": ("code", "key"),
    }


def test_term_types_have_the_defaults_of_the_standard() -> None:
    objects = (
        'rml:reference "a"', 'rml:template "{a}"', 'rml:template "{a}" ; rml:language "zh"',
        'rml:template "{a}" ; rml:datatype xsd:date', "rml:constant ex:a", 'rml:constant "a"',
    )  # fmt: skip
    text = triples_map('rml:reference "a"', *(f"rml:predicate ex:p ; rml:objectMap [ {each} ]" for each in objects))
    found = parse(text, file="m", base=BASE).triples_maps[0]
    assert found.subject.term_type is TermType.IRI
    types = [term.term_type for pom in found.predicate_objects for term in pom.objects if hasattr(term, "term_type")]
    literal, iri = TermType.LITERAL, TermType.IRI
    assert types == [literal, iri, literal, literal, iri, literal]


def test_both_vocabularies_give_one_model() -> None:
    old = """@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
    <#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation <http://semweb.mmlab.be/ns/ql#CSV> ] ;
      rr:subjectMap [ rr:template "{a}" ; rr:class <C> ; rr:graph rr:defaultGraph ] ;
      rr:predicateObjectMap [ rr:predicate <p> ; rr:objectMap [ rr:column "b" ; rr:termType rr:IRI ] ] ."""
    new = """@prefix rml: <http://w3id.org/rml/> .
    <#m> rml:logicalSource [ rml:source [ rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
      rml:subjectMap [ rml:template "{a}" ; rml:class <C> ; rml:graph rml:defaultGraph ] ;
      rml:predicateObjectMap [ rml:predicate <p> ; rml:objectMap [ rml:reference "b" ; rml:termType rml:IRI ] ] ."""
    one, other = (parse(text, file="m", base=BASE).triples_maps[0] for text in (old, new))
    assert (one.source, one.subject, one.classes, one.predicate_objects) == (
        other.source, other.subject, other.classes, other.predicate_objects,
    )  # fmt: skip
    assert one.subject.parts == (Column("a"),)


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(MappingError) as caught:
        parse(f"{PREFIXES}\n<#m> rml:subject .", file="m.rml.ttl", base=BASE)
    assert (caught.value.file, caught.value.line) == ("m.rml.ttl", 6)


def test_a_base_that_is_no_iri_is_an_error() -> None:
    with pytest.raises(MappingError, match="base"):
        parse(PREFIXES, file="m", base="not absolute")
