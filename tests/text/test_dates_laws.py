"""What holds for every text and every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text.dates import Dated, find_dates
from ltml.text.dates.arithmetic import easter, month_in
from ltml.text.dates.grammar import DateContext, PhraseNode, SlotValues
from ltml.text.dates.languages import grammars
from ltml.text.dates.search import ROLES
from ltml.text.languages import languages

VOCABULARY = """
    last next this in on the of a two 3 14 31 1999 2024 week weeks weekend month Monday Friday May
    march ago later before after Christmas Easter 29 February 12.3.2024 9999-12-31 0001-01-01 years
    days summer winter letzten nächsten am 3. vor zwei Wochen Tag morgen heute Ostern gestern jeden
    il y a deux jours hier demain lundi hace dos días mañana martes fa domani tra giorni over twee
    weken gisteren ontem amanhã há every from second hundred 10000 9999 , . - / '
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])
TALK = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join))
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ANY_TIME = st.datetimes(timezones=st.one_of(st.none(), OFFSETS))
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "es", "it", "nl", "pt", "pl", "de-AT", ""])

RELATIVE_DAYS = [
    *["yesterday", "tomorrow", "the day before yesterday", "three days ago", "two weeks ago", "in five days"],
    *["last Friday", "on Monday", "I saw her on Sunday", "Friday next week", "the Tuesday before last"],
    *["a week from Saturday", "next Friday", "Monday in two weeks", "gestern", "übermorgen", "vor zwei Wochen"],
    *["letzten Dienstag", "nächsten Mittwoch", "am Samstag", "Freitag letzter Woche", "hier soir"],
    *["il y a trois jours", "hace dos semanas", "dopodomani", "anteontem", "eergisteren"],
]


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


MODERN = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(lambda day: midnight(day.year, day.month, day.day))


@given(TALK, ANY_TIME, LANGUAGES)
def test_any_text_said_at_any_time_gives_true_spans_in_order(text: str, said: datetime, lang: str | None) -> None:
    last_end = 0
    for dated in find_dates(text, said, lang):
        assert last_end <= dated.start < dated.end <= len(text)
        assert text[dated.start : dated.end] == dated.phrase
        assert dated.first <= dated.last
        last_end = dated.end


@given(TALK, ANY_TIME)
def test_days_of_a_kind_have_their_length(text: str, said: datetime) -> None:
    lengths = {
        "day": {1},
        "weekend": {2},
        "week": {7},
        "month": {28, 29, 30, 31},
        "season": {90, 91, 92},
        "year": {365, 366},
    }
    for dated in find_dates(text, said):
        whole = dated.last < date.max
        assert not whole or (dated.last - dated.first).days + 1 in lengths[dated.grain]


@given(TALK, ANY_TIME)
def test_direction_agrees_with_the_days(text: str, said: datetime) -> None:
    for dated in find_dates(text, said):
        seen = (dated.last < said.date(), dated.first > said.date())
        assert dated.direction == {(True, False): "past", (False, True): "future", (False, False): "present"}[seen]


@pytest.mark.parametrize("text", RELATIVE_DAYS)
@given(said=MODERN, weeks=st.integers(-500, 500))
def test_said_some_weeks_later_a_relative_day_is_as_much_later(text: str, said: datetime, weeks: int) -> None:
    shift = timedelta(weeks=weeks)
    before, after = find_dates(text, said), find_dates(text, said + shift)
    assert [dated.first + shift for dated in before] == [dated.first for dated in after]


@given(MODERN)
def test_last_and_coming_weekday_are_within_a_week_and_never_today(said: datetime) -> None:
    last, coming = (find_dates(text, said)[0].first for text in ("last Thursday", "this coming Thursday"))
    assert last.weekday() == coming.weekday() == 3
    assert 1 <= (said.date() - last).days <= 7
    assert 1 <= (coming - said.date()).days <= 7


@given(MODERN)
def test_next_weekday_is_found_only_when_this_weeks_is_gone(said: datetime) -> None:
    found = find_dates("next Thursday", said)
    assert bool(found) == (said.weekday() >= 3)


@given(st.dates(date(1000, 1, 1)), st.datetimes())
def test_a_date_in_figures_is_itself_whenever_it_is_said(day: date, said: datetime) -> None:
    [iso] = find_dates(f"on {day.isoformat()}", said)
    [dotted] = find_dates(f"am {day.day}.{day.month}.{day.year:04}", said, "de")
    assert iso.first == dotted.first == day
    assert not iso.relative


@given(st.integers(1583, 9999))
def test_easter_is_a_sunday_in_its_season(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@pytest.mark.parametrize(
    "sunday",
    [date(1818, 3, 22), date(1943, 4, 25), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31), date(2025, 4, 20)],
)
def test_easter_falls_where_the_almanacs_have_it(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_the_local_date_counts_not_the_one_in_greenwich() -> None:
    instant = datetime(2025, 10, 15, 23, 30, tzinfo=UTC)
    [utc] = find_dates("today", instant)
    [tokyo] = find_dates("today", instant.astimezone(timezone(timedelta(hours=9))))
    assert (utc.first, tokyo.first) == (date(2025, 10, 15), date(2025, 10, 16))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("two days ago", midnight(1, 1, 1)),
        ("last year", midnight(1, 6, 1)),
        ("in two years", midnight(9999, 1, 1)),
        ("tomorrow", midnight(9999, 12, 31)),
        ("next week", midnight(9999, 12, 31)),
        ("9999 years ago", midnight(2025, 1, 1)),
        ("last Easter", midnight(1, 1, 1)),
    ],
)
def test_what_lies_beyond_the_calendar_is_left_out(text: str, said: datetime) -> None:
    assert find_dates(text, said) == []


def test_the_last_month_of_the_calendar_can_be_said() -> None:
    [dated] = find_dates("this month", midnight(9999, 12, 5))
    assert (dated.first, dated.last) == (date(9999, 12, 1), date.max)


def test_figures_are_read_in_any_language() -> None:
    [dated] = find_dates("spotkanie 2024-05-08", midnight(2025, 1, 1), "pl")
    assert dated.written == "2024-05-08"


def test_one_language_alone_does_not_hear_another() -> None:
    assert find_dates("gestern", midnight(2025, 1, 1), "en") == []


def test_accents_and_case_may_be_missing_or_apart() -> None:
    texts = ["mañana", "MANANA", "man\u0303ana"]
    assert [find_dates(text, midnight(2025, 1, 1))[0].written for text in texts] == ["2025-01-02"] * 3


def test_a_dated_phrase_is_a_value() -> None:
    said = midnight(2025, 1, 1)
    assert find_dates("tomorrow", said) == find_dates("tomorrow", said)
    assert isinstance(find_dates("tomorrow", said)[0], Dated)


ROWS = {
    "year": 2024,
    "whole": 738_000,
    "dmy": 738_000,
    "ym": 202_405,
    "dm": 503,
    "slashed": 525,
    "holiday": 1225,
    "month": 5,
}


def ways(node: PhraseNode, kinds: tuple[str, ...] = ()) -> Iterator[tuple[PhraseNode, tuple[str, ...]]]:
    """Every end of a phrase, with the kinds of its slots."""
    if node.meaning:
        yield node, kinds
    for step, following in node.next.items():
        yield from ways(following, (*kinds, step.strip("{}")) if step.startswith("{") else kinds)


@pytest.mark.parametrize("code", languages())
def test_every_phrase_has_the_slots_that_its_meaning_asks_for(code: str) -> None:
    [grammar] = grammars(code)
    inner = month_in(2024, 5)
    for root in (grammar.tree, grammar.inner_tree, grammar.larger_tree):
        for node, kinds in ways(root):
            assert all(kind in grammar.tables or kind in {*ROWS, "n", "day", "date"} for kind in kinds), kinds
            values = {ROLES.get(kind, kind): ROWS.get(ROLES.get(kind, kind), 1) for kind in kinds if kind != "date"}
            said = SlotValues(
                values=values, inner=(lambda _scene: inner) if node.counts_on or "date" in kinds else None
            )
            for tense in (None, "past", "future"):
                assert node.meaning
                node.meaning(DateContext(day=date(2025, 10, 15), tense=tense), said)
