"""Lists by their names, however a text writes them."""

import re
from collections.abc import Sequence

from kg.resolve.register import Register


class Lists:
    """The lists of the tables; `words` are patterns and what stands for them before two names are compared."""

    def __init__(self, register: Register, words: Sequence[tuple[str, str]]) -> None:
        self._words = words
        self._iris: dict[str, list[str]] = {}
        for (kind, name), iris in register.by_name.items():
            if kind == "list":
                self._iris.setdefault(self._plain(name), []).extend(iris)

    def of(self, name: str) -> tuple[str, ...]:
        """The lists that a name may mean, sorted."""
        return tuple(sorted(set(self._iris.get(self._plain(name), ()))))

    def _plain(self, name: str) -> str:
        """A name without what writers leave out or add at will."""
        for pattern, word in self._words:
            name = re.sub(pattern, word, name)
        return name
