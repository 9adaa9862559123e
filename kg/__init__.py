"""Build and query source-backed knowledge graphs of industrial clusters.

>>> import kg
>>> result = kg.build()                                            # doctest: +SKIP
>>> with kg.open() as graph:                                       # doctest: +SKIP
...     for row in graph.query("clusters-of-province"):
...         print(row["cluster_label"])
"""

__version__ = "0.1.0"
