"""Weekdays: bare, last, next, of a week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of
from ltml.text.dates.meanings.units import Unit

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


def bare_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """On {weekday}: in the direction of the tense, never today."""
    return (last_weekday if context.past else coming_weekday)(context, slots)


def last_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The latest one before today."""
    return day_of(reckon.weekday_before(context.day, slots["weekday"]))


def weekdays_ago(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {weekdays} ago: the last one counts."""
    return day_of(reckon.weekday_before(context.day, slots["weekday"]) - timedelta(weeks=slots["n"] - 1))


def coming_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The first one after today."""
    return day_of(reckon.weekday_after(context.day, slots["weekday"]))


def this_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Today's if it is one, else in the direction of the tense."""
    return day_of(context.day) if context.day.weekday() == slots["weekday"] else bare_weekday(context, slots)


def today_is(context: DateContext, slots: SlotValues) -> DateRange | None:
    """It is {weekday}: today, if that is true."""
    return day_of(context.day) if context.day.weekday() == slots["weekday"] else None


def next_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Next {weekday}, where it can only be one."""
    return None if context.day.weekday() < slots["weekday"] else coming_weekday(context, slots)


def weekday_of_week(offset: int) -> Meaning:
    """{weekday} of last, this or next week."""
    return lambda context, slots: day_of(reckon.weekday_in_week(context.day, slots["weekday"], offset))


def weekday_before_last(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The {weekday} before last."""
    return day_of(reckon.weekday_before(context.day, slots["weekday"]) - timedelta(days=7))


def weekday_after_next(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The {weekday} after next."""
    following = next_weekday(context, slots)
    return following and day_of(following.first + timedelta(days=7))


def weekday_in(sign: int) -> Meaning:
    """{weekday} in (1) or before (-1) {n} {unit}."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        weeks = slots["n"] * {Unit.WEEK: 1, Unit.FORTNIGHT: 2}.get(Unit(slots["unit"]), 0)
        side = (slots["weekday"] - context.day.weekday()) * sign
        if weeks == 0 or (weeks == 1 and side <= 0):
            return day_of(context.day + timedelta(days=7 * sign)) if weeks and side == 0 else None
        return day_of(reckon.weekday_in_week(context.day, slots["weekday"], weeks * sign))

    return resolve


def weekday_in_eight(context: DateContext, slots: SlotValues) -> DateRange | None:
    """A week from the coming {weekday}: "mardi en huit"."""
    coming = reckon.weekday_after(context.day, slots["weekday"])
    return None if context.day.weekday() == slots["weekday"] else day_of(coming + timedelta(days=7))
