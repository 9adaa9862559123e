"""Small releases to export, and the readers of other people's making that must understand what was written."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.export.content import Content
from kg.store.oxigraph import memory_store
from kg.store.release import Manifest
from kg.vocabulary import CKG, ONTOLOGY_GRAPH, PROV, PROVENANCE_GRAPH, RDF, RDFS, XSD

BASE = "https://example.org/data/"
PREFIXES = {"ckg": CKG, "schema": "https://schema.org/", "ex": "https://example.org/terms#"}

HOSTILE = (
    "<script>alert('x')</script>",
    "</script><!-- ]]> --> &amp; &lt;",
    "\"quotes\" 'single' `back`",
    "line\nbreak\ttab\r\ncarriage\rreturn",
    " leading and trailing ",
    "back\\slash \\n \\u0041 \\",
    "right-to-left \u202e mark \u200f\u2066",
    "non-BMP 😀 𠀀 \U000e0001",
    "no break \u00a0 next line \u0085 separators \u2028\u2029 \ufeff",
    "combining e\u0301 delete \x7f",
    '=HYPERLINK("http://example.com")',
    "{{ 7 * 7 }} ${x} %s",
    "产业集群（烟台）、先进结构材料",
    "",
)

Node = ox.NamedNode | ox.Literal


def iri(path: str) -> ox.NamedNode:
    return ox.NamedNode(path if "//" in path or path.startswith("urn:") else BASE + path)


def ckg(name: str) -> ox.NamedNode:
    return ox.NamedNode(CKG + name)


def zh(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh")


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


TYPE = ox.NamedNode(RDF + "type")
LABEL = ox.NamedNode(RDFS + "label")


def quad(subject: str, predicate: ox.NamedNode, value: Node | ox.BlankNode | ox.Triple, graph: str = "") -> ox.Quad:
    return ox.Quad(iri(subject), predicate, value, iri(graph) if graph else ox.DefaultGraph())


def claim(name: str, fact: ox.Quad, source: str, confirmation: str = "confirmed", row: int = 2) -> list[ox.Quad]:
    """A claim of a fact, and the fact in the graph of its source."""
    node = f"claim/{name}"
    pairs: list[tuple[str, Node | ox.BlankNode | ox.Triple]] = [
        (RDF + "subject", fact.subject),
        (RDF + "predicate", fact.predicate),
        (RDF + "object", fact.object),
        (PROV + "wasDerivedFrom", iri(f"source/{source}")),
        (CKG + "confirmation", iri(f"confirmation/{confirmation}")),
        (CKG + "locator", iri(f"data/clusters.csv#row={row}")),
    ]
    claims = [quad(node, ox.NamedNode(name), value, PROVENANCE_GRAPH) for name, value in pairs]
    return [*claims, ox.Quad(fact.subject, fact.predicate, fact.object, iri(f"source/{source}"))]


def graph() -> list[ox.Quad]:
    """A cluster with a city, a firm and a figure, two claims of one fact, an ontology with a list in it."""
    lead = quad("cluster/c1", ckg("hasLeadEnterprise"), iri("enterprise/e1"))
    label = quad("cluster/c1", LABEL, zh("烟台市先进结构材料产业集群"))
    facts = [
        lead,
        label,
        quad("cluster/c1", TYPE, ckg("Cluster")),
        quad("cluster/c1", LABEL, ox.Literal("Yantai materials", language="en")),
        quad("cluster/c1", ckg("inCity"), iri("place/370600")),
        quad("cluster/c1", ckg("confirmation"), iri("confirmation/confirmed")),
        quad("cluster/c1", ckg("note"), ox.Literal("one")),
        quad("cluster/c1", ckg("note"), ox.Literal("two")),
        quad("enterprise/e1", TYPE, ckg("Enterprise")),
        quad("enterprise/e1", LABEL, zh("万华化学")),
        quad("place/370600", TYPE, ckg("City")),
        quad("place/370600", LABEL, zh("烟台市")),
        quad("place/370600", ckg("latitude"), typed("37.50", "decimal")),
        quad("confirmation/confirmed", TYPE, ckg("Confirmation")),
        quad("confirmation/confirmed", LABEL, zh("已证实")),
        quad("source/s1", TYPE, ckg("Source")),
        quad("source/s1", ckg("grade"), iri("grade/news")),
        quad("source/s1", ckg("address"), ox.Literal("https://example.com/1")),
        quad("source/s2", TYPE, ckg("Source")),
        quad("source/s2", ckg("grade"), iri("grade/repost")),
    ]
    union, members = ox.BlankNode("c14n0"), ox.BlankNode("c14n1")
    ontology = [
        ox.Quad(ckg("Cluster"), TYPE, iri("http://www.w3.org/2002/07/owl#Class"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(ckg("Cluster"), LABEL, zh("产业集群"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(ckg("hasLeadEnterprise"), LABEL, zh("龙头企业"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(union, iri("http://www.w3.org/2002/07/owl#members"), members, iri(ONTOLOGY_GRAPH)),
        ox.Quad(members, ox.NamedNode(RDF + "first"), ckg("Cluster"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(members, ox.NamedNode(RDF + "rest"), ox.NamedNode(RDF + "nil"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(ckg("Cluster"), iri("https://unknown.example/b#p"), zh("x"), iri(ONTOLOGY_GRAPH)),
        ox.Quad(ckg("Cluster"), iri("https://unknown.example/a#p"), zh("y"), iri(ONTOLOGY_GRAPH)),
    ]
    claims = [*claim("1", lead, "s1"), *claim("2", lead, "s2", "confirmed-by-repost", 10), *claim("3", label, "s1")]
    return [*facts, *ontology, *claims]


def hostile() -> list[ox.Quad]:
    """Every hostile text as a plain and a tagged literal, lexical forms to keep, and IRIs that are hard to shorten."""
    texts = [literal for text in HOSTILE for literal in (ox.Literal(text), ox.Literal(text, language="zh-hans-cn"))]
    numbers = [typed("1.50", "decimal"), typed("1E5", "double"), typed("true", "boolean"), typed("2019", "gYear")]
    paths = (
        "烟台市（芝罘区）,a'b(c)%20d",
        "data/c.csv#row=5",
        "𠀀-x.",
        "·a",
        "a~b!c$d&e;f=g*h+i@j:k",
        ":b",
        "?q",
        "x/",
        "-x",
        "0",
    )
    others = ("https://schema.org/City.", "https://other.example/a", "urn:isbn:1", "https://example.org/terms#ends.")
    links = [iri(path) for path in paths] + [ox.NamedNode(other) for other in others]
    predicates = [ckg("note"), ckg("位于"), ox.NamedNode("https://other.example/terms/p1")]
    values: list[Node] = [*texts, *numbers, *links]
    return [
        quad(f"thing/{number}", predicate, value) for number, value in enumerate(values) for predicate in predicates
    ]


def release(folder: Path, quads: Iterable[ox.Quad], *, prefixes: dict[str, str] | None = None) -> Content:
    """The masters of a release in `folder`, as the pipeline writes them, and their content."""
    folder.mkdir(exist_ok=True)
    lines = sorted({f"{one} .\n" for one in quads})
    plain = sorted({f"{one.triple} .\n" for one in quads if isinstance(one.graph_name, ox.DefaultGraph)})
    (folder / "quads.nq").write_text("".join(lines), "utf-8", newline="\n")
    (folder / "graph.nt").write_text("".join(plain), "utf-8", newline="\n")
    manifest = Manifest(
        id="0123456789abcdef",
        base=BASE,
        title={"zh": "测试", "en": "Test"},
        prefixes=PREFIXES if prefixes is None else prefixes,
        triples=len(plain),
        claims=0,
        statements_hash="0",
        version="0",
        records=(f"{CKG}hasFigure",),
    )
    return Content(folder, manifest, memory_store([folder / "quads.nq"]))


def read_oxigraph(path: Path, syntax: str) -> set[str]:
    formats = {
        "turtle": ox.RdfFormat.TURTLE,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }
    return {str(one.triple) for one in ox.parse(path=path, format=formats[syntax]) if _in_default_graph(one)}


def read_rapper(path: Path, syntax: str) -> set[str]:
    return _read_by("rapper", "-q", "-i", syntax, "-o", "ntriples" if syntax != "trig" else "nquads", str(path))


def read_serdi(path: Path, syntax: str) -> set[str]:
    return _read_by("serdi", "-q", "-i", syntax, "-o", "nquads", str(path))


def read_rdflib(path: Path, syntax: str) -> set[str]:
    names = {"turtle": "turtle", "trig": "trig", "jsonld": "json-ld", "rdfxml": "xml"}
    if syntax in {"turtle", "rdfxml"}:
        return {_rdflib_line(*triple) for triple in rdflib.Graph().parse(path, format=names[syntax])}
    dataset = rdflib.Dataset()
    dataset.parse(path, format=names[syntax])
    return {_rdflib_line(*triple) for triple in dataset.default_graph}


def default_graph(content: Content) -> set[str]:
    return {str(triple) for triple in content.triples}


def _read_by(*command: str) -> set[str]:
    done = subprocess.run(command, capture_output=True, check=True)
    quads = ox.parse(done.stdout, format=ox.RdfFormat.N_QUADS)
    return {str(one.triple) for one in quads if _in_default_graph(one)}


def _in_default_graph(one: ox.Quad) -> bool:
    return isinstance(one.graph_name, ox.DefaultGraph)


def _rdflib_line(*nodes: object) -> str:
    return " ".join(str(_from_rdflib(node)) for node in nodes)


def _from_rdflib(node: object) -> Node:
    if isinstance(node, rdflib.Literal):
        datatype = None if node.datatype is None else ox.NamedNode(str(node.datatype))
        return (
            ox.Literal(str(node), language=node.language) if node.language else ox.Literal(str(node), datatype=datatype)
        )
    return ox.NamedNode(str(node))
