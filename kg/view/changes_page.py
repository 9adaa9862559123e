"""changes.html: what is new in a release since the one before it, in a page that works offline."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kg.errors import KgError
from kg.store.counts import Counts, count_changes
from kg.store.diff import Difference, Side, compare
from kg.store.entities import pick_label
from kg.store.history import Record
from kg.store.release import LATEST, Manifest, published_id, spill
from kg.view.changes import Changes, EntityChange, Told, by_evidence, class_name
from kg.view.report import TEMPLATES

PAGE = "changes.html"
ENTITIES_SHOWN = 400
"""Entities that the page tells; `kg diff --all` tells all of them."""

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class InBoth:
    """A changed entity in the words of both languages."""

    zh: EntityChange
    en: EntityChange
    told_zh: list[Told]
    told_en: list[Told]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with its names by language; the numbers are those of its IRI."""

    iri: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class PageData:
    """All that the page shows. Without `before` it is the first release; `reason` says why nothing is compared."""

    release: Manifest
    before: str | None = None
    reason: str = ""
    counts: Counts | None = None
    classes: tuple[ClassRow, ...] = ()
    entities: tuple[InBoth, ...] = ()
    complete: bool = True
    unnamed: int = 0


def write_changes(
    folder: Path,
    previous: Path | None,
    *,
    working: Path | None = None,
    unshared: tuple[Path, Path] | None = None,
) -> Counts | None:
    """Writes changes.html of a release; returns how much changed, None where there is nothing to compare it with.

    A release before that is damaged is no reason to publish nothing: the page says so.
    """
    manifest = Manifest.read(folder)
    data = PageData(manifest)
    if previous is not None:
        try:
            with compare(Side.find(previous), Side.find(folder), spill=working, unshared=unshared) as difference:
                data = collect_changes(difference, manifest)
        except KgError as error:
            data = PageData(manifest, before=previous.name, reason=error.reason)
    (folder / PAGE).write_text(render_changes(data), "utf-8")
    return data.counts


def tell_changes(
    folder: Path, output: Path, release_id: str, unshared: tuple[Path, Path] | None = None
) -> tuple[str | None, Counts | None]:
    """Writes changes.html of a release that is to be published; returns the id of the latest now, and how much changed.

    A release that is published once more keeps what it told the first time.
    """
    latest = (output / LATEST).resolve()
    previous = published_id(output)
    if previous == release_id and (latest / PAGE).is_file():
        shutil.copy(latest / PAGE, folder)
        record = Record.read(latest)
        return record.previous, record.changes
    if previous is None or previous == release_id:
        return None, write_changes(folder, None)
    working = spill(folder)
    working.mkdir(exist_ok=True)
    return previous, write_changes(folder, latest, working=working, unshared=unshared)


def collect_changes(difference: Difference, manifest: Manifest) -> PageData:
    """What the page shows of a difference."""
    counts = count_changes(difference)
    changes = Changes(difference)
    found = list(islice(_in_both(changes), ENTITIES_SHOWN + 1))
    order = sorted(counts.classes, key=lambda iri: (-counts.classes[iri].facts.total, iri))
    return PageData(
        release=manifest,
        before=difference.before.name,
        counts=counts,
        classes=tuple(ClassRow(iri, {one: class_name(difference, iri, one) for one in LANGUAGES}) for iri in order),
        entities=tuple(found[:ENTITIES_SHOWN]),
        complete=changes.complete and len(found) <= ENTITIES_SHOWN,
        unnamed=difference.unnamed,
    )


def _in_both(changes: Changes) -> Iterator[InBoth]:
    for zh, en in zip(*(changes.entities(language) for language in LANGUAGES), strict=True):
        if zh.worth_telling:
            yield InBoth(zh, en, by_evidence(changes, "zh", zh), by_evidence(changes, "en", en))


def render_changes(data: PageData) -> str:
    """The page: no script, nothing loaded, no link out, every label escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"label": pick_label, "number": "{:,}".format}
    template = environment.from_string((TEMPLATES / "changes.html.j2").read_text("utf-8"))
    style = "".join((TEMPLATES / name).read_text("utf-8") for name in ("report.css", "changes.css"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    groups = {sign: [one for one in data.entities if one.zh.sign == sign] for sign in ("+", "~", "-")}
    return template.render(
        data=data,
        groups=groups,
        style=Markup(style),  # noqa: S704  # our own file
        policy=policy,
    )
