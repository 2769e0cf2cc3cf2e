"""POST /api/chat."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from tests.reference.brain import Prompt
from tests.reference.prompts import Fitted, fit, with_modelfile
from tests.reference.talking import Asked, Part, answer, in_lines, in_one, wanted_format, wanted_thinking
from tests.reference.wire import JSON, NDJSON, ApiError, Reply, field, json_body, lines

if TYPE_CHECKING:
    from tests.reference.server import Server


async def chat(server: "Server", request: Request) -> Reply:
    """Answer a chat: a line for every piece, or one object."""
    body = await json_body(request)
    asked = server.asked(body, nameless=ApiError("model is required"))
    if asked.stream and read_messages(body) and not body.get("_debug_render_only"):
        return Reply(lines(chat_lines(server, asked)), NDJSON, gone=server.note_gone)
    return Reply(one_line(server, asked), JSON, whole=True, gone=server.note_gone)


def chat_lines(server: "Server", asked: Asked) -> AsyncGenerator[dict[str, Any]]:
    """Return the answer's objects; only the last is `done`. This is what /v1/chat/completions translates, too."""
    return in_lines(server, asked, chat_parts(server, asked), _line)


def one_line(server: "Server", asked: Asked) -> AsyncGenerator[bytes]:
    """Return the whole answer as one object."""
    return in_one(server, asked, chat_parts(server, asked), _line)


async def chat_parts(server: "Server", asked: Asked) -> AsyncGenerator[Part]:
    """Yield the answer's parts. No message is no talk: it loads the model, or lets it go."""
    messages = read_messages(asked.body)
    if not messages and asked.leaves:
        server.runners.unload(asked.model)
        yield Part(done={"done_reason": "unload"})
        return
    _able(asked, "chat")
    think = wanted_thinking(asked.body, asked.name, asked.model)
    async with server.runners.lent(asked.model, asked.options, asked.keep_alive):
        loading = server.clock() - asked.started
        if not messages:
            yield Part(done={"done_reason": "load"})
            return
        fitted = await _fitted(server, asked, messages)
        if field(asked.body, "_debug_render_only", bool, default=False):
            yield Part(done={"_debug_info": {"rendered_template": fitted.text}})
            return
        async with aclosing(answer(server, asked, _prompt(asked, fitted, think), loading)) as parts:
            async for part in parts:
                yield part


def read_messages(body: dict[str, Any]) -> list[Mapping[str, Any]]:
    """Return the messages, their roles in small letters. Raises `ApiError` (400)."""
    messages: list[Mapping[str, Any]] = []
    for each in field(body, "messages", list, []):
        if not isinstance(each, dict):
            raise ApiError("json: cannot unmarshal into Go struct field ChatRequest.messages of type api.Message")
        role, content = field(each, "role", str, "").lower(), field(each, "content", str, "")
        messages.append(each | {"role": role, "content": content})
    return messages


async def _fitted(server: "Server", asked: Asked, messages: list[Mapping[str, Any]]) -> Fitted:
    truncate = field(asked.body, "truncate", bool, default=True)
    behind = with_modelfile(asked.model, messages)
    return await fit(server.brain, asked.model, behind, asked.options, truncate=truncate)


def _prompt(asked: Asked, fitted: Fitted, think: bool | str | None) -> Prompt:
    return Prompt(
        model=asked.model,
        messages=fitted.messages,
        text=fitted.text,
        tokens=fitted.tokens,
        options=asked.options.values,
        format=wanted_format(asked.body),
        tools=tuple(field(asked.body, "tools", list, [])),
        think=think,
    )


def _able(asked: Asked, what: str) -> None:
    """Raise `ApiError` (400) if the model cannot do what is asked of it."""
    if "completion" not in asked.model.capabilities:
        raise ApiError(f'"{asked.name}" does not support {what}')
    if field(asked.body, "tools", list, []) and "tools" not in asked.model.capabilities:
        raise ApiError(f"registry.ollama.ai/library/{asked.name} does not support tools")


def _line(part: Part) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": part.words}
    if part.thinking:
        message["thinking"] = part.thinking
    if part.calls:
        message["tool_calls"] = list(part.calls)
    debugging = "_debug_info" in part.done
    return {"message": message, "done": bool(part.done) and not debugging} | part.done
