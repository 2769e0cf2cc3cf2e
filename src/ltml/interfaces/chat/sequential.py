"""Memory in one scripted chat, for measuring: requests come one after the other, at times that the caller gives."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ltml.exchange import Placement, Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.memory import ChatMemory, PreparedRequest

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer


class SequentialChat:
    """Memory in one chat whose requests come one after the other, at times that the caller tells."""

    def __init__(self, layer: MemoryLayer) -> None:
        """Begin a chat over a memory."""
        self._now = datetime.now().astimezone()
        self._memory = ChatMemory(layer, clock=lambda: self._now)
        self._last: PreparedRequest | None = None

    def ask(self, request: Request, window: int, now: datetime) -> tuple[Placement, int]:
        """Return what to place in a window of so many tokens, and how many tokens of it are new."""
        self._now = now
        self._last = self._memory.prepare(request, ModelWindow(context=window))
        return self._last.placement, self._last.tokens

    def hear(self, answer: str) -> None:
        """Keep the exchange with the answer to the last request."""
        if self._last is not None:
            self._memory.record(self._last, Reply(text=answer, complete=True, ending="stop"))
