from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltml
from ltml.errors import ConfigError
from ltml.eval.placebo import NightCounts, count_changes, run_placebo_night
from ltml.eval.systems import SYSTEMS, get_systems
from ltml.model import Change, Evidence, Memory, Night, Turn, Verdict

START = datetime(2031, 5, 8, 9, tzinfo=UTC)
NOW = START + timedelta(days=9)
SAID = (
    "The barge is moored at Brackmere.", "It rained all day.", "My loom needs oil.", "The loom is at Brackmere too.",
)  # fmt: skip


def talk(*texts):
    return [
        Turn(session="a", role="user" if n % 2 == 0 else "assistant", speaker="Vasidro", text=text,
             at=START + timedelta(minutes=n), ref=f"a:{n}")
        for n, text in enumerate(texts)
    ]  # fmt: skip


def started(name, folder, settings=None):
    (system,) = get_systems([name], settings)
    return system.start(folder, "anna", system.settings)


def test_recency_shows_the_end_of_the_talk(tmp_path):
    tail = started("recency", tmp_path)
    tail.capture(talk(*SAID))
    assert tail.recall("anything", 2) == [("a:3",), ("a:2",)]
    assert "rained" not in tail.wake("anything", budget=30, now=NOW).text


def test_bm25_finds_rare_words_first_and_the_newest_among_equals(tmp_path):
    bm25 = started("bm25", tmp_path)
    bm25.capture(talk(*SAID))
    assert bm25.recall("moored", 9) == [("a:0",)]
    assert bm25.recall("loom oil", 9) == [("a:2",), ("a:3",)]
    assert bm25.recall("nothing shared", 9) == []
    bm25.capture(talk("It rained all day.", "It rained all day."))
    assert bm25.recall("rained", 2) == [("a:1",), ("a:0",)]


def test_bm25_can_be_told_to_find_user_turns_only(tmp_path):
    bm25 = SYSTEMS["bm25"].start(tmp_path, "anna", {"user_only": True})
    bm25.capture(talk(*SAID))
    assert bm25.recall("brackmere", 9) == [("a:0",)]


@given(st.lists(st.text("ab cd", min_size=1, max_size=60), max_size=12), st.integers(0, 90))
def test_no_plain_system_ever_spends_more_than_the_budget(texts, budget):
    for name in ("recency", "bm25"):
        contestant = SYSTEMS[name].start(Path(), "anna", {})
        contestant.capture(talk(*texts))
        shown = contestant.wake("a b c d", budget=budget, now=NOW)
        assert shown.tokens <= budget
        assert len(shown.text) <= 4 * budget


def test_ltml_is_driven_through_its_python_surface(tmp_path):
    unslept = started("unslept", tmp_path)
    unslept.capture(talk(*SAID))
    shown = unslept.wake("Where is the barge moored?", budget=512, now=NOW)
    assert "Brackmere" in shown.text
    assert ("a:0",) in [item.refs for item in shown.items]
    assert ("a:0",) in unslept.recall("barge", 3)
    assert unslept.footprint()["active_items"] == len(SAID)
    assert unslept.archived() == frozenset()
    unslept.close()


def test_an_unknown_system_is_named_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"bm52.*recency, bm25, unslept, slept, placebo"):
        get_systems(["bm52"])


def test_settings_go_to_ltml_and_not_to_the_plain_systems():
    assert [dict(s.settings) for s in get_systems(["bm25", "slept"], {"key": 1})] == [{}, {"key": 1}]


# ------------------------------------------------------------------ the placebo


def verdict(turn, tier):
    return Verdict(turn=turn, keep=tier != "archive", kind="turn", reason="test", tier=tier)


def memory(name, *turns):
    return Memory(
        id=name, kind="fact", text="x", evidence=tuple(Evidence(turn=t) for t in turns), learned_at=START
    )  # fmt: skip


def night(*pairs, state="promoted"):
    changes = tuple(Change(before=a, after=b, reason="test") for a, b in pairs)
    return Night(id="real", state=state, started_at=NOW, changes=changes)


def test_the_dose_counts_what_was_archived_and_folded():
    real = night(
        (None, verdict("t1", "archive")),
        (verdict("t2", "warm"), verdict("t2", "archive")),
        (verdict("t3", "archive"), verdict("t3", "archive")),
        (None, verdict("t4", "warm")),
        (None, memory("m1", "t1", "t2", "t5")),
        (memory("m2", "t1", "t2"), memory("m2", "t1", "t2", "t3")),
        (None, memory("m3", "t6")),
        (memory("m4", "t1", "t2"), None),
    )
    assert count_changes(real) == NightCounts(archived=2, folds=(3,), grown=(1,))


def test_a_night_that_was_not_promoted_has_no_dose():
    assert count_changes(night((None, verdict("t1", "archive")), state="refused")) == NightCounts(archived=0)


@pytest.fixture
def layer(tmp_path):
    with ltml.open(str(tmp_path / "memory.db"), namespace="anna") as opened:
        opened.capture(talk(*(f"Sentence about barge number {n}." for n in range(20))))
        yield opened


def test_the_placebo_archives_and_folds_as_much_by_lot(layer):
    real = night(
        *((None, verdict(f"t{n}", "archive")) for n in range(5)), (None, memory("m1", "t1", "t2", "t3"))
    )  # fmt: skip
    done = run_placebo_night(layer, real, Random(1))
    assert (done.state, done.kind) == ("promoted", "placebo")
    assert count_changes(done) == count_changes(real)
    assert sum(not item.active for item in layer.items()) == 5
    assert layer.stats()["new_turns"] == 0


def test_the_lot_is_repeatable_and_never_draws_a_turn_twice(layer):
    real = night(*((None, verdict(f"t{n}", "archive")) for n in range(8)))
    first = run_placebo_night(layer, real, Random(1))
    second = run_placebo_night(
        layer, Night(id="real-2", state="promoted", started_at=NOW, changes=real.changes), Random(1)
    )
    drawn = [change.key for change in (*first.changes, *second.changes)]
    assert len(set(drawn)) == 16


def test_a_memory_that_grew_lets_one_of_the_placebos_own_grow(layer):
    run_placebo_night(layer, night((None, memory("m1", "t1", "t2"))), Random(1))
    real = night((memory("m1", "t1", "t2"), memory("m1", "t1", "t2", "t3")))
    done = run_placebo_night(
        layer, Night(id="real-2", state="promoted", started_at=NOW, changes=real.changes), Random(2)
    )
    assert count_changes(done) == count_changes(real)
    assert sorted(len(item.refs) for item in layer.items() if item.kind == "fact") == [3]


def test_an_empty_night_makes_an_empty_placebo(layer):
    run_placebo_night(layer, night(state="empty"), Random(1))
    assert all(item.active for item in layer.items())
