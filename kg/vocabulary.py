"""IRIs of the model itself, as far as the program must know them: what evidence, labels and classes are called."""

from pyoxigraph import NamedNode

CKG = "https://w3id.org/cluster-kg/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = NamedNode(RDF + "type")
SUBJECT = NamedNode(RDF + "subject")
PREDICATE = NamedNode(RDF + "predicate")
OBJECT = NamedNode(RDF + "object")
LABEL = NamedNode(RDFS + "label")
COMMENT = NamedNode(RDFS + "comment")
ALT_LABEL = NamedNode(SKOS + "altLabel")
LEGAL_NAME = NamedNode("https://schema.org/legalName")
CLAIM = NamedNode(CKG + "Claim")
SAME_AS = NamedNode(OWL + "sameAs")
DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
CONFIRMATION = NamedNode(CKG + "confirmation")
GRADE = NamedNode(CKG + "grade")
ADDRESS = NamedNode(CKG + "address")
LOCATOR = NamedNode(CKG + "locator")
AS_OF = NamedNode(CKG + "asOf")
RULE = NamedNode(CKG + "rule")
CONFIDENCE = NamedNode(CKG + "confidence")
ARTICLE_DATE = NamedNode(CKG + "articleDate")
JUDGED_BY = NamedNode(CKG + "judgedBy")
JUDGED_ON = NamedNode(CKG + "judgedOn")
COMMENT = NamedNode(RDFS + "comment")
HAS_TARGET = NamedNode(OA + "hasTarget")
HAS_SELECTOR = NamedNode(OA + "hasSelector")
EXACT, START, END = (NamedNode(OA + name) for name in ("exact", "start", "end"))

PROVENANCE_GRAPH = "graph/provenance"
ONTOLOGY_GRAPH = "graph/ontology"
"""Named graphs, relative to the base IRI."""
