"""
OpenAI's /v1/chat/completions, as Ollama, llama.cpp, LM Studio and vLLM speak it.

Replies are server-sent events with `choices[0].delta.content`, ended by `[DONE]`, or one object with
`choices[0].message.content`. Ids such as chatcmpl-417 are not unique and are never used. Thinking stands in fields of
its own (`reasoning`, `reasoning_content`), which are not read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ltml.dialects._ears import Listener, complaint, parsed, words
from ltml.dialects._fields import count, deep, flag, hints, string
from ltml.dialects._frames import DONE, Events
from ltml.dialects._json import read
from ltml.dialects._messages import messages, placed, tokens_beside
from ltml.dialects._work import as_work, judged
from ltml.exchange import Placement, Reply, Request
from ltml.protocols import ReplyParser

_NOT_FOUND, _OUR_FAULT = 404, 500


class OpenAIChat:
    """Keeps the promise of `protocols.Dialect` for /v1/chat/completions."""

    path = "/v1/chat/completions"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks. Raises `UnreadableExchange`."""
        ask = read(body).value
        request = Request(
            model=string(ask, "model"),
            messages=messages(ask),
            stream=flag(ask, "stream", default=False),
            reserve=_longest(ask),
            beside=tokens_beside(ask),
            hints=hints(ask),
            path=self.path,
        )
        # Here nothing said loads no model, it is a mistake that the server answers with 400.
        silent = "" if request.messages else "it says nothing"
        return as_work(request, silent) or judged(request, structured=_structured(ask))

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        return placed(body, placement)

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return somebody to listen to the reply; whether it streams, the reply itself tells."""
        del request
        return Listener(Events(), _piece)

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which a server reports an error; its type follows from the status."""
        body = {"message": message, "type": _kind(status), "param": None, "code": None}
        return json.dumps({"error": body}).encode()


def _longest(ask: Mapping[str, Any]) -> int | None:
    """Return the longest reply allowed; Ollama obeys `max_tokens` only, others its newer name too."""
    older = count(ask.get("max_tokens"))
    return count(ask.get("max_completion_tokens")) if older is None else older


def _structured(ask: Mapping[str, Any]) -> bool:
    return deep(ask.get("response_format"), "type") in {"json_object", "json_schema"}


def _kind(status: int) -> str:
    if status == _NOT_FOUND:
        return "not_found_error"
    return "invalid_request_error" if status < _OUR_FAULT else "api_error"


def _piece(frame: bytes, *, whole: bool) -> Reply:
    if frame == DONE:
        return Reply(complete=True)
    event = parsed(frame)
    if event.get("error"):
        return Reply(error=complaint(event["error"]))
    choice = _first(event.get("choices"))
    return Reply(
        text=_words(deep(choice, "message" if whole else "delta", "content")),
        complete=whole and bool(choice),
        ending=words(choice.get("finish_reason")),
        prompt_tokens=count(deep(event, "usage", "prompt_tokens")),
    )


def _first(choices: object) -> Mapping[str, Any]:
    """Return the choice of index 0: of several answers only one is remembered."""
    listed = choices if isinstance(choices, list) else []
    firsts = (choice for choice in listed if isinstance(choice, dict) and not choice.get("index"))
    return next(firsts, {})


def _words(content: object) -> str:
    """Return the words of a content: a text, or parts as some servers send them (a thinking part has no text)."""
    if isinstance(content, list):
        return "".join(words(deep(part, "text")) for part in content)
    return words(content)


plugin = OpenAIChat()
