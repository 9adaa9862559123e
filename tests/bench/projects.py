"""A project with one large table, for the benchmarks of whole builds."""

import tomllib
from pathlib import Path

import duckdb

from tests.projects import PREFIXES, write_project

FIRMS = (
    PREFIXES
    + """
<#Firm> a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ rml:path "firms.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "enterprise/{uscc}" ; rml:class ckg:Enterprise ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "zh" ] ] ,
        [ rml:predicate <http://purl.org/dc/terms/identifier> ; rml:objectMap [ rml:reference "uscc" ] ] ,
        [ rml:predicate ckg:locatedIn ; rml:objectMap [ rml:template "city/{city_code}" ] ] ,
        [ rml:predicate ckg:memberOf ; rml:objectMap [ rml:template "cluster/{cluster_id}" ] ] ,
        [ rml:predicate ckg:inSector ; rml:objectMap [ rml:template "sector/{sector_code}" ] ] ,
        [ rml:predicate ckg:founded ; rml:objectMap [ rml:reference "founded" ; rml:datatype xsd:date ] ] ,
        [ rml:predicate ckg:capital ; rml:objectMap [ rml:reference "capital" ; rml:datatype xsd:decimal ] ] ,
        [ rml:predicate ckg:employees ; rml:objectMap [ rml:reference "employees" ; rml:datatype xsd:integer ] ] ,
        [ rml:predicate ckg:role ; rml:objectMap [ rml:reference "role" ; rml:language "zh" ] ] .
"""
)
SHAPES = """
<#Firm> a sh:NodeShape ; sh:targetClass ckg:Enterprise ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "one label" ] ;
    sh:property [ sh:path ckg:employees ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 0 ;
        sh:message "a number of people" ] ;
    sh:property [ sh:path ckg:founded ; sh:maxCount 1 ; sh:datatype xsd:date ; sh:message "a date" ] ;
    sh:property [ sh:path ckg:locatedIn ; sh:minCount 1 ; sh:nodeKind sh:IRI ; sh:message "a place" ] .
"""


def write_firms(path: Path, tables: Path, *, sources: tuple[str, str]) -> None:
    """The firms of the shared workload, each from one of two sources."""
    query = (
        f"SELECT *, CASE WHEN hash(uscc) % 3 = 0 THEN '{sources[0]}' ELSE '{sources[1]}' END AS source_id "
        f"FROM read_csv('{tables}/enterprises.csv', all_varchar = true)"
    )
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT CSV, HEADER true)")


def write_large(folder: Path, tables: Path, *, evidence: str = "entity") -> Path:
    """A project whose firms are those of the shared workload; `evidence` "none" leaves out where they come from."""
    write_project(folder)
    write_firms(folder / "data" / "firms.csv", tables, sources=("s1", "s2"))
    (folder / "ontology" / "mapping" / "firms.rml.ttl").write_text(FIRMS, "utf-8")
    with (folder / "ontology" / "shapes.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write(SHAPES)
    if evidence == "none":
        (folder / "ontology" / "checks" / "statements-without-claim.rq").unlink()
    dataset = f'id = "firms"\nfile = "firms.csv"\nmapping = "firms.rml.ttl"\ntitle = "firms"\nevidence = "{evidence}"\n'
    source = 'source = "source_id"\n' if evidence == "entity" else ""
    catalog = folder / "data" / "catalog.toml"
    text = catalog.read_text("utf-8").replace('base = "', 'whole_files_limit = 100000\nbase = "', 1)
    catalog.write_text(f"{text}\n[[dataset]]\n{dataset}{source}", "utf-8")
    assert tomllib.loads((folder / "data" / "catalog.toml").read_text("utf-8"))
    return folder
