from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ltml.eval.replay import split_by_nights
from ltml.model import Turn

START = datetime(2031, 5, 8, 9, tzinfo=UTC)


def turn(session, at):
    return Turn(session=session, role="user", text="x", at=at)


def nights(turns, every):
    return [at for _, at in split_by_nights(turns, every)]


def test_a_day_boundary_is_a_night_at_three_and_the_last_night_is_six_hours_later():
    talk = [turn("a", START), turn("b", START + timedelta(hours=2)), turn("c", START + timedelta(days=2))]
    assert nights(talk, "day") == [None, datetime(2031, 5, 9, 3, tzinfo=UTC), talk[-1].at + timedelta(hours=6)]


def test_a_night_ends_before_the_next_session_begins():
    late = datetime(2031, 5, 8, 23, 50, tzinfo=UTC)
    talk = [turn("a", late), turn("b", late + timedelta(minutes=15))]
    assert nights(talk, "day")[0] == talk[1].at - timedelta(seconds=1)


def test_a_night_comes_after_so_many_sessions():
    talk = [turn(str(n), START + timedelta(hours=n)) for n in range(5)]
    assert [at is not None for at in nights(talk, 2)] == [False, True, False, True, True]


def test_no_talk_has_no_nights():
    assert list(split_by_nights([], "day")) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 60)), min_size=1), st.sampled_from(["day", 1, 3]))
def test_every_turn_is_replayed_once_in_order_and_no_night_is_in_the_past(gaps, every):
    at, talk = START, []
    for session, hours in gaps:
        at += timedelta(hours=hours)
        talk.append(turn(session, at))
    parts = list(split_by_nights(talk, every))
    assert [t for part, _ in parts for t in part] == talk
    assert all(night is None or night > part[-1].at for part, night in parts)
    assert parts[-1][1] is not None
