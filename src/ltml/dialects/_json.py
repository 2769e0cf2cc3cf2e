"""
JSON with places: what a body says, and where in the body it says it.

Theory of operation. A body is decoded once. `parse_body` parses it whole, so that a body with any fault is refused
before anything is done with it. A `JsonNode` is a value with its offsets in the text; its members and items are found
by parsing one level at a time from those offsets, with the parser of the standard library. What is placed is spliced
into the text at such offsets, so that numbers, order, white space, escapes and repeated keys stay as the client wrote
them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ltml.errors import UnreadableExchange

_BOM = "\ufeff"
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_SPACE = re.compile(r"[ \t\n\r]*")
# One unit of a JSON string is one character of its text: a pair of escaped surrogates, another escape, or a plain run.
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonNode:
    """A JSON value, and where it stands in the text: `text[start:end]`."""

    text: str
    value: Any
    start: int
    end: int

    @property
    def members(self) -> dict[str, JsonNode]:
        """The members of an object by name; of repeated names the last, which is the one that counts."""
        return dict(self._members()) if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[JsonNode]:
        """The items of an array, in order."""
        return list(self._items()) if isinstance(self.value, list) else []

    def offset(self, index: int) -> int:
        """Return where in the text the character `index` of this string stands."""
        if index == len(self.value):
            return self.end - 1
        left = index
        for unit in _UNIT.finditer(self.text, self.start + 1, self.end - 1):
            width = unit.end() - unit.start()
            length = 1 if self.text[unit.start()] == "\\" else width
            if left < length:
                return unit.start() + left
            left -= length
        return self.end - 1

    def _members(self) -> Iterator[tuple[str, JsonNode]]:
        at = _beyond_space(self.text, self.start + 1)
        while self.text[at] != "}":
            name = _node(self.text, at)
            colon = _beyond_space(self.text, name.end)
            value = _node(self.text, _beyond_space(self.text, colon + 1))
            yield name.value, value
            at = self._next(value)

    def _items(self) -> Iterator[JsonNode]:
        at = _beyond_space(self.text, self.start + 1)
        while self.text[at] != "]":
            item = _node(self.text, at)
            yield item
            at = self._next(item)

    def _next(self, value: JsonNode) -> int:
        """Return where the next member or item begins, or the closing bracket stands."""
        at = _beyond_space(self.text, value.end)
        return _beyond_space(self.text, at + 1) if self.text[at] == "," else at


def parse_body(body: bytes) -> JsonNode:
    """Return the object a body consists of. Raises `UnreadableExchange` for any other body."""
    text = _decoded(body)
    root = _node(text, _beyond_space(text, len(_BOM) if text.startswith(_BOM) else 0))
    if _beyond_space(text, root.end) != len(text):
        raise UnreadableExchange(f"the body is no JSON: something follows the value at character {root.end}")
    if not isinstance(root.value, dict):
        raise UnreadableExchange(f"the body should be a JSON object and is {json_type(root.value)}")
    return root


def json_type(value: object) -> str:
    """Return what JSON calls a value of this type."""
    names = {type(None): "null", bool: "true or false", str: "text", list: "an array", dict: "an object"}
    return names.get(type(value), "a number")


def _decoded(body: bytes) -> str:
    for magic, name in _PACKED.items():
        if body.startswith(magic):
            raise UnreadableExchange(f"the body is compressed ({name}); it can only be passed on as it is")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as exc:
        where = exc.start
    raise UnreadableExchange(f"the body is no UTF-8: byte {where} fits nowhere")


def _node(text: str, start: int) -> JsonNode:
    # The parser's errors carry the whole body, which nobody must log: their words are kept and they are let go.
    try:
        value, end = _DECODER.raw_decode(text, start)
        return JsonNode(text=text, value=value, start=start, end=end)
    except RecursionError:
        fault = "it is nested too deeply"
    except ValueError as exc:
        fault = str(exc)
    raise UnreadableExchange(f"the body is no JSON: {fault}")


def _beyond_space(text: str, start: int) -> int:
    space = _SPACE.match(text, start)
    return space.end() if space else start


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_reject_constant)
