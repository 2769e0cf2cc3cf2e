"""POST /v1/chat/completions and /v1/completions: translated to Ollama's own, and back."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from tests.reference import chat, generate
from tests.reference.openai_in import chat_request, generate_request
from tests.reference.openai_out import (
    chat_events,
    chat_object,
    completion_events,
    completion_object,
    head,
    late_error,
)
from tests.reference.wire import JSON, SSE, ApiError, Complaints, Reply, field, json_body, openai_error, packed

if TYPE_CHECKING:
    from tests.reference.server import Server

NAMELESS = ApiError("model is required")


async def chat_completions(server: "Server", request: Request) -> Reply:
    """Answer a chat: events, or one object."""
    body = await json_body(request)
    asked = server.asked(chat_request(body), nameless=NAMELESS)
    kind = "chat.completion.chunk" if asked.stream else "chat.completion"
    start = head(kind, asked.name, int(server.clock().timestamp()))
    if asked.stream:
        frames = chat_events(chat.chat_lines(server, asked), start, usage=_wants_usage(body))
        return _streamed(server, frames, start)
    return _whole(server, chat.one_line(server, asked), lambda chunk: chat_object(chunk, start))


async def completions(server: "Server", request: Request) -> Reply:
    """Answer a prompt: events, or one object."""
    body = await json_body(request)
    asked = server.asked(generate_request(body), nameless=NAMELESS)
    start = head("text_completion", asked.name, int(server.clock().timestamp()), prefix="cmpl")
    if asked.stream:
        frames = completion_events(generate.generate_lines(server, asked), start, usage=_wants_usage(body))
        return _streamed(server, frames, start)
    return _whole(server, generate.one_line(server, asked), lambda chunk: completion_object(chunk, start))


def _streamed(server: "Server", frames: AsyncGenerator[bytes], start: dict[str, Any]) -> Reply:
    return Reply(frames, SSE, complaints=Complaints(openai_error, late_error(start)), gone=server.note_gone)


def _whole(server: "Server", line: AsyncGenerator[bytes], translate: Callable[[Any], dict[str, Any]]) -> Reply:
    async def frames() -> AsyncGenerator[bytes]:
        async with aclosing(line):
            async for chunk in line:
                yield packed(translate(json.loads(chunk)))

    return Reply(frames(), JSON, whole=True, complaints=Complaints(openai_error, openai_error), gone=server.note_gone)


def _wants_usage(body: dict[str, Any]) -> bool:
    return bool(field(body, "stream_options", dict, {}).get("include_usage"))
