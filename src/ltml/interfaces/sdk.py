"""
`ltml.wrap(client)`: memory for a Python client, without a proxy.

The official clients of Ollama and OpenAI each own an HTTP client (httpx or httpx2). Ours stand before its transports
(chat/httpx_transports.py) and do what the proxy does (chat/middleware.py). The client itself is left as it is, so that
every method of it, streams and tools among them, works as before.
"""

from __future__ import annotations

import atexit
import os
import sys
from functools import cache, partial
from types import ModuleType
from typing import Any, TypeVar

from ltml.capture.cache import MessageCache
from ltml.errors import ConfigError
from ltml.interfaces.chat.httpx_transports import AsyncMemoryTransport, SyncMemoryTransport, WrappedClient
from ltml.interfaces.chat.memory import ChatMemory
from ltml.layer import MemoryLayer
from ltml.plugins import find_plugin, list_plugins

C = TypeVar("C")

#: The clients LTML knows, by the package and the class.
KNOWN = (("ollama", "Client"), ("ollama", "AsyncClient"), ("openai", "OpenAI"), ("openai", "AsyncOpenAI"))
LIBRARIES = ("httpx", "httpx2")


def wrap(client: C, layer: MemoryLayer | None = None, *, session: str = "", share: float = 0.15) -> C:
    """See `ltml.wrap`, which loads this."""
    http, library = find_http_client(client)
    if layer is not None and not isinstance(layer, MemoryLayer):
        raise ConfigError(f"{type(layer).__name__} is no memory; open one with ltml.open(...)")
    if not 0 < share <= 1:
        raise ConfigError(f"share={share} is no part of a model's context; it is above 0 and at most 1")
    memory = layer or open_default_layer()
    wrapped = WrappedClient(
        partial(ChatMemory, memory, share=share, cache=MessageCache()),
        {dialect.path: dialect for dialect in (find_plugin("dialects", name) for name in list_plugins("dialects"))},
        session=session, cloud=memory.settings.serve.cloud, patience=memory.settings.serve.patience,
    )  # fmt: skip
    kind = AsyncMemoryTransport if isinstance(http, library.AsyncClient) else SyncMemoryTransport

    def put_before(transport: Any) -> Any:
        """Return memory before a transport; one that has memory already gets the new one instead."""
        inner = transport.inner if isinstance(transport, SyncMemoryTransport | AsyncMemoryTransport) else transport
        # A mount without a transport: what goes there goes through the client's main one.
        return None if inner is None else kind(inner, library, wrapped)

    http._transport = put_before(http._transport)  # noqa: SLF001 -- neither library has a public way
    http._mounts = {where: put_before(inner) for where, inner in http._mounts.items()}  # noqa: SLF001 -- the same
    return client


def find_http_client(client: object) -> tuple[Any, ModuleType]:
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


@cache
def open_default_layer() -> MemoryLayer:
    """Open the memory that the command line uses, once in a process."""
    from ltml.interfaces.cli.desk import make_context  # heavy, and not needed by whoever brings a layer

    layer = make_context(os.environ, db=None, namespace=None, as_json=None, config=None).open_or_create()
    atexit.register(layer.close)
    return layer
