"""What all that speak to Spark share: its errors in one line, paths as it reads them.

pyspark is an extra (`pip install 'cluster-kg[spark]'`), imported where it is used.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import KgError

SETTINGS = {
    "spark.sql.variable.substitute": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
}
"""What all our SQL takes for granted: `${...}` in a text is text, and a name is what it is."""


def spark_errors() -> tuple[type[Exception], ...]:
    """Return what Spark raises; a ConnectionError when its JVM is gone."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return Py4JError, PySparkException, ConnectionError


def words_of(error: Exception) -> str:
    """Return the first line of what Spark says, without Py4J's words about the call."""
    java = getattr(error, "java_exception", None)
    return str(error if java is None else java.toString()).strip().partition("\n")[0]


@contextmanager
def told(kind: type[KgError]) -> Iterator[None]:
    """Turn what Spark reports, with a page of the JVM's stack, into an error of this kind and one line."""
    try:
        yield
    except spark_errors() as error:
        gone = isinstance(error, ConnectionError)
        said = "its JVM has ended (killed, or out of memory)" if gone else words_of(error)
        raise kind(f"Spark could not carry it out: {said}") from error


def pattern(path: Path) -> str:
    """Return a path as Spark reads it: a file's (not HDFS's), with nothing in it taken for a pattern."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.absolute()))
