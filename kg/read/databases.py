"""What all databases share: where one is, which query gives the rows, and secrets that only the environment has.

An address is a URL (postgresql://user:${PGPASSWORD}@host:5432/name). What stands as ${NAME} is taken from the
environment when the connection is made, and is in no message, log or release.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from kg.errors import ReadError
from kg.read.source import Source

VARIABLE = re.compile(r"\$\{(\w+)\}")
SHORTEST_SECRET = 3
"""A value shorter than that is not blotted out of a message: it would make the message unreadable, and hide nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: `named` may be shown to anybody, `secrets` must not, nor what repr() would tell."""

    scheme: str
    host: str
    port: int | None
    name: str
    user: str
    password: str = field(repr=False)
    parameters: str
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def named(self) -> str:
        """The database, without who asks."""
        return f"{self.host}/{self.name}"

    @property
    def url(self) -> str:
        """The whole URL, with its secrets."""
        user = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        place = self.host + (f":{self.port}" if self.port else "")
        tail = f"?{self.parameters}" if self.parameters else ""
        return f"postgresql://{user + '@' if user else ''}{place}/{quote(self.name, safe='')}{tail}"

    def without_secrets(self, message: object) -> str:
        """Return what a driver says, in one line and with the secrets blotted out."""
        text = " ".join(str(message).split())
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "***").replace(quote(secret, safe=""), "***")
        return text


def parse_address(address: str) -> Address:
    """Return the parts of a URL, its ${NAME} filled in; ReadError where it is none or a variable is not set."""
    secrets: list[str] = []

    def filled(text: str | None) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name not in os.environ:
                raise ReadError(f"the environment variable {name} is not set, which a database's address names")
            secrets.append(os.environ[name])
            return os.environ[name]

        return VARIABLE.sub(value, text or "")

    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ReadError("the address of a database is not a URL: its host or port is wrong") from None
    return Address(
        parts.scheme, filled(parts.hostname and _host(parts.netloc)), port, filled(parts.path.lstrip("/")),
        filled(parts.username), filled(parts.password), filled(parts.query), tuple(secrets),
    )  # fmt: skip


def _host(netloc: str) -> str:
    """Return the host as it is written: urlsplit makes the name of a variable small."""
    return re.sub(r":\d*$", "", netloc.rpartition("@")[2])


def select_of(source: Source, quote_name: Callable[[str], str]) -> tuple[str, str]:
    """Return the query that gives the rows, and its name in messages: a table's, or "a query"."""
    wanted = (source.iterator or "").strip().rstrip(";").strip()
    if not wanted:
        raise ReadError("a database needs the name of a table, or a query (rml:iterator)", file=source.file)
    is_query = source.formulation.endswith("Query") or (
        not source.formulation.endswith("Table") and re.match(r"(?i)(select|with|values)\s", wanted) is not None
    )
    if is_query:
        return wanted, "a query"
    names = [part.strip('"`') for part in wanted.split(".")]
    return f"SELECT * FROM {'.'.join(map(quote_name, names))}", wanted


def check_columns(names: Sequence[str], file: str) -> None:
    """Raise ReadError where two columns of a query have one name, or one has none."""
    lower = [name.lower() for name in names]
    twice = sorted({name for name in lower if lower.count(name) > 1})
    if twice or "" in names:
        what = f"two columns called {twice[0]!r}" if twice else "a column without a name"
        raise ReadError(f"the query gives {what}; name each with AS", file=file)
