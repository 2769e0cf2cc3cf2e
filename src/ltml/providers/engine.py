"""
The embedded engine: llama.cpp with a small model, for those who have no other server.

Theory of operation. llama.cpp runs in a process of its own (`engine_child`), so that it can neither crash nor slow
down the one that serves people. It listens on 127.0.0.1 with a key made for this one run: without one its server
answers anybody who finds the port. The process ends with its parent, however that ends, because it holds the other end
of a pipe; it is in a session of its own, so that Ctrl-C in a terminal reaches the parent alone, which then closes it.

When nobody has asked anything for `idle` seconds llama.cpp lets go of the model's memory, loads it again at the next
question, and says in `/props` (`is_sleeping`) which of both it is; asking `/props` or `/health` does not wake it.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ltml.errors import MissingExtra, ProviderUnavailable
from ltml.providers import gguf, packages
from ltml.providers.engine_child import Order
from ltml.providers.gguf import Say, check_gguf, choose, installed_model

__all__ = ["Engine", "choose", "install", "installed_model", "start_engine", "usual_threads"]

#: What the command installs: the version in requirements-dev.txt, with which LTML is tested, and the sums there.
XLLAMACPP: Final = packages.Pinned(
    name="xllamacpp",
    version="2026.10.11549",
    sha256=(
        "1b76730ab9af47ec8d05a3d55154305fa92642f694dd9ad87d9e5a5e9956a59d",
        "1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689",
        "4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781",
        "7a04d90562878fde09a106f9618810e67cfa07ed46b946705e0b95c9e5f33edb",
        "9993211c112a8f0ecc338b4a9a2ea40a5f12a1a10b980089eb0f684fa32f921b",
        "aef25324f172925988378cf5c14dc6ec4291b889a06aa0388332e75d69c8bd93",
        "b9d341c07245b246d235a7186b0df8b892a3665fd92e37e1de606eaeff1d5265",
        "c17ee1163006f70726abb9f72137830818f3d8cb60bfc34cb232d08428eaa22b",
        "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
        "cd580dd0a984e0d3ad2d1f7115a064fc2383b9d7a616521819e7a37e7de2c6d2",
        "e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e",
    ),
)
CURE: Final = "`ltml engine install`, or pip install 'ltml[engine]'"
#: Tokens of context; llama.cpp itself goes no higher than the model was trained for.
CONTEXT: Final = 8192
#: Seconds without a question until the model's memory is let go; Ollama's default too.
IDLE: Final = 300
#: Seconds a model may take to load, and a process to end when it is told to.
PATIENCE: Final = 120.0
ENDING: Final = 2.0
_FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine: OpenAI's API below `url`/v1 for those who send `Authorization: Bearer` and the key."""

    url: str
    key: str = field(repr=False)
    name: str  #: the model, as requests name it
    _process: subprocess.Popen[str] = field(repr=False)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until it has ended, and return the number it ended with."""
        return self._process.wait()

    def close(self) -> None:
        """End it, whatever it is doing; to close it twice is no error."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def install(folder: Path, say: Say) -> Path:
    """
    Make sure that the engine and a model are there, and return the model; what is there already is left alone.

    `folder` is the data folder; `say` hears how far it is. Raises `ConfigError`, `ProviderError`s (see `gguf.fetch`).
    """
    if not _has_xllamacpp():
        packages.install(XLLAMACPP, look=lambda: say("installing xllamacpp", 0, None))
        importlib.invalidate_caches()
    return gguf.fetch(folder, say)


def start_engine(  # noqa: PLR0913 -- each has its default
    model: Path,
    *,
    context: int | None = None,
    idle: int = IDLE,
    threads: int | None = None,
    slots: int = 1,
    port: int = 0,
    patience: float = PATIENCE,
    loud: bool = False,
) -> Engine:
    """
    Start llama.cpp with this GGUF and return when it answers.

    `context` is in tokens for each of `slots` talks at once, `idle` and `patience` in seconds (`idle` below 0: never
    let go of the model), port 0 takes a free one; `loud` lets llama.cpp tell on standard error what it does.
    Raises `MissingExtra` without xllamacpp, `ConfigError` for what is no GGUF, `ProviderUnavailable` if it fails.
    """
    order = Order(
        model=str(check_gguf(model).absolute()),
        name=model.stem,
        key=secrets.token_urlsafe(32),
        context=CONTEXT if context is None else context,
        idle=idle,
        threads=threads or usual_threads(_cores()),
        slots=slots,
        port=port,
        loud=loud,
        parent=os.getpid(),
    )
    if not _has_xllamacpp():
        raise MissingExtra(f"the embedded engine needs xllamacpp: {CURE}")
    return _start(order, patience)


def usual_threads(cores: int) -> int:
    """
    Return how many threads are worth it on so many physical cores.

    llama.cpp's threads wait for each other by spinning: with other work on the machine, one thread per core is slower
    than half of them, many times so on two cores.
    """
    return 1 if cores <= _FEW else cores // 2


def _has_xllamacpp() -> bool:
    return find_spec("xllamacpp") is not None


def _cores() -> int:
    import psutil

    return psutil.cpu_count(logical=False) or os.cpu_count() or 1


def _start(order: Order, patience: float) -> Engine:
    with ExitStack() as otherwise:
        process = _process(loud=order.loud)
        otherwise.callback(_end, process)
        told = _told(process, order, patience)
        if "error" in told:
            raise _refusal(order, told["error"])
        otherwise.pop_all()
    return Engine(url=told["url"], key=order.key, name=told["model"], _process=process)


def _process(*, loud: bool) -> subprocess.Popen[str]:
    # -P: a file in the folder we happen to stand in must not pose as a module.
    command = [sys.executable, "-P", "-m", "ltml.providers.engine_child"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    errors = None if loud else subprocess.DEVNULL
    return subprocess.Popen(command, text=True, encoding="utf-8", stderr=errors, **pipes, **_apart())  # noqa: S603 -- ours


def _apart() -> dict[str, Any]:
    """Return what keeps Ctrl-C in our terminal from the child."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _told(process: subprocess.Popen[str], order: Order, patience: float) -> Mapping[str, str]:
    """Return what the child answers; one that takes too long is killed, which ends its answer."""
    assert process.stdin is not None  # noqa: S101 -- narrows the type
    assert process.stdout is not None  # noqa: S101 -- narrows the type
    alarm = threading.Timer(patience, process.kill)
    alarm.start()
    try:
        with suppress(BrokenPipeError):  # it has ended already: the answer is missing
            process.stdin.write(json.dumps(asdict(order)) + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
    finally:
        alarm.cancel()
    if not line:
        raise _silence(process, order, patience)
    told: dict[str, str] = json.loads(line)
    return told


def _silence(process: subprocess.Popen[str], order: Order, patience: float) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"llama.cpp ended ({process.wait()}) before it had loaded {order.model}: the memory may be too small for it, "
        f"or {patience:g} seconds too short; LTML_DEBUG=1 shows what it says"
    )


def _refusal(order: Order, error: str) -> MissingExtra | ProviderUnavailable:
    if error.startswith("AttributeError"):
        return MissingExtra(f"xllamacpp is too old for LTML ({error}): pip install --upgrade 'ltml[engine]'")
    port = f"port {order.port}" if order.port else "a free port"
    return ProviderUnavailable(
        f"llama.cpp could not serve {order.model} on {port} ({error}): is the file whole, and the port free? "
        "LTML_DEBUG=1 shows what it says"
    )


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # the rest of an order that nobody reads any more
                pipe.close()
    process.terminate()
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
