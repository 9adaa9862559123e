"""`kg query`: where the query comes from, and how its answer is shown."""

import sys
from pathlib import Path

from kg.errors import QueryError
from kg.export.results import format_for_path, write_result
from kg.store.graph import Graph
from kg.store.results import Answer, Kind
from kg.view.terminal import Terminal, table, text_width, visible

LONGEST_NAME = 255
"""A longer text is no file name, and asking the file system for it would fail."""


def read_query(text: str) -> str:
    """The query that an argument means: stdin for "-", the text of a file, else the argument itself."""
    if text == "-":
        return sys.stdin.read()
    path = Path(text)
    if len(text.encode()) <= LONGEST_NAME and "\n" not in text and path.is_file():
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(f"{path} cannot be read as UTF-8 text: {error}") from error
    return text


def write_answer(answer: Answer, form: str | None, target: Path | None, *, limit: int | None) -> None:
    """Writes the answer to a file or stdout; a table, or Turtle for triples, where no format is named."""
    if form is None and target is not None:
        form = format_for_path(target)
    form = form or ("turtle" if answer.kind is Kind.GRAPH else "table")
    result = answer if limit is None and form != "table" else answer.collect(limit)
    if form != "table":
        write_result(result, form, sys.stdout.buffer if target is None else target)
    elif isinstance(result, Answer) or target is not None:
        raise QueryError("a table is for the terminal; name another --format for a file")
    else:
        sys.stdout.write(table(result, Terminal.of(sys.stdout)) + "\n")


def list_queries(graph: Graph, language: str, terminal: Terminal) -> str:
    """The bundled queries: name and title a line."""
    queries = graph.queries()
    width = max((text_width(query.name) for query in queries), default=0)
    lines = [f"{terminal.bold(query.name.ljust(width))}  {visible(query.title(language))}" for query in queries]
    return "\n".join(lines) or "this release came without queries"
