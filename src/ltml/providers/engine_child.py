"""
The process in which llama.cpp runs: `python -m ltml.providers.engine_child`, started by `ltml.providers.engine`.

Theory of operation. The first line on standard input is an `Order` as JSON, with the key in it: an argument would show
in every list of processes. The first and only line on standard output answers: `{"url": ..., "model": ...}` once the
server listens with its model loaded, or `{"error": ...}`. From the order on a thread waits for the parent to be gone:
standard input ends, or somebody else is the parent now (a process that the parent started may hold the other end of the
pipe open). Who the parent is stands in the order: it may be gone before anybody here could look.

Signals are left as they are: SIGTERM ends the process at once, even while a model is loading, and nothing here needs
tidying up.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

#: Seconds between two looks at who the parent is.
LOOKING = 1.0
#: MiB of prompts that llama.cpp keeps beside the one it works on; left alone it would take up to 8192.
CACHE = 512
#: How much llama.cpp says: nothing, or what it does. Not more: what people say is none of a log's business.
_SILENT, _TELLING = -1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What to serve, and how. Context is in tokens for one slot, idle in seconds; port 0 takes a free one.

    `parent` is the number of the process for which this one runs.
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
    """Serve until the parent is gone."""
    answer = _take_standard_output()
    order = Order(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with, args=(order.parent,), daemon=True).start()
    try:
        server = serve(order)
    except (ImportError, AttributeError, RuntimeError, ValueError, TypeError) as exc:
        _tell(answer, {"error": f"{type(exc).__name__}: {exc}"})
        return
    _tell(answer, {"url": server.listening_address, "model": order.name})
    threading.Event().wait()


def serve(order: Order) -> Any:
    """Return llama.cpp's server as it listens on 127.0.0.1, model loaded; it serves from threads of its own."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = order.model, {order.name}
    params.n_parallel, params.n_ctx = order.slots, order.context * order.slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    params.sleep_idle_seconds, params.cache_ram_mib = order.idle, CACHE
    params.verbosity = _TELLING if order.loud else _SILENT
    params.warmup, params.offline = False, True
    _close_the_doors(params, order)
    return xllamacpp.Server(params)


def _close_the_doors(params: Any, order: Order) -> None:
    """Listen to nobody but those on this machine who have the key; a page in a browser has not, and is told nothing."""
    params.hostnames, params.port, params.reuse_port = ["127.0.0.1"], order.port, False
    params.api_keys = [order.key]
    params.cors_origins, params.cors_credentials = "", False  # as it is, llama.cpp would let in every origin
    params.ui = params.endpoint_slots = params.endpoint_metrics = params.endpoint_props = False


def _end_with(parent: int) -> None:
    wait_until_gone(parent)
    os._exit(0)  # a model being loaded or an answer being written must not hold us up: nobody is left to use it


def wait_until_gone(parent: int) -> None:
    """Return when standard input has ended or `parent` is not the parent; on Windows only the former."""
    gone = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        gone.set()

    threading.Thread(target=listen, daemon=True).start()
    while not gone.wait(LOOKING) and (sys.platform == "win32" or os.getppid() == parent):
        pass


def _take_standard_output() -> IO[str]:
    """Return standard output for ourselves alone; whatever llama.cpp prints there goes to standard error."""
    ours = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(ours, "w", encoding="utf-8")


def _tell(answer: IO[str], value: Mapping[str, str]) -> None:
    with answer:
        answer.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
