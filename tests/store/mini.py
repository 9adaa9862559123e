"""A small release, written out here: enough of everything that readers of a store meet, hostile labels too."""

import hashlib
from pathlib import Path

import pyoxigraph as ox

from kg.store.oxigraph import create_store
from kg.store.release import Manifest

BASE = "https://example.org/"
CKG = "https://w3id.org/cluster-kg/ontology#"
PREFIXES = {
    "ckg": CKG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

GRAPHS = r"""
<cluster/c1> a ckg:Cluster ; rdfs:label "烟台市先进结构材料产业集群"@zh , "Yantai materials"@en ;
    ckg:hasLeadEnterprise <enterprise/e1> ; ckg:locatedIn <place/370600> ; ckg:hasFigure <figure/f1> ;
    ckg:hasDesignation <designation/d1> .
<enterprise/e1> a ckg:Enterprise ; rdfs:label "万华化学"@zh ; skos:altLabel "万华"@zh ;
    schema:legalName "万华化学集团股份有限公司"@zh .
<enterprise/e2> a ckg:Enterprise ; rdfs:label "同名公司"@zh .
<enterprise/e3> a ckg:Enterprise ; rdfs:label "同名公司"@zh .
<enterprise/e4> a ckg:Enterprise ; rdfs:label "\u001B[31m红\u202E\n=cmd()"@zh .
<place/370600> a ckg:City ; rdfs:label "烟台市"@zh ; ckg:code "370600" .
<figure/f1> a ckg:Figure ; rdfs:label "1000亿元"@zh ; ckg:indicator <indicator/revenue> ; ckg:value 1000.0 ;
    ckg:sourceValue "1000" ; ckg:comparator ">=" ; ckg:unit <unit/yi-yuan> ; ckg:period "2023" ;
    ckg:scope "city-industry" ; ckg:status "actual" .
<designation/d1> a ckg:Designation ; rdfs:label "烟台市先进结构材料产业集群"@zh ; ckg:stage "selected" .
<indicator/revenue> a ckg:Indicator ; rdfs:label "营业收入"@zh , "revenue"@en .
<unit/yi-yuan> a ckg:Unit ; rdfs:label "亿元"@zh , "hundred million yuan"@en .
<source/s1> a ckg:Source ; rdfs:label "第一来源"@zh ; ckg:grade <grade/government> ;
    ckg:address "https://example.com/1" .
<source/none> a ckg:Source ; rdfs:label "无来源"@zh ; ckg:grade <grade/none> .
<grade/government> a ckg:Grade ; rdfs:label "政府网页"@zh , "government page"@en .
<grade/none> a ckg:Grade ; rdfs:label "无来源"@zh , "no source"@en .
<confirmation/confirmed> a ckg:Confirmation ; rdfs:label "已证实"@zh , "confirmed"@en .
<confirmation/unconfirmed> a ckg:Confirmation ; rdfs:label "未证实"@zh , "unconfirmed"@en .
GRAPH <graph/ontology> {
    ckg:Cluster rdfs:label "产业集群"@zh , "cluster"@en . ckg:Enterprise rdfs:label "企业"@zh , "enterprise"@en .
    ckg:Figure rdfs:label "指标值"@zh , "figure"@en .
    ckg:hasLeadEnterprise rdfs:label "龙头企业"@zh , "has lead enterprise"@en .
    ckg:locatedIn rdfs:label "位于"@zh , "located in"@en . ckg:hasFigure rdfs:label "有指标值"@zh , "has figure"@en .
    ckg:period rdfs:label "时期"@zh , "period"@en . ckg:scope rdfs:label "口径"@zh , "scope"@en .
    ckg:status rdfs:label "性质"@zh , "status"@en . rdfs:label rdfs:label "名称"@zh , "label"@en .
    schema:legalName rdfs:label "法定全称"@zh , "legal name"@en .
}
"""

CLAIMS = (
    ("<cluster/c1>", "rdf:type", "ckg:Cluster", "s1", "confirmed", "clusters.csv", 2),
    ("<cluster/c1>", "rdfs:label", '"烟台市先进结构材料产业集群"@zh', "s1", "confirmed", "clusters.csv", 2),
    ("<cluster/c1>", "ckg:locatedIn", "<place/370600>", "s1", "confirmed", "clusters.csv", 2),
    ("<cluster/c1>", "ckg:hasLeadEnterprise", "<enterprise/e1>", "s1", "confirmed", "ties.csv", 4),
    ("<cluster/c1>", "ckg:hasLeadEnterprise", "<enterprise/e1>", "s1", "confirmed", "ties.csv", 9),
    ("<cluster/c1>", "ckg:hasFigure", "<figure/f1>", "s1", "confirmed", "figures.csv", 3),
    ("<cluster/c1>", "ckg:hasDesignation", "<designation/d1>", "s1", "confirmed", "clusters.csv", 2),
    ("<enterprise/e1>", "rdf:type", "ckg:Enterprise", "s1", "confirmed", "enterprises.csv", 2),
    ("<enterprise/e1>", "schema:legalName", '"万华化学集团股份有限公司"@zh', "none", "unconfirmed", "legal.csv", 2),
    ("<enterprise/e2>", "rdf:type", "ckg:Enterprise", "s1", "confirmed", "enterprises.csv", 3),
    ("<enterprise/e3>", "rdf:type", "ckg:Enterprise", "s1", "confirmed", "enterprises.csv", 4),
    ("<place/370600>", "rdf:type", "ckg:City", "s1", "confirmed", "places.csv", 2),
)

QUERY = """\
# title-zh: 谁是龙头企业
# title-en: Who leads
# about-en: Only what a source says.
SELECT ?cluster ?name { ?cluster ckg:hasLeadEnterprise/rdfs:label ?name }
"""


RECORDS = tuple(f"https://w3id.org/cluster-kg/ontology#{name}" for name in ("hasDesignation", "hasFigure"))


def make_release(folder: Path, *, extra: str = "") -> Path:
    """The folder, made a release of the statements above and of `extra` (TriG)."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    claims = "\n".join(map(_claim, CLAIMS))
    text = f"{head}{GRAPHS}\nGRAPH <graph/provenance> {{\n{claims}\n}}\n{extra}"
    quads = list(ox.parse(text, ox.RdfFormat.TRIG))
    ox.serialize(quads, folder / "quads.nq", ox.RdfFormat.N_QUADS)
    create_store(folder, [folder / "quads.nq"])
    (folder / "queries").mkdir()
    (folder / "queries" / "leads.rq").write_text(QUERY, "utf-8")
    facts = sum(quad.graph_name == ox.DefaultGraph() for quad in quads)
    Manifest("mini", BASE, {"zh": "小图谱"}, PREFIXES, facts, len(CLAIMS), "0-0", "0.1.0", RECORDS).write(folder)
    return folder


def _claim(claim: tuple[str, str, str, str, str, str, int]) -> str:
    subject, predicate, value, source, confirmation, file, row = claim
    key = hashlib.sha1("|".join(claim[:4]).encode()).hexdigest()
    return (
        f"<claim/{key}> a ckg:Claim ; rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ; "
        f"prov:wasDerivedFrom <source/{source}> ; ckg:confirmation <confirmation/{confirmation}> ; "
        f"ckg:locator <data/{file}#row={row}> ."
    )
