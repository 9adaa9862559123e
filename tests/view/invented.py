"""A small graph of invented entities, read as a release would be: for tests of the views."""

import hashlib
from collections.abc import Callable, Mapping

import pyoxigraph as ox

from kg.store.entities import Entity, EntityReader
from kg.store.release import Manifest

BASE = "https://example.org/"
PREFIXES = {
    "ckg": "https://w3id.org/cluster-kg/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "ex": "https://example.com/other#",
}
RECORDS = tuple(PREFIXES["ckg"] + name for name in ("hasDesignation", "hasFigure", "hasMeasure"))
MANIFEST = Manifest("5eed", BASE, {"zh": "试验图谱", "en": "A test graph"}, PREFIXES, 100, 20, "0-0", "0.1.0", RECORDS)

CLUSTERS = """
<sector/field/f1> a ckg:Field ; rdfs:label "甲领域"@zh , "field one"@en .
<sector/field/f2> a ckg:Field ; rdfs:label "乙领域"@zh .
<sector/direction/d1> a ckg:Direction ; rdfs:label "甲方向"@zh ; skos:broader <sector/field/f1> .
<place/110000> a ckg:Municipality ; rdfs:label "子市"@zh ; ckg:longitude 116.4 ; ckg:latitude 39.9 .
<place/370000> a ckg:Province ; rdfs:label "丑省"@zh ; ckg:longitude 117.0 ; ckg:latitude 36.6 .
<place/370100> a ckg:City ; rdfs:label "寅市"@zh ; schema:containedInPlace <place/370000> .
<list/l1> a ckg:List ; rdfs:label "第一批名单"@zh .
<cluster/c1> a ckg:Cluster ; rdfs:label "子市甲产业集群"@zh ; ckg:inProvince <place/110000> ;
    ckg:inSector <sector/direction/d1> , <sector/field/f1> ; ckg:partOfList <list/l1> .
<cluster/c2> a ckg:Cluster ; rdfs:label "寅市乙产业集群"@zh ; skos:altLabel "寅市乙集群"@zh ;
    ckg:inProvince <place/370000> ; ckg:locatedIn <place/370100> ; ckg:inSector <sector/field/f2> ;
    ckg:partOfList <list/l1> ; ckg:hasLeadEnterprise <enterprise/e1> ; ckg:hasFigure <figure/g1> .
<cluster/c3> a ckg:Cluster ; rdfs:label "没有地方的集群"@zh .
<enterprise/e1> a ckg:Enterprise , schema:Organization ; rdfs:label "卯化学"@zh ;
    schema:legalName "卯化学股份有限公司"@zh .
<figure/g1> a ckg:Figure ; rdfs:label "12亿元"@zh ;
    ckg:indicator <indicator/revenue> ; ckg:comparator ">=" ; ckg:period "2021" .
<indicator/revenue> a ckg:Indicator ; rdfs:label "收入"@zh .
<source/s1> a ckg:Source ; rdfs:label "某网页"@zh ; ckg:grade <grade/repost> ; ckg:address "http://example.org/page" .
<grade/repost> a ckg:Grade ; rdfs:label "转载"@zh , "repost"@en .
<confirmation/unconfirmed> a ckg:Confirmation ; rdfs:label "未证实"@zh , "unconfirmed"@en .
"""
ONTOLOGY = """
ckg:Cluster rdfs:label "产业集群"@zh , "cluster"@en . ckg:Field rdfs:label "领域"@zh , "field"@en .
ckg:hasLeadEnterprise rdfs:label "龙头企业"@zh , "has lead enterprise"@en .
"""
CLAIMS = (
    ("<cluster/c1>", "rdfs:label", '"子市甲产业集群"@zh', "s1", "unconfirmed", 2),
    ("<cluster/c2>", "rdfs:label", '"寅市乙产业集群"@zh', "s1", "confirmed", 3),
    ("<cluster/c2>", "ckg:hasLeadEnterprise", "<enterprise/e1>", "s1", "confirmed", 3),
    ("<cluster/c2>", "ckg:hasFigure", "<figure/g1>", "s1", "confirmed-by-repost", 4),
)

JUDGED = """
<enterprise/e2> a ckg:Enterprise ; rdfs:label "辰化学"@zh ;
    <http://www.w3.org/2002/07/owl#differentFrom> <enterprise/e1> .
GRAPH <graph/provenance> {
    <claim/j> rdf:subject <enterprise/e2> ; rdf:predicate <http://www.w3.org/2002/07/owl#differentFrom> ;
        rdf:object <enterprise/e1> ; prov:wasDerivedFrom <source/s1> ; ckg:confirmation <confirmation/unconfirmed> ;
        ckg:locator <data/judgements.csv#row=2> ;
        ckg:judgedBy "Li" ; ckg:judgedOn "2026-05-06" ; rdfs:comment "两家 <b>公司</b>" .
}
"""
"""A judgement on two enterprises, with who made it, when and why."""

Labels = Callable[[str], Mapping[str, str]]


def invented(*, extra: str = "", clusters: bool = True) -> tuple[dict[str, Entity], Labels]:
    """All entities of the graph and the reader of labels; `extra` is more Turtle for the default graph."""
    head = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    claims = "\n".join(map(_claim, CLAIMS)) if clusters else ""
    facts = CLUSTERS if clusters else ""
    text = f"{head}{facts}{extra}\nGRAPH <graph/ontology> {{{ONTOLOGY}}}\nGRAPH <graph/provenance> {{{claims}}}"
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TRIG)
    reader = EntityReader(store, BASE, RECORDS)
    return reader.read_all(), reader.labels


def quoted(text: str) -> str:
    """The text as a Turtle literal."""
    return str(ox.Literal(text))


def _claim(claim: tuple[str, str, str, str, str, int]) -> str:
    subject, predicate, value, source, confirmation, row = claim
    name = hashlib.sha1("|".join(map(str, claim)).encode()).hexdigest()
    return (
        f"<claim/{name}> rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ; "
        f"prov:wasDerivedFrom <source/{source}> ; ckg:confirmation <confirmation/{confirmation}> ; "
        f"ckg:locator <data/table.csv#row={row}> ."
    )
