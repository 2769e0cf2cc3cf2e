"""
What stands between a wrapped client and its own transport: one for clients that wait, one for clients that await.

Each is a transport as httpx and httpx2 want one, and the `Wire` of its attendant. The two libraries share no class but
have the same shape; only the streams of a response must be of the library's own kind, so they are made for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from ltml.interfaces.chat.middleware import Attendant, Bytes, HttpRequest, HttpResponse, Overhearing

T = TypeVar("T")


def straight(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends. Raises what it raises."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise AssertionError("a client that waits cannot await")


class Waiting:
    """The transport of a client that waits; memory works in the caller's thread."""

    def __init__(self, inner: Any, library: ModuleType, attendant: Attendant, patience: float) -> None:
        """Stand before a transport; a call that is late is waited for as long as `patience` (seconds)."""
        self.inner, self._attendant, self._patience = inner, attendant, patience
        self._stream = of_kind(HeardWaiting, library.SyncByteStream)

    def handle_request(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return straight(self._attendant.answer(self, request))

    def close(self) -> None:
        """Let go of connections."""
        self.inner.close()

    def __enter__(self) -> Self:
        self.inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inner.__exit__(kind, error, trace)

    async def body(self, request: HttpRequest) -> bytes:
        """See `Wire`."""
        content: bytes = request.read()
        return content

    async def send(self, request: HttpRequest) -> HttpResponse:
        """See `Wire`."""
        return self.inner.handle_request(request)

    async def read(self, response: HttpResponse) -> bytes:
        """See `Wire`."""
        content: bytes = response.read()
        return content

    async def drop(self, response: HttpResponse) -> None:
        """See `Wire`."""
        response.close()

    async def work(self, call: Callable[[], T]) -> T:
        """See `Wire`."""
        return call()

    async def work_late(self, call: Callable[[], None]) -> None:
        """
        See `Wire`; raises `TimeoutError`, and the call goes on.

        A stream that nobody closed is closed by the garbage collector, in whatever thread that runs: in the store's
        own, too, which would then wait for itself. So the call gets a thread, and nobody waits for it forever.
        """
        thread = ThreadPoolExecutor(1, "ltml-keep")
        try:
            thread.submit(call).result(self._patience)
        finally:
            thread.shutdown(wait=False)

    def overheard(self, stream: Bytes, listener: Overhearing) -> Bytes:
        """See `Wire`."""
        return self._stream(stream, listener)


class Awaiting:
    """The transport of a client that awaits; memory works in threads of the event loop."""

    def __init__(self, inner: Any, library: ModuleType, attendant: Attendant) -> None:
        """Stand before a transport."""
        self.inner, self._attendant = inner, attendant
        self._stream = of_kind(HeardAwaiting, library.AsyncByteStream)

    async def handle_async_request(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return await self._attendant.answer(self, request)

    async def aclose(self) -> None:
        """Let go of connections."""
        await self.inner.aclose()

    async def __aenter__(self) -> Self:
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.inner.__aexit__(kind, error, trace)

    async def body(self, request: HttpRequest) -> bytes:
        """See `Wire`."""
        content: bytes = await request.aread()
        return content

    async def send(self, request: HttpRequest) -> HttpResponse:
        """See `Wire`."""
        return await self.inner.handle_async_request(request)

    async def read(self, response: HttpResponse) -> bytes:
        """See `Wire`."""
        content: bytes = await response.aread()
        return content

    async def drop(self, response: HttpResponse) -> None:
        """See `Wire`."""
        await response.aclose()

    async def work(self, call: Callable[[], T]) -> T:
        """See `Wire`. Shielded: a task that is cancelled while it waits for the disk has still said what it said."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, call))

    async def work_late(self, call: Callable[[], None]) -> None:
        """See `Wire`."""
        await self.work(call)

    def overheard(self, stream: Bytes, listener: Overhearing) -> Bytes:
        """See `Wire`."""
        return self._stream(stream, listener)


class HeardWaiting:
    """The bytes of a reply, heard before they are handed on."""

    def __init__(self, stream: Bytes, listener: Overhearing) -> None:
        self._inner, self._listener = stream, listener

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            straight(self._listener.hear(chunk))
            yield chunk

    def close(self) -> None:
        """Let go of the connection first: the model need not go on talking."""
        try:
            self._inner.close()
        finally:
            straight(self._listener.ended())


class HeardAwaiting:
    """The same for a client that awaits."""

    def __init__(self, stream: Bytes, listener: Overhearing) -> None:
        self._inner, self._listener = stream, listener

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        try:
            async for chunk in chunks:
                await self._listener.hear(chunk)
                yield chunk
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        """Let go of the connection first: the model need not go on talking."""
        try:
            await self._inner.aclose()
        finally:
            await self._listener.ended()


@cache
def of_kind(heard: type, kind: type) -> Any:
    """Return a class of streams that a library takes for its own."""
    return type(heard.__name__, (heard, kind), {})
