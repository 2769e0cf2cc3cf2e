"""Ollama's /api/chat: `messages` in, lines of JSON with `message.content` out."""

from __future__ import annotations

from dataclasses import replace

from ltml.dialects import _ollama
from ltml.dialects._fields import get_path
from ltml.dialects._json import parse_body
from ltml.dialects._messages import estimate_extra_tokens, parse_messages, place_in_messages
from ltml.dialects._work import classify_request
from ltml.exchange import Placement, Request
from ltml.protocols import ReplyParser


class OllamaChat:
    """The dialect (`protocols.Dialect`) of /api/chat."""

    path = "/api/chat"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks; no messages is a load or an unload. Raises `UnreadableExchange`."""
        ask = parse_body(body).value
        request = replace(
            _ollama.build_request(ask, parse_messages(ask), path=self.path), beside=estimate_extra_tokens(ask)
        )
        return classify_request(request, structured=_ollama.asks_for_json(ask))

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        return place_in_messages(body, placement)

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return a parser for the reply to this request."""
        return _ollama.reply_parser(request, lambda line: get_path(line, "message", "content"))

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which Ollama reports an error, whatever the status."""
        del status
        return _ollama.render_error(message)


plugin = OllamaChat()
