"""LTML gives a local language model a night's sleep. `ltml.open()` is the way in."""

from __future__ import annotations

from importlib import import_module
from typing import TypeVar

from ltml.errors import LTMLError
from ltml.layer import MemoryLayer, aopen, open  # noqa: A004 -- `ltml.open(...)` reads as what it does
from ltml.model import (
    Change,
    Evidence,
    Hit,
    Injection,
    Item,
    Listed,
    Memory,
    Night,
    Receipt,
    Turn,
    Verdict,
)

__version__ = "0.1.0"

__all__ = [
    "Change",
    "Evidence",
    "Hit",
    "Injection",
    "Item",
    "LTMLError",
    "Listed",
    "Memory",
    "MemoryLayer",
    "Night",
    "Receipt",
    "Turn",
    "Verdict",
    "__version__",
    "aopen",
    "open",
    "wrap",
]


C = TypeVar("C")


def wrap(client: C, layer: MemoryLayer | None = None, *, session: str = "", share: float = 0.15) -> C:
    """
    Give a client memory, and return it: what is said through it is remembered, and what matters is placed before it.

    `client` is an `ollama.Client` or `AsyncClient`, an `openai.OpenAI` or `AsyncOpenAI`. Without a `layer` it is the
    memory that the command line uses, closed at exit. Talks are told apart by their history; `session` names one for
    all. Memory takes at most `share` of a model's context (0 to 1). To wrap again is to change these.

    Raises `ConfigError` for a client LTML does not know, and `StoreError`s where the memory cannot be opened.
    """
    # Loaded when it is called: it needs more than `import ltml` may load.
    wrapped: C = import_module("ltml.interfaces.sdk").wrap(client, layer, session=session, share=share)
    return wrapped
