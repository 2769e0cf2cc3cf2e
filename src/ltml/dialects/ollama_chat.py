"""Ollama's /api/chat: `messages` in, lines of JSON with `message.content` out."""

from __future__ import annotations

from dataclasses import replace

from ltml.dialects import _ollama
from ltml.dialects._fields import deep
from ltml.dialects._json import read
from ltml.dialects._messages import messages, placed, tokens_beside
from ltml.dialects._work import judged
from ltml.exchange import Placement, Request
from ltml.protocols import ReplyParser


class OllamaChat:
    """Keeps the promise of `protocols.Dialect` for /api/chat."""

    path = "/api/chat"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks; no messages is a load or an unload. Raises `UnreadableExchange`."""
        ask = read(body).value
        request = replace(_ollama.asked(ask, messages(ask), path=self.path), beside=tokens_beside(ask))
        return judged(request, structured=_ollama.structured(ask))

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        return placed(body, placement)

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return somebody to listen to the reply to this request."""
        return _ollama.reply_parser(request, lambda line: deep(line, "message", "content"))

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which Ollama reports an error, whatever the status."""
        del status
        return _ollama.render_error(message)


plugin = OllamaChat()
