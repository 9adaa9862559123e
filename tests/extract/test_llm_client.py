"""The client against a real server: good and bad replies, retries, deadlines, limits; the key stays secret."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kg.errors import KgError, ModelError
from kg.extract.llm.access import Access
from kg.extract.llm.budget import BudgetReachedError
from kg.extract.llm.client import Client, retry_after
from kg.extract.llm.prompt import Prompt
from kg.extract.llm.replies import BadReplyError
from kg.model import ModelRules
from tests.extract.library import LEXICON, lexicon
from tests.extract.model_server import (
    KEY,
    Play,
    Script,
    closes,
    completion,
    drips,
    fails,
    floods,
    hangs,
    playing,
    raw,
    says,
)

NOTHING: dict[str, list[object]] = {"clusters": [], "enterprises": [], "figures": [], "supports": []}


def client(script: Script, rules: ModelRules, waits: list[float]) -> Client:
    access = Access.from_environment(script.environment)
    return Client(access, rules, Prompt.read(LEXICON, lexicon()), waits.append)


def ask(plays: Sequence[Play], rules: ModelRules | None = None) -> tuple[str, Script, list[float]]:
    """The answer to one question, the script, and the waits between the tries."""
    waits: list[float] = []
    with playing(*plays) as script:
        return client(script, rules or ModelRules(), waits).ask("title", "甲市").content, script, waits


def failure(plays: Sequence[Play], rules: ModelRules | None = None) -> tuple[str, int]:
    """The sentence of the error that a question ends with, and how often the server was asked."""
    with playing(*plays) as script, pytest.raises((ModelError, BadReplyError)) as raised:
        client(script, rules or ModelRules(), []).ask("title", "甲市")
    assert KEY not in str(raised.value)
    return str(raised.value), len(script.asked)


def test_a_question_has_model_schema_limits_and_key() -> None:
    content, script, waits = ask([says(NOTHING)])
    assert content == '{"clusters": [], "enterprises": [], "figures": [], "supports": []}'
    [body], [headers] = script.asked, script.headers
    assert script.paths == ["/v1/chat/completions"]
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("played/model-1", 4000, 0)
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    schema = form["json_schema"]["schema"]
    assert list(schema["properties"]) == list(NOTHING)
    for entries in schema["properties"].values():
        assert entries["items"]["additionalProperties"] is False
        assert entries["items"]["required"] == list(entries["items"]["properties"])
    told = schema["properties"]["figures"]["items"]["properties"]["indicator"]
    assert set(told["enum"]) >= {"revenue", "growth_rate", "market_share", "cluster_count"}
    assert all(f"{key} " in told["description"] for key in told["enum"])
    assert "funding" not in told["enum"]
    assert KEY not in str(script.asked)
    assert waits == []


def test_a_server_that_knows_no_schema_is_asked_without_and_told_it_in_words() -> None:
    with playing(fails(400, "response_format"), fails(422), says(NOTHING)) as script:
        asked = client(script, ModelRules(), [])
        asked.ask("title", "甲市")
        asked.ask("title", "乙市")
    forms = [body.get("response_format", {"type": "none"})["type"] for body in script.asked]
    assert forms == ["json_schema", "json_object", "none", "none"]
    assert '"additionalProperties"' in script.asked[2]["messages"][1]["content"]


def test_what_a_later_try_may_change_is_tried_again() -> None:
    assert ask([fails(500), fails(503), closes, says(NOTHING)])[2] == [0.5, 1.0, 2.0]


def test_retry_after_is_honoured() -> None:
    assert ask([fails(429, Retry_After="7"), says(NOTHING)])[2] == [7.0]
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    [wait] = ask([fails(503, Retry_After=soon), says(NOTHING)])[2]
    assert 15 < wait <= 20


@pytest.mark.parametrize(("value", "seconds"), [(None, None), ("soon", None), ("-1", None), ("3", 3.0), ("٣", None)])
def test_odd_values_of_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_a_wait_that_is_too_long_is_given_up_at_once() -> None:
    reason, asked = failure([fails(429, Retry_After="86400")])
    assert "asks to wait 86400 s, more than 30 s" in reason
    assert asked == 1


def test_a_server_that_always_fails_is_given_up() -> None:
    reason, asked = failure([fails(500)], ModelRules(retries=2))
    assert reason.endswith("answers 500 (3 tries)")
    assert asked == 3


def test_a_server_that_breaks_off_is_given_up() -> None:
    reason, asked = failure([closes], ModelRules(retries=1))
    assert "breaks off the connection" in reason
    assert asked == 2


@pytest.mark.parametrize("play", [hangs, drips])
def test_the_time_for_a_request_is_bounded_however_slow_the_server_is(play: Play) -> None:
    before = time.monotonic()
    reason, asked = failure([play], ModelRules(timeout=1, retries=0))
    assert "does not answer within 1 s" in reason
    assert asked == 1
    assert time.monotonic() - before < 5


def test_a_flood_is_cut_off() -> None:
    assert "longer than 4,000,000 bytes" in failure([floods])[0]


def test_a_server_that_is_not_there() -> None:
    with playing(says(NOTHING)) as script:
        gone = script.environment
    access = Access.from_environment(gone)
    asked = Client(access, ModelRules(retries=0), Prompt.read(LEXICON, lexicon()))
    with pytest.raises(ModelError, match="cannot be reached"):
        asked.ask("title", "text")


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_is_said_without_it(status: int) -> None:
    reason, asked = failure([fails(status, f"Incorrect API key provided: {KEY}")])
    assert reason.endswith(f"answers {status}: it does not accept the key in KG_LLM_KEY")
    assert asked == 1


def test_what_a_server_says_is_told_unless_it_shows_a_part_of_the_key() -> None:
    assert failure([fails(402, "no  more\nmoney")])[0].endswith("answers 402: no more money")
    assert failure([fails(402, f"{KEY[:8]}***")])[0].endswith("answers 402")


def test_a_redirection_is_not_followed() -> None:
    reason, asked = failure([fails(307, Location="http://127.0.0.1:9/")])
    assert "answers 307" in reason
    assert asked == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"<html>", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "no chat completion"),
        (b'{"choices": []}', "no chat completion"),
        (b'{"choices": [{"message": "text"}]}', "no chat completion"),
        (b"[]", "no chat completion"),
        (completion(""), "is empty"),
        (completion('{"clusters": [', finish="length"), "cut off"),
        (completion("x").replace(b'"refusal": null', b'"refusal": "I cannot"'), "refuses"),
    ],
)
def test_a_reply_that_is_no_answer(reply: bytes, reason: str) -> None:
    assert reason in failure([raw(reply)])[0]


def test_the_number_of_requests_is_bounded() -> None:
    with playing(says(NOTHING)) as script:
        asked = client(script, ModelRules(max_requests=2), [])
        asked.ask("a", "b")
        asked.ask("a", "b")
        with pytest.raises(BudgetReachedError, match="max_requests = 2"):
            asked.ask("a", "b")
    assert len(script.asked) == 2


def test_retries_count_as_requests() -> None:
    with playing(fails(500)) as script:
        asked = client(script, ModelRules(max_requests=2, retries=9), [])
        with pytest.raises(BudgetReachedError):
            asked.ask("a", "b")
    assert len(script.asked) == 2


def exhaust(asked: Client) -> None:
    for _ in range(50):
        asked.ask("a", "b")


@pytest.mark.parametrize("tokens", [None, 0, -5, 6000])
def test_tokens_are_bounded_whatever_the_server_counts(tokens: int | None) -> None:
    with playing(says(NOTHING, tokens=tokens)) as script:
        asked = client(script, ModelRules(max_tokens=20_000), [])
        with pytest.raises(BudgetReachedError, match="max_tokens = 20000"):
            exhaust(asked)
    assert 2 <= len(script.asked) < 30


def test_the_limit_of_an_article_counts_anew_for_the_next() -> None:
    with playing(says(NOTHING, tokens=5000)) as script:
        asked = client(script, ModelRules(max_article_tokens=9_000), [])
        for _ in range(2):
            asked.budget.begin_article()
            asked.ask("a", "b")
            with pytest.raises(BudgetReachedError, match="max_article_tokens"):
                asked.ask("a", "b")
    assert len(script.asked) == 2


def test_it_works_where_a_loop_is_at_work_already() -> None:
    async def within() -> str:
        return client(script, ModelRules(), []).ask("a", "b").content

    with playing(says("an answer")) as script:
        assert asyncio.run(within()) == "an answer"


def test_a_key_in_an_answer_is_taken_out() -> None:
    assert ask([says(f"the key is {KEY}")])[0] == "the key is ***"


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, "needs KG_LLM_URL"),
        ({"KG_LLM_URL": "http://a/v1"}, "its name in KG_LLM_MODEL"),
        ({"KG_LLM_URL": "http://a/v1", "KG_LLM_MODEL": "a\nb"}, "its name in KG_LLM_MODEL"),
        ({"KG_LLM_URL": "file:///etc/passwd", "KG_LLM_MODEL": "m"}, "no http"),
        ({"KG_LLM_URL": "http://a:99999/", "KG_LLM_MODEL": "m"}, "no http"),
        ({"KG_LLM_URL": "http://me:pw@a/v1", "KG_LLM_MODEL": "m"}, "put the key into KG_LLM_KEY"),
        (
            {"KG_LLM_URL": "http://a/v1", "KG_LLM_MODEL": "m", "KG_LLM_KEY": "sk-\u00e9\n1"},
            "KG_LLM_KEY holds a character",
        ),
    ],
)
def test_an_access_that_cannot_be_used_is_one_sentence(variables: dict[str, str], reason: str) -> None:
    with pytest.raises(KgError, match=reason) as raised:
        Access.from_environment(variables)
    assert "pw" not in str(raised.value)
    assert "sk-" not in str(raised.value)


def test_an_address_is_completed_and_a_key_not_shown() -> None:
    variables = {"KG_LLM_URL": "https://a.example/v1/?v=2", "KG_LLM_MODEL": "m", "KG_LLM_KEY": KEY}
    access = Access.from_environment(variables)
    assert access.url == "https://a.example/v1/chat/completions?v=2"
    assert Access.from_environment({**variables, "KG_LLM_URL": access.url}).url == access.url
    assert KEY not in repr(access)
    assert access.host == "a.example"
