"""One answer, from the request that asks for it to its last piece: what /api/chat and /api/generate have in common."""

import json
import random
import string
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.reference.brain import Break, Call, Finish, Piece, Prompt, Say, Think
from tests.reference.clock import stamp
from tests.reference.models import Model
from tests.reference.options import Options
from tests.reference.script import happen
from tests.reference.wire import ApiError, Cut, packed

if TYPE_CHECKING:
    from tests.reference.server import Server

NOT_NEGATIVE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for an answer, understood."""

    body: dict[str, Any]
    name: str
    model: Model
    options: Options
    keep_alive: timedelta | None
    stream: bool
    started: datetime

    @property
    def leaves(self) -> bool:
        """Whether the model is to go, if there is nothing else in the request."""
        return self.keep_alive == timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of an answer on its way out; the last one has the reason and the counts."""

    words: str = ""
    thinking: str = ""
    calls: tuple[dict[str, Any], ...] = ()
    done: dict[str, Any] = field(default_factory=dict)


async def answer(server: "Server", asked: Asked, prompt: Prompt, loading: timedelta) -> AsyncGenerator[Part]:
    """Yield the answer's parts, the counts last. Raises `ApiError` and `Cut` where the brain says so."""
    said, reason, tokens = 0, "stop", prompt.tokens
    async with aclosing(server.brain.answer(prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                reason, tokens = piece.reason, piece.prompt_tokens or tokens
                break
            part = await _part(piece, prompt)
            if part is not None:
                said += 1
                yield part
            if said == asked.options.longest:
                reason = "length"
                break
    counts = {"prompt_eval_count": tokens, "eval_count": said}
    yield Part(done={"done_reason": reason} | present(_durations(server, asked, loading) | counts))


async def _part(piece: Piece, prompt: Prompt) -> Part | None:
    match piece:
        case Say(words):
            return Part(words=words)
        case Think(words):
            return Part(thinking=words) if prompt.think else None
        case Call(name, arguments):
            function = {"index": 0, "name": name, "arguments": dict(arguments)}
            return Part(calls=({"id": call_id(), "function": function},))
        case Break():
            raise Cut
    await happen(piece)
    return None


def _durations(server: "Server", asked: Asked, loading: timedelta) -> dict[str, int]:
    total = nanoseconds(server.clock() - asked.started)
    load = nanoseconds(loading)
    return {
        "total_duration": total,
        "load_duration": load,
        "prompt_eval_duration": (total - load) // 2,
        "eval_duration": (total - load) // 2,
    }


def nanoseconds(duration: timedelta) -> int:
    """Return a duration as Go counts it; a clock that went back counts as none."""
    return max(duration, NOT_NEGATIVE) // timedelta(microseconds=1) * 1000


def present(counts: dict[str, int]) -> dict[str, int]:
    """Leave out what is zero, as Go's omitempty does."""
    return {name: value for name, value in counts.items() if value}


def call_id() -> str:
    """Return a tool call's id such as `call_ab12cd34`."""
    return "call_" + "".join(random.choices(string.ascii_lowercase + string.digits, k=8))


def stamped(server: "Server", asked: Asked) -> dict[str, Any]:
    """Return how every answer begins."""
    return {"model": asked.name, "created_at": stamp(server.clock())}


async def in_lines(
    server: "Server", asked: Asked, parts: AsyncGenerator[Part], line: Callable[[Part], dict[str, Any]]
) -> AsyncGenerator[dict[str, Any]]:
    """Yield an answer's objects; only the last is `done`."""
    async with aclosing(parts):
        async for part in parts:
            yield stamped(server, asked) | line(part)


async def in_one(
    server: "Server", asked: Asked, parts: AsyncGenerator[Part], line: Callable[[Part], dict[str, Any]]
) -> AsyncGenerator[bytes]:
    """Yield the whole answer as one object."""
    async with aclosing(parts):
        yield packed(stamped(server, asked) | line(await joined(parts)))


def wanted_format(body: dict[str, Any]) -> Any:
    """Return the format asked for: "json" or a schema; null and "" are none. Raises `ApiError` (400)."""
    wanted = body.get("format")
    if wanted in (None, ""):
        return None
    if wanted == "json" or isinstance(wanted, dict):
        return wanted
    raise ApiError(f'invalid format: {json.dumps(wanted)}; expected "json" or a valid JSON Schema object')


def wanted_thinking(body: dict[str, Any], name: str, model: Model) -> bool | str | None:
    """Return how much to think: what was asked for; a thinking model thinks unasked. Raises `ApiError` (400)."""
    think = body.get("think")
    able = "thinking" in model.capabilities
    if think and not able:
        raise ApiError(f'"{name}" does not support thinking')
    return able if think is None else think


async def joined(parts: AsyncIterator[Part]) -> Part:
    """Return an answer in one part."""
    whole = Part()
    async for part in parts:
        words, thinking, calls = whole.words + part.words, whole.thinking + part.thinking, whole.calls + part.calls
        whole = Part(words=words, thinking=thinking, calls=calls, done=part.done)
    return whole
