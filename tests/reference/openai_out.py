"""What Ollama's answers are in OpenAI's words: one object, or a stream of events."""

import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from tests.reference.wire import ApiError, packed

DONE = b"data: [DONE]\n\n"
FINGERPRINT = "fp_ollama"

Frame = dict[str, Any]


def head(kind: str, model: str, created: int, prefix: str = "chatcmpl") -> Frame:
    """Return what all chunks of an answer share; the id is one of 999 and comes again."""
    name = f"{prefix}-{random.randrange(999)}"
    return {"id": name, "object": kind, "created": created, "model": model, "system_fingerprint": FINGERPRINT}


def event(value: Frame) -> bytes:
    """Return an event of a stream."""
    return b"data: " + packed(value) + b"\n\n"


def late_error(start: Frame) -> Callable[[ApiError], bytes]:
    """Return how an error looks in the middle of a stream: it was read as an answer, so its words are lost."""

    def silent(error: ApiError) -> bytes:
        del error
        return event(start | {"choices": [{"index": 0, "delta": {}, "finish_reason": None}]})

    return silent


async def chat_events(chunks: AsyncIterator[Frame], start: Frame, *, usage: bool) -> AsyncGenerator[bytes]:
    """Yield a chat's events: the role in the first, the reason in the last but one, [DONE]."""
    role: Frame = {"role": "assistant"}
    called = False
    async for chunk in chunks:
        delta = role | chat_delta(chunk["message"])
        called, role = called or "tool_calls" in delta, {}
        if not chunk["done"]:
            yield event(start | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            continue
        if delta.get("role"):
            yield event(start | {"choices": [{"index": 0, "delta": delta | {"content": ""}, "finish_reason": None}]})
        reason = "tool_calls" if called else chunk["done_reason"]
        yield event(start | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if usage:
            yield event(start | {"choices": [], "usage": counts(chunk)})
        yield DONE


async def completion_events(chunks: AsyncIterator[Frame], start: Frame, *, usage: bool) -> AsyncGenerator[bytes]:
    """Yield a completion's events."""
    async for chunk in chunks:
        reason = chunk.get("done_reason")
        yield event(start | {"choices": [{"text": chunk["response"], "index": 0, "finish_reason": reason}]})
        if chunk["done"]:
            if usage:
                yield event(start | {"choices": [], "usage": counts(chunk)})
            yield DONE


def chat_object(chunk: Frame, start: Frame) -> Frame:
    """Return a whole chat answer."""
    delta = chat_delta(chunk["message"])
    message = {"role": "assistant", "content": chunk["message"]["content"]} | delta
    reason = "tool_calls" if "tool_calls" in delta else chunk.get("done_reason")
    debugging = {"_debug_info": chunk["_debug_info"]} if "_debug_info" in chunk else {}
    choices = [{"index": 0, "message": message, "finish_reason": reason}]
    return start | {"choices": choices, "usage": counts(chunk)} | debugging


def completion_object(chunk: Frame, start: Frame) -> Frame:
    """Return a whole completion."""
    choices = [{"text": chunk["response"], "index": 0, "finish_reason": chunk.get("done_reason")}]
    return start | {"choices": choices, "usage": counts(chunk)}


def chat_delta(message: Frame) -> Frame:
    """Return what a message adds: words, thinking (as `reasoning`), calls with their arguments as a string."""
    delta: Frame = {}
    if message["content"]:
        delta["content"] = message["content"]
    if message.get("thinking"):
        delta["reasoning"] = message["thinking"]
    if message.get("tool_calls"):
        delta["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    return delta


def counts(chunk: Frame) -> Frame:
    """Return the usage."""
    prompt, answer = chunk.get("prompt_eval_count", 0), chunk.get("eval_count", 0)
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


def _call(call: Frame) -> Frame:
    function = call["function"]
    arguments = json.dumps(function["arguments"], ensure_ascii=False, separators=(",", ":"))
    said = {"name": function["name"], "arguments": arguments}
    return {"id": call["id"], "index": function["index"], "type": "function", "function": said}
