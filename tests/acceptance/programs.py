"""
LTML and the reference server as people run them: programs in processes of their own, killed and started again.

A program says on its standard output when it is ready and where. What it says on standard error goes to a file beside
the memory; a test that fails shows it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psutil

ROOT = Path(__file__).parents[2]
#: Seconds after which what should have happened counts as never happening; a busy machine is no bug.
NEVER = 90.0

Ready = Callable[[str], str]
T = TypeVar("T")


class Program:
    """A program that can be started, killed and started again; `url` is where it listens now."""

    def __init__(self, words: Sequence[str], ready: Ready, log: Path) -> None:
        self._words = [sys.executable, "-m", *words]
        self._ready, self._log = ready, log
        self._variables: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "not started"
        return self._process

    def start(self) -> None:
        """Start it, in a process group of its own, and return when it is ready."""
        environment = dict(os.environ) | self._variables
        with self._log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                self._words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
                start_new_session=True,
            )  # fmt: skip
        self.url = self._heard()

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self.process.kill()
        self._over()

    def end(self, number: signal.Signals, *, group: bool = False) -> int:
        """Send it a signal (its whole group, as a terminal does) and return what it ends with."""
        (os.killpg if group else os.kill)(self.process.pid, number)
        return self._over()

    def close(self) -> None:
        """See to it that nothing is left of it."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def family(self) -> list[psutil.Process]:
        """The processes that it started itself."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def complaints(self) -> str:
        """What it said on standard error."""
        return self._log.read_text("utf-8")

    def _heard(self) -> str:
        alarm = threading.Timer(NEVER, self.process.kill)
        alarm.start()
        try:
            assert self.process.stdout is not None
            url = next(filter(None, map(self._ready, self.process.stdout)), "")
        finally:
            alarm.cancel()
        if not url:
            self._over()
        assert url, f"it did not start: {self.complaints()[-2000:]}"
        return url

    def _over(self) -> int:
        try:
            return self.process.wait(NEVER)
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()


class Ltml(Program):
    """`ltml serve` on one memory; settings by name, as in LTML_SERVE__NAME."""

    def __init__(self, db: Path, *words: str, **settings: object) -> None:
        self.db = db
        command = ["ltml", "--json", "--db", str(db), "serve", "--port", "0", *words]
        super().__init__(command, _listening, db.with_suffix(".log"))
        self.set(**settings)

    def set(self, **settings: object) -> None:
        """Change settings; they hold from the next start on."""
        self._variables |= {f"LTML_SERVE__{name.upper()}": str(value) for name, value in settings.items()}

    @property
    def note(self) -> Path:
        """The note that says where it is."""
        return Path(f"{self.db}.serve")

    def status(self) -> dict[str, Any]:
        """What it says about itself."""
        found: dict[str, Any] = httpx2.get(f"{self.url}/ltml/status", timeout=NEVER, trust_env=False).json()
        return found

    def night(self) -> dict[str, Any]:
        """Wait until memory has slept by itself, and return how that went."""
        found: dict[str, Any] = until(lambda: self.status()["last_nights"].get("default"))
        return found

    def asleep(self) -> None:
        """Wait until a night is under way: turns are being slept on."""
        until(lambda: (self.status()["asleep"] or {}).get("done"))


class Reference(Program):
    """The reference server with Ollama's API, in front of an engine; every body it receives is in a file."""

    def __init__(self, folder: Path, model: str, engine: str, key: str) -> None:
        self._bodies, self._read = folder / "received.jsonl", 0
        words = ["tests.reference", "--model", model, "--engine", engine, "--key", key, "--log", str(self._bodies)]
        super().__init__(words, str.strip, folder / "reference.log")

    def received(self) -> list[dict[str, Any]]:
        """The requests of people who talk that came since the last look, as they came."""
        with self._bodies.open("rb") as file:
            file.seek(self._read)
            lines = file.readlines()
            self._read = file.tell()
        talks = ("/api/chat", "/v1/chat/completions")
        return [json.loads(each["body"]) for each in map(json.loads, lines) if each["path"] in talks]


@contextmanager
def closing_all(*programs: Program) -> Iterator[None]:
    """See to it that none is left."""
    try:
        yield
    finally:
        for program in programs:
            program.close()


def until(happened: Callable[[], T]) -> T:
    """Wait until something has happened, and return what; it never happening is an error."""
    deadline = time.monotonic() + NEVER
    while not (found := happened()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
    return found


def all_gone(processes: Sequence[psutil.Process]) -> bool:
    """Whether all these processes have ended, after a wait for those that have not."""
    return not psutil.wait_procs(processes, timeout=NEVER)[1]


def _listening(line: str) -> str:
    said = json.loads(line)
    return str(said["says"]) if said["event"] == "listening" else ""
