"""Every rule that gives claims finds what its example says and nothing in its counter-example."""

import tomllib
from collections.abc import Iterator

import pytest

from kg.extract.reading import Reading
from tests.extract.library import LEXICON, lexicon, read

RULES = tomllib.loads((LEXICON / "rules.toml").read_text("utf-8"))["rule"]
# Entries of the confidences that change how sure another rule is and find nothing themselves.
FACTORS = {"threshold", "unknown-sector", "role-carried", "role-inside", "role-told"}


def claims(reading: Reading) -> Iterator[tuple[str, str]]:
    """The rule of each claim and the claim in words."""
    for cluster in reading.clusters:
        yield cluster.evidence.rule, cluster.name
    for firm in reading.enterprises:
        yield firm.evidence.rule, firm.name
    for figure in reading.figures:
        yield figure.evidence.rule, f"{figure.subject} {figure.indicator} {figure.value}"
    for relation in reading.relations:
        yield relation.evidence.rule, f"{relation.subject} {relation.predicate} {relation.object}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_a_rule_gives_the_claim_of_its_example(rule: dict[str, str]) -> None:
    found = list(claims(read(rule["example"])))
    assert (rule["name"], rule["finds"]) in found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_a_rule_gives_nothing_in_its_counter_example(rule: dict[str, str]) -> None:
    found = list(claims(read(rule["counter"])))
    assert rule["name"] not in {name for name, _ in found}, found


def test_every_rule_with_a_confidence_has_an_example_and_a_counter_example() -> None:
    known = {rule["name"] for rule in RULES} | {rule.name for rule in lexicon().rules()}
    assert set(lexicon().pairs("text.confidence")) - FACTORS <= known
