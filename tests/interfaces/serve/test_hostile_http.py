"""Requests that no honest client sends: none is a 5xx, none is passed on as two, and everybody else is served."""

import gzip
import json
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from tests.interfaces.serve.conftest import LONGEST_WAIT, Serving, client, open_socket, serving, standing

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PATHS = ("/api/pull", "/api/chat", "/ltml/status")
#: Seconds after which a server that has said nothing will not; that it is slow today makes no test fail.
SILENCE = 0.15
TALK = json.dumps({"model": "m", "stream": False, "messages": [{"role": "user", "content": "hello"}]}).encode()

#: Lines of a head that say where the body ends, each in a way that somebody could read otherwise.
LENGTHS: Sequence[bytes] = (
    b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    b"Content-Length: 0\r\nTransfer-Encoding: chunked",
    b"content-length: 5\r\nTRANSFER-ENCODING: Chunked",
    b"Content-Length: 5\r\nTransfer-Encoding:\r\n chunked",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTE: x",
    b"Content-Length: 5\r\nTransfer-Encoding: identity",
    b"Content-Length: 5\r\nTransfer-Encoding: xchunked",
    b"Content-Length: 5\r\nTransfer-Encoding : chunked",
    b"Content-Length: 5\r\n Transfer-Encoding: chunked",
    b"Content-Length: 5\r\nX: a\nTransfer-Encoding: chunked",
    b"Content-Length: 5\r\nTransfer-Encoding:\x0bchunked",
    b"Content-Length: 5\r\nTransfer_Encoding: chunked",
    b"Content-Length: 5\r\nX: a\rTransfer-Encoding: chunked",
    b"Content-Length: 5\r\nContent-Length: 50",
    b"Content-Length: 50\r\nContent-Length: 5",
    b"Content-Length: 5, 50",
    b"Content-Length: 5, 5",
    b"Content-Length: 5\r\nContent-Length: 5",
    b"Content-Length: -5",
    b"Content-Length: +5",
    b"Content-Length: 0x5",
    b"Content-Length: 5_0",
    b"Content-Length: 5 0",
    b"Content-Length:",
    b"Content-Length: ",
    b"Content-Length: 5\r\n 0",
    b"Content-Length: \xd9\xa5",
    b"Content-Length: 5.0",
    b"Content-Length: 05",
    b"Content-Length: 99999999999999999999999999",
    b"Content-Length: 5;",
    b"Content-Length : 5",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, gzip",
    b"Transfer-Encoding: chunked, chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding:",
    b"Transfer-Encoding: chunked;q=1",
    b'Transfer-Encoding: "chunked"',
    b"Transfer-Encoding: chunked\x00",
    b"Transfer-Encoding: ch\xc5\xabnked",
    b"Transfer-Encoding: chun ked",
    b"Transfer-Encoding\r\n: chunked",
    b": chunked",
)
CHUNKS: Sequence[bytes] = (
    b"-5\r\nhello\r\n0\r\n\r\n",
    b"+5\r\nhello\r\n0\r\n\r\n",
    b"0x5\r\nhello\r\n0\r\n\r\n",
    b"g\r\nhello\r\n0\r\n\r\n",
    b"5\nhello\n0\n\n",
    b"5\r\nhello0\r\n\r\n",
    b"5\r\nhell\r\n0\r\n\r\n",
    b'5;a="\r\n"\r\nhello\r\n0\r\n\r\n',
    b"FFFFFFFFFFFFFFFFFFFFF\r\nhello",
    b"7FFFFFFFFFFFFFFF\r\nhello",
    b" 5\r\nhello\r\n0\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
    b"\r\n\r\n",
    b"0\r\nContent-Length: 50\r\n\r\n",
    b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"0\r\nHost: x\r\n\r\n",
    b"5;" + b"e" * 100_000 + b"\r\nhello\r\n0\r\n\r\n",
    b"\xff\xfe\r\n",
)
HEADS: Sequence[bytes] = (
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \x00\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/0.9\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 1000,
    b"\xff" * 1000,
    b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /a b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"G\x00T / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    b"\r\n" * 1000,
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon here\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"h" * (1 << 16) + b"\r\n\r\n",
    b"GET /" + b"p" * (1 << 16) + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 200-ok\r\n\r\n",
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-LTML-User: \xff\xfe\r\nX-LTML-Session: \xe2\x28\xa1\r\n\r\n",
)


@dataclass(slots=True)
class Behind:
    """The upstream: keeps the requests it was sent, and answers each as an Ollama that has one short thing to say."""

    seen: list[tuple[str, dict[bytes, bytes], int]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            size, more = size + len(message["body"]), message["more_body"]
        self.seen.append((scope["path"], dict(scope["headers"]), size))
        body = b'{"models":[],"message":{"role":"assistant","content":"hi"},"done":true}'
        head = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


@dataclass(slots=True, kw_only=True)
class House:
    behind: Behind
    ltml: Serving

    def raw(self, data: bytes, wait: float = SILENCE) -> list[int]:
        """Send these bytes; return the status of every answer, until it closes or nothing comes for a while."""
        found = b""
        with open_socket(self.ltml.url) as line, suppress(ConnectionError):
            threading.Thread(target=_sent, args=(line, data), daemon=True).start()
            line.settimeout(wait)
            with suppress(TimeoutError):
                while more := line.recv(1 << 16):
                    found += more
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d\d\d) ", found)]

    def well(self) -> bool:
        """Whether an honest client is served."""
        with client(self.ltml.url) as one:
            return one.post("/api/chat", TALK).status == 200


def _sent(line: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        line.sendall(data)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    behind, db = Behind(), tmp_path_factory.mktemp("hostile") / "memory.db"
    with standing(behind) as url, serving(db, url) as ltml:
        yield House(behind=behind, ltml=ltml)


def honest(house: House, data: bytes) -> None:
    """Nothing is a 5xx, nothing that was smuggled is asked, and what was passed on says one thing about its length."""
    house.behind.seen.clear()
    statuses = house.raw(data)
    assert all(status < 500 for status in statuses), (data[:200], statuses)
    for path, headers, size in house.behind.seen:
        assert path != "/smuggled", data[:200]
        assert not {b"content-length", b"transfer-encoding"} <= headers.keys(), data[:200]
        assert headers.get(b"content-length", b"%d" % size) == b"%d" % size


@pytest.mark.parametrize("path", PATHS)
def test_a_length_that_can_be_read_in_two_ways_is_no_5xx_and_no_second_request(house: House, path: str):
    for lengths in LENGTHS:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + lengths + b"\r\n\r\n"
        for body in (b"0\r\n\r\n" + SMUGGLED, b"hello" + SMUGGLED):
            if body.startswith(b"hello") and lengths in (b"Content-Length: 5, 5", b"Content-Length: 05"):
                continue  # these are five bytes and an honest second request, whoever reads them
            house.behind.seen.clear()
            statuses = house.raw(head + body)
            assert all(status < 500 for status in statuses), (lengths, body, statuses)
    assert house.well()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lengths", LENGTHS[:6])
def test_a_length_and_chunks_are_refused_and_the_connection_ends(house: House, path: str, lengths: bytes):
    house.behind.seen.clear()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + lengths + b"\r\n\r\n"
    assert house.raw(head + b"0\r\n\r\n" + SMUGGLED, LONGEST_WAIT) == [400]
    assert house.behind.seen == []


@pytest.mark.parametrize("lengths", [b"Content-Length: 5\r\nContent-Length: 50", b"Transfer-Encoding: identity"])
def test_what_h11_refuses_is_400_too(house: House, lengths: bytes):
    house.behind.seen.clear()
    assert house.raw(b"POST /api/pull HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lengths + b"\r\n\r\nhello", LONGEST_WAIT) == [
        400
    ]
    assert house.behind.seen == []


@pytest.mark.parametrize("path", PATHS)
def test_chunks_that_are_none_are_no_5xx_and_no_second_request(house: House, path: str):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    for chunks in CHUNKS:
        honest(house, head + chunks)
    assert house.well()


def test_a_head_that_is_none_is_no_5xx(house: House):
    for head in HEADS:
        honest(house, head)
    assert house.well()


def nested(depth: int, opening: str, closing: str) -> bytes:
    return (opening * depth + closing * depth).encode()


BODIES: dict[str, bytes] = {
    "100,000 arrays in each other": nested(100_000, "[", "]"),
    "100,000 objects in each other": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "messages in 100,000 arrays": b'{"model":"m","messages":' + nested(100_000, "[", "]") + b"}",
    "a content in 100,000 arrays": b'{"model":"m","messages":[{"role":"user","content":'
    + nested(100_000, "[", "]")
    + b"}]}",
    "invalid UTF-8": b'{"model":"m","messages":[{"role":"user","content":"\xff\xfe\xed\xa0\x80 words"}]}',
    "half a surrogate": b'{"model":"m","messages":[{"role":"user","content":"\\ud800 words"}]}',
    "zeros": b'{"model":"m","messages":[{"role":"user","content":"a\\u0000b"}]}',
    "UTF-16": TALK.decode().encode("utf-16"),
    "a mark before it": b"\xef\xbb\xbf" + TALK,
    "numbers nobody has": b'{"model":1e999999,"messages":[{"role":"user","content":' + b"9" * 10_000 + b"}],"
    b'"options":{"num_ctx":' + b"9" * 5_000 + b"}}",
    "not a number": b'{"model":"m","stream":NaN,"messages":[{"role":"user","content":"hi"}]}',
    "another kind of everything": b'{"model":[],"messages":{"role":7},"stream":"yes","options":[],"tools":"x"}',
    "the same key again and again": b"{"
    + b",".join(b'"messages":[{"role":"user","content":"%d"}]' % n for n in range(500))
    + b"}",
    "nothing": b"",
    "no JSON": b"\x00\x01\x02",
    "packed 1000:1": gzip.compress(
        b'{"model":"m","messages":[{"role":"user","content":"' + b"x" * 30_000_000 + b'"}]}'
    ),
}


@pytest.mark.parametrize("path", ["/api/chat", "/api/generate", "/v1/chat/completions", "/api/pull"])
@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_nobody_can_read_is_passed_on_as_it_is(house: House, kind: str, path: str):
    headers = [("Content-Encoding", "gzip")] if kind.startswith("packed") else []
    house.behind.seen.clear()
    with client(house.ltml.url) as one:
        assert one.post(path, BODIES[kind], headers).status == 200
    assert [(seen, size) for seen, _, size in house.behind.seen if seen == path] == [(path, len(BODIES[kind]))]
    assert house.well()


@pytest.mark.parametrize("slow", [50, pytest.param(400, marks=pytest.mark.long)])
def test_while_hundreds_are_slow_everybody_else_is_served(house: House, slow: int):
    """They say nothing, half a head, a byte of a body now and then, or do not read what they are told."""
    begun = (
        b"",
        b"GET / HT",
        b"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{",
        b"POST /api/pull HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    )
    with ExitStack() as stack:
        lines = [stack.enter_context(open_socket(house.ltml.url, begun[n % 4])) for n in range(slow * 4)]
        for _ in range(3):
            assert house.well()
            for number, line in enumerate(lines):
                if number % 4 > 1:
                    line.sendall(b" ")
        assert len(house.ltml.connections) >= len(lines)
    assert house.well()


def test_a_server_that_says_two_things_about_its_length_is_understood_as_http_says(tmp_path: Path):
    """Chunks win over a length, and the client is told one thing."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"

        def speak() -> None:
            with suppress(OSError):
                while True:
                    line, _ = door.accept()
                    with line:
                        line.recv(1 << 16)
                        line.sendall(answer)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        url = "http://{}:{}".format(*door.getsockname())
        with serving(tmp_path / "memory.db", url) as ltml, client(ltml.url) as one:
            found = one.ask("GET", "/anything")
            assert (found.status, found.body, found.whole) == (200, b"hello", True)
            assert found.header("content-length") is None
        door.shutdown(socket.SHUT_RDWR)
    thread.join()
