"""
Ending soon after a signal, whatever is under way.

A server that is told to stop breaks off its answers, keeps what was said, ends its night and its engine, and is gone
within about a second. Each of these can hang: a disk that does not answer, a memory that another process has locked, a
search in the middle of something. So a thread that does nothing else waits for the signal, and if the process is still
there when the time is up it ends it, with all the processes that it started. What was not written by then is not kept;
what is in the file stays sound, for SQLite's log is made for processes that die.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TypeAlias

Handler: TypeAlias = Callable[[int, FrameType | None], Any]
#: Seconds from the signal to the end, at most. Whoever sent it may lose patience after two.
LONGEST = 1.8
#: What ends a server; Windows knows SIGBREAK for a console that is closed.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))
#: What a process ends with that was stopped before it served, and one that could not keep everything in time.
STOPPED, UNFINISHED = 130, 1
NOT_KEPT = (
    b"ltml: stopped before all that was said could be kept: the disk, or whoever holds the memory, was too slow\n"
)


@dataclass(slots=True)
class ShutdownDeadline:
    """Ends this process some time after it was told to stop; `code` is what it ends with then."""

    code: int = STOPPED
    #: Nothing here takes a lock that a signal handler could find taken: a `SimpleQueue` may be put to from anywhere.
    _told: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue)

    def watch(self) -> None:
        """Begin to wait for the word."""
        threading.Thread(target=self._wait, name="ltml-deadline", daemon=True).start()

    def start(self) -> None:
        """Let the time run. May be called from a signal handler."""
        self._told.put(None)

    def _wait(self) -> None:
        self._told.get()
        time.sleep(LONGEST)
        _kill_children()
        if self.code == UNFINISHED:
            os.write(2, NOT_KEPT)
        os._exit(self.code)


@contextmanager
def enforce_deadline(deadline: ShutdownDeadline) -> Iterator[None]:
    """
    Let a signal end the task that runs, as Ctrl-C does, and the time run.

    This holds while the server begins and while it lets go of things; in between its own handlers hold.
    """
    interrupt = signal.getsignal(signal.SIGINT)  # asyncio's, which cancels the task

    def stop(_: int, frame: FrameType | None) -> None:
        deadline.start()
        if not callable(interrupt):  # whoever started us wants no Ctrl-C, but this may be another signal
            raise KeyboardInterrupt
        interrupt(signal.SIGINT, frame)

    deadline.watch()
    with handle_signals(stop):
        yield


@contextmanager
def handle_signals(handler: Handler) -> Iterator[None]:
    """Call the handler for every signal that ends a server."""
    before = [(number, signal.signal(number, handler)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, old in before:
            signal.signal(number, old)


def _kill_children() -> None:
    """Kill the night and the engine: they would notice by themselves that nobody is left, but not at once."""
    import psutil

    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
