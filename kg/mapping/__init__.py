"""Mapping: RML compiled to SQL; the only place where triples are made."""
