"""The rows of a file that people keep: judgements, and answers about claims."""

import csv
from collections.abc import Sequence
from pathlib import Path

from kg.resolve.errors import ResolveError


def read_rows(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a CSV file and their values in these columns, and in the optional ones that it has.

    ResolveError where it is no such file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            found = reader.fieldnames or ()
            missing = [name for name in columns if name not in found]
            if missing:
                raise ResolveError(f"the column {missing[0]!r} is missing", file=path, line=1)
            wanted = (*columns, *(name for name in optional if name in found))
            return [(line, {name: row[name] or "" for name in wanted}) for line, row in enumerate(reader, 2)]
    except OSError as err:
        raise ResolveError(f"cannot be read: {err.strerror or err}", file=path) from err
    except (csv.Error, UnicodeDecodeError) as err:
        raise ResolveError(f"is not a sound CSV file in UTF-8: {err}", file=path) from err
