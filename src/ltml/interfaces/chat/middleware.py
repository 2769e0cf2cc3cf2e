"""
One chat exchange with memory in between: parse, match, place, send, send again bare if refused, record.

Theory of operation. The steps are coroutines over a `Transport`, the few things that the ways in do differently: how
bytes leave, where blocking work runs and how long it may take, whose memory it is. There are three: the server's (ASGI)
and those of a synchronous and an asynchronous httpx client. The transport of a synchronous client never suspends, so
that its coroutines run to their end in the caller's thread.

Every step of memory's stands in `failing_open`: a chat never fails because memory does. What was said is recorded
before the bytes that end a reply are passed on; a reply that breaks off is recorded as far as it went.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from ltml.exchange import Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.failing_open import REFUSAL_STATUSES, Failure, failing_open
from ltml.interfaces.chat.memory import ChatMemory, PreparedRequest
from ltml.protocols import Dialect, ReplyParser

T = TypeVar("T")
R = TypeVar("R")
#: HTTP statuses from here on say that the request may be right and was not answered (RFC 9110, 15.6).
SERVER_ERROR = 500
#: What memory is at, by the names in log and status: `capture` is for a client that waits, `late capture` for none.
Stage: TypeAlias = Literal["reading", "session", "recall", "placing", "capture", "late capture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    A request memory has understood: the client's body, the one to send, and whose memory it is.

    `prepared` is empty where memory has no part in the request. Nothing of the exchange is kept unless `is_recorded`.
    """

    dialect: Dialect
    request: Request
    original_body: bytes
    body: bytes
    namespace: str = ""
    session: str = ""
    is_recorded: bool = True
    prepared: PreparedRequest | None = None

    def with_placement(self, prepared: PreparedRequest) -> Exchange:
        """Return the exchange with the body in which stands what was placed. Raises `UnreadableExchange`."""
        if not prepared.placement:
            return replace(self, prepared=prepared)
        body = self.dialect.place(self.original_body, prepared.placement)
        return replace(self, body=body, prepared=prepared)

    @property
    def without_placement(self) -> Exchange:
        """The exchange as the client wrote it: nothing that was placed has reached the model."""
        prepared = self.prepared and self.prepared.without_placement
        return replace(self, body=self.original_body, prepared=prepared)


class Transport(Protocol[R]):
    """What one way in does differently, for one request of a client."""

    def identify(self, exchange: Exchange) -> Exchange | None:
        """Return the exchange with its namespace and session, `None` where nobody can tell whose it is."""
        ...

    def open_memory(self, exchange: Exchange) -> ChatMemory:
        """Return the memory of the exchange's namespace. May block."""
        ...

    async def find_window(self, request: Request) -> ModelWindow | None:
        """Return the model's window, `None` if nothing may be placed in the request."""
        ...

    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """Return what a call returns that may block. Raises `TimeoutError` if it takes too long for its stage."""
        ...

    async def send(self, body: bytes) -> R:
        """Send the client's request with this body; return the unread response. Raises the client's own errors."""
        ...

    def status_of(self, response: R) -> int:
        """Return the HTTP status of a response."""
        ...

    async def discard(self, response: R) -> None:
        """Close a response unread."""
        ...

    def note_reply(self, request: Request, reply: Reply) -> None:
        """Take note of a reply that has ended, before it is recorded."""
        ...

    async def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Run what no client waits for any more, now or later."""
        ...

    def report_failure(self, failure: Failure) -> None:
        """Log and count that memory failed, never what was said."""
        ...

    def report_no_room(self) -> None:
        """Log and count that a recall was left out because the model's window has no room for it."""
        ...

    def report_refusal(self, status: int) -> None:
        """Log and count that the upstream refused a request for what was placed in it."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryMiddleware:
    """Memory's part in one exchange: `prepare`, `send`, and `record` when the reply has ended."""

    transport: Transport[Any]

    async def prepare(self, dialect: Dialect, body: bytes) -> Exchange | None:
        """
        Return the exchange with what memory places in it, `None` if the request cannot be read or is nobody's.

        Its session is found first, and is claimed until the reply is recorded, whether or not anything is placed. The
        block and what was placed earlier need no search and wait for none; a recall that comes too late is left out.
        What was said is recorded all the same.
        """
        exchange: Exchange | None = None
        with failing_open("reading", self.transport.report_failure):
            request = await self.transport.run("reading", partial(dialect.parse_request, body))
            exchange = self.transport.identify(
                Exchange(dialect=dialect, request=request, original_body=body, body=body)
            )
        if exchange is None or exchange.request.purpose != "talk":
            return exchange
        return await self._record_unless_done(exchange, self._place(exchange))

    async def send(self, exchange: Exchange) -> tuple[Any, Exchange]:
        """
        Return the response and what it answers: the client's own words if the upstream refuses what was placed.

        What was asked is recorded also where no answer comes: the upstream fails, or the client does not wait for it.
        Raises the client's own errors.
        """
        response, sent = await self._record_unless_done(exchange, self._send(exchange))
        if self.transport.status_of(response) >= SERVER_ERROR:
            await self.transport.finish(self.record(sent, Reply()))
        return response, sent

    async def record(self, exchange: Exchange, reply: Reply) -> None:
        """Keep what was said; durable when this returns, unless it fails or takes too long."""
        if exchange.is_recorded and exchange.request.purpose == "talk":
            stage: Stage = "capture" if reply.complete else "late capture"
            await self._attempt(stage, partial(self._record, exchange, reply))

    # ------------------------------------------------------------ inside

    async def _record_unless_done(self, exchange: Exchange, step: Coroutine[Any, Any, T]) -> T:
        """Return what a step returns; if it raises or is cancelled, what was asked is recorded without an answer."""
        is_done = False
        try:
            result = await step
            is_done = True
        finally:
            if not is_done:
                await self.transport.finish(self.record(exchange, Reply()))
        return result

    async def _place(self, exchange: Exchange) -> Exchange:
        """Find the session of a request, and place what there is to place in time."""
        window: ModelWindow | None = None
        with failing_open("facts of the model", self.transport.report_failure):
            window = await self.transport.find_window(exchange.request)
        prepared = await self._attempt("session", partial(self._find_session, exchange, window))
        exchange = replace(exchange, prepared=prepared)
        if prepared is None or window is None:
            return exchange
        recalled = await self._attempt("recall", partial(self._place_recall, exchange, prepared, window))
        if recalled is not None and recalled.prepared is not None and recalled.prepared.has_no_room:
            self.transport.report_no_room()
        return (
            recalled
            or await self._attempt("placing", partial(exchange.with_placement, prepared))
            or exchange.without_placement
        )

    async def _send(self, exchange: Exchange) -> tuple[Any, Exchange]:
        """Send a request, once more as the client wrote it if the upstream refuses what was placed."""
        response = await self.transport.send(exchange.body)
        status = self.transport.status_of(response)
        if exchange.body is exchange.original_body or status not in REFUSAL_STATUSES:
            return response, exchange
        await self.transport.discard(response)
        self.transport.report_refusal(status)
        return await self.transport.send(exchange.original_body), exchange.without_placement

    def _find_session(self, exchange: Exchange, window: ModelWindow | None) -> PreparedRequest:
        """Find the session and place what needs no search, in one call: each way back to an event loop costs time."""
        memory = self.transport.open_memory(exchange)
        prepared = memory.prepare(exchange.request, session=exchange.session)
        return memory.place_block(prepared, window) if window else prepared

    def _place_recall(self, exchange: Exchange, prepared: PreparedRequest, window: ModelWindow) -> Exchange:
        return exchange.with_placement(self.transport.open_memory(exchange).place_recall(prepared, window))

    def _record(self, exchange: Exchange, reply: Reply) -> None:
        memory = self.transport.open_memory(exchange)
        memory.record(exchange.prepared or memory.prepare(exchange.request, session=exchange.session), reply)

    async def _attempt(self, stage: Stage, call: Callable[[], T]) -> T | None:
        """Return what a call returns, `None` if it fails."""
        with failing_open(stage.removeprefix("late "), self.transport.report_failure):
            return await self.transport.run(stage, call)
        return None


@dataclass(slots=True)
class ReplyRecorder:
    """Parses one reply on its way to the client and records the exchange once, at its end or where it breaks off."""

    exchange: Exchange
    middleware: MemoryMiddleware
    _parser: ReplyParser
    _is_over: bool = False

    @classmethod
    def of(cls, exchange: Exchange, middleware: MemoryMiddleware) -> ReplyRecorder:
        """Return a recorder for the reply to this exchange."""
        return cls(exchange, middleware, exchange.dialect.reply_parser(exchange.request))

    async def feed(self, chunk: bytes) -> None:
        """Take bytes before they are passed on; with those that end the reply, the exchange is recorded."""
        if not self._is_over:
            self._parser.feed(chunk)
            if self._parser.complete:
                await self._record()

    async def finish(self) -> None:
        """Record what came, if the reply broke off."""
        if not self._is_over:
            await self.middleware.transport.finish(self._record())

    async def _record(self) -> None:
        self._is_over = True
        self.middleware.transport.note_reply(self.exchange.request, self._parser.reply)
        await self.middleware.record(self.exchange, self._parser.reply)
