"""Where the server of the model is, the key for it and the model's name: from the environment only, never told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from kg.errors import KgError
from kg.model import ModelRules

URL, KEY, NAME = "KG_LLM_URL", "KG_LLM_KEY", "KG_LLM_MODEL"
PATH = "/chat/completions"
NAMES = re.compile(r"[\w./:@+-]{1,100}")
SHORTEST_PART = 6
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Access:
    """The address that requests go to, the name of the model, and the key, which no representation shows."""

    url: str
    name: str
    key: str = field(default="", repr=False)

    @staticmethod
    def from_environment(environment: Mapping[str, str], rules: ModelRules = ModelRules()) -> "Access":  # noqa: B008
        """The access that KG_LLM_URL, KG_LLM_KEY and KG_LLM_MODEL (else the catalog) give; KgError if it is none."""
        url = environment.get(URL, "").strip()
        if not url:
            raise KgError(f"reading with a model needs {URL}: the address of a server such as http://localhost:8000/v1")
        model = named(rules, environment).name or ""
        if not NAMES.fullmatch(model):
            raise KgError(f"reading with a model needs its name in {NAME}: letters, digits and ./:@+-", value=model)
        return Access(_address(url), model, _key(environment.get(KEY, "").strip()))

    @property
    def host(self) -> str:
        """The server without what else the address holds: what messages may show."""
        return urlsplit(self.url).netloc

    def hide(self, text: str) -> str:
        """The text without the key: a server may send it back."""
        return text.replace(self.key, HIDDEN) if len(self.key) >= SHORTEST_PART else text

    def betrays(self, text: str) -> bool:
        """Whether a text holds a part of the key, as servers cite a wrong one."""
        parts = (self.key[start : start + SHORTEST_PART] for start in range(len(self.key) - SHORTEST_PART + 1))
        return any(part in text for part in parts)


def named(rules: ModelRules, environment: Mapping[str, str]) -> ModelRules:
    """The rules with the name of the model that the environment gives, if it gives one."""
    return replace(rules, name=environment.get(NAME, "").strip() or rules.name)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise KgError(f"{URL} is no http(s) address of a server")
    if parts.username is not None or parts.password is not None:
        raise KgError(f"{URL} holds a user name or password: put the key into {KEY}")
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith(PATH) else path + PATH, fragment=""))


def _key(key: str) -> str:
    if not re.fullmatch(r"[!-~]*", key):
        raise KgError(f"{KEY} holds a character that no key has (only printable ASCII without spaces)")
    return key
