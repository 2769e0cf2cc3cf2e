"""
`ltml serve`, from finding a model's server to letting go of everything.

What is opened is closed in the other order, whatever happens in between: one exit stack holds the lock, the store, the
client, the engine, the listening socket. A signal ends the server as Ctrl-C does: answers under chosen get half a
second to end, then they are broken off and kept as interrupted; whatever hangs is ended with the process (shutdown.py).
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, cast

import httpx2
import uvicorn

import ltml
from ltml.errors import ForeignFile, StoreDamaged
from ltml.interfaces.serve.access import AccessPolicy
from ltml.interfaces.serve.app import Application
from ltml.interfaces.serve.connections import new_client
from ltml.interfaces.serve.front_ends import is_of_front_end
from ltml.interfaces.serve.identity import IdentityResolver, read_policy
from ltml.interfaces.serve.keys import key_file
from ltml.interfaces.serve.memory_service import MemoryService
from ltml.interfaces.serve.ports import is_loopback, open_listening_socket
from ltml.interfaces.serve.proxy import Proxy
from ltml.interfaces.serve.relay import Upstream
from ltml.interfaces.serve.server_lock import hold_server_lock
from ltml.interfaces.serve.shutdown import UNFINISHED, ShutdownDeadline, enforce_deadline, handle_signals
from ltml.interfaces.serve.sleep_scheduler import SleepScheduler
from ltml.layer import MemoryLayer
from ltml.plugins import find_plugin as plugin
from ltml.plugins import list_plugins
from ltml.protocols import Store
from ltml.providers.client import ProbeClient
from ltml.providers.engine import Engine, find_installed_model, install_engine, start_engine
from ltml.providers.model_catalog import ModelCatalog
from ltml.providers.upstream import Address, DetectedServer, find_upstream, parse_host
from ltml.settings import Settings, expand_path
from ltml.store.unavailable import UnavailableStore

#: Answers under chosen may take so many seconds to end when the server is told to stop.
ENDING = 0.5
#: Idle connections to the upstream are dropped after so many seconds, before any server we know drops them.
IDLE = 2.0
#: New objects before a search for garbage, and searches before one among older and oldest objects.
GARBAGE = (50_000, 20, 100)
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=IDLE)
KINDS = {"ollama": "Ollama", "llama.cpp": "llama.cpp", "lmstudio": "LM Studio", "openai": "a server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What to serve. `tell` hears what a person wants to know, as (name, value) pairs; `watch` how far a fetch is."""

    db: str
    namespace: str
    settings: Settings
    folder: Path
    ollama_host: str
    notify: Callable[[str, str], None]
    progress: Callable[[str, float, float | None], None]
    debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenUpstream:
    """The upstream that was found, and the engine if it is our own."""

    found: DetectedServer
    engine: Engine | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        kind = "the embedded engine" if self.engine else KINDS.get(self.found.kind, "the upstream")
        return f"{kind} at {self.found.address.url}"


async def serve(options: ServeOptions) -> None:
    """Serve until a signal comes. Raises `ConfigError`, `StoreError`s and `ProviderError`s before it listens."""
    read_policy(options.settings.serve, options.namespace)  # before anything is opened
    deadline = ShutdownDeadline()
    async with AsyncExitStack() as stack:
        stack.enter_context(enforce_deadline(deadline))
        write_url = stack.enter_context(hold_server_lock(options.db))
        listener = stack.enter_context(open_listening_socket(options.settings.serve))
        host, port = listener.getsockname()[:2]
        layer = stack.enter_context(open_memory(options))
        client = await stack.enter_async_context(new_client(LIMITS))
        chosen = await choose_upstream(options, Address(host=host, port=port), client, stack)
        application = make_application(options, layer, client, chosen)
        for sentence in application.proxy.memory.identities.check_settings(options.settings.serve.host):
            options.notify("note", sentence)
        write_url(f"http://{host}:{port}")
        options.notify("model", chosen.name + ("" if chosen.found.alive else " (it does not answer yet)"))
        server = _SignalingServer(
            uvicorn_config(application), lambda: options.notify("listening", f"http://{host}:{port}"), deadline
        )
        await server.serve(sockets=[listener])


def open_memory(options: ServeOptions) -> MemoryLayer:
    """Open the memory. A damaged file turns memory off and not the chat; another program's is a mistake."""
    try:
        layer = ltml.open(options.db, namespace=options.namespace)
    except ForeignFile:
        raise
    except StoreDamaged as exc:
        options.notify("memory is off", f"{exc}; then start `ltml serve` again. The chat goes on without it")
        layer = MemoryLayer(cast("Store", UnavailableStore(exc)), options.namespace)
    layer.settings = options.settings
    return layer


# ---------------------------------------------------------------- the upstream


async def choose_upstream(
    options: ServeOptions, own: Address, client: httpx2.AsyncClient, stack: AsyncExitStack
) -> ChosenUpstream:
    """Return the way to a model: the one that was named, one that is found, else the engine's."""
    named = options.settings.serve.upstream or options.ollama_host
    found = None if options.settings.serve.model else await find_upstream(named or None, own, ProbeClient(client).get)
    if found is not None:
        return ChosenUpstream(found=found)
    model = options.settings.serve.model
    file = expand_path(model) if model else find_installed_model(options.folder)
    if file is None:
        options.notify("note", "no Ollama, llama.cpp or LM Studio runs here; fetching a small model of 93 MB, once")
    engine = await asyncio.to_thread(
        lambda: start_engine(file or install_engine(options.folder, options.progress), loud=options.debug)
    )
    stack.callback(engine.close)
    return ChosenUpstream(found=DetectedServer(address=parse_host(engine.url), kind="llama.cpp"), engine=engine)


def make_application(
    options: ServeOptions, layer: MemoryLayer, client: httpx2.AsyncClient, chosen: ChosenUpstream
) -> Application:
    """Return LTML's port as an application: upstream, memory, access and proxy put together."""
    serve = options.settings.serve
    key = chosen.engine.key if chosen.engine else ""
    facts = ModelCatalog(chosen.found, client, headers={"Authorization": f"Bearer {key}"} if key else None)
    memory = MemoryService(layer, options.settings, facts, make_identity_resolver(options, layer))
    scheduler = SleepScheduler(options.db, memory)
    upstream = Upstream(
        client=client, url=httpx2.URL(chosen.found.address.url), key=key, private=bool(serve.token), name=chosen.name
    )
    dialects = {dialect.path: dialect for dialect in (plugin("dialects", name) for name in list_plugins("dialects"))}
    proxy = Proxy(upstream, memory, dialects, scheduler)
    access = AccessPolicy(
        loopback=is_loopback(serve.host), name=socket.gethostname(), token=serve.token,
        is_user_key=memory.identities.is_user_key,
        origins=serve.origins,
    )  # fmt: skip
    return Application(
        proxy=proxy, access=access, status=lambda: server_status(options, chosen, scheduler),
        lifespan=lambda _: run_background(proxy, scheduler), ending=lambda: proxy.run_later(scheduler.stop()),
    )  # fmt: skip


def make_identity_resolver(options: ServeOptions, layer: MemoryLayer) -> IdentityResolver:
    """Return who may be who, and whether there is memory from before front ends' users were told apart."""
    known = layer.store.namespaces()
    older = options.namespace in known and not any(map(is_of_front_end, known))
    return IdentityResolver(read_policy(options.settings.serve, options.namespace), key_file(options.db), older)


@asynccontextmanager
async def run_background(proxy: Proxy, scheduler: SleepScheduler) -> AsyncIterator[None]:
    """Everything that runs beside the requests."""
    await proxy.memory.warm_up()
    proxy.run_later(proxy.memory.warm_up_rest())
    watching = asyncio.create_task(scheduler.run())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await scheduler.stop()
        await proxy.settle()
        await asyncio.to_thread(proxy.memory.close)
        await proxy.memory.facts.close()


def server_status(options: ServeOptions, chosen: ChosenUpstream, scheduler: SleepScheduler) -> Mapping[str, Any]:
    """Return how the server is, as JSON for `ltml status`."""
    store = scheduler.memory.layer.store
    return {
        "version": ltml.__version__,
        "pid": os.getpid(),
        "db": options.db,
        "upstream": chosen.name,
        **scheduler.status(),
        "memory_off": str(store.error) if isinstance(store, UnavailableStore) else None,
        "counts": {**scheduler.memory.counts, **scheduler.memory.identities.counts},
        "notices": scheduler.memory.identities.current_notices(),
    }


# ---------------------------------------------------------------- running


class _SignalingServer(uvicorn.Server):
    """Uvicorn that says when it is ready, and without its own way with signals: it would raise them at the end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], deadline: ShutdownDeadline) -> None:
        super().__init__(config)
        self._ready, self._deadline = ready, deadline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            _reduce_garbage_collection()
            self._deadline.code = UNFINISHED
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the night stop while answers may still end; then what was said is kept."""
        assert isinstance(self.config.app, Application)  # noqa: S101 -- narrows the type
        self.config.app.ending()
        await super().shutdown(sockets)
        self._deadline.code = 0

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal; another one changes nothing, for this is soon over."""

        def stop(_: int, __: FrameType | None) -> None:
            self._deadline.start()
            self.should_exit = True

        with handle_signals(stop):
            yield


def _reduce_garbage_collection() -> None:
    """
    Take what was loaded out of Python's search for garbage, and search seldom: a search stops every answer.

    Lexicons and settings stay until the end; going through them took 70 ms and more each time (docs/measuring.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def uvicorn_config(application: Application) -> uvicorn.Config:
    """
    Return how uvicorn serves the application.

    h11 is named because uvicorn would take another parser where one is installed, and what is refused would differ.
    """
    return uvicorn.Config(
        application, log_config=None, access_log=False, server_header=False, date_header=False, http="h11", ws="none",
        timeout_graceful_shutdown=ENDING,  # type: ignore[arg-type]  # a fraction is as good for what it is handed to
        lifespan="on", h11_max_incomplete_event_size=1 << 16,
        proxy_headers=False,  # who is trusted goes by the socket; identity.py looks at X-Forwarded-For itself
    )  # fmt: skip
