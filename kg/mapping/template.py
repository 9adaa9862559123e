"""The syntax of rml:template: constant text and column names in braces."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

SPECIAL = "{}\\"


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a column, as opposed to constant text."""

    name: str


Part: TypeAlias = str | Column
Parts: TypeAlias = tuple[Part, ...]


class TemplateError(ValueError):
    """A template that is not well-formed; the message says what is wrong with it."""


def parse_template(text: str) -> Parts:
    r"""Return the constant texts and columns of a template, in order, with `\{`, `\}` and `\\` unescaped.

    https://kg-construct.github.io/rml-core/spec/docs/#template-expression-maps

    >>> parse_template("place/{code}#\\{x\\}")
    ('place/', Column(name='code'), '#{x}')
    """
    parts: list[Part] = []
    held = ""
    inside = False
    for character, escaped in _characters(text):
        if escaped or character not in "{}":
            held += character
        elif character == "{" and not inside:
            parts += [held] if held else []
            held, inside = "", True
        elif character == "}" and inside:
            if not held:
                raise TemplateError(f"template {text!r} has empty braces")
            parts.append(Column(held))
            held, inside = "", False
        else:
            raise TemplateError(rf"template {text!r} has a stray {character!r}; write \{character} for the character")
    if inside:
        raise TemplateError(f"template {text!r} has a '{{' that is never closed")
    return (*parts, held) if held or not parts else tuple(parts)


def columns(parts: Parts) -> tuple[str, ...]:
    """Return the names of the columns that `parts` use."""
    return tuple(part.name for part in parts if isinstance(part, Column))


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character and whether a backslash stood before it."""
    characters = iter(text)
    for character in characters:
        if character != "\\":
            yield character, False
            continue
        following = next(characters, "")
        if not following or following not in SPECIAL:
            raise TemplateError(rf"template {text!r} has a '\' that is not followed by '{{', '}}' or '\'")
        yield following, True
