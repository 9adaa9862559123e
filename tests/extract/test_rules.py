"""Every rule of the lexicon finds the names of its example and nothing in its counter-example."""

import pytest

from kg.extract.lexicon import Rule
from kg.extract.sentences import Splitter
from tests.extract.library import lexicon, reader

RULES = lexicon().rules()


def found(rule: Rule, text: str) -> list[str]:
    return [mention.name for mention in reader().by_rule(text) if mention.rule == rule.name]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_the_names_of_its_example(rule: Rule) -> None:
    assert found(rule, rule.example) == list(rule.finds)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_nothing_in_its_counter_example(rule: Rule) -> None:
    assert found(rule, rule.counter) == []


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_splitter_cuts_a_page_without_punctuation() -> None:
    sentences = list(Splitter(lexicon()).sentences("集" * 10_000))
    assert max(sentence.end - sentence.start for sentence in sentences) <= lexicon().number("text.sentences.longest")
