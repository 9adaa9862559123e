"""Checks written as queries: each row that one gives is a violation ("no domain statement without a claim").

The variables of a row are, in this order, the entity, the predicate and the value that break the rule.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from heapq import nsmallest
from itertools import chain, count
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ValidationError
from kg.model import Violation
from kg.validate.side_by_side import side_by_side
from kg.validate.surroundings import Surroundings

SHOWN = 50
"""Violations of one check that are listed; one more says how many there are."""


SCOPE = "# scope: subject"
"""Stands in a check whose rows of one subject depend only on the statements of that subject, on those that point at
it, and on the claims of both: after a small change it is asked only of what has changed."""


def run_checks(
    store: ox.Store,
    folder: Path,
    *,
    base: str,
    prefixes: Mapping[str, str],
    around: Surroundings | None = None,
) -> list[Violation]:
    """The violations of every `*.rq` in the folder, in the order of file names.

    With `around`, the surroundings of what has changed in a valid graph, a check of SCOPE looks only there.
    """

    def check(path: Path) -> list[Violation]:
        if around and SCOPE in path.read_text("utf-8").splitlines():
            return list(_check(around.store, path, base=base, prefixes=prefixes, only=around.nodes))
        return list(_check(store, path, base=base, prefixes=prefixes))

    return list(chain.from_iterable(side_by_side([partial(check, path) for path in sorted(folder.glob("*.rq"))])))


def count_checks(folder: Path) -> int:
    """How many checks there are."""
    return len(list(folder.glob("*.rq")))


def _check(
    store: ox.Store, path: Path, *, base: str, prefixes: Mapping[str, str], only: frozenset[str] | None = None
) -> Iterator[Violation]:
    text = path.read_text("utf-8")
    try:
        solutions = store.query(text, base_iri=base, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise ValidationError(f"the check is not valid SPARQL: {error}", file=path) from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValidationError("a check must be a SELECT whose rows are the violations", file=path)
    number = count()  # there can be millions: they are counted, but few are held
    shown = ([_shown(value) for value in row] for row in solutions)
    broken = (row for row in shown if only is None or row[0] in only)
    rows = nsmallest(SHOWN, (row for row, _ in zip(broken, number, strict=False)))
    title = " / ".join(_titles(text)) or path.stem
    for row in rows:
        entity, predicate, value = (*row, "", "", "")[:3]
        yield Violation(path.stem, entity, title, value, predicate)
    more = next(number) - len(rows)
    if more > 0:
        yield Violation(path.stem, "", f"{title}: {more} more")


def _titles(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.startswith("# title")]
    return [line.split(":", 1)[1].strip() for line in lines]


def _shown(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, ox.Triple) else value.value
