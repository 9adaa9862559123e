"""The rows of a small CSV file that people keep or look at: judgements, answers, pairs to judge, words of a lexicon."""

import csv
from collections.abc import Sequence
from pathlib import Path

from kg.errors import ReadError


def read_rows(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> list[tuple[int, dict[str, str]]]:
    """The lines of a CSV file and their values in these columns, and in the optional ones that it has.

    ReadError where it is no such file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            found = reader.fieldnames or ()
            missing = [name for name in columns if name not in found]
            if missing:
                raise ReadError(f"the column {missing[0]!r} is missing", file=path, line=1)
            wanted = (*columns, *(name for name in optional if name in found))
            return [(line, {name: row[name] or "" for name in wanted}) for line, row in enumerate(reader, 2)]
    except OSError as err:
        raise ReadError(f"cannot be read: {err.strerror or err}", file=path) from err
    except (csv.Error, UnicodeDecodeError) as err:
        raise ReadError(f"is not a sound CSV file in UTF-8: {err}", file=path) from err


def read_column(path: Path, column: str) -> list[str]:
    """The values of one column, in the order of the file; ReadError as above."""
    return [row[column] for _, row in read_rows(path, (column,))]


def read_pairs(path: Path, key: str, value: str) -> dict[str, str]:
    """One column by another; ReadError as above."""
    return {row[key]: row[value] for _, row in read_rows(path, (key, value))}
