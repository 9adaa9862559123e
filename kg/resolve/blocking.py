"""Which pairs are compared at all: rows that share a key. A key with too many pairs is left out, and said so."""

from dataclasses import dataclass

from kg.resolve.dialect import Dialect

PAIRS = 10_000
"""A block of more pairs is not compared: finer keys stand beside each coarse one, so little is lost."""


@dataclass(frozen=True, slots=True)
class Key:
    """One way to share a block: SQL parts over a row of names; no block where one is NULL or empty.

    `spread` is a part of which each row has several (its text with a character left out). `finest`: no other key
    divides the block, so that leaving it out loses pairs and is a Problem.
    """

    name: str
    parts: tuple[str, ...]
    spread: str | None = None
    when: str = "true"
    finest: bool = False


def keys() -> tuple[Key, ...]:
    """Return all keys; official codes need none, they link directly.

    The core alone is the coarsest. Typing errors are met by cores with a character left out.
    """
    head = "left(coalesce(nullif(main, ''), trade), 2)"
    long = "length(key) BETWEEN 3 AND 12"
    return (
        Key("name", ("plain",), finest=True),
        Key("core", ("key",)),
        Key("core and city", ("key", "city")),
        Key("core and trade", ("key", head)),
        Key("core, trade and city", ("key", head, "city"), finest=True),
        Key("end of core, trade and city", ("right(key, 2)", head, "city")),
        Key("beginning and city", ("left(body, 3)", "city")),
        Key("beginning", ("left(body, 4)",)),
        Key("core with a typing error and city", ("city",), "key", long),
        Key("core with a typing error and trade", (head,), "key", long),
        Key("address", ("address",), finest=True),
    )


def keys_select(dialect: Dialect, rows: str) -> str:
    """Return the SELECT of (kind, h, n): the blocks of each row."""
    return " UNION ALL ".join(_select(dialect, key, kind, rows) for kind, key in enumerate(keys()))


def _select(dialect: Dialect, key: Key, kind: int, rows: str) -> str:
    filled = " AND ".join(f"{part} <> ''" for part in key.parts)
    if key.spread is None:
        return f"SELECT {kind} AS kind, {dialect.hashed(str(kind), *key.parts)} AS h, n FROM {rows} WHERE {filled}"
    spread = f"SELECT n, {', '.join(f'{p} AS p{i}' for i, p in enumerate(key.parts))}, "
    spread += f"{dialect.deletions(key.spread)} AS s FROM {rows} WHERE {filled} AND {key.when}"
    parts = ", ".join(f"p{i}" for i in range(len(key.parts)))
    return f"SELECT {kind} AS kind, {dialect.hashed(str(kind), parts, 's')} AS h, n FROM ({spread})"
