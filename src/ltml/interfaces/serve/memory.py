"""
Memory beside the wire: it may fail, the chat may not.

Everything memory does for a request happens here, in threads, within a deadline, and behind the one broad `except` of
the whole package (failing_open.py): whatever goes wrong is counted and logged (what failed, never what was said), and
the request goes on as the client sent it. Reading is the other way round: a request that cannot say whose memory it
wants gets none.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from ltml.capture.cache import MessageCache
from ltml.exchange import Message, Reply, Request
from ltml.interfaces.companion import Attended, Companion
from ltml.interfaces.failing_open import Failure, failing_open
from ltml.interfaces.placing import Window
from ltml.interfaces.serve.give_back import give_back
from ltml.interfaces.serve.identity import Identities, Who
from ltml.layer import MemoryLayer
from ltml.protocols import Dialect
from ltml.settings import Settings

if TYPE_CHECKING:
    from ltml.providers.facts import Facts

T = TypeVar("T")
#: Requests that wait for recall, and answers that wait for the disk. The disk serves all who wait at once.
READERS, WRITERS = 4, 32
#: A body up to this size is read on the event loop; a longer one would hold up everybody else.
SMALL = 1 << 16
#: A body or an answer from this size on takes so much while it is read that it is given back afterwards; of such bodies
#: one is read at a time.
LARGE = 1 << 20
#: So many seconds after the last of them.
GIVEN_BACK = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request memory has understood: the body to send on, and what to do with the answer."""

    request: Request
    body: bytes
    who: Who
    attended: Attended | None = None

    def as_said(self, body: bytes) -> Heard:
        """Return the request as the client wrote it: the model has not seen what was placed."""
        return replace(self, body=body, attended=self.attended and self.attended.bare)


@dataclass(slots=True)
class Memory:
    """Memory of all namespaces of one store, for the proxy."""

    layer: MemoryLayer
    settings: Settings
    facts: Facts
    identities: Identities
    counts: Counter[str] = field(default_factory=Counter)
    log: Any = field(default_factory=lambda: structlog.get_logger("ltml"))
    _cache: MessageCache = field(default_factory=MessageCache)
    _companions: dict[str, Companion] = field(default_factory=dict)
    _asking: dict[tuple[str, int | None], asyncio.Task[tuple[bool | None, Window]]] = field(default_factory=dict)
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _lighter: asyncio.TimerHandle | None = None
    _readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "ltml-recall"))
    _standing: Executor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "ltml-block"))
    _writers: Executor = field(default_factory=lambda: ThreadPoolExecutor(WRITERS, "ltml-keep"))

    async def warm(self) -> None:
        """Load what the first recall needs, so that nobody waits for it."""
        async with self.openly("warming up"):
            warming = (self._in(self._readers, self._warmed, "what do I like to eat?") for _ in range(READERS))
            await asyncio.gather(*warming)  # each thread its own connection

    async def meet(self) -> None:
        """Load what comes after that while people talk already: another language's lexicon, the models' facts."""
        async with self.openly("warming up"):
            await self._in(self._readers, self._warmed, "was esse ich am liebsten?")
            for model in await self.facts.loaded() or ():
                await self._facts_of(model.model, None)

    async def attend(self, dialect: Dialect, body: bytes, who: Who) -> Heard | None:
        """
        Return what memory makes of a request, or nothing if it cannot be read.

        Its session is found first, and claimed until the answer is kept, whether or not anything is placed. The block
        and what was placed earlier need no search and wait for none; a recall that comes too late is left out. What
        was said is kept all the same.
        """
        if len(body) < LARGE:
            return await self._attended(dialect, body, who)
        async with self._large:
            try:
                return await self._attended(dialect, body, who)
            finally:
                self._give_back_soon()

    async def _attended(self, dialect: Dialect, body: bytes, who: Who) -> Heard | None:
        heard = await self._heard(dialect, body, who)
        if heard is None or heard.request.purpose != "talk":
            return heard
        window = await self._window(heard.request)
        attended = await self._identify(heard, window)
        heard = replace(heard, attended=attended)
        if attended is None or window is None:
            return heard
        async with self.openly("recall"), asyncio.timeout(self.settings.serve.deadline):
            return await self._in(self._readers, self._recalled, dialect, heard, attended, window)
        async with self.openly("placing"):
            return await self._in(self._standing, _with_body, dialect, heard)
        return replace(heard, attended=attended.bare)

    async def keep(self, heard: Heard, reply: Reply) -> None:
        """Keep what was said; durable when this returns, unless memory is slower than its patience."""
        if heard.request.purpose != "talk" or heard.who.mode != "on":
            return
        async with self.openly("capture"), asyncio.timeout(self.settings.serve.patience):
            await asyncio.shield(self._in(self._writers, self._kept, heard, reply))
            self.counts["exchanges kept"] += 1
        if max(len(heard.body), len(reply.text)) >= LARGE // 4:
            self._give_back_soon()

    def slept(self, namespace: str, at: Any) -> None:
        """Take note that memory slept."""
        if namespace in self._companions:
            self._companions[namespace].slept(at)

    def leave_out(self, why: str, **facts: object) -> None:
        """Take note that a conversation passes by without memory."""
        self.counts[why] += 1
        self.log.warning("the chat goes on without memory", what=why, **facts)

    def close(self) -> None:
        """Finish what is being written, and let go of the threads."""
        if self._lighter is not None:
            self._lighter.cancel()
        for threads in (self._readers, self._standing):
            threads.shutdown(wait=False, cancel_futures=True)
        self._writers.shutdown(wait=True)

    # ------------------------------------------------------------ inside

    async def _heard(self, dialect: Dialect, body: bytes, who: Who) -> Heard | None:
        async with self.openly("reading"):
            request = await self._understood(dialect, body)
            known = self.identities.heard(who, request)
            if who.task and request.purpose == "talk":
                request = replace(request, purpose="work", why="its client says that it is a task")
            return Heard(request=request, body=body, who=known) if known else None
        return None

    async def _understood(self, dialect: Dialect, body: bytes) -> Request:
        if len(body) <= SMALL:
            return dialect.parse_request(body)
        return await self._in(self._readers, dialect.parse_request, body)

    async def _window(self, request: Request) -> Window | None:
        """
        Return what is known of a request's model, or nothing if nothing may be placed in it.

        Questions to the upstream that are not answered in time go on, so that the next request finds their answers.
        """
        key = (request.model, request.context)
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._facts_of(*key))
            self._asking[key].add_done_callback(lambda _: self._asking.pop(key))
        async with self.openly("facts of the model"), asyncio.timeout(self.settings.serve.deadline):
            remote, window = await asyncio.shield(self._asking[key])
            if remote is False or self.settings.serve.cloud:
                return window
            self._pass_by("nobody can tell where its model runs" if remote is None else "its model runs elsewhere")
        return None

    async def _facts_of(self, model: str, asked: int | None) -> tuple[bool | None, Window]:
        """Return whether a model runs on another machine (`None`: nobody can tell), and its window."""
        remote = await self.facts.remote(model)
        context, system = await self.facts.context(model, asked), await self.facts.system(model)
        return remote, Window(context=context, system=system)

    def _pass_by(self, why: str) -> None:
        """Say that memory placed nothing new in a request, and why."""
        self.counts[f"nothing placed: {why}"] += 1
        self.log.info("nothing placed", why=why)

    async def _identify(self, heard: Heard, window: Window | None) -> Attended | None:
        """
        Return the request with its session, claimed until the answer is kept, and with all that needs no search.

        One call in one thread: each way back to the event loop waits for the interpreter. Nothing if it is too late.
        """

        def identified() -> Attended:
            companion = self._companion(heard.who.namespace)
            attended = companion.attend(heard.request, session=heard.who.session)
            return companion.place_standing(attended, window) if window else attended

        async with self.openly("session"), asyncio.timeout(self.settings.serve.deadline):
            return await self._in(self._standing, identified)
        return None

    def _recalled(self, dialect: Dialect, heard: Heard, attended: Attended, window: Window) -> Heard:
        """Return the request with a recall as well, and with the body to send."""
        found = self._companion(heard.who.namespace).place_recall(attended, window)
        if found.crowded:
            self._pass_by("the window has no room")
        return _with_body(dialect, replace(heard, attended=found))

    def _kept(self, heard: Heard, reply: Reply) -> None:
        companion = self._companion(heard.who.namespace)
        companion.keep(heard.attended or companion.attend(heard.request, session=heard.who.session), reply)

    def _companion(self, namespace: str) -> Companion:
        if namespace not in self._companions:
            layer = MemoryLayer(self.layer.store, namespace, settings=self.settings)
            made = Companion(layer, share=self.settings.serve.share, cache=self._cache)
            self._companions.setdefault(namespace, made)
        return self._companions[namespace]

    def _warmed(self, question: str) -> None:
        """Do all that a request needs, and keep nothing of it."""
        request = Request(messages=(Message(role="user", text=question),))
        self._companion(self.layer.namespace).attend(request, Window())

    async def _in(self, threads: Executor, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, call, *arguments)

    @asynccontextmanager
    async def openly(self, what: str) -> AsyncIterator[None]:
        """Let memory fail, and nothing else."""
        with failing_open(what, self._failed):
            yield

    def _give_back_soon(self) -> None:
        """Give memory back once nothing large was read for a while."""
        if self._lighter is not None:
            self._lighter.cancel()
        loop = asyncio.get_running_loop()
        self._lighter = loop.call_later(GIVEN_BACK, loop.run_in_executor, None, give_back)

    def _failed(self, failure: Failure) -> None:
        self.counts[f"{failure.what} {failure.how}"] += 1
        self.log.warning("the chat goes on without memory", what=failure.what, failed=failure.how, error=failure.error)


def _with_body(dialect: Dialect, heard: Heard) -> Heard:
    """Return the request with a body in which stands what was placed."""
    if heard.attended is None or not heard.attended.placement:
        return heard
    return replace(heard, body=dialect.place(heard.body, heard.attended.placement))
