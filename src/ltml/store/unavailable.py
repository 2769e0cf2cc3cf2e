"""A store that could not be opened: it says so whenever it is asked, so that a chat can go on without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ltml.errors import StoreError


class UnavailableStore:
    """Keeps nothing of `protocols.Store` but that its errors are `StoreError`s."""

    def __init__(self, error: StoreError) -> None:
        """Take the error that opening the store ended in."""
        self.error = error

    def __getattr__(self, name: str) -> Any:
        """Return a call that fails as opening did."""

        def refuse(*_: object, **__: object) -> NoReturn:
            raise type(self.error)(str(self.error))

        return refuse

    def count_new_turns(self) -> Mapping[str, int]:
        """Return nobody: no night can begin, and who asks every second shall not hear it every second."""
        return {}

    def namespaces(self) -> Sequence[str]:
        """Return nobody: who may be somebody is asked before anything is read."""
        return ()

    def close(self) -> None:
        """There is nothing to let go of."""
