"""Listening to one answer on its way to the client, and holding its end back until what was said is durable."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from ltml.exchange import Reply
from ltml.interfaces.serve.memory import Heard, Memory
from ltml.interfaces.serve.wire import Headers
from ltml.protocols import ReplyParser

OK = 200


class Attention(Protocol):
    """Whoever wants to know who speaks."""

    def came(self) -> None:
        """Take note that a conversation's request came, before anybody knows what it is."""
        ...

    def speaks(self, namespace: str, model: str) -> None:
        """Take note of who speaks to whom."""
        ...

    def fell_silent(self, namespace: str, model: str) -> None:
        """Take note that the reply is over."""
        ...

    def left(self) -> None:
        """Take note that a request is over."""
        ...

    def unloaded(self, model: str) -> None:
        """Take note that a model was told to go."""
        ...


class Deaf:
    """Listens to nothing."""

    def started(self, status: int, headers: Headers) -> None:
        """Take no note."""

    async def hear(self, chunk: bytes) -> None:
        """Hear nothing."""

    async def ended(self) -> None:
        """Take no note."""


@dataclass(slots=True)
class Overhearing:
    """Listens to one answer. `later` is for what no client waits for any more."""

    heard: Heard
    ear: ReplyParser
    memory: Memory
    attention: Attention
    later: Callable[[Coroutine[Any, Any, None]], None]
    _deaf: bool = field(default=True)

    def started(self, status: int, headers: Headers) -> None:
        """Listen to what is an answer and no error; tell the client what was placed."""
        self._deaf = status != OK
        if self.heard.attended is not None and not self._deaf:
            headers.append((b"x-ltml-injected", b"%d" % self.heard.attended.tokens))

    async def hear(self, chunk: bytes) -> None:
        """Listen; with the bytes that end the answer, keep it before they go on."""
        if self._deaf:
            return
        self.ear.feed(chunk)
        if self.ear.complete:
            await self._keep(self.ear.reply)

    async def ended(self) -> None:
        """Keep what broke off, too."""
        if not self._deaf:
            self.later(self._keep(self.ear.reply))

    async def _keep(self, reply: Reply) -> None:
        self._deaf = True
        if self.heard.request.purpose == "unload" or reply.ending == "unload":
            self.attention.unloaded(self.heard.request.model)
        await self.memory.keep(self.heard, reply)
