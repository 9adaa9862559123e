"""The Oxigraph store of a release: made once while building, opened read-only ever after."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import PublishError, QueryError, ReadError

STORE = "store"


def create_store(folder: Path, quad_files: Iterable[Path], more: Callable[[ox.Store], None] | None = None) -> None:
    """Writes `folder/store` with all statements of the N-Quads files, and what `more` loads."""
    store = ox.Store(str(folder / STORE))
    for path in quad_files:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    if more is not None:
        more(store)
    store.flush()


def open_store(folder: Path) -> ox.Store:
    """The store of a release folder, read-only; PublishError where it is missing or damaged."""
    try:
        return ox.Store.read_only(str(folder / STORE))
    except OSError as error:
        raise PublishError(f"the store cannot be opened: {error}", file=folder / STORE) from error


def memory_store(quad_files: Iterable[Path]) -> ox.Store:
    """The same statements in memory: for graphs small enough to be validated before anything is written."""
    store = ox.Store()
    for path in quad_files:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    return store


def select(
    store: ox.Store, query: str, *, substitutions: Mapping[ox.Variable, ox.NamedNode | ox.Literal] | None = None
) -> ox.QuerySolutions:
    """The solutions of a SELECT of our own; QueryError where it is another form of query."""
    found = store.query(query, substitutions=dict(substitutions or {}))
    if not isinstance(found, ox.QuerySolutions):
        raise QueryError("a SELECT query is needed here")
    return found


def load_file(path: Path, *, base: str) -> ox.Store:
    """An RDF file of any format that its name tells, in memory; ReadError says where it is not valid."""
    form = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if form is None:
        raise ReadError(f"no RDF format has the ending {path.suffix!r}: .ttl .nt .nq .trig .jsonld .rdf", file=path)
    store = ox.Store()
    try:
        store.bulk_load(path=str(path), format=form, base_iri=base)
    except SyntaxError as error:
        raise ReadError(f"is not valid {form.name}: {error.msg}", file=path, line=error.lineno) from error
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}", file=path) from error
    return store
