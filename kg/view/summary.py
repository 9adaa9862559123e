"""What the terminal says at the end of a build or a validation."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.model import Problem, Violation
from kg.store.entities import local_name, pick_label
from kg.view.report import Coverage, ReportData, Tally
from kg.view.terminal import PIPE, Terminal, text_width, visible, wrap

SHOWN = 20
"""Violations or problems that the terminal lists; the rest is counted, and stands in problems.csv."""
CLASSES = 9
LEFT = 14
"""Columns of the names on the left."""


def release_summary(data: ReportData, output: Path, *, changed: bool, terminal: Terminal = PIPE) -> str:
    """What a published release holds, how well it is backed, and what to do next."""
    release = data.release
    title = " / ".join(dict.fromkeys(release.title.values()))
    news = f"release {release.id}" if changed else f"nothing changed: release {release.id} is up to date"
    named = [("clusters", one) for one in data.clusters[:1]] + [("legal names", data.legal_names)]
    coverage = [_line(name, _covered(one), terminal) for name, one in named if any(part.count for part in one.parts)]
    lines = [
        "",
        terminal.bold(visible(title)),
        terminal.dim(f"{news} in {output / 'latest'}"),
        "",
        _line("entities", f"{data.entities:,}: {_parts(_most(data.classes))}", terminal),
        _line("triples", f"{release.triples:,}, each once in the default graph", terminal),
        _line("claims", f"{release.claims:,}: {_parts(data.claims.parts)}", terminal),
        _line("sources", f"{sum(one.sources for one in data.grades):,}: {_grades(data)}", terminal),
        *_article_lines(data, output, terminal),
        *coverage,
        *_problem_lines(data.run.problems, output, terminal),
        "",
        *_next_steps(output, terminal),
    ]
    return "\n".join(lines)


def violations_text(violations: Sequence[Violation], terminal: Terminal = PIPE) -> str:
    """Each violation with the thing, its rows and the rule, in plain words."""
    count = len(violations)
    lines = [terminal.bold(f"{count:,} violation{'s' if count != 1 else ''}")]
    for violation in violations[:SHOWN]:
        where = " ".join(filter(None, (violation.label, f"<{violation.entity}>" if violation.entity else "")))
        lines.append(terminal.warn(f"✗ {visible(violation.message)}"))
        lines += [f"    {visible(where)}"] if where else []
        lines += [f"    value: {visible(violation.value)}"] if violation.value else []
        lines += [f"    row:   {', '.join(map(_row, violation.rows))}"] if violation.rows else []
        lines.append(terminal.dim(f"    rule:  {violation.rule}"))
    lines += [f"… and {count - SHOWN:,} more"] if count > SHOWN else []
    return "\n".join(lines)


def problems_text(problems: Sequence[Problem], terminal: Terminal = PIPE) -> str:
    """Each problem in one line: file, row, value and reason."""
    lines = []
    for problem in problems[:SHOWN]:
        place = problem.file if problem.line is None else f"{problem.file} row {problem.line}"
        lines.append(f"{terminal.warn('!')} {visible(place)}: {visible(problem.value)!r} {visible(problem.reason)}")
    lines += [f"… and {len(problems) - SHOWN:,} more"] if len(problems) > SHOWN else []
    return "\n".join(lines)


def _problem_lines(problems: Sequence[Problem], output: Path, terminal: Terminal) -> list[str]:
    if not problems:
        return [_line("problems", "none", terminal)]
    where = f"{len(problems):,}; all of them are in {output / 'latest' / 'problems.csv'}"
    return [_line("problems", where, terminal), problems_text(problems, terminal)]


def _article_lines(data: ReportData, output: Path, terminal: Terminal) -> list[str]:
    if not data.articles and not data.run.review:
        return []
    claims = sum(one.claims for one in data.articles)
    review = f"; {data.run.review:,} statements for review in {output / 'latest' / 'review.csv'}"
    text = f"{len(data.articles):,} give {claims:,} claims, each with its sentence{review if data.run.review else ''}"
    return [_line("articles", text, terminal)]


def _next_steps(output: Path, terminal: Terminal) -> list[str]:
    latest = output / "latest"
    steps = (
        (f"open {latest / 'graph.html'}", "look at the graph (offline, in a browser)"),
        (f"open {latest / 'report.html'}", "what it holds, and how well it is backed"),
        ("kg query --list", "questions that it answers"),
        ("kg explain NAME", "all facts of an entity, each with its source and row"),
    )
    width = max(text_width(command) for command, _ in steps)
    return [f"  {terminal.bold(command)}{' ' * (width - text_width(command))}   {what}" for command, what in steps]


def _line(name: str, text: str, terminal: Terminal) -> str:
    room = (terminal.width or 120) - LEFT - 2
    first, *more = wrap(visible(text), max(room, 30))
    return "\n".join([f"  {terminal.bold(f'{name:<{LEFT - 1}}')} {first}", *(" " * (LEFT + 2) + one for one in more)])


def _covered(coverage: Coverage) -> str:
    """How far the names are confirmed, behind the list that they stand on."""
    of = visible(f"{pick_label(coverage.labels, coverage.key, 'zh')}: ") if coverage.key else ""
    return of + _parts(coverage.parts)


def _most(classes: Sequence[Tally]) -> list[Tally]:
    """The largest classes, and one tally for all others."""
    rest = classes[CLASSES:]
    other = Tally("", {"en": f"in {len(rest)} more classes"}, sum(one.count for one in rest))
    return [*classes[:CLASSES], *([other] if rest else [])]


def _parts(parts: Iterable[Tally]) -> str:
    return " · ".join(f"{_both(one)} {one.count:,}" for one in parts if one.count)


def _grades(data: ReportData) -> str:
    return " · ".join(f"{_both(Tally(one.key, one.labels, one.sources))} {one.sources:,}" for one in data.grades)


def _both(tally: Tally) -> str:
    names = [tally.labels[language] for language in ("zh", "en") if language in tally.labels]
    return visible(" ".join(names) or local_name(tally.key))


def _row(locator: str) -> str:
    file, _, row = locator.partition("#row=")
    return f"{visible(file)} row {row}"
