"""
What an upstream tells of its models: system prompt, context length, which are running, where they run.

Theory of operation. Only requests without effect are sent: `/api/tags`, `/api/ps` and `/api/show` of Ollama (the last
is a POST and still only reads; none touches keep_alive or a runner), `/props` of llama.cpp, which does not wake a
sleeping model, `/api/v0/models` of LM Studio, `/v1/models` of any other. What `/api/show` says of a model is cached
under the digest that `/api/tags` gives; the digest in `/api/ps` belongs to what was loaded, which may be older.

Each kind of server is one class with the same four methods. A server that did not answer when LTML started is detected
when it is needed. After a failure nothing is sent for a few seconds: meanwhile every result is "not known", and nobody
waits for the same timeout twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import httpx2

from ltml.errors import ConfigError, ProviderUnavailable
from ltml.providers.client import FAILURE_TTL, ProbeClient, ProbeResponse, ResponseCache
from ltml.providers.model_names import is_cloud_model, normalize_model_name
from ltml.providers.upstream import DetectedServer, ServerKind, detect_server

#: Tokens of context where nobody can tell: Ollama's own default on a machine without a large GPU.
DEFAULT_CONTEXT = 4096
#: Seconds for which a list of models is used as it is, and for which it may be returned while it is renewed.
FRESH, STALE = 1.0, 20.0

_NUM_CTX = re.compile(r"^num_ctx[ \t]+([0-9]{1,9})[ \t]*$", re.MULTILINE)
_CONTEXT_LENGTH = re.compile(r"[^.]+\.context_length")  # not that of a vision part, which has one more dot

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningModel:
    """A model in memory: its name, when it expires if unused (with zone, if known), its context length in tokens."""

    model: str
    expires_at: datetime | None = None
    context: int | None = None


class ModelCatalog:
    """
    What is known of the upstream's models.

    The client is shared and stays the caller's to close; `clock` counts seconds and is monotonic; `headers` (a key) are
    sent with every request. No method raises: what cannot be found out has a value that says so.
    """

    def __init__(
        self,
        server: DetectedServer,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Ask the server that was detected."""
        self._detected = server
        self._api = UpstreamAPI(server.address.url, ProbeClient(client, headers), clock)

    @property
    def server(self) -> DetectedServer:
        """The upstream, as far as it is known by now."""
        return self._detected

    async def get_system_prompt(self, model: str) -> str | None:
        """Return the model's own system prompt, empty if it has none, `None` if that could not be found out."""
        adapter = await self._adapter()
        return await adapter.get_system_prompt(model) if adapter else None

    async def get_context_length(self, model: str, requested: int | None = None) -> int:
        """Return the model's effective context in tokens, for a request that sets `requested` tokens or none."""
        adapter = await self._adapter()
        wanted = requested if requested and requested > 0 else None
        length = await adapter.get_context_length(model, wanted) if adapter else wanted
        return length or DEFAULT_CONTEXT

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return the models in memory, or `None` if the upstream does not answer or has no way to tell."""
        adapter = await self._adapter()
        return await adapter.list_running() if adapter else None

    async def is_remote(self, model: str) -> bool | None:
        """Tell whether requests to this model leave the private network; `None` where that could not be found out."""
        if not self._detected.address.is_private or is_cloud_model(model):
            return True
        adapter = await self._adapter()
        return await adapter.is_remote(model) if adapter else None

    async def close(self) -> None:
        """Cancel the requests under way."""
        await self._api.close()

    async def _adapter(self) -> ServerAdapter | None:
        if not self._detected.alive:
            self._detected = await self._api.detect(self._detected) or self._detected
        return _ADAPTERS[self._detected.kind](self._api) if self._detected.alive else None


class UpstreamAPI:
    """Cached requests to one upstream: each sent once for all callers, none while it is down."""

    def __init__(self, url: str, client: ProbeClient, clock: Callable[[], float]) -> None:
        """Send requests below this URL."""
        self._url = url
        self._client = client
        self._clock = clock
        self._cache = ResponseCache(clock)
        self._down_until = -FAILURE_TTL

    async def get(self, path: str, *, stale: float = STALE) -> JsonObject | None:
        """Return the JSON object at a path, or `None`."""

        async def fetch() -> JsonObject | None:
            return await self._fetch(lambda: self._client.get(f"{self._url}{path}"))

        return _as_object(await self._cache.get(path, fetch, fresh=FRESH, stale=stale))

    async def show(self, model: str, digest: str) -> JsonObject | None:
        """Return Ollama's `/api/show` of a model: cached as long as its digest is the same, briefly without one."""

        async def fetch() -> JsonObject | None:
            return await self._fetch(lambda: self._client.post(f"{self._url}/api/show", {"model": model}))

        key = f"show {digest} {normalize_model_name(model)}"
        ages = {} if digest else {"fresh": FRESH, "stale": STALE}
        return _as_object(await self._cache.get(key, fetch, **ages))

    async def detect(self, server: DetectedServer) -> DetectedServer | None:
        """Return the server if it answers by now."""

        async def fetch() -> DetectedServer | None:
            with suppress(ConfigError):
                detected = await detect_server(server.address, self._client.get)
                return detected if detected.alive else None
            return None

        detected = await self._cache.get("detect", fetch)
        return detected if isinstance(detected, DetectedServer) else None

    async def close(self) -> None:
        """Cancel the requests under way."""
        await self._cache.close()

    async def _fetch(self, send: Callable[[], Awaitable[ProbeResponse]]) -> JsonObject | None:
        if self._clock() < self._down_until:
            return None
        try:
            return (await send()).document
        except ProviderUnavailable:
            self._down_until = self._clock() + FAILURE_TTL
            return None


# ---------------------------------------------------------------- kinds of servers


class ServerAdapter(Protocol):
    """What a kind of server can be asked; the methods are those of `ModelCatalog`."""

    async def get_system_prompt(self, model: str) -> str | None:
        """Return the model's own system prompt."""
        ...

    async def get_context_length(self, model: str, requested: int | None) -> int | None:
        """Return the effective context in tokens."""
        ...

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return the models in memory."""
        ...

    async def is_remote(self, model: str) -> bool | None:
        """Tell whether requests to this model leave the private network."""
        ...


@dataclass(frozen=True, slots=True)
class UnknownServer:
    """A server that could not be recognised. It may be of any kind, so its models may have system prompts as well."""

    api: UpstreamAPI

    async def get_system_prompt(self, model: str) -> str | None:
        """Return `None`: that cannot be known."""
        del model
        return None

    async def get_context_length(self, model: str, requested: int | None) -> int | None:
        """Return the smaller of what the server was started with and what the request sets."""
        return _smallest(await self.get_server_context(model), requested)

    async def get_server_context(self, model: str) -> int | None:
        """Return the context in tokens this server was started with, if it tells."""
        del model
        return None

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return `None`: the server has no way to tell."""
        return None

    async def is_remote(self, model: str) -> bool | None:
        """Return false: it runs the model itself."""
        del model
        return False


@dataclass(frozen=True, slots=True)
class OpenAIServer(UnknownServer):
    """Any server of OpenAI's API: no system prompts of its own; vLLM gives the context length (`max_model_len`)."""

    async def get_system_prompt(self, model: str) -> str | None:
        """Return the empty prompt."""
        del model
        return ""

    async def get_server_context(self, model: str) -> int | None:
        """Return vLLM's `max_model_len`."""
        cards = _items(await self.api.get("/v1/models"), "data")
        return next((_token_count(card.get("max_model_len")) for card in cards if card.get("id") == model), None)


@dataclass(frozen=True, slots=True)
class LlamaCppServer(OpenAIServer):
    """llama.cpp's server: one model, one context length (of a slot), `is_sleeping` while the model is unloaded."""

    async def get_server_context(self, model: str) -> int | None:
        """Return the context of a slot."""
        del model
        return _slot_context(await self.api.get("/props"))

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return the one model, unless it sleeps."""
        props = await self.api.get("/props", stale=0)
        if props is None or not isinstance(props.get("is_sleeping"), bool):
            return None
        if props["is_sleeping"]:
            return ()
        name = props.get("model_alias") or re.split(r"[/\\]", str(props.get("model_path") or ""))[-1]
        return (RunningModel(model=str(name), context=_slot_context(props)),)


@dataclass(frozen=True, slots=True)
class LMStudioServer(OpenAIServer):
    """LM Studio's own list of models, with the state of each (its REST API v0)."""

    async def get_server_context(self, model: str) -> int | None:
        """Return the context of the loaded model of this name, else of the first one that is loaded."""
        running = await self._loaded_models(STALE) or ()
        named = [each for each in running if each.model == model]
        return next((each.context for each in named or running), None)

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return the loaded models."""
        return await self._loaded_models(0)

    async def _loaded_models(self, stale: float) -> tuple[RunningModel, ...] | None:
        listing = await self.api.get("/api/v0/models", stale=stale)
        if listing is None or not isinstance(listing.get("data"), list):
            return None
        return tuple(
            RunningModel(model=str(item.get("id", "")), context=_token_count(item.get("loaded_context_length")))
            for item in _items(listing, "data")
            if item.get("state") == "loaded"
        )


@dataclass(frozen=True, slots=True)
class OllamaServer(UnknownServer):
    """Ollama: /api/tags for digests, /api/show for a model's description, /api/ps for what is loaded."""

    async def get_system_prompt(self, model: str) -> str | None:
        """Return the SYSTEM of the Modelfile."""
        shown = await self._show(model)
        system = shown.get("system", "") if shown is not None else None
        return system if isinstance(system, str) else None

    async def get_context_length(self, model: str, requested: int | None) -> int | None:
        """
        Return the smaller of what is loaded and what the Modelfile says, where the request does not say.

        A request without num_ctx makes Ollama load the model anew if another client had it loaded with more, so that
        the larger of both would be a context that this request does not get.
        """
        shown = await self._show(model) or {}
        loaded = next(
            (
                _token_count(item.get("context_length"))
                for item in _items(await self.api.get("/api/ps"), "models")
                if normalize_model_name(_model_name(item)) == normalize_model_name(model)
            ),
            None,
        )
        length = requested or _smallest(loaded, read_num_ctx(shown)) or DEFAULT_CONTEXT
        return _smallest(length, read_trained_context(shown))

    async def list_running(self) -> tuple[RunningModel, ...] | None:
        """Return what `/api/ps` lists."""
        running = await self.api.get("/api/ps", stale=0)
        if running is None or not isinstance(running.get("models") or [], list):
            return None
        return tuple(
            RunningModel(
                model=_model_name(item),
                expires_at=parse_expiry(item.get("expires_at")),
                context=_token_count(item.get("context_length")),
            )
            for item in _items(running, "models")
            if _model_name(item)
        )

    async def is_remote(self, model: str) -> bool | None:
        """Tell whether Ollama passes this model's requests on to a `remote_host`."""
        listed = await self._find_listed(model)
        if listed and listed.get("remote_host"):
            return True
        shown = await self._show(model)
        return None if shown is None else bool(shown.get("remote_host"))

    async def _show(self, model: str) -> JsonObject | None:
        listed = await self._find_listed(model)
        if not model or listed is None:
            return None
        digest = listed.get("digest")
        return await self.api.show(model, digest if isinstance(digest, str) else "")

    async def _find_listed(self, model: str) -> JsonObject | None:
        """Return the model's entry in the list, an empty one if it has none, `None` if there is no list."""
        listing = await self.api.get("/api/tags")
        if listing is None:
            return None
        name = normalize_model_name(model)
        entries = _items(listing, "models")
        return next((item for item in entries if normalize_model_name(_model_name(item)) == name), {})


_ADAPTERS: Final[Mapping[ServerKind, Callable[[UpstreamAPI], ServerAdapter]]] = {
    "ollama": OllamaServer,
    "llama.cpp": LlamaCppServer,
    "lmstudio": LMStudioServer,
    "openai": OpenAIServer,
    "unknown": UnknownServer,
}


# ---------------------------------------------------------------- reading untrusted JSON


def _as_object(value: object) -> JsonObject | None:
    return value if isinstance(value, Mapping) else None


def _items(document: JsonObject | None, field: str) -> Iterator[JsonObject]:
    items: object = (document or {}).get(field)
    return (item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))


def _model_name(item: JsonObject) -> str:
    name = item.get("model") or item.get("name")
    return name if isinstance(name, str) else ""


def _token_count(value: object) -> int | None:
    """Return a positive number of tokens, or `None` for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _smallest(*counts: int | None) -> int | None:
    return min((count for count in counts if count), default=None)


def _slot_context(props: JsonObject | None) -> int | None:
    settings = (props or {}).get("default_generation_settings")
    return _token_count(settings.get("n_ctx")) if isinstance(settings, dict) else None


def parse_expiry(value: object) -> datetime | None:
    """Return a time in UTC, or `None` without zone or out of range. keep_alive -1 is listed 292 years ahead."""
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    return None


def read_num_ctx(shown: JsonObject) -> int | None:
    """Return num_ctx from the Modelfile's parameters in `/api/show`, which are lines of text."""
    parameters = shown.get("parameters")
    match = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    return int(match[1]) or None if match else None


def read_trained_context(shown: JsonObject) -> int | None:
    """Return the context a model was trained with: `llama.context_length` for the architecture `llama`."""
    info = shown.get("model_info")
    if not isinstance(info, dict):
        return None
    lengths = [_token_count(value) for key, value in info.items() if _CONTEXT_LENGTH.fullmatch(key)]
    return _token_count(info.get(f"{info.get('general.architecture')}.context_length")) or _smallest(*lengths)
