"""The command line: parse, call, print. Results go to stdout, everything else to stderr; no logic lives here."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kg.errors import EngineError, KgError, ModelError, PublishError, QueryError

if TYPE_CHECKING:
    from kg.pipeline.matching import Linked

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Build and query source-backed knowledge graphs of industrial clusters (产业集群).",
    epilog="Exit codes: 0 fine, 1 done with problems, 2 usage, 3 nothing published or written.",
)

PROBLEMS, USAGE, NOTHING, INTERRUPTED = 1, 2, 3, 130


class Language(StrEnum):
    """Languages that labels are shown in."""

    ZH = "zh"
    EN = "en"


class ResultName(StrEnum):
    """Formats of query results; turtle, nt and jsonld are for CONSTRUCT and DESCRIBE."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XLSX = "xlsx"
    TURTLE = "turtle"
    NT = "nt"
    JSONLD = "jsonld"


class EngineName(StrEnum):
    """What runs a mapping."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class DiffName(StrEnum):
    """Formats of differences; nt-patch is an RDF Patch that another store can apply."""

    TEXT = "text"
    MD = "md"
    JSON = "json"
    NT_PATCH = "nt-patch"


class LogName(StrEnum):
    """Formats of the list of releases."""

    TEXT = "text"
    JSON = "json"


Releases = Annotated[Path, typer.Option("--output", "-o", help="Where the releases are.")]
Release = Annotated[Path, typer.Option("--release", "-r", help="A release, or a folder with output/latest.")]
Master = Annotated[str, typer.Option(help="Spark's master: local[N], spark://HOST:PORT, yarn ...")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of labels.")]
Project = Annotated[
    Path | None, typer.Argument(help="Project folder (its catalog.toml); default: ./data, else the bundled data.")
]


@app.command()
def build(
    directory: Project = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where releases go.")] = Path("output"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Publish again even if nothing changed.")] = False,
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Make no store: the parts are loaded elsewhere.")
    ] = False,
    engine: Annotated[EngineName, typer.Option(help="What maps large tables.")] = EngineName.DUCKDB,
    master: Master = "local[*]",
) -> None:
    """Build the knowledge graph and publish it as output/latest."""
    from kg.pipeline.build import build as run
    from kg.view.progress import StageLines
    from kg.view.summary import problems_text, release_summary, violations_text
    from kg.view.terminal import Terminal

    try:
        at = master if engine is EngineName.SPARK else None
        result = run(directory, output=output, progress=StageLines(), force=force, with_store=not no_store, master=at)
    except KgError as error:
        fail(error, NOTHING)
    if result.report is None:
        terminal = Terminal.of(sys.stderr)
        typer.echo(violations_text(result.violations, terminal), err=True)
        typer.echo(problems_text(result.problems, terminal), err=True)
        typer.echo("nothing was published; the release before is untouched", err=True)
    else:
        typer.echo(release_summary(result.report, output, changed=result.changed, terminal=Terminal.of(sys.stdout)))
    raise typer.Exit(result.exit_code)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or one without these files.")],
) -> None:
    """Write a small, commented project of your own, which builds at once."""
    from kg.project import write_project

    files = write_project(directory)
    typer.echo("\n".join(str(path) for path in files))
    typer.echo(f"written: {len(files)} files; next: kg build {directory}", err=True)


@app.command()
def query(
    text: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="A file, - for stdin, a query's text, or a bundled name.")
    ] = None,
    form: Annotated[ResultName | None, typer.Option("--format", "-f", help="Format of the result.")] = None,
    target: Annotated[Path | None, typer.Option("--output", "-o", help="A file, instead of stdout.")] = None,
    release: Release = Path(),
    timeout: Annotated[float, typer.Option(help="Seconds after which the query is stopped; 0: never.")] = 60,
    limit: Annotated[int | None, typer.Option(help="Show at most this many rows.")] = None,
    lang: Lang = Language.ZH,
    *,
    listing: Annotated[bool, typer.Option("--list", help="List the bundled queries.")] = False,
) -> None:
    """Ask the graph in SPARQL; prefixes such as ckg: need no declaration."""
    import kg
    from kg.view.asking import list_queries, read_query, write_answer
    from kg.view.terminal import Terminal

    with kg.open(release) as graph:
        if listing or text is None:
            typer.echo(list_queries(graph, lang.value, Terminal.of(sys.stdout)))
            return
        asked = read_query(text)
        with graph.stream(asked, timeout=timeout or float("inf")) as answer:
            write_answer(answer, None if form is None else form.value, target, limit=limit)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help='A name, an id such as "enterprise/e003", or an IRI.')],
    release: Release = Path(),
    lang: Lang = Language.ZH,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Write out every fact, however many there are.")] = False,
) -> None:
    """Tell all facts of an entity, each with its sources and rows."""
    import kg
    from kg.view.explain import LIMIT
    from kg.view.explain import explain as tell
    from kg.view.terminal import Terminal

    with kg.open(release) as graph:
        limit = None if everything else LIMIT
        typer.echo(tell(graph, name, lang.value, terminal=Terminal.of(sys.stdout), limit=limit))


@app.command(name="map")
def map_(
    mapping: Annotated[Path, typer.Argument(help="An RML mapping in Turtle, or a YARRRML one (.yml, .yaml).")],
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write: .nt .nq .ttl, also with .gz or .zst.")
    ] = None,
    base: Annotated[str, typer.Option(help="Base of relative IRIs.")] = "https://w3id.org/cluster-kg/",
    data: Annotated[Path | None, typer.Option(help="Folder of the sources; default: beside the mapping.")] = None,
    *,
    ordered: Annotated[bool, typer.Option("--sorted", help="Sort the lines.")] = False,
    engine: Annotated[EngineName, typer.Option(help="What does the work.")] = EngineName.DUCKDB,
    master: Master = "local[*]",
    parts: Annotated[int, typer.Option(min=0, help="Write a folder of so many files at once.")] = 0,
    max_problems: Annotated[int | None, typer.Option(min=0, help="Stop where there are more problems.")] = None,
    problems: Annotated[Path | None, typer.Option(help="Write the problems to this CSV file.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what would be done and why; write nothing.")] = False,
) -> None:
    """Run one RML or YARRRML mapping alone: tables in, triples out."""
    from kg.mapping.output import TooManyProblemsError
    from kg.pipeline.mapfile import MapOptions, explain_file, map_file
    from kg.view.summary import problems_text
    from kg.view.terminal import Terminal

    try:
        if explain:
            typer.echo(explain_file(mapping, base=base, data=data))
            return
        if target is None:
            raise typer.BadParameter("name the file to write", param_hint="--output")
        most = sys.maxsize if max_problems is None else max_problems
        options = MapOptions(ordered, parts, most, problems)
        at = master if engine is EngineName.SPARK else None
        written = map_file(mapping, target, base=base, data=data, master=at, options=options)
    except TooManyProblemsError as error:
        typer.echo(problems_text(error.problems, Terminal.of(sys.stderr)), err=True)
        fail(error, NOTHING)
    except KgError as error:
        fail(error, NOTHING)
    typer.echo(f"{written.triples:,} triples in {target}", err=True)
    if written.problems:
        typer.echo(problems_text(written.problems, Terminal.of(sys.stderr)), err=True)
        raise typer.Exit(PROBLEMS)


@app.command()
def extract(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="txt, html, docx, pdf; a folder; - for stdin.")
    ],
    directory: Annotated[Path | None, typer.Option("--project", help="Project whose names and words count.")] = None,
    least: Annotated[
        float | None, typer.Option("--min-confidence", min=0, max=1, help="Leave out what is less sure.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="A folder for one JSON file an article, instead of stdout.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON; of several files an object by file.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell what was cut, and why.")] = False,
    model: Annotated[
        bool, typer.Option("--model", help="Read with a language model too (KG_LLM_URL, KG_LLM_KEY, KG_LLM_MODEL).")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Show rules and model side by side.")] = False,
    entry: Annotated[
        str | None,
        typer.Option("--matches", metavar="ENTRY", help="What a rule, indicator or list of the lexicon matches."),
    ] = None,
) -> None:
    """Tell what articles say: clusters, enterprises, figures and relations, each with its sentence."""
    from kg.pipeline.articles import find_articles
    from kg.pipeline.build import article_reader
    from kg.view.comparison import comparison_text
    from kg.view.reading import JsonReadings, matches_text, reading_text, write_reading
    from kg.view.summary import problems_text
    from kg.view.terminal import Terminal

    terminal = Terminal.of(sys.stdout)
    found, problems = find_articles(files)
    results = JsonReadings(several=len(files) > 1 or files[0].is_dir())
    with article_reader(directory, with_model=model or compare) as reader:
        for one in found:
            read = reader.read(one.source, str(one.path))
            problems += read.problems
            if read.reading is None:
                continue
            if entry is not None:
                typer.echo(matches_text(str(one.path), reader.matches(entry, read), reader.faults()))
                continue
            told = read.compared if compare and read.compared else read.reading
            if target is not None:
                write_reading(told, target, one.name, least)
            elif as_json:
                results.add(str(one.path), told.to_json(least))
            elif compare and read.compared:
                typer.echo(comparison_text(str(one.path), read.compared, least=least, terminal=terminal))
            else:
                cuts = read.cut_texts() if verbose else []
                typer.echo(reading_text(str(one.path), read.reading, least=least, terminal=terminal, cuts=cuts))
    if as_json and target is None and results.text:
        typer.echo(results.text)
    if problems:
        typer.echo(problems_text(problems, Terminal.of(sys.stderr)), err=True)
        raise typer.Exit(PROBLEMS)


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="An RDF file: .ttl .nt .nq .trig .jsonld .rdf")],
    directory: Annotated[Path | None, typer.Option("--project", help="Project whose rules count.")] = None,
) -> None:
    """Check an RDF file by the shapes of the catalog, and a whole dataset by its evidence and counts too."""
    from kg.pipeline.validation import validate_file
    from kg.view.summary import violations_text
    from kg.view.terminal import Terminal

    validation = validate_file(file, directory)
    typer.echo(validation.words(), err=True)
    if validation.violations:
        typer.echo(violations_text(validation.violations, Terminal.of(sys.stdout)))
        raise typer.Exit(PROBLEMS)
    typer.echo("valid")


@app.command()
def view(
    target: Annotated[Path, typer.Option("--output", "-o", help="The HTML file.")],
    focus: Annotated[str | None, typer.Option(help="Draw the neighbourhood of this name, id or IRI.")] = None,
    hops: Annotated[int, typer.Option(min=1, max=4, help="How far the neighbourhood goes.")] = 1,
    release: Release = Path(),
) -> None:
    """Write the graph page, whole or of one entity's neighbourhood."""
    import kg
    from kg.view.graph_html import write_page

    with kg.open(release) as graph:
        write_page(graph, target, focus=focus, hops=hops)
    typer.echo(f"written: {target}", err=True)


@app.command()
def export(
    form: Annotated[str | None, typer.Argument(metavar="FORMAT", help="The format; left out: lists them.")] = None,
    target: Annotated[Path | None, typer.Option("--output", "-o", help="The file or folder to write.")] = None,
    release: Release = Path(),
) -> None:
    """Write a release in another format."""
    import kg
    from kg.export import Content, list_exporters
    from kg.export import export as write
    from kg.view.summary import problems_text

    if form is None or target is None:
        typer.echo(list_exporters())
        raise typer.Exit(0 if form is None else USAGE)
    with kg.open(release) as graph:
        problems = write(form, Content(graph.folder, graph.manifest, graph.store), target)
    if problems:
        typer.echo(problems_text(problems), err=True)
        raise typer.Exit(PROBLEMS)
    typer.echo(f"written: {target}", err=True)


@app.command()
def review(
    directory: Project = None,
    output: Releases = Path("output"),
    by: Annotated[str | None, typer.Option(help="Who decides; default: the user of this machine.")] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="Ask about these pairs (--undecided of match, dedupe) instead of a project.")
    ] = None,
    judgements: Annotated[Path, typer.Option(help="With --pairs: where the answers go.")] = Path("judgements.csv"),
    lang: Lang = Language.ZH,
    *,
    listing: Annotated[bool, typer.Option("--list", help="Only list what would be asked.")] = False,
) -> None:
    """Decide what the program cannot: which things are one, and which unsure claims of articles are right."""
    from kg.pipeline.reviewing import review_pairs, review_project, whoever
    from kg.view.review_terminal import ReviewScreen
    from kg.view.summary import problems_text
    from kg.view.terminal import Terminal

    who = whoever() if by is None else by.strip()
    if not who and not listing:
        raise typer.BadParameter("say who decides", param_hint="--by")
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not at_terminal and not listing:
        raise KgError("this asks questions and needs a terminal; `kg review --list` shows what it would ask")
    found = review_pairs(pairs, judgements, who) if pairs else review_project(directory, output, who, lang.value)
    questions = found.open()
    if found.problems:
        typer.echo(problems_text(found.problems, Terminal.of(sys.stderr)), err=True)
    if not questions:
        typer.echo("nothing to review", err=True)
    elif listing:
        typer.echo("\n".join(question.in_a_line() for question in questions))
    else:
        try:
            ReviewScreen(found, Terminal.of(sys.stdout)).run()
        finally:
            typer.echo(found.summary(), err=True)
    raise typer.Exit(PROBLEMS if found.problems else 0)


UNDECIDED = typer.Option(help="Write the pairs that a person should judge to this CSV file, for `kg review --pairs`.")


@app.command()
def match(
    left: Annotated[Path, typer.Argument(help="A table of companies: columns id, name; city, code, address help.")],
    right: Annotated[Path, typer.Argument(help="Another one.")],
    target: Annotated[Path, typer.Option("--output", "-o", help="The links: .csv, .tsv or .parquet.")],
    judgements: Annotated[
        Path | None, typer.Option(help="Decisions that always win (left,right,judgement,...).")
    ] = None,
    undecided: Annotated[Path | None, UNDECIDED] = None,
    engine: Annotated[EngineName, typer.Option(help="What does the work.")] = EngineName.DUCKDB,
    master: Master = "local[*]",
) -> None:
    """Link two tables of companies: which row of one is which of the other, with score and reason."""
    from kg.pipeline.matching import MatchOptions, match_files

    options = MatchOptions(judgements, undecided, master if engine is EngineName.SPARK else None)
    _linked(match_files(left, right, target, options), target)


@app.command()
def dedupe(
    table: Annotated[Path, typer.Argument(help="A table of companies: columns id, name; city, code, address help.")],
    target: Annotated[Path, typer.Option("--output", "-o", help="An entity_id a row: .csv, .tsv or .parquet.")],
    judgements: Annotated[
        Path | None, typer.Option(help="Decisions that always win (left,right,judgement,...).")
    ] = None,
    undecided: Annotated[Path | None, UNDECIDED] = None,
    engine: Annotated[EngineName, typer.Option(help="What does the work.")] = EngineName.DUCKDB,
    master: Master = "local[*]",
) -> None:
    """Find the rows of a table that are one company, with score and reason."""
    from kg.pipeline.matching import MatchOptions, dedupe_file

    options = MatchOptions(judgements, undecided, master if engine is EngineName.SPARK else None)
    _linked(dedupe_file(table, target, options), target)


@app.command()
def diff(
    before: Annotated[
        Path | None, typer.Argument(help="A release (id or folder) or RDF file; default: the one before B.")
    ] = None,
    after: Annotated[Path | None, typer.Argument(help="Another one; default: the latest release.")] = None,
    form: Annotated[DiffName, typer.Option("--format", "-f", help="Format of the differences.")] = DiffName.TEXT,
    output: Releases = Path("output"),
    lang: Lang = Language.ZH,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Tell every entity and fact, however many.")] = False,
) -> None:
    """Tell what changed from A to B; exit code 0: nothing, 1: something, 2: they cannot be compared."""
    from kg.store.counts import count_changes
    from kg.store.diff import compare, patch
    from kg.store.history import find_sides
    from kg.view.difference import as_json, markdown, text
    from kg.view.terminal import Terminal

    with compare(*find_sides(before, after, output)) as difference:
        if form is DiffName.NT_PATCH:
            lines = patch(difference)
        else:
            counts = count_changes(difference)
            if form is DiffName.JSON:
                lines = as_json(difference, counts, lang.value)
            elif form is DiffName.MD:
                lines = markdown(difference, counts, lang.value, everything=everything)
            else:
                terminal = Terminal.of(sys.stdout)
                lines = text(difference, counts, lang.value, everything=everything, terminal=terminal)
        for line in lines:
            typer.echo(line)
        if form is DiffName.NT_PATCH and difference.unnamed:
            typer.echo(f"left out: {difference.unnamed:,} statements with nodes without a name", err=True)
    raise typer.Exit(PROBLEMS if difference.count else 0)


@app.command()
def log(
    output: Releases = Path("output"),
    form: Annotated[LogName, typer.Option("--format", "-f", help="Format of the list.")] = LogName.TEXT,
) -> None:
    """List the releases: when each was built, what it holds, what changed since the one before."""
    from kg.store.history import read_history
    from kg.view.difference import history_json, history_text
    from kg.view.terminal import Terminal

    history = read_history(output)
    if form is LogName.JSON:
        typer.echo(history_json(history))
    else:
        typer.echo("\n".join(history_text(history, Terminal.of(sys.stdout))).rstrip())


@app.command()
def restore(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A release, or the beginning of its id.")],
    output: Releases = Path("output"),
) -> None:
    """Make an older release the latest again."""
    from kg.store.history import restore as run

    try:
        release = run(output, identifier)
    except PublishError as error:
        fail(error, NOTHING)
    typer.echo(f"{release.id} {'is the latest already' if release.latest else 'is the latest now'}", err=True)


@app.command()
def gc(
    keep: Annotated[int, typer.Option(min=1, help="How many releases stay; the latest is always one of them.")],
    output: Releases = Path("output"),
) -> None:
    """Remove older releases."""
    from kg.store.history import collect_garbage

    try:
        removed = collect_garbage(output, keep)
    except PublishError as error:
        fail(error, NOTHING)
    for release in removed:
        typer.echo(release.id)
    typer.echo(f"removed: {len(removed)} releases", err=True)


def _linked(linked: "Linked", target: Path) -> None:
    from kg.view.summary import problems_text
    from kg.view.terminal import Terminal

    typer.echo(f"{linked.rows:,} rows in {target}; {linked.undecided:,} pairs are left open", err=True)
    if linked.problems:
        typer.echo(problems_text(linked.problems, Terminal.of(sys.stderr)), err=True)
        raise typer.Exit(PROBLEMS)


def main() -> None:
    """Runs the command line; a KgError becomes one clear sentence and an exit code, never a traceback."""
    try:
        app()
    except KgError as error:
        fail(error, NOTHING if isinstance(error, ModelError | EngineError) else USAGE)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`kg query ... | head`); nothing is wrong, and nothing can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(error: KgError, code: int) -> NoReturn:
    """Ends the program with the error in words: what is wrong, where, and for a query a caret under the place."""
    from kg.view.terminal import Terminal, error_text

    terminal = Terminal.of(sys.stderr)
    kind = "query" if isinstance(error, QueryError) else "error"
    typer.echo(f"{terminal.warn(f'{kind}:')} {error_text(error, terminal)}", err=True)
    sys.exit(code)
