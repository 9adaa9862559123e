"""A server's reply as claims: the envelope of chat completions, the JSON in it, and each claim of the asked shape."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.extract.llm.places import seen

KINDS = ("clusters", "enterprises", "figures", "supports")
FENCE = re.compile(r"```(?:json)?\s*(\{.*\})\s*```\s*$", re.DOTALL)
"""How a server without a schema wraps its JSON."""

LONGEST_NAME, LONGEST_QUOTE = 100, 20_000
MOST_CLAIMS = 1000
"""Claims of one kind in one answer; more are not read."""

Hide = Callable[[str], str]
Entry = Mapping[str, object]


class BadReplyError(Exception):
    """An answer that cannot be used, and why. It never leaves the package."""


class CutOffError(BadReplyError):
    """An answer that was longer than it may be: a shorter window has a shorter one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of an answer, and the tokens that the server counted (0 where it does not say)."""

    content: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as the model makes it; `values` are texts, `places` those of a cluster."""

    kind: str
    quote: str
    values: Mapping[str, str]
    places: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        """The value of a field; empty where the model gives none."""
        return self.values.get(name, "")


@dataclass(slots=True)
class Saying:
    """All claims of an answer, and what in it was none, with the reason."""

    claims: list[Said] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)


FIELDS: Mapping[str, tuple[str, ...]] = {
    "clusters": ("name",),
    "enterprises": ("name", "role"),
    "figures": ("subject", "indicator", "amount", "status"),
    "supports": ("cluster", "issuer"),
}
"""The fields that a claim of each kind must have."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "clusters": ("sector", "list", "stage"),
    "enterprises": ("cluster",),
    "figures": ("year",),
    "supports": (),
}


def read_answer(body: bytes, hide: Hide) -> Answer:
    """The answer in a reply; BadReplyError where it holds none. `hide` takes secrets out of a text."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadReplyError("the reply is no JSON") from error
    try:
        choice = reply["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (LookupError, TypeError, AttributeError) as error:
        raise BadReplyError("the reply is no chat completion") from error
    if refusal:
        raise BadReplyError("the model refuses to answer")
    if isinstance(choice, dict) and choice.get("finish_reason") == "length":
        raise CutOffError("the answer was cut off: raise max_reply_tokens")
    if not isinstance(content, str) or not content.strip():
        raise BadReplyError("the answer is empty")
    return Answer(hide(content), _tokens(reply))


def _tokens(reply: Mapping[str, object]) -> int:
    usage = reply.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total > 0 else 0


def read_claims(content: str, hide: Hide) -> Saying:
    """The claims of an answer; BadReplyError where it is no object of the asked shape."""
    found = FENCE.search(content)
    try:
        told = json.loads(found[1] if found else content)
    except (ValueError, RecursionError) as error:
        raise BadReplyError("the answer is no JSON") from error
    if not isinstance(told, dict) or not any(kind in told for kind in KINDS):
        raise BadReplyError("the answer has not the asked shape")
    saying = Saying()
    for kind in KINDS:
        entries = told.get(kind, [])
        if not isinstance(entries, list):
            saying.odd.append((kind, "it is no list"))
            continue
        if len(entries) > MOST_CLAIMS:
            saying.odd.append((kind, f"only {MOST_CLAIMS:,} of {len(entries):,} are read"))
        for entry in entries[:MOST_CLAIMS]:
            _add(saying, kind, entry, hide)
    return saying


def _add(saying: Saying, kind: str, entry: object, hide: Hide) -> None:
    if not isinstance(entry, dict):
        saying.odd.append((kind, "a claim is no object"))
        return
    values = dict(_values(entry, (*FIELDS[kind], *OPTIONAL[kind]), hide))
    quote = hide(_text(entry.get("quote")))
    lacking = [name for name in FIELDS[kind] if not values.get(name)] + ([] if quote else ["quote"])
    called = values.get("name") or values.get("subject") or values.get("cluster") or kind
    if lacking:
        saying.odd.append((called[:LONGEST_NAME], f"the claim has no {lacking[0]}"))
    elif len(quote) > LONGEST_QUOTE or any(len(value) > LONGEST_NAME for value in values.values()):
        saying.odd.append((called[:LONGEST_NAME], "a value is too long"))
    else:
        places = entry.get("places")
        saying.claims.append(Said(kind, quote, values, _places(places, hide)))


def _values(entry: Entry, names: tuple[str, ...], hide: Hide) -> Iterator[tuple[str, str]]:
    for name in names:
        if text := _text(entry.get(name)):
            yield name, hide(text)


def _places(value: object, hide: Hide) -> tuple[str, ...]:
    told = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(hide(text) for one in told if (text := _text(one)) and len(text) <= LONGEST_NAME)


def _text(value: object) -> str:
    """A value as text: whole numbers are years; anything else but a text counts as not given."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        return str(value)
    return seen(value).strip() if isinstance(value, str) else ""
