"""
Ollama's /api/generate: `system` and `prompt` in, lines of JSON with `response` out.

The talk so far is in `context`, numbers that only the server understands; the array a reply ended with links a request
to it. `raw` prompts, those with a `template` or a `suffix` come from programs: there is no place where words could be
put without breaking them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ltml.dialects import _ollama
from ltml.dialects._edits import Edit, behind, inside, spliced
from ltml.dialects._fields import flag, sequence, string
from ltml.dialects._flattened import pieces
from ltml.dialects._json import Node, read
from ltml.dialects._messages import GAP
from ltml.dialects._spoken import spoken
from ltml.dialects._work import as_work, judged
from ltml.exchange import Message, Placement, Request
from ltml.protocols import ReplyParser


class OllamaGenerate:
    """Keeps the promise of `protocols.Dialect` for /api/generate."""

    path = "/api/generate"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks; an empty prompt is a load or an unload. Raises `UnreadableExchange`."""
        ask = read(body).value
        request = _ollama.asked(ask, tuple(_messages(ask)), _ollama.linked(sequence(ask, "context")), self.path)
        return as_work(request, _programmed(ask)) or judged(request, structured=_ollama.structured(ask))

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        if not placement:
            return body
        root = read(body)
        heard = list(_messages(root.value))
        return spliced(root.text, _edits(root, heard, placement)).encode() if heard else body

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return somebody to listen to the reply to this request."""
        return _ollama.reply_parser(request, lambda line: line.get("response"))

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which Ollama reports an error, whatever the status."""
        del status
        return _ollama.render_error(message)


def _messages(ask: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the system field, if it says something, and the messages of the prompt; nothing if that is empty."""
    system, prompt = string(ask, "system"), string(ask, "prompt")
    if prompt and system:
        yield Message(role="system", text=system)
    for piece in pieces(prompt) if prompt else ():
        words = prompt[piece.start : piece.end]
        yield Message(role=piece.role, text=spoken(words) if piece.role == "assistant" else words)


def _programmed(ask: Mapping[str, Any]) -> str:
    if flag(ask, "raw", default=False):
        return "its prompt is raw"
    if string(ask, "suffix"):
        return "it fills in the middle of a text"
    return "it brings a template of its own" if string(ask, "template") else ""


def _edits(root: Node, heard: list[Message], placement: Placement) -> Iterator[Edit]:
    """Yield an edit for the block and one for every recall; indices count the messages heard."""
    prompt = root.members["prompt"]
    listed = pieces(prompt.value)
    fields = len(heard) - len(listed)  # the system field is the first message, if it says something
    if placement.block and not fields and listed[0].role == "system":
        yield inside(prompt, listed[0].end, (GAP if heard[0].text else "") + placement.block)
    elif placement.block:
        words = placement.block if fields else GAP.join(filter(None, (placement.system, placement.block)))
        yield behind(root, "system", (GAP if fields else "") + words)
    for index, piece in enumerate(listed, fields):
        recall = placement.recalls.get(index, "")
        if recall and piece.role == "user":
            yield inside(prompt, piece.start, recall + (GAP if heard[index].text else ""))


plugin = OllamaGenerate()
