"""Listening: the frames of a reply, each read as a piece of one, and put together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from ltml.dialects._frames import Frames
from ltml.dialects._spoken import Spoken
from ltml.exchange import Reply


class Reading(Protocol):
    """Understands one frame."""

    def __call__(self, frame: bytes, *, whole: bool) -> Reply:
        """Return what a frame says as a piece of a reply; an empty one for junk. Never raises."""
        ...


class Listener:
    """
    Keeps the promise of `protocols.ReplyParser` over any frames. What comes behind the end is not listened to.

    An answer that is longer than what is kept of it counts as broken off there.
    """

    def __init__(self, frames: Frames, reading: Reading) -> None:
        self._frames, self._reading = frames, reading
        self._words = Spoken()
        self._facts = Reply()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the reply's body. Never raises."""
        if self._facts.complete:
            return
        for frame in self._frames.cut(chunk):
            self._add(self._reading(frame, whole=self._frames.whole))
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

    def _add(self, piece: Reply) -> None:
        self._words.add(piece.text)
        self._facts = _together(self._facts, piece)


def parsed(frame: bytes) -> Mapping[str, Any]:
    """Return the object a frame consists of; an empty one for junk."""
    try:
        value = json.loads(frame.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def words(value: object) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def complaint(error: object) -> str:
    """Return an error's words: it is a text, or an object with a message."""
    text = error.get("message") if isinstance(error, dict) else error
    return words(text) or "an error without words"


def _together(facts: Reply, piece: Reply) -> Reply:
    return Reply(
        complete=facts.complete or piece.complete,
        ending=piece.ending or facts.ending,
        error=facts.error or piece.error,
        link=piece.link or facts.link,
        prompt_tokens=facts.prompt_tokens if piece.prompt_tokens is None else piece.prompt_tokens,
    )
