"""
The `messages` of a chat request: heard, and placed in. Ollama's and OpenAI's differ in nothing that matters here.

Words are added to text that is there, never as a part of their own: Ollama makes a message of every text part, and
the templates of newer models refuse a second system message (see docs/dialects.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ltml.dialects._edits import Edit, append_member, apply_edits, insert_at, prepend_member, quote_string
from ltml.dialects._fields import read_array, read_string
from ltml.dialects._json import JsonNode, json_type, parse_body
from ltml.dialects._thinking import strip_thinking
from ltml.errors import UnreadableExchange
from ltml.exchange import Message, Placement
from ltml.text import count_tokens

GAP = "\n\n"
#: Tokens of a picture, of which models make a few hundred to a thousand.
PICTURE = 500
# OpenAI's newer models say developer for system, its older ones function for tool. A model's own prompt is silenced by
# neither, so nothing is lost by placing the block in a developer's message.
_OLD_AND_NEW = {"developer": "system", "function": "tool"}


def parse_messages(ask: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return the messages of a chat request, one for every item. Raises `UnreadableExchange`."""
    return tuple(map(_parse_message, read_array(ask, "messages")))


def estimate_extra_tokens(ask: Mapping[str, Any]) -> int:
    """Return about what a chat request's prompt costs beside the messages' words: tools, their calls, pictures."""
    items = [item for item in read_array(ask, "messages") if isinstance(item, dict)]
    parts = [part for item in items if isinstance(item.get("content"), list) for part in item["content"]]
    pictures = sum(len(item["images"]) for item in items if isinstance(item.get("images"), list))
    pictures += sum(isinstance(part, dict) and part.get("type") not in ("text", None) for part in parts)
    programs = [ask.get("tools"), ask.get("functions"), *(item.get("tool_calls") for item in items)]
    return pictures * PICTURE + sum(count_tokens(json.dumps(each, ensure_ascii=False)) for each in programs if each)


def place_in_messages(body: bytes, placement: Placement) -> bytes:
    """Return the body of a chat request with the placement in it. Raises `UnreadableExchange`."""
    if not placement:
        return body
    root = parse_body(body)
    heard = parse_messages(root.value)
    if not heard:  # loading a model must not become a talk
        return body
    array = root.members["messages"]
    items = array.items
    edits: list[Edit] = []
    if placement.block and heard[0].role == "system":
        edits.append(_append_text(items[0], (GAP if heard[0].text else "") + placement.block))
    elif placement.block:
        words = GAP.join(filter(None, (placement.system, placement.block)))
        added = f'{{"role":"system","content":{quote_string(array.text, words)}}},'
        edits.append(Edit(start=array.start + 1, end=array.start + 1, words=added))
    for index, (item, message) in enumerate(zip(items, heard, strict=True)):
        recall = placement.recalls.get(index, "")
        if recall and message.role == "user":
            edits.append(_prepend_text(item, recall + (GAP if message.text else "")))
    return apply_edits(root.text, edits).encode()


# ------------------------------------------------------------------ parsing


def _parse_message(item: Any) -> Message:
    if item is None:  # to Go, null is a message that says nothing
        return Message(role="")
    if not isinstance(item, dict):
        raise UnreadableExchange(f"a message should be an object and is {json_type(item)}")
    role = read_string(item, "role").lower()
    role = _OLD_AND_NEW.get(role, role)
    content = item.get("content")
    if content is not None and not isinstance(content, str | list):
        raise UnreadableExchange(f"'content' should be text or parts and is {json_type(content)}")
    parts: list[Any] = content if isinstance(content, list) else [content]
    texts = []
    for part in parts:
        if _is_text(part):
            texts.append(part if isinstance(part, str) else read_string(part, "text"))
        elif part is not None and not isinstance(part, dict):
            raise UnreadableExchange(f"a part of a message should be an object and is {json_type(part)}")
    text = "\n".join(texts)
    return Message(role=role, text=strip_thinking(text) if role == "assistant" else text)


def _is_text(part: Any) -> bool:
    return isinstance(part, str) or (isinstance(part, dict) and part.get("type") == "text")


# ------------------------------------------------------------------ placing


def _prepend_text(item: JsonNode, words: str) -> Edit:
    content = item.members.get("content")
    if content is None or not isinstance(content.value, list):
        return prepend_member(item, "content", words)
    parts = [part for part in content.items if _is_text(part.value)]
    if not parts:
        return _add_text_part(content, words)
    return insert_at(parts[0], 0, words) if isinstance(parts[0].value, str) else prepend_member(parts[0], "text", words)


def _append_text(item: JsonNode, words: str) -> Edit:
    content = item.members.get("content")
    if content is None or not isinstance(content.value, list):
        return append_member(item, "content", words)
    parts = [part for part in content.items if _is_text(part.value)]
    if not parts:
        return _add_text_part(content, words)
    last = parts[-1]
    return (
        insert_at(last, len(last.value), words) if isinstance(last.value, str) else append_member(last, "text", words)
    )


def _add_text_part(content: JsonNode, words: str) -> Edit:
    """Return the edit that adds a first part, for a message of pictures only."""
    comma = "," if content.value else ""
    part = f'{{"type":"text","text":{quote_string(content.text, words)}}}{comma}'
    return Edit(start=content.start + 1, end=content.start + 1, words=part)
