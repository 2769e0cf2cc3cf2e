"""
Asking another server something small: briefly, once for all who want to know, and not at all while it is down.

Theory of operation. `Asker` sends one request and reads a bounded answer within a bounded time. `Kept` stands before
it: whoever wants the same thing at the same time waits for the same request, which goes on even if the one who began it
gives up. An answer is good while it is `fresh`; while it is merely not `stale` it is given out at once and asked for
anew in the background, so that a chat seldom waits for a question of ours. A failure is kept for a few seconds too.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import httpx2

from ltml.errors import ProviderUnavailable
from ltml.providers.hops import HOP_HEADER

#: Says that a request is LTML's own, and counts how many LTMLs it came through.
HOP: Final = {HOP_HEADER: "1"}
#: Seconds for a connection, for the next bytes, and for all of an answer.
CONNECT, READ, WHOLE = 1.0, 2.0, 4.0
#: Bytes of an answer that are read; what a model says of itself, with its licence and its tensors, stays far below.
LARGEST = 16 * 2**20
#: Seconds for which a failure is remembered.
FAILED = 5.0
#: Answers that are kept; the names of models come from clients, who can make up any number.
MOST = 256

_TIMEOUT = httpx2.Timeout(READ, connect=CONNECT)
# No compression: a small answer that unpacks to gigabytes is then none.
_PLAIN = {"Accept": "application/json, text/plain", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; the headers' names are lower-case."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text, without blanks around it."""
        return self.body.decode("utf-8", "replace").strip()

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The body of a success as a JSON object, or nothing if it is none."""
        if self.status != httpx2.codes.OK:
            return None
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None


#: GET this URL. Raises `ProviderUnavailable`.
Get: TypeAlias = Callable[[str], Awaitable[Answer]]


class Asker:
    """Asks by a client that is handed in (made with `trust_env=False`, or a proxy of the machine's hears it all)."""

    def __init__(self, client: httpx2.AsyncClient, headers: Mapping[str, str] | None = None) -> None:
        """Send these headers (a key) along with every request."""
        self._client = client
        self._headers = {**_PLAIN, **(headers or {}), **HOP}

    async def get(self, url: str) -> Answer:
        """GET this URL. Raises `ProviderUnavailable`; a redirect is an answer and is not followed."""
        return await self._ask("GET", url, None)

    async def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        """POST this as JSON. Raises `ProviderUnavailable`; a redirect is an answer and is not followed."""
        return await self._ask("POST", url, body)

    async def _ask(self, method: str, url: str, body: Mapping[str, Any] | None) -> Answer:
        request = self._client.build_request(method, url, json=body, headers=self._headers, timeout=_TIMEOUT)
        try:
            async with asyncio.timeout(WHOLE):
                return await self._sent(request)
        except (httpx2.HTTPError, TimeoutError) as exc:
            raise ProviderUnavailable(f"{url} does not answer ({type(exc).__name__})") from exc

    async def _sent(self, request: httpx2.Request) -> Answer:
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = await _bounded(response)
        finally:
            await response.aclose()
        return Answer(status=response.status_code, headers=dict(response.headers.items()), body=body)


async def _bounded(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise httpx2.ReadError(f"more than {LARGEST} bytes")
    return bytes(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    value: Any
    at: float


class Kept:
    """Answers kept for a while. `None` stands for a failure."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure age by a clock in seconds that never goes back."""
        self._clock = clock
        self._values: dict[str, _Value] = {}
        self._asking: dict[str, asyncio.Task[Any]] = {}

    async def get(
        self, key: str, ask: Callable[[], Awaitable[Any]], *, fresh: float = math.inf, stale: float = 0.0
    ) -> Any:
        """Return what is kept under the key if it is younger than `fresh` seconds, else what `ask` says."""
        value, age = self._kept(key)
        if age < (FAILED if value is None else fresh):
            return value
        task = self._asked(key, ask)
        if value is not None and age < stale:
            return value
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Give up every request that is under way."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _kept(self, key: str) -> tuple[Any, float]:
        kept = self._values.get(key)
        return (kept.value, self._clock() - kept.at) if kept else (None, math.inf)

    def _asked(self, key: str, ask: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
        if key not in self._asking:
            task = asyncio.create_task(self._ask(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key))
        return self._asking[key]

    async def _ask(self, key: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        value = await ask()
        self._values.pop(key, None)
        self._values[key] = _Value(value=value, at=self._clock())
        if len(self._values) > MOST:
            del self._values[next(iter(self._values))]
        return value
