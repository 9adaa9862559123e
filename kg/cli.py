"""The command line: parse, call, print. Results go to stdout, everything else to stderr; no logic lives here."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.errors import KgError

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Build and query source-backed knowledge graphs of industrial clusters (产业集群).",
    epilog="Exit codes: 0 fine, 1 done with problems, 2 usage, 3 nothing published or written.",
)

USAGE, NOTHING, INTERRUPTED = 2, 3, 130

Release = Annotated[
    Path, typer.Option("--release", "-r", help="A release folder, or an output folder; its latest release is read.")
]
Language = Annotated[str, typer.Option("--lang", help="Language of labels: zh or en.")]


def main() -> None:
    """Runs the command line; a KgError becomes one clear sentence and an exit code, never a traceback."""
    try:
        app(standalone_mode=False)
    except KgError as error:
        _fail(error, USAGE)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)


def _fail(error: KgError, code: int) -> None:
    typer.secho(f"error: {error}", err=True, fg=typer.colors.RED)
    sys.exit(code)


@app.command()
def build(
    directory: Annotated[
        Path | None, typer.Argument(help="Project folder with catalog.toml; default: ./data, else the bundled data.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where releases go.")] = Path("output"),
    force: Annotated[bool, typer.Option("--force", help="Publish again even if nothing changed.")] = False,
) -> None:
    """Build the knowledge graph and publish it as output/latest."""
    from kg.pipeline import build as run
    from kg.view.terminal import StageLines, build_summary

    try:
        result = run(directory, output=output, progress=StageLines(), force=force)
    except KgError as error:
        _fail(error, NOTHING)
    else:
        typer.echo(build_summary(result), err=result.folder is None)
        raise typer.Exit(result.exit_code)
