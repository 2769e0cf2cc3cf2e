"""
By the bed: hears who speaks, sees which models are loaded, and lets memory sleep in between.

The watch (sleep_policy.py) decides, the nights (night_runner.py) run in a process of their own; this joins them to the
clock, to the upstream's list of loaded models and to the requests that pass by. A night pauses with the first byte of a
conversation and goes on a few seconds after the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ltml.interfaces.serve.memory_service import MemoryService
from ltml.interfaces.serve.night_runner import NightOutcome, NightRunner
from ltml.interfaces.serve.sleep_policy import DueNight, SleepPolicy

#: The watch is asked every so many seconds, and whenever something happens.
TICK = 1.0


def local_now() -> datetime:
    """Return the time, with the zone of this machine."""
    return datetime.now().astimezone()


@dataclass(slots=True)
class SleepScheduler:
    """Lets the memory of one database sleep. Belongs to one event loop."""

    db: str
    memory: MemoryService
    clock: Callable[[], datetime] = local_now
    runner: NightRunner = field(init=False)
    policy: SleepPolicy = field(init=False)
    _calls: int = 0
    _quiet: asyncio.TimerHandle | None = None
    _stir: asyncio.Event = field(default_factory=asyncio.Event)
    _restless: Mapping[str, int] = field(default_factory=dict)
    _models: tuple[str, ...] | None = None
    _polled: datetime | None = None
    _last: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self.runner = NightRunner(self.db, self.memory.settings, clock=self.clock)
        self.policy = SleepPolicy(since=self.clock(), idle=timedelta(seconds=self.memory.settings.serve.idle))

    # ------------------------------------------------------------ what passes by

    def request_started(self) -> None:
        """Take note of a chat request before it is read, and pause the night; `request_finished` must follow."""
        self._calls += 1
        if self._quiet is not None:
            self._quiet.cancel()
        self.runner.pause()

    def conversation_started(self, namespace: str, model: str) -> None:
        """Take note of who speaks to whom; `conversation_finished` must follow."""
        self.policy.conversation_started(namespace, model, self.clock())

    def conversation_finished(self, namespace: str, model: str) -> None:
        """Take note that the reply is over."""
        self.policy.conversation_finished(namespace, model, self.clock())

    def request_finished(self) -> None:
        """Take note that a request is over; the night goes on when nobody comes for a while."""
        self._calls -= 1
        if not self._calls:
            quiet = self.memory.settings.serve.quiet
            self._quiet = asyncio.get_running_loop().call_later(quiet, self.runner.resume)

    def model_unloaded(self, model: str) -> None:
        """Take note that a model was told to go."""
        self.policy.model_unloaded(model, self.clock())
        self._stir.set()

    # ------------------------------------------------------------ the watch

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            with self.memory.failing_open("watching"):
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
        await self.runner.stop()

    def status(self) -> Mapping[str, Any]:
        """Return who is loaded, who sleeps, what the next night waits for and what the last ones did, as JSON."""
        night, at = self.runner.current, self.clock()
        return {
            "loaded": self._models,
            "asleep": night and {
                "namespace": night.namespace, "since": night.started_at.isoformat(), "step": night.step,
                "done": night.done, "total": night.total, "paused": night.paused,
            },
            "next": self.policy.describe_next_night(at, self._restless),
            "new_turns": dict(self._restless),
            "last_nights": dict(self._last),
        }  # fmt: skip

    async def _look(self) -> None:
        """See how things are, and let sleep who is due."""
        self._restless = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        await self._poll()
        for due in self.policy.find_due_nights(self.clock(), self._restless):
            await self._sleep(due)

    async def _poll(self) -> None:
        """Ask the upstream which models are loaded, now and then."""
        at = self.clock()
        if self._polled and at - self._polled < timedelta(seconds=self.memory.settings.serve.poll):
            return
        self._polled = at
        listed = await self.memory.facts.loaded()
        self._models = None if listed is None else tuple(model.model for model in listed)
        self.policy.update_loaded_models(listed, at)

    async def _sleep(self, due: DueNight) -> None:
        self.policy.night_started(due.namespace)
        outcome = await self.runner.run(due.namespace)
        at = self.clock()
        self._restless = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        self.policy.night_finished(due.namespace, outcome.state, at, self._restless.get(due.namespace, 0))
        self.memory.night_finished(due.namespace, at)
        self._note(due, outcome, at)

    def _note(self, due: DueNight, outcome: NightOutcome, at: datetime) -> None:
        self._last[due.namespace] = {
            "night": outcome.night, "state": outcome.state, "why": due.reason, "at": at.isoformat(),
            "report": dict(outcome.report), "error": outcome.error,
        }  # fmt: skip
        told = self.memory.log.warning if outcome.state == "failed" else self.memory.log.info
        told("a night ended", namespace=due.namespace, state=outcome.state, because=due.reason, error=outcome.error)
