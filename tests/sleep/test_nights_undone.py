"""Every night can be taken back, exactly; nights are pure, and settle."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.errors import UndoConflict
from ltml.layer import MemoryLayer
from ltml.model import Memory, Night, Turn, Verdict
from ltml.sleep.sort import TAKEN_BACK
from ltml.store.sqlite import SqliteStore
from tests.sleep.talk import DAWN, DAY, by_hand, days, lives

SPACE = "ada"
#: With Hypothesis' fifty examples in CI these make 200 nights or more.
NIGHTS = 4

pytestmark = pytest.mark.timeout(3600)

seeds = st.integers(0, 2**32)
hands = st.lists(by_hand, min_size=NIGHTS, max_size=NIGHTS)


@contextmanager
def fresh_layer(seed: int = 0) -> Iterator[MemoryLayer]:
    """A layer on a new file; without syncing, for no power is cut here."""
    with TemporaryDirectory() as folder:
        chance = Random(seed)
        with closing(SqliteStore(Path(folder) / "memory.db", entropy=chance.randbytes, synchronous="off")) as store:
            yield MemoryLayer(store, SPACE, clock=lambda: DAWN, entropy=chance.randbytes)


def evening(number: int) -> datetime:
    return DAWN + number * DAY + timedelta(hours=14)


def learned(layer: MemoryLayer) -> tuple[Sequence[Verdict], Sequence[Memory]]:
    """All that a night may change."""
    return layer.store.verdicts(SPACE), layer.memories()


def do(layer: MemoryLayer, act: str, which: int, now: datetime) -> None:
    """Something by hand, on one of the memories there are, if there is one."""
    memories = layer.memories()
    if act == "remember" or not memories:
        layer.remember(f"The combination of lock {which} is written on the lamp.", now)
    elif act == "pin":
        layer.pin(memories[which % len(memories)].id, now)
    else:
        layer.edit(memories[which % len(memories)].id, f"That was wrong; the lamp number {which} is green.", now)


def live(
    layer: MemoryLayer, talk: Sequence[Sequence[Turn]], acts: Sequence[Sequence[tuple[str, int]]]
) -> list[tuple[Night, tuple[Sequence[Verdict], Sequence[Memory]]]]:
    """Several days: talk, a night, orders by hand. Return the nights, each with what was learned before it."""
    nights = []
    for number, (turns, orders) in enumerate(zip(talk, acts, strict=True)):
        layer.capture(turns)
        before = learned(layer)
        nights.append((layer.sleep(evening(number)), before))
        for act, which in orders:
            do(layer, act, which, evening(number) + timedelta(hours=1))
    return nights


def undo_everything(layer: MemoryLayer) -> Iterator[Night]:
    """Take back nights and orders by hand, the latest first; yield each night."""
    for night in reversed(layer.nights()):
        if night.state == "promoted":
            yield layer.undo(night.id)


@lives
@given(seed=seeds, acts=hands)
def test_undone_in_reverse_order_each_night_gives_back_what_was_there_before_it(seed, acts):
    with fresh_layer() as layer:
        nights = live(layer, days(Random(seed), NIGHTS, 10), acts)
        assert [night.state for night, _ in nights] == ["promoted"] * NIGHTS
        before = {night.id: state for night, state in nights}
        turns = list(layer.turns())
        for night in undo_everything(layer):
            assert night.state == "undone"
            assert night.kind == "hand" or learned(layer) == before[night.id]
        assert list(layer.turns()) == turns
        assert layer.verify() == []
        with fresh_layer() as untouched:
            untouched.store.append(SPACE, in_order_of_arrival(layer))
            assert layer.store.digest(SPACE) == untouched.store.digest(SPACE)


def in_order_of_arrival(layer: MemoryLayer) -> list[Turn]:
    with layer.store.view(SPACE) as view:
        numbers = view.numbers([turn.id for turn in layer.turns()])
    return sorted(layer.turns(), key=lambda turn: numbers[turn.id])


@lives
@given(seed=seeds)
def test_a_night_undone_at_once_leaves_the_digest_as_it_was(seed: int):
    with fresh_layer() as layer:
        for number, turns in enumerate(days(Random(seed), 2, 8)):
            layer.capture(turns)
            before = layer.store.digest(SPACE)
            night = layer.sleep(evening(number))
            assert layer.store.digest(SPACE) != before
            layer.undo(night.id)
            assert layer.store.digest(SPACE) == before


@lives
@given(seed=seeds, acts=hands)
def test_what_was_taken_back_does_not_come_back(seed, acts):
    with fresh_layer() as layer:
        live(layer, days(Random(seed), 2, 6), acts[:2])
        gone = {memory.id for memory in layer.memories()}
        judged = {verdict.turn for verdict in layer.store.verdicts(SPACE)}
        list(undo_everything(layer))
        night = layer.sleep(evening(NIGHTS))
        assert night.state == "promoted"
        assert not gone & {memory.id for memory in layer.memories()}
        taken_back = [verdict for verdict in layer.store.verdicts(SPACE) if verdict.turn in judged]
        assert all(verdict.reason.startswith(TAKEN_BACK) for verdict in taken_back)
        assert all(verdict.tier != "archive" for verdict in taken_back)


@lives
@given(seed=seeds, later=st.integers(-400, 40_000))
def test_a_night_without_new_turns_changes_nothing_whatever_the_time(seed: int, later: int):
    with fresh_layer() as layer:
        layer.capture(days(Random(seed), 1, 10)[0])
        layer.sleep(evening(0))
        before, nights = layer.store.digest(SPACE), layer.nights()
        night = layer.sleep(evening(0) + timedelta(days=later))
        assert (night.state, night.changes) == ("empty", ())
        assert layer.store.digest(SPACE) == before
        assert layer.nights() == nights


@lives
@given(seed=seeds, acts=hands)
def test_the_same_log_makes_the_same_nights(seed, acts):
    def lived() -> list[Night]:
        with fresh_layer(seed=7) as layer:
            return [night for night, _ in live(layer, days(Random(seed), 2, 8), acts[:2])]

    one, other = lived(), lived()
    assert [night.changes for night in one] == [night.changes for night in other]


def plain(name: str, words: str, number: int) -> Turn:
    return Turn(session=name, role="user", text=words, at=DAWN + number * DAY, ref=name)


def test_an_older_night_that_a_newer_one_built_on_cannot_be_undone_before_it():
    words = "Jorun keeps the canoe behind the chapel."
    with fresh_layer() as layer:
        layer.capture([plain("a", words, 0), plain("b", words, 0)])
        first = layer.sleep(evening(0))
        layer.capture([plain("c", words, 1)])
        second = layer.sleep(evening(1))
        before = layer.store.digest(SPACE)
        with pytest.raises(UndoConflict, match=second.id):
            layer.undo(first.id)
        assert layer.store.digest(SPACE) == before
        layer.undo(second.id)
        assert layer.undo(first.id).state == "undone"
        assert layer.memories() == []


ORDERS: dict[str, Callable[[MemoryLayer, str], object]] = {
    "an edit": lambda layer, name: layer.edit(name, "Jorun sold the canoe.", evening(1)),
    "a pin": lambda layer, name: layer.pin(name, evening(1)),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_a_night_whose_memory_was_changed_by_hand_cannot_be_undone_before_that(order):
    words = "Jorun keeps the canoe behind the chapel."
    with fresh_layer() as layer:
        layer.capture([plain("a", words, 0), plain("b", words, 0)])
        night = layer.sleep(evening(0))
        order(layer, layer.memories()[0].id)
        with pytest.raises(UndoConflict):
            layer.undo(night.id)
