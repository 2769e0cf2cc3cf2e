"""Which memories stand in the block: the best, few enough, and without flicker."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.model import Evidence, Memory
from ltml.sleep.pipeline import Batch
from ltml.sleep.profile import MARGIN, choose_hot_memories, score_memory
from tests.wake.lives import LATER, STORES, life, with_assistant

memories = st.lists(
    st.builds(
        Memory,
        id=st.uuids().map(str), kind=st.sampled_from(("instruction", "preference", "protected", "said")),
        text=st.just("x"), evidence=st.just((Evidence(turn="t"),)), learned_at=st.just(LATER), count=st.integers(1, 50),
        salience=st.floats(0, 1), tier=st.sampled_from(("hot", "warm", "archive")),
        valid_to=st.sampled_from((None, LATER)), pinned=st.just(False),
    ),
    max_size=12, unique_by=lambda memory: memory.id,
)  # fmt: skip


def chosen(size: int, given_: list[Memory]) -> dict[str, Memory]:
    known = {memory.id: memory for memory in given_}
    return {**known, **choose_hot_memories(size)(Batch(now=LATER, turns=(), memories_before=known)).memories_after}


@given(some=memories, size=st.integers(0, 6))
def test_no_more_than_so_many_are_hot_and_none_that_may_not_stand(some: list[Memory], size: int):
    after = chosen(size, some)
    hot = [memory for memory in after.values() if memory.tier == "hot"]
    assert len(hot) <= size
    assert all(memory.kind != "said" and memory.valid_to is None for memory in hot)
    assert [m.id for m in some if m.tier == "archive"] == [m.id for m in after.values() if m.tier == "archive"]


@given(some=memories, size=st.integers(0, 6))
def test_choosing_again_changes_nothing(some: list[Memory], size: int):
    once = chosen(size, some)
    assert chosen(size, list(once.values())) == once


def order(name: str, salience: float, tier: str) -> Memory:
    return Memory(
        id=name, kind="instruction", text=name, evidence=(Evidence(turn=name),), learned_at=LATER, salience=salience,
        tier=tier,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(("better", "tier"), [(MARGIN * 0.9, "warm"), (MARGIN * 1.1, "hot")])
def test_a_newcomer_must_be_clearly_better(better, tier):
    old, new = order("old", 0.5, "hot"), order("new", 0.5 * (1 + better), "warm")
    assert score_memory(new) > score_memory(old)
    assert chosen(1, [old, new])["new"].tier == tier


def test_what_is_pinned_stays_whatever_is_better():
    pinned = replace(order("pinned", 0.0, "hot"), pinned=True)
    assert chosen(1, [pinned, order("new", 1.0, "warm")])["pinned"].tier == "hot"


@pytest.mark.parametrize("kind", STORES)
def test_a_memory_that_leaves_the_block_says_why(kind, tmp_path: Path):
    with life(kind, tmp_path, sleep__profile=1) as layer:
        layer.capture(with_assistant(["Please always answer in metric units."]))
        layer.sleep(LATER)
        first = layer.memories()[0]
        assert first.tier == "hot"
        for day in (1, 2):
            layer.capture(with_assistant(["From now on use short sentences."], day))
        layer.sleep(LATER)
        assert {m.text: m.tier for m in layer.memories()} == {
            "Please always answer in metric units.": "warm",
            "From now on use short sentences.": "hot",
        }
        reasons = layer.why(first.id).reasons
        assert ["enters the block" in reasons[0], "leaves the block for better ones" in reasons[1]] == [True, True]
