"""Run an ASGI app for a test: in a thread of this process, on a free port of 127.0.0.1."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from tests.reference.brain import Gate

#: Seconds until a connection that does not close is given up.
PATIENCE = 1


class _Server(uvicorn.Server):
    """
    One that ends at once when it is told to, and cuts the answers under way.

    uvicorn's own looks ten times a second whether it should end, and takes as long again to do so: with a server for
    every test that is most of the time they take.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = Gate()

    def end(self) -> None:
        self.should_exit = True
        self._told.open()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._told.passed()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for answer in list(self.server_state.tasks):
            answer.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 (two plain sets)
                    await asyncio.sleep(0.001)


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve the app while the block runs; yield its URL. It is reachable from the first line on and gone after."""
    server = _Server(quiet(app))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield address(listening)
        finally:
            server.end()
            thread.join()


def quiet(app: ASGIApp) -> uvicorn.Config:
    """Return the settings for a server that prints nothing: a connection a test cuts is no news."""
    return uvicorn.Config(
        app, ws="none", lifespan="off", log_config=None, log_level=100, timeout_graceful_shutdown=PATIENCE
    )


def address(listening: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"
