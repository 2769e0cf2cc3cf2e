"""What Ollama's two ways of talking share: the settings of a request, the lines of a reply, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ltml.dialects._fields import find_hints, is_unload, read_flag, read_object, read_string, token_count
from ltml.dialects._frames import JsonObjectFrames
from ltml.dialects._reply import FrameReplyParser, error_text, parse_object, text_or_empty
from ltml.exchange import Message, Reply, Request
from ltml.protocols import ReplyParser


def build_request(ask: Mapping[str, Any], said: tuple[Message, ...], link: str = "", path: str = "") -> Request:
    """
    Return what a request with these messages asks; one without any loads the model, or unloads it.

    The window is `options.num_ctx`, the longest reply `options.num_predict`, in tokens. Raises `UnreadableExchange`.
    """
    options = read_object(ask, "options")
    return Request(
        model=read_string(ask, "model"),
        messages=said,
        stream=read_flag(ask, "stream", default=True),
        purpose="talk" if said else "unload" if is_unload(ask) else "load",
        context=token_count(options.get("num_ctx")) or None,
        reserve=token_count(options.get("num_predict")),
        hints=find_hints(ask),
        link=link,
        path=path,
    )


def asks_for_json(ask: Mapping[str, Any]) -> bool:
    """Tell whether it asks for JSON: `format` is "json" or a schema."""
    return ask.get("format") not in (None, "")


def encode_context(context: object) -> str:
    """Return the `context` of /api/generate in one spelling, so that the same array is the same text."""
    return json.dumps(context, separators=(",", ":")) if isinstance(context, list) and context else ""


def reply_parser(request: Request, text: Callable[[Mapping[str, Any]], object]) -> ReplyParser:
    """Return a parser for lines of JSON; `text` finds the words in a line."""

    def read(frame: bytes, *, whole: bool) -> Reply:
        line = parse_object(frame)
        if line.get("error"):
            return Reply(error=error_text(line["error"]))
        context = line.get("context")
        is_linked = isinstance(context, list) and all(isinstance(number, int) for number in context)
        return Reply(
            text=text_or_empty(text(line)),
            complete=bool(line) and line.get("done", whole) is True,
            ending=text_or_empty(line.get("done_reason")),
            link=encode_context(context) if is_linked else "",
            prompt_tokens=token_count(line.get("prompt_eval_count")),
        )

    return FrameReplyParser(JsonObjectFrames(lines=request.stream), read)


def render_error(message: str) -> bytes:
    """Return the body of an error (types.go: `{"error": "text"}`)."""
    return json.dumps({"error": message}).encode()
