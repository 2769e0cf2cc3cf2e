"""
Memory in front of the transport of an httpx client: one class for synchronous clients, one for asynchronous ones.

Theory of operation. A client's transport is the last thing it calls before its bytes leave. Ours stands before it: a
request on a path that some dialect speaks goes through the middleware, everything else passes by untouched. httpx and
httpx2 share no class but have the same shape; only the streams of a response must be of the library's own kind, so they
are made for it.

Memories stay at home: to a model on another machine they go only if the setting `serve.cloud` says so. What was said
there is remembered all the same.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType, TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from ltml.exchange import Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.failing_open import Failure, failing_open
from ltml.interfaces.chat.memory import ChatMemory
from ltml.interfaces.chat.middleware import Exchange, MemoryMiddleware, ReplyRecorder, Stage
from ltml.interfaces.chat.model_info import OLLAMA_PREFIX, SHOW_PATH, ModelInfo, is_near, parse_show, read_model_info
from ltml.protocols import Dialect
from ltml.providers.hops import HOP_HEADER

T = TypeVar("T")
#: Requests and responses are httpx's for one client and httpx2's for another; both have the same shape.
HttpRequest: TypeAlias = Any
HttpResponse: TypeAlias = Any
ByteStream: TypeAlias = Any

OK = 200
#: Tokens of context where the client asks for none: Ollama's default.
CONTEXT = 4096
#: Timeouts in seconds for a question of ours.
QUESTION_TIMEOUT: Mapping[str, float] = {"connect": 1.0, "read": 2.0, "write": 2.0, "pool": 1.0}
#: Headers that describe the body, and those that are replaced: a reply must be readable to be recorded.
_BODY_HEADERS = frozenset({b"content-length", b"content-type", b"transfer-encoding"})
_REPLACED_HEADERS = frozenset({b"content-length", b"transfer-encoding", b"accept-encoding", HOP_HEADER.encode()})
#: One memory is enough, should the upstream be another LTML.
_OWN_HEADERS = [(b"Accept-Encoding", b"identity"), (HOP_HEADER.encode(), b"1")]


@dataclass(slots=True)
class WrappedClient:
    """
    What all exchanges of one wrapped client share.

    `open_memory` makes a memory for each call: a night may have passed since the last, here or in another process.
    `patience` is how many seconds a late recording is waited for.
    """

    open_memory: Callable[[], ChatMemory]
    dialects: Mapping[str, Dialect]
    session: str = ""
    cloud: bool = False
    patience: float = 30.0
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("ltml"))
    models: dict[str, ModelInfo] = field(default_factory=dict)

    def find_dialect(self, request: HttpRequest) -> Dialect | None:
        """Return the dialect of a chat request, `None` for all other requests."""
        if request.method != "POST":
            return None
        return next((spoken for path, spoken in self.dialects.items() if request.url.path.endswith(path)), None)


class HttpxExchange(ABC):
    """One request of a wrapped client: what synchronous and asynchronous ones have in common of `Transport`."""

    def __init__(self, client: WrappedClient, inner: Any, request: HttpRequest) -> None:
        """Stand before the inner transport with this request."""
        self.client, self.inner, self.request = client, inner, request

    async def answer(self) -> HttpResponse:
        """Return the response to the request, with memory in between. Raises what the inner transport raises."""
        dialect, middleware = self.client.find_dialect(self.request), MemoryMiddleware(self)
        exchange = await middleware.prepare(dialect, await self.read_request()) if dialect else None
        if exchange is None or exchange.request.purpose != "talk":
            return await self.send_request(self.request)
        response, exchange = await middleware.send(exchange)
        if response.status_code == OK:
            response.stream = self.record_stream(response.stream, ReplyRecorder.of(exchange, middleware))
        return response

    def identify(self, exchange: Exchange) -> Exchange | None:
        """See `Transport`."""
        return replace(exchange, session=self.client.session)

    def open_memory(self, exchange: Exchange) -> ChatMemory:
        """See `Transport`."""
        del exchange
        return self.client.open_memory()

    async def find_window(self, request: Request) -> ModelWindow | None:
        """See `Transport`. The server is asked for a model once; a failure to answer is asked again."""
        path = next(end for end in self.client.dialects if self.request.url.path.endswith(end))
        show = self.request.url.copy_with(path=self.request.url.path.removesuffix(path) + SHOW_PATH, query=None)
        key = f"{path} {show} {request.model}"
        model = self.client.models.get(key)
        if model is None:
            near, ollama = is_near(show.host, request.model), path.startswith(OLLAMA_PREFIX)
            shown = await self._ask_for_model(show, request.model) if near or ollama else None
            model = read_model_info(shown, near=near, ollama=ollama)
            if model is None:
                return self._window(request, ModelInfo())
            if model.is_remote and not self.client.cloud:
                self.client.log.warning("%s is on somebody else's machine: no memories go there", request.model)
            self.client.models[key] = model
        return self._window(request, model)

    async def send(self, body: bytes) -> HttpResponse:
        """See `Transport`. The reply is asked for in a form that can be read."""
        kept = [(name, value) for name, value in self.request.headers.raw if name.lower() not in _REPLACED_HEADERS]
        return await self.send_request(
            type(self.request)(
                self.request.method, self.request.url, headers=[*kept, *_OWN_HEADERS], content=body,
                extensions=self.request.extensions,
            )
        )  # fmt: skip

    def status_of(self, response: HttpResponse) -> int:
        """See `Transport`."""
        status: int = response.status_code
        return status

    def note_reply(self, request: Request, reply: Reply) -> None:
        """See `Transport`."""
        del request, reply  # nobody here waits for a model to be unloaded

    async def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """See `Transport`."""
        await work

    def report_failure(self, failure: Failure) -> None:
        """See `Transport`."""
        what = (failure.what, failure.how, failure.error)
        self.client.log.warning("the chat goes on without memory: %s %s (%s)", *what)

    def report_no_room(self) -> None:
        """See `Transport`."""
        self.client.log.debug("nothing placed: the window has no room")

    def report_refusal(self, status: int) -> None:
        """See `Transport`."""
        self.client.log.warning("the upstream refused what was placed (status %d)", status)

    @abstractmethod
    async def read_request(self) -> bytes:
        """Return the body of the client's request."""

    @abstractmethod
    async def send_request(self, request: HttpRequest) -> HttpResponse:
        """Return the inner transport's unread response."""

    @abstractmethod
    async def read_response(self, response: HttpResponse) -> bytes:
        """Return the body of a response."""

    @abstractmethod
    async def discard(self, response: HttpResponse) -> None:
        """See `Transport`."""

    @abstractmethod
    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """See `Transport`."""

    @abstractmethod
    def record_stream(self, stream: ByteStream, recorder: ReplyRecorder) -> ByteStream:
        """Return the bytes of a reply such that the recorder takes them first."""

    def _window(self, request: Request, model: ModelInfo) -> ModelWindow | None:
        if model.is_remote and not self.client.cloud:
            return None
        return ModelWindow(context=request.context or CONTEXT, system="" if request.has_system else model.system)

    async def _ask_for_model(self, show: Any, model: str) -> Mapping[str, Any] | None:
        """Return what /api/show answers, asked with the client's own key; `None` if it answers nothing."""
        kept = [
            header for header in self.request.headers.raw if header[0].lower() not in _REPLACED_HEADERS | _BODY_HEADERS
        ]
        with failing_open("asking for the model", self.report_failure):
            question = type(self.request)(
                "POST", show, headers=[*kept, *_OWN_HEADERS], json={"model": model},
                extensions={"timeout": dict(QUESTION_TIMEOUT)},
            )  # fmt: skip
            response = await self.send_request(question)
            shown = parse_show(await self.read_response(response)) if response.status_code == OK else None
            await self.discard(response)
            return shown
        return None


# ---------------------------------------------------------------- synchronous clients


def run_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends. Raises what it raises."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise AssertionError("a synchronous client cannot await")


class SyncMemoryTransport:
    """The transport of a synchronous client; memory works in the caller's thread."""

    def __init__(self, inner: Any, library: ModuleType, client: WrappedClient) -> None:
        """Stand before a transport of this library (httpx or httpx2)."""
        self.inner, self._client = inner, client
        self._stream_class = make_stream_class(SyncRecordedStream, library.SyncByteStream)

    def handle_request(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return run_sync(SyncHttpxExchange(self._client, self.inner, request, self._stream_class).answer())

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()

    def __enter__(self) -> Self:
        self.inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inner.__exit__(kind, error, trace)


class SyncHttpxExchange(HttpxExchange):
    """One request of a synchronous client; its coroutines never suspend."""

    def __init__(self, client: WrappedClient, inner: Any, request: HttpRequest, stream_class: Any) -> None:
        super().__init__(client, inner, request)
        self._stream_class = stream_class

    async def read_request(self) -> bytes:
        """See `HttpxExchange`."""
        content: bytes = self.request.read()
        return content

    async def send_request(self, request: HttpRequest) -> HttpResponse:
        """See `HttpxExchange`."""
        return self.inner.handle_request(request)

    async def read_response(self, response: HttpResponse) -> bytes:
        """See `HttpxExchange`."""
        content: bytes = response.read()
        return content

    async def discard(self, response: HttpResponse) -> None:
        """See `Transport`."""
        response.close()

    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """
        See `Transport`. Raises `TimeoutError` for a late capture only; the call goes on.

        A stream that nobody closed is closed by the garbage collector, in whatever thread that runs: in the store's
        own, too, which would then wait for itself. So a late capture gets a thread, and nobody waits for it forever.
        """
        if stage != "late capture":
            return call()
        thread = ThreadPoolExecutor(1, "ltml-keep")
        try:
            return thread.submit(call).result(self.client.patience)
        finally:
            thread.shutdown(wait=False)

    def record_stream(self, stream: ByteStream, recorder: ReplyRecorder) -> ByteStream:
        """See `HttpxExchange`."""
        return self._stream_class(stream, recorder)


class SyncRecordedStream:
    """The bytes of a reply, recorded before they are passed on."""

    def __init__(self, stream: ByteStream, recorder: ReplyRecorder) -> None:
        self._inner, self._recorder = stream, recorder

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            run_sync(self._recorder.feed(chunk))
            yield chunk

    def close(self) -> None:
        """Close the connection first, so that the model stops generating; then record what came."""
        try:
            self._inner.close()
        finally:
            run_sync(self._recorder.finish())


# ---------------------------------------------------------------- asynchronous clients


class AsyncMemoryTransport:
    """The transport of an asynchronous client; memory works in threads of the event loop."""

    def __init__(self, inner: Any, library: ModuleType, client: WrappedClient) -> None:
        """Stand before a transport of this library (httpx or httpx2)."""
        self.inner, self._client = inner, client
        self._stream_class = make_stream_class(AsyncRecordedStream, library.AsyncByteStream)

    async def handle_async_request(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return await AsyncHttpxExchange(self._client, self.inner, request, self._stream_class).answer()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.inner.aclose()

    async def __aenter__(self) -> Self:
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.inner.__aexit__(kind, error, trace)


class AsyncHttpxExchange(HttpxExchange):
    """One request of an asynchronous client."""

    def __init__(self, client: WrappedClient, inner: Any, request: HttpRequest, stream_class: Any) -> None:
        super().__init__(client, inner, request)
        self._stream_class = stream_class

    async def read_request(self) -> bytes:
        """See `HttpxExchange`."""
        content: bytes = await self.request.aread()
        return content

    async def send_request(self, request: HttpRequest) -> HttpResponse:
        """See `HttpxExchange`."""
        return await self.inner.handle_async_request(request)

    async def read_response(self, response: HttpResponse) -> bytes:
        """See `HttpxExchange`."""
        content: bytes = await response.aread()
        return content

    async def discard(self, response: HttpResponse) -> None:
        """See `Transport`."""
        await response.aclose()

    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """
        See `Transport`.

        Shielded: a task that is cancelled while it waits for the disk still records what it said.
        """
        if stage == "reading":
            return call()
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, call))

    def record_stream(self, stream: ByteStream, recorder: ReplyRecorder) -> ByteStream:
        """See `HttpxExchange`."""
        return self._stream_class(stream, recorder)


class AsyncRecordedStream:
    """The bytes of a reply, recorded before they are passed on."""

    def __init__(self, stream: ByteStream, recorder: ReplyRecorder) -> None:
        self._inner, self._recorder = stream, recorder

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        try:
            async for chunk in chunks:
                await self._recorder.feed(chunk)
                yield chunk
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        """Close the connection first, so that the model stops generating; then record what came."""
        try:
            await self._inner.aclose()
        finally:
            await self._recorder.finish()


@cache
def make_stream_class(recorded: type, base: type) -> Any:
    """Return a class of streams that a library takes for its own."""
    return type(recorded.__name__, (recorded, base), {})
