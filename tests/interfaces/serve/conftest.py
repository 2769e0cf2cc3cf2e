"""
The proxy as it runs, between a client that writes bytes and a server whose every byte is known.

`serving` is `ltml serve` in a thread, so that a test can look into it and break it; `program` is the real process.
"""

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from ltml.interfaces.serve import server
from ltml.interfaces.serve.app import Application
from ltml.interfaces.serve.connections import new_client
from ltml.interfaces.serve.memory_service import MemoryService
from ltml.interfaces.serve.ports import open_listening_socket
from ltml.interfaces.serve.shutdown import ShutdownDeadline
from ltml.model import Turn
from ltml.providers.upstream import Address
from ltml.settings import Serve, Settings
from tests.reference.running import _Server, address, quiet

#: Seconds after which something that did not happen never will.
LONGEST_WAIT = 90
SPACE = "default"
#: No deadline is missed, no night begins, no question disturbs the count of requests.
CALM: Mapping[str, Any] = {
    "port": 0, "deadline": 20.0, "patience": 30.0, "poll": 3600.0, "idle": 3600.0, "quiet": 0.2
}  # fmt: skip
Headers = Sequence[tuple[str, str]]


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


# --- LTML in a thread ------------------------------------------------------------------------------------------------


class _Uvicorn(server._SignalingServer):
    """Without signals, which belong to the main thread."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True, kw_only=True)
class Serving:
    """An LTML that runs."""

    url: str
    application: Application
    uvicorn: uvicorn.Server

    @property
    def connections(self) -> list[Any]:
        """Clients that are connected just now."""
        return list(self.uvicorn.server_state.connections)

    @property
    def memory(self) -> MemoryService:
        return self.application.proxy.memory

    @property
    def counts(self) -> Mapping[str, int]:
        return self.memory.counts

    def turns(self, namespace: str = SPACE, session: str | None = None) -> list[Turn]:
        found = self.memory.layer.store.turns(namespace)
        return [turn for turn in found if session is None or turn.session == session]


@contextmanager
def serving(db: Path | str, upstream: str, **serve: Any) -> Iterator[Serving]:
    """Run `ltml serve` while the block runs."""
    settings = Settings(serve=Serve(**{**CALM, "upstream": upstream, **serve}))
    plan = server.ServeOptions(
        db=str(db), namespace=SPACE, settings=settings, folder=Path(db).parent, ollama_host="",
        notify=lambda _what, _said: None, progress=lambda _what, _done, _total: None,
    )  # fmt: skip
    running = _Running(plan)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield running.begun()
    finally:
        running.stop()
        thread.join()


class _Running:
    def __init__(self, plan: server.ServeOptions) -> None:
        self._plan, self._ready = plan, threading.Event()
        self._error: BaseException | None = None
        self._uvicorn: _Uvicorn | None = None
        self._serving: Serving | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._run())
        except BaseException as exc:  # noqa: BLE001 -- handed to the test that waits
            self._error = exc
        finally:
            self._ready.set()

    def begun(self) -> Serving:
        assert self._ready.wait(LONGEST_WAIT), "it never began"
        if self._error is not None:
            raise self._error
        assert self._serving is not None
        return self._serving

    def stop(self) -> None:
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    async def _run(self) -> None:
        """Do what `server.serve` does, but for signals and the note."""
        async with AsyncExitStack() as stack:
            door = stack.enter_context(open_listening_socket(self._plan.settings.serve))
            host, port = door.getsockname()[:2]
            layer = stack.enter_context(server.open_memory(self._plan))
            client = await stack.enter_async_context(new_client(server.LIMITS))
            way = await server.choose_upstream(self._plan, Address(host=host, port=port), client, stack)
            application = server.make_application(self._plan, layer, client, way)
            self._uvicorn = _Uvicorn(server.uvicorn_config(application), self._ready.set, ShutdownDeadline())
            self._serving = Serving(url=f"http://{host}:{port}", application=application, uvicorn=self._uvicorn)
            await self._uvicorn.serve(sockets=[door])


# --- LTML as a process -----------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def command(*words: str, prelude: str = "") -> list[str]:
    """The command line of `ltml`, with some Python before it."""
    code = f"import sys\n{prelude}\nfrom ltml.interfaces.cli import main\nsys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", code, *words]


def ended(*words: str, prelude: str = "", **environ: str) -> Ended:
    """Run a command to its end."""
    run = subprocess.run(
        command(*words, prelude=prelude),
        capture_output=True, text=True, check=False, timeout=LONGEST_WAIT, env={**os.environ, **environ},
    )  # fmt: skip
    return Ended(code=run.returncode, out=run.stdout, err=run.stderr)


@contextmanager
def program(db: Path, upstream: str, *more: str, prelude: str = "", **environ: str) -> Iterator[str]:
    """Run the program `ltml serve` while the block runs; yield its URL. What it wrote is beside the database."""
    words = ["serve", "--json", "--db", str(db), "--port", "0", "--upstream", upstream, *more]
    calm = {f"LTML_SERVE__{name.upper()}": str(value) for name, value in CALM.items() if name != "port"}
    out, err = db.with_suffix(".out"), db.with_suffix(".err")
    with out.open("w") as told, err.open("w") as logged:
        process = subprocess.Popen(
            command(*words, prelude=prelude), stdout=told, stderr=logged, env={**os.environ, **calm, **environ}
        )
        try:
            until(lambda: _listening(out) != "" or process.poll() is not None)
            assert _listening(out), f"it did not begin: {err.read_text()}"
            yield _listening(out)
        finally:
            process.terminate()
            process.wait(LONGEST_WAIT)


def _listening(out: Path) -> str:
    events = [json.loads(line) for line in out.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return next((str(event["says"]) for event in events if event.get("event") == "listening"), "")


# --- the upstream ----------------------------------------------------------------------------------------------------


@contextmanager
def standing(app: ASGIApp) -> Iterator[str]:
    """Run an ASGI app as the upstream, each packet sent at once (asyncio looks at the protocol for that)."""
    running = _Server(quiet(app))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as door:
        door.bind(("127.0.0.1", 0))
        door.listen(100)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            yield address(door)
        finally:
            running.end()
            thread.join()


# --- a client that writes bytes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `whole` is false if the connection broke before the end."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool = True

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Sends just what it is told to; keeps its connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place = f"{parts.hostname}:{parts.port}"
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=LONGEST_WAIT)

    def ask(self, method: str, target: str, body: bytes | None = None, headers: Headers = ()) -> Answer:
        """Send one request and read the whole answer."""
        said, whole = b"", False
        try:
            self._send(method, target, body, headers)
            answer = self._connection.getresponse()
            with suppress(ConnectionError):
                said, whole = answer.read(), True
        except http.client.IncompleteRead as exc:
            said = exc.partial
        finally:
            if not whole:
                self.close()
        return Answer(status=answer.status, headers=tuple(answer.getheaders()), body=said, whole=whole)

    def post(self, target: str, body: bytes, headers: Headers = ()) -> Answer:
        return self.ask("POST", target, body, headers)

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, target: str, body: bytes | None, headers: Headers) -> None:
        if not any(name.lower() == "host" for name, _ in headers):
            headers = [("Host", self._place), *headers]
        if body is not None:
            headers = [*headers, ("Content-Length", str(len(body)))]
        self._connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            self._connection.putheader(name, value)
        self._connection.endheaders(body)


@contextmanager
def client(url: str) -> Iterator[Client]:
    with closing(Client(url)) as made:
        yield made


def open_socket(url: str, sent: bytes = b"", *, receive_buffer: int = 0) -> socket.socket:
    """A connection over which these bytes were sent."""
    parts = urlsplit(url)
    made = socket.socket()
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.settimeout(LONGEST_WAIT)
    made.connect((str(parts.hostname), int(parts.port or 0)))
    made.sendall(sent)
    return made


def post_bytes(path: str, body: bytes, headers: Headers = ()) -> bytes:
    """A POST as it goes over the wire."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


# --- an upstream that sends what a test wants, when it wants ---------------------------------------------------------

SMALL_TALK: Mapping[str, bytes] = {
    "/": b"Ollama is running",
    "/api/version": b'{"version":"0.32.0"}',
    "/api/tags": b'{"models":[{"name":"m:latest","model":"m:latest","digest":"d"}]}',
    "/api/ps": b'{"models":[]}',
    "/api/show": b'{"model_info":{"general.architecture":"llama","llama.context_length":8192}}',
}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


@dataclass(slots=True, kw_only=True)
class Line:
    """One connection with a request on it, and what the upstream may do with it."""

    path: str
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """One chunk of a body. Two of them never go in one packet."""
        await self.say(b"%x\r\n%b\r\n" % (len(data), data))
        await asyncio.sleep(0.001)

    def die(self) -> None:
        self.writer.transport.abort()

    async def left(self) -> None:
        """Wait until the other side has gone."""
        with suppress(ConnectionError):
            while await self.reader.read(1 << 16):
                pass


Part = Callable[[Line], Awaitable[None]]


@dataclass(slots=True)
class Chaos:
    """
    A server on raw bytes. `play` answers whatever is no small talk; a test sets it.

    `asked` are the paths of such requests.
    """

    play: Part
    url: str = ""
    asked: list[str] = field(default_factory=list)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                await self._serve(await _read(reader, writer))
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _serve(self, line: Line) -> None:
        told = SMALL_TALK.get(line.path)
        if told is not None:
            await line.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told))
            return
        self.asked.append(line.path)
        await self.play(line)


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Line:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    length = next((int(row[15:]) for row in head if row.lower().startswith("content-length:")), 0)
    return Line(path=head[0].split(" ")[1], body=await reader.readexactly(length), reader=reader, writer=writer)


async def silent(line: Line) -> None:
    """Answer nothing."""
    await line.left()


@contextmanager
def chaos(play: Part = silent) -> Iterator[Chaos]:
    """Run such a server while the block runs."""
    made, loop = Chaos(play), asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def live() -> None:
        tasks = set[asyncio.Task[None]]()

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            with suppress(asyncio.CancelledError):
                await made.meet(reader, writer)
            writer.transport.abort()
            tasks.discard(task)

        listener = await asyncio.start_server(meet, "127.0.0.1", 0)
        made.url = "http://{}:{}".format(*listener.sockets[0].getsockname())
        ready.set()
        await stop.wait()
        listener.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def live_and_let_go() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(live())

    thread = threading.Thread(target=live_and_let_go, daemon=True)
    thread.start()
    try:
        assert ready.wait(LONGEST_WAIT)
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
