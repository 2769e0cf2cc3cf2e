"""What Ollama's two ways of talking share: the settings of a request, the lines of a reply, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ltml.dialects._ears import Listener, complaint, parsed, words
from ltml.dialects._fields import count, flag, hints, mapping, string, unloads
from ltml.dialects._frames import Objects
from ltml.exchange import Message, Purpose, Reply, Request
from ltml.protocols import ReplyParser


def asked(ask: Mapping[str, Any], said: tuple[Message, ...], link: str = "", path: str = "") -> Request:
    """
    Return what a request with these messages asks; one without any loads the model, or unloads it.

    The window is `options.num_ctx`, the longest reply `options.num_predict`, in tokens. Raises `UnreadableExchange`.
    """
    options = mapping(ask, "options")
    return Request(
        model=string(ask, "model"),
        messages=said,
        stream=flag(ask, "stream", default=True),
        purpose=_purpose(ask, said),
        context=count(options.get("num_ctx")) or None,
        reserve=count(options.get("num_predict")),
        hints=hints(ask),
        link=link,
        path=path,
    )


def structured(ask: Mapping[str, Any]) -> bool:
    """Tell whether it asks for JSON: `format` is "json" or a schema."""
    return ask.get("format") not in (None, "")


def linked(context: object) -> str:
    """Return the `context` of /api/generate in one spelling, so that the same array is the same text."""
    return json.dumps(context, separators=(",", ":")) if isinstance(context, list) and context else ""


def reply_parser(request: Request, text: Callable[[Mapping[str, Any]], object]) -> ReplyParser:
    """Return an ear for lines of JSON; `text` finds the words in a line."""

    def read(frame: bytes, *, whole: bool) -> Reply:
        return _piece(parsed(frame), text, whole=whole)

    return Listener(Objects(lines=request.stream), read)


def render_error(message: str) -> bytes:
    """Return the body of an error (types.go: `{"error": "text"}`)."""
    return json.dumps({"error": message}).encode()


def _purpose(ask: Mapping[str, Any], said: tuple[Message, ...]) -> Purpose:
    if said:
        return "talk"
    return "unload" if unloads(ask) else "load"


def _piece(line: Mapping[str, Any], text: Callable[[Mapping[str, Any]], object], *, whole: bool) -> Reply:
    if line.get("error"):
        return Reply(error=complaint(line["error"]))
    return Reply(
        text=words(text(line)),
        complete=bool(line) and line.get("done", whole) is True,
        ending=words(line.get("done_reason")),
        link=_link(line.get("context")),
        prompt_tokens=count(line.get("prompt_eval_count")),
    )


def _link(context: object) -> str:
    numbers = isinstance(context, list) and all(isinstance(number, int) for number in context)
    return linked(context) if numbers else ""
