"""rudof on a file: `rudof_worker.py DATA SHAPES`."""

import sys

from pyrudof import RDFFormat, Rudof  # type: ignore[import-not-found]  # in an environment of its own

rudof = Rudof()
rudof.read_data(sys.argv[1], format=RDFFormat.NTriples)
rudof.read_shacl(sys.argv[2])
report = rudof.validate_shacl()
sys.exit(0 if report.conforms else f"{len(report)} violations")
