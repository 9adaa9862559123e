"""Tables -> relations: every column as text, an empty field as NULL."""

from pathlib import Path

import duckdb

from kg.errors import ReadError
from kg.model import Problem, Relation


def connect(*, threads: int | None = None, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection that never loads an extension or reaches the network."""
    config: dict[str, str | int | bool] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    if threads is not None:
        config["threads"] = threads
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    return duckdb.connect(config=config)


def open_table(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[Relation, list[Problem]]:
    import csv
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
    n = connection.execute("select count(*) from duckdb_tables()").fetchall()[0][0]
    q = lambda x: '"' + x.replace('"', '""') + '"'
    t = lambda x: "'" + str(x).replace("'", "''") + "'"
    cols = ", ".join(f"{t(h)}: 'VARCHAR'" for h in header)
    name = q(f"{path}#{n}")
    connection.execute(f"create table {name} as select * from read_csv({t(path)}, header=true, auto_detect=false, delim={t(chr(9) if path.suffix == '.tsv' else ',')}, quote='\"', escape='\"', columns={{{cols}}})")
    listed = ", ".join(q(h) for h in header)
    return Relation(path.name, tuple(header), f"select {listed} from {name}", f"select rowid + 2 as _row, {listed} from {name}"), []
