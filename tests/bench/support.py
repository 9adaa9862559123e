"""What the benchmarks share: programs measured as a user runs them, other engines in environments of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

WORKLOAD = Path(__file__).parents[3] / "shared" / "bench"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cluster-kg" / "bench"
OURS = [sys.executable, "-c", "from kg.cli import main; main()"]
PACKAGES = {
    "morph": ("morph-kgc", "pyarrow", "numpy"),
    "maplib": ("maplib", "pyarrow"),
    "rudof": ("pyrudof", "pyshacl"),
    "jieba": ("jieba", "setuptools"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A program that was run once, from its start to its end. The peak is that of its largest process."""

    seconds: float
    cpu: float
    peak_mb: int
    triples: int = 0

    def of(self, triples: int) -> "Run":
        """The same run with the number of triples that it made."""
        return Run(self.seconds, self.cpu, self.peak_mb, triples)


def measured(command: Sequence[str | Path], *, cwd: Path | None = None) -> Run:
    """Runs a program; the benchmark ends where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(one) for one in command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}: {said[-2000:]}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def python_of(environment: str) -> Path:
    """The interpreter of an environment of another engine, made when it is first needed."""
    folder = CACHE / environment
    python = folder / "bin" / "python"
    if not python.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES[environment]], check=True)
    return python


def versions_of(environment: str) -> str:
    """The first package of an environment with its version."""
    name = PACKAGES[environment][0]
    code = f"from importlib.metadata import version; print({name!r}, version({name!r}))"
    return subprocess.run(
        [python_of(environment), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def generate(folder: Path, rows: int) -> Path:
    """The shared workload: tables, a mapping, and the configuration of Morph-KGC."""
    python = python_of("morph")
    subprocess.run([python, WORKLOAD / "gen.py", str(rows), folder, "--no-parquet"], check=True, capture_output=True)
    writer = [str(python), str(WORKLOAD / "mk_rml.py"), str(folder), "csv", str(folder)]
    subprocess.run(writer, check=True, cwd=WORKLOAD, env={"PYTHONDONTWRITEBYTECODE": "1"})
    config = (folder / "morph2.ini").read_text("utf-8")
    best = config.replace("[DS]", "mapping_partitioning=MAXIMAL\n[DS]")
    (folder / "morph2.ini").write_text(best, "utf-8")
    return folder


def with_joins(plain: Path, folder: Path) -> Path:
    """The same workload, but enterprises name their cluster: a join by the name takes the place of its id."""
    query = (
        f"SELECT e.* EXCLUDE cluster_id, k.name AS cluster_name FROM {_csv(plain, 'enterprises')} e "
        f"LEFT JOIN {_csv(plain, 'clusters')} k ON k.id = e.cluster_id"
    )
    mapping = _variant(plain, folder, query)
    by_id = 'rr:objectMap [ rr:template "http://kg.example.cn/id/cluster/{cluster_id}" ]'
    condition = 'rr:joinCondition [ rr:child "cluster_name" ; rr:parent "name" ]'
    assert mapping.count(by_id) == 1
    joined = mapping.replace(by_id, f"rr:objectMap [ rr:parentTriplesMap <#clusters> ; {condition} ]")
    (folder / "map.ttl").write_text(joined, "utf-8")
    return folder


def with_duplicates(plain: Path, folder: Path) -> Path:
    """The same with a quarter of the rows twice, a fiftieth with another role, and cities told by enterprises too."""
    rows = _csv(plain, "enterprises")
    query = (
        f"SELECT * FROM {rows} UNION ALL SELECT * FROM {rows} WHERE hash(uscc) % 4 = 0 "
        f"UNION ALL SELECT * REPLACE ('另一角色' AS role) FROM {rows} WHERE hash(uscc) % 50 = 1"
    )
    more = f"""<#cityOf> a rr:TriplesMap ;
 rml:logicalSource [ rml:source "{folder}/enterprises.csv" ; rml:referenceFormulation ql:CSV ] ;
 rr:subjectMap [ rr:template "http://kg.example.cn/id/city/{{city_code}}" ; rr:class <http://kg.example.cn/ont#City> ] ;
 rr:predicateObjectMap [ rr:predicate <http://kg.example.cn/ont#hasSector> ;
  rr:objectMap [ rr:template "http://kg.example.cn/id/sector/{{sector_code}}" ] ] .
"""
    (folder / "map.ttl").write_text(_variant(plain, folder, query) + more, "utf-8")
    return folder


def _variant(plain: Path, folder: Path, query: str) -> str:
    """Writes the tables of a variant; returns the mapping of the plain workload with its own files."""
    folder.mkdir()
    duckdb.execute(f"COPY ({query}) TO '{folder}/enterprises.csv' (FORMAT CSV, HEADER true)")
    for name in ("cities.csv", "sectors.csv", "clusters.csv", "morph2.ini"):
        text = (plain / name).read_text("utf-8").replace(str(plain), str(folder))
        (folder / name).write_text(text, "utf-8")
    return (plain / "map.ttl").read_text("utf-8").replace(str(plain), str(folder))


def _csv(folder: Path, table: str) -> str:
    return f"read_csv('{folder}/{table}.csv', all_varchar = true)"


def count_lines(path: Path) -> int:
    """The number of lines of a file."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 22), b""))


def show(title: str, runs: Mapping[str, Run], *, yardstick: str) -> None:
    """Prints a table: each run, and how many times the triples a second (and the work) of the yardstick it makes."""
    table = Table(
        "", "triples", "seconds", "CPU s", "million triples/s", "peak MB", f"x {yardstick}", "x by CPU", title=title
    )
    other = runs[yardstick]
    for name, run in runs.items():
        cells = [f"{run.triples:,}" if run.triples else "", f"{run.seconds:.1f}", f"{run.cpu:.1f}"]
        if run.triples:
            rate = run.triples / run.seconds
            ratio = rate / (other.triples / other.seconds)
            work = (run.triples / max(run.cpu, 0.01)) / (other.triples / other.cpu)
            cells += [f"{rate / 1e6:.2f}", f"{run.peak_mb:,}", f"{ratio:.1f}", f"{work:.1f}"]
        else:
            cells += ["", f"{run.peak_mb:,}", "", ""]
        table.add_row(name, *cells)
    Console(width=120).print(table)
