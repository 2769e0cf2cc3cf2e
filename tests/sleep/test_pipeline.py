"""Steps run in order, ask and are answered, and what they decided becomes changes with reasons."""

from dataclasses import replace

import pytest

from ltml.asks import AskVectors
from ltml.model import Evidence, Memory, Verdict
from ltml.sleep.pipeline import Batch, conclude_batch, run_steps
from tests.wake.lives import LATER

MEMORY = Memory(id="m", kind="said", text="The boat is green.", evidence=(Evidence(turn="t"),), learned_at=LATER)
VERDICT = Verdict(turn="t", keep=True, kind="told", reason="tells something")
EMPTY = Batch(now=LATER, turns=())


def asks(batch: Batch):
    (answer,) = yield [AskVectors(texts=("boat",))]
    return batch.with_numbers(answered=answer)


def test_steps_run_in_order_and_each_is_told_when_it_is_done():
    done: list[str] = []
    running = run_steps([("one", lambda batch: batch.with_numbers(one=1)), ("two", asks)], EMPTY, done.append)
    assert next(running) == [AskVectors(texts=("boat",))]
    assert done == ["one"]
    with pytest.raises(StopIteration) as end:
        running.send(["green"])
    assert done == ["one", "two"]
    assert end.value.value.report == {"one": 1, "answered": "green"}


def test_only_what_differs_becomes_a_change():
    known = replace(EMPTY, memories_before={"m": MEMORY}, verdicts_before={"t": VERDICT}).with_verdict(VERDICT)
    assert conclude_batch(known.with_memories({"m": MEMORY}, {})).changes == ()
    grown = replace(MEMORY, count=2)
    changes = conclude_batch(known.with_memories({"m": grown}, {"m": "said again"})).changes
    assert [(change.before, change.after, change.reason) for change in changes] == [(MEMORY, grown, "said again")]


def test_what_the_user_took_back_is_not_changed_again():
    batch = replace(EMPTY, vetoes=frozenset({"memory:m"})).with_memories({"m": MEMORY}, {"m": "said twice"})
    assert conclude_batch(batch).changes == ()


def test_a_later_draft_wins():
    batch = EMPTY.with_memories({"m": MEMORY}, {"m": "one"}).with_memories(
        {"m": replace(MEMORY, tier="hot")}, {"m": "two"}
    )
    assert [(c.reason, c.after) for c in conclude_batch(batch).changes] == [("two", replace(MEMORY, tier="hot"))]
    assert batch.find_memory("m") == replace(MEMORY, tier="hot")
    assert batch.find_memory("n") is None
