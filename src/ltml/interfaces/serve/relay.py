"""
From a client's request to the upstream's answer and back, without looking at either.

Theory of operation. A request's target, headers and body go on as they came, less what belongs to one connection only
(RFC 9110, 7.6.1) and less what would make the upstream distrust us (Origin, Referer). The answer's bytes are passed on
as they arrive, one piece at a time, so that a slow reader slows the upstream and nothing piles up here.

When the client goes, the upstream's connection is closed at once: that is how a server learns to stop generating.
When the upstream goes in the middle, the client's connection is broken too: a clean end would make half an answer look
whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import httpx2
from starlette.types import Receive, Scope, Send

import ltml
from ltml.interfaces.serve.connections import stop_when_answered
from ltml.interfaces.serve.keys import contains_key
from ltml.providers.hops import HOP_HEADER

Headers: TypeAlias = list[tuple[bytes, bytes]]
#: A body in one piece can be sent twice; one that comes piece by piece cannot.
Body: TypeAlias = bytes | AsyncIterator[bytes] | None

#: Headers of one connection, and those a proxy answers for itself.
_OWN = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade host origin referer expect x-ltml-session x-ltml-user x-ltml-memory x-ltml-task x-ltml-hop".split()
)
_ANSWER_OWN = frozenset(
    b"connection keep-alive proxy-connection trailer transfer-encoding upgrade access-control-allow-origin "
    b"access-control-allow-headers access-control-allow-methods".split()
)
#: A model may take minutes to load without a byte, so only a connection must come soon (seconds; `None` is for ever).
TIMEOUT: Mapping[str, float | None] = {"connect": 5.0, "read": None, "write": None, "pool": None}
#: Failures of a connection that was kept open and closed by the other side meanwhile: one more try is safe.
STALE = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError, httpx2.CloseError)


class ClientDisconnected(Exception):
    """The client has gone, or the upstream broke off after the answer had begun: nobody is left to tell."""


class UpstreamUnavailable(Exception):
    """The upstream gave no answer; the cause is attached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRequest:
    """
    One request of a client: the ASGI three, the target for the upstream, and headers to add to the answer.

    `body_read` is set once the request's body has come in, so that whoever waits for the client to go does not take
    the body for themselves.
    """

    scope: Scope
    receive: Receive
    send: Send
    target: bytes
    extra_headers: Headers = field(default_factory=list)
    body_read: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def headers(self) -> Headers:
        """The client's headers, names in small letters."""
        found: Headers = self.scope["headers"]
        return found

    @property
    def path(self) -> str:
        """The target's path."""
        return self.target.partition(b"?")[0].decode("latin-1")

    @property
    def peer(self) -> str:
        """The address the request comes from, as far as the socket tells."""
        client = self.scope.get("client")
        return client[0] if client else ""

    @property
    def has_body(self) -> bool:
        """Whether the request says that it has a body."""
        return any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)

    @property
    def length(self) -> int:
        """How long the body is, if the request says so; 0 if it does not."""
        length = dict(self.headers).get(b"content-length", b"")
        return int(length) if length.isdigit() else 0

    @property
    def hops(self) -> int:
        """How many LTMLs the request has passed (the door has seen to it that it is a small number)."""
        return int(dict(self.headers).get(HOP_HEADER.encode(), b"0"))

    async def read_body(self, most: int) -> tuple[bytes, bool]:
        """
        Return the body and True; or, when it is longer than `most` bytes, its beginning and False.

        Raises `ClientDisconnected`.
        """
        parts, size = [], 0
        async for part in self.iter_body():
            parts.append(part)
            size += len(part)
            if size > most:
                return b"".join(parts), False
        return b"".join(parts), True

    async def iter_body(self, first: bytes = b"") -> AsyncIterator[bytes]:
        """Yield the body as it comes, after what was read already. Raises `ClientDisconnected`."""
        if first:
            yield first
        while not self.body_read.is_set():
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnected
            if not message.get("more_body"):
                self.body_read.set()
            if message.get("body"):
                yield message["body"]

    async def while_connected(self, work: Awaitable[None]) -> None:
        """Do the work, and stop it when the client goes. Raises what the work raises."""
        task, left = asyncio.ensure_future(work), asyncio.ensure_future(self._wait_for_disconnect())
        try:
            await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            left.cancel()
            results = await asyncio.gather(task, left, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]

    async def _wait_for_disconnect(self) -> None:
        await self.body_read.wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass


class ReplyObserver:
    """Is told of a response while it is relayed. This one takes no note of it."""

    __slots__ = ()

    def started(self, status: int, headers: Headers) -> None:
        """Take note that a response begins; may add headers to it."""

    async def feed(self, chunk: bytes) -> None:
        """Take the next bytes before they are passed on."""

    async def finish(self) -> None:
        """Take note that nothing more comes, whether the response came to its end or broke off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """
    Where requests go: one server, `key` if it is our own engine.

    `private` clients gave LTML's own token where a key for the upstream would stand; it is nobody else's business, and
    no more is the key of a user.
    """

    client: httpx2.AsyncClient
    url: httpx2.URL
    key: str = ""
    private: bool = False
    name: str = "the upstream"

    async def send(self, call: ProxyRequest, body: Body, headers: Headers) -> httpx2.Response:
        """Forward a client's request with these headers; return the unread response. Raises `UpstreamUnavailable`."""
        if body is not None and not isinstance(body, bytes):
            body = stop_when_answered(body)
        for last in (False, True):
            request = self._request(call, body, headers)
            try:
                answer = await self.client.send(request, stream=True)
            except STALE as exc:
                if last or not isinstance(body, bytes | None):
                    raise UpstreamUnavailable from exc
            except httpx2.TransportError as exc:
                raise UpstreamUnavailable from exc
            else:
                call.body_read.set()  # of a body that was given up, nobody reads the rest any more
                return answer
        raise AssertionError  # the second try returns or raises

    def _request(self, call: ProxyRequest, body: Body, given: Headers) -> httpx2.Request:
        headers = [(name, value) for name, value in given if name not in _OWN and not contains_key(value)]
        if isinstance(body, bytes):  # it may be another than the client's
            headers = [*_without(headers, b"content-length"), (b"content-length", b"%d" % len(body))]
        if self.key or self.private:
            headers = _without(headers, b"authorization")
        if self.key:
            headers.append((b"authorization", b"Bearer " + self.key.encode()))
        headers.append((HOP_HEADER.encode(), b"%d" % (call.hops + 1)))
        target = self.url.raw_path.rstrip(b"/") + call.target
        extensions = {"target": target, "timeout": dict(TIMEOUT)}
        return httpx2.Request(call.scope["method"], self.url, headers=headers, content=body, extensions=extensions)


async def relay_response(answer: httpx2.Response, call: ProxyRequest, observer: ReplyObserver | None = None) -> None:
    """Pass an answer on as it comes. Raises `ClientDisconnected` if it broke off after it had begun."""
    observer = observer or ReplyObserver()
    headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in _ANSWER_OWN]
    if "transfer-encoding" in answer.headers:  # then a length is wrong or superfluous (RFC 9112, 6.3)
        headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    try:
        observer.started(answer.status_code, headers)
        headers += call.extra_headers
        if call.hops:  # another LTML asks, and must know whom it has before it
            headers.append((b"x-ltml", ltml.__version__.encode()))
        await call.send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        async for chunk in answer.aiter_raw():
            await observer.feed(chunk)
            await call.send({"type": "http.response.body", "body": chunk, "more_body": True})
    except httpx2.TransportError as exc:
        raise ClientDisconnected from exc
    finally:
        await answer.aclose()
        await observer.finish()
    await call.send({"type": "http.response.body", "body": b"", "more_body": False})


def is_ambiguous(headers: Headers) -> bool:
    """
    Tell whether two servers could disagree about where a request ends: it gives its length and comes in chunks.

    What else is ambiguous (two lengths, codings but `chunked`, signs and blanks in numbers) h11 refuses by itself.
    """
    return {b"content-length", b"transfer-encoding"} <= {name for name, _ in headers}


async def send_json(send: Send, status: int, body: bytes, extra: Headers) -> None:
    """Answer with JSON of LTML's own."""
    headers = [*extra, (b"x-ltml", ltml.__version__.encode())]
    if body:
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _without(headers: Headers, name: bytes) -> Headers:
    return [header for header in headers if header[0] != name]
