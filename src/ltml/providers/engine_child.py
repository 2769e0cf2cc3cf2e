"""
The process in which llama.cpp runs: `python -m ltml.providers.engine_child`, started by `ltml.providers.engine`.

Theory of operation. The first line on standard input is an `EngineConfig` as JSON, with the key in it: an argument
would show in every list of processes. The only line on standard output is the result: `{"url": ..., "model": ...}` once
the server listens with its model loaded, or `{"error": ...}`. From then on a thread watches for the end of the parent:
standard input ends, or the parent process id changes (a process started by the parent may hold the other end of the
pipe open). The parent's id stands in the configuration, because the parent may have ended before this process looks.

Signals keep their default handlers: SIGTERM ends the process at once, even while a model is loading, and nothing here
needs cleaning up.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

#: Seconds between two checks of the parent process id.
POLL_INTERVAL = 1.0
#: MiB of prompts that llama.cpp caches beside the current one; its default is up to 8192.
PROMPT_CACHE_MIB = 512
#: llama.cpp's verbosity: nothing, or what it does. Above that it would log what people say.
_QUIET, _VERBOSE = -1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """
    What to serve, and how. Context is in tokens for one slot, idle in seconds; port 0 takes a free one.

    `parent` is the id of the process whose end ends this one.
    """

    model: str
    name: str
    key: str = field(repr=False)
    context: int
    idle: int
    threads: int
    slots: int
    port: int
    loud: bool
    parent: int


def main() -> None:
    """Serve until the parent has ended."""
    # Standard output is for the result alone; whatever llama.cpp prints there goes to standard error.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    config = EngineConfig(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_exit_with_parent, args=(config.parent,), daemon=True).start()
    try:
        server = start_server(config)
        result = {"url": server.listening_address, "model": config.name}
    except (ImportError, AttributeError, RuntimeError, ValueError, TypeError) as exc:
        server, result = None, {"error": f"{type(exc).__name__}: {exc}"}
    with output:
        output.write(json.dumps(result) + "\n")
    if server is not None:
        threading.Event().wait()


def start_server(config: EngineConfig) -> Any:
    """
    Return llama.cpp's server, listening on 127.0.0.1 with its model loaded; it serves from threads of its own.

    It accepts only requests with the key, and no web page's: by default llama.cpp would allow every origin.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = config.model, {config.name}
    params.n_parallel, params.n_ctx = config.slots, config.context * config.slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config.threads
    params.sleep_idle_seconds, params.cache_ram_mib = config.idle, PROMPT_CACHE_MIB
    params.verbosity = _VERBOSE if config.loud else _QUIET
    params.warmup, params.offline = False, True
    params.hostnames, params.port, params.reuse_port = ["127.0.0.1"], config.port, False
    params.api_keys = [config.key]
    params.cors_origins, params.cors_credentials = "", False
    params.ui = params.endpoint_slots = params.endpoint_metrics = params.endpoint_props = False
    return xllamacpp.Server(params)


def _exit_with_parent(parent: int) -> None:
    """Exit when standard input has ended or `parent` is not the parent; on Windows only the former."""
    ended = threading.Event()

    def read_to_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=read_to_end, daemon=True).start()
    while not ended.wait(POLL_INTERVAL) and (sys.platform == "win32" or os.getppid() == parent):
        pass
    os._exit(0)  # a model being loaded or a reply being generated must not delay the exit: nobody is left to use it


if __name__ == "__main__":
    main()
