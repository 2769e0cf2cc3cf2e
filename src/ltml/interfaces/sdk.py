"""
`ltml.wrap(client)`: memory for a Python client, without a proxy.

The official clients of Ollama and OpenAI each own an HTTP client (httpx or httpx2). Ours stand before its transports
(transports.py) and do what the proxy does (wrapped.py). The client itself is left as it is, so that every method of it,
streams and tools among them, works as before.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any, TypeVar

from ltml.capture.cache import MessageCache
from ltml.errors import ConfigError
from ltml.interfaces.companion import Companion
from ltml.interfaces.transports import Awaiting, Waiting
from ltml.interfaces.wrapped import Attendant
from ltml.layer import MemoryLayer
from ltml.plugins import find_plugin, list_plugins

C = TypeVar("C")

#: The clients LTML knows, by the package and the class.
KNOWN = (("ollama", "Client"), ("ollama", "AsyncClient"), ("openai", "OpenAI"), ("openai", "AsyncOpenAI"))
LIBRARIES = ("httpx", "httpx2")


def wrap(client: C, layer: MemoryLayer | None = None, *, session: str = "", share: float = 0.15) -> C:
    """See `ltml.wrap`, which loads this."""
    http, library = _http(client)
    if layer is not None and not isinstance(layer, MemoryLayer):
        raise ConfigError(f"{type(layer).__name__} is no memory; open one with ltml.open(...)")
    if not 0 < share <= 1:
        raise ConfigError(f"share={share} is no part of a model's context; it is above 0 and at most 1")
    memory = layer or _default()
    put = _putting(http, library, _attendant(memory, session, share), memory.settings.serve.patience)
    http._transport = put(http._transport)  # noqa: SLF001 -- neither library has a public way
    http._mounts = {where: put(inner) for where, inner in http._mounts.items()}  # noqa: SLF001 -- the same
    return client


def _http(client: object) -> tuple[Any, ModuleType]:
    """Return the HTTP client of a client, and the library it is of. Raises `ConfigError`."""
    kinds = {(cls.__module__.partition(".")[0], cls.__name__) for cls in type(client).__mro__}
    http = getattr(client, "_client", None)
    loaded = (sys.modules[name] for name in LIBRARIES if name in sys.modules)
    library = next((each for each in loaded if isinstance(http, each.Client | each.AsyncClient)), None)
    if kinds.isdisjoint(KNOWN) or library is None:
        known = ", ".join(f"{package}.{name}" for package, name in KNOWN)
        raise ConfigError(
            f"LTML cannot wrap a {type(client).__name__}; known: {known}. For others there is `ltml serve`"
        )
    return http, library


def _attendant(layer: MemoryLayer, session: str, share: float) -> Attendant:
    dialects = [find_plugin("dialects", name) for name in list_plugins("dialects")]
    return Attendant(
        partial(Companion, layer, share=share, cache=MessageCache()),
        {dialect.path: dialect for dialect in dialects},
        session=session,
        cloud=layer.settings.serve.cloud,
    )


def _putting(http: Any, library: ModuleType, attendant: Attendant, patience: float) -> Callable[[Any], Any]:
    """Return how to put memory before a transport; one that has memory already gets the new one instead."""

    def put(transport: Any) -> Any:
        inner = transport.inner if isinstance(transport, Waiting | Awaiting) else transport
        if inner is None:  # a mount without a transport: what goes there goes through the client's main one
            return None
        if isinstance(http, library.AsyncClient):
            return Awaiting(inner, library, attendant)
        return Waiting(inner, library, attendant, patience)

    return put


@cache
def _default() -> MemoryLayer:
    """Open the memory that the command line uses, once in a process."""
    from ltml.interfaces.cli.desk import desk  # heavy, and not needed by whoever brings a layer

    layer = desk(os.environ, db=None, namespace=None, as_json=None, config=None).begin()
    atexit.register(layer.close)
    return layer
