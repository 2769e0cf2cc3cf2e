"""When memory sleeps: the laws of the watch, over days of random talk, and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.interfaces.serve.sleep_policy import DueNight, SleepPolicy, format_duration
from ltml.providers.model_catalog import RunningModel
from ltml.providers.model_names import normalize_model_name

DAWN = datetime(2033, 3, 4, 6, tzinfo=UTC)
IDLE = timedelta(minutes=10)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NAMES, MODELS = ("ada", "ben"), ("owl", "lark:3b")


def watch() -> SleepPolicy:
    return SleepPolicy(since=DAWN, idle=IDLE)


def exchange(watch: SleepPolicy, namespace: str, model: str, at: datetime) -> None:
    watch.conversation_started(namespace, model, at)
    watch.conversation_finished(namespace, model, at + SECOND)


# --- laws ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing the watch is told, so long after the thing before."""

    what: str
    namespace: str
    model: str
    after: timedelta


told = st.builds(
    Told,
    what=st.sampled_from(("spoke", "ended", "unloaded", "listed", "not listed", "began", "failed", "refused", "slept")),
    namespace=st.sampled_from(NAMES),
    model=st.sampled_from(MODELS),
    after=st.integers(0, 900).map(lambda seconds: timedelta(seconds=seconds)),
)
days = st.lists(told, max_size=40)
restless = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3))


def tell(watch: SleepPolicy, thing: Told, at: datetime) -> None:
    match thing.what:
        case "spoke":
            watch.conversation_started(thing.namespace, thing.model, at)
        case "ended":
            watch.conversation_finished(thing.namespace, thing.model, at)
        case "unloaded":
            watch.model_unloaded(thing.model, at)
        case "listed":
            watch.update_loaded_models([RunningModel(model=thing.model)], at)
        case "not listed":
            watch.update_loaded_models([], at)
        case "began":
            watch.night_started(thing.namespace)
        case state:
            watch.night_finished(thing.namespace, "promoted" if state == "slept" else state, at, new=2)


def lived(things: Sequence[Told]) -> tuple[SleepPolicy, datetime, list[Told]]:
    """A watch that was told all this in order; a reply ends only if somebody spoke."""
    watched, at, talks, heard = watch(), DAWN, list[Any](), list[Told]()
    for thing in things:
        at += thing.after
        talk = (thing.namespace, thing.model)
        if thing.what == "ended" and talk not in talks:
            continue
        talks += [talk] if thing.what == "spoke" else []
        if thing.what == "ended":
            talks.remove(talk)
        tell(watched, thing, at)
        heard.append(thing)
    assert watched.is_conversation_active == bool(talks)
    return watched, at, heard


@given(days, restless, st.integers(0, 90_000))
def test_nobody_sleeps_while_somebody_speaks(things, new, seconds):
    watched, at, _ = lived(things)
    watched.conversation_started("ben", "owl", at)
    later = at + timedelta(seconds=seconds)
    assert watched.find_due_nights(later, new) == ()
    assert watched.silence_duration(later) == timedelta()


@given(days, restless)
def test_asking_changes_nothing_and_who_has_nothing_new_never_sleeps(things, new):
    watched, at, _ = lived(things)
    due = watched.find_due_nights(at, new)
    assert watched.find_due_nights(at, new) == due
    assert all(new[each.namespace] for each in due)
    assert bool(due) == (watched.describe_next_night(at, new) == "now")


@given(days, st.sampled_from(MODELS))
def test_an_unload_with_new_turns_becomes_due_once(things, model):
    watched, at, _ = lived([thing for thing in things if thing.what not in ("failed", "refused")])
    while watched.is_conversation_active:
        talk = next(iter(watched._open))
        watched.conversation_finished(*talk, at)
    exchange(watched, "ada", model, at)
    watched.model_unloaded(model, at + 2 * SECOND)
    soon = at + 3 * SECOND
    assert DueNight(namespace="ada", reason=f"{model} was unloaded") in watched.find_due_nights(soon, {"ada": 1})
    watched.night_started("ada")
    watched.night_finished("ada", "promoted", soon)
    watched.model_unloaded(model, soon)
    assert "ada" not in {due.namespace for due in watched.find_due_nights(soon, {"ada": 1})}


@given(days, st.sampled_from(NAMES))
def test_after_enough_silence_everybody_with_new_turns_sleeps_whatever_happened_before(things, name):
    watched, at, _ = lived(things)
    while watched.is_conversation_active:
        watched.conversation_finished(*next(iter(watched._open)), at)
    dawn = at + timedelta(hours=2)
    assert [due.namespace for due in watched.find_due_nights(dawn, {name: 5})] == [name]


@given(days, st.integers(1, 9), st.sampled_from(["busy", "failed"]))
def test_after_the_nth_failure_there_is_a_pause_that_doubles_and_then_another_try(things, failures, state):
    watched, at, _ = lived([thing for thing in things if thing.what not in ("failed", "refused", "spoke", "ended")])
    watched.night_finished("ada", "promoted", at)
    for _ in range(failures):
        watched.night_started("ada")
        watched.night_finished("ada", state, at)
    pause = min(2 ** (failures - 1), 64) * MINUTE
    assert watched.find_due_nights(at + pause - SECOND, {"ada": 1}) == ()
    assert [due.namespace for due in watched.find_due_nights(at + pause, {"ada": 1})] == ["ada"]


@given(days, st.integers(1, 9), st.integers(1, 9))
def test_a_refused_night_is_not_tried_again_before_something_is_new(things, new, more):
    watched, at, _ = lived([thing for thing in things if thing.what not in ("spoke", "ended")])
    watched.night_finished("ada", "refused", at, new)
    later = at + timedelta(days=1)
    assert watched.find_due_nights(later, {"ada": new}) == ()
    assert "refused" in watched.describe_next_night(later, {"ada": new})
    assert [due.namespace for due in watched.find_due_nights(later, {"ada": new + more})] == ["ada"]


# --- unloads ---------------------------------------------------------------------------------------------------------


def test_an_unload_concerns_only_whom_spoke_through_that_model():
    watched = watch()
    exchange(watched, "ada", "owl", DAWN)
    exchange(watched, "ben", "lark:3b", DAWN)
    watched.model_unloaded("Owl:latest", DAWN + MINUTE)
    assert watched.find_due_nights(DAWN + MINUTE, {"ada": 2, "ben": 2}) == (
        DueNight(namespace="ada", reason="owl was unloaded"),
    )


def test_who_speaks_again_after_an_unload_is_not_sent_to_sleep_for_it():
    watched = watch()
    exchange(watched, "ada", "owl", DAWN)
    watched.model_unloaded("owl", DAWN + MINUTE)
    exchange(watched, "ada", "owl", DAWN + 2 * MINUTE)
    assert watched.find_due_nights(DAWN + 3 * MINUTE, {"ada": 4}) == ()
    watched.model_unloaded("owl", DAWN + 4 * MINUTE)
    assert [due.namespace for due in watched.find_due_nights(DAWN + 4 * MINUTE, {"ada": 4})] == ["ada"]


def test_an_unload_during_a_reply_counts_when_the_reply_has_ended():
    watched = watch()
    watched.conversation_started("ada", "owl", DAWN)
    watched.model_unloaded("owl", DAWN + SECOND)
    assert watched.find_due_nights(DAWN + SECOND, {"ada": 1}) == ()
    watched.conversation_finished("ada", "owl", DAWN + 2 * SECOND)
    assert watched.find_due_nights(DAWN + 2 * SECOND, {"ada": 1}) != ()


@pytest.mark.parametrize(
    ("listed", "gone"),
    [
        ([], True),
        ([RunningModel(model="owl:latest")], False),
        ([RunningModel(model="lark:3b")], True),
        ([RunningModel(model="owl:latest", expires_at=DAWN + 5 * MINUTE)], False),
        ([RunningModel(model="owl:latest", expires_at=DAWN + MINUTE)], True),
        (None, False),
    ],
)
def test_a_model_that_is_no_longer_listed_or_has_expired_was_unloaded(listed, gone):
    watched = watch()
    watched.update_loaded_models([RunningModel(model="owl:latest")], DAWN)
    exchange(watched, "ada", "owl", DAWN)
    watched.update_loaded_models(listed, DAWN + 2 * MINUTE)
    assert bool(watched.find_due_nights(DAWN + 2 * MINUTE, {"ada": 1})) is gone


def test_a_model_that_was_never_listed_is_not_unloaded_by_that():
    watched = watch()
    exchange(watched, "ada", "heron:cloud", DAWN)
    watched.update_loaded_models([], DAWN + MINUTE)
    assert watched.find_due_nights(DAWN + MINUTE, {"ada": 1}) == ()


def test_a_list_asked_for_before_or_during_a_reply_says_nothing_about_its_model():
    watched = watch()
    watched.update_loaded_models([RunningModel(model="owl")], DAWN)
    watched.conversation_started("ada", "owl", DAWN + MINUTE)
    watched.update_loaded_models([RunningModel(model="owl", expires_at=DAWN)], DAWN + 2 * MINUTE)
    watched.update_loaded_models([], DAWN + 2 * MINUTE)
    watched.conversation_finished("ada", "owl", DAWN + 3 * MINUTE)
    watched.update_loaded_models([], DAWN + 3 * MINUTE - SECOND)
    assert watched.find_due_nights(DAWN + 3 * MINUTE, {"ada": 1}) == ()


# --- words -----------------------------------------------------------------------------------------------------------


def test_it_says_what_the_next_night_waits_for():
    watched = watch()
    new = {"ada": 1}
    assert watched.describe_next_night(DAWN, {"ada": 0}) == "nothing new to sleep on"
    watched.conversation_started("ada", "owl", DAWN)
    assert watched.describe_next_night(DAWN, new) == "not while somebody speaks"
    watched.conversation_finished("ada", "owl", DAWN)
    watched.update_loaded_models([RunningModel(model="owl:latest", expires_at=DAWN + 5 * MINUTE)], DAWN)
    assert (
        watched.describe_next_night(DAWN + 6 * MINUTE, new)
        == "asleep in 4 min if nobody speaks, or when owl is unloaded"
    )
    assert (
        watched.describe_next_night(DAWN, new)
        == "asleep in 10 min if nobody speaks, or when owl is unloaded (expires 06:05)"
    )
    assert watched.describe_next_night(DAWN + IDLE, new) == "now"
    watched.night_finished("ada", "failed", DAWN + IDLE)
    assert watched.describe_next_night(DAWN + IDLE, new) == "again in 1 min: the last night did not come to its end"


def test_times_are_told_in_the_zone_of_the_asker():
    watched = watch()
    exchange(watched, "ada", "owl", DAWN)
    watched.update_loaded_models([RunningModel(model="owl", expires_at=DAWN + 5 * MINUTE)], DAWN + MINUTE)
    here = (DAWN + MINUTE).astimezone(datetime.strptime("+0200", "%z").tzinfo)
    assert watched.describe_next_night(here, {"ada": 1}).endswith("(expires 08:05)")


@pytest.mark.parametrize(
    ("span", "said"), [(timedelta(seconds=59.2), "1 min"), (61 * SECOND, "2 min"), (SECOND, "1 s"), (IDLE, "10 min")]
)
def test_a_time_span_is_rounded_up(span, said):
    assert format_duration(span) == said


@pytest.mark.parametrize(
    ("model", "name"),
    [("Owl", "owl:latest"), ("owl:3b", "owl:3b"), ("box:8080/owl", "box:8080/owl:latest"), ("", ":latest")],
)
def test_a_model_is_known_by_its_full_name(model, name):
    assert normalize_model_name(model) == name
