"""
OpenAI's /v1/chat/completions, as Ollama, llama.cpp, LM Studio and vLLM speak it.

Replies are server-sent events with `choices[0].delta.content`, ended by `[DONE]`, or one object with
`choices[0].message.content`. Ids such as chatcmpl-417 are not unique and are never used. Thinking stands in fields of
its own (`reasoning`, `reasoning_content`), which are not read.
"""

from __future__ import annotations

import json

from ltml.dialects._fields import find_hints, get_path, read_flag, read_string, token_count
from ltml.dialects._frames import DONE, ServerSentEvents
from ltml.dialects._json import parse_body
from ltml.dialects._messages import estimate_extra_tokens, parse_messages, place_in_messages
from ltml.dialects._reply import FrameReplyParser, error_text, parse_object, text_or_empty
from ltml.dialects._work import classify_request, mark_as_work
from ltml.exchange import Placement, Reply, Request
from ltml.protocols import ReplyParser

_NOT_FOUND, _OUR_FAULT = 404, 500


class OpenAIChat:
    """The dialect (`protocols.Dialect`) of /v1/chat/completions."""

    path = "/v1/chat/completions"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks. Raises `UnreadableExchange`."""
        ask = parse_body(body).value
        reserve = token_count(ask.get("max_tokens"))  # Ollama obeys this one only, others its newer name, too
        if reserve is None:
            reserve = token_count(ask.get("max_completion_tokens"))
        request = Request(
            model=read_string(ask, "model"),
            messages=parse_messages(ask),
            stream=read_flag(ask, "stream", default=False),
            reserve=reserve,
            beside=estimate_extra_tokens(ask),
            hints=find_hints(ask),
            path=self.path,
        )
        # Here nothing said loads no model, it is a mistake that the server answers with 400.
        silent = "" if request.messages else "it says nothing"
        structured = get_path(ask.get("response_format"), "type") in {"json_object", "json_schema"}
        return mark_as_work(request, silent) or classify_request(request, structured=structured)

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        return place_in_messages(body, placement)

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return a parser for the reply; whether it streams, the reply itself tells."""
        del request
        return FrameReplyParser(ServerSentEvents(), _read_frame)

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which a server reports an error; its type follows from the status."""
        kind = "invalid_request_error" if status < _OUR_FAULT else "api_error"
        kind = "not_found_error" if status == _NOT_FOUND else kind
        body = {"message": message, "type": kind, "param": None, "code": None}
        return json.dumps({"error": body}).encode()


def _read_frame(frame: bytes, *, whole: bool) -> Reply:
    """Return what an event, or a whole reply, says: of several answers the one of index 0."""
    if frame == DONE:
        return Reply(complete=True)
    event = parse_object(frame)
    if event.get("error"):
        return Reply(error=error_text(event["error"]))
    choices = event.get("choices") if isinstance(event.get("choices"), list) else []
    choice = next((each for each in choices or () if isinstance(each, dict) and not each.get("index")), {})
    content = get_path(choice, "message" if whole else "delta", "content")
    if isinstance(content, list):  # parts, as some servers send them; a thinking part has no text
        content = "".join(text_or_empty(get_path(part, "text")) for part in content)
    return Reply(
        text=text_or_empty(content),
        complete=whole and bool(choice),
        ending=text_or_empty(choice.get("finish_reason")),
        prompt_tokens=token_count(get_path(event, "usage", "prompt_tokens")),
    )


plugin = OpenAIChat()
