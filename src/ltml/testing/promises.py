"""The assertions of the suites, and the error they raise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class BrokenPromise(AssertionError):
    """A plugin does not do what its protocol says; the message names the promise."""


def assert_equal(got: object, wanted: object, what: str = "the value") -> None:
    """Raise `BrokenPromise` unless both are equal."""
    if got != wanted:
        raise BrokenPromise(f"{what} should be {wanted!r:.500} and is {got!r:.500}")


def assert_true(condition: object, what: str) -> None:
    """Raise `BrokenPromise` saying `what` unless the condition is true."""
    if not condition:
        raise BrokenPromise(what)


@contextmanager
def assert_raises(kind: type[Exception], what: str) -> Iterator[None]:
    """Raise `BrokenPromise` unless the block raises an error of this kind."""
    try:
        yield
    except kind:
        return
    raise BrokenPromise(f"{what} should raise {kind.__name__}, and nothing was raised")
