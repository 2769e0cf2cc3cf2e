"""
How an answer leaves the reference server.

Theory of operation. Every endpoint that takes time is an async generator of frames (bytes). `Reply` sends each frame as
soon as it is there. The head of the response goes out with the first frame, so that an error before it still gets a
status of its own, and one after it can only be a frame more: this is what Ollama's streamResponse does. While frames
are made, `Reply` listens for the client to go; then it closes the generator, whose `finally` gives the model back.

`Cut` ends a response as a crashed server does: head sent, body unfinished. uvicorn then closes the connection.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

JSON = "application/json; charset=utf-8"
NDJSON = "application/x-ndjson"
SSE = "text/event-stream"

OPENAI_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


class ApiError(Exception):
    """What the server answers instead: a sentence and a status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Cut(Exception):
    """The connection breaks here."""


def packed(value: Any) -> bytes:
    """Return a value as Go writes JSON: no blanks, no escapes but the needed ones."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def ollama_error(error: ApiError) -> bytes:
    """Return the body of an error below /api."""
    return packed({"error": error.message})


def openai_error(error: ApiError) -> bytes:
    """Return the body of an error below /v1."""
    kind = OPENAI_TYPES.get(error.status, "api_error")
    return packed({"error": {"message": error.message, "type": kind, "param": None, "code": None}})


def error_body(path: str, error: ApiError) -> bytes:
    """Return the body of an error in the shape of its path."""
    return openai_error(error) if path.startswith("/v1/") else ollama_error(error)


async def json_body(request: Request) -> dict[str, Any]:
    """Return the request's JSON object. Raises `ApiError` (400) for no body, no JSON and no object."""
    raw = await request.body()
    if not raw:
        raise ApiError("missing request body")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise ApiError(f"invalid character in body: {exc}") from exc
    if not isinstance(body, dict):
        raise ApiError(f"json: cannot unmarshal {type(body).__name__} into Go value")
    return body


def field(body: dict[str, Any], name: str, kind: type | tuple[type, ...], default: Any) -> Any:
    """Return a field of a body; missing and null give the default. Raises `ApiError` (400) for another type."""
    value = body.get(name)
    if value is None:
        return default
    numbers = kind is not bool and isinstance(value, bool)
    if numbers or not isinstance(value, kind):
        raise ApiError(f"json: cannot unmarshal {type(value).__name__} into Go struct field {name}")
    return value


async def lines(values: AsyncIterator[dict[str, Any]]) -> AsyncGenerator[bytes]:
    """One JSON object a line."""
    async for value in values:
        yield packed(value) + b"\n"


@dataclass(frozen=True, slots=True)
class Complaints:
    """How errors look: with a status of their own before the first frame, as one frame more after it."""

    early: Callable[[ApiError], bytes]
    late: Callable[[ApiError], bytes]


OLLAMA = Complaints(early=ollama_error, late=lambda error: ollama_error(error) + b"\n")


class Reply(Response):
    """Sends frames as they come. `whole` means one frame, with its length in the head."""

    def __init__(
        self,
        frames: AsyncGenerator[bytes],
        media_type: str,
        *,
        whole: bool = False,
        complaints: Complaints = OLLAMA,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        self.background = None
        self._frames = frames
        self._media_type = media_type
        self._whole = whole
        self._complaints = complaints
        self._gone = gone
        self._started = False
        self._ended = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        async with anyio.create_task_group() as group:
            group.start_soon(self._until_gone, receive, group.cancel_scope)
            async with aclosing(self._frames):
                await self._send_all(send)
            group.cancel_scope.cancel()

    async def _until_gone(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        if not self._ended:  # at the end of a response uvicorn says the same
            self._gone()
            scope.cancel()

    async def _send_all(self, send: Send) -> None:
        try:
            async for frame in self._frames:
                await self._send(send, frame)
        except ApiError as error:
            await self._send_error(send, error)
        except Cut:
            await self._start(send, 200, self._media_type)
            self._ended = True
            return
        self._ended = True
        await send({"type": "http.response.body", "body": b""})

    async def _send(self, send: Send, frame: bytes) -> None:
        await self._start(send, 200, self._media_type, length=len(frame) if self._whole else None)
        await send({"type": "http.response.body", "body": frame, "more_body": True})

    async def _send_error(self, send: Send, error: ApiError) -> None:
        if self._started:
            await send({"type": "http.response.body", "body": self._complaints.late(error), "more_body": True})
            return
        body = self._complaints.early(error)
        await self._start(send, error.status, JSON, length=len(body))
        await send({"type": "http.response.body", "body": body, "more_body": True})

    async def _start(self, send: Send, status: int, media_type: str, length: int | None = None) -> None:
        if self._started:
            return
        self._started = True
        headers = [(b"content-type", media_type.encode())]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
