"""The title of a page: what its metadata say, else its heading, else the start of what the browser shows."""

import re
from collections.abc import Mapping, Sequence

from kg.read.blocks import Block

_TITLES = ("articletitle", "og:title", "twitter:title")
_DATES = (
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "article:published_time",
    "og:release_date",
    "datepublished",
    "dc.date",
    "dcterms.issued",
    "date",
)
_SITE = re.compile(r"\s*(?:[_|\uff5c]|--+|\s[-\u2013\u2014]\s|-(?=[^-]*$))")
_SHORTEST = 4
_LONGEST = 100


def page_title(meta: Mapping[str, str], title: str, blocks: Sequence[Block]) -> str | None:
    """The headline of the article, without the name of the site."""
    for name in _TITLES:
        if meta.get(name):
            return meta[name]
    headings = [
        block.text for block in blocks if _SHORTEST <= len(block.text) <= _LONGEST and title.startswith(block.text)
    ]
    if headings:
        return max(headings, key=len)
    first = next((block.text for block in blocks if block.tag == "h1"), None)
    parts = [part for part in _SITE.split(title) if part.strip()]
    return (parts[0].strip() if parts else None) or first


def stated_dates(meta: Mapping[str, str], times: Sequence[str]) -> list[str]:
    """What the metadata of a page give as its date, the surest first."""
    return [meta[name] for name in _DATES if name in meta] + list(times[:1])
