"""What a header row must be, whatever it stands in."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from kg.errors import ReadError
from kg.read.typed import NUMBER


def check_names(header: Sequence[str], path: Path, line: int = 1) -> None:
    """Raise ReadError for a header without names, or with names that cannot be told apart."""
    if not any(header):
        raise ReadError(f"row {line} is blank; it must be the header", file=path, line=line)
    if "" in header:
        raise ReadError(f"column {header.index('') + 1} has no name", file=path, line=line)
    if NUMBER in header:
        raise ReadError(f"a column cannot be called {NUMBER!r}: that is the number of the row", file=path, line=line)
    twice = [name for name, times in Counter(name.lower() for name in header).items() if times > 1]
    if twice:
        same = [name for name in header if name.lower() == twice[0]]
        raise ReadError(f"two columns have one name (case aside): {', '.join(map(repr, same))}", file=path, line=line)
