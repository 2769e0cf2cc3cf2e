"""
What the proxy wants to know of a model, asked of the upstream by LTML itself.

Theory of operation. Only questions that change nothing are asked: `/api/tags`, `/api/ps` and `/api/show` of Ollama (the
last is a POST and still only reads; none touches keep_alive or a runner), `/props` of llama.cpp, which does not wake a
model that sleeps, `/api/v0/models` of LM Studio, `/v1/models` of any other. What a model says of itself is kept under
its digest, which `/api/tags` tells: the digest in `/api/ps` is that of what was loaded, not of what would be now.

Every kind of server is a small class with the same four answers. A server that did not answer when LTML started is
looked at again when it is needed. One that is down is asked nothing for a few seconds: meanwhile every answer is "not
known", and nobody waits for the same silence twice.
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
from ltml.providers.asking import FAILED, Answer, Asker, Kept
from ltml.providers.model_names import is_cloud_model, normalize_model_name
from ltml.providers.upstream import Found, Kind, recognise

#: Tokens of context where nobody can tell: Ollama's own default on a machine without a large GPU.
CONTEXT = 4096
#: Seconds for which a list of models is taken as it is, and may be given out while a new one is fetched.
FRESH, STALE = 1.0, 20.0

_NUM_CTX = re.compile(r"^num_ctx[ \t]+([0-9]{1,9})[ \t]*$", re.MULTILINE)
_LENGTH = re.compile(r"[^.]+\.context_length")  # and not that of a vision part, which has one more dot

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model in memory; when it will leave if nobody asks (with zone, if known), and its window in tokens."""

    model: str
    expires_at: datetime | None = None
    context: int | None = None


class Facts:
    """
    What is known of the upstream's models.

    The client is shared and stays the caller's to close; `clock` counts seconds and never goes back; `headers` (a key)
    go along with every question. Nothing is raised: what cannot be found out has a value that says so.
    """

    def __init__(
        self,
        found: Found,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Ask the server that was found."""
        self._found = found
        self._desk = _Desk(found.address.url, Asker(client, headers), clock)

    @property
    def found(self) -> Found:
        """The upstream, as far as it is known by now."""
        return self._found

    async def system(self, model: str) -> str | None:
        """Return the model's own system prompt, empty if it has none, `None` if that could not be found out."""
        server = await self._server()
        return await server.system(model) if server else None

    async def context(self, model: str, asked: int | None = None) -> int:
        """Return the model's effective window in tokens for a request that asks for so many, or for none."""
        server = await self._server()
        wanted = asked if asked and asked > 0 else None
        window = await server.window(model, wanted) if server else wanted
        return window or CONTEXT

    async def loaded(self) -> tuple[LoadedModel, ...] | None:
        """Return the models in memory, or `None` if the upstream does not answer or has no way to tell."""
        server = await self._server()
        return await server.loaded() if server else None

    async def remote(self, model: str) -> bool | None:
        """Tell whether what is said to this model leaves home; `None` where that could not be found out."""
        if not self._found.address.is_private or is_cloud_model(model):
            return True
        server = await self._server()
        return await server.remote(model) if server else None

    async def close(self) -> None:
        """Give up the questions that are under way."""
        await self._desk.close()

    async def _server(self) -> _Server | None:
        if not self._found.alive:
            self._found = await self._desk.look(self._found) or self._found
        return _SERVERS[self._found.kind](self._desk) if self._found.alive else None


class _Desk:
    """Where questions are put: each once for all who ask, none while the upstream is down."""

    def __init__(self, url: str, asker: Asker, clock: Callable[[], float]) -> None:
        self._url = url
        self._asker = asker
        self._clock = clock
        self._kept = Kept(clock)
        self._down_until = -FAILED

    async def get(self, path: str, *, stale: float = STALE) -> Document | None:
        async def ask() -> Document | None:
            return await self._asked(lambda: self._asker.get(f"{self._url}{path}"))

        return _document(await self._kept.get(path, ask, fresh=FRESH, stale=stale))

    async def show(self, model: str, digest: str) -> Document | None:
        """Return what Ollama shows of a model: kept as long as its digest is the same, briefly without one."""

        async def ask() -> Document | None:
            return await self._asked(lambda: self._asker.post(f"{self._url}/api/show", {"model": model}))

        key = f"show {digest} {normalize_model_name(model)}"
        lasting = {} if digest else {"fresh": FRESH, "stale": STALE}
        return _document(await self._kept.get(key, ask, **lasting))

    async def look(self, found: Found) -> Found | None:
        """Return the server if it is there by now."""

        async def ask() -> Found | None:
            with suppress(ConfigError):
                seen = await recognise(found.address, self._asker.get)
                return seen if seen.alive else None
            return None

        seen = await self._kept.get("look", ask)
        return seen if isinstance(seen, Found) else None

    async def close(self) -> None:
        await self._kept.close()

    async def _asked(self, ask: Callable[[], Awaitable[Answer]]) -> Document | None:
        if self._clock() < self._down_until:
            return None
        try:
            return (await ask()).document
        except ProviderUnavailable:
            self._down_until = self._clock() + FAILED
            return None


# ---------------------------------------------------------------- kinds of servers


class _Server(Protocol):
    """What a kind of server can be asked."""

    async def system(self, model: str) -> str | None: ...
    async def window(self, model: str, asked: int | None) -> int | None: ...
    async def loaded(self) -> tuple[LoadedModel, ...] | None: ...
    async def remote(self, model: str) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Something that answers. It may be anything, so it may have a system prompt as well."""

    desk: _Desk

    async def system(self, model: str) -> str | None:
        del model
        return None

    async def window(self, model: str, asked: int | None) -> int | None:
        return _least(await self.known(model), asked)

    async def known(self, model: str) -> int | None:
        """Return the window this server was started with."""
        del model
        return None

    async def loaded(self) -> tuple[LoadedModel, ...] | None:
        return None

    async def remote(self, model: str) -> bool | None:
        del model
        return False


@dataclass(frozen=True, slots=True)
class _OpenAI(_Unknown):
    """Any server of OpenAI's API: no system prompts of its own; vLLM tells the window (`max_model_len`)."""

    async def system(self, model: str) -> str | None:
        del model
        return ""

    async def known(self, model: str) -> int | None:
        cards = _items(await self.desk.get("/v1/models"), "data")
        return next((_count(card.get("max_model_len")) for card in cards if card.get("id") == model), None)


@dataclass(frozen=True, slots=True)
class _LlamaCpp(_OpenAI):
    """llama.cpp's server: one model, one window (of a slot), and `is_sleeping` when it let go of the model."""

    async def known(self, model: str) -> int | None:
        del model
        return _slot(await self.desk.get("/props"))

    async def loaded(self) -> tuple[LoadedModel, ...] | None:
        props = await self.desk.get("/props", stale=0)
        if props is None or not isinstance(props.get("is_sleeping"), bool):
            return None
        return () if props["is_sleeping"] else (LoadedModel(model=_alias(props), context=_slot(props)),)


@dataclass(frozen=True, slots=True)
class _LMStudio(_OpenAI):
    """LM Studio's own list, which tells the state of every model (its REST API v0)."""

    async def known(self, model: str) -> int | None:
        loaded = _in_studio(await self.desk.get("/api/v0/models"))
        named = [one for one in loaded or () if one.model == model]
        return next((one.context for one in named or loaded or ()), None)

    async def loaded(self) -> tuple[LoadedModel, ...] | None:
        return _in_studio(await self.desk.get("/api/v0/models", stale=0))


@dataclass(frozen=True, slots=True)
class _Ollama(_Unknown):
    """Ollama: /api/tags for digests, /api/show for what a model is, /api/ps for what is loaded."""

    async def system(self, model: str) -> str | None:
        shown = await self._shown(model)
        system = shown.get("system", "") if shown is not None else None
        return system if isinstance(system, str) else None

    async def window(self, model: str, asked: int | None) -> int | None:
        """
        Return the smaller of what is loaded and what the Modelfile says, where the request does not say.

        A request without num_ctx makes Ollama load the model anew if another client had it loaded with more, so that
        the larger of both would be a window that this request does not get.
        """
        shown = await self._shown(model) or {}
        window = asked or _least(await self._running(model), _modelfile(shown)) or CONTEXT
        return _least(window, _trained(shown))

    async def loaded(self) -> tuple[LoadedModel, ...] | None:
        running = await self.desk.get("/api/ps", stale=0)
        if running is None or not isinstance(running.get("models") or [], list):
            return None
        return tuple(_running(item) for item in _items(running, "models") if _named(item))

    async def remote(self, model: str) -> bool | None:
        listed = await self._listed(model)
        if listed and listed.get("remote_host"):
            return True
        shown = await self._shown(model)
        return None if shown is None else bool(shown.get("remote_host"))

    async def _shown(self, model: str) -> Document | None:
        listed = await self._listed(model)
        if not model or listed is None:
            return None
        digest = listed.get("digest")
        return await self.desk.show(model, digest if isinstance(digest, str) else "")

    async def _listed(self, model: str) -> Document | None:
        """Return the model's entry in the list, an empty one if it has none, `None` if there is no list."""
        listing = await self.desk.get("/api/tags")
        if listing is None:
            return None
        return next(
            (
                item
                for item in _items(listing, "models")
                if normalize_model_name(_named(item)) == normalize_model_name(model)
            ),
            {},
        )

    async def _running(self, model: str) -> int | None:
        items = _items(await self.desk.get("/api/ps"), "models")
        return next(
            (
                _count(item.get("context_length"))
                for item in items
                if normalize_model_name(_named(item)) == normalize_model_name(model)
            ),
            None,
        )


_SERVERS: Final[Mapping[Kind, Callable[[_Desk], _Server]]] = {
    "ollama": _Ollama,
    "llama.cpp": _LlamaCpp,
    "lmstudio": _LMStudio,
    "openai": _OpenAI,
    "unknown": _Unknown,
}


# ---------------------------------------------------------------- reading what they say


def _document(value: object) -> Document | None:
    return value if isinstance(value, Mapping) else None


def _items(document: Document | None, field: str) -> Iterator[Document]:
    items: object = (document or {}).get(field)
    return (item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))


def _named(item: Document) -> str:
    name = item.get("model") or item.get("name")
    return name if isinstance(name, str) else ""


def _count(value: object) -> int | None:
    """Return a number of tokens, or nothing for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _least(*counts: int | None) -> int | None:
    return min((count for count in counts if count), default=None)


def _running(item: Document) -> LoadedModel:
    return LoadedModel(
        model=_named(item), expires_at=_moment(item.get("expires_at")), context=_count(item.get("context_length"))
    )


def _moment(value: object) -> datetime | None:
    """Return a moment in UTC. keep_alive -1 is shown as one 292 years ahead; what has no zone or no year is nothing."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    return None


def _modelfile(shown: Document) -> int | None:
    """Return num_ctx out of the Modelfile's parameters, which are lines of text."""
    parameters = shown.get("parameters")
    found = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    return int(found[1]) or None if found else None


def _trained(shown: Document) -> int | None:
    """Return the length the model was trained for: `llama.context_length` for the architecture `llama`."""
    info = shown.get("model_info")
    if not isinstance(info, dict):
        return None
    lengths = [_count(value) for key, value in info.items() if _LENGTH.fullmatch(key)]
    return _count(info.get(f"{info.get('general.architecture')}.context_length")) or _least(*lengths)


def _slot(props: Document | None) -> int | None:
    settings = (props or {}).get("default_generation_settings")
    return _count(settings.get("n_ctx")) if isinstance(settings, dict) else None


def _alias(props: Document) -> str:
    alias, path = props.get("model_alias"), props.get("model_path")
    return str(alias) if alias else re.split(r"[/\\]", str(path or ""))[-1]


def _in_studio(listing: Document | None) -> tuple[LoadedModel, ...] | None:
    if listing is None or not isinstance(listing.get("data"), list):
        return None
    return tuple(
        LoadedModel(model=str(item.get("id", "")), context=_count(item.get("loaded_context_length")))
        for item in _items(listing, "data")
        if item.get("state") == "loaded"
    )
