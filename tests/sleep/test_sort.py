"""Every turn gets a verdict, with a reason; the days it speaks of are worked out from the day it was said."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ltml.model import Turn
from ltml.sleep.pipeline import Batch
from ltml.sleep.sort import TAKEN_BACK, resolve_dates, sort_turns
from tests.sleep.test_gate import archives_everything
from tests.wake.lives import LATER, STORES, life, said


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        yield alive


def dates_of(layer, turn: Turn) -> list[tuple[str, str]]:
    layer.capture([turn])
    layer.sleep(LATER)
    return [(d.phrase, d.written) for verdict in layer.store.verdicts("ada") for d in verdict.dates]


def at(zone: int, hour: int) -> datetime:
    return datetime(2033, 5, 2, hour, tzinfo=timezone(timedelta(hours=zone)))


def test_yesterday_is_the_day_before_where_the_speaker_was(layer):
    turn = Turn(session="s", role="user", text="I saw the heron yesterday.", at=at(zone=-10, hour=23))
    assert turn.at.astimezone(UTC).day == 3
    assert dates_of(layer, turn) == [("yesterday", "2033-05-01")]


def test_a_day_that_is_today_needs_no_date(layer):
    assert dates_of(layer, said("I saw the heron today.")) == []


def test_small_talk_is_set_aside_and_its_dates_with_it(layer):
    assert dates_of(layer, said("See you tomorrow!")) == []


def test_every_turn_has_one_verdict_with_a_reason(layer):
    layer.capture([said("The boat is green."), said("thanks", 1), said("", 2), said("Is it?", 3, role="assistant")])
    layer.sleep(LATER)
    verdicts = layer.store.verdicts("ada")
    assert [verdict.turn for verdict in verdicts] == [turn.id for turn in layer.turns()]
    assert all(verdict.reason for verdict in verdicts)


def test_a_careful_night_archives_nothing():
    batch = Batch(now=LATER, turns=(said("The boat is green."),), careful=True)
    verdicts = sort_turns(archives_everything)(batch).verdicts_after.values()
    assert [verdict.tier for verdict in verdicts] == ["warm"]


def test_what_the_user_took_back_is_kept_plainly_and_says_so(layer):
    layer.capture([said("thanks")])
    layer.undo(layer.sleep(LATER).id)
    layer.capture([said("The boat is green.", 1)])
    layer.sleep(LATER)
    reasons = {verdict.reason: verdict.tier for verdict in layer.store.verdicts("ada")}
    assert reasons[TAKEN_BACK] == "warm"


def test_turns_that_are_not_kept_get_no_dates():
    turn = said("I saw the heron yesterday.")
    batch = sort_turns(lambda turns: [v for t in turns for v in archives_everything([t])])(
        Batch(now=LATER, turns=(turn,))
    )
    assert resolve_dates(batch).report["dated"] == 1
