"""Months, seasons and years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues


def bare_month(context: DateContext, slots: SlotValues) -> DateRange | None:
    """In {month}: in the direction of the tense, this month included."""
    before, after = context.day.month < slots["month"], context.day.month > slots["month"]
    year = context.day.year + (-1 if context.past and before else 1 if after and not context.past else 0)
    return reckon.month_in(year, slots["month"])


def last_month_named(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Last {month}: the latest one that is over."""
    return reckon.month_in(context.day.year - (context.day.month <= slots["month"]), slots["month"])


def next_month_named(context: DateContext, slots: SlotValues) -> DateRange | None:
    """Next {month}, where it can only be one."""
    return None if context.day.month < slots["month"] else reckon.month_in(context.day.year + 1, slots["month"])


def month_of_year(offset: int) -> Meaning:
    """{month} of last, this or next year."""
    return lambda context, slots: reckon.month_in(context.day.year + offset, slots["month"])


def month_and_year(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """{month} {year}."""
    return reckon.month_in(slots["year"], slots["month"])


def written_month(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """2024-05."""
    return reckon.month_in(*divmod(slots["ym"], 100))


def year(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """{year}."""
    return reckon.year_in(slots["year"])


def season(offset: int) -> Meaning:
    """Last (-1), this (0) or next (1) {season}; the next one where it can only be one."""

    def resolve(context: DateContext, slots: SlotValues) -> DateRange | None:
        running = season_near(context.day, slots["season"])
        if offset < 0:
            return running if running.last < context.day else reckon.season_in(running.first.year - 1, slots["season"])
        if offset > 0 and running.first > context.day:
            return None
        return reckon.season_in(running.first.year + offset, slots["season"])

    return resolve


def seasons_ago(context: DateContext, slots: SlotValues) -> DateRange | None:
    """{n} {seasons} ago: the last one that is over counts."""
    running = season_near(context.day, slots["season"])
    over = running.last < context.day
    return reckon.season_in(running.first.year - slots["n"] + over, slots["season"])


def season_near(today: date, which: int) -> DateRange:
    """Return the season of this year; in January and February the running winter began last year."""
    winter_runs = which == 3 and today.month <= 2  # noqa: PLR2004
    return reckon.season_in(today.year - winter_runs, which)


def bare_season(context: DateContext, slots: SlotValues) -> DateRange | None:
    """In (the) {season}: in the direction of the tense, the running one included."""
    near = season_near(context.day, slots["season"])
    if context.past and near.first > context.day:
        return reckon.season_in(near.first.year - 1, slots["season"])
    return near if context.past or near.last >= context.day else reckon.season_in(near.first.year + 1, slots["season"])


def season_of_year(offset: int) -> Meaning:
    """{season} of last, this or next year."""
    return lambda context, slots: reckon.season_in(context.day.year + offset, slots["season"])


def season_and_year(_context: DateContext, slots: SlotValues) -> DateRange | None:
    """{season} {year}."""
    return reckon.season_in(slots["year"], slots["season"])
