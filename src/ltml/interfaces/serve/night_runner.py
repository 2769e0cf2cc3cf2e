"""
Nights beside the chat: each in a child process that pauses the moment somebody speaks.

`NightRunner` starts the process (`night_process.py`), tells it when to pause, go on and stop, and reads what it says.
One night at a time; the others wait their turn. Nothing here touches the store: a failing night is an outcome, never an
error.
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
class NightOutcome:
    """How a night ended; `error` says what went wrong, in words that hold nothing of what was said."""

    namespace: str
    state: State
    night: str = ""
    report: Mapping[str, float | str] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningNight:
    """The night that runs: `done` of `total` turns are through, as far as it said."""

    namespace: str
    started_at: datetime
    pid: int | None = None
    step: str = ""
    done: int = 0
    total: int = 0
    paused: bool = False


class NightRunner:
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
        self._one_at_a_time = asyncio.Lock()
        self._child: Process | None = None
        self._current: RunningNight | None = None
        self._paused = self._stopping = False

    @property
    def current(self) -> RunningNight | None:
        """The night that runs, if one does."""
        return self._current and replace(self._current, paused=self._paused)

    async def run(self, namespace: str) -> NightOutcome:
        """Spend a night and return how it ended; after `stop` there is none. Cancelling it stops the night."""
        async with self._one_at_a_time:
            if self._stopping:
                return NightOutcome(namespace=namespace, state="interrupted")
            self._current = RunningNight(namespace=namespace, started_at=self._clock())
            try:
                return await self._run_in_process(namespace, self._current.started_at)
            finally:
                self._current = self._child = None

    def pause(self) -> None:
        """Let the night that runs, and any to come, wait until `resume`. Does not block."""
        if not self._paused:
            self._paused = True
            self._write_line("pause")

    def resume(self) -> None:
        """Let it go on where it stopped."""
        if self._paused:
            self._paused = False
            self._write_line("go")

    async def stop(self) -> None:
        """End the night that runs, and have no more of them; it is over when this returns, within two seconds."""
        self._stopping = True
        self._write_line("stop")
        try:
            async with asyncio.timeout(PATIENCE), self._one_at_a_time:
                return
        except TimeoutError:
            if self._child and self._child.returncode is None:
                self._child.kill()
        async with self._one_at_a_time:
            return

    # ------------------------------------------------------------ inside

    async def _run_in_process(self, namespace: str, now: datetime) -> NightOutcome:
        """Start a process, follow what it writes until it ends, and return the outcome."""
        child = self._child = await start_process()
        if self._current:
            self._current = replace(self._current, pid=child.pid)
        assert child.stdout is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        outcome = None
        try:
            options = {"db": self._db, "namespace": namespace, "settings": self._settings, "now": now.isoformat()}
            self._write_line(json.dumps(options))
            if self._paused:  # whoever spoke while the process was being started could not tell it
                self._write_line("pause")
            if self._stopping:
                self._write_line("stop")
            async for line in read_lines(child.stdout):
                message = parse_line(line)
                if message.get("event") == "step":
                    self._report_step(message)
                outcome = read_outcome(namespace, message) or outcome
        finally:
            await reap_process(child)
        if outcome is None and self._stopping:
            return NightOutcome(namespace=namespace, state="interrupted")
        if outcome is None:
            error = f"the process that slept ended without a word (status {child.returncode})"
            return NightOutcome(namespace=namespace, state="failed", error=error)
        if outcome.state != "busy" and outcome.state != "failed":  # noqa: PLR1714 -- narrows the type
            self._notify(NightFinished(namespace=namespace, night=outcome.night, state=outcome.state))
        return outcome

    def _report_step(self, message: Mapping[str, Any]) -> None:
        event = StepDone(night=message["night"], step=message["step"], done=message["done"], total=message["total"])
        if self._current:
            self._current = replace(self._current, step=event.step, done=event.done, total=event.total)
        self._notify(event)

    def _write_line(self, line: str) -> None:
        stdin = self._child.stdin if self._child else None
        if stdin and not stdin.is_closing():
            stdin.write(line.encode() + b"\n")


def parse_line(line: bytes) -> Mapping[str, Any]:
    """Return what a line says; nothing, if it is none of ours."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def read_outcome(namespace: str, said: Mapping[str, Any]) -> NightOutcome | None:
    """Return how the night ended, if that is what was said."""
    match said:
        case {"event": "ended", "state": state, **more}:
            night, report = more.get("night", ""), more.get("report", {})
            return NightOutcome(namespace=namespace, state=state, night=night, report=report)
        case {"event": "failed", "error": error, "message": message}:
            kind: State = "busy" if error == "StoreBusy" else "failed"
            return NightOutcome(namespace=namespace, state=kind, error=message)
    return None


async def start_process() -> Process:
    """Start a process that waits for its options, out of reach of the terminal's Ctrl-C."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    # The folder LTML was started in stays off the child's path: a `queue.py` there must not be taken for Python's.
    home = Path(str(ltml.__file__)).parents[1]
    isolated = [] if home == Path.cwd() else ["-P"]
    words = [sys.executable, *isolated, "-m", "ltml.interfaces.serve.night_process"]
    return await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, **apart)


async def reap_process(child: Process) -> None:
    """Wait until the process is gone; one that does not go by itself is killed."""
    if child.stdin:
        child.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()


async def read_lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield lines until the end; one beyond the reader's limit is dropped."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # longer than any of ours; the reader has thrown it away
            continue
        if not line:
            return
        yield line
