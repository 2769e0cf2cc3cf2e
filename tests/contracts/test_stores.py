"""Every store that is installed keeps every promise, and all of them say the same."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from ltml import plugins
from ltml.protocols import Store
from ltml.testing import STORE_PROMISES, BrokenPromise, check_store
from ltml.testing.stores import Promise, check_promise

STORES = plugins.list_plugins("store")
Make = Callable[[], Store]


@pytest.fixture(params=STORES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what opens a new, empty store of each kind there is."""
    numbers = itertools.count()
    plugin = plugins.find_plugin("store", request.param)

    def made() -> Store:
        store: Store = plugin() if request.param == "ephemeral" else plugin(tmp_path / f"{next(numbers)}.db")
        return store

    return made


@pytest.mark.parametrize("promise", STORE_PROMISES, ids=lambda promise: promise.__name__)
def test_every_store_keeps(make: Make, promise: Promise) -> None:
    check_promise(promise, make())


def test_the_memory_store_and_sqlite_are_among_them() -> None:
    assert {"ephemeral", "sqlite"} <= set(STORES)


def test_the_suite_names_the_promise_that_is_broken(make: Make) -> None:
    class Forgetful:
        """A store that loses every second turn."""

        def __init__(self) -> None:
            self.inner = make()

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def turns(self, *arguments: object) -> object:
            return iter(list(self.inner.turns(*arguments))[::2])  # type: ignore[arg-type]

    with pytest.raises(BrokenPromise, match="the same turn twice is kept once"):
        check_store(Forgetful)  # type: ignore[arg-type]
