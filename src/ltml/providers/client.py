"""
LTML's own requests to an upstream: bounded in time and size, shared, and paused while it is down.

Theory of operation. `ProbeClient` sends one request and reads a bounded response within a bounded time. `ResponseCache`
stands in front of it: concurrent callers with the same key share one request (single flight), and that request goes on
even if the caller who started it is cancelled. A value is used while it is `fresh`; while it is merely not `stale` it
is returned at once and renewed in the background (stale-while-revalidate, RFC 5861), so that a chat seldom waits for a
request of LTML's own. A failure is cached too, for a few seconds.
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

#: Marks a request as LTML's own; the value counts the LTMLs it has passed through.
OWN_HOP: Final = {HOP_HEADER: "1"}
#: Seconds for connecting, for the next bytes, and for the whole response.
CONNECT_TIMEOUT, READ_TIMEOUT, TOTAL_TIMEOUT = 1.0, 2.0, 4.0
#: Maximum size of a response in bytes; a model's description with licence and tensor list is far smaller.
MAX_RESPONSE_BYTES = 16 * 2**20
#: Seconds for which a failure is cached.
FAILURE_TTL = 5.0
#: Maximum number of cached values; clients can make up any number of model names.
MAX_ENTRIES = 256

_TIMEOUT = httpx2.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)
# No compression, so that a small response cannot unpack to gigabytes.
_ACCEPT = {"Accept": "application/json, text/plain", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResponse:
    """A server's response; header names are lower-case."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text, without surrounding white space."""
        return self.body.decode("utf-8", "replace").strip()

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The body as a JSON object, or `None` if the status is not 200 or the body is no JSON object."""
        if self.status != httpx2.codes.OK:
            return None
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None


#: GET this URL. Raises `ProviderUnavailable`.
GetURL: TypeAlias = Callable[[str], Awaitable[ProbeResponse]]


class ProbeClient:
    """Sends LTML's own requests through a given client; make that with `trust_env=False` to bypass system proxies."""

    def __init__(self, client: httpx2.AsyncClient, headers: Mapping[str, str] | None = None) -> None:
        """Send these headers (such as an API key) with every request."""
        self._client = client
        self._headers = {**_ACCEPT, **(headers or {}), **OWN_HOP}

    async def get(self, url: str) -> ProbeResponse:
        """GET this URL. Raises `ProviderUnavailable`; a redirect is returned, not followed."""
        return await self._send("GET", url, None)

    async def post(self, url: str, body: Mapping[str, Any]) -> ProbeResponse:
        """POST this as JSON. Raises `ProviderUnavailable`; a redirect is returned, not followed."""
        return await self._send("POST", url, body)

    async def _send(self, method: str, url: str, json_body: Mapping[str, Any] | None) -> ProbeResponse:
        request = self._client.build_request(method, url, json=json_body, headers=self._headers, timeout=_TIMEOUT)
        body = bytearray()
        try:
            async with asyncio.timeout(TOTAL_TIMEOUT):
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > MAX_RESPONSE_BYTES:
                            raise httpx2.ReadError(f"more than {MAX_RESPONSE_BYTES} bytes")
                finally:
                    await response.aclose()
        except (httpx2.HTTPError, TimeoutError) as exc:
            raise ProviderUnavailable(f"{url} does not answer ({type(exc).__name__})") from exc
        return ProbeResponse(
            status=response.status_code, headers=dict(response.headers.items()), body=bytes(body)
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """A cached value (`None`: a failure) and the time it was stored, in seconds of the cache's clock."""

    value: Any
    at: float


class ResponseCache:
    """Caches what was fetched for a while, and shares requests under way. `None` stands for a failure."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure age by a monotonic clock in seconds."""
        self._clock = clock
        self._entries: dict[str, CacheEntry] = {}
        self._requests: dict[str, asyncio.Task[Any]] = {}

    async def get(
        self, key: str, fetch: Callable[[], Awaitable[Any]], *, fresh: float = math.inf, stale: float = 0.0
    ) -> Any:
        """Return the value of `key` if it is younger than `fresh` seconds, else what `fetch` returns."""
        entry = self._entries.get(key)
        value, age = (entry.value, self._clock() - entry.at) if entry else (None, math.inf)
        if age < (FAILURE_TTL if value is None else fresh):
            return value
        if key not in self._requests:
            task = asyncio.create_task(self._fetch_and_store(key, fetch))
            self._requests[key] = task
            task.add_done_callback(lambda _: self._requests.pop(key))
        task = self._requests[key]
        if value is not None and age < stale:
            return value
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel every request under way."""
        tasks = list(self._requests.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch_and_store(self, key: str, fetch: Callable[[], Awaitable[Any]]) -> Any:
        value = await fetch()
        self._entries.pop(key, None)
        self._entries[key] = CacheEntry(value=value, at=self._clock())
        if len(self._entries) > MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]
        return value
