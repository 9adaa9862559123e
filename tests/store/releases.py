"""Releases of statements that a test writes down: parts, store and manifest, as a build makes them."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import zstandard

from kg.store.oxigraph import create_store
from kg.store.release import Manifest

BASE = "https://example.org/"
CKG = "https://w3id.org/cluster-kg/ontology#"
HEAD = f"""@base <{BASE}> .
@prefix ckg: <{CKG}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""


def lines_of(trig: str) -> list[bytes]:
    """The statements of a text in TriG, as sorted lines."""
    return sorted({f"{quad} .".encode() for quad in ox.parse(HEAD + trig, ox.RdfFormat.TRIG)})


def write_release(folder: Path, parts: Mapping[str, Iterable[bytes]], *, name: str = "") -> Path:
    """A release of these parts: lines by dataset."""
    (folder / "parts").mkdir(parents=True)
    for dataset, lines in parts.items():
        write_part(folder / "parts", dataset, list(lines))
    statements = sorted({line for lines in parts.values() for line in lines})
    (folder / "quads.nq").write_bytes(b"".join(line + b"\n" for line in statements))
    create_store(folder, [folder / "quads.nq"])
    records = (f"{CKG}hasFigure",)
    prefixes = {"ckg": CKG}
    Manifest(name or folder.name, BASE, {"zh": "小"}, prefixes, len(statements), 0, "h", "1", records).write(folder)
    return folder


def write_part(folder: Path, dataset: str, lines: list[bytes]) -> Path:
    """A part, named by the number of its lines and a hash of them, in whatever order they are given."""
    digest = hashlib.md5(b"\n".join(sorted(lines))).hexdigest()
    path = folder / f"{dataset}-{len(lines):x}-{digest}.nq.zst"
    path.write_bytes(zstandard.compress(b"".join(line + b"\n" for line in lines)))
    return path
