"""
Every promise of `protocols.Store` and `protocols.View`, as one small function each.

A promise takes a store that is open and empty. Expected posting lists and statistics are counted here from the texts,
so every store that passes returns the same ones.
"""

from __future__ import annotations

from collections.abc import Callable

from ltml.protocols import Store
from ltml.testing.promises import BrokenPromise
from ltml.testing.stores import forgetting, keeping, looking, nights, overhearing, superseding, turns

Promise = Callable[[Store], None]

#: Every promise, one by one.
STORE_PROMISES: tuple[Promise, ...] = (
    *turns.PROMISES,
    *looking.PROMISES,
    *nights.PROMISES,
    *overhearing.PROMISES,
    *superseding.PROMISES,
    *forgetting.PROMISES,
    *keeping.PROMISES,
)


def check_store(make: Callable[[], Store]) -> None:
    """
    Hold a store to every promise; `make` returns a store that is open, empty and not shared with anybody.

    Raises `BrokenPromise` that names the promise.
    """
    for promise in STORE_PROMISES:
        keep(promise, make())


def keep(promise: Promise, store: Store) -> None:
    """Hold a store to one promise, and close it. Raises `BrokenPromise` that names the promise."""
    try:
        promise(store)
    except BrokenPromise as exc:
        raise BrokenPromise(f"{promise.__name__.replace('_', ' ')}: {exc}") from exc
    finally:
        store.close()
