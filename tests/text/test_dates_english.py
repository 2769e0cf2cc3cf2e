"""What English phrases of time mean; each row says the weekday it is seen from."""

from __future__ import annotations

from datetime import datetime

import pytest

from ltml.text.dates import find_dates


def seen_from(day: str) -> datetime:
    """Noon of a day written as "Wed 2025-10-15"; a wrong weekday is a mistake in the table."""
    said = datetime.fromisoformat(f"{day[4:]}T12:00:00+00:00")
    assert said.strftime("%a") == day[:3]
    return said


def found(text: str, day: str) -> list[tuple[str, str]]:
    return [(dated.phrase, dated.written) for dated in find_dates(text, seen_from(day))]


DAYS = [
    ("Wed 2025-10-15", "today", "2025-10-15"),
    ("Wed 2025-10-15", "yesterday", "2025-10-14"),
    ("Wed 2025-10-15", "yesterday evening", "2025-10-14"),
    ("Wed 2025-10-15", "tomorrow", "2025-10-16"),
    ("Wed 2025-10-15", "tomorrow morning", "2025-10-16"),
    ("Wed 2025-10-15", "the day before yesterday", "2025-10-13"),
    ("Wed 2025-10-15", "the day after tomorrow", "2025-10-17"),
    ("Wed 2025-10-15", "tonight", "2025-10-15"),
    ("Wed 2025-10-15", "last night", "2025-10-14"),
    ("Wed 2025-10-15", "the night before last", "2025-10-13"),
    ("Wed 2025-10-15", "this morning", "2025-10-15"),
    ("Wed 2025-10-15", "earlier today", "2025-10-15"),
    ("Fri 2027-01-01", "yesterday", "2026-12-31"),
    ("Thu 2024-02-29", "tomorrow", "2024-03-01"),
]

COUNTED = [
    ("Wed 2025-10-15", "three days ago", "2025-10-12"),
    ("Wed 2025-10-15", "a day ago", "2025-10-14"),
    ("Wed 2025-10-15", "12 days ago", "2025-10-03"),
    ("Wed 2025-10-15", "twenty-one days ago", "2025-09-24"),
    ("Wed 2025-10-15", "a couple of days ago", "2025-10-13"),
    ("Wed 2025-10-15", "a week ago", "2025-10-08"),
    ("Wed 2025-10-15", "two weeks ago", "2025-10-01"),
    ("Wed 2025-10-15", "a fortnight ago", "2025-10-01"),
    ("Wed 2025-10-15", "about three weeks ago", "2025-09-22..2025-09-28"),
    ("Wed 2025-10-15", "a month ago", "2025-09"),
    ("Wed 2025-10-15", "half a year ago", "2025-04"),
    ("Wed 2025-10-15", "eleven months ago", "2024-11"),
    ("Wed 2025-10-15", "two years ago", "2023"),
    ("Wed 2025-10-15", "a year and a half ago", "2024-04"),
    ("Wed 2025-10-15", "a year ago today", "2024-10-15"),
    ("Thu 2024-02-29", "a year ago today", "2023-02-28"),
    ("Wed 2025-10-15", "two weekends ago today", "2025-10-04..2025-10-05"),
    ("Wed 2025-10-15", "2 weekends from tomorrow", "2025-11-01..2025-11-02"),
    ("Sat 2025-05-31", "a month ago", "2025-04"),
    ("Sat 2025-05-31", "a month ago today", "2025-04-30"),
    ("Wed 2025-10-15", "in four days", "2025-10-19"),
    ("Wed 2025-10-15", "in a fortnight", "2025-10-29"),
    ("Wed 2025-10-15", "in two weeks", "2025-10-29"),
    ("Wed 2025-10-15", "in three months", "2026-01"),
    ("Wed 2025-10-15", "in ten years", "2035"),
    ("Wed 2025-10-15", "in two days' time", "2025-10-17"),
    ("Wed 2025-10-15", "three weeks from now", "2025-11-05"),
    ("Wed 2025-10-15", "a week from today", "2025-10-22"),
    ("Wed 2025-10-15", "a week from tomorrow", "2025-10-23"),
]

WEEKDAYS = [
    ("Wed 2025-10-15", "last Friday", "2025-10-10"),
    ("Wed 2025-10-15", "last Monday", "2025-10-13"),
    ("Wed 2025-10-15", "last Wednesday", "2025-10-08"),
    ("Wed 2025-10-15", "on Friday", "2025-10-17"),
    ("Wed 2025-10-15", "Monday morning", "2025-10-20"),
    ("Wed 2025-10-15", "on Sat", "2025-10-18"),
    ("Wed 2025-10-15", "this Friday", "2025-10-17"),
    ("Wed 2025-10-15", "this Wednesday", "2025-10-15"),
    ("Wed 2025-10-15", "this coming Tuesday", "2025-10-21"),
    ("Wed 2025-10-15", "next Tuesday", "2025-10-21"),
    ("Wed 2025-10-15", "next Wednesday", "2025-10-22"),
    ("Sun 2025-10-19", "next Friday", "2025-10-24"),
    ("Wed 2025-10-15", "Friday last week", "2025-10-10"),
    ("Wed 2025-10-15", "last week on Thursday", "2025-10-09"),
    ("Wed 2025-10-15", "Saturday next week", "2025-10-25"),
    ("Mon 2025-10-13", "Friday next week", "2025-10-24"),
    ("Wed 2025-10-15", "the Tuesday before last", "2025-10-07"),
    ("Wed 2025-10-15", "the Friday before last", "2025-10-03"),
    ("Wed 2025-10-15", "the Tuesday after next", "2025-10-28"),
    ("Wed 2025-10-15", "a week from Monday", "2025-10-27"),
    ("Wed 2025-10-15", "two weeks from Friday", "2025-10-31"),
    ("Wed 2025-10-15", "Monday in two weeks", "2025-10-27"),
    ("Wed 2025-10-15", "Monday week", "2025-10-27"),
    ("Wed 2025-10-15", "three Fridays ago", "2025-09-26"),
    ("Wed 2025-10-15", "Saturday in a week", "2025-10-25"),
]

PERIODS = [
    ("Wed 2025-10-15", "last week", "2025-10-06..2025-10-12"),
    ("Mon 2025-10-13", "last week", "2025-10-06..2025-10-12"),
    ("Sun 2025-10-12", "last week", "2025-09-29..2025-10-05"),
    ("Wed 2025-10-15", "this week", "2025-10-13..2025-10-19"),
    ("Wed 2025-10-15", "early next week", "2025-10-20..2025-10-26"),
    ("Wed 2025-10-15", "the week before last", "2025-09-29..2025-10-05"),
    ("Wed 2025-10-15", "the week after next", "2025-10-27..2025-11-02"),
    ("Wed 2025-10-15", "last weekend", "2025-10-11..2025-10-12"),
    ("Wed 2025-10-15", "this weekend", "2025-10-18..2025-10-19"),
    ("Wed 2025-10-15", "next weekend", "2025-10-25..2025-10-26"),
    ("Sun 2025-10-19", "this weekend", "2025-10-18..2025-10-19"),
    ("Wed 2025-10-15", "last month", "2025-09"),
    ("Tue 2026-01-06", "last month", "2025-12"),
    ("Wed 2025-10-15", "next month", "2025-11"),
    ("Wed 2025-10-15", "at the end of the month", "2025-10"),
    ("Wed 2025-10-15", "the month before last", "2025-08"),
    ("Wed 2025-10-15", "last year", "2024"),
    ("Wed 2025-10-15", "later this year", "2025"),
    ("Wed 2025-10-15", "next year", "2026"),
    ("Wed 2025-10-15", "last summer", "2025-06-01..2025-08-31"),
    ("Tue 2025-07-15", "last summer", "2024-06-01..2024-08-31"),
    ("Tue 2025-07-15", "this summer", "2025-06-01..2025-08-31"),
    ("Tue 2025-07-15", "next summer", "2026-06-01..2026-08-31"),
    ("Tue 2026-01-06", "last winter", "2024-12-01..2025-02-28"),
    ("Tue 2026-01-06", "this winter", "2025-12-01..2026-02-28"),
    ("Wed 2025-10-15", "in the spring of 2019", "2019-03-01..2019-05-31"),
    ("Wed 2025-10-15", "in March", "2026-03"),
    ("Wed 2025-10-15", "last March", "2025-03"),
    ("Wed 2025-10-15", "last November", "2024-11"),
    ("Wed 2025-10-15", "last October", "2024-10"),
    ("Wed 2025-10-15", "two summers ago", "2024-06-01..2024-08-31"),
    ("Tue 2025-07-15", "two summers ago", "2023-06-01..2023-08-31"),
    ("Wed 2025-10-15", "two weekends ago", "2025-10-04..2025-10-05"),
    ("Wed 2025-10-15", "in the summer of next year", "2026-06-01..2026-08-31"),
    ("Wed 2025-10-15", "next March", "2026-03"),
    ("Wed 2025-10-15", "in March last year", "2024-03"),
    ("Wed 2025-10-15", "in March 2023", "2023-03"),
    ("Wed 2025-10-15", "in may 2023", "2023-05"),
    ("Wed 2025-10-15", "back in 2021", "2021"),
    ("Wed 2025-10-15", "in late 2019", "2019"),
]

WRITTEN = [
    ("Wed 2025-10-15", "3 May", "2026-05-03"),
    ("Wed 2025-10-15", "May 3rd", "2026-05-03"),
    ("Wed 2025-10-15", "the 3rd of May", "2026-05-03"),
    ("Wed 2025-10-15", "on 20 October", "2025-10-20"),
    ("Wed 2025-10-15", "on the 20th", "2025-10-20"),
    ("Wed 2025-10-15", "on the 3rd", "2025-11-03"),
    ("Sat 2026-01-31", "on the 30th", "2026-03-30"),
    ("Wed 2025-10-15", "the 3rd of last month", "2025-09-03"),
    ("Wed 2025-10-15", "Friday the 17th", "2025-10-17"),
    ("Wed 2025-10-15", "5 May 2024", "2024-05-05"),
    ("Wed 2025-10-15", "May 5, 2024", "2024-05-05"),
    ("Wed 2025-10-15", "Sept. 5th, 2024", "2024-09-05"),
    ("Wed 2025-10-15", "the twenty-second of June", "2026-06-22"),
    ("Wed 2025-10-15", "Sunday, 5 May 2024", "2024-05-05"),
    ("Wed 2025-10-15", "on 4 July last year", "2024-07-04"),
    ("Wed 2025-10-15", "2024-05-08", "2024-05-08"),
    ("Wed 2025-10-15", "2024/05/08", "2024-05-08"),
    ("Wed 2025-10-15", "25/12/2024", "2024-12-25"),
    ("Wed 2025-10-15", "12/25/2024", "2024-12-25"),
    ("Wed 2025-10-15", "07/07/2024", "2024-07-07"),
    ("Wed 2025-10-15", "3.5.2024", "2024-05-03"),
    ("Wed 2025-10-15", "29 February", "2028-02-29"),
]

HOLIDAYS = [
    ("Wed 2025-10-15", "at Christmas", "2025-12-25"),
    ("Wed 2025-10-15", "last Christmas", "2024-12-25"),
    ("Wed 2025-10-15", "on Christmas Eve", "2025-12-24"),
    ("Wed 2025-10-15", "New Year's Eve", "2025-12-31"),
    ("Wed 2025-10-15", "on New Year’s Day", "2026-01-01"),
    ("Wed 2025-10-15", "on Halloween", "2025-10-31"),
    ("Wed 2025-10-15", "Valentine's Day", "2026-02-14"),
    ("Wed 2025-10-15", "last Easter", "2025-04-20"),
    ("Wed 2025-10-15", "at Easter", "2026-04-05"),
    ("Wed 2025-10-15", "on Good Friday", "2026-04-03"),
    ("Wed 2025-10-15", "Easter Monday 2019", "2019-04-22"),
]

AROUND = [
    ("Wed 2025-10-15", "the week before 9 June", "2026-06-01..2026-06-07"),
    ("Wed 2025-10-15", "the weekend of 18 October", "2025-10-18..2025-10-19"),
    ("Wed 2025-10-15", "the Friday before 15 July", "2026-07-10"),
    ("Wed 2025-10-15", "the Monday after 1 November", "2025-11-03"),
    ("Wed 2025-10-15", "two days before Christmas", "2025-12-23"),
    ("Wed 2025-10-15", "a week after Easter", "2026-04-12"),
    ("Wed 2025-10-15", "the day after Christmas", "2025-12-26"),
    ("Wed 2025-10-15", "the Sunday before Halloween", "2025-10-26"),
    ("Wed 2025-10-15", "three days before 2 March 2024", "2024-02-28"),
    ("Wed 2025-10-15", "a month after 31 January 2024", "2024-02"),
]


@pytest.mark.parametrize(
    ("day", "phrase", "written"), [*DAYS, *COUNTED, *WEEKDAYS, *PERIODS, *WRITTEN, *HOLIDAYS, *AROUND]
)
def test_a_phrase_means_the_days_it_says(day: str, phrase: str, written: str) -> None:
    assert found(phrase, day) == [(phrase, written)]


IN_TALK = [
    ("Wed 2025-10-15", "I met Joan on Friday.", [("on Friday", "2025-10-10")]),
    ("Wed 2025-10-15", "I will call Joan on Friday.", [("on Friday", "2025-10-17")]),
    ("Wed 2025-10-15", "We played chess Sunday and lost.", [("Sunday", "2025-10-12")]),
    ("Wed 2025-10-15", "Our dentist appointment is Monday.", [("Monday", "2025-10-20")]),
    ("Wed 2025-10-15", "I have not slept since Sunday.", [("Sunday", "2025-10-12")]),
    ("Wed 2025-10-15", "I will cook but Sunday was awful", [("Sunday", "2025-10-12")]),
    ("Wed 2025-10-15", "The shop I saw on Friday is closed", [("on Friday", "2025-10-10")]),
    ("Wed 2025-10-15", "We have had no rain since January 2022", [("January 2022", "2022-01")]),
    ("Wed 2025-10-15", "I booked a table for Thursday.", [("Thursday", "2025-10-16")]),
    (
        "Wed 2025-10-15",
        "She flew out on Monday and I will join her on Saturday",
        [("on Monday", "2025-10-13"), ("on Saturday", "2025-10-18")],
    ),
    ("Wed 2025-10-15", "We baked bread over the weekend", [("over the weekend", "2025-10-11..2025-10-12")]),
    ("Wed 2025-10-15", "We will bake over the weekend", [("over the weekend", "2025-10-18..2025-10-19")]),
    ("Wed 2025-10-15", "I moved here in March", [("in March", "2025-03")]),
    ("Wed 2025-10-15", "I moved here in December", [("in December", "2024-12")]),
    ("Wed 2025-10-15", "He left on the 20th", [("on the 20th", "2025-09-20")]),
    ("Wed 2025-10-15", "He was born on 20 October.", [("on 20 October", "2024-10-20")]),
    ("Wed 2025-10-15", "We sang at Christmas, it was lovely", [("at Christmas", "2024-12-25")]),
    ("Wed 2025-10-15", "I've lived here since 2019.", [("2019", "2019")]),
    ("Wed 2025-10-15", "Yesterday's soup was cold", [("Yesterday", "2025-10-14")]),
    ("Wed 2025-10-15", "It's Wednesday, my friends", [("Wednesday", "2025-10-15")]),
    (
        "Wed 2025-10-15",
        "We landed on 3 October and two days later the strike began",
        [("on 3 October", "2025-10-03"), ("two days later", "2025-10-05")],
    ),
    ("Wed 2025-10-15", "I may visit you in may or in june", [("in may", "2026-05"), ("in june", "2026-06")]),
    ("Wed 2025-10-15", "LAST FRIDAY WAS FUN", [("LAST FRIDAY", "2025-10-10")]),
]


@pytest.mark.parametrize(("day", "text", "expected"), IN_TALK)
def test_the_talk_around_a_phrase_turns_it_to_past_or_future(
    day: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, day) == expected


NO_DATE = [
    "next Friday",
    "next Sunday",
    "next December",
    "next winter",
    "03/05/2024",
    "30 February 2024",
    "31.11.2024",
    "Monday in a week",
    "every Monday",
    "every other Friday",
    "every Monday and Thursday",
    "each week",
    "weekly",
    "on Mondays",
    "Monday to Friday",
    "the first Monday of each month",
    "every summer",
    "for two weeks",
    "over the past three months",
    "in the next two weeks",
    "a three-day trip",
    "a 10-day cruise",
    "two or three weeks ago",
    "a few days ago",
    "He built the shed in three weeks",
    "one day",
    "these days",
    "the other day",
    "day by day",
    "on a Friday",
    "one Sunday",
    "black Friday",
    "May I come in? They march on.",
    "you may 5 times",
    "wait a second, second door",
    "we sat down in the sun",
    "so.",
    "two days later",
    "the next day",
    "version 3.5.2024.1 of v2.1.2024",
    "notes-2024-05-08.md",
    "https://example.org/2024/05/08/post",
    "order 20240508",
    "the Christmas tree",
    "a spring in the mattress",
    "we fall",
    "3 + 5",
    "",
]


@pytest.mark.parametrize("text", NO_DATE)
def test_what_recurs_lasts_or_is_vague_gives_no_date(text: str) -> None:
    assert found(text, "Wed 2025-10-15") == []


def test_the_bound_of_a_time_is_not_part_of_the_phrase() -> None:
    [dated] = find_dates("open until Friday", seen_from("Wed 2025-10-15"))
    assert dated.phrase == "Friday"


def test_a_full_date_is_not_relative_and_a_weekday_is() -> None:
    full, weekday = find_dates("5 May 2024 and last Friday", seen_from("Wed 2025-10-15"))
    assert (full.relative, weekday.relative) == (False, True)


def test_direction_is_seen_from_the_day_it_was_said() -> None:
    said = seen_from("Wed 2025-10-15")
    texts = ["last week", "this week", "next week", "today"]
    assert [find_dates(text, said)[0].direction for text in texts] == ["past", "present", "future", "present"]
