"""Changes to a JSON text that leave every other character where it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ltml.dialects._json import JsonNode

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Put `words` in place of `text[start:end]`."""

    start: int
    end: int
    words: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made; they do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[at : edit.start], edit.words]
        at = edit.end
    return "".join([*parts, text[at:]])


def quote_string(text: str, words: str) -> str:
    """Return the words as a JSON string, in the manner of this text: raw UTF-8 where the client sends it."""
    # Half a surrogate pair can only be said as an escape.
    ascii_only = text.isascii() or _SURROGATE.search(words) is not None
    return json.dumps(words, ensure_ascii=ascii_only)


def insert_at(node: JsonNode, index: int, words: str) -> Edit:
    """Return the edit that puts words before character `index` of a string; null becomes a string of them."""
    if node.value is None:
        return Edit(start=node.start, end=node.end, words=quote_string(node.text, words))
    at = node.offset(index)
    return Edit(start=at, end=at, words=quote_string(node.text, words)[1:-1])


def prepend_member(thing: JsonNode, name: str, words: str) -> Edit:
    """Return the edit that puts words before those of an object's member; a missing one is added."""
    found = thing.members.get(name)
    return _added(thing, name, words) if found is None else insert_at(found, 0, words)


def append_member(thing: JsonNode, name: str, words: str) -> Edit:
    """Return the edit that puts words behind those of an object's member; a missing one is added."""
    found = thing.members.get(name)
    return _added(thing, name, words) if found is None else insert_at(found, len(found.value or ""), words)


def _added(thing: JsonNode, name: str, words: str) -> Edit:
    comma = "," if thing.members else ""
    member = f"{comma}{json.dumps(name)}:{quote_string(thing.text, words)}"
    return Edit(start=thing.end - 1, end=thing.end - 1, words=member)
