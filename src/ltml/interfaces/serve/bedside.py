"""
By the bed: hears who speaks, sees which models are loaded, and lets memory sleep in between.

The watch (watch.py) decides, the nights (nights.py) run in a process of their own; this joins them to the clock, to the
upstream's list of loaded models and to the requests that pass by. A night pauses with the first byte of a conversation
and goes on a few seconds after the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ltml.interfaces.serve.memory import Memory
from ltml.interfaces.serve.nights import Nights, Outcome
from ltml.interfaces.serve.watch import Due, Loaded, Watch

#: The watch is asked every so many seconds, and whenever something happens.
TICK = 1.0


def here_and_now() -> datetime:
    """Return the time, with the zone of this machine."""
    return datetime.now().astimezone()


@dataclass(slots=True)
class Bedside:
    """Lets the memory of one database sleep. Belongs to one event loop."""

    db: str
    memory: Memory
    clock: Callable[[], datetime] = here_and_now
    nights: Nights = field(init=False)
    watch: Watch = field(init=False)
    _calls: int = 0
    _quiet: asyncio.TimerHandle | None = None
    _stir: asyncio.Event = field(default_factory=asyncio.Event)
    _restless: Mapping[str, int] = field(default_factory=dict)
    _models: tuple[str, ...] | None = None
    _polled: datetime | None = None
    _last: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self.nights = Nights(self.db, self.memory.settings, clock=self.clock)
        self.watch = Watch(since=self.clock(), idle=timedelta(seconds=self.memory.settings.serve.idle))

    # ------------------------------------------------------------ what passes by

    def came(self) -> None:
        """Take note that a conversation's request came, before anybody knows what it is; `left` must follow."""
        self._calls += 1
        if self._quiet is not None:
            self._quiet.cancel()
        self.nights.pause()

    def speaks(self, namespace: str, model: str) -> None:
        """Take note of who speaks to whom; `fell_silent` must follow."""
        self.watch.spoke(namespace, model, self.clock())

    def fell_silent(self, namespace: str, model: str) -> None:
        """Take note that the reply is over."""
        self.watch.ended(namespace, model, self.clock())

    def left(self) -> None:
        """Take note that a request is over; the night goes on when nobody comes for a while."""
        self._calls -= 1
        if not self._calls:
            quiet = self.memory.settings.serve.quiet
            self._quiet = asyncio.get_running_loop().call_later(quiet, self.nights.go)

    def unloaded(self, model: str) -> None:
        """Take note that a model was told to go."""
        self.watch.unloaded(model, self.clock())
        self._stir.set()

    # ------------------------------------------------------------ the watch

    async def attend(self) -> None:
        """Watch until cancelled."""
        while True:
            async with self.memory.openly("watching"):
                await self._look()
            try:
                async with asyncio.timeout(TICK):
                    await self._stir.wait()
            except TimeoutError:
                continue
            self._stir.clear()

    async def stop(self) -> None:
        """End the night that runs; what it has not done it does another time."""
        if self._quiet is not None:
            self._quiet.cancel()
        await self.nights.stop()

    def status(self) -> Mapping[str, Any]:
        """Return who is loaded, who sleeps, what the next night waits for and what the last ones did, as JSON."""
        night, at = self.nights.current, self.clock()
        return {
            "loaded": self._models,
            "asleep": night and {
                "namespace": night.namespace, "since": night.started_at.isoformat(), "step": night.step,
                "done": night.done, "total": night.total, "paused": night.paused,
            },
            "next": self.watch.next(at, self._restless),
            "new_turns": dict(self._restless),
            "last_nights": dict(self._last),
        }  # fmt: skip

    async def _look(self) -> None:
        """See how things are, and let sleep who is due."""
        self._restless = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        await self._poll()
        for due in self.watch.due(self.clock(), self._restless):
            await self._sleep(due)

    async def _poll(self) -> None:
        """Ask the upstream which models are loaded, now and then."""
        at = self.clock()
        if self._polled and at - self._polled < timedelta(seconds=self.memory.settings.serve.poll):
            return
        self._polled = at
        listed = await self.memory.facts.loaded()
        self._models = None if listed is None else tuple(model.model for model in listed)
        models = None if listed is None else [Loaded(name=m.model, expires_at=m.expires_at) for m in listed]
        self.watch.loaded(models, at)

    async def _sleep(self, due: Due) -> None:
        self.watch.began(due.namespace)
        outcome = await self.nights.run(due.namespace)
        at = self.clock()
        self._restless = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        self.watch.slept(due.namespace, outcome.state, at, self._restless.get(due.namespace, 0))
        self.memory.slept(due.namespace, at)
        self._note(due, outcome, at)

    def _note(self, due: Due, outcome: Outcome, at: datetime) -> None:
        self._last[due.namespace] = {
            "night": outcome.night, "state": outcome.state, "why": due.reason, "at": at.isoformat(),
            "report": dict(outcome.report), "error": outcome.error,
        }  # fmt: skip
        told = self.memory.log.warning if outcome.state == "failed" else self.memory.log.info
        told("a night ended", namespace=due.namespace, state=outcome.state, because=due.reason, error=outcome.error)
