"""A store that could not be opened: every call raises the error of opening it, so that a chat can go on without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ltml.errors import StoreError


class UnavailableStore:
    """Stands in for a `protocols.Store` that could not be opened; its calls raise `StoreError`s."""

    def __init__(self, error: StoreError) -> None:
        """Raise this error, with which opening the store failed, again and again."""
        self.error = error

    def __getattr__(self, name: str) -> Any:
        """Return a function that fails as opening did."""

        def refuse(*_: object, **__: object) -> NoReturn:
            raise type(self.error)(str(self.error))

        return refuse

    def count_new_turns(self) -> Mapping[str, int]:
        """Return nothing: no night can begin, and the scheduler, which asks every second, must not fail."""
        return {}

    def namespaces(self) -> Sequence[str]:
        """Return nothing: access is decided before anything is read."""
        return ()

    def close(self) -> None:
        """Do nothing: no file is open."""
