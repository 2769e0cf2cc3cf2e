"""
The processes `ltml bench proxy` measures with: a model that is a script, a relay without memory, and a client.

Theory of operation. Each runs alone (`python -m ltml.eval.proxy.servers NAME`), so that none takes another's processor
time unseen, and ends when standard input does: whoever started it is gone. The model and the relay tell the port they
listen on as a line of JSON. The client takes a `Job` a line and answers each with its times.

Model and client are written on bare asyncio protocols, some tens of microseconds a message: what is measured lies in
between. The model speaks as much of Ollama's API as a proxy asks of it (docs/api.md of Ollama: chat, tags, show, ps,
version); a reply has as many tokens as `num_predict` says, the first after a delay, the others at even gaps counted
from the start, so that no delay of one adds to the next.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HERE = "127.0.0.1"
MODEL = "script:latest"
#: The script's pace, in seconds: its first token, and the gap to each one after that.
DELAY, GAP = 0.02, 0.02
#: When the first byte of the answer's body and its last one came, in seconds, and the tokens of memory placed in the
#: request (-1: the answer does not say).
Times: TypeAlias = tuple[float, float, int]

_END_OF_HEAD, _END_OF_BODY = b"\r\n\r\n", b"0\r\n\r\n"
_PIECES = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
_DETAILS = {
    "model": MODEL,
    "name": MODEL,
    "digest": "0" * 64,
    "context_length": 8192,
    "expires_at": "2999-01-01T00:00:00Z",
}


# ------------------------------------------------------------------ the model


class ScriptedOllama(asyncio.Protocol):
    """One connection to the model: the first token after `delay` seconds, one more every `gap` seconds."""

    def __init__(self, delay: float, gap: float) -> None:
        """Wait for a connection."""
        self._delay, self._gap = delay, gap
        self._read = b""
        self._next: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- narrows the type: it is a TCP server
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fall silent."""
        del exc
        if self._next:
            self._next.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer the request once it is there; a client asks again only when it has the answer."""
        self._read += data
        head, found, body = self._read.partition(_END_OF_HEAD)
        if found and len(body) >= int(read_header(head, b"content-length") or 0):
            self._read = b""
            self._answer(head.split(b" ", 2)[1].decode(), body)

    def _answer(self, path: str, body: bytes) -> None:
        asked = json.loads(body or b"{}")
        if path == "/api/chat" and asked.get("messages"):
            self._transport.write(_PIECES)
            self._say(asked["options"]["num_predict"], self._loop.time() + self._delay)
        else:
            self._transport.write(_whole(path, asked))

    def _say(self, left: int, at: float) -> None:
        """Say the next token, or the end, at this time."""
        self._next = self._loop.call_at(at, self._said, left, at)

    def _said(self, left: int, at: float) -> None:
        done = {"done": True, "done_reason": "stop", "prompt_eval_count": 9, "eval_count": 9}
        content = {"role": "assistant", "content": "word " if left else ""}
        line = _json({"model": MODEL, "message": content, **({"done": False} if left else done)})
        self._transport.write(b"%x\r\n%s\r\n" % (len(line), line) + (b"" if left else _END_OF_BODY))
        if left:
            self._say(left - 1, at + self._gap)


def _whole(path: str, asked: dict[str, Any]) -> bytes:
    """Return the answer to anything but a talk; the model is always loaded, whatever it is told."""
    unload = asked.get("keep_alive") == 0
    said = {
        "/api/version": {"version": "0.13.0"},
        "/api/tags": {"models": [_DETAILS]},
        "/api/ps": {"models": [_DETAILS]},
        "/api/show": {"model_info": {"script.context_length": 8192}, "parameters": "num_ctx 8192", "details": {}},
        "/api/chat": {"model": MODEL, "message": {"role": "assistant", "content": ""}, "done": True,
                      "done_reason": "unload" if unload else "load"},
    }.get(path)  # fmt: skip
    body = b"Ollama is running" if path == "/" else _json(said or {})
    status = b"200 OK" if path == "/" or said else b"404 Not Found"
    return b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


async def serve_model(delay: float, gap: float) -> None:
    """Be the model until cancelled."""
    server = await asyncio.get_running_loop().create_server(lambda: ScriptedOllama(delay, gap), HERE, 0, backlog=1024)
    _tell({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


# ------------------------------------------------------------------ the relay


async def serve_relay(upstream: str) -> None:
    """Pass requests on over the stack LTML's proxy stands on, and do nothing else."""
    import socket

    import httpx2
    import uvicorn

    client = httpx2.AsyncClient(trust_env=False, limits=httpx2.Limits(max_connections=None), timeout=None)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"".join([part async for part in _body(receive)])
        request = client.build_request(scope["method"], upstream + scope["path"], content=body)
        answer = await client.send(request, stream=True)
        await send({"type": "http.response.start", "status": answer.status_code, "headers": []})
        async for chunk in answer.aiter_raw():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await answer.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    # TCP by name: asyncio lets small packets go at once (TCP_NODELAY) only where it knows that it is TCP.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as door:
        door.bind((HERE, 0))
        config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off")
        _tell({"port": door.getsockname()[1]})
        await uvicorn.Server(config).serve(sockets=[door])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)


# ------------------------------------------------------------------ the client


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientJob:
    """
    What the client shall ask: so many streams at once put one question after the other, each question once.

    Streams begin at even distances over `ramp` seconds; the first `skip` questions of each are not counted. `tokens` is
    how long each reply is to be. It all may take `limit` seconds.
    """

    port: int
    streams: int
    questions: Sequence[str]
    tokens: int
    ramp: float = 0.0
    skip: int = 1
    headers: str = ""
    limit: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What came of a job: the times of each question, the processor time the client took, and how long it all took."""

    times: Sequence[Times]
    cpu: float
    seconds: float


class ClientConnection(asyncio.Protocol):
    """One connection of the client: one question at a time, with the times at which its answer came."""

    def __init__(self) -> None:
        """Wait for the connection."""
        self._answer: asyncio.Future[Times] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- narrows the type: it is a TCP client
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know."""
        self._fail(f"the connection broke: {exc or 'closed'}")

    async def ask(self, request: bytes) -> Times:
        """Send a request and return when its answer came. Raises `ConnectionError` if it is no answer."""
        self._head, self._tail, self._first = b"", b"", 0.0
        self._answer = asyncio.get_running_loop().create_future()
        self._asked = time.perf_counter()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._answer = None
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take note of the first bytes of the body, and of the last ones."""
        now = time.perf_counter()
        if not self._head.endswith(_END_OF_HEAD):
            head, found, data = (self._head + data).partition(_END_OF_HEAD)
            self._head = head + found
            if found:
                self._look_at(head)
        if not data or self._answer is None:
            return
        self._first = self._first or now
        self._tail = (self._tail + data)[-len(_END_OF_BODY) :]
        if self._tail == _END_OF_BODY:
            injected = read_header(self._head, b"x-ltml-injected")
            self._answer.set_result((self._first - self._asked, now - self._asked, int(injected or -1)))
            self._answer = None

    def _look_at(self, head: bytes) -> None:
        status = head.split(b"\r\n", 1)[0]
        if b" 200 " not in status:
            self._fail(f"no answer but {status.decode('latin-1')!r}")

    def _fail(self, why: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionError(why))
        self._answer = None


async def run_client() -> None:
    """Do jobs until there are no more; tell what came of each, or what went wrong."""
    lines = await asyncio.to_thread(sys.stdin.readline)
    while lines:
        job = ClientJob(**json.loads(lines))
        try:
            async with asyncio.timeout(job.limit):
                _tell(asdict(await run_job(job)))
        except (OSError, TimeoutError) as exc:
            _tell({"error": str(exc) or f"not done after {job.limit:.0f} s"})
        lines = await asyncio.to_thread(sys.stdin.readline)


async def run_job(job: ClientJob) -> JobResult:
    """Do a job. Raises `OSError` where the server does not answer as it should."""
    questions, times = iter(job.questions), list[Times]()
    cpu, began = time.process_time(), time.perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(job.streams):
                group.create_task(_ask_on(job, job.ramp * number / job.streams, questions, times))
    except* OSError as broken:
        raise ConnectionError(str(broken.exceptions[0])) from broken
    return JobResult(times=times, cpu=time.process_time() - cpu, seconds=time.perf_counter() - began)


async def _ask_on(job: ClientJob, after: float, questions: Iterator[str], times: list[Times]) -> None:
    await asyncio.sleep(after)
    _, stream = await asyncio.get_running_loop().create_connection(ClientConnection, HERE, job.port)
    try:
        for number, question in enumerate(questions):
            taken = await stream.ask(_request(job, question))
            if number >= job.skip:
                times.append(taken)
    finally:
        stream.close()


def _request(job: ClientJob, question: str) -> bytes:
    asked = {
        "model": MODEL,
        "messages": [{"role": "user", "content": question}],
        "options": {"num_predict": job.tokens},
    }
    body = _json(asked)
    head = f"POST /api/chat HTTP/1.1\r\nhost: {HERE}:{job.port}\r\ncontent-length: {len(body)}\r\n{job.headers}\r\n"
    return head.encode() + body


# ------------------------------------------------------------------ what they share


def read_header(head: bytes, name: bytes) -> bytes:
    """Return the value of a header in the head of a message, empty where there is none."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


def _json(said: object) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _tell(said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _end_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(0)  # from a thread there is no other way, and nothing to be saved


def main(words: Sequence[str]) -> None:
    """Be what the words say: `model DELAY GAP`, `relay URL` or `client`."""
    name, *more = words
    if name == "client":
        asyncio.run(run_client())
        return
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    asyncio.run(serve_model(*map(float, more)) if name == "model" else serve_relay(*more))


if __name__ == "__main__":
    main(sys.argv[1:])
