"""A Spark master with two workers on loopback, from the jars of pyspark; and a hostile table to give it."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

from tests.mapping.support import PREFIXES

HOST = "127.0.0.1"
SECONDS = 240.0
"""How long anything may take on a machine that has other work."""

HOME = Path(pyspark.__file__).parent
ODD = ('"创新"', "\\反斜", "换\n行", "回\r车", "制\t表", "A&B", "<研>", "O'N", "𠮷", "{花括}", "${x}", " 空 ", "\x07铃")


def environment() -> dict[str, str]:
    """Return an environment in which Spark talks to this machine only, and has little to say."""
    return {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "256m"}


@dataclass(slots=True)
class Cluster:
    """The processes of a master and its workers."""

    master: str
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def executors(self) -> int:
        """Return how many executors have been started."""
        return self.log.read_bytes().count(b"Launching executor app-")

    def kill_worker(self) -> None:
        """Kill the last worker at once, with its executors."""
        end(self.processes.pop())

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds; TimeoutError when it takes too long."""
        limit = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > limit:
                raise TimeoutError
            time.sleep(0.01)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Give a master with two workers of one core; all their processes are ended, whatever happens."""
    port, log = free_port(), folder / "spark.log"
    made = Cluster(f"spark://{HOST}:{port}", log)
    ui = ("--host", HOST, "--webui-port", "0")
    try:
        made.processes.append(start("master.Master", log, *ui, "--port", str(port)))
        made.wait_for(lambda: b"Starting Spark master" in log.read_bytes())
        for number in range(2):
            place = ("--work-dir", str(folder / f"worker-{number}"), "--cores", "1", "--memory", "1g")
            made.processes.append(start("worker.Worker", log, *ui, *place, made.master))
        made.wait_for(lambda: log.read_bytes().count(b"Successfully registered with master") == 2)
        yield made
    finally:
        for process in reversed(made.processes):
            end(process)


def start(name: str, log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a class of org.apache.spark.deploy in a process group of its own."""
    command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
    properties = log.with_name("log4j2.properties")
    properties.write_text(
        "rootLogger.level = info\nrootLogger.appenderRef.stderr.ref = console\nappender.console.type = Console\n"
        "appender.console.name = console\nappender.console.target = SYSTEM_ERR\n"
        "appender.console.layout.type = PatternLayout\nappender.console.layout.pattern = %m%n\n"
    )
    options = {"SPARK_DAEMON_JAVA_OPTS": f"-Dlog4j2.configurationFile={properties}"}
    with log.open("ab") as file:
        return subprocess.Popen(
            command, stdout=file, stderr=file, env=environment() | options, cwd=log.parent, start_new_session=True
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and what it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(SECONDS)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def map_command(folder: Path, master: str, target: str) -> "subprocess.Popen[bytes]":
    """Start `kg map --engine spark` on the table and mapping of a folder; its exit code is 1 for the bad dates."""
    arguments = ["map", "map.ttl", "-o", target, "--sorted", "--engine", "spark", "--master", master]
    command = [sys.executable, "-c", "from kg.cli import main; main()", *arguments, "--base", "http://example.com/"]
    with (folder / f"{target}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment(), stderr=log)


def enterprises(path: Path, *, rows: int) -> Path:
    """Write a table in the manner of the benchmark's generator: odd signs in names and ids, nulls, some bad dates."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(("id", "name", "cluster", "founded", "capital", "employees", "role"))
        for number in range(rows):
            odd = ODD[number % len(ODD)] if number % 20 == 0 else ""
            writer.writerow(
                (
                    f"91{number * 7919:016}",
                    f"烟台{odd}华中{number % 97}有限公司",
                    f"烟台/材料 {number % 311:03}" if number % 10 else "",
                    "2019-02-29"
                    if number % 1000 == 0
                    else f"20{number % 24:02}-{number % 12 + 1:02}-{number % 28 + 1:02}",
                    f"{number}.{number % 100:02}" if number % 21 else "",
                    str(number % 20_000) if number % 13 else "",
                    "龙头企业",
                )
            )
    return path


def mapping_text() -> str:
    """Return the mapping of that table, with every kind of term."""
    objects = (
        'rml:reference "name" ; rml:language "zh"',
        'rml:reference "id"',
        'rml:template "cluster/{cluster}"',
        'rml:reference "founded" ; rml:datatype xsd:date',
        'rml:reference "capital" ; rml:datatype xsd:decimal',
        'rml:reference "employees" ; rml:datatype xsd:integer',
    )
    poms = "".join(
        f" rml:predicateObjectMap [ rml:predicate ex:p{number} ; rml:objectMap [ {one} ] ] ;"
        for number, one in enumerate(objects)
    )
    source = 'rml:logicalSource [ rml:source "enterprises.csv" ; rml:referenceFormulation rml:CSV ]'
    clusters = 'rml:subjectMap [ rml:template "cluster/{cluster}" ; rml:class ex:Cluster ]'
    roles = 'rml:predicateObjectMap [ rml:predicate ex:role ; rml:objectMap [ rml:reference "role" ] ]'
    return (
        f'{PREFIXES}<#e> {source} ; rml:subjectMap [ rml:template "enterprise/{{id}}" ; rml:class ex:Enterprise ] ;'
        f"{poms} .\n<#c> {source} ; {clusters} ; {roles} .\n"
    )
