"""
Calendar arithmetic on ranges of days: weeks, weekends, months, seasons, years, Easter.

Weeks are ISO weeks (Monday to Sunday). Every function may raise `OverflowError` or `ValueError` at the ends of
the calendar (years 1 and 9999); the one place that catches them is `search.PhraseMatch`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "weekend", "month", "season", "year"]

SEASONS = {"spring": 0, "summer": 1, "autumn": 2, "winter": 3}
FIRST_MONTH_OF_SEASON = (3, 6, 9, 12)  # spring, summer, autumn, winter: meteorological, northern half of the world
DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Consecutive days, both ends included, and how finely they were named."""

    first: date
    last: date
    grain: Grain


def day_of(day: date) -> DateRange:
    """Return one day."""
    return DateRange(first=day, last=day, grain="day")


def week_of(day: date, weeks: int = 0) -> DateRange:
    """Return the ISO week `weeks` after the one that holds `day`."""
    monday = weekday_in_week(day, 0, weeks)
    return DateRange(first=monday, last=monday + timedelta(days=6), grain="week")


def weekend_of(day: date, weeks: int = 0) -> DateRange:
    """Return Saturday and Sunday of the ISO week `weeks` after the one that holds `day`."""
    saturday = weekday_in_week(day, 5, weeks)
    return DateRange(first=saturday, last=saturday + timedelta(days=1), grain="weekend")


def month_of(day: date, months: int = 0) -> DateRange:
    """Return the month `months` after the one that holds `day`."""
    years, index = divmod(day.month - 1 + months, 12)
    return month_in(day.year + years, index + 1)


def month_in(year: int, month: int) -> DateRange:
    """Return one month of one year."""
    return months_from(year, month, 1, "month")


def season_in(year: int, season: int) -> DateRange:
    """Return a season (0 spring .. 3 winter) by the year it begins in."""
    return months_from(year, FIRST_MONTH_OF_SEASON[season], 3, "season")


def months_from(year: int, month: int, count: int, grain: Grain) -> DateRange:
    """Return whole months, beginning with this one."""
    first = date(year, month, 1)
    year_after, index = divmod(year * 12 + month - 1 + count, 12)
    if year_after > date.max.year:
        return DateRange(first=first, last=date.max, grain=grain)
    return DateRange(first=first, last=date(year_after, index + 1, 1) - timedelta(days=1), grain=grain)


def year_in(year: int) -> DateRange:
    """Return one calendar year."""
    return DateRange(first=date(year, 1, 1), last=date(year, DECEMBER, 31), grain="year")


def weekday_in_week(day: date, weekday: int, weeks: int = 0) -> date:
    """Return the weekday (0 Monday) of the ISO week `weeks` after the one that holds `day`."""
    return day + timedelta(days=weekday - day.weekday() + 7 * weeks)


def weekday_before(day: date, weekday: int) -> date:
    """Return the last such weekday strictly before `day`."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)


def weekday_after(day: date, weekday: int) -> date:
    """Return the first such weekday strictly after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def same_day_in(day: date, months: int) -> date:
    """Return the same day of the month some months on, or the last day that month has (31 May - 1 month = 30 April)."""
    month = month_of(day, months)
    return month.first + timedelta(days=min(day.day, month.last.day) - 1)


def easter(year: int) -> date:
    """Return Easter Sunday (Gregorian; J.-M. Oudin 1940, as in the Explanatory Supplement to the Almanac)."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    sunday = moon - weekday
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))
