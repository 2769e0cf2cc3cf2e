"""
Which models are loaded, for how long, and who waits for them.

Theory of operation (after server/sched.go). A loaded model is a `Runner`. Requests come through one queue: the one at
its head either uses the runner that is there, or loads one, or has one unloaded first, because its options differ or
because there is no room; while it waits for that, everybody behind it waits too. A runner counts who uses it. When the
last one ends, `expires_at` is set; a keep_alive of zero unloads then and there. Nothing ticks: a runner whose time is
over is dropped when somebody next looks, which nobody can tell from a timer.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.reference.clock import Clock
from tests.reference.models import Model, full_name
from tests.reference.options import Options
from tests.reference.wire import ApiError

BUSY = "server busy, please try again.  maximum pending requests exceeded"
NOTHING = timedelta(0)


@dataclass(slots=True, kw_only=True)
class Runner:
    """A loaded model. `expires_at` is None until the first request on it has ended."""

    model: Model
    options: Options
    keep_alive: timedelta
    slots: asyncio.Semaphore
    users: int = 1
    expires_at: datetime | None = None
    idle: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One load that happened; `again` if the same model had to go for it because options differed."""

    model: str
    context: int
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much a server can do at once; Ollama's own defaults (OLLAMA_NUM_PARALLEL and so on)."""

    keep_alive: timedelta = timedelta(minutes=5)
    parallel: int = 1
    queue: int = 512
    models: int = 3


class Runners:
    """All runners of one server. `history` tells every load, `reloads` counts those that only options caused."""

    def __init__(self, room: Room, clock: Clock, load: Callable[[Model], Awaitable[None]]) -> None:
        self._room = room
        self._clock = clock
        self._load_weights = load
        self._loaded: dict[str, Runner] = {}
        self._head_of_queue = asyncio.Lock()
        self._waiting = 0
        self.history: list[Loaded] = []

    @property
    def reloads(self) -> int:
        """How often a model was loaded anew because a request's options differed."""
        return sum(loaded.again for loaded in self.history)

    def loaded(self) -> list[Runner]:
        """Return who is loaded now."""
        now = self._clock()
        for runner in tuple(self._loaded.values()):
            if not runner.users and runner.expires_at is not None and runner.expires_at <= now:
                self._drop(runner)
        return list(self._loaded.values())

    def unload(self, model: Model) -> None:
        """Let a model go, as soon as nobody uses it any more."""
        runner = self._find(model)
        if runner is not None:
            runner.keep_alive = NOTHING
            self._settle(runner)

    @asynccontextmanager
    async def lent(self, model: Model, options: Options, keep_alive: timedelta | None) -> AsyncIterator[Runner]:
        """Lend a runner with these options, once it is loaded and free. Raises `ApiError` (503) if too many wait."""
        runner = await self._queued(model, options, keep_alive)
        try:
            async with runner.slots:
                yield runner
        finally:
            runner.users -= 1
            self._settle(runner)

    async def _queued(self, model: Model, options: Options, keep_alive: timedelta | None) -> Runner:
        if self._waiting >= self._room.queue:
            raise ApiError(BUSY, 503)
        self._waiting += 1
        try:
            async with self._head_of_queue:
                return await self._ready(model, options, keep_alive)
        finally:
            self._waiting -= 1

    async def _ready(self, model: Model, options: Options, keep_alive: timedelta | None) -> Runner:
        runner, again = self._find(model), False
        if runner is not None and runner.options.runner == options.runner:
            return self._use(runner, keep_alive)
        if runner is not None:
            again = True
            await self._make_go(runner)
        while len(self._loaded) >= self._room.models:
            await self._make_go(self._least_wanted())
        return await self._load(model, options, keep_alive, again=again)

    def _use(self, runner: Runner, keep_alive: timedelta | None) -> Runner:
        runner.users += 1
        runner.idle.clear()
        if keep_alive is not None:
            runner.keep_alive = keep_alive
        return runner

    async def _load(self, model: Model, options: Options, keep_alive: timedelta | None, *, again: bool) -> Runner:
        stay = self._room.keep_alive if keep_alive is None else keep_alive
        slots = asyncio.Semaphore(self._room.parallel)
        runner = Runner(model=model, options=options, keep_alive=stay, slots=slots)
        self._loaded[full_name(model.name)] = runner
        loading = True
        try:
            await self._load_weights(model)
            loading = False
        finally:
            if loading:
                self._drop(runner)
        self.history.append(Loaded(model=model.name, context=options.context, again=again))
        return runner

    async def _make_go(self, runner: Runner) -> None:
        runner.keep_alive = NOTHING
        self._settle(runner)
        await runner.idle.wait()

    def _least_wanted(self) -> Runner:
        return min(self._loaded.values(), key=lambda runner: (runner.users > 0, runner.keep_alive))

    def _settle(self, runner: Runner) -> None:
        """Set the time a runner nobody uses has left."""
        if runner.users:
            return
        runner.idle.set()
        runner.expires_at = self._clock() + runner.keep_alive
        if runner.keep_alive <= NOTHING:
            self._drop(runner)

    def _find(self, model: Model) -> Runner | None:
        name = full_name(model.name)
        return next((runner for runner in self.loaded() if full_name(runner.model.name) == name), None)

    def _drop(self, runner: Runner) -> None:
        runner.idle.set()
        name = full_name(runner.model.name)
        if self._loaded.get(name) is runner:
            del self._loaded[name]
