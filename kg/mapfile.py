"""What `kg map` can be asked for beside the triples: parts, a bound on problems, a file of them, the plan as text."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import PublishError
from kg.export.tables import write_problems
from kg.mapping.output import TURTLE, Form, TooManyProblemsError, replacing, syntax_of
from kg.mapping.plan import Plan
from kg.mapping.turtle import prefixes_of
from kg.model import Problem
from kg.read.stamps import Stamps


@dataclass(frozen=True, slots=True)
class MapOptions:
    """`parts` files in a folder instead of one file; a stop above `max_problems`; `problems`, a CSV of them."""

    ordered: bool = False
    parts: int = 0
    max_problems: int = sys.maxsize
    problems: Path | None = None

    def allow(self, count: int) -> None:
        """TooManyProblemsError where so many problems are too many."""
        if count > self.max_problems:
            raise TooManyProblemsError(0, ())


PLAIN = MapOptions()


def form_of(options: MapOptions, plan: Plan, target: Path, mapping: Path, stamps: Stamps) -> Form:
    """How the target is written; KgError where its name or the options ask for what there is not."""
    if options.parts and options.ordered:
        raise PublishError("sorted lines go into one file, not into parts", file=target)
    if not target.absolute().parent.is_dir():
        raise PublishError("its folder does not exist", file=target)
    turtle = syntax_of(target, plan) == TURTLE and not options.ordered  # sorted lines are valid Turtle too
    return Form(
        ordered=options.ordered,
        prefixes=prefixes_of(plan, _prefixes(mapping)) if turtle else None,
        parts=options.parts,
        most_problems=options.max_problems,
        verify=stamps.check,
    )


@contextmanager
def told(options: MapOptions, known: list[Problem]) -> Iterator[list[Problem]]:
    """Gives the list of all problems, which begins with those `known`; at the end it is written to the file asked for.

    TooManyProblemsError where there are more than allowed, with some of them.
    """
    problems = list(known)
    try:
        options.allow(len(known))
        yield problems
    except TooManyProblemsError as error:
        problems += error.problems
        raise TooManyProblemsError(error.count + len(known), tuple(problems)) from error
    finally:
        if options.problems is not None:
            with replacing(options.problems) as partial:
                write_problems(dict.fromkeys(problems), partial)


def _prefixes(mapping: Path) -> Mapping[str, str]:
    """The prefixes of a mapping in Turtle; none of any other."""
    try:
        parser = ox.parse(mapping.read_bytes(), format=ox.RdfFormat.TURTLE)
        for _ in parser:
            pass
    except (SyntaxError, ValueError):
        return {}
    return dict(parser.prefixes)
