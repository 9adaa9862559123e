"""Runs SPARQL queries on a release: in this process, or in one of their own that can be stopped.

Oxigraph cannot be interrupted: a query that must end in time, or when Ctrl-C is pressed, runs in a child process,
which is killed then. The child writes SPARQL JSON or N-Triples, which is parsed here as it comes.
"""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import KgError, QueryError
from kg.store.oxigraph import open_store
from kg.store.results import TRIPLE, Answer, Kind, Solution
from kg.store.sparql import check_query, syntax_error

LONG = 5_000
"""Characters above which a query always gets a process of its own: very long ones overflow the parser's stack."""

JSON = ox.QueryResultsFormat.JSON
ALARM = int(getattr(signal, "SIGALRM", 0))
FOREVER = 10.0**7
"""Seconds; timers know no infinity."""

GRACE = 5.0
"""Seconds that a child which closed its output gets to end."""

FAILURES = (SyntaxError, ValueError, RuntimeError, OSError)
"""What Oxigraph raises: for bad syntax, text that is no UTF-8, evaluation, reading."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was checked, with the base IRI and the prefixes that it need not declare."""

    text: str
    base: str
    prefixes: Mapping[str, str]

    @classmethod
    def checked(cls, text: str, *, base: str, prefixes: Mapping[str, str]) -> "Query":
        """The query; QueryError where it is refused (updates, SERVICE, FROM)."""
        return cls(check_query(text), base, dict(prefixes))


@contextmanager
def run(query: Query, store: ox.Store) -> Iterator[Answer]:
    """The answer of a query, evaluated in this process; it cannot be stopped."""
    answer = _evaluate(query, store)
    if isinstance(answer, ox.QueryBoolean):
        yield _answer(query, Kind.ASK, (), iter(()), boolean=bool(answer))
    elif isinstance(answer, ox.QuerySolutions):
        yield _answer(query, Kind.SELECT, _variables(answer), _guarded(_solutions(answer)))
    else:
        yield _answer(query, Kind.GRAPH, TRIPLE, _guarded(_triples(answer)))


@contextmanager
def run_in_child(query: Query, folder: Path, *, timeout: float = math.inf) -> Iterator[Answer]:
    """The answer of a query, evaluated in a child process that is killed after `timeout` seconds or when this ends."""
    with _child(folder, query, timeout) as child:
        kind = child.output.readline().decode().strip()
        if kind not in set(Kind):
            raise child.failure()
        if kind == Kind.GRAPH:
            triples = _triples(ox.parse(child.output, ox.RdfFormat.N_TRIPLES))
            yield _answer(query, Kind.GRAPH, TRIPLE, child.checked(triples))
            return
        try:
            found = ox.parse_query_results(child.output, JSON)
        except FAILURES as error:
            raise child.failure() from error
        if isinstance(found, ox.QuerySolutions):
            yield _answer(query, Kind.SELECT, _variables(found), child.checked(_solutions(found)))
        else:
            yield _answer(query, Kind.ASK, (), iter(()), boolean=bool(found))


def _evaluate(query: Query, store: ox.Store) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        return store.query(query.text, base_iri=query.base, prefixes=dict(query.prefixes))
    except SyntaxError as error:
        raise syntax_error(query.text, str(error), query.prefixes) from error
    except FAILURES as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def _answer(
    query: Query, kind: Kind, variables: tuple[str, ...], solutions: Iterator[Solution], *, boolean: bool | None = None
) -> Answer:
    return Answer(kind, variables, solutions, boolean, query.prefixes, query.base)


def _variables(found: ox.QuerySolutions) -> tuple[str, ...]:
    return tuple(variable.value for variable in found.variables)


def _solutions(found: ox.QuerySolutions) -> Iterator[Solution]:
    return (tuple(solution) for solution in found)


def _triples(found: Iterator[ox.Triple] | Iterator[ox.Quad]) -> Iterator[Solution]:
    return ((triple.subject, triple.predicate, triple.object) for triple in found)


def _guarded(solutions: Iterator[Solution]) -> Iterator[Solution]:
    try:
        yield from solutions
    except FAILURES as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


@dataclass(slots=True)
class _Child:
    """A running child: what it writes, and why it ended."""

    process: subprocess.Popen[bytes]
    timeout: float
    late: bool = False

    @property
    def output(self) -> IO[bytes]:
        """What the child answers: a line with the kind, then the answer."""
        return cast("IO[bytes]", self.process.stdout)

    def send(self, request: Mapping[str, object]) -> None:
        """Gives the child its request; one that is dead already is noticed when its answer is read."""
        with suppress(BrokenPipeError), cast("IO[bytes]", self.process.stdin) as stream:
            stream.write(json.dumps(request).encode())

    def stop(self) -> None:
        """Called by the timer, in its thread."""
        self.late = True
        self.process.kill()

    def checked(self, solutions: Iterator[Solution]) -> Iterator[Solution]:
        """The solutions; QueryError where the child did not reach their end."""
        try:
            yield from solutions
        except FAILURES as error:
            raise self.failure() from error
        if self.process.wait() != 0:
            raise self.failure()

    def failure(self) -> QueryError:
        """Why the child ended: too late, an error that it reports, or the system's doing."""
        code = self._end()
        if self.late or code == -ALARM:
            return QueryError(
                f"the query took more than {self.timeout:g} seconds and was stopped: "
                "narrow it, add LIMIT, or allow it more time"
            )
        try:
            return QueryError(**json.loads(cast("IO[bytes]", self.process.stderr).read()))
        except (ValueError, TypeError):
            return QueryError(
                f"the query's process ended early (exit status {code}): "
                "the query is too long, or needs more memory than there is"
            )

    def _end(self) -> int:
        try:
            return self.process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def _child(folder: Path, query: Query, timeout: float) -> Iterator[_Child]:
    """A child that evaluates the query; killed at the end, whatever happens."""
    command = [sys.executable, "-P", "-c", f"from {__name__} import answer_parent; answer_parent()"]
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": path}
    # S603 asks who made the command: it is this interpreter and this module, the query goes through stdin.
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as process:  # noqa: S603
        child = _Child(process, timeout)
        timer = Timer(min(timeout, FOREVER), child.stop)
        timer.daemon = True
        timer.start()
        try:
            child.send({"folder": str(folder), "timeout": min(timeout, FOREVER), "query": asdict(query)})
            yield child
        finally:
            timer.cancel()
            process.kill()


def answer_parent() -> None:
    """What the child does: reads a request, writes the answer to stdout, or an error to stderr (exit status 1).

    The alarm ends it should its parent be gone, and Ctrl-C ends it at once: neither waits for Python to have a turn.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    request = json.load(sys.stdin.buffer)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, request["timeout"])
    try:
        _write_answer(Query(**request["query"]), open_store(Path(request["folder"])))
    except QueryError as error:
        report = {"reason": error.reason, "line": error.line, "column": error.column, "text": error.text}
    except KgError as error:
        report = {"reason": str(error)}
    except FAILURES as error:
        report = {"reason": f"the query cannot be evaluated: {error}"}
    else:
        return
    sys.stderr.write(json.dumps(report))
    sys.exit(1)


def _write_answer(query: Query, store: ox.Store) -> None:
    output = sys.stdout.buffer
    answer = _evaluate(query, store)
    if isinstance(answer, ox.QueryTriples):
        output.write(f"{Kind.GRAPH}\n".encode())
        answer.serialize(output, ox.RdfFormat.N_TRIPLES)
    else:
        output.write(f"{Kind.SELECT if isinstance(answer, ox.QuerySolutions) else Kind.ASK}\n".encode())
        answer.serialize(output, JSON)
    output.flush()
