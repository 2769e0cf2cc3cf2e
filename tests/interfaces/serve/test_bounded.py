"""What one request may take: a bounded part of memory, and never everybody's time."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.types import Receive, Scope, Send

from ltml.dialects._thinking import LONGEST
from ltml.interfaces.serve import proxy
from tests.interfaces.serve.conftest import Client, client, open_socket, post_bytes, program, serving, standing, until

MB = 1 << 20
#: What eight readers of an endless answer and one body of 50 MB may take together, over a process that is warm.
MOST = 150 * MB
READERS, EACH = 8, 32 * MB
PIECE = json.dumps({"message": {"role": "assistant", "content": "word " * 3000}, "done": False}).encode() + b"\n"


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    """A model that never ends if it is asked to stream, and else says how long the question was."""
    if scope["type"] != "http":
        return
    size, streams = 0, False
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        streams = streams or b'"stream": true' in message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    headers = [(b"content-type", b"application/x-ndjson")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(receive())
    while streams and scope["path"] == "/api/chat" and not gone.done():
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await asyncio.sleep(0)
    gone.cancel()
    said = {"message": {"role": "assistant", "content": f"{size} bytes"}, "done": True}
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})


def asking(text: str, *, stream: bool = False) -> bytes:
    body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}
    return json.dumps(body).encode()


@contextmanager
def measured(db: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The program in front of such a model, warm."""
    with standing(endless) as upstream, program(db, upstream) as url:
        with client(url) as asks:
            for i in range(3):
                asks.post("/api/chat", asking(f"Warm up number {i}, please. " + "Some words. " * 500))
            pid = asks.ask("GET", "/ltml/status").json["pid"]
        yield url, psutil.Process(pid)


def counts(url: str) -> Any:
    with client(url) as asks:
        return asks.ask("GET", "/ltml/status").json["counts"]


def read(reader: socket.socket, wanted: int) -> None:
    while wanted > 0:
        wanted -= len(reader.recv(MB))


def test_slow_readers_of_an_endless_answer_and_a_huge_body_take_little_memory_and_give_it_back(tmp_path):
    with measured(tmp_path / "memory.db") as (url, process):
        warm = most = process.memory_info().rss
        with client(url) as asks:
            body = asking("Some words. " * (50 * MB // 12))
            assert f"{len(body)} bytes" in asks.post("/api/chat", body).body.decode()
        most = max(most, process.memory_info().rss)
        readers = [
            open_socket(url, post_bytes("/api/chat", asking(f"Go on {i}.", stream=True))) for i in range(READERS)
        ]
        for _ in range(8):
            for reader in readers:
                read(reader, EACH // 8)
            most = max(most, process.memory_info().rss)
        for reader in readers:
            reader.close()
        assert most - warm <= MOST
        until(lambda: process.memory_info().rss - warm <= MOST // 2)
        assert counts(url)["too long for memory"] == 1


@pytest.mark.parametrize("told", [True, False], ids=["its length said", "its length not said"])
def test_a_body_that_is_too_long_passes_by_whole_and_is_counted(told, tmp_path, monkeypatch):
    monkeypatch.setattr(proxy, "LARGEST", 100_000)
    body = asking("Remember the walnut tree. " * 10_000)
    with standing(endless) as upstream, serving(tmp_path / "memory.db", upstream) as served:
        with client(served.url) as asks:
            answer = asks.post("/api/chat", body).body.decode() if told else in_chunks(asks, body)
            assert f"{len(body)} bytes" in answer
            asks.post("/api/chat", asking("A small one is kept."))
        assert served.counts["too long for memory"] == 1
        assert [turn.text for turn in served.turns() if turn.role == "user"] == ["A small one is kept."]


def in_chunks(asks: Client, body: bytes) -> str:
    parts = (body[at : at + 30_000] for at in range(0, len(body), 30_000))
    asks._connection.request("POST", "/api/chat", parts, encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    return asks._connection.getresponse().read().decode()


def test_of_an_answer_that_does_not_end_the_beginning_is_kept_and_says_that_it_broke_off(tmp_path):
    with standing(endless) as upstream, serving(tmp_path / "memory.db", upstream) as served:
        reader = open_socket(served.url, post_bytes("/api/chat", asking("Tell me all there is.", stream=True)))
        read(reader, 2 * LONGEST)
        reader.close()
        until(lambda: len(served.turns()) == 2)
        answer = served.turns()[-1]
        assert (answer.role, answer.interrupted) == ("assistant", True)
        assert len(answer.text) == LONGEST
