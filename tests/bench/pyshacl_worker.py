"""pySHACL on a file: `pyshacl_worker.py DATA SHAPES`."""

import sys

import rdflib
from pyshacl import validate

graph = rdflib.Graph().parse(sys.argv[1], format="nt")
conforms, _, text = validate(graph, shacl_graph=rdflib.Graph().parse(sys.argv[2]))
sys.exit(0 if conforms else str(text)[:500])
