"""The HTTP client: one question to the server at a time, with a deadline, bounded retries and a bounded reply.

What it raises says what happened in words of its own, never in those of the HTTP library, and never with the key.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kg.errors import KgError, ModelError
from kg.extract.llm.access import KEY, Access
from kg.extract.llm.budget import Budget
from kg.extract.llm.places import seen
from kg.extract.llm.prompt import Prompt
from kg.extract.llm.replies import Answer, BadReplyError, read_answer
from kg.model import ModelRules

log = logging.getLogger(__name__)

LONGEST_REPLY = 4_000_000
"""Bytes of a reply; a longer one is no answer to the question."""

FIRST_PAUSE = 0.5
"""Seconds before the first retry; each further one waits twice as long (unless the server says how long)."""

AGAIN = frozenset({408, 425, 429, *range(500, 600)}) - {501}
"""Statuses that a later try may change (RFC 9110, RFC 6585)."""

OTHER_FORM = frozenset({400, 404, 415, 422, 501})
"""Statuses with which servers refuse a form of answer that they do not know."""

TOLD = {401: f"it does not accept the key in {KEY}", 403: f"it does not accept the key in {KEY}", 404: "not found"}
LONGEST_TOLD = 200


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    wait: float | None
    body: bytes


class _Failed(Exception):  # noqa: N818 it never leaves this module
    """One try came to nothing; another may not."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Client:
    """Asks the server. `pause` waits so many seconds before a retry."""

    def __init__(
        self, access: Access, rules: ModelRules, prompt: Prompt, pause: Callable[[float], None] = time.sleep
    ) -> None:
        _check_installed()
        self._access, self._rules, self._prompt, self._pause = access, rules, prompt, pause
        self._form = 0
        self.budget = Budget(rules)

    def ask(self, title: str, text: str) -> Answer:
        """The answer about one window.

        ModelError where the server is of no use, BadReplyError where this answer is, BudgetReachedError where the
        question would cost too much.
        """
        while True:
            form = self._prompt.forms[self._form]
            body = {"model": self._access.name, **self._prompt.request(form, title, text, self._rules)}
            reply = self._try(body)
            if reply.status == 200:  # noqa: PLR2004 OK
                return self._answer(body, reply)
            if reply.status not in OTHER_FORM or self._form + 1 == len(self._prompt.forms):
                raise ModelError(f"{self._server} answers {reply.status}{self._told(reply)}")
            self._form += 1
            log.info("the server refuses %s with %d; asking for another form of answer", form, reply.status)

    @property
    def _server(self) -> str:
        return f"the model's server {self._access.host}"

    def _answer(self, body: Mapping[str, object], reply: _Reply) -> Answer:
        cost = _size(body)
        try:
            answer = read_answer(reply.body, self._access.hide)
            cost = answer.tokens or cost + len(answer.content)
        finally:
            self.budget.spend(cost)
        return answer

    def _try(self, body: Mapping[str, object]) -> _Reply:
        """The first reply that another try would not change."""
        for number in range(self._rules.retries + 1):
            self.budget.reserve(_size(body))
            try:
                return self._once(body)
            except BadReplyError:
                self.budget.spend(_size(body) + self._rules.max_reply_tokens)
                raise
            except _Failed as failed:
                self.budget.spend(_size(body))
                if number == self._rules.retries:
                    tries = f" ({number + 1} tries)" if number else ""
                    raise ModelError(f"{self._server} {failed}{tries}") from failed
                self._pause(self._wait(failed, number))
        raise ModelError(f"{self._server} was not asked")

    def _wait(self, failed: _Failed, number: int) -> float:
        wait = FIRST_PAUSE * 2**number if failed.wait is None else failed.wait
        if failed.wait is not None and wait > self._rules.longest_wait:
            longest = self._rules.longest_wait
            raise ModelError(f"{self._server} {failed} and asks to wait {wait:.0f} s, more than {longest} s")
        return min(wait, self._rules.longest_wait)

    def _once(self, body: Mapping[str, object]) -> _Reply:
        import httpx2

        try:
            reply = _run(self._post(body))
        except TimeoutError as error:
            raise _Failed(f"does not answer within {self._rules.timeout} s") from error
        except httpx2.ConnectError as error:
            raise _Failed("cannot be reached") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            raise _Failed(f"breaks off the connection ({type(error).__name__})") from error
        if reply.status in AGAIN:
            raise _Failed(f"answers {reply.status}", reply.wait)
        return reply

    async def _post(self, body: Mapping[str, object]) -> _Reply:
        import httpx2

        key = self._access.key
        headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
        seconds = self._rules.timeout
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(timeout=None) as client,  # one deadline is for all of it
            client.stream("POST", self._access.url, json=body, headers=headers) as response,
        ):
            found = bytearray()
            async for part in response.aiter_bytes():
                found += part
                if len(found) > LONGEST_REPLY:
                    raise BadReplyError(f"the answer is longer than {LONGEST_REPLY:,} bytes")
            return _Reply(response.status_code, retry_after(response.headers.get("Retry-After")), bytes(found))

    def _told(self, reply: _Reply) -> str:
        """What the server says of a refusal, unless that could show the key."""
        if reply.status in TOLD and reply.status != 404:  # noqa: PLR2004 not found
            return f": {TOLD[reply.status]}"
        try:
            message = json.loads(reply.body)["error"]["message"]
        except (ValueError, KeyError, TypeError, RecursionError):
            message = ""
        told = " ".join(seen(str(message)).split())[:LONGEST_TOLD] or TOLD.get(reply.status, "")
        return f": {told}" if told and not self._access.betrays(told) else ""


def retry_after(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds a number or a date (RFC 9110); None without a usable one."""
    if value is None:
        return None
    if value.strip().isdecimal() and value.isascii():
        return float(value)
    try:
        day = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (day.replace(tzinfo=day.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _size(body: Mapping[str, object]) -> int:
    """The most tokens that a request has: a character of Chinese is one at most, and the rest has fewer."""
    messages = body["messages"]
    said = sum(len(str(one["content"])) for one in messages) if isinstance(messages, Sequence) else 0
    return said + len(json.dumps(body.get("response_format", ""), ensure_ascii=False)) // 2


def _run(post: Coroutine[object, object, _Reply]) -> _Reply:
    """Runs a request to its end: in a thread of its own where this one has a loop at work (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(post)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, post).result()


def _check_installed() -> None:
    try:
        import httpx2  # noqa: F401 only whether it is there
    except ImportError as error:
        raise KgError("reading with a model needs httpx2: pip install 'cluster-kg[llm]'") from error
