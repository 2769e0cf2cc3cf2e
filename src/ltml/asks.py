"""
What a step of the night asks, and what it is told.

A step is a generator: it yields all the asks it has at once and receives the answers in their order, so that it calls
nothing and knows no store and no model.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ltml.model import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class AskModel:
    """A question to the language model; the answer is text. The only answers recorded for resuming."""

    prompt: str
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNeighbours:
    """Which turns and memories are filed under these fold keys? The answer is a list of documents."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVectors:
    """The vectors of these texts, or `None` where there is no embedder."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecall:
    """What would recall find, now, and after these changes? The answer is a list of hits."""

    query: str
    k: int
    changes: tuple[Change, ...] = ()


Ask: TypeAlias = AskModel | AskNeighbours | AskVectors | AskRecall
#: Typed by the kind of the ask: str, Sequence[Document], Sequence[Vector] | None, Sequence[Hit].
Answer: TypeAlias = Any
Asking: TypeAlias = Generator[Sequence[Ask], Sequence[Answer], Any]
