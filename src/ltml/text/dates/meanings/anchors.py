"""Phrases around another date, or counted from the one before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of
from ltml.text.dates.meanings.units import WEEKEND, Unit, shift

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


def anchor(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Return the date inside the phrase."""
    return slots.inner(context) if slots.inner else None


def from_date(sign: int) -> Meaning:
    """{n} {unit} before (-1) or after (1) {date}."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        base = anchor(context, slots)
        if base is None:
            return None
        start = base.first if sign < 0 else base.last
        if base.grain == "day":
            return shift(start, sign * slots["n"], slots["unit"])
        return None

    return resolve


def ahead_of_date(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {unit} from {date}: counted from the coming one."""
    return from_date(1)(type(context)(day=context.day, tense="future"), slots)


def from_coming_weekday(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {unit} from {weekday}; said on that weekday it may mean today or the next, and is left out."""
    if context.day.weekday() == slots["weekday"]:
        return None
    return shift(reckon.weekday_after(context.day, slots["weekday"]), slots["n"], slots["unit"])


def beside_date(sign: int) -> Meaning:
    """The {period} before (-1) or after (1) {date}, or the one that holds it (0)."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        base = anchor(context, slots)
        if base is None:
            return None
        if slots["period"] == Unit.WEEKEND:
            return weekend_beside(base, sign)
        if slots["period"] == Unit.WEEK:
            return reckon.week_of(base.last if sign > 0 else base.first, sign)
        return shift(base.first, sign, slots["period"])

    return resolve


def day_beside(sign: int) -> Meaning:
    """The day before (-1) or after (1) {date}."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        base = anchor(context, slots)
        return base and day_of((base.last if sign > 0 else base.first) + timedelta(days=sign))

    return resolve


def weekend_beside(base: DateRange, sign: int) -> DateRange | None:
    """The weekend before, after or (0) of some days; a Friday and a Monday belong to one, the days between to none."""
    if sign < 0:
        return reckon.weekend_of(base.first, -1)
    if sign > 0:
        return reckon.weekend_of(base.last, 1 if base.last.weekday() in WEEKEND else 0)
    beside = {0: -1, 4: 0, 5: 0, 6: 0}.get(base.last.weekday())
    return None if beside is None else reckon.weekend_of(base.last, beside)


def weekday_beside(sign: int) -> Meaning:
    """The {weekday} before (-1) or after (1) {date}."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        base = anchor(context, slots)
        if base is None:
            return None
        if sign < 0:
            return day_of(reckon.weekday_before(base.first, slots["weekday"]))
        return day_of(reckon.weekday_after(base.last, slots["weekday"]))

    return resolve


def weekday_in_week_of(context: DateContext, slots: SlotValues) -> DateRange | None:
    """The {weekday} of the week of {date}."""
    base = anchor(context, slots)
    return base and day_of(reckon.weekday_in_week(base.first, slots["weekday"]))


later = from_date
"""{n} {unit} after (1) or before (-1) the date named earlier in the sentence."""


def following(unit: Unit) -> Meaning:
    """The day, week, month or year after the date named earlier in the sentence."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        base = anchor(context, slots)
        if base is None:
            return None
        return reckon.week_of(base.last, 1) if unit == Unit.WEEK else shift(base.last, 1, unit)

    return resolve
