"""maplib on the shared workload, run in its own environment: `maplib_worker.py FOLDER OUT`. It reads no RML: stOTTR."""

import sys
from pathlib import Path

import polars as pl
from maplib import Model

PREFIXES = """@prefix o: <http://kg.example.cn/ont#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix ottr: <http://ns.ottr.xyz/0.4/> .
"""
BASE = "http://kg.example.cn/id/"
IRIS = {"city_code": "city/", "cluster_id": "cluster/", "sector_code": "sector/"}
PREDICATES = {
    "name": "rdfs:label",
    "province": "o:province",
    "uscc": "dct:identifier",
    "city_code": "o:locatedIn",
    "cluster_id": "o:memberOf",
    "sector_code": "o:inSector",
}
TABLES = {
    "cities": ("City", "city/", "code", ("name", "province")),
    "sectors": ("Sector", "sector/", "code", ("name",)),
    "clusters": ("Cluster", "cluster/", "id", ("name", "city_code", "sector_code", "batch")),
    "enterprises": (
        "Enterprise",
        "enterprise/",
        "uscc",
        ("name", "uscc", "city_code", "cluster_id", "sector_code", "founded", "capital", "employees", "role"),
    ),
}
TYPES = {"founded": "xsd:date", "employees": "xsd:integer", "batch": "xsd:integer"}
"""maplib takes no column of decimals: capital stays text."""

KINDS = {"xsd:integer": pl.Int64}


def main(folder: Path, out: Path) -> None:
    model = Model()
    for table, (cls, prefix, key, columns) in TABLES.items():
        model.add_template(_template(table, cls, columns))
        frame = pl.read_csv(folder / f"{table}.csv", infer_schema=False)
        made = {"s": BASE + prefix + _encoded(key)}
        for name in columns:
            made[name] = BASE + IRIS[name] + _encoded(name) if name in IRIS else _typed(name)
        model.map(f"http://kg.example.cn/ont#{table}", frame.select(**made))
    model.write(str(out), format="ntriples")


def _typed(name: str) -> pl.Expr:
    kind = TYPES.get(name, "")
    return pl.col(name).str.to_date() if kind == "xsd:date" else pl.col(name).cast(KINDS.get(kind, pl.String))


def _encoded(name: str) -> pl.Expr:
    """The signs that the identifiers of the workload do hold."""
    return pl.lit("") + pl.col(name).str.replace_all("/", "%2F", literal=True).str.replace_all(" ", "%20", literal=True)


def _template(table: str, cls: str, columns: tuple[str, ...]) -> str:
    kinds = {name: "ottr:IRI" if name in IRIS else TYPES.get(name, "xsd:string") for name in columns}
    arguments = ", ".join(("ottr:IRI ?s", *(f"? {kind} ?{name}" for name, kind in kinds.items())))
    made = (f"ottr:Triple(?s, {PREDICATES.get(name, 'o:' + name)}, ?{name})" for name in columns)
    triples = ", ".join((f"ottr:Triple(?s, rdf:type, o:{cls})", *made))
    return f"{PREFIXES}o:{table} [{arguments}] :: {{ {triples} }} ."


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
