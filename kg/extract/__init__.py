"""From the text of a document to what it says of clusters, enterprises and figures, each with its sentence.

The steps stand in `reader.py` in the order in which they run; the words they look for stand in `ontology/lexicon`.
"""
