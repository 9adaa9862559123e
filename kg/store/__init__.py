"""The store: published releases, opened read-only."""
