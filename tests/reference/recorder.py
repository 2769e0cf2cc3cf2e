"""
Keeps every request as it came, byte for byte, so that a test can look at what a proxy sent.

A request is read to its end and kept before the server sees it, so that it is there when its answer is, even if that is
"no such path". Blobs are the exception: they may be many gigabytes, so they are counted on their way.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BLOBS = "/api/blobs/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """
    A request as it came. Names of headers are in small letters, in their order and with their repetitions.

    `complete` says whether the whole body came; `size` is how many bytes of it did, though a blob's are not kept.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int
    complete: bool

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """Return a header's (first) value."""
        return next((value for known, value in self.headers if known == name.lower()), None)


class Recorder:
    """Tells `note` each request."""

    def __init__(self, app: ASGIApp, note: Callable[[Recorded], None]) -> None:
        self._app = app
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        keep = self._counted if scope["path"].startswith(BLOBS) else self._whole
        await keep(scope, receive, send)

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = bytearray()
        message = await receive()
        while message["type"] == "http.request":
            kept += message.get("body", b"")
            if not message.get("more_body", False):
                break
            message = await receive()
        complete = message["type"] == "http.request"
        self._note(_recorded(scope, bytes(kept), len(kept), complete=complete))
        if complete:
            await self._app(scope, _again(bytes(kept), receive), send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, complete = 0, False

        async def counting() -> Message:
            nonlocal size, complete
            message = await receive()
            size += len(message.get("body", b""))
            complete = complete or (message["type"] == "http.request" and not message.get("more_body", False))
            return message

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(_recorded(scope, b"", size, complete=complete))
            await send(message)

        await self._app(scope, counting, noting)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once more, and then whatever comes."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return left.pop() if left else await receive()

    return receiving


def _recorded(scope: Scope, body: bytes, size: int, *, complete: bool) -> Recorded:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Recorded(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        size=size,
        complete=complete,
    )
