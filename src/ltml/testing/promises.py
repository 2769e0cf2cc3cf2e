"""How a suite says that a promise is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class BrokenPromise(AssertionError):
    """A plugin does not do what its protocol says; the message names the promise."""


def equal(got: object, wanted: object, what: str = "the value") -> None:
    """Raise `BrokenPromise` unless both are equal."""
    if got != wanted:
        raise BrokenPromise(f"{what} should be {wanted!r:.500} and is {got!r:.500}")


def holds(condition: object, what: str) -> None:
    """Raise `BrokenPromise` saying `what` unless the condition is true."""
    if not condition:
        raise BrokenPromise(what)


@contextmanager
def refusing(kind: type[Exception], what: str) -> Iterator[None]:
    """Raise `BrokenPromise` unless the block raises an error of this kind."""
    try:
        yield
    except kind:
        return
    raise BrokenPromise(f"{what} should raise {kind.__name__}, and nothing was raised")
