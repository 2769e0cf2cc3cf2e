"""
A queue beside `capture`, for programs in which many talk at once.

Theory of operation. A capture is durable when it returns, and a sync of the disk costs the same for one turn as for a
hundred. So one task captures, and what arrives while it does waits and is captured together in the next call, in the
order it came: the longer the disk takes, the larger the calls become. The task lives while somebody waits and ends with
the queue, so a recorder that nobody uses costs nothing.

A call that fails, fails for those whose turns were in it and for nobody else. One bad turn must not take its
neighbours with it: if `capture` could not understand something, nothing of the call was kept, and its turns are
captured one by one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from ltml.errors import CaptureError
from ltml.model import Turn


class Captures(Protocol):
    """What a recorder needs of a memory layer. It is called in a thread, never twice at the same time."""

    def capture(self, turns: Sequence[Turn], /) -> object:
        """Keep turns, all or none; durable when this returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A turn, and the one who waits for it."""

    turn: Turn
    told: asyncio.Future[None]


class Recorder:
    """Captures for many at once, in order. Belongs to one event loop; use it with `async with`, or `close` it."""

    def __init__(self, layer: Captures, size: int = 100, wait: float = 0.0) -> None:
        """Capture at most `size` turns in one call; let the first turn wait `wait` seconds for company."""
        self._layer, self._size, self._wait = layer, max(size, 1), wait
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def record(self, turn: Turn) -> None:
        """
        Return when the turn is durable. Raises what `capture` raises about it, and `CaptureError` after `close`.

        To stop waiting does not take the turn back: it was said, and it is kept.
        """
        if self._closed:
            raise CaptureError("this recorder is closed and the turn was not kept; record it before closing")
        waiting = _Waiting(turn=turn, told=asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drained())
        await waiting.told

    async def close(self) -> None:
        """Capture what still waits, and take nothing more."""
        self._closed = True
        if self._task is not None:
            await self._task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _drained(self) -> None:
        while self._queue:
            if self._wait and not self._closed:
                await asyncio.sleep(self._wait)
            together = [self._queue.popleft() for _ in range(min(self._size, len(self._queue)))]
            await self._captured(together)

    async def _captured(self, together: Sequence[_Waiting]) -> None:
        error = await self._error([waiting.turn for waiting in together])
        if isinstance(error, CaptureError) and len(together) > 1:
            for waiting in together:
                await self._captured([waiting])
            return
        for waiting in together:
            _tell(waiting.told, error)

    async def _error(self, turns: Sequence[Turn]) -> BaseException | None:
        """Capture in a thread; return what went wrong, for those who wait to raise."""
        call = asyncio.ensure_future(asyncio.to_thread(self._layer.capture, turns))
        await asyncio.wait({call})
        return call.exception()


def _tell(told: asyncio.Future[None], error: BaseException | None) -> None:
    if told.done():  # whoever waited was called off
        return
    if error is None:
        told.set_result(None)
    else:
        told.set_exception(error)
