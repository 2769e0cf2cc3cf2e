"""Many talk at once: each is told when its own words are durable, and none pays for another."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from ltml.capture.recorder import Recorder
from ltml.errors import BadTurn, CaptureError, StoreUnavailable
from ltml.layer import MemoryLayer
from ltml.model import Turn
from tests.wake.lives import STORES, life, said, texts_of


class Watched:
    """A layer that writes down how it was called, and waits at its first call until it may go on."""

    def __init__(self, layer: MemoryLayer, *, held: bool = False) -> None:
        self.calls: list[list[str]] = []
        self.called, self.may_go = Event(), Event()
        self._layer = layer
        if not held:
            self.may_go.set()

    def capture(self, turns: Sequence[Turn], /) -> object:
        self.calls.append(texts_of(turns))
        self.called.set()
        assert self.may_go.wait(10)
        return self._layer.capture(turns)


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        yield alive


def numbered(count: int) -> list[Turn]:
    return [said(f"Crate {n} holds lanterns.", session="hall", ref=f"{n}") for n in range(count)]


async def recorded(recorder: Recorder, turns: Sequence[Turn]) -> list[BaseException | None]:
    return await asyncio.gather(*(recorder.record(turn) for turn in turns), return_exceptions=True)


def test_a_turn_is_kept_when_record_returns(layer):
    async def run() -> list[str]:
        async with Recorder(layer) as recorder:
            await recorder.record(said("The lantern is in crate 4."))
            return texts_of(list(layer.turns()))

    assert asyncio.run(run()) == ["The lantern is in crate 4."]


def test_what_waits_together_is_captured_together_in_the_order_it_came(layer):
    watched = Watched(layer, held=True)

    async def run() -> None:
        async with Recorder(watched, size=10) as recorder:
            everybody = asyncio.create_task(recorded(recorder, numbered(21)))
            await asyncio.to_thread(watched.called.wait, 10)
            watched.may_go.set()
            assert await everybody == [None] * 21

    asyncio.run(run())
    assert [len(call) for call in watched.calls] == [10, 10, 1]
    assert [text for call in watched.calls for text in call] == texts_of(numbered(21))


def test_sixty_four_producers_lose_nothing_and_keep_their_own_order(layer):
    watched = Watched(layer)

    async def producer(recorder: Recorder, name: str) -> None:
        for n in range(5):
            await recorder.record(said(f"{name} says {n}", session=name, ref=f"{n}"))

    async def run() -> None:
        async with Recorder(watched) as recorder:
            await asyncio.gather(*(producer(recorder, f"P{n}") for n in range(64)))

    asyncio.run(run())
    assert len(watched.calls) < 64
    kept = list(layer.turns())
    assert len(kept) == 320
    for n in range(64):
        assert [turn.ref for turn in kept if turn.session == f"P{n}"] == ["0", "1", "2", "3", "4"]


def test_an_error_reaches_exactly_the_one_whose_turn_it_is(layer):
    turns = numbered(9)
    turns[4] = Turn(session="hall", role="user", text="no time zone", at=turns[4].at.replace(tzinfo=None))

    async def run() -> list[BaseException | None]:
        async with Recorder(layer) as recorder:
            return await recorded(recorder, turns)

    outcome = asyncio.run(run())
    assert isinstance(outcome[4], BadTurn)
    assert outcome[:4] + outcome[5:] == [None] * 8
    assert len(list(layer.turns())) == 8


def test_a_store_that_fails_fails_for_those_who_waited_and_for_nobody_after():
    class Moody:
        def __init__(self) -> None:
            self.kept: list[Turn] = []
            self.full = True

        def capture(self, turns: Sequence[Turn], /) -> None:
            if self.full:
                raise StoreUnavailable("the disk is full")
            self.kept += turns

    async def run() -> None:
        moody = Moody()
        async with Recorder(moody) as recorder:
            assert all(isinstance(error, StoreUnavailable) for error in await recorded(recorder, numbered(3)))
            moody.full = False
            assert await recorded(recorder, numbered(3)) == [None] * 3
        assert moody.kept == numbered(3)

    asyncio.run(run())


def test_closing_waits_for_what_is_queued_and_takes_nothing_more(layer):
    async def run() -> None:
        recorder = Recorder(layer, size=2, wait=0.001)
        everybody = [asyncio.create_task(recorder.record(turn)) for turn in numbered(7)]
        await asyncio.sleep(0)  # all of them are waiting now
        await recorder.close()
        assert len(list(layer.turns())) == 7
        await asyncio.gather(*everybody)
        with pytest.raises(CaptureError, match="closed and the turn was not kept"):
            await recorder.record(said("Too late."))

    asyncio.run(run())


def test_to_stop_waiting_does_not_take_the_turn_back(layer):
    watched = Watched(layer, held=True)

    async def run() -> None:
        async with Recorder(watched) as recorder:
            waiting = asyncio.create_task(recorder.record(said("I hang up now.")))
            await asyncio.to_thread(watched.called.wait, 10)
            waiting.cancel()
            watched.may_go.set()

    asyncio.run(run())
    assert texts_of(list(layer.turns())) == ["I hang up now."]


def test_a_recorder_nobody_used_closes_at_once(layer):
    asyncio.run(Recorder(layer).close())
    assert list(layer.turns()) == []
