"""JSONPath (RFC 9535, all of it): iterators and references compiled once, and the plain ones as paths of DuckDB."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.errors import ReadError

if TYPE_CHECKING:
    from jsonpath import JSONPath

_NAME = r"[\w\- ]+"
_STEP = re.compile(rf"\.([^\W\d][\w\-]*)|\[(?:'({_NAME})'|\"({_NAME})\")\]|\[(\d+)\]|(\[\*\]|\.\*)")
_WHOLE = re.compile(rf"\$(?:{_STEP.pattern})*")


@lru_cache(maxsize=1024)
def compiled(path: str) -> "JSONPath":
    """Return a compiled path; ReadError where it is not one of RFC 9535."""
    from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError  # a tenth of a start, and few sources are JSON

    try:
        made = JSONPathEnvironment(strict=True).compile(path)
    except (JSONPathError, RecursionError) as error:
        reason = str(error).partition("\n")[0] + ("; no dot stands before [" if ".[" in path else "")
        raise ReadError(f"{path!r} is not valid JSONPath (RFC 9535): {reason}", value=path) from error
    assert isinstance(made, JSONPath)  # noqa: S101  # strict paths are never compounds
    return made


def normal(reference: str) -> str:
    """Return a reference as a path: spaces around it are no part of it, and a bare name is that member's.

    Mappings in the older vocabulary name members without `$.`.

    >>> normal("$.a "), normal("a.b"), normal("name of it")
    ('$.a', '$.a.b', "$['name of it']")
    """
    path = reference.strip()
    if path.startswith("$"):
        return path
    if re.fullmatch(r"[^\W\d][\w\-]*(?:\.[^\W\d][\w\-]*|\[(?:\*|\d+)\])*", path):
        return f"$.{path}"
    return "$['" + path.replace("\\", "\\\\").replace("'", "\\'") + "']"


def is_singular(path: str) -> bool:
    """Return whether a path gives one value at most (RFC 9535, section 2.1: a singular query)."""
    return compiled(path).singular_query()


def steps(path: str) -> list[str] | None:
    """Return the steps of a plain path as DuckDB writes them, ["*"] for every item; None for any other path.

    DuckDB's own paths are no JSONPath: they have no filters or slices, and * takes items of arrays only here.
    """
    if not _WHOLE.fullmatch(path):
        return None
    found = []
    for plain, single, double, index, every in _STEP.findall(path):
        name = plain or single or double
        if every == ".*":
            return None
        found.append(f'."{name}"' if name else f"[{index}]" if index else "*")
    return found
