"""
Memory of all namespaces for the server: the threads it works in, its deadlines, and what is known of the models.

Blocking work runs in threads, each kind in a pool of its own: a recall that is late holds up no block, and neither
holds up what is to be written. Failures are counted and logged, never what was said.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from ltml.capture.cache import MessageCache
from ltml.exchange import Message, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.failing_open import Failure, failing_open
from ltml.interfaces.chat.memory import ChatMemory
from ltml.interfaces.chat.middleware import Stage
from ltml.interfaces.serve.identity import IdentityResolver
from ltml.interfaces.serve.memory_trim import release_free_memory
from ltml.layer import MemoryLayer
from ltml.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ltml.providers.model_catalog import ModelCatalog

T = TypeVar("T")
#: Threads for requests that wait for recall, and for replies that wait for the disk, which serves all at once.
READERS, WRITERS = 4, 32
#: Bytes from which on a body or a reply takes so much memory that it is returned to the system afterwards; one body of
#: that size is read at a time.
LARGE = 1 << 20
#: Seconds from the last large body to returning the memory.
TRIM_DELAY = 2.0


@dataclass(slots=True)
class MemoryService:
    """Memory of all namespaces of one store. Belongs to one event loop."""

    layer: MemoryLayer
    settings: Settings
    facts: ModelCatalog
    identities: IdentityResolver
    counts: Counter[str] = field(default_factory=Counter)
    log: Any = field(default_factory=lambda: structlog.get_logger("ltml"))
    _cache: MessageCache = field(default_factory=MessageCache)
    _memories: dict[str, ChatMemory] = field(default_factory=dict)
    _questions: dict[tuple[str, int | None], asyncio.Task[tuple[bool | None, ModelWindow]]] = field(
        default_factory=dict
    )
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _trim: asyncio.TimerHandle | None = None
    _readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "ltml-recall"))
    _block_readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "ltml-block"))
    _writers: Executor = field(default_factory=lambda: ThreadPoolExecutor(WRITERS, "ltml-keep"))

    async def warm_up(self) -> None:
        """Load what the first recall needs, so that nobody waits for it."""
        with self.failing_open("warming up"):
            calls = (self._run_in(self._readers, self._rehearse, "what do I like to eat?") for _ in range(READERS))
            await asyncio.gather(*calls)  # each thread opens a connection of its own

    async def warm_up_rest(self) -> None:
        """Load the rest while the server serves already: another language's lexicon, the facts of the models."""
        with self.failing_open("warming up"):
            await self._run_in(self._readers, self._rehearse, "was esse ich am liebsten?")
            for model in await self.facts.list_running() or ():
                await self._ask_for_window(model.model, None)

    async def run(self, stage: Stage, call: Callable[[], T]) -> T:
        """Return what a call returns. Raises `TimeoutError` if it takes longer than its stage may."""
        serve = self.settings.serve
        match stage:
            case "reading":
                return await self._run_in(self._readers, call)
            case "session":
                async with asyncio.timeout(serve.deadline):
                    return await self._run_in(self._block_readers, call)
            case "recall":
                async with asyncio.timeout(serve.deadline):
                    return await self._run_in(self._readers, call)
            case "placing":
                return await self._run_in(self._block_readers, call)
            case "capture" | "late capture":
                async with asyncio.timeout(serve.patience):
                    return await asyncio.shield(self._run_in(self._writers, call))

    async def find_window(self, request: Request) -> ModelWindow | None:
        """
        Return the window of a request's model, `None` if nothing may be placed in the request.

        Questions to the upstream that are not answered in time go on, so that the next request finds their answers.
        Raises `TimeoutError`.
        """
        key = (request.model, request.context)
        if key not in self._questions:
            self._questions[key] = asyncio.create_task(self._ask_for_window(*key))
            self._questions[key].add_done_callback(lambda _: self._questions.pop(key))
        async with asyncio.timeout(self.settings.serve.deadline):
            remote, window = await asyncio.shield(self._questions[key])
        if remote is False or self.settings.serve.cloud:
            return window
        self.count_nothing_placed(
            "nobody can tell where its model runs" if remote is None else "its model runs elsewhere"
        )
        return None

    def open_memory(self, namespace: str) -> ChatMemory:
        """Return the memory of a namespace. May block."""
        if namespace not in self._memories:
            layer = MemoryLayer(self.layer.store, namespace, settings=self.settings)
            made = ChatMemory(layer, share=self.settings.serve.share, cache=self._cache)
            self._memories.setdefault(namespace, made)
        return self._memories[namespace]

    def night_finished(self, namespace: str, at: datetime) -> None:
        """Take note that memory slept: sessions of before are over."""
        if namespace in self._memories:
            self._memories[namespace].night_finished(at)

    @asynccontextmanager
    async def reading_body(self, size: int) -> AsyncIterator[None]:
        """Read a body of this many bytes in the block; large ones are read one at a time."""
        if size < LARGE:
            yield
            return
        async with self._large:
            try:
                yield
            finally:
                self.trim_soon()

    def trim_soon(self) -> None:
        """Return freed memory to the system once nothing large was read for a while."""
        if self._trim is not None:
            self._trim.cancel()
        loop = asyncio.get_running_loop()
        self._trim = loop.call_later(TRIM_DELAY, loop.run_in_executor, None, release_free_memory)

    def count_skipped(self, why: str, **facts: object) -> None:
        """Count and log that a conversation passes by without memory."""
        self.counts[why] += 1
        self.log.warning("the chat goes on without memory", what=why, **facts)

    def count_nothing_placed(self, why: str) -> None:
        """Count and log that memory placed nothing new in a request."""
        self.counts[f"nothing placed: {why}"] += 1
        self.log.info("nothing placed", why=why)

    def report_failure(self, failure: Failure) -> None:
        """Count and log that memory failed."""
        self.counts[f"{failure.what} {failure.how}"] += 1
        self.log.warning("the chat goes on without memory", what=failure.what, failed=failure.how, error=failure.error)

    @contextmanager
    def failing_open(self, what: str) -> Iterator[None]:
        """Let memory fail in the block, and nothing else."""
        with failing_open(what, self.report_failure):
            yield

    def close(self) -> None:
        """Finish what is being written, and end the threads."""
        if self._trim is not None:
            self._trim.cancel()
        for threads in (self._readers, self._block_readers):
            threads.shutdown(wait=False, cancel_futures=True)
        self._writers.shutdown(wait=True)

    # ------------------------------------------------------------ inside

    async def _ask_for_window(self, model: str, asked: int | None) -> tuple[bool | None, ModelWindow]:
        """Return whether a model runs on another machine (`None`: nobody can tell), and its window."""
        remote = await self.facts.is_remote(model)
        context, system = await self.facts.get_context_length(model, asked), await self.facts.get_system_prompt(model)
        return remote, ModelWindow(context=context, system=system)

    def _rehearse(self, question: str) -> None:
        """Do all that a request needs, and keep nothing of it."""
        request = Request(messages=(Message(role="user", text=question),))
        self.open_memory(self.layer.namespace).prepare(request, ModelWindow())

    async def _run_in(self, threads: Executor, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, call, *arguments)
