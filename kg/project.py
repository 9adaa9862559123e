"""`kg init`: a small, commented project that builds at once, to be changed into one's own."""

from collections.abc import Iterator
from pathlib import Path

from kg.catalog import bundled_data
from kg.errors import KgError

SKELETON = Path(__file__).parent / "skeleton"

COMMON = {
    "ontology": (
        "cluster.ttl",
        "checks/*.rq",
        "queries/sentences-of-articles.rq",
        *(
            f"mapping/{name}.rml.ttl"
            for name in (
                *("claims", "derivations", "confirmations", "grades", "judgements"),
                *("text", "text_places", "indicators", "units"),
            )
        ),
        "lexicon/**/*",
    ),
    "data": ("indicators.csv", "units.csv"),
}
"""What every project needs and few have to change: taken from the bundled folders, so that it stands in one place.

The lexicon is among it: what a user adds to it stays in the project.
"""


def write_project(directory: Path) -> list[Path]:
    """Writes the skeleton into `directory` and returns its files.

    KgError where one of them is there already: then nothing is written, so that no work of the user is lost.
    """
    files = {directory / name: source for name, source in sorted(_files())}
    taken = next((path for path in files if path.exists() or path.is_symlink()), None)
    if taken is not None:
        raise KgError("is there already: nothing was written; name a new folder", file=taken)
    try:
        for path, source in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(source.read_bytes())
    except OSError as error:
        raise KgError(f"cannot be written: {error.strerror or error}", file=error.filename or directory) from error
    return list(files)


def _files() -> Iterator[tuple[Path, Path]]:
    """The name of each file below the project, and the file that it is a copy of."""
    for path in SKELETON.rglob("*"):
        if path.is_file():
            yield path.relative_to(SKELETON), path
    bundled = bundled_data().parent
    for folder, patterns in COMMON.items():
        for path in (one for pattern in patterns for one in (bundled / folder).glob(pattern)):
            if path.is_file():
                yield path.relative_to(bundled), path
