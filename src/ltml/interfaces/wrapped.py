"""
One exchange of a wrapped client: what the proxy does, without a proxy.

Theory of operation. A client's transport is the last thing it calls before its bytes leave; `transports.py` puts one
of ours before it, and that asks `Attendant.answer`. A request on a path that some dialect speaks is attended to, sent
with what memory placed in it, and its reply is overheard: what was said is kept before the bytes that end the reply are
handed on, and a reply that the caller breaks off is kept as far as it went. Everything else passes by untouched.

All of this is written once, as coroutines over a `Wire`, the few things that a client that waits and one that awaits do
differently. The wire of a client that waits never suspends, so its coroutines run to their end in the caller's thread.

Memories stay at home: to a model on somebody else's machine they go only if the setting `serve.cloud` says so. What was
said there is remembered all the same.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar

from ltml.exchange import Reply, Request
from ltml.interfaces.companion import Attended, Companion
from ltml.interfaces.failing_open import DISLIKED, Failure, failing_open
from ltml.interfaces.placing import Window
from ltml.interfaces.serve.door import HOP
from ltml.protocols import Dialect, ReplyParser
from ltml.providers.upstream import Address

T = TypeVar("T")
#: Requests and responses are httpx's for one client and httpx2's for another; both have the same shape.
HttpRequest: TypeAlias = Any
HttpResponse: TypeAlias = Any
Bytes: TypeAlias = Any

OK = 200
#: Ollama's own paths begin so. There a model can have a system prompt, and must say whether it runs here.
OLLAMA = "/api/"
SHOW = "/api/show"
CLOUD = (":cloud", "-cloud")
#: A question of ours may take so many seconds.
QUESTION: Mapping[str, float] = {"connect": 1.0, "read": 2.0, "write": 2.0, "pool": 1.0}
#: Headers that belong to a body, or that would make a reply unreadable.
_BODY = frozenset({b"content-length", b"content-type", b"transfer-encoding"})
_OWN = frozenset({b"content-length", b"transfer-encoding", b"accept-encoding", HOP.encode()})
#: A reply must be readable to be overheard; and one memory is enough, should the upstream be another LTML.
_OURS = [(b"Accept-Encoding", b"identity"), (HOP.encode(), b"1")]


class Wire(Protocol):
    """What a client that waits and one that awaits do differently."""

    async def body(self, request: HttpRequest) -> bytes:
        """Return a request's body."""
        ...

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Return the response to a request, unread. Raises the client's own errors."""
        ...

    async def read(self, response: HttpResponse) -> bytes:
        """Return a response's body, and close it."""
        ...

    async def drop(self, response: HttpResponse) -> None:
        """Close a response unread."""
        ...

    async def work(self, call: Callable[[], T]) -> T:
        """Return what a call returns that may block."""
        ...

    async def work_late(self, call: Callable[[], None]) -> None:
        """Make a call that nobody waits for any more, in a place where waiting for long is not safe."""
        ...

    def overheard(self, stream: Bytes, listener: Overhearing) -> Bytes:
        """Return the bytes of a reply such that the listener hears them first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a server says of a model: whether it runs somewhere else, and its system prompt (`None`: unknown)."""

    away: bool = True
    system: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A request memory has understood: the caller's body, the one to send, and what was placed."""

    dialect: Dialect
    request: Request
    said: bytes
    body: bytes
    attended: Attended | None = None

    @property
    def as_said(self) -> Talk:
        """The talk as if nothing had been placed in it: the server refused that, and the model has not seen it."""
        return replace(self, body=self.said, attended=self.attended and self.attended.bare)


@dataclass(slots=True)
class Attendant:
    """
    Memory's part in the talks of one client.

    `companion` makes one for each exchange: memory may have slept since the last, here or in another process.
    """

    companion: Callable[[], Companion]
    dialects: Mapping[str, Dialect]
    session: str = ""
    cloud: bool = False
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("ltml"))
    _models: dict[str, Model] = field(default_factory=dict)

    async def answer(self, wire: Wire, request: HttpRequest) -> HttpResponse:
        """Return the response to a request, with memory in between. Raises what the client's transport raises."""
        talk = await self._understood(wire, request)
        if talk is None:
            return await wire.send(request)
        with failing_open("recall", self._failed):
            talk = await wire.work(partial(self._identified, talk))
            talk = await self._reminded(wire, request, talk)
        response = await wire.send(_with_body(request, talk.body))
        if talk.body is not talk.said and response.status_code in DISLIKED:
            await wire.drop(response)
            self.log.warning("the upstream refused what was placed (status %d)", response.status_code)
            talk = talk.as_said
            response = await wire.send(_with_body(request, talk.said))
        if response.status_code == OK:
            response.stream = wire.overheard(response.stream, self._overhearing(wire, talk))
        return response

    # ------------------------------------------------------------ before

    async def _understood(self, wire: Wire, request: HttpRequest) -> Talk | None:
        """Return what is said in a request if somebody talks in it; nothing for all that memory leaves alone."""
        path = request.url.path
        dialect = next((speaks for end, speaks in self.dialects.items() if path.endswith(end)), None)
        if dialect is None or request.method != "POST":
            return None
        body = await wire.body(request)
        with failing_open("reading", self._failed):
            heard = dialect.parse_request(body)
            return Talk(dialect=dialect, request=heard, said=body, body=body) if heard.purpose == "talk" else None
        return None

    async def _reminded(self, wire: Wire, request: HttpRequest, talk: Talk) -> Talk:
        """Return the talk with memories in it, unless they would leave home and may not."""
        model = await self._model(wire, request, talk)
        if model.away and not self.cloud:
            return talk
        system = "" if talk.request.has_system else model.system
        return await wire.work(lambda: self._placed(talk, Window(context=talk.request.context or 4096, system=system)))

    def _identified(self, talk: Talk) -> Talk:
        """Return the talk with its session, claimed until its reply is kept, whether or not anything is placed."""
        return replace(talk, attended=self.companion().attend(talk.request, session=self.session))

    def _placed(self, talk: Talk, window: Window) -> Talk:
        if talk.attended is None:
            return talk
        attended = self.companion().place(talk.attended, window)
        body = talk.dialect.place(talk.said, attended.placement) if attended.placement else talk.said
        return replace(talk, attended=attended, body=body)

    # ------------------------------------------------------------ behind

    def _overhearing(self, wire: Wire, talk: Talk) -> Overhearing:
        async def keep(reply: Reply) -> None:
            with failing_open("capture", self._failed):
                await (wire.work if reply.complete else wire.work_late)(lambda: self._kept(talk, reply))

        return Overhearing(talk.dialect.reply_parser(talk.request), keep)

    def _kept(self, talk: Talk, reply: Reply) -> None:
        companion = self.companion()
        companion.keep(talk.attended or companion.attend(talk.request, session=self.session), reply)

    def _failed(self, failure: Failure) -> None:
        self.log.warning("the chat goes on without memory: %s %s (%s)", failure.what, failure.how, failure.error)

    # ------------------------------------------------------------ whom it is said to

    async def _model(self, wire: Wire, request: HttpRequest, talk: Talk) -> Model:
        """Return what is known of the model, asking once; a failure to tell is asked again."""
        show = request.url.copy_with(path=request.url.path.removesuffix(talk.dialect.path) + SHOW, query=None)
        key = f"{talk.dialect.path} {show} {talk.request.model}"
        if key in self._models:
            return self._models[key]
        model = await self._met(wire, _question(request, show, talk.request.model), talk)
        if model is None:
            return Model()
        if model.away and not self.cloud:
            self.log.warning("%s is on somebody else's machine: no memories go there", talk.request.model)
        return self._models.setdefault(key, model)

    async def _met(self, wire: Wire, question: HttpRequest, talk: Talk) -> Model | None:
        """
        Return what a server says of a model, or nothing where Ollama gave no answer.

        Behind OpenAI's paths there may be an Ollama, too. Whatever does not know the question has no system prompts.
        """
        ollama = talk.dialect.path.startswith(OLLAMA)
        near = Address(host=question.url.host, port=0).is_private and not talk.request.model.lower().endswith(CLOUD)
        shown = await self._shown(wire, question) if near or ollama else None
        if shown is None:
            return None if ollama else Model(away=not near, system="")
        system = shown.get("system", "")
        away = not near or bool(shown.get("remote_host"))
        return Model(away=away, system=system if isinstance(system, str) else None)

    async def _shown(self, wire: Wire, question: HttpRequest) -> Mapping[str, Any] | None:
        with failing_open("asking for the model", self._failed):
            response = await wire.send(question)
            shown = json.loads(await wire.read(response) or b"{}") if response.status_code == OK else None
            await wire.drop(response)
            return shown if isinstance(shown, Mapping) else None
        return None


@dataclass(slots=True)
class Overhearing:
    """Listens to one reply; keeps it once, at its end or where it breaks off."""

    ear: ReplyParser
    keep: Callable[[Reply], Awaitable[None]]
    _over: bool = False

    async def hear(self, chunk: bytes) -> None:
        """Listen to bytes before they are handed on; with those that end the reply, what was said is kept."""
        if self._over:
            return
        self.ear.feed(chunk)
        if self.ear.complete:
            await self.ended()

    async def ended(self) -> None:
        """Take note that nothing more comes."""
        if not self._over:
            self._over = True
            await self.keep(self.ear.reply)


def _with_body(request: HttpRequest, body: bytes) -> HttpRequest:
    """Return a request with another body, that asks for a reply which can be read."""
    headers = [(name, value) for name, value in request.headers.raw if name.lower() not in _OWN]
    return type(request)(
        request.method, request.url, headers=[*headers, *_OURS], content=body, extensions=request.extensions
    )


def _question(request: HttpRequest, show: Any, model: str) -> HttpRequest:
    """Return the question what a model is, asked with the caller's own key."""
    headers = [(name, value) for name, value in request.headers.raw if name.lower() not in _OWN | _BODY]
    extensions = {"timeout": dict(QUESTION)}
    return type(request)("POST", show, headers=[*headers, *_OURS], json={"model": model}, extensions=extensions)
