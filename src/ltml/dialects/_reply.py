"""Parsing a reply: its frames, each read as a piece of a `Reply`, joined to one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from ltml.dialects._frames import FrameSplitter
from ltml.dialects._thinking import ThinkingFilter
from ltml.exchange import Reply


class FrameReader(Protocol):
    """Reads one frame."""

    def __call__(self, frame: bytes, *, whole: bool) -> Reply:
        """Return what a frame says as a piece of a reply; an empty one for junk. Never raises."""
        ...


class FrameReplyParser:
    """
    A `protocols.ReplyParser` over any frames. What comes after the end is ignored.

    A reply longer than what is kept of it counts as interrupted there.
    """

    def __init__(self, frames: FrameSplitter, reading: FrameReader) -> None:
        self._frames, self._reading = frames, reading
        self._words = ThinkingFilter()
        self._facts = Reply()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the reply's body. Never raises."""
        if self._facts.complete:
            return
        for frame in self._frames.cut(chunk):
            piece, facts = self._reading(frame, whole=self._frames.whole), self._facts
            self._words.add(piece.text)
            self._facts = Reply(
                complete=facts.complete or piece.complete,
                ending=piece.ending or facts.ending,
                error=facts.error or piece.error,
                link=piece.link or facts.link,
                prompt_tokens=facts.prompt_tokens if piece.prompt_tokens is None else piece.prompt_tokens,
            )
            if self._facts.complete:
                return

    @property
    def complete(self) -> bool:
        """Whether the reply's own end was heard, and everything before it was kept."""
        lost = self._frames.passed_over or self._words.cut
        return self._facts.complete and not self._facts.error and not lost

    @property
    def reply(self) -> Reply:
        """The reply as far as it was heard; costs the length of its words."""
        return replace(self._facts, text=self._words.text, complete=self.complete)


def parse_object(frame: bytes) -> Mapping[str, Any]:
    """Return the object a frame consists of; an empty one for junk."""
    try:
        value = json.loads(frame.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def text_or_empty(value: object) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def error_text(error: object) -> str:
    """Return an error's words: it is a text, or an object with a message."""
    text = error.get("message") if isinstance(error, dict) else error
    return text_or_empty(text) or "an error without words"
