"""What an entry of the lexicon matches: for whoever adds a word or a rule and wants to see its effect."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.extract.lexicon import Lexicon, Rule, any_of
from kg.extract.normalize import Normaliser
from kg.extract.reader import Reader

# How much of the text is shown on both sides of a match.
AROUND = 12


@dataclass(frozen=True, slots=True)
class Match:
    """One place at which an entry matches, with the text around it."""

    entry: str
    found: str
    context: str


def check_entry(lexicon: Lexicon, reader: Reader, entry: str, text: str) -> Iterator[Match]:
    """What an entry matches in a text: a role rule by its name, an indicator by its key, a list or pattern by place.

    LexiconError where the lexicon has no such entry.
    """
    if entry in {rule.name for rule in lexicon.rules()}:
        return check_rule(reader, entry, [text])
    return _found(entry, _pattern(lexicon, entry), Normaliser(lexicon).normalise(text))


def _pattern(lexicon: Lexicon, entry: str) -> re.Pattern[str]:
    """What finds the words of an indicator (`revenue`) or a list (`clusters.stops`), or the pattern at this place."""
    words = [word for one in lexicon.indicators() if one.key == entry for word in one.words]
    if words:
        return any_of(words)
    return lexicon.pattern(entry) if isinstance(lexicon.entry(entry), str) else lexicon.any_of(entry)


def _found(entry: str, pattern: re.Pattern[str], text: str) -> Iterator[Match]:
    for match in pattern.finditer(text):
        around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
        yield Match(entry, match.group(), around.replace("\n", " "))


def check_rule(reader: Reader, name: str, texts: Iterable[str]) -> Iterator[Match]:
    """Every enterprise that the role rule `name` finds in texts."""
    for text in texts:
        for mention in reader.by_rule(text):
            if mention.rule == name:
                around = text[max(0, mention.start - AROUND) : mention.end + AROUND]
                yield Match(name, mention.name, around.replace("\n", " "))


def failing_rules(lexicon: Lexicon, reader: Reader) -> list[tuple[Rule, str]]:
    """The rules that miss a name of their example or find one in their counter-example, each with what it found."""
    failing = []
    for rule in lexicon.rules():
        example = tuple(match.found for match in check_rule(reader, rule.name, [rule.example]))
        counter = tuple(match.found for match in check_rule(reader, rule.name, [rule.counter]))
        if example != rule.finds or counter:
            failing.append((rule, f"example: {example}, counter-example: {counter}"))
    return failing
