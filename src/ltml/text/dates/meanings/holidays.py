"""Holidays, on a fixed day or counted from Easter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of
from ltml.text.dates.meanings.month_days import nearest

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


FEASTS = 1300  # holiday values above are days after Easter Sunday, counted from FEAST_ZERO; those below are days
FEAST_ZERO = 2000


def feast(days_after_easter: int) -> int:
    """Return the table value of a holiday that moves with Easter; fixed ones are month * 100 + day."""
    return FEAST_ZERO + days_after_easter


def holiday_in(one_year: int, holiday: int) -> date:
    """Return the day a holiday falls on."""
    if holiday > FEASTS:
        return reckon.easter(one_year) + timedelta(days=holiday - FEAST_ZERO)
    return date(one_year, holiday // 100, holiday % 100)


def holidays_around(context: DateContext, holiday: int) -> list[date]:
    """Return the holiday in last, this and next year."""
    return [holiday_in(context.day.year + offset, holiday) for offset in (-1, 0, 1)]


def bare_holiday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """At {holiday}: in the direction of the tense, today included."""
    return nearest(context, holidays_around(context, slots["holiday"]))


def last_holiday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Last {holiday}: the latest one that is over."""
    return day_of(max(day for day in holidays_around(context, slots["holiday"]) if day < context.day))


def this_holiday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The {holiday} of now: this year's; soon after New Year, with a past tense, the one just over."""
    found = holiday_in(context.day.year, slots["holiday"])
    return last_holiday(context, slots) if context.past and found > context.day else day_of(found)


def next_holiday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Next {holiday}, where it can only be one."""
    this = holiday_in(context.day.year, slots["holiday"])
    return day_of(holiday_in(context.day.year + 1, slots["holiday"])) if this <= context.day else None


def holiday_of_year(offset: int) -> Meaning:
    """{holiday} of last, this or next year."""
    return lambda context, slots: day_of(holiday_in(context.day.year + offset, slots["holiday"]))


def holiday_and_year(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """{holiday} {year}."""
    return day_of(holiday_in(slots["year"], slots["holiday"]))
