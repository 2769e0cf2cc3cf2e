"""The units that phrases count in, and counting in them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of

WEEKEND = (5, 6)


class Unit(IntEnum):
    """What is counted: "three days ago"."""

    DAY = 1
    WEEK = 2
    FORTNIGHT = 3
    MONTH = 4
    YEAR = 5
    WEEKEND = 6
    DECADE = 7


DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.FORTNIGHT: 14}


def shift(start: date, count: int, unit: int) -> DateRange:
    """Return the days some units away from a day, in that unit's own grain."""
    if unit in DAYS:
        return day_of(start + timedelta(days=count * DAYS[Unit(unit)]))
    if unit == Unit.MONTH:
        return reckon.month_of(start, count)
    if unit == Unit.WEEKEND:
        return reckon.weekend_of(start, count)
    return reckon.year_in(start.year + count * (10 if unit == Unit.DECADE else 1))


def shift_exactly(start: date, count: int, unit: int) -> date:
    """Return the day some units away from a day."""
    if unit in DAYS:
        return start + timedelta(days=count * DAYS[Unit(unit)])
    return reckon.same_day_in(start, count * {Unit.MONTH: 1, Unit.YEAR: 12, Unit.DECADE: 120}[Unit(unit)])
