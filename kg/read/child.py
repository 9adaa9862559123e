"""The process in which files of others are taken apart: it may hang, crash or be killed, and the build goes on.

It answers requests on stdin until that is closed (kg/read/bounded.py asks them).
"""

import json
import sys
from typing import BinaryIO

from kg.errors import ReadError
from kg.read import headline, html, main_text, office

MEMORY = 3 << 30


def main() -> None:
    """Answer requests: a line of JSON (kind, size, unpacked_bytes), then the bytes; a reply is a length and JSON."""
    _bound_memory()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        request = json.loads(line)
        _reply(target, answer(request["kind"], source.read(request["size"]), request["unpacked_bytes"]))


def answer(kind: str, data: bytes, unpacked_bytes: int) -> dict[str, object]:
    """What is in a file: `text` of an office file, `blocks` and more of a page, or the `problem` that stopped it."""
    try:
        if kind == "html":
            return page(data.decode("utf-8", "surrogatepass"))
        text = office.docx_text(data, unpacked_bytes) if kind == "docx" else office.pdf_text(data)
    except ReadError as err:
        return {"problem": err.reason}
    except (MemoryError, RecursionError) as err:
        return {"problem": f"too large or too deep to be read ({type(err).__name__})"}
    return {"text": text}


def page(source: str) -> dict[str, object]:
    """The blocks of a page, which of them are its main text, its title and what it says of its date."""
    found = html.scan(source)
    kept = main_text.main_blocks(source, found.blocks)
    return {
        "blocks": [(block.text, block.runs, block.linked, block.tag) for block in found.blocks],
        "main": kept,
        "title": headline.page_title(found.meta, found.title, found.blocks),
        "dates": headline.stated_dates(found.meta, found.times),
    }


def _reply(target: BinaryIO, reply: dict[str, object]) -> None:
    data = json.dumps(reply).encode("ascii")
    target.write(b"%016d" % len(data))
    target.write(data)
    target.flush()


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # Not on Windows: there only the time is bounded.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
