"""Benchmarks: `python -m tests.bench NAME [arguments]`. They print seconds, and ratios measured side by side."""

import importlib
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks: each module of this folder that has `run`."""
    modules = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in modules if _runs(name))


def _runs(name: str) -> bool:
    text = Path(__file__).with_name(f"{name}.py").read_text("utf-8")
    return "\ndef run(arguments: list[str]) -> None:" in text


def main() -> None:
    """Runs the benchmark that the first argument names."""
    known = names()
    if len(sys.argv) < 2 or sys.argv[1] not in known:
        sys.exit(f"usage: python -m tests.bench {{{','.join(known)}}} [arguments]")
    importlib.import_module(f"tests.bench.{sys.argv[1]}").run(sys.argv[2:])


if __name__ == "__main__":
    main()
