"""What rules and a model say of one text, side by side: for each claim how sure each of them is, if it has it."""

from collections.abc import Iterable, Iterator

from kg.extract.llm.compare import Comparison
from kg.extract.reading import Reading
from kg.view.reading import Line, lines_of
from kg.view.terminal import PIPE, Terminal, text_width, visible

NONE = "–"
AGREES = "✓"


def comparison_text(name: str, comparison: Comparison, *, least: float | None = None, terminal: Terminal = PIPE) -> str:
    """The comparison: a line a claim, first what both say; claims of the model have their sentence below.

    What is less sure than `least`, or than the lexicon asks, is left out.
    """
    both, rules, model = (_sure(part, least) for part in (comparison.both, comparison.rules, comparison.model))
    rows = [(_how(line), AGREES, line) for line in both]
    rows += [(_how(line), NONE, line) for line in rules]
    rows += [(NONE, f"{line.evidence.confidence:g}", line) for line in model]
    told = f"both say {len(both)}, only the rules {len(rules)}, only the model {len(model)}"
    parts = [terminal.bold(visible(name)), f"  {told}; rejected {len(comparison.rejected)}"]
    parts += _table(rows, f"model {comparison.name}", terminal)
    if comparison.rejected:
        parts.append(terminal.bold("  rejected"))
    parts += [f"    {visible(one.value)} {terminal.dim(f'({visible(one.reason)})')}" for one in comparison.rejected]
    return "\n".join(parts)


def _sure(reading: Reading, least: float | None) -> list[Line]:
    threshold = reading.threshold if least is None else least
    return [line for line in dict.fromkeys(lines_of(reading)) if line.evidence.confidence >= threshold]


def _how(line: Line) -> str:
    return f"{line.evidence.rule} {line.evidence.confidence:g}"


def _table(rows: Iterable[tuple[str, str, Line]], model: str, terminal: Terminal) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        return
    ruling = max(text_width(text) for text in ("rules", *(row[0] for row in rows)))
    modelling = max(text_width(text) for text in (model, *(row[1] for row in rows)))
    kind = max(text_width(row[2].kind) for row in rows)
    yield terminal.bold("  " + "  ".join((_padded("rules", ruling), _padded(model, modelling), "claim")))
    for ruled, modelled, line in rows:
        said = f"{_padded(line.kind, kind)}  {visible(line.text)}"
        yield "  " + "  ".join((_padded(ruled, ruling), _padded(modelled, modelling), said))
        if ruled == NONE:
            indent = " " * (ruling + modelling + kind + 8)
            yield terminal.dim(f"{indent}“{visible(' '.join(line.evidence.quote.split()))}”")


def _padded(text: str, width: int) -> str:
    return text + " " * (width - text_width(text))
