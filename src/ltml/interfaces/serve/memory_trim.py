"""Memory that was taken for something large, given back to the machine."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def release_free_memory() -> None:
    """
    Let the C library return free pages.

    glibc keeps what was freed in the heaps of the threads that took it. After one body of 15 MB the process stayed 70
    to 200 MB larger for good. Other C libraries return such blocks by themselves, and have no such call.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows has no such thing
        return None
    found: Callable[[int], int] | None = getattr(library, "malloc_trim", None)
    return found
