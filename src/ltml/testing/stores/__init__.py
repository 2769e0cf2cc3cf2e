"""
Every promise of `protocols.Store` and `protocols.View`, as one small function each.

A promise takes a store that is open and empty. The expected posting lists and statistics are computed here from the
texts, so every store that passes returns the same ones.
"""

from __future__ import annotations

from collections.abc import Callable

from ltml.protocols import Store
from ltml.testing.promises import BrokenPromise
from ltml.testing.stores.chats import PROMISES as CHATS
from ltml.testing.stores.forgetting import PROMISES as FORGETTING
from ltml.testing.stores.maintenance import PROMISES as MAINTENANCE
from ltml.testing.stores.nights import PROMISES as NIGHTS
from ltml.testing.stores.revisions import PROMISES as REVISIONS
from ltml.testing.stores.turns import PROMISES as TURNS
from ltml.testing.stores.views import PROMISES as VIEWS

Promise = Callable[[Store], None]

#: Every promise, one by one.
STORE_PROMISES: tuple[Promise, ...] = (*TURNS, *VIEWS, *NIGHTS, *CHATS, *REVISIONS, *FORGETTING, *MAINTENANCE)


def check_store(make: Callable[[], Store]) -> None:
    """
    Check every promise of a store; `make` returns a store that is open, empty and not shared.

    Raises `BrokenPromise` that names the promise.
    """
    for promise in STORE_PROMISES:
        check_promise(promise, make())


def check_promise(promise: Promise, store: Store) -> None:
    """Check one promise of a store, and close it. Raises `BrokenPromise` that names the promise."""
    try:
        promise(store)
    except BrokenPromise as exc:
        raise BrokenPromise(f"{promise.__name__.replace('_', ' ')}: {exc}") from exc
    finally:
        store.close()
