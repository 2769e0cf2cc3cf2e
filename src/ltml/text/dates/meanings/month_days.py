"""Days of a month, with or without month and year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


YEARS_TO_TRY = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -8, 8)  # 29 February comes back within eight
MONTHS_TO_TRY = (0, -1, 1, -2, 2, -3, 3)


def nearest(context: DateContext, candidates: list[date]) -> DateRange | None:
    """Return the nearest in the direction of the tense, today included."""
    good = [day for day in candidates if (day <= context.day if context.past else day >= context.day)]
    return day_of(min(good, key=lambda day: abs(day - context.day))) if good else None


def days_named(context: DateContext, month: int, day_in_month: int) -> list[date]:
    """Return the day of this month in the years around, where it exists."""
    years = [context.day.year + offset for offset in YEARS_TO_TRY]
    return [found for one in years if (found := date_or_none(one, month, day_in_month))]


def date_or_none(one_year: int, month: int, day_in_month: int) -> date | None:
    """Return the date, or None if there is no such day."""
    try:
        return date(one_year, month, day_in_month)
    except ValueError:
        return None


def day_and_month(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{day} {month}; with a {weekday} the nearest year in which they agree."""
    return with_weekday(context, slots, days_named(context, slots["month"], slots["day"]))


def day_and_month_number(context: DateContext, slots: SlotValues) -> DateRange | None:
    """3.5. as written in German."""
    month, day_in_month = divmod(slots["dm"], 100)
    return with_weekday(context, slots, days_named(context, month, day_in_month))


def slashed(context: DateContext, slots: SlotValues) -> DateRange | None:
    """25/12, where day and month can be told apart."""
    month, day_in_month = divmod(slots["slashed"], 100)
    return nearest(context, days_named(context, month, day_in_month)) if day_in_month > 12 else None  # noqa: PLR2004


def with_weekday(context: DateContext, slots: SlotValues, candidates: list[date]) -> DateRange | None:
    """The nearest in the direction of the tense; with a {weekday} the nearest that falls on it, on either side."""
    if "weekday" not in slots.values:
        return nearest(context, candidates)
    agreeing = [found for found in candidates if found.weekday() == slots["weekday"]]
    return day_of(min(agreeing, key=lambda found: abs(found - context.day))) if agreeing else None


def day_of_year(offset: int) -> Meaning:
    """{day} {month} of last, this or next year."""
    return lambda context, slots: day_of(date(context.day.year + offset, slots["month"], slots["day"]))


def full_date(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """{day} {month} {year}."""
    return day_of(date(slots["year"], slots["month"], slots["day"]))


def written_date(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """2024-05-08, 8.5.2024."""
    return day_of(date.fromordinal(slots["whole"]))


def short_date(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """8.5.24."""
    return day_of(date.fromordinal(slots["dmy"]))


def bare_day(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The {day}: of the nearest month in the direction of the tense that has it (and where the {weekday} agrees)."""
    near = [reckon.month_of(context.day, offset).first for offset in MONTHS_TO_TRY]
    candidates = [found for first in near if (found := date_or_none(first.year, first.month, slots["day"]))]
    return with_weekday(context, slots, candidates)


def day_of_month(offset: int) -> Meaning:
    """The {day} of last, this or next month."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        first = reckon.month_of(context.day, offset).first
        return day_of(date(first.year, first.month, slots["day"]))

    return resolve
