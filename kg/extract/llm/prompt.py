"""The request: its words, taken from the lexicon, and the schema that the answer must have."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.extract.lexicon import Lexicon, LexiconError
from kg.extract.lists import Selection
from kg.model import ModelRules
from kg.sections import read_toml

FILE = "llm"
SCHEMA, OBJECT, PLAIN = "json_schema", "json_object", "text"
WORDS = 3
"""How many words stand for an indicator in the question."""

ROLES = ("leader", "member", "mentioned")
STATUSES = ("actual", "target")
TEXT, MAYBE = {"type": "string"}, {"type": ["string", "null"]}
Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. `forms` are the forms of answer to ask for, the strictest first."""

    words: Lexicon
    schema: Schema
    indicators: Mapping[str, str]
    forms: tuple[str, ...] = (SCHEMA, OBJECT, PLAIN)

    @staticmethod
    def read(folder: Path, lexicon: Lexicon) -> "Prompt":
        """The prompt of a lexicon's folder; KgError where it lacks a text."""
        words, indicators = read_words(folder), indicator_kinds(lexicon)
        for path in ("llm.prompt.system", "llm.prompt.user", "llm.prompt.schema", "llm.request.reply_limit"):
            words.text(path)
        return Prompt(words, _schema(words, _named(words, lexicon, indicators)), indicators)

    @property
    def longest_quote(self) -> int:
        """Characters of the longest quote that counts as one."""
        return self.words.number("llm.longest_quote")

    @property
    def confidence(self) -> float:
        """How sure a claim of a model is where the catalog does not say it."""
        value = self.words.entry("llm.confidence")
        if not isinstance(value, float) or not 0 <= value <= 1:
            raise LexiconError(FILE, "llm.confidence", "must be a decimal number from 0 to 1")
        return value

    def request(self, form: str, title: str, text: str, rules: ModelRules) -> dict[str, object]:
        """The fields of a request about a text, the model's name aside."""
        asked = _filled(self.words.text("llm.prompt.user"), {"title": title, "text": text})
        if form != SCHEMA:
            schema = json.dumps(self.schema, ensure_ascii=False)
            asked += "\n" + _filled(self.words.text("llm.prompt.schema"), {"schema": schema})
        messages = [
            {"role": "system", "content": self.words.text("llm.prompt.system")},
            {"role": "user", "content": asked},
        ]
        limit = {self.words.text("llm.request.reply_limit"): rules.max_reply_tokens}
        return {"messages": messages, **limit, **self._fields(), **self._format(form)}

    def _fields(self) -> dict[str, object]:
        fields = self.words.entry("llm.request.fields")
        return dict(fields) if isinstance(fields, dict) else {}

    def _format(self, form: str) -> dict[str, object]:
        if form == SCHEMA:
            strict = {"name": "claims", "strict": True, "schema": self.schema}
            return {"response_format": {"type": SCHEMA, SCHEMA: strict}}
        return {"response_format": {"type": OBJECT}} if form == OBJECT else {}


def read_words(folder: Path) -> Lexicon:
    """The texts of the file llm.toml in a lexicon's folder; KgError where it is none."""
    return Lexicon({FILE: read_toml(folder / f"{FILE}.toml")[0]}, {})


def indicator_kinds(lexicon: Lexicon) -> dict[str, str]:
    """The indicators that figures can have, with the kind of number of each (money, count, percent)."""
    kinds = {one.key: one.kind for one in lexicon.indicators() if not one.silent}
    shares = {lexicon.text(f"figures.percent.{key}"): "percent" for key in ("growth_key", "share_key")}
    return {**kinds, **shares, lexicon.text("figures.clusters.key"): "count"}


def _named(words: Lexicon, lexicon: Lexicon, indicators: Mapping[str, str]) -> dict[str, str]:
    """The indicators, each with a few of the words that name it, the shortest first."""
    short = {one.key: sorted(one.words, key=len)[:WORDS] for one in lexicon.indicators()}
    told = words.pairs("llm.indicators")
    return {key: told.get(key) or ", ".join(short.get(key, ())) for key in indicators}


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its names in braces filled in, in one pass: a value may hold such a name itself."""
    text = ""
    while template:
        found = [(place, name) for name in values if (place := template.find(f"{{{name}}}")) >= 0]
        if not found:
            return text + template
        place, name = min(found)
        text += template[:place] + values[name]
        template = template[place + len(name) + 2 :]
    return text


def _schema(words: Lexicon, indicators: Mapping[str, str]) -> Schema:
    """The schema of an answer: each object closed and each field required, as strict servers ask."""
    places = {"type": "array", "items": TEXT}
    year = {"type": ["integer", "null"]}
    stage = {"type": ["string", "null"], "enum": [*(one.value for one in Selection), None]}
    kinds: dict[str, dict[str, Schema]] = {
        "clusters": {"name": TEXT, "places": places, "sector": MAYBE, "list": MAYBE, "stage": stage},
        "enterprises": {"name": TEXT, "cluster": MAYBE, "role": _one_of(ROLES)},
        "figures": {
            "subject": TEXT,
            "indicator": _one_of(tuple(indicators)),
            "amount": TEXT,
            "year": year,
            "status": _one_of(STATUSES),
        },
        "supports": {"cluster": TEXT, "issuer": TEXT},
    }
    known = {"indicators": "; ".join(f"{key} {said}" for key, said in indicators.items())}
    return _object({kind: {"type": "array", "items": _entry(words, kind, kinds[kind], known)} for kind in kinds})


def _entry(words: Lexicon, kind: str, fields: Mapping[str, Schema], known: Mapping[str, str]) -> Schema:
    told = words.pairs(f"llm.fields.{kind}")
    described = {
        name: {**schema, **({"description": _filled(told[name], known)} if name in told else {})}
        for name, schema in {**fields, "quote": TEXT}.items()
    }
    return _object(described)


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _one_of(values: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(values)}
