"""Where a mapping says that a database is: one URL, with a password only as the name of an environment variable."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

SCHEMES = ("postgresql", "postgres", "mysql", "mariadb")
_VARIABLE = re.compile(r"\$\{\w+\}")
_LETTERS = "${}"


class AddressError(ValueError):
    """An address that is not used; the message never repeats it."""


def is_address(source: str) -> bool:
    """Return whether a source is a database on a server, as a URL or as JDBC has it."""
    return source.removeprefix("jdbc:").partition("://")[0] in SCHEMES and "://" in source


def address(source: str, user: str | None = None, password: str | None = None) -> str:
    """Return the URL of a database; AddressError for a password in clear, which would be read by all who see the file.

    >>> address("jdbc:mysql://db.example:3306/register", "reader", "${DB_PASSWORD}")
    'mysql://reader:${DB_PASSWORD}@db.example:3306/register'
    """
    scheme, _, rest = source.removeprefix("jdbc:").partition("://")
    if scheme not in SCHEMES:
        raise AddressError(f"the database is none of {', '.join(SCHEMES)}")
    try:
        parts = urlsplit(f"{scheme}://{rest}")
    except ValueError:
        raise AddressError("the address of the database is not a URL") from None
    stated = [value for key, value in parse_qsl(parts.query) if "password" in key.lower()]
    for secret in (parts.password, password, *stated):
        if secret and not _VARIABLE.fullmatch(secret):
            raise AddressError(
                "a password stands in the mapping: write ${NAME}, and put it into that environment variable"
            )
    if user is None:
        return f"{scheme}://{rest}"
    secret = f":{password}" if password else ""
    return f"{scheme}://{quote(user, safe=_LETTERS)}{secret}@{rest.rpartition('@')[2]}"
