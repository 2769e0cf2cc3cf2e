"""
Who thinks up the answers: the promise, and the pieces an answer is made of.

An answer is a stream of pieces. Besides words there are pieces that make something happen at just this place: the
connection breaks, an error comes, the stream waits until the test says go on.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from tests.reference.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """
    What reaches the model: after the Modelfile's system prompt was put before it and what is too long left out.

    `messages` are those that fit, `text` is what their template makes of them (and all there is if `raw`). `tokens`
    is how much of the window they take.
    """

    model: Model
    messages: tuple[Mapping[str, Any], ...]
    text: str
    tokens: int
    options: Mapping[str, Any] = field(default_factory=dict)
    format: Any = None
    tools: tuple[Any, ...] = ()
    think: bool | str | None = None
    suffix: str = ""
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Words of the answer; one piece counts as one token."""

    words: str


@dataclass(frozen=True, slots=True)
class Think:
    """Words of the thinking before it; left out if the client wants none."""

    words: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call, whole, as Ollama sends it."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Break:
    """The connection breaks here, as if the server had crashed."""


@dataclass(frozen=True, slots=True)
class Fail:
    """The model fails here: a status if nothing was sent yet, else an error in the stream."""

    message: str = "llama runner process has terminated: exit status 2"
    status: int = 500


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing comes for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """The answer ends here for this reason; `prompt_tokens` if the brain counted them itself."""

    reason: str = "stop"
    prompt_tokens: int | None = None


class Gate:
    """
    A place where a stream waits until a test, in its own thread, opens it.

    `reached` is set as soon as somebody waits there.
    """

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._lock = threading.Lock()
        self._open = False
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def open(self) -> None:
        """Let everybody through, now and later."""
        with self._lock:
            self._open = True
            waiters, self._waiters = self._waiters, []
        for loop, event in waiters:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def passed(self) -> None:
        """Wait until it is open."""
        event = asyncio.Event()
        with self._lock:
            if self._open:
                event.set()
            self._waiters.append((asyncio.get_running_loop(), event))
        self.reached.set()
        await event.wait()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing comes until the gate is open."""

    gate: Gate


Piece: TypeAlias = Say | Think | Call | Break | Fail | Pause | Finish | Wait


class Brain(Protocol):
    """Thinks up answers. Scripted or a real model."""

    async def load(self, model: Model) -> None:
        """Return when the model is loaded. Raises `ApiError` if it cannot be."""

    def answer(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """Yield the answer in pieces; it ends for the reason `stop` unless a `Finish` says otherwise."""
        ...

    async def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """Return how many tokens these messages are, their template included."""
        ...

    async def embed(self, text: str) -> list[float]:
        """Return the text as a vector."""
        ...
