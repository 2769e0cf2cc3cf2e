"""The processes that the bench of the proxy measures: those of proxy_servers.py, and a real `ltml serve`."""

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

#: A process may take so many seconds to start.
START: Final = 60.0


class ChildProcess:
    """A process of ours that tells things as JSON lines."""

    def __init__(self, words: Sequence[str], log: Path) -> None:
        self._name, self._log = log.stem, log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 -- our own programs
                [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def heard(self, seconds: float) -> dict[str, Any]:
        """Return the next thing it tells. Raises `ProviderUnavailable` if it tells nothing, or what went wrong."""
        assert self._process.stdout is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        timer = Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        said: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in said:
            raise ProviderUnavailable(f"the {self._name} of this measurement failed: {said['error']}")
        return said

    def does(self, job: ClientJob) -> JobResult:
        """Let the client do a job."""
        assert self._process.stdin is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return JobResult(**self.heard(job.limit + START))

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

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it ended, or told nothing, without a word"


@contextmanager
def run_child(folder: Path, name: str, words: Sequence[str]) -> Iterator[ChildProcess]:
    """Run our own program with these words for Python; what it says on standard error goes into the folder."""
    started = ChildProcess(words, folder / f"{name}.log")
    try:
        yield started
    finally:
        started.close()


def server_command(*words: str) -> list[str]:
    """Return the words for Python that run one of proxy_servers.py."""
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
        """Return what it tells of itself."""
        return _asked(f"{self.url}/ltml/status")

    def late(self) -> int:
        """Return how many recalls it has counted as too late."""
        return int(self.status()["counts"].get("recall too late", 0))

    def unload(self) -> None:
        """Tell the model to go."""
        _asked(f"{self.url}/api/chat", {"model": MODEL, "keep_alive": 0, "stream": False})


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
            said = started.heard(START)
        yield ServedProxy(started, said["says"])


def _asked(url: str, said: object = None) -> dict[str, Any]:
    """Return what one of our own servers answers, by no way round."""
    data = None if said is None else json.dumps(said).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data), timeout=START) as answer:  # noqa: S310 -- http, our own
        found: dict[str, Any] = json.load(answer)
        return found
