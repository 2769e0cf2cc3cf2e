"""
Connections to the upstream that can still be read when nothing more can be written.

A server may answer without reading what it is sent: Ollama does so for a blob it has already, others with a 413 or a
401. Then it closes the connection, and who goes on sending gets an error, often before the answer was read. Transports
of asyncio close themselves at such an error, and the answer in the kernel's buffer is lost with them. A bare socket
stays readable: httpcore2 ignores an error in writing and reads the answer (RFC 9112, 9.5 asks clients to look out for
one while they send).

Two things are added to that. A server that answers and leaves the connection open, but takes no more, would keep the
request waiting for ever, and so would a client that sends no more because it waits for the answer. Both times the
connection is looked at now and then, and the rest of the body is given up if something has come.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

#: Seconds without progress in sending after which it is looked whether the server answers already.
STALLED = 0.5
#: So much is sent at a time: progress is what moves this much.
BLOCK = 1 << 18
#: So much is looked at to tell an answer from a word to go on.
PEEK = 1 << 12
IPV4 = 4
#: The options of a socket, as httpcore2 hands them on.
Options = Iterable[tuple[Any, ...]]


class SocketStream(httpcore2.AsyncNetworkStream):
    """One TCP connection, on a socket of its own and without a transport of asyncio's."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket that does not block."""
        self._socket = connected

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 -- httpcore2's promise
        """Return what comes next; nothing at the end."""
        await asyncio.sleep(0)  # bytes that are there already come without a pause, and others have their turn, too
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.get_running_loop().sock_recv(self._socket, max_bytes)
        except TimeoutError as exc:
            raise httpcore2.ReadTimeout from exc
        except OSError as exc:
            raise httpcore2.ReadError(str(exc)) from exc

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- httpcore2's promise
        """Send all of it. Raises `WriteError` if the server takes no more of it, but has answered."""
        if (use := _CURRENT_USE.get(None)) is not None:
            use.connection = self
        view = memoryview(buffer)
        try:
            async with asyncio.timeout(timeout):
                for start in range(0, len(view), BLOCK):
                    await self._send(view[start : start + BLOCK])
        except TimeoutError as exc:
            raise httpcore2.WriteTimeout from exc
        except OSError as exc:
            raise httpcore2.WriteError(str(exc)) from exc

    async def aclose(self) -> None:
        """Close it at once."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore2 asks of a stream: whether an idle one was closed by the other side, above all."""
        if info == "is_readable":
            return self._unread() is not None
        return self._socket if info == "socket" else None

    @property
    def answered(self) -> bool:
        """Whether an answer has come, or the end; "go on" (1xx) is no answer."""
        unread = self._unread()
        while unread is not None and unread.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            unread = unread.partition(b"\r\n\r\n")[2] or None
        return unread is not None

    def _unread(self) -> bytes | None:
        """Return the beginning of what has come and was not read: nothing at the end, `None` if nothing has come."""
        try:
            return self._socket.recv(PEEK, socket.MSG_PEEK)
        except BlockingIOError:
            return None
        except OSError:  # broken, and reading says so
            return b""

    async def _send(self, block: memoryview) -> None:
        with suppress(BlockingIOError):  # most fits into the kernel's buffer at once
            block = block[self._socket.send(block) :]
        if not block:
            return
        sending = asyncio.ensure_future(asyncio.get_running_loop().sock_sendall(self._socket, block))
        await _wait_unless_answered(sending, self)


class SocketBackend(httpcore2.AsyncNetworkBackend):
    """Makes such connections."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore2's promise
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first of a host's addresses that lets us."""
        del local_address, socket_options  # the proxy asks for neither
        try:
            async with asyncio.timeout(timeout):
                return SocketStream(await _connect(host, port))
        except TimeoutError as exc:
            raise httpcore2.ConnectTimeout from exc
        except OSError as exc:
            raise httpcore2.ConnectError(str(exc)) from exc

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class SocketTransport(httpx2.AsyncHTTPTransport):
    """httpx2's transport for http://, over these connections; TLS cannot be read on and stays with httpx2's own."""

    def __init__(self, limits: httpx2.Limits) -> None:
        """Begin without a connection."""
        self._pool = httpcore2.AsyncConnectionPool(
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=SocketBackend(),
        )


def new_client(limits: httpx2.Limits) -> httpx2.AsyncClient:
    """Return a client for the upstream."""
    return httpx2.AsyncClient(trust_env=False, limits=limits, mounts={"http://": SocketTransport(limits)})


def stop_when_answered(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Return the body to send in this task, which ends early if the server answers while the client sends nothing."""
    use = _ConnectionUse()
    _CURRENT_USE.set(use)
    return _send_body(body, use)


@dataclass(slots=True)
class _ConnectionUse:
    """The connection that a request is being written to, once it is known."""

    connection: SocketStream | None = None


#: httpcore2 writes in the task that sends, but does not tell whoever makes the body on which connection.
_CURRENT_USE: ContextVar[_ConnectionUse | None] = ContextVar("_CURRENT_USE", default=None)


async def _send_body(body: AsyncIterator[bytes], use: _ConnectionUse) -> AsyncIterator[bytes]:
    while True:
        piece = asyncio.ensure_future(anext(body, None))
        if (data := await _wait_unless_answered(piece, use)) is None:
            return
        yield data


async def _wait_unless_answered(work: asyncio.Future[Any], where: SocketStream | _ConnectionUse) -> Any:
    """Return what the work gives. Raises `WriteError` if it stalls while an answer is there."""
    try:
        while not (await asyncio.wait({work}, timeout=STALLED))[0]:
            connection = where.connection if isinstance(where, _ConnectionUse) else where
            if connection is not None and connection.answered:
                raise httpcore2.WriteError("the server has answered and takes no more")
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait({work})  # it lets go of the socket before anybody closes it
    return work.result()


async def _resolve(host: str, port: int) -> list[tuple[int, Any]]:
    """Return a host's addresses with their families; what is an address already is looked up nowhere."""
    try:
        version = ip_address(host).version
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [(family, address) for family, _, _, _, address in found]
    return [(socket.AF_INET if version == IPV4 else socket.AF_INET6, (host, port))]


async def _connect(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    failure: OSError = OSError(f"{host} has no address")
    for family, address in await _resolve(host, port):
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(0)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(made, address)
        except BaseException as exc:
            made.close()
            if not isinstance(exc, OSError):
                raise
            failure = exc
            continue
        return made
    raise failure
