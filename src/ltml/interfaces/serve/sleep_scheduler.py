"""
Runs a night whenever the policy says that memory may sleep, and pauses it while somebody talks.

The policy (sleep_policy.py) decides and the runner (night_runner.py) has a process of its own; this joins them to the
clock, to the upstream's list of loaded models and to the requests that pass by. A night pauses with the first byte of a
conversation and resumes a few seconds after the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ltml.interfaces.serve.memory_service import MemoryService
from ltml.interfaces.serve.night_runner import NightRunner
from ltml.interfaces.serve.sleep_policy import DueNight, SleepPolicy

#: Seconds between two looks at what is due; a model that is unloaded is looked at at once.
TICK = 1.0


def local_now() -> datetime:
    """Return the time, with the zone of this machine."""
    return datetime.now().astimezone()


@dataclass(slots=True)
class SleepScheduler:
    """Lets the memory of one database sleep while nobody talks. Belongs to one event loop."""

    db: str
    memory: MemoryService
    clock: Callable[[], datetime] = local_now
    runner: NightRunner = field(init=False)
    policy: SleepPolicy = field(init=False)
    _open_requests: int = 0
    _resume_timer: asyncio.TimerHandle | None = None
    _wake_up: asyncio.Event = field(default_factory=asyncio.Event)
    _new_turns: Mapping[str, int] = field(default_factory=dict)
    _models: tuple[str, ...] | None = None
    _polled: datetime | None = None
    _last_nights: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the policy and the runner."""
        self.runner = NightRunner(self.db, self.memory.settings, clock=self.clock)
        self.policy = SleepPolicy(since=self.clock(), idle=timedelta(seconds=self.memory.settings.serve.idle))

    # ------------------------------------------------------------ what passes by

    def request_started(self) -> None:
        """Take note of a chat request before it is read, and pause the night; `request_finished` must follow."""
        self._open_requests += 1
        if self._resume_timer is not None:
            self._resume_timer.cancel()
        self.runner.pause()

    def conversation_started(self, namespace: str, model: str) -> None:
        """Take note of who speaks to whom; `conversation_finished` must follow."""
        self.policy.conversation_started(namespace, model, self.clock())

    def conversation_finished(self, namespace: str, model: str) -> None:
        """Take note that the reply is over."""
        self.policy.conversation_finished(namespace, model, self.clock())

    def request_finished(self) -> None:
        """Take note that a request is over; the night resumes when none comes for `serve.quiet` seconds."""
        self._open_requests -= 1
        if not self._open_requests:
            quiet = self.memory.settings.serve.quiet
            self._resume_timer = asyncio.get_running_loop().call_later(quiet, self.runner.resume)

    def model_unloaded(self, model: str) -> None:
        """Take note that a model was unloaded."""
        self.policy.model_unloaded(model, self.clock())
        self._wake_up.set()

    # ------------------------------------------------------------ nights

    async def run(self) -> None:
        """Run nights as they are due, until cancelled."""
        while True:
            with self.memory.failing_open("watching"):
                await self._start_due_nights()
            try:
                async with asyncio.timeout(TICK):
                    await self._wake_up.wait()
            except TimeoutError:
                continue
            self._wake_up.clear()

    async def stop(self) -> None:
        """End the night that runs; what it has not done it does another time."""
        if self._resume_timer is not None:
            self._resume_timer.cancel()
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
            "next": self.policy.describe_next_night(at, self._new_turns),
            "new_turns": dict(self._new_turns),
            "last_nights": dict(self._last_nights),
        }  # fmt: skip

    async def _start_due_nights(self) -> None:
        """Run the nights that are due; ask the upstream which models are loaded, every `serve.poll` seconds."""
        self._new_turns = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        at = self.clock()
        if not self._polled or at - self._polled >= timedelta(seconds=self.memory.settings.serve.poll):
            self._polled = at
            listed = await self.memory.facts.list_running()
            self._models = None if listed is None else tuple(model.model for model in listed)
            self.policy.update_loaded_models(listed, at)
        for due in self.policy.find_due_nights(self.clock(), self._new_turns):
            await self._run_night(due)

    async def _run_night(self, due: DueNight) -> None:
        self.policy.night_started(due.namespace)
        outcome = await self.runner.run(due.namespace)
        at = self.clock()
        self._new_turns = await asyncio.to_thread(self.memory.layer.store.count_new_turns)
        self.policy.night_finished(due.namespace, outcome.state, at, self._new_turns.get(due.namespace, 0))
        self.memory.night_finished(due.namespace, at)
        self._last_nights[due.namespace] = {
            "night": outcome.night, "state": outcome.state, "why": due.reason, "at": at.isoformat(),
            "report": dict(outcome.report), "error": outcome.error,
        }  # fmt: skip
        log = self.memory.log.warning if outcome.state == "failed" else self.memory.log.info
        log("a night ended", namespace=due.namespace, state=outcome.state, because=due.reason, error=outcome.error)
