"""
With memory off nobody can tell LTML from the server behind it.

Two reference servers are asked the same things in the same order: one directly, one through LTML. What comes back and
what arrived is compared byte for byte, less the headers that belong to one connection only (RFC 9110, 7.6.1).
"""

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from tests.dialects.generated import Chance, chat_body, generate_body
from tests.dialects.samples import SAMPLES
from tests.interfaces.serve.conftest import (
    Answer,
    Client,
    Headers,
    Serving,
    client,
    open_socket,
    serving,
    standing,
    until,
)
from tests.reference.brain import Fail, Finish, Prompt, Say, Think
from tests.reference.clock import HandClock
from tests.reference.models import Model
from tests.reference.recorder import Recorded, Recorder
from tests.reference.script import Answer as Scripted
from tests.reference.script import Script
from tests.reference.server import Server

#: Headers of one connection; a date is that of the second in which it was sent.
OWN = {"connection", "keep-alive", "transfer-encoding", "date"}
#: What LTML adds on the way up, and what it answers for itself.
ADDED = {"host", "x-ltml-hop", *OWN}
#: Three ways to be nobody: memory is off, or the user is one whom nobody named.
NOBODY: tuple[tuple[str, Headers], ...] = (
    ("", [("X-LTML-Memory", "off")]),
    ("", [("X-LTML-User", "stranger")]),
    ("/u/stranger", []),
    ("", [("X-LTML-Memory", "perhaps")]),
)
WORDS = ["canoe", "Öl", "油", "\ud83d", 'say "ah"', "\\u0041", "tea\ttime", "…"]
USUAL: Headers = [("Accept", "*/*"), ("User-Agent", "tests/1.0"), ("Accept-Encoding", "gzip, br"), ("X-Own", "a, b")]


def answers(prompt: Prompt) -> Scripted:
    """All kinds of answers, decided by what was asked."""
    kind = hashlib.sha256(prompt.text.encode("utf-8", "surrogatepass")).digest()[0] % 8
    kinds: list[Scripted] = [
        "Yes, by the mill.", ["Öl ", "油 \ud83d\ude00", ' "q" \\ \n'], [Think("hm"), Say("well")], [],
        [Fail("out of memory", 500)], ["half a", Fail("the runner is gone")], ["cut", Finish("length")],
        [Fail("server busy", 503)],
    ]  # fmt: skip
    return kinds[kind]


# --- a server with odd corners ---------------------------------------------------------------------------------------

BLOB = Random(4).randbytes(5 << 20)
Corner = tuple[int, list[tuple[bytes, bytes]], tuple[bytes, ...]]
CORNERS: Mapping[str, Corner] = {
    "/odd/moved": (301, [(b"location", b"http://elsewhere.invalid/x?y=%zz#f")], (b"",)),
    "/odd/again": (307, [(b"Location", b"//elsewhere.invalid/"), (b"content-length", b"0")], (b"",)),
    "/odd/zipped": (200, [(b"content-encoding", b"gzip"), (b"ETag", b'W/"1"')], (gzip.compress(b"a" * 9999, mtime=0),)),
    "/odd/unknown-coding": (200, [(b"content-encoding", b"rot13, x")], (b"uryyb",)),
    "/odd/falsely-zipped": (200, [(b"content-encoding", b"gzip")], (b"no gzip at all",)),
    "/odd/twice": (
        200, [(b"Set-Cookie", b"a=1"), (b"x-a", b"1"), (b"set-cookie", b"b=2"), (b"X-A", b""), (b"x-l", b"\xe9\xff")],
        (b"ok",),
    ),
    "/odd/sized": (200, [(b"content-length", b"6"), (b"content-type", b"x/y; z")], (b"abc", b"def")),
    "/odd/nothing": (204, [], ()),
    "/odd/unchanged": (304, [(b"etag", b'"7"')], ()),
    "/odd/teapot": (418, [(b"retry-after", b"3")], (b"\x00\xff" * 5,)),
    "/odd/too-large": (413, [], (b'{"error":"large"}',)),
    "/odd/status": (599, [], (b"x",)),
    "/odd/long": (200, [], tuple(BLOB[at : at + 70_001] for at in range(0, len(BLOB), 70_001))),
    "/odd/partial": (206, [(b"content-range", b"bytes 0-1/9")], (b"ab",)),
}  # fmt: skip


@dataclass(slots=True)
class Odd:
    """The reference server, with corners that Ollama lacks. `half` is set when a megabyte of an upload is here."""

    server: Server = field(
        default_factory=lambda: Server(
            brain=Script(answers), clock=HandClock(),
            models=[Model(name="m"), Model(name="m:1b", system="Be brief.", capabilities=("completion", "thinking"))],
        )
    )  # fmt: skip
    half: Event = field(default_factory=Event)
    seen: list[Recorded] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the request as it came, and answer; uploads are not waited for."""
        if scope["path"] == "/odd/upload":
            await self._upload(receive, send)
        else:
            await Recorder(self._corner, self.seen.append)(scope, receive, send)

    async def _corner(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, headers, parts = CORNERS.get(scope["path"], (0, [], ()))
        if not status:
            await self.server.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts if scope["method"] != "HEAD" else ():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _upload(self, receive: Receive, send: Send) -> None:
        summed, size, more = hashlib.sha256(), 0, True
        while more:
            message = await receive()
            summed.update(message.get("body", b""))
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
            if size >= 1 << 20:
                self.half.set()
        body = summed.hexdigest().encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


@dataclass(slots=True, kw_only=True)
class Twins:
    """Two equal servers, one of them behind LTML, and a client of each."""

    plain: Odd
    behind: Odd
    directly: Client
    through: Client
    ltml: Serving
    urls: tuple[str, str]

    def ask(self, number: int, method: str, target: str, body: bytes | None = None, headers: Headers = ()) -> Answer:
        """Ask both; what comes back and what arrived must be the same. Return the answer."""
        prefix, nobody = NOBODY[number % len(NOBODY)]
        random.seed(number)  # ids such as chatcmpl-417 are drawn
        expected = self.directly.ask(method, target, body, [*USUAL, *headers])
        random.seed(number)
        found = self.through.ask(method, prefix + target, body, [*USUAL, *headers, *nobody])
        assert _lasting(found, self.urls[1]) == _lasting(expected, self.urls[0]), (method, target, body)
        assert self.behind.seen[-1].header("x-ltml-hop") == "1"
        assert _arrived(self.behind.seen[-1]) == _arrived(self.plain.seen[-1]), (method, target, body)
        return found


def _lasting(answer: Answer, url: str) -> tuple[int, list[tuple[str, str]], bytes, bool]:
    """What must be the same; only redirects name the port of the server that answers."""
    headers = [(name, value.replace(url, "URL")) for name, value in answer.headers if name.lower() not in OWN]
    return answer.status, headers, answer.body, answer.whole


def _arrived(request: Recorded) -> tuple[Any, ...]:
    no_body = ("content-length", "0")  # what a POST without a body means anyway (RFC 9110, 8.6)
    headers = [header for header in request.headers if header[0] not in ADDED and header != no_body]
    return request.method, request.path, request.query, headers, request.body, request.size, request.complete


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    chance = random.getstate()
    with ExitStack() as stack:
        plain, behind = Odd(), Odd()
        urls = stack.enter_context(standing(plain)), stack.enter_context(standing(behind))
        ltml = stack.enter_context(serving(_db(tmp_path_factory), urls[1]))
        directly, through = stack.enter_context(client(urls[0])), stack.enter_context(client(ltml.url))
        yield Twins(plain=plain, behind=behind, directly=directly, through=through, ltml=ltml, urls=urls)
    random.setstate(chance)


def _db(folders: pytest.TempPathFactory) -> Path:
    return folders.mktemp("transparent") / "memory.db"


# --- what people talk on ---------------------------------------------------------------------------------------------


def _spoilt(body: bytes, chance: Random) -> bytes:
    """The body as it is, or no JSON any more."""
    kind = chance.randrange(12)
    at = chance.randrange(len(body) + 1)
    return {0: body[:at], 1: b"", 2: body[:at] + b"\xff" + body[at:], 3: b"[" * 5_000}.get(kind, body)


def _known(body: bytes, chance: Random) -> bytes:
    """The body with other fields, so that the server understands it more often."""
    try:
        asked = json.loads(body.decode("utf-8-sig"))
    except ValueError:
        return body
    if "messages" in asked:
        asked["messages"] = [{"role": chance.choice(["user", "assistant"]), "content": chance.choice(WORDS)}]
    more = {
        "stream": chance.choice([True, False]), "keep_alive": chance.choice(["5m", 0, None, -1]),
        "options": {"num_ctx": chance.choice([2048, None]), "num_predict": chance.choice([1, 9, -1]), "x": 1.50},
        "model": chance.choice(["m", "M:latest", "m:1b", "nobody", ""]), "think": chance.choice([None, True]),
        "format": chance.choice([None, "json", "", "xml"]), "stream_options": {"include_usage": True},
    }  # fmt: skip
    kept = chance.sample(sorted(more), chance.randrange(len(more)))
    return json.dumps({**asked, **{name: more[name] for name in kept}}, ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )


def _bodies(name: str) -> Iterator[bytes]:
    """Bodies without end."""
    make = generate_body if name == "ollama_generate" else chat_body
    yield from SAMPLES[name].talks
    for seed in range(10_000):
        chance = Random(seed)
        body = make(seed, chance.sample(WORDS, 2))
        body = _known(body, chance) if chance.random() < 0.6 else body
        yield _spoilt(body, chance)


@pytest.mark.parametrize(
    ("name", "path"),
    [("ollama_chat", "/api/chat"), ("ollama_generate", "/api/generate"), ("openai_chat", "/v1/chat/completions")],
)
def test_a_thousand_talks_pass_as_if_ltml_were_not_there(twins: Twins, name: str, path: str):
    statuses = dict[int, int]()
    for number, body in zip(range(1000), _bodies(name), strict=False):
        query = ["", "?x=%zz", "?ts=1&&=;"][number % 3]
        status = twins.ask(number, "POST", path + query, body, [("Content-Type", "application/json")]).status
        statuses[status] = statuses.get(status, 0) + 1
    assert {200, 400, 404, 500, 503} <= statuses.keys(), statuses
    assert statuses[200] > 200, statuses
    assert twins.ltml.memory.layer.store.namespaces() == []
    assert not twins.ltml.counts


# --- everything else -------------------------------------------------------------------------------------------------

TARGETS = (
    "/", "/api/version", "/api/tags", "/api/ps", "/api/status", "/v1/models", "/v1/models/m", "/v1/models/nobody",
    "/api/show", "/api/embed", "/api/embeddings", "/api/pull", "/api/create", "/api/copy", "/api/delete", "/api/push",
    "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/messages", "/api/me", "/api/chat/", "/api//chat",
    "/API/CHAT", "/api/ch%61t", "/api/chat;x=1", "/nothing/here", "/%2e%2e/api/tags", "/api/../api/tags", "/u", "/ux/a",
    "//api/tags", "/a%00b%ff", "/api/tags?", "/api/tags?a=%zz&&=;#", "/api/tags?%E6%B2%B9=%E9", "/ltml",
    "/api/blobs/sha256:abc", "/api/blobs/sha256%3Aabc", *CORNERS,
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "QUERY")
BODIES = (
    None, b"", b"{}", b'{"model":"m"}', b'{"model":"m","input":["a","b"]}',
    b'{"model":"m","prompt":"x","stream":false}',
    b'{"source":"m","destination":"copy"}', b'{"model":"copy"}', b'{"model":"new","from":"m","stream":true}', b"\xff{",
    b'{"model":"m","messages":[{"role":"user","content":"hi"}]}',
)  # fmt: skip


def test_everything_else_passes_whatever_it_is(twins: Twins):
    chance, statuses = Random(11), set[int]()
    usual = [(method, target) for target in TARGETS for method in ("GET", "POST")]
    odd = [(chance.choice(METHODS), chance.choice(TARGETS)) for _ in range(300)]
    for number, (method, target) in enumerate(usual + odd):
        body = None if method in ("GET", "HEAD") and number % 9 else chance.choice(BODIES)
        statuses.add(twins.ask(number, method, target, body).status)
    assert {200, 204, 206, 301, 304, 307, 400, 404, 405, 413, 418, 599} <= statuses
    assert not twins.ltml.counts


def test_a_blob_goes_up_as_it_comes(twins: Twins):
    """The first megabyte is there before the client has sent the rest; nothing waits for the whole."""
    twins.behind.half.clear()
    head = f"POST /odd/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(BLOB)}\r\n\r\n".encode()
    with open_socket(twins.ltml.url, head + BLOB[: 3 << 20]) as line:
        assert twins.behind.half.wait(60)
        line.sendall(BLOB[3 << 20 :])
        assert _read_until(line.recv, hashlib.sha256(BLOB).hexdigest().encode())


def test_a_blob_in_chunks_of_unknown_number_goes_up_too(twins: Twins):
    head = b"POST /odd/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with open_socket(twins.ltml.url, head) as line:
        for at in range(0, len(BLOB), 1 << 18):
            part = BLOB[at : at + (1 << 18)]
            line.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        line.sendall(b"0\r\n\r\n")
        assert _read_until(line.recv, hashlib.sha256(BLOB).hexdigest().encode())


def test_a_blob_of_five_megabytes_is_taken_and_known_again(twins: Twins):
    digest = f"sha256:{hashlib.sha256(BLOB).hexdigest()}"
    for number, status in enumerate([201, 200]):
        assert twins.ask(number, "POST", f"/api/blobs/{digest}", BLOB).status == status
    assert twins.ask(3, "HEAD", f"/api/blobs/{digest}").status == 200
    assert twins.ask(4, "POST", f"/api/blobs/{digest[:-1]}", BLOB).status == 400


def test_a_talk_that_is_too_large_to_read_passes_by(twins: Twins, monkeypatch):
    monkeypatch.setattr("ltml.interfaces.serve.proxy.LARGEST", 100_000)
    picture = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x" * 300_000}]}).encode()
    found = twins.through.post("/api/chat", picture)
    assert found.status == twins.directly.post("/api/chat", picture).status
    assert twins.behind.seen[-1].body == picture
    assert not twins.ltml.turns()


def _read_until(receive: Callable[[int], bytes], wanted: bytes) -> bool:
    found = b""
    while wanted not in found:
        data = receive(1 << 16)
        if not data:
            return False
        found += data
    return True


# --- with nothing to say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_memory_that_has_nothing_to_say_changes_no_byte_either(twins: Twins, name: str):
    """It reads and is empty. Only the coding of the answer is asked for in plain, or nobody could overhear it."""
    path = {"ollama_chat": "/api/chat", "ollama_generate": "/api/generate", "openai_chat": "/v1/chat/completions"}[name]
    for number, body in zip(range(150), _bodies(name), strict=False):
        random.seed(number)
        expected = twins.directly.post(path, body, USUAL)
        random.seed(number)
        found = twins.through.post(path, body, [*USUAL, ("X-LTML-Memory", "read")])
        assert (found.status, found.body) == (expected.status, expected.body), body
        assert twins.behind.seen[-1].body == body
        assert found.header("x-ltml-injected") in (None, "0")
    until(lambda: not twins.ltml.application.proxy._background)
    assert twins.ltml.memory.layer.store.namespaces() == []


def test_the_generated_talks_are_of_many_kinds():
    bodies = [body for _, body in zip(range(300), _bodies("ollama_chat"), strict=False)]
    assert len(set(bodies)) > 200
    assert Chance(1, WORDS).text() in {*WORDS, *Chance(2, WORDS).words}
