"""What stops a resolution: a table or lexicon of no use. A bad row is a Problem instead."""

from kg.errors import KgError


class ResolveError(KgError):
    """A table, lexicon or file of judgements cannot be used for resolution."""
