"""
What was worked out about messages, so that a history that is sent again is not worked through again.

Theory of operation. A client sends the whole talk with every request. What LTML needs of each message is small: a pair
of digests, a number of tokens. It is kept here under a digest of the words, with a key that lives as long as this
object: so nothing here says a word that was forgotten, and nobody can test a guess with it. The number of entries is
bounded, and each is small whatever the length of the message; what was not asked for longest goes first.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

#: Maximum number of results, about 300 bytes each: two for every message of the chats in use.
MOST = 1 << 14


class MessageCache:
    """Results by what they were made of. Any number of threads may ask."""

    def __init__(self, most: int = MOST) -> None:
        """Keep at most so many results."""
        self._most, self._key = most, os.urandom(32)
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def name(self, *parts: str | bytes) -> bytes:
        """Return the name of what is made of these parts."""
        digest = blake2b(key=self._key, digest_size=16)
        for part in parts:
            raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "little"))
            digest.update(raw)
        return digest.digest()

    def get(self, name: bytes, work_out: Callable[[], T]) -> T:
        """Return what goes by a name; it is worked out if it is not known. It must hold no words."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                found: T = self._kept[name]
                return found
        result = work_out()
        with self._lock:
            self._kept[name] = result
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return result
