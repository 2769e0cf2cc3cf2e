"""Days, weeks, months and years counted from today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of
from ltml.text.dates.meanings.units import WEEKEND, Unit, shift, shift_exactly

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


def day(offset: int) -> Meaning:
    """A day counted from today: `offset` days on."""
    return lambda context, _slots: day_of(context.day + timedelta(days=offset))


def ago(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {unit} back."""
    return shift(context.day, -slots["n"], slots["unit"])


def ahead(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {unit} on, whatever the tense."""
    return shift(context.day, slots["n"], slots["unit"])


def within(context: DateContext, slots: SlotValues) -> DateRange | None:
    """In {n} {unit}, unless that is how long it took."""
    return None if context.past else ahead(context, slots)


def about(meaning: Meaning) -> Meaning:
    """Roughly: what would be a day some weeks away is its week."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        exact = meaning(context, slots)
        return reckon.week_of(exact.first) if exact and slots["unit"] in (Unit.WEEK, Unit.FORTNIGHT) else exact

    return resolve


def exactly(sign: int, offset: int = 0) -> Meaning:
    """{n} {unit} from this very day: "a year ago today", "two weeks from tomorrow"; a weekend stays one."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange:
        start, count, unit = context.day + timedelta(days=offset), sign * slots["n"], slots["unit"]
        return shift(start, count, unit) if unit == Unit.WEEKEND else day_of(shift_exactly(start, count, unit))

    return resolve


def months(offset: int) -> Meaning:
    """A month counted from this one: `offset` months on."""
    return lambda context, _slots: reckon.month_of(context.day, offset)


def period(offset: int) -> Meaning:
    """Last (-1), this (0) or next (1) {period}: week, weekend, month, year."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        if slots["period"] == Unit.WEEK:
            return reckon.week_of(context.day, offset)
        return shift(context.day, offset, slots["period"])

    return resolve


def around_weekend(context: DateContext, _slots: SlotValues) -> DateRange | None:
    """The weekend that is meant by the tense: the running one counts for both."""
    running = context.day.weekday() in WEEKEND
    return reckon.weekend_of(context.day, -1 if context.past and not running else 0)
