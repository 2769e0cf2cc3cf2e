"""A night that loses something is refused: first it tries again more carefully, then it lets everything be."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ltml.layer import MemoryLayer
from ltml.model import Turn, Verdict
from ltml.plugins import find_plugin
from ltml.protocols import Filter
from ltml.sleep.gate import build_question
from ltml.sleep.night import NightDriver
from ltml.sleep.pipeline import Batch, conclude_batch
from tests.wake.lives import LATER, STORES, life, said

TALK = ("My heron statue stands behind the pond.", "The boat needs a new mast.", "Odile plays the cello in Ghent.")


def archives_everything(turns: Sequence[Turn]) -> list[Verdict]:
    """A filter that likes nothing, and says it keeps it."""
    return [Verdict(turn=t.id, keep=True, kind="told", reason="no", tier="archive", salience=0.0) for t in turns]


def driver(layer: MemoryLayer, judge: Filter) -> NightDriver:
    return NightDriver(
        store=layer.store, namespace="ada", settings=layer.settings.sleep, recall=layer._recall_for_night, judge=judge,
        notify=lambda _: None, entropy=layer._entropy, clock=lambda: LATER,
    )  # fmt: skip


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        alive.capture([said(text, day, ref=f"r{day}") for day, text in enumerate(TALK)])
        yield alive


def test_a_filter_that_archives_everything_does_not_get_its_way(layer):
    night = driver(layer, archives_everything).sleep(LATER)
    assert night.state == "promoted"
    assert all(item.active for item in layer.items())
    assert layer.recall("heron statue", 1, LATER)[0].refs == ("r0",)


@pytest.fixture
def hopeless(monkeypatch):
    """A night that loses things even when it is careful: what it concludes archives what it may not."""
    monkeypatch.setattr("ltml.sleep.night.conclude_batch", steal)


def steal(batch: Batch) -> Batch:
    for verdict in archives_everything(batch.turns):
        batch = batch.with_verdict(verdict)
    return conclude_batch(batch)


def test_a_night_that_loses_even_then_is_refused_and_leaves_no_trace(layer, hopeless):
    before = layer.store.digest("ada")
    night = driver(layer, find_plugin("filters", "rules")).sleep(LATER)
    assert (night.state, night.changes) == ("refused", ())
    assert "would find less" in str(night.report["refused"])
    assert layer.store.digest("ada") == before
    assert layer.sleep(LATER, dry_run=True).state == "refused"


def test_a_refused_night_is_not_tried_again_before_there_is_something_new(layer, hopeless):
    judged: list[int] = []

    def counting(turns: Sequence[Turn]) -> list[Verdict]:
        judged.append(len(turns))
        verdicts: list[Verdict] = find_plugin("filters", "rules")(turns)
        return verdicts

    assert driver(layer, counting).sleep(LATER).state == "refused"
    assert judged == [3, 3]
    again = driver(layer, counting).sleep(LATER)
    assert again.state == "refused"
    assert "refused before" in str(again.report["refused"])
    assert judged == [3, 3]
    layer.capture([said("Basil bought a parrot.", 9)])
    driver(layer, counting).sleep(LATER)
    assert judged == [3, 3, 4, 4]


def test_a_refused_night_is_slept_in_the_end_when_something_new_makes_it_good(layer):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ltml.sleep.night.conclude_batch", steal)
        assert layer.sleep(LATER).state == "refused"
    layer.capture([said("Basil bought a parrot.", 9)])
    assert layer.sleep(LATER).state == "promoted"
    assert layer.sleep(LATER).state == "empty"


def test_a_good_night_says_how_many_questions_it_asked_itself(layer):
    report = layer.sleep(LATER).report
    assert report["probes"] == report["probes_found"] == len(TALK)


def test_a_probe_asks_with_the_longest_words_of_the_richest_sentence():
    turn = said("Well. The lighthouse keeper of Oban counts cormorants. Yes.")
    assert set(build_question(turn).split()) == {"lighthous", "keeper", "cormor", "count"}
    assert build_question(said("")) == ""
