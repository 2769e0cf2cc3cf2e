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
from ltml.dialects._edits import Edit, append_member, apply_edits, insert_at
from ltml.dialects._fields import read_array, read_flag, read_string
from ltml.dialects._flattened import split_prompt
from ltml.dialects._json import JsonNode, parse_body
from ltml.dialects._messages import GAP
from ltml.dialects._thinking import strip_thinking
from ltml.dialects._work import classify_request, mark_as_work
from ltml.exchange import Message, Placement, Request
from ltml.protocols import ReplyParser


class OllamaGenerate:
    """The dialect (`protocols.Dialect`) of /api/generate."""

    path = "/api/generate"

    def parse_request(self, body: bytes) -> Request:
        """Return what a request asks; an empty prompt is a load or an unload. Raises `UnreadableExchange`."""
        ask = parse_body(body).value
        request = _ollama.build_request(
            ask, tuple(_messages(ask)), _ollama.encode_context(read_array(ask, "context")), self.path
        )
        why = ""
        if read_flag(ask, "raw", default=False):
            why = "its prompt is raw"
        elif read_string(ask, "suffix"):
            why = "it fills in the middle of a text"
        elif read_string(ask, "template"):
            why = "it brings a template of its own"
        return mark_as_work(request, why) or classify_request(request, structured=_ollama.asks_for_json(ask))

    def place(self, body: bytes, placement: Placement) -> bytes:
        """Return the body with the placement in it. Raises `UnreadableExchange`."""
        if not placement:
            return body
        root = parse_body(body)
        heard = list(_messages(root.value))
        return apply_edits(root.text, _edits(root, heard, placement)).encode() if heard else body

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return a parser for the reply to this request."""
        return _ollama.reply_parser(request, lambda line: line.get("response"))

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which Ollama reports an error, whatever the status."""
        del status
        return _ollama.render_error(message)


def _messages(ask: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the system field, if it says something, and the messages of the prompt; nothing if that is empty."""
    system, prompt = read_string(ask, "system"), read_string(ask, "prompt")
    if prompt and system:
        yield Message(role="system", text=system)
    for piece in split_prompt(prompt) if prompt else ():
        words = prompt[piece.start : piece.end]
        yield Message(role=piece.role, text=strip_thinking(words) if piece.role == "assistant" else words)


def _edits(root: JsonNode, heard: list[Message], placement: Placement) -> Iterator[Edit]:
    """Yield an edit for the block and one for every recall; indices count the messages heard."""
    prompt = root.members["prompt"]
    listed = split_prompt(prompt.value)
    fields = len(heard) - len(listed)  # the system field is the first message, if it says something
    if placement.block and not fields and listed[0].role == "system":
        yield insert_at(prompt, listed[0].end, (GAP if heard[0].text else "") + placement.block)
    elif placement.block:
        words = placement.block if fields else GAP.join(filter(None, (placement.system, placement.block)))
        yield append_member(root, "system", (GAP if fields else "") + words)
    for index, piece in enumerate(listed, fields):
        recall = placement.recalls.get(index, "")
        if recall and piece.role == "user":
            yield insert_at(prompt, piece.start, recall + (GAP if heard[index].text else ""))


plugin = OllamaGenerate()
