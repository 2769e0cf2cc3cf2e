"""
The one broad `except` of the whole package: memory may fail, the chat may not.

Whatever goes wrong inside of `failing_open` is told to whoever stands beside it (what failed, never what was said), and
the chat goes on as if there were no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ltml.errors import LTMLError, SecretRefused

#: With these a server says that it does not like a request; with others, that something else is wrong.
REFUSAL_STATUSES = frozenset({400, 413, 422, 500})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What memory was at, whether it `failed`, came `too late` or was `refused`, and the error by name."""

    what: str
    how: str
    error: str


@contextmanager
def failing_open(what: str, note: Callable[[Failure], None]) -> Iterator[None]:
    """Let memory fail, and nothing else; `note` hears of it."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 -- the one of the package: a chat must not fail because memory did
        how = "too late" if isinstance(exc, TimeoutError) else "refused" if isinstance(exc, SecretRefused) else "failed"
        note(Failure(what=what, how=how, error=describe_error(exc)))


def describe_error(exc: BaseException) -> str:
    """Return what an error is; LTML's own errors never hold what was said, others might."""
    return f"{type(exc).__name__}: {exc}" if isinstance(exc, LTMLError | OSError) else type(exc).__name__
