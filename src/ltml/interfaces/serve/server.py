"""
`ltml serve`, from finding a model's server to letting go of everything.

What is opened is closed in the other order, whatever happens in between: one exit stack holds the lock, the store, the
client, the engine, the listening socket. A signal ends the server as Ctrl-C does: answers under way get half a second
to end, then they are broken off and kept as interrupted; whatever hangs is ended with the process (stopping.py).
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
from ltml.interfaces.serve.app import Application
from ltml.interfaces.serve.bedside import Bedside
from ltml.interfaces.serve.claims import is_of_front_end
from ltml.interfaces.serve.connections import new_client
from ltml.interfaces.serve.door import Door
from ltml.interfaces.serve.identity import Identities, read_policy
from ltml.interfaces.serve.keys import key_file
from ltml.interfaces.serve.memory import Memory
from ltml.interfaces.serve.note import noted
from ltml.interfaces.serve.ports import is_loopback, listening
from ltml.interfaces.serve.proxy import Proxy
from ltml.interfaces.serve.stopping import UNFINISHED, Deadline, handling, stopping
from ltml.interfaces.serve.wire import Upstream
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

#: Answers under way may take so many seconds to end when the server is told to stop.
ENDING = 0.5
#: Idle connections to the upstream are dropped after so many seconds, before any server we know drops them.
IDLE = 2.0
#: New objects before a search for garbage, and searches before one among older and oldest objects.
GARBAGE = (50_000, 20, 100)
KINDS = {"ollama": "Ollama", "llama.cpp": "llama.cpp", "lmstudio": "LM Studio", "openai": "a server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve. `tell` hears what a person wants to know, as (name, value) pairs; `watch` how far a fetch is."""

    db: str
    namespace: str
    settings: Settings
    folder: Path
    ollama_host: str
    tell: Callable[[str, str], None]
    watch: Callable[[str, float, float | None], None]
    debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The upstream that was found, and the engine if it is our own."""

    found: DetectedServer
    engine: Engine | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        kind = "the embedded engine" if self.engine else KINDS.get(self.found.kind, "the upstream")
        return f"{kind} at {self.found.address.url}"


async def serve(plan: Plan) -> None:
    """Serve until a signal comes. Raises `ConfigError`, `StoreError`s and `ProviderError`s before it listens."""
    read_policy(plan.settings.serve, plan.namespace)  # before anything is opened
    deadline = Deadline()
    async with AsyncExitStack() as stack:
        stack.enter_context(stopping(deadline))
        note = stack.enter_context(noted(plan.db))
        door = stack.enter_context(listening(plan.settings.serve))
        host, port = door.getsockname()[:2]
        layer = stack.enter_context(_opened(plan))
        client = await stack.enter_async_context(new_client(_limits()))
        way = await _way(plan, Address(host=host, port=port), client, stack)
        application = _application(plan, layer, client, way)
        for sentence in application.proxy.memory.identities.review(plan.settings.serve.host):
            plan.tell("note", sentence)
        note(f"http://{host}:{port}")
        plan.tell("model", way.name + ("" if way.found.alive else " (it does not answer yet)"))
        server = _Server(configuration(application), lambda: plan.tell("listening", f"http://{host}:{port}"), deadline)
        await server.serve(sockets=[door])


def _opened(plan: Plan) -> MemoryLayer:
    """Open the memory. A damaged file turns memory off and not the chat; another program's is a mistake."""
    try:
        layer = ltml.open(plan.db, namespace=plan.namespace)
    except ForeignFile:
        raise
    except StoreDamaged as exc:
        plan.tell("memory is off", f"{exc}; then start `ltml serve` again. The chat goes on without it")
        layer = MemoryLayer(cast("Store", UnavailableStore(exc)), plan.namespace)
    layer.settings = plan.settings
    return layer


def _limits() -> httpx2.Limits:
    return httpx2.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=IDLE)


# ---------------------------------------------------------------- the upstream


async def _way(plan: Plan, own: Address, client: httpx2.AsyncClient, stack: AsyncExitStack) -> Way:
    """Return the way to a model: the one that was named, one that is found, else the engine's."""
    named = plan.settings.serve.upstream or plan.ollama_host
    found = None if plan.settings.serve.model else await find_upstream(named or None, own, ProbeClient(client).get)
    if found is not None:
        return Way(found=found)
    engine = await asyncio.to_thread(_engine, plan)
    stack.callback(engine.close)
    return Way(found=DetectedServer(address=parse_host(engine.url), kind="llama.cpp"), engine=engine)


def _engine(plan: Plan) -> Engine:
    """Start the engine; fetch its model first if there is none."""
    named = plan.settings.serve.model
    model = expand_path(named) if named else find_installed_model(plan.folder)
    if model is None:
        plan.tell("note", "no Ollama, llama.cpp or LM Studio runs here; fetching a small model of 93 MB, once")
    return start_engine(model or install_engine(plan.folder, plan.watch), loud=plan.debug)


def _application(plan: Plan, layer: MemoryLayer, client: httpx2.AsyncClient, way: Way) -> Application:
    serve = plan.settings.serve
    key = way.engine.key if way.engine else ""
    facts = ModelCatalog(way.found, client, headers={"Authorization": f"Bearer {key}"} if key else None)
    memory = Memory(layer, plan.settings, facts, identities(plan, layer))
    bedside = Bedside(plan.db, memory)
    upstream = Upstream(
        client=client, url=httpx2.URL(way.found.address.url), key=key, private=bool(serve.token), name=way.name
    )
    dialects = {dialect.path: dialect for dialect in (plugin("dialects", name) for name in list_plugins("dialects"))}
    proxy = Proxy(upstream, memory, dialects, bedside)
    door = Door(
        loopback=is_loopback(serve.host), name=socket.gethostname(), token=serve.token,
        opens=memory.identities.opens, origins=serve.origins,
    )  # fmt: skip
    return Application(
        proxy=proxy, door=door, status=lambda: status(plan, way, bedside), lifespan=lambda _: _alive(proxy, bedside),
        ending=lambda: proxy.later(bedside.stop()),
    )  # fmt: skip


def identities(plan: Plan, layer: MemoryLayer) -> Identities:
    """Return who may be who, and whether there is memory from before front ends' users were told apart."""
    known = layer.store.namespaces()
    older = plan.namespace in known and not any(map(is_of_front_end, known))
    return Identities(read_policy(plan.settings.serve, plan.namespace), key_file(plan.db), older)


@asynccontextmanager
async def _alive(proxy: Proxy, bedside: Bedside) -> AsyncIterator[None]:
    """Everything that runs beside the requests."""
    await proxy.memory.warm()
    proxy.later(proxy.memory.meet())
    watching = asyncio.create_task(bedside.attend())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await bedside.stop()
        await proxy.settle()
        await asyncio.to_thread(proxy.memory.close)
        await proxy.memory.facts.close()


def status(plan: Plan, way: Way, bedside: Bedside) -> Mapping[str, Any]:
    """Return how the server is, as JSON for `ltml status`."""
    store = bedside.memory.layer.store
    return {
        "version": ltml.__version__,
        "pid": os.getpid(),
        "db": plan.db,
        "upstream": way.name,
        **bedside.status(),
        "memory_off": str(store.error) if isinstance(store, UnavailableStore) else None,
        "counts": {**bedside.memory.counts, **bedside.memory.identities.counts},
        "notices": bedside.memory.identities.standing(),
    }


# ---------------------------------------------------------------- running


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready, and without its own way with signals: it would raise them at the end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], deadline: Deadline) -> None:
        super().__init__(config)
        self._ready, self._deadline = ready, deadline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            _look_for_garbage_less()
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

        with handling(stop):
            yield


def _look_for_garbage_less() -> None:
    """
    Take what was loaded out of Python's search for garbage, and search seldom: a search stops every answer.

    Lexicons and settings stay until the end; going through them took 70 ms and more each time (docs/measuring.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def configuration(application: Application) -> uvicorn.Config:
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
