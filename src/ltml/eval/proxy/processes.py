"""The processes that the bench of the proxy measures: those of servers.py, and a real `ltml serve`."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import Any, Final

from ltml.errors import ProviderUnavailable
from ltml.eval.proxy.servers import HERE, MODEL, ClientJob, JobResult

#: Maximum number of seconds for a process to start.
START_TIMEOUT: Final = 60.0


class ChildProcess:
    """A process of this bench that writes messages as JSON lines."""

    def __init__(self, words: Sequence[str], log: Path) -> None:
        self._name, self._log = log.stem, log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 -- our own programs
                [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def read_message(self, seconds: float) -> dict[str, Any]:
        """Return its next message. Raises `ProviderUnavailable` if there is none in time, or if it is an error."""
        assert self._process.stdout is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        timer = Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if line:
            message: dict[str, Any] = json.loads(line)
        else:
            log = self._log.read_text("utf-8", "replace").strip().splitlines()
            message = {"error": log[-1] if log else "it ended, or told nothing, without a word"}
        if "error" in message:
            raise ProviderUnavailable(f"the {self._name} of this measurement failed: {message['error']}")
        return message

    def run_job(self, job: ClientJob) -> JobResult:
        """Send the client a job and return its result."""
        assert self._process.stdin is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return JobResult(**self.read_message(job.limit + START_TIMEOUT))

    def cpu(self) -> float:
        """Return the processor time it has taken so far, in seconds."""
        import psutil

        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def run_child(folder: Path, name: str, words: Sequence[str]) -> Iterator[ChildProcess]:
    """Run our own program with these words for Python; what it says on standard error goes into the folder."""
    started = ChildProcess(words, folder / f"{name}.log")
    try:
        yield started
    finally:
        started.close()


def server_command(*words: str) -> list[str]:
    """Return the words for Python that run one of servers.py."""
    return ["-m", "ltml.eval.proxy.servers", *words]


@dataclass(frozen=True, slots=True)
class ServedProxy:
    """A running `ltml serve`."""

    child: ChildProcess
    url: str

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self.url.rpartition(":")[2])

    def status(self) -> dict[str, Any]:
        """Return its status."""
        return _request_json(f"{self.url}/ltml/status")

    def count_late(self) -> int:
        """Return the number of recalls it has counted as too late."""
        return int(self.status()["counts"].get("recall too late", 0))

    def unload_model(self) -> None:
        """Ask it to unload the model."""
        _request_json(f"{self.url}/api/chat", {"model": MODEL, "keep_alive": 0, "stream": False})


@contextmanager
def run_proxy(db: Path, namespace: str, upstream: str, **settings: float) -> Iterator[ServedProxy]:
    """Run `ltml serve` over a store before an upstream, with these settings and those of the environment."""
    config = db.with_suffix(".toml")
    config.write_text("[serve]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()), "utf-8")
    words = ["-m", "ltml", "serve", "--json", "--host", HERE, "--port", "0", "--db", str(db), "--namespace", namespace]
    words += ["--config", str(config), "--upstream", upstream]
    with run_child(db.parent, f"proxy over {db.stem}", words) as started:
        said: dict[str, Any] = {}
        while said.get("event") != "listening":
            said = started.read_message(START_TIMEOUT)
        yield ServedProxy(started, said["says"])


def _request_json(url: str, said: object = None) -> dict[str, Any]:
    """Return what one of our own servers answers, by no way round."""
    data = None if said is None else json.dumps(said).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data), timeout=START_TIMEOUT) as answer:  # noqa: S310 -- http, our own
        found: dict[str, Any] = json.load(answer)
        return found
