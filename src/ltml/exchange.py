"""
One request to a model and its reply, as values: what every dialect reads and the rest of LTML understands.

A *dialect* is one HTTP path's way of saying turns. It turns bytes into a `Request`, a `Placement` into bytes, and the
bytes of a reply, however they were cut, into a `Reply`. No value here knows a socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

#: Why a model is asked: somebody talks; the client loads or unloads the model; or a program works (see `why`).
Purpose: TypeAlias = Literal["talk", "load", "unload", "work"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a request: a lower-case role, and its words (pictures and tool calls have none)."""

    role: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What a client asks of a model.

    `why` says why a request is `work` and no talk. `context` and `reserve` are tokens: the window the client asks for
    and the longest reply it allows, if it says so; `beside` is about what its prompt costs beside the messages' words:
    definitions and calls of tools, pictures. `hints` are names of session or user in the body, by their field. `link`
    ties the request to an earlier reply by something else than its history (the `context` of /api/generate); empty if
    it does not. `path` is where it was asked, which tells clients apart.
    """

    model: str = ""
    messages: tuple[Message, ...] = ()
    stream: bool = False
    purpose: Purpose = "talk"
    why: str = ""
    context: int | None = None
    reserve: int | None = None
    beside: int = 0
    hints: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    path: str = field(default="", compare=False)

    @property
    def has_system(self) -> bool:
        """Whether it brings a system message of its own at the top, which silences the model's."""
        return bool(self.messages) and self.messages[0].role == "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """
    What to place in a request, and where.

    `block` goes behind the first system message's words; where there is none, `system` (the model's own prompt, which
    a system message would silence) goes before it. `recalls` go before the words of the messages with these indices
    (of `Request.messages`). Nothing to place changes no byte.
    """

    block: str = ""
    system: str = ""
    recalls: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to place."""
        return bool(self.block or any(self.recalls.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    What the model answered, as far as it was heard.

    `complete` is true once the reply's own end was heard; `ending` is what the server gave as its reason (`stop`,
    `length`, `load`, `unload`, `tool_calls`). `error` is the server's own complaint. `prompt_tokens` is what the
    server counted. `link` is what a later request may name to go on from here.
    """

    text: str = ""
    complete: bool = False
    ending: str = ""
    error: str = ""
    link: str = ""
    prompt_tokens: int | None = None
