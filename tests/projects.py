"""A small project in a folder: two towns with one source each. A test changes what it is about."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent

CATALOG = """
title = { zh = "小项目", en = "small project" }
base = "https://example.org/"
ontology = ["../ontology/terms.ttl"]
shapes = ["../ontology/shapes.ttl"]
queries = "../ontology/queries"
checks = "../ontology/checks"
mappings = "../ontology/mapping"
expectations = "expectations.toml"

[evidence]
sources = "sources"
grades = "grades"
unsourced = "unsourced"
records = ["ckg:hasFigure"]

[prefixes]
ckg = "https://w3id.org/cluster-kg/ontology#"
rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
rdfs = "http://www.w3.org/2000/01/rdf-schema#"
prov = "http://www.w3.org/ns/prov#"

[[dataset]]
id = "confirmations"
file = "confirmations.csv"
mapping = "confirmations.rml.ttl"
title = "confirmations"
evidence = "none"

[[dataset]]
id = "grades"
file = "grades.csv"
mapping = "grades.rml.ttl"
title = "grades"
evidence = "none"

[[dataset]]
id = "sources"
file = "sources.csv"
mapping = "sources.rml.ttl"
title = "sources"
evidence = "none"

[[dataset]]
id = "towns"
file = "towns.csv"
mapping = "towns.rml.ttl"
title = "towns"
evidence = "statement"
source = "source_id"
licence = "CC0-1.0"
"""

TABLES = {
    "confirmations.csv": "key,name_zh\nconfirmed,已证实\nunconfirmed,未证实\n",
    "grades.csv": "key,name_zh,confirms\nnews,新闻,confirmed\nnone,无,unconfirmed\n",
    "sources.csv": "id,grade,address\ns1,news,the first page\ns2,news,the second page\nunsourced,none,\n",
    "towns.csv": "id,name,people,source_id\na,甲镇,1200,s1\nb,乙镇,,s2\n",
    "expectations.toml": (
        '[[expect]]\nid = "towns"\ntitle = "towns"\nquery = "SELECT (COUNT(*) AS ?n) { ?s a ckg:Place }"\nequals = 2\n'
    ),
}

_TOWN_MAP = """
<#Town> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "towns.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "town/{id}" ; rml:class ckg:Place ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "zh" ] ] ,
        [ rml:predicate ckg:value ; rml:objectMap [ rml:reference "people" ; rml:datatype xsd:integer ] ] .
"""

PREFIXES = """@prefix rml: <http://w3id.org/rml/> .
@prefix ckg: <https://w3id.org/cluster-kg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://example.org/project> .
"""

SHAPES = """
<#Place> a sh:NodeShape ; sh:targetClass ckg:Place ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "A place has a label" ] ;
    sh:property [ sh:path ckg:value ; sh:minInclusive 0 ; sh:message "A number of people is not negative" ] .
"""

TERMS = 'ckg:Place a owl:Class ; rdfs:label "地点"@zh , "place"@en .\n'

QUERY = (
    "# title-zh: 镇\n# title-en: towns\nSELECT ?town ?label { ?town a ckg:Place ; rdfs:label ?label } ORDER BY ?town\n"
)


def write_project(folder: Path) -> Path:
    """Writes the project and returns its folder; the mappings of evidence are the bundled ones."""
    data, ontology = folder / "data", folder / "ontology"
    for path in (data, ontology / "mapping", ontology / "queries"):
        path.mkdir(parents=True)
    (data / "catalog.toml").write_text(CATALOG, "utf-8")
    for name, text in TABLES.items():
        (data / name).write_text(text, "utf-8")
    bundled = ROOT / "ontology"
    shutil.copytree(bundled / "checks", ontology / "checks")
    for name in ("claims", "derivations"):
        shutil.copy(bundled / "mapping" / f"{name}.rml.ttl", ontology / "mapping")
    mappings = {"towns": _TOWN_MAP, **{name: _simple_map(name, *rest) for name, *rest in _SIMPLE}}
    for name, text in mappings.items():
        (ontology / "mapping" / f"{name}.rml.ttl").write_text(PREFIXES + text, "utf-8")
    (ontology / "shapes.ttl").write_text(PREFIXES + SHAPES, "utf-8")
    (ontology / "terms.ttl").write_text(PREFIXES + TERMS, "utf-8")
    (ontology / "queries" / "towns.rq").write_text(QUERY, "utf-8")
    return folder


_SIMPLE = (
    (
        "confirmations",
        "confirmation/{key}",
        "Confirmation",
        "rdfs:label",
        'rml:reference "name_zh" ; rml:language "zh"',
    ),
    ("grades", "grade/{key}", "Grade", "rdfs:label", 'rml:reference "name_zh" ; rml:language "zh"'),
    ("sources", "source/{id}", "Source", "ckg:grade", 'rml:template "grade/{grade}"'),
)


def _simple_map(name: str, subject: str, kind: str, predicate: str, value: str) -> str:
    return f"""
<#{name}> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "{name}.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "{subject}" ; rml:class ckg:{kind} ] ;
    rml:predicateObjectMap [ rml:predicate {predicate} ; rml:objectMap [ {value} ] ] .
"""


def rewrite(path: Path, old: str, new: str) -> None:
    """Replaces a text that must stand in the file."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
