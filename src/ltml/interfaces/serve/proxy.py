"""
The proxy: chat requests go through the memory middleware, all others pass by unread.

Theory of operation. A POST on a path that some dialect speaks is a conversation: its body is read, memory places what
it has to say, and the reply is recorded on its way back (chat/middleware.py). The bytes that end the reply are held
back until what was said is durable; every other byte goes on as it comes. All other requests are relayed (relay.py).

A server may refuse what memory placed (a template that wants one system message, a window that is too small). Then the
request is sent again as the client wrote it: nobody must pay for being reminded.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import httpx2

from ltml.exchange import Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.failing_open import Failure
from ltml.interfaces.chat.memory import ChatMemory
from ltml.interfaces.chat.middleware import Exchange, MemoryMiddleware, ReplyRecorder, Stage
from ltml.interfaces.serve.identity import RequestIdentity
from ltml.interfaces.serve.memory_service import LARGE, MemoryService
from ltml.interfaces.serve.relay import (
    Body,
    Headers,
    ProxyRequest,
    ReplyObserver,
    Upstream,
    UpstreamUnavailable,
    relay_response,
    send_json,
)
from ltml.protocols import Dialect

T = TypeVar("T")
#: Bytes of a conversation's body that are read (pictures come in it). A larger one passes by as a stream: to read it
#: takes five times its size, and more where a sign of it lies beyond the first 65,536 (docs/serving.md).
LARGEST = 16 << 20
#: Bytes of a body that are read on the event loop; a longer one would hold up everybody else.
SMALL = 1 << 16
OK, BAD_GATEWAY = 200, 502


class ActivityMonitor(Protocol):
    """Is told which conversations are under way, so that a night pauses for them."""

    def request_started(self) -> None:
        """Take note of a chat request, before anybody knows what it is; `request_finished` must follow."""
        ...

    def request_finished(self) -> None:
        """Take note that a chat request is over."""
        ...

    def conversation_started(self, namespace: str, model: str) -> None:
        """Take note of who talks to which model; `conversation_finished` must follow."""
        ...

    def conversation_finished(self, namespace: str, model: str) -> None:
        """Take note that the reply is over."""
        ...

    def model_unloaded(self, model: str) -> None:
        """Take note that a model was unloaded."""
        ...


@dataclass(slots=True)
class Proxy:
    """Everything on LTML's port that is not LTML's own."""

    upstream: Upstream
    memory: MemoryService
    dialects: Mapping[str, Dialect]
    monitor: ActivityMonitor
    _background: set[asyncio.Task[Any]] = field(default_factory=set)
    _requests: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __call__(self, call: ProxyRequest, user: str | None) -> None:
        """
        Answer a request; `user` is the name in its path.

        Raises `ClientDisconnected` where no answer can be given any more.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- narrows the type
        self._requests.add(task)
        try:
            dialect = self.dialects.get(call.path) if call.scope["method"] == "POST" else None
            identity = self.memory.identities.identify(call.headers, user, call.peer) if dialect else None
            # A request that came through another LTML has a memory already.
            if dialect is None or identity is None or identity.mode == "off" or call.hops:
                await self._pass(call)
                return
            body, whole = (b"", False) if call.length > LARGEST else await call.read_body(LARGEST)
            if not whole:
                self.memory.count_skipped("too long for memory", largest=LARGEST)
                await self._pass(call, body)
                return
            await call.while_connected(self._converse(call, dialect, identity, body))
        finally:
            self._requests.discard(task)

    async def _pass(self, call: ProxyRequest, first: bytes = b"") -> None:
        """Relay a request unread; `first` is what was read of its body already."""
        body: Body = None
        if call.has_body:
            body = call.iter_body(first)
        else:
            await call.read_body(0)

        async def relay() -> None:
            try:
                await relay_response(await self.upstream.send(call, body, call.headers), call)
            except UpstreamUnavailable as exc:
                await self._report_unavailable(call, exc, None)

        await call.while_connected(relay())

    async def _converse(self, call: ProxyRequest, dialect: Dialect, identity: RequestIdentity, body: bytes) -> None:
        """Relay a chat request with memory in between."""
        transport = AsgiTransport(self, call, identity, len(body))
        middleware = MemoryMiddleware(transport)
        self.monitor.request_started()
        try:
            async with self.memory.reading_body(len(body)):
                exchange = await middleware.prepare(dialect, body)
            if exchange is None:
                await relay_response(await transport.send(body), call)
                return
            with self._conversation(exchange):
                response, exchange = await middleware.send(exchange)
                await relay_response(response, call, RecordingObserver(ReplyRecorder.of(exchange, middleware)))
        except UpstreamUnavailable as exc:
            await self._report_unavailable(call, exc, dialect)
        finally:
            self.monitor.request_finished()

    @contextmanager
    def _conversation(self, exchange: Exchange) -> Iterator[None]:
        """Tell the monitor of a conversation; to load or unload a model is none."""
        who = (exchange.namespace, exchange.request.model)
        if exchange.request.purpose in ("load", "unload"):
            yield
            return
        self.monitor.conversation_started(*who)
        try:
            yield
        finally:
            self.monitor.conversation_finished(*who)

    async def _report_unavailable(self, call: ProxyRequest, exc: UpstreamUnavailable, dialect: Dialect | None) -> None:
        """Tell the client in its own dialect that the upstream does not answer."""
        cause = type(exc.__cause__).__name__
        self.memory.log.warning("the upstream does not answer", upstream=self.upstream.name, error=cause)
        why = f"LTML cannot reach {self.upstream.name} ({cause}); start it, or name another with --upstream"
        body = dialect.render_error(why, BAD_GATEWAY) if dialect else json.dumps({"error": why}).encode()
        await send_json(call.send, BAD_GATEWAY, body, call.extra_headers)

    def run_later(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something for which no client waits any more; `settle` waits for it."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait for what no client waits for; requests that were broken off leave something of that kind behind."""
        while under_way := self._requests | self._background:
            await asyncio.gather(*under_way, return_exceptions=True)


class AsgiTransport:
    """The middleware's transport for one request of the server."""

    def __init__(self, proxy: Proxy, call: ProxyRequest, identity: RequestIdentity, length: int) -> None:
        """Send one request on; its body has `length` bytes."""
        self._proxy, self._memory, self._call, self._identity = proxy, proxy.memory, call, identity
        self._length, self._is_large = length, False

    def identify(self, exchange: Exchange) -> Exchange | None:
        """See `Transport`."""
        request = exchange.request
        found = self._memory.identities.identify_body(self._identity, request)
        if found is None:
            return None
        if found.task and request.purpose == "talk":
            request = replace(request, purpose="work", why="its client says that it is a task")
        return replace(
            exchange, request=request, namespace=found.namespace, session=found.session, is_recorded=found.mode == "on"
        )

    def open_memory(self, exchange: Exchange) -> ChatMemory:
        """See `Transport`."""
        return self._memory.open_memory(exchange.namespace)

    async def find_window(self, request: Request) -> ModelWindow | None:
        """See `Transport`."""
        return await self._memory.find_window(request)

    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """See `Transport`."""
        if stage == "reading" and self._length <= SMALL:
            return call()
        if stage not in ("capture", "late capture"):
            return await self._memory.run(stage, call)
        try:
            result = await self._memory.run(stage, call)
        finally:
            if self._is_large:
                self._memory.trim_soon()
        self._memory.counts["exchanges kept"] += 1
        return result

    async def send(self, body: bytes) -> httpx2.Response:
        """See `Transport`."""
        headers: Headers = [header for header in self._call.headers if header[0] != b"accept-encoding"]
        headers.append((b"accept-encoding", b"identity"))  # a reply must be readable to be recorded
        return await self._proxy.upstream.send(self._call, body, headers)

    def status_of(self, response: httpx2.Response) -> int:
        """See `Transport`."""
        return response.status_code

    async def discard(self, response: httpx2.Response) -> None:
        """See `Transport`."""
        await response.aclose()

    def note_reply(self, request: Request, reply: Reply) -> None:
        """See `Transport`."""
        self._is_large = max(self._length, len(reply.text)) >= LARGE // 4
        if request.purpose == "unload" or reply.ending == "unload":
            self._proxy.monitor.model_unloaded(request.model)

    async def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """See `Transport`."""
        self._proxy.run_later(work)

    def report_failure(self, failure: Failure) -> None:
        """See `Transport`."""
        self._memory.report_failure(failure)

    def report_no_room(self) -> None:
        """See `Transport`."""
        self._memory.count_nothing_placed("the window has no room")

    def report_refusal(self, status: int) -> None:
        """See `Transport`."""
        self._memory.counts["placements refused"] += 1
        self._memory.log.warning("the upstream refused what was placed", status=status)


@dataclass(slots=True)
class RecordingObserver(ReplyObserver):
    """Records a reply that is relayed, unless it is an error."""

    recorder: ReplyRecorder
    _is_recording: bool = False

    def started(self, status: int, headers: Headers) -> None:
        """Tell the client in a header how many tokens were placed."""
        self._is_recording = status == OK
        prepared = self.recorder.exchange.prepared
        if prepared is not None and self._is_recording:
            headers.append((b"x-ltml-injected", b"%d" % prepared.tokens))

    async def feed(self, chunk: bytes) -> None:
        """Record; with the bytes that end the reply, before they go on."""
        if self._is_recording:
            await self.recorder.feed(chunk)

    async def finish(self) -> None:
        """Record what broke off, too."""
        if self._is_recording:
            await self.recorder.finish()
