"""A real HTTP server on loopback that plays a language model: each request gets the next play of its script."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Claims = Mapping[str, Sequence[Mapping[str, object]]]
Play = Callable[["Handler"], None]
KEY = "sk-very-secret-0123456789"


@dataclass
class Script:
    """The plays in their order, the last one again and again; `asked` are the bodies of the requests."""

    plays: Sequence[Play]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead to this server."""
        return {"KG_LLM_URL": self.url, "KG_LLM_KEY": KEY, "KG_LLM_MODEL": "played/model-1"}


class Handler(BaseHTTPRequestHandler):
    """One request, given to the play whose turn it is."""

    script: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script = self.script
        script.asked.append(body)
        script.headers.append(dict(self.headers))
        script.paths.append(self.path)
        script.plays[min(len(script.asked), len(script.plays)) - 1](self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """A reply; in the names of headers `_` stands for `-`."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def asked(self) -> str:
        """The question."""
        return str(self.script.asked[-1]["messages"][-1]["content"])

    def log_message(self, format: str, *args: object) -> None:
        """Stays silent."""


@contextmanager
def playing(*plays: Play) -> Iterator[Script]:
    """A server with this script, until the block ends."""
    script = Script(plays)
    handler = type("Playing", (Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        script.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield script
        finally:
            script.released.set()
            server.shutdown()
            thread.join()


def completion(content: object, finish: str = "stop", tokens: int | None = 50) -> bytes:
    """A chat completion with this text, or these claims as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text, "refusal": None}
    usage = {} if tokens is None else {"usage": {"total_tokens": tokens}}
    reply = {"object": "chat.completion", "choices": [{"message": message, "finish_reason": finish}], **usage}
    return json.dumps(reply).encode()


def says(claims: object, **kind: Any) -> Play:
    """A good reply with these claims."""
    return lambda handler: handler.answer(200, completion(claims, **kind), Content_Type="application/json")


def by_text(answers: Mapping[str, Claims]) -> Play:
    """Good replies: the claims of each key that stands in the question, together."""

    def play(handler: Handler) -> None:
        told: dict[str, list[object]] = {}
        for key, claims in answers.items():
            if key in handler.asked:
                for kind, entries in claims.items():
                    told.setdefault(kind, []).extend(entries)
        handler.answer(200, completion({"clusters": [], **told}))

    return play


def fails(status: int, message: str = "", **headers: str) -> Play:
    """An error as servers of this kind tell it."""
    body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
    return lambda handler: handler.answer(status, body, **headers)


def raw(body: bytes) -> Play:
    """These bytes as a reply."""
    return lambda handler: handler.answer(200, body)


def hangs(handler: Handler) -> None:
    """Says nothing until the test is over."""
    handler.script.released.wait(20)


def drips(handler: Handler) -> None:
    """Sends a byte now and then: no single read waits long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    while not handler.script.released.wait(0.05):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return


def closes(handler: Handler) -> None:
    """Ends the connection in the middle of a reply."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.wfile.flush()
    handler.close_connection = True


def floods(handler: Handler) -> None:
    """Sends more than anybody asked for."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while not handler.script.released.is_set():
            handler.wfile.write(b" " * 1_000_000)
    except OSError:
        return
