"""
Nights beside the chat: each in a child process that pauses the moment somebody speaks.

`Nights` starts the process (`child.py`), tells it when to pause, go on and stop, and reads what it says. One night at a
time; the others wait their turn. Nothing here touches the store: a failing night is an outcome, never an error.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import ltml
from ltml.events import EventListener, NightFinished, StepDone, ignore_event
from ltml.model import NightState
from ltml.settings import Settings

#: So many turns a part. Its commit takes about a tenth of a second (docs/sleeping.md has the figures), and is all that
#: a captured turn may have to wait for.
PART = 100
#: A child that is told to stop, or to end, is killed after so many seconds.
PATIENCE = 1.4
#: Busy: another process sleeps or writes. Failed: it broke, or could not do its work. The rest are a night's states.
State: TypeAlias = NightState | Literal["busy", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a night ended; `error` says what went wrong, in words that hold nothing of what was said."""

    namespace: str
    state: State
    night: str = ""
    report: Mapping[str, float | str] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """The night that runs: `done` of `total` turns are through, as far as it said."""

    namespace: str
    started_at: datetime
    pid: int | None = None
    step: str = ""
    done: int = 0
    total: int = 0
    paused: bool = False


class Nights:
    """Runs nights of one database. Use it from one event loop."""

    def __init__(
        self,
        db: str | Path,
        settings: Settings,
        *,
        notify: EventListener = ignore_event,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        part: int = PART,
    ) -> None:
        """Get ready; nothing is started before there is a night. A part has at most `part` turns."""
        self._db, self._notify, self._clock = os.fspath(db), notify, clock
        sleep = replace(settings.sleep, part=min(settings.sleep.part, part))
        self._settings = {"wake": asdict(settings.wake), "sleep": asdict(sleep)}
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._current: Current | None = None
        self._paused = self._stopping = False

    @property
    def current(self) -> Current | None:
        """The night that runs, if one does."""
        return self._current and replace(self._current, paused=self._paused)

    async def run(self, namespace: str) -> Outcome:
        """Spend a night and return how it ended; after `stop` there is none. Cancelling it stops the night."""
        async with self._turn:
            if self._stopping:
                return Outcome(namespace=namespace, state="interrupted")
            self._current = Current(namespace=namespace, started_at=self._clock())
            try:
                return await self._night(namespace, self._current.started_at)
            finally:
                self._current = self._child = None

    def pause(self) -> None:
        """Let the night that runs, and any to come, wait until `go`. Cheap, and at once."""
        if not self._paused:
            self._paused = True
            self._tell("pause")

    def go(self) -> None:
        """Let it go on where it stopped."""
        if self._paused:
            self._paused = False
            self._tell("go")

    async def stop(self) -> None:
        """End the night that runs, and have no more of them; it is over when this returns, within two seconds."""
        self._stopping = True
        self._tell("stop")
        try:
            async with asyncio.timeout(PATIENCE), self._turn:
                return
        except TimeoutError:
            self._kill()
        async with self._turn:
            return

    # ------------------------------------------------------------ inside

    async def _night(self, namespace: str, now: datetime) -> Outcome:
        child = self._child = await _born()
        if self._current:
            self._current = replace(self._current, pid=child.pid)
        try:
            options = {"db": self._db, "namespace": namespace, "settings": self._settings, "now": now.isoformat()}
            self._tell(json.dumps(options))
            self._tell_what_came_before()
            outcome = await self._heard(child, namespace)
        finally:
            await _buried(child)
        return outcome or self._without_a_word(child, namespace)

    def _tell_what_came_before(self) -> None:
        """Whoever spoke while the process was being started could not tell it."""
        if self._paused:
            self._tell("pause")
        if self._stopping:
            self._tell("stop")

    def _tell(self, word: str) -> None:
        stdin = self._child.stdin if self._child else None
        if stdin and not stdin.is_closing():
            stdin.write(word.encode() + b"\n")

    def _kill(self) -> None:
        if self._child and self._child.returncode is None:
            self._child.kill()

    async def _heard(self, child: Process, namespace: str) -> Outcome | None:
        """Listen until the child falls silent; return how it said that the night ended."""
        outcome = None
        assert child.stdout is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        async for line in _lines(child.stdout):
            said = understood(line)
            if said.get("event") == "step":
                self._stepped(said)
            outcome = ending(namespace, said) or outcome
        if outcome and outcome.state != "busy" and outcome.state != "failed":  # noqa: PLR1714 -- narrows the type
            self._notify(NightFinished(namespace=namespace, night=outcome.night, state=outcome.state))
        return outcome

    def _stepped(self, said: Mapping[str, Any]) -> None:
        event = StepDone(night=said["night"], step=said["step"], done=said["done"], total=said["total"])
        if self._current:
            self._current = replace(self._current, step=event.step, done=event.done, total=event.total)
        self._notify(event)

    def _without_a_word(self, child: Process, namespace: str) -> Outcome:
        if self._stopping:
            return Outcome(namespace=namespace, state="interrupted")
        error = f"the process that slept ended without a word (status {child.returncode})"
        return Outcome(namespace=namespace, state="failed", error=error)


def understood(line: bytes) -> Mapping[str, Any]:
    """Return what a line says; nothing, if it is none of ours."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def ending(namespace: str, said: Mapping[str, Any]) -> Outcome | None:
    """Return how the night ended, if that is what was said."""
    match said:
        case {"event": "ended", "state": state, **more}:
            night, report = more.get("night", ""), more.get("report", {})
            return Outcome(namespace=namespace, state=state, night=night, report=report)
        case {"event": "failed", "error": error, "message": message}:
            kind: State = "busy" if error == "StoreBusy" else "failed"
            return Outcome(namespace=namespace, state=kind, error=message)
    return None


async def _born() -> Process:
    """Start a process that waits for its options, out of reach of the terminal's Ctrl-C."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    words = [sys.executable, *_path(), "-m", "ltml.interfaces.serve.child"]
    return await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, **apart)


def _path() -> list[str]:
    """Keep the folder LTML was started in off the child's path: a `queue.py` there must not be taken for Python's."""
    home = Path(str(ltml.__file__)).parents[1]
    return [] if home == Path.cwd() else ["-P"]


async def _buried(child: Process) -> None:
    """Wait until the process is gone; one that does not go by itself is killed."""
    if child.stdin:
        child.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # longer than any of ours; the reader has thrown it away
            continue
        if not line:
            return
        yield line
