"""
The process that runs a night: `python -m ltml.interfaces.serve.night_process`, started by `night_runner.py`.

Theory of operation. Options come as JSON on the first line of standard input; then one word a line: `pause`, `go`,
`stop`. What happens is told as JSON lines on standard output. The end of standard input means that whoever started this
is gone, and is a `stop`.

The night runs in the main thread. A thread of its own reads the words and *nudges* the main thread: `interrupt_main`
makes Python call the handler of a signal between two instructions, on every platform. There the main thread waits in a
lock (no CPU) until it may go on, or raises `NightStopped`. Only one thing puts this off: a call to the store, until it
is over. Every write waits for its commit and every view ends its read transaction, so between two calls there is no
transaction, neither here nor in the writer's thread, and a night can pause or stop nowhere else.

While it pauses the night keeps its lease, by renewing it; should it have lost the lease all the same (the machine was
suspended, and another process slept meanwhile), it stops.

Only the main thread lies low. The store's writer keeps the priority the process was started with, where threads have
one of their own (Linux): the lock that everybody's writes wait for must not wait for a processor itself.
"""

from __future__ import annotations

import _thread
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import ltml
from ltml.errors import LTMLError, StoreBusy
from ltml.events import Event, StepDone

if TYPE_CHECKING:
    from ltml.protocols import Store, View

#: The signal whose handler the main thread is sent into; Windows knows no user signals, and keeps Ctrl-C from us.
NUDGE = getattr(signal, "SIGUSR1", signal.SIGINT)
EventWriter = Callable[[Mapping[str, object]], None]


class NightStopped(BaseException):
    """The night shall end now; not an `Exception`, so that nobody takes it for a failure and goes on."""


class PauseControl:
    """
    Whether the night may go on: `pause`, `go` and `stop` are called from anywhere, `obey` in the main thread.

    Nothing here takes a lock that a signal handler could find taken: a `SimpleQueue` may be put to from anywhere.
    """

    def __init__(self, longest_pause: float) -> None:
        """
        Begin held, so that nothing is nudged out of its place before the night has one; `allow` sets out.

        `on_pause` is called at least every `longest_pause` seconds of a pause, and at its end.
        """
        self.on_pause: Callable[[], None] = _nothing
        self._longest_pause, self._changes = longest_pause, queue.SimpleQueue[None]()
        self._paused = self._stopped = self._waiting = False
        self._deferred = 1

    def pause(self) -> None:
        """Let the night wait from here on."""
        self._paused = True
        _thread.interrupt_main(NUDGE)

    def resume(self) -> None:
        """Let it go on."""
        self._paused = False
        self._changes.put(None)

    def stop(self) -> None:
        """Let it end, paused or not."""
        self._stopped = True
        self._changes.put(None)
        _thread.interrupt_main(NUDGE)

    def defer(self) -> None:
        """Put off pauses and the end: a call to the store begins."""
        self._deferred += 1

    def allow(self) -> None:
        """Make up for what was put off: the call is over. Raises `NightStopped`."""
        self._deferred -= 1
        self.check()

    @contextmanager
    def deferring(self) -> Iterator[None]:
        """Hold, and let go at the end."""
        self.defer()
        try:
            yield
        finally:
            self.allow()

    def check(self) -> None:
        """Wait while there is a pause. Raises `NightStopped`. A nudge that comes in the middle of this adds nothing."""
        if self._deferred or self._waiting:
            return
        while self._paused and not self._stopped:
            self._wait()
        if self._stopped:
            raise NightStopped

    def _wait(self) -> None:
        self._waiting = True  # the loop above looks again at what a nudge may say meanwhile
        try:
            with suppress(queue.Empty):
                self._changes.get(timeout=self._longest_pause)
            self.on_pause()
        finally:
            self._waiting = False


class PausableStore:
    """A store whose every call is over, with its transaction, before the night pauses or stops."""

    def __init__(self, store: Store, control: PauseControl) -> None:
        """Stand before a store; the control's `on_pause` becomes the keeping of the lease."""
        self._store, self._control = store, control
        self._leased: tuple[str, str, timedelta] | None = None
        control.on_pause = self._keep_lease

    def __getattr__(self, name: str) -> Any:
        return partial(self._call_whole, getattr(self._store, name))

    def _call_whole(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self._control.deferring():
            result = call(*arguments, **named)
            return list(result) if isinstance(result, Iterator) else result

    @contextmanager
    def view(self, namespace: str) -> Iterator[View]:
        """Look at the namespace; the night goes nowhere else before the view is closed."""
        with self._control.deferring(), self._store.view(namespace) as view:
            yield view

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease, and keep it through pauses."""
        with self._control.deferring():
            taken = self._store.lease(name, holder, now, term)
            self._leased = (name, holder, term) if taken else None
            return taken

    def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        with self._control.deferring():
            self._leased = None
            self._store.release(name, holder)

    def _keep_lease(self) -> None:
        if self._leased is not None:
            name, holder, term = self._leased
            if not self._store.lease(name, holder, datetime.now(UTC), term):
                raise StoreBusy("another process took over this night while it paused; nothing of it is lost")


def main() -> int:
    """Spend the night that standard input asks for; return the exit status."""
    orders = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 -- a thread reads it until the very end
    options = orders.readline()
    if not options.strip():
        return 0  # gone before anything was said
    return run_with_orders(json.loads(options), orders)


def run_with_orders(options: Mapping[str, Any], orders: BinaryIO) -> int:
    """Run a night under the orders that come; write how it ended, and return the exit status."""
    sys.excepthook = report_crash
    control = PauseControl(options["settings"]["sleep"]["lease_seconds"] / 3)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: control.stop())
    signal.signal(NUDGE, lambda *_: control.check())
    threading.Thread(target=_follow_orders, args=(orders, control), name="ltml-orders", daemon=True).start()
    try:
        night = run_night(options, control, write_event)
    except NightStopped:
        return _write_end({"event": "ended", "state": "interrupted"}, 0)
    except LTMLError as exc:
        return _write_end({"event": "failed", "error": type(exc).__name__, "message": str(exc)}, exc.exit_code)
    return _write_end({"event": "ended", "state": night.state, "night": night.id, "report": dict(night.report)}, 0)


def run_night(options: Mapping[str, Any], control: PauseControl, tell: EventWriter) -> ltml.Night:
    """Open the store and run the night, `control` still being held. Raises `NightStopped` and `LTMLError`s."""
    preload_recall()
    with ltml.open(options["db"], namespace=options["namespace"], **options["settings"]) as layer:
        layer.store = cast("Store", PausableStore(layer.store, control))
        lower_priority()
        try:
            control.allow()
            return layer.sleep(datetime.fromisoformat(options["now"]), notify=partial(_write_step, tell))
        finally:
            control.defer()  # from here on it only closes


def preload_recall() -> None:
    """Load what the first recall needs, or it would be loaded inside a view, which would stay open for as long."""
    with ltml.open("ephemeral:") as nothing:
        nothing.recall("Where was it yesterday?")


def lower_priority() -> None:
    """Take a processor, and the disk, only when nobody else wants them; whoever cannot lie low does without."""
    import psutil

    with suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)  # all threads: the writer must not starve
            return
        os.nice(19)
        if sys.platform == "linux":
            psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)


def write_event(said: Mapping[str, object]) -> None:
    """Write a JSON line in one go. Raises `NightStopped` if nobody reads any more."""
    try:
        os.write(1, json.dumps(said).encode() + b"\n")
    except BrokenPipeError as exc:
        raise NightStopped from exc


def _write_step(tell: EventWriter, event: Event) -> None:
    if isinstance(event, StepDone):
        step = {"night": event.night, "step": event.step, "done": event.done, "total": event.total}
        tell({"event": "step", **step})


def _write_end(said: Mapping[str, object], status: int) -> int:
    with suppress(NightStopped):
        write_event(said)
    return status


def _follow_orders(orders: BinaryIO, control: PauseControl) -> None:
    """Do as told, word by word; a word that is not known is none."""
    obeyed: dict[bytes, Callable[[], None]] = {b"pause": control.pause, b"go": control.resume, b"stop": control.stop}
    for line in orders:
        obeyed.get(line.strip(), _nothing)()
    control.stop()


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what broke and where, and not with which words: they could be what somebody said."""
    del error
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    _write_end({"event": "failed", "error": kind.__name__, "message": f"{kind.__name__} at {where}"}, 1)


def _nothing() -> None:
    """Do nothing."""


if __name__ == "__main__":
    sys.exit(main())
