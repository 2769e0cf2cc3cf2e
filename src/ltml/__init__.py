"""LTML gives a local language model a night's sleep. `ltml.open()` is the way in."""

from __future__ import annotations

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
]
