"""
POST /api/generate.

The `context` of an answer is the talk so far as tokens, to be sent back with the next prompt. Here a token of it is a
character's code, so that it can be turned back into text, as Ollama does with the real ones.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from tests.reference.brain import Prompt
from tests.reference.prompts import fit
from tests.reference.talking import Asked, Part, answer, in_lines, in_one, wanted_format, wanted_thinking
from tests.reference.wire import JSON, NDJSON, ApiError, Reply, field, json_body, lines

if TYPE_CHECKING:
    from tests.reference.server import Server

CHARACTERS_A_TOKEN = 4
RAW_ALONE = "raw mode does not support template, system, or context"


async def generate(server: "Server", request: Request) -> Reply:
    """Answer a prompt: a line for every piece, or one object."""
    body = await json_body(request)
    asked = server.asked(body, nameless=ApiError("model '' not found", 404))
    if asked.stream and field(body, "prompt", str, ""):
        return Reply(lines(generate_lines(server, asked)), NDJSON, gone=server.note_gone)
    return Reply(one_line(server, asked), JSON, whole=True, gone=server.note_gone)


def generate_lines(server: "Server", asked: Asked) -> AsyncGenerator[dict[str, Any]]:
    """Return the answer's objects; only the last is `done`. This is what /v1/completions translates, too."""
    return in_lines(server, asked, generate_parts(server, asked), _line)


def one_line(server: "Server", asked: Asked) -> AsyncGenerator[bytes]:
    """Return the whole answer as one object."""
    return in_one(server, asked, generate_parts(server, asked), _line)


async def generate_parts(server: "Server", asked: Asked) -> AsyncGenerator[Part]:
    """Yield the answer's parts. No prompt is no talk: it loads the model, or lets it go."""
    words = field(asked.body, "prompt", str, "")
    if not words and asked.leaves:
        server.runners.unload(asked.model)
        yield Part(done={"done_reason": "unload"})
        return
    _able(asked)
    think = wanted_thinking(asked.body, asked.name, asked.model)
    async with server.runners.lent(asked.model, asked.options, asked.keep_alive):
        loading = server.clock() - asked.started
        if not words:
            yield Part(done={"done_reason": "load"})
            return
        prompt = await _prompt(server, asked, think)
        if field(asked.body, "_debug_render_only", bool, default=False):
            yield Part(done={"_debug_info": {"rendered_template": prompt.text}})
            return
        said = ""
        async with aclosing(answer(server, asked, prompt, loading)) as parts:
            async for part in parts:
                said += part.words
                yield _with_context(part, prompt.text + said) if part.done and not asked.body.get("raw") else part


async def _prompt(server: "Server", asked: Asked, think: bool | str | None) -> Prompt:
    words, raw = field(asked.body, "prompt", str, ""), field(asked.body, "raw", bool, default=False)
    suffix, past = field(asked.body, "suffix", str, ""), _past(asked.body)
    if raw or suffix:
        messages: tuple[Mapping[str, Any], ...] = ()
        text, tokens = words, await server.brain.count([{"role": "user", "content": words + suffix}])
    else:
        truncate = field(asked.body, "truncate", bool, default=True)
        fitted = await fit(server.brain, asked.model, _messages(asked), asked.options, truncate=truncate)
        messages, text, tokens = fitted.messages, past + fitted.text, len(past) // CHARACTERS_A_TOKEN + fitted.tokens
    return Prompt(
        model=asked.model,
        messages=messages,
        text=text,
        tokens=tokens,
        options=asked.options.values,
        format=wanted_format(asked.body),
        think=think,
        suffix=suffix,
        raw=raw or bool(suffix or past),
    )


def _messages(asked: Asked) -> list[Mapping[str, Any]]:
    """Return the prompt as a talk: the request's system prompt or else the Modelfile's, its messages, the prompt."""
    system = field(asked.body, "system", str, "") or asked.model.system
    before = [] if asked.body.get("context") is not None else asked.model.messages
    opening = [{"role": "system", "content": system}] if system else []
    return [*opening, *before, {"role": "user", "content": asked.body["prompt"]}]


def _past(body: dict[str, Any]) -> str:
    """Return the text in a `context`. Raises `ApiError` (500) for tokens that no model has."""
    try:
        return "".join(map(chr, field(body, "context", list, [])))
    except (TypeError, ValueError, OverflowError) as exc:
        raise ApiError("invalid token in context", 500) from exc


def _with_context(part: Part, text: str) -> Part:
    return Part(done=part.done | {"context": [ord(character) for character in text]})


def _able(asked: Asked) -> None:
    """Raise `ApiError` (400) if the model cannot do what is asked of it."""
    body = asked.body
    if "completion" not in asked.model.capabilities:
        raise ApiError(f'"{asked.name}" does not support generate')
    if body.get("raw") and (body.get("template") or body.get("system") or body.get("context")):
        raise ApiError(RAW_ALONE)
    if body.get("suffix") and "insert" not in asked.model.capabilities:
        raise ApiError(f"registry.ollama.ai/library/{asked.name} does not support insert")


def _line(part: Part) -> dict[str, Any]:
    thinking = {"thinking": part.thinking} if part.thinking else {}
    debugging = "_debug_info" in part.done
    return {"response": part.words} | thinking | {"done": bool(part.done) and not debugging} | part.done
