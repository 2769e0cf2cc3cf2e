"""
The proxy: what is overheard, and what passes by.

Theory of operation. A request on a path that some dialect speaks is a conversation: its body is read, memory places
what it has to say (memory.py), and the answer is overheard on its way back (overhearing.py). The bytes that end the
answer are held back until what was said is durable; every other byte goes on as it comes. All other requests pass by
unread (wire.py).

A server may refuse what memory placed (a template that wants one system message, a window that is too small). Then the
request is sent again as the client wrote it: nobody must pay for being reminded.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from ltml.interfaces.failing_open import DISLIKED
from ltml.interfaces.serve.identity import Who
from ltml.interfaces.serve.memory import Heard, Memory
from ltml.interfaces.serve.overhearing import Attention, Deaf, Overhearing
from ltml.interfaces.serve.wire import Body, Call, Headers, NoAnswer, Upstream, relay, say
from ltml.protocols import Dialect

#: A conversation's body up to this size is read (pictures come in it). A larger one passes by as a stream: to read it
#: takes five times its size, and more where a sign of it lies beyond the first 65,536 (docs/serving.md).
LARGEST = 16 << 20
BAD_GATEWAY = 502


@dataclass(slots=True)
class Proxy:
    """Everything on LTML's port that is not LTML's own."""

    upstream: Upstream
    memory: Memory
    dialects: Mapping[str, Dialect]
    attention: Attention
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _calls: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __call__(self, call: Call, user: str | None) -> None:
        """Answer a call; `user` is who its path names. Raises `Gone` where no answer can be given any more."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- narrows the type
        self._calls.add(task)
        try:
            await self._answered(call, user)
        finally:
            self._calls.discard(task)

    async def _answered(self, call: Call, user: str | None) -> None:
        dialect = self.dialects.get(call.path) if call.scope["method"] == "POST" else None
        who = self.memory.identities.whose(call.headers, user, call.peer) if dialect else None
        if dialect is None or who is None or who.mode == "off" or call.hops:  # another LTML's memory is enough
            await self._pass(call)
            return
        body, whole = (b"", False) if call.length > LARGEST else await call.body(LARGEST)
        if not whole:
            self.memory.leave_out("too long for memory", largest=LARGEST)
            await self._pass(call, body)
            return
        await call.while_there(self._converse(call, dialect, who, body))

    async def _pass(self, call: Call, first: bytes = b"") -> None:
        """Pass a request by, unread."""
        if call.has_body:
            await call.while_there(self._answer(call, call.pieces(first)))
        else:
            await call.body(0)
            await call.while_there(self._answer(call, None))

    async def _answer(self, call: Call, body: Body) -> None:
        try:
            await relay(await self.upstream.send(call, body, call.headers), call, Deaf())
        except NoAnswer as exc:
            await self._sorry(call, exc, None)

    async def _converse(self, call: Call, dialect: Dialect, who: Who, body: bytes) -> None:
        """Let memory attend to a conversation, and overhear it."""
        self.attention.came()
        try:
            heard = await self.memory.attend(dialect, body, who)
            with self._speaking(heard):
                answer, heard = await self._ask(call, heard, body)
                await relay(answer, call, self._overhearing(heard, dialect))
        except NoAnswer as exc:
            await self._sorry(call, exc, dialect)
        finally:
            self.attention.left()

    @contextmanager
    def _speaking(self, heard: Heard | None) -> Iterator[None]:
        """Let the watch know that somebody speaks; to load or unload a model is not to speak."""
        if heard is None or heard.request.purpose in ("load", "unload"):
            yield
            return
        namespace, model = heard.who.namespace, heard.request.model
        self.attention.speaks(namespace, model)
        try:
            yield
        finally:
            self.attention.fell_silent(namespace, model)

    def _overhearing(self, heard: Heard | None, dialect: Dialect) -> Overhearing | Deaf:
        if heard is None:
            return Deaf()
        return Overhearing(heard, dialect.reply_parser(heard.request), self.memory, self.attention, self.later)

    async def _ask(self, call: Call, heard: Heard | None, body: bytes) -> tuple[httpx2.Response, Heard | None]:
        """Return the upstream's answer, and what it answers: the client's own words if it does not like ours."""
        headers: Headers = [header for header in call.headers if header[0] != b"accept-encoding"]
        headers.append((b"accept-encoding", b"identity"))  # an answer must be readable to be overheard
        answer = await self.upstream.send(call, heard.body if heard else body, headers)
        if heard is None or heard.body is body or answer.status_code not in DISLIKED:
            return answer, heard
        await answer.aclose()
        self.memory.counts["placements refused"] += 1
        self.memory.log.warning("the upstream refused what was placed", status=answer.status_code)
        return await self.upstream.send(call, body, headers), heard.as_said(body)

    async def _sorry(self, call: Call, exc: NoAnswer, dialect: Dialect | None) -> None:
        """Say in the client's own dialect that the upstream does not answer."""
        cause = type(exc.__cause__).__name__
        self.memory.log.warning("the upstream does not answer", upstream=self.upstream.name, error=cause)
        why = f"LTML cannot reach {self.upstream.name} ({cause}); start it, or name another with --upstream"
        body = dialect.render_error(why, BAD_GATEWAY) if dialect else json.dumps({"error": why}).encode()
        await say(call.send, BAD_GATEWAY, body, call.more)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something for which no client waits any more; `settle` waits for it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for what no client waits for; calls that were broken off leave something of that kind behind."""
        while under_way := self._calls | self._tasks:
            await asyncio.gather(*under_way, return_exceptions=True)
