"""Appends that wait together are done together, and nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltml.model import Turn
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.turns import append_turns
from ltml.store.sqlite.writer import BatchableWork, Writer

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)
TEXTS = ("The barge leaves at dawn.", "Otto has the key.", "Otto lost the key, and the barge.", "dawn dawn dawn", "")
TURNS = st.builds(
    lambda ref, text, minute: Turn(session="s", role="user", text=text, at=NOON + timedelta(minutes=minute), ref=ref),
    st.sampled_from(("", "a", "b")),
    st.sampled_from(TEXTS),
    st.integers(0, 3),
)
BATCHES = st.lists(st.lists(TURNS, min_size=1, max_size=4), min_size=1, max_size=5)


@contextmanager
def held(writer: Writer) -> Iterator[None]:
    """Keep the writer busy, so that what is submitted meanwhile waits together."""
    busy, go = Event(), Event()

    def wait(_: apsw.Connection) -> None:
        busy.set()
        go.wait(30)

    first: Future[None] = writer.submit(wait, alone=True)
    busy.wait(30)
    try:
        yield
    finally:
        go.set()
        first.result(30)


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(lambda: apsw.Connection(":memory:"), "test")
    yield made
    made.close()


def shared(writer: Writer, items: Sequence[int], calls: list[list[int]]) -> list[Future[int]]:
    """Share the items while the writer is busy; nought is refused."""

    def work(_: apsw.Connection, some: Sequence[int]) -> list[int]:
        calls.append(list(some))
        return [12 // item for item in some]

    with held(writer):
        return [writer.submit(BatchableWork(batch_key="kin", work=work, item=item)) for item in items]


def test_items_of_one_kin_that_wait_are_done_in_one_call(writer: Writer) -> None:
    calls: list[list[int]] = []
    futures = shared(writer, [3, 4, 6], calls)
    assert [future.result(30) for future in futures] == [4, 3, 2]
    assert calls == [[3, 4, 6]]


def test_an_item_that_fails_fails_alone(writer: Writer) -> None:
    futures = shared(writer, [3, 0, 6], [])
    assert futures[0].result(30) == 4
    assert isinstance(futures[1].exception(30), ZeroDivisionError)
    assert futures[2].result(30) == 2


@settings(max_examples=40, deadline=None)
@given(batches=BATCHES)
def test_batches_appended_together_are_as_appended_one_by_one(batches: list[list[Turn]]) -> None:
    with TemporaryDirectory() as folder:
        one = SqliteStore(Path(folder) / "one.db", entropy=bytes, synchronous="off")
        other = SqliteStore(Path(folder) / "other.db", entropy=bytes, synchronous="off")
        apart = [one.append("ns", batch) for batch in batches]
        together = other._database.write(
            lambda c: append_turns(c, "ns", batches, bytes(32), iter(lambda: bytes(16), b""))
        )
        assert together == apart
        assert other.digest("ns") == one.digest("ns")
        assert other.verify() == one.verify() == []
        one.close()
        other.close()
